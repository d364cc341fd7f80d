/** Why a file is refused. The words a person reads are made from these by the client. */
export type SpreadsheetErrorCode =
  | 'empty'
  | 'notASpreadsheet'
  | 'encrypted'
  | 'tooLarge'
  | 'tooManySheets'
  | 'tooManyRows'
  | 'tooManyColumns'
  | 'cellTooLong'
  | 'damaged';

/**
 * Facts that go with a code:
 * notASpreadsheet {found}; tooLarge {what, limitBytes, actualBytes?}; tooManySheets {limit, actual}; tooManyRows {limit};
 * tooManyColumns {limit, row}; cellTooLong {limit, row, column}; damaged {reason, part?, row?}.
 */
export type SpreadsheetErrorParams = Readonly<Record<string, string | number>>;

/** The only error this package throws because of what a file contains. */
export class SpreadsheetError extends Error {
  readonly code: SpreadsheetErrorCode;
  readonly params: SpreadsheetErrorParams;

  constructor(code: SpreadsheetErrorCode, params: SpreadsheetErrorParams = {}, options?: ErrorOptions) {
    super(`spreadsheet ${code} ${JSON.stringify(params)}`, options);
    this.name = 'SpreadsheetError';
    this.code = code;
    this.params = params;
  }
}

export function isSpreadsheetError(error: unknown): error is SpreadsheetError {
  return error instanceof SpreadsheetError;
}

export function damaged(reason: string, params: SpreadsheetErrorParams = {}, cause?: unknown): SpreadsheetError {
  return new SpreadsheetError('damaged', { reason, ...params }, cause === undefined ? undefined : { cause });
}
