import { damaged, SpreadsheetError } from './spreadsheet.errors.ts';
import type { SpreadsheetLimits } from './spreadsheet.limits.ts';
import type { Cell, Row } from './spreadsheet.ts';
import { withoutStrayControls } from './stray-controls.ts';

export const EMPTY_CELL: Cell = Object.freeze({
  text: '',
  value: null,
  kind: 'empty',
  isFormula: false,
  date: undefined,
});

/** A text cell, or the empty cell when nothing is left of the text. */
export function textCell(raw: string, isFormula: boolean): Cell {
  const text = withoutStrayControls(raw);
  if (text === '') return isFormula ? { ...EMPTY_CELL, isFormula } : EMPTY_CELL;
  return { text, value: text, kind: 'text', isFormula, date: undefined };
}

export function numberCell(text: string, isFormula: boolean): Cell {
  return { text, value: Number(text), kind: 'number', isFormula, date: undefined };
}

export function dateCell(date: string, text: string, isFormula: boolean): Cell {
  return { text, value: text, kind: 'date', isFormula, date };
}

export function booleanCell(value: boolean, isFormula: boolean): Cell {
  return { text: value ? 'TRUE' : 'FALSE', value, kind: 'boolean', isFormula, date: undefined };
}

export function errorCell(text: string, isFormula: boolean): Cell {
  return { text, value: text, kind: 'error', isFormula, date: undefined };
}

const EXCEL_MAX_ROW = 1_048_576;

/** Gathers the cells of one row, holding to the limits, and says whether there is a row to hand on. */
export interface RowBuilder {
  start(rowNumber: number): void;
  /** `column` counts from 0. */
  put(column: number, cell: Cell): void;
  /** The row, or null when nothing but empty cells was put. */
  finish(): Row | null;
}

export function createRowBuilder(limits: SpreadsheetLimits): RowBuilder {
  let number = 0;
  let cells: Cell[] = [];
  let rowCount = 0;
  return {
    start(rowNumber) {
      if (!(rowNumber >= 1 && rowNumber <= EXCEL_MAX_ROW)) throw damaged('rowNumber');
      number = rowNumber;
      cells = [];
    },
    put(column, cell) {
      if (cell.kind === 'empty' && !cell.isFormula) return;
      if (!(column >= 0)) throw damaged('cellReference', { row: number });
      if (column >= limits.columns)
        throw new SpreadsheetError('tooManyColumns', { limit: limits.columns, row: number });
      if (cell.text.length > limits.cellTextChars) {
        throw new SpreadsheetError('cellTooLong', { limit: limits.cellTextChars, row: number, column: column + 1 });
      }
      while (cells.length < column) cells.push(EMPTY_CELL);
      cells[column] = cell;
    },
    finish() {
      if (cells.length === 0) return null;
      rowCount += 1;
      if (rowCount > limits.rows) throw new SpreadsheetError('tooManyRows', { limit: limits.rows });
      return { number, cells };
    },
  };
}
