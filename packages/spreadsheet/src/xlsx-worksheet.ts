import { booleanCell, createRowBuilder, dateCell, EMPTY_CELL, errorCell, textCell } from './cells.ts';
import { type NumberFormat, storedNumberCell } from './number-format.ts';
import type { DateSystem } from './serial-date.ts';
import { damaged } from './spreadsheet.errors.ts';
import type { SpreadsheetLimits } from './spreadsheet.limits.ts';
import type { Cell, Row } from './spreadsheet.ts';
import { decodeEscapes, detached } from './xlsx-text.ts';
import { createXmlScanner, fastAttribute, type XmlEvents } from './xml-scanner.ts';

/** What a worksheet refers to outside itself. */
export interface WorksheetContext {
  readonly sharedStrings: readonly string[];
  readonly formats: readonly NumberFormat[];
  readonly dateSystem: DateSystem;
  readonly limits: SpreadsheetLimits;
}

/** Rows as the unpacked bytes come in; nothing is read ahead of the consumer beyond one chunk. */
export async function* readWorksheetRows(
  chunks: AsyncIterable<Buffer>,
  context: WorksheetContext,
): AsyncGenerator<Row> {
  let ready: Row[] = [];
  const scanner = createXmlScanner(createSheetEvents(context, (row) => ready.push(row)));
  const decoder = new TextDecoder('utf-8');
  for await (const chunk of chunks) {
    scanner.write(decoder.decode(chunk, { stream: true }));
    if (ready.length === 0) continue;
    yield* ready;
    ready = [];
  }
  scanner.end();
  yield* ready;
}

/** The parts of a `<c>` while it is being read. */
interface OpenCell {
  column: number;
  type: string;
  style: number;
  value: string;
  inlineText: string;
  isFormula: boolean;
}

function createSheetEvents(context: WorksheetContext, onRow: (row: Row) => void): XmlEvents {
  const builder = createRowBuilder(context.limits);
  const cell: OpenCell = { column: -1, type: '', style: 0, value: '', inlineText: '', isFormula: false };
  let rowNumber = 0;
  let isInRow = false;
  let isInCell = false;
  let isInPhonetic = false;
  let textGoesTo: 'nowhere' | 'value' | 'inlineText' = 'nowhere';

  function openRow(tag: string): void {
    const stated = fastAttribute(tag, 'r');
    rowNumber = stated === undefined ? rowNumber + 1 : Number(stated);
    builder.start(rowNumber);
    cell.column = -1;
    isInRow = true;
  }

  function openCell(tag: string): void {
    const reference = fastAttribute(tag, 'r');
    cell.column = reference === undefined ? cell.column + 1 : columnOfReference(reference);
    cell.type = fastAttribute(tag, 't') ?? 'n';
    cell.style = Number(fastAttribute(tag, 's') ?? 0);
    cell.value = '';
    cell.inlineText = '';
    cell.isFormula = false;
    isInCell = true;
  }

  return {
    open(name, tag) {
      if (name === 'c') {
        if (isInRow) openCell(tag);
      } else if (name === 'v') textGoesTo = isInCell ? 'value' : 'nowhere';
      else if (name === 'f') cell.isFormula = isInCell;
      else if (name === 't') textGoesTo = isInCell && !isInPhonetic ? 'inlineText' : 'nowhere';
      else if (name === 'row') openRow(tag);
      else if (name === 'rPh') isInPhonetic = true;
    },
    close(name) {
      if (name === 'v' || name === 't') textGoesTo = 'nowhere';
      else if (name === 'rPh') isInPhonetic = false;
      else if (name === 'c' && isInCell) {
        isInCell = false;
        builder.put(cell.column, finishCell(cell, context));
      } else if (name === 'row' && isInRow) {
        isInRow = false;
        const row = builder.finish();
        if (row) onRow(row);
      }
    },
    text(text) {
      if (textGoesTo === 'value') cell.value += text;
      else if (textGoesTo === 'inlineText') cell.inlineText += text;
    },
  };
}

function finishCell(cell: OpenCell, context: WorksheetContext): Cell {
  const { type, value, isFormula } = cell;
  if (type === 'inlineStr') return textCell(detached(decodeEscapes(cell.inlineText)), isFormula);
  if (value === '') return isFormula ? textCell('', true) : EMPTY_CELL;
  switch (type) {
    case 's': {
      const text = context.sharedStrings[Number(value)];
      if (text === undefined) throw damaged('sharedString');
      return textCell(text, isFormula);
    }
    case 'str':
      return textCell(detached(decodeEscapes(value)), isFormula);
    case 'b':
      return booleanCell(value.trim() === '1' || value.trim() === 'true', isFormula);
    case 'e':
      return errorCell(detached(value), isFormula);
    case 'd':
      return isoCell(value, isFormula);
    default:
      return storedNumberCell(value, context.formats[cell.style] ?? { kind: 'number' }, context.dateSystem, isFormula);
  }
}

/** Strict files may hold days as ISO texts. */
function isoCell(value: string, isFormula: boolean): Cell {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2}))?/.exec(value);
  if (!match) return textCell(detached(value), isFormula);
  const [, date = '', time = '00:00:00'] = match;
  return dateCell(date, time === '00:00:00' ? date : `${date} ${time}`, isFormula);
}

/** The column of a reference like AB12, from 0. */
function columnOfReference(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length && at < 4; at += 1) {
    const code = reference.charCodeAt(at) & ~0x20;
    if (code < 0x41 || code > 0x5a) break;
    column = column * 26 + code - 0x40;
  }
  if (column === 0) throw damaged('cellReference');
  return column - 1;
}
