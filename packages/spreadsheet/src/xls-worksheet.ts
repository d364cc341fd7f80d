import { type BiffRecord, decodeRk, errorText, RECORD, readBiffString, recordAt } from './biff-records.ts';
import { booleanCell, createRowBuilder, errorCell, type RowBuilder, textCell } from './cells.ts';
import { formattedCell } from './number-format.ts';
import { damaged } from './spreadsheet.errors.ts';
import type { SpreadsheetLimits } from './spreadsheet.limits.ts';
import type { Cell, Row } from './spreadsheet.ts';
import type { XlsWorkbook } from './xls-workbook.ts';

const CELL_RECORDS: ReadonlySet<number> = new Set([
  RECORD.formula,
  RECORD.mulRk,
  RECORD.rString,
  RECORD.labelSst,
  RECORD.number,
  RECORD.label,
  RECORD.boolErr,
  RECORD.rk,
]);

/** The rows of the sheet that begins at `offset` of the workbook stream. */
export function* readXlsRows(
  stream: Buffer,
  offset: number,
  workbook: XlsWorkbook,
  limits: SpreadsheetLimits,
): Generator<Row> {
  const builder = createRowBuilder(limits);
  let rowIndex = -1;
  for (const at of cellOffsets(stream, offset)) {
    const record = recordAt(stream, at)!;
    const nextRowIndex = record.data.readUInt16LE(0);
    if (nextRowIndex !== rowIndex) {
      const row = rowIndex === -1 ? null : builder.finish();
      if (row) yield row;
      rowIndex = nextRowIndex;
      builder.start(rowIndex + 1);
    }
    putCells(stream, record, workbook, builder);
  }
  const last = rowIndex === -1 ? null : builder.finish();
  if (last) yield last;
}

/** Where the cells' records are, in the order of their rows: the format asks for that order but not all writers keep it. */
function cellOffsets(stream: Buffer, offset: number): number[] {
  const offsets: number[] = [];
  const first = recordAt(stream, offset);
  if (!first || first.id !== RECORD.bof) throw damaged('xls');
  let depth = 1; // charts lie inside a sheet as sheets of their own
  let lastRow = 0;
  let isSorted = true;
  let at = first.next;
  for (let record = recordAt(stream, at); record && depth > 0; record = recordAt(stream, at)) {
    if (record.id === RECORD.bof) depth += 1;
    else if (record.id === RECORD.eof) depth -= 1;
    else if (depth === 1 && CELL_RECORDS.has(record.id)) {
      const row = record.data.readUInt16LE(0);
      if (row < lastRow) isSorted = false;
      lastRow = row;
      offsets.push(at);
    }
    at = record.next;
  }
  if (isSorted) return offsets;
  return offsets.sort((a, b) => stream.readUInt16LE(a + 4) - stream.readUInt16LE(b + 4) || a - b);
}

function putCells(stream: Buffer, record: BiffRecord, workbook: XlsWorkbook, builder: RowBuilder): void {
  const { id, data } = record;
  const column = data.readUInt16LE(2);
  if (id === RECORD.mulRk) {
    const count = Math.floor((data.length - 6) / 6);
    for (let index = 0; index < count; index += 1) {
      const at = 4 + index * 6;
      builder.put(column + index, numeric(decodeRk(data.readInt32LE(at + 2)), data.readUInt16LE(at), workbook, false));
    }
    return;
  }
  builder.put(column, readCell(stream, record, workbook));
}

function readCell(stream: Buffer, record: BiffRecord, workbook: XlsWorkbook): Cell {
  const { id, data } = record;
  const style = data.readUInt16LE(4);
  switch (id) {
    case RECORD.labelSst: {
      const text = workbook.sharedStrings[data.readUInt32LE(6)];
      if (text === undefined) throw damaged('sharedString');
      return textCell(text, false);
    }
    case RECORD.label:
    case RECORD.rString:
      return textCell(readBiffString(data, 6, 2), false);
    case RECORD.rk:
      return numeric(decodeRk(data.readInt32LE(6)), style, workbook, false);
    case RECORD.number:
      return numeric(data.readDoubleLE(6), style, workbook, false);
    case RECORD.boolErr:
      return booleanOrError(data.readUInt8(6), data.readUInt8(7) === 1, false);
    default:
      return formulaResult(stream, record, style, workbook);
  }
}

function numeric(value: number, style: number, workbook: XlsWorkbook, isFormula: boolean): Cell {
  return formattedCell(value, workbook.formats[style] ?? { kind: 'number' }, workbook.dateSystem, isFormula);
}

function booleanOrError(code: number, isError: boolean, isFormula: boolean): Cell {
  return isError ? errorCell(errorText(code), isFormula) : booleanCell(code !== 0, isFormula);
}

/** The result stored with a formula; a text result stands in a record of its own shortly after. */
function formulaResult(stream: Buffer, record: BiffRecord, style: number, workbook: XlsWorkbook): Cell {
  const { data } = record;
  if (data.readUInt16LE(12) !== 0xffff) return numeric(data.readDoubleLE(6), style, workbook, true);
  const kind = data.readUInt8(6);
  if (kind === 1 || kind === 2) return booleanOrError(data.readUInt8(8), kind === 2, true);
  if (kind !== 0) return textCell('', true);
  let next = recordAt(stream, record.next);
  // A shared, array or table formula's own record may stand between.
  for (let between = 0; next && next.id !== RECORD.string && between < 2; between += 1) {
    next = recordAt(stream, next.next);
  }
  return textCell(next?.id === RECORD.string ? readBiffString(next.data, 0, 2) : '', true);
}
