import { RECORD, readBiffString, readSharedStringTable, recordAt } from './biff-records.ts';
import { type NumberFormat, numberFormatOf } from './number-format.ts';
import type { DateSystem } from './serial-date.ts';
import { damaged, SpreadsheetError } from './spreadsheet.errors.ts';
import type { SpreadsheetLimits } from './spreadsheet.limits.ts';

/** The first part of an .xls: what all its sheets share. */
export interface XlsWorkbook {
  readonly sheets: readonly { name: string; isHidden: boolean; offset: number }[];
  readonly sharedStrings: readonly string[];
  readonly formats: readonly NumberFormat[];
  readonly dateSystem: DateSystem;
}

const BIFF8 = 0x0600;
const WORKSHEET_TYPE = 0;

export function readXlsWorkbook(stream: Buffer, limits: SpreadsheetLimits): XlsWorkbook {
  const first = recordAt(stream, 0);
  if (!first || first.id !== RECORD.bof) throw damaged('xls');
  if (first.data.readUInt16LE(0) !== BIFF8) throw new SpreadsheetError('notASpreadsheet', { found: 'xls95' });
  const sheets: { name: string; isHidden: boolean; offset: number }[] = [];
  const codes = new Map<number, string>();
  const formatIds: number[] = [];
  let sharedStrings: string[] = [];
  let dateSystem: DateSystem = '1900';
  for (let record = recordAt(stream, first.next); record && record.id !== RECORD.eof; ) {
    const { id, data, next } = record;
    if (id === RECORD.filePass) throw new SpreadsheetError('encrypted');
    if (id === RECORD.dateMode && data.readUInt16LE(0) === 1) dateSystem = '1904';
    if (id === RECORD.format) codes.set(data.readUInt16LE(0), readBiffString(data, 2, 2));
    if (id === RECORD.xf) formatIds.push(data.readUInt16LE(2));
    if (id === RECORD.boundSheet && data.readUInt8(5) === WORKSHEET_TYPE) {
      const isHidden = (data.readUInt8(4) & 3) !== 0;
      sheets.push({ name: readBiffString(data, 6, 1), isHidden, offset: data.readUInt32LE(0) });
    }
    if (id === RECORD.sst) sharedStrings = readStrings(stream, data, next, limits);
    record = recordAt(stream, next);
  }
  if (sheets.length === 0) throw damaged('noSheets');
  if (sheets.length > limits.sheets) {
    throw new SpreadsheetError('tooManySheets', { limit: limits.sheets, actual: sheets.length });
  }
  const formats = formatIds.map((formatId) => numberFormatOf(formatId, codes.get(formatId)));
  return { sheets, sharedStrings, formats, dateSystem };
}

function readStrings(stream: Buffer, first: Buffer, next: number, limits: SpreadsheetLimits): string[] {
  const blocks = [first];
  for (let record = recordAt(stream, next); record?.id === RECORD.continue; record = recordAt(stream, record.next)) {
    blocks.push(record.data);
  }
  const strings: string[] = [];
  let chars = 0;
  readSharedStringTable(blocks, (text) => {
    chars += text.length;
    if (chars > limits.sharedTextChars || strings.length >= limits.sharedStrings) {
      throw new SpreadsheetError('tooLarge', { what: 'sharedStrings', limitBytes: limits.sharedTextChars });
    }
    strings.push(text);
  });
  return strings;
}
