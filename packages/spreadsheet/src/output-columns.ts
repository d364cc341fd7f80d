import { withoutStrayControls } from './stray-controls.ts';

/** How a column is written. Values may be null or undefined for an empty cell, otherwise: */
export type ColumnKind =
  | 'text' // anything with a text; never a formula
  | 'number' // a number, a bigint or an exact decimal as text, written with the decimals it has
  | 'money' // yuan as a decimal text with at most two decimals ('1234.5'); shown with two
  | 'integer' // a whole number
  | 'date'; // 'YYYY-MM-DD' or a Temporal.PlainDate

export interface OutputColumn {
  readonly title: string;
  readonly kind: ColumnKind;
  /** In characters of Latin text; without it, from the title. */
  readonly width?: number;
  /** What Excel shows beside a cell of this column when it is chosen, at most 255 characters. */
  readonly note?: string;
}

export type OutputRow = readonly unknown[];

/** Rows as they come, a batch at a time: waiting once per batch and not once per row halves the time of a large sheet. */
export interface OutputBatches {
  readonly batches: AsyncIterable<readonly OutputRow[]>;
}

export type OutputRows = AsyncIterable<OutputRow> | Iterable<OutputRow>;

export interface OutputSheet {
  readonly name: string;
  readonly columns: readonly OutputColumn[];
  readonly rows: OutputRows | OutputBatches;
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const MONEY = /^-?\d+(?:\.\d{1,2})?$/;
const INTEGER = /^-?\d+$/;
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The text of a value in a column: '' when empty, plain decimals for numbers, ISO for days, two decimals for money.
 * Throws TypeError when the value is not of the column's kind: that is a mistake in the program, not in data.
 */
export function outputText(value: unknown, column: OutputColumn): string {
  if (value === null || value === undefined || value === '') return '';
  const text = typeof value === 'number' ? plainNumber(value) : String(value);
  switch (column.kind) {
    case 'text':
      return withoutStrayControls(text).toWellFormed();
    case 'number':
      return expectForm(text, DECIMAL, column);
    case 'integer':
      return expectForm(text, INTEGER, column);
    case 'date':
      return expectForm(text, ISO_DAY, column);
    case 'money':
      return withTwoDecimals(expectForm(text, MONEY, column));
  }
}

function expectForm(text: string, form: RegExp, column: OutputColumn): string {
  if (!form.test(text)) throw new TypeError(`column ${column.title} (${column.kind}) cannot hold ${text.slice(0, 40)}`);
  return text;
}

function plainNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`a cell cannot hold ${value}`);
  const text = String(value);
  return text.includes('e') ? value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 }) : text;
}

function withTwoDecimals(text: string): string {
  const point = text.indexOf('.');
  return point === -1 ? `${text}.00` : text.padEnd(point + 3, '0');
}
