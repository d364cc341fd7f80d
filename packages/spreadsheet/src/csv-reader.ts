import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { openBytes, type SpreadsheetSource, withBytes } from './byte-source.ts';
import { createRowBuilder, textCell } from './cells.ts';
import { unprotectCsvText } from './formula-text.ts';
import { damaged, isSpreadsheetError, SpreadsheetError } from './spreadsheet.errors.ts';
import type { SpreadsheetLimits } from './spreadsheet.limits.ts';
import type { Row, Spreadsheet } from './spreadsheet.ts';
import { decodePieces, detectEncoding, type TextEncoding } from './text-encoding.ts';

const SAMPLE_CHARS = 16_384;
const DELIMITERS: readonly string[] = [',', '\t', ';', '|'];
const LINES_LOOKED_AT = 40;

/** Opens a text file as CSV: encoding and delimiter are found out; cells are all text, as the format knows no types. */
export async function openCsv(source: SpreadsheetSource, limits: SpreadsheetLimits): Promise<Spreadsheet> {
  const { encoding, sample } = await withBytes(source, async (bytes) => {
    const found = await detectEncoding(bytes);
    let text = '';
    for await (const piece of decodePieces(bytes, found)) {
      text += piece;
      if (text.length >= SAMPLE_CHARS) break;
    }
    return { encoding: found, sample: text.slice(0, SAMPLE_CHARS) };
  });
  refuseOtherText(sample);
  const delimiter = detectDelimiter(sample);
  return {
    kind: 'csv',
    sheets: [{ name: 'CSV', isHidden: false }],
    rows(sheet = 0) {
      if (sheet !== 0) throw new RangeError(`no sheet ${sheet}`);
      return readCsvRows(source, encoding, delimiter, limits);
    },
  };
}

function refuseOtherText(sample: string): void {
  const start = sample.trimStart().slice(0, 512).toLowerCase();
  if (start === '' && sample.length < SAMPLE_CHARS) throw new SpreadsheetError('empty');
  if (/^(?:<!doctype html|<html|<head|<body|<table|<meta|mime-version:)/.test(start)) {
    throw new SpreadsheetError('notASpreadsheet', { found: 'html' });
  }
  if (start.startsWith('<?xml') || start.startsWith('<!doctype')) {
    throw new SpreadsheetError('notASpreadsheet', { found: start.includes('<html') ? 'html' : 'xml' });
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they tell a binary file from text
  const oddCount = sample.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/g)?.length ?? 0;
  if (oddCount > Math.max(3, sample.length / 200)) throw new SpreadsheetError('notASpreadsheet', { found: 'binary' });
}

/** The delimiter that stands, outside quotes, in the most of the first lines; a comma where none does. */
function detectDelimiter(sample: string): string {
  const linesWith = new Map<string, number>();
  let inLine = new Set<string>();
  let isQuoted = false;
  let lines = 0;
  for (const char of `${sample}\n`) {
    if (char === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (char === '\n' || char === '\r') {
      for (const delimiter of inLine) linesWith.set(delimiter, (linesWith.get(delimiter) ?? 0) + 1);
      inLine = new Set();
      lines += 1;
      if (lines >= LINES_LOOKED_AT) break;
    } else if (DELIMITERS.includes(char)) inLine.add(char);
  }
  const countOf = (delimiter: string) => linesWith.get(delimiter) ?? 0;
  return DELIMITERS.reduce((best, next) => (countOf(next) > countOf(best) ? next : best));
}

async function* readCsvRows(
  source: SpreadsheetSource,
  encoding: TextEncoding,
  delimiter: string,
  limits: SpreadsheetLimits,
): AsyncGenerator<Row> {
  const builder = createRowBuilder(limits);
  const bytes = await openBytes(source);
  const input = Readable.from(decodePieces(bytes, encoding));
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    // A quote that is never closed would otherwise swallow the rest of the file into one cell.
    max_record_size: limits.cellTextChars * 64,
  });
  input.on('error', (error) => parser.destroy(error));
  let rowNumber = 0;
  try {
    for await (const record of input.pipe(parser)) {
      rowNumber += 1;
      const row = rowOfRecord(builder, rowNumber, record as string[]);
      if (row) yield row;
    }
  } catch (error) {
    if (isSpreadsheetError(error) || !isCsvError(error)) throw error;
    const reason = error.code === 'CSV_MAX_RECORD_SIZE' ? 'csvRowTooLong' : 'csvQuote';
    throw damaged(reason, { row: rowNumber + 1 }, error);
  } finally {
    input.destroy();
    parser.destroy();
    await bytes.close();
  }
}

function rowOfRecord(builder: ReturnType<typeof createRowBuilder>, rowNumber: number, record: string[]): Row | null {
  builder.start(rowNumber);
  for (let column = 0; column < record.length; column += 1) {
    const raw = record[column]!;
    if (raw !== '') builder.put(column, textCell(unprotectCsvText(raw), false));
  }
  return builder.finish();
}

function isCsvError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_');
}
