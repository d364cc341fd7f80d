/** What can go wrong with an amount. The code is stable; clients translate it. */
export type MoneyErrorCode =
  | 'notAnAmount'
  | 'tooManyDecimals'
  | 'notAnInteger'
  | 'notFinite'
  | 'noShares'
  | 'negativeWeight'
  | 'noWeight'
  | 'amountTooLarge';

export class MoneyError extends Error {
  readonly code: MoneyErrorCode;
  readonly params: Readonly<Record<string, string>>;

  constructor(code: MoneyErrorCode, params: Record<string, string> = {}) {
    super(`${code} ${JSON.stringify(params)}`);
    this.name = 'MoneyError';
    this.code = code;
    this.params = params;
  }
}
