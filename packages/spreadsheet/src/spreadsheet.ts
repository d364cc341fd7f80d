/** What stands in a cell. `error` is Excel's own (#N/A …); its text is what Excel shows. */
export type CellKind = 'empty' | 'text' | 'number' | 'date' | 'boolean' | 'error';

/**
 * One cell.
 * - `text`: what a person reads. Numbers without float noise (at most 15 significant digits, as Excel
 *   shows), dates as `YYYY-MM-DD` (with ` HH:MM:SS` where a time of day is stored), booleans as TRUE/FALSE.
 *   Stray control characters are gone; spaces and full-width characters are left alone (see `cleanText`).
 * - `value`: number for numbers, boolean for booleans, otherwise the text; null when empty.
 * - `isFormula`: the cell holds a formula; text and value are the result stored in the file. Never evaluated.
 * - `date`: the day, only for kind `date`.
 */
export interface Cell {
  readonly text: string;
  readonly value: string | number | boolean | null;
  readonly kind: CellKind;
  readonly isFormula: boolean;
  readonly date?: string | undefined;
}

/** A row with content. `number` is the one Excel shows at the left; blank rows are left out, trailing empty cells too. */
export interface Row {
  readonly number: number;
  readonly cells: readonly Cell[];
}

export type SpreadsheetKind = 'xlsx' | 'xls' | 'csv';

export interface SheetInfo {
  readonly name: string;
  readonly isHidden: boolean;
}

/** An opened file. Nothing stays open between calls: each `rows()` reads afresh and lets go when done or broken off. */
export interface Spreadsheet {
  readonly kind: SpreadsheetKind;
  readonly sheets: readonly SheetInfo[];
  /** Streams the rows of a sheet (index into `sheets`; by default the first visible one). Throws SpreadsheetError. */
  rows(sheet?: number): AsyncIterable<Row>;
}

/** Reads at most `count` rows: enough for a preview or to look for the heading. */
export async function readFirstRows(spreadsheet: Spreadsheet, count: number, sheet?: number): Promise<Row[]> {
  const rows: Row[] = [];
  if (count <= 0) return rows;
  for await (const row of spreadsheet.rows(sheet)) {
    rows.push(row);
    if (rows.length >= count) break;
  }
  return rows;
}
