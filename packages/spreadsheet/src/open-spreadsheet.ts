import { type SpreadsheetSource, withBytes } from './byte-source.ts';
import { openCsv } from './csv-reader.ts';
import { SpreadsheetError } from './spreadsheet.errors.ts';
import { DEFAULT_LIMITS, type SpreadsheetLimits } from './spreadsheet.limits.ts';
import type { Spreadsheet } from './spreadsheet.ts';
import { openXls } from './xls-reader.ts';
import { openXlsx } from './xlsx-reader.ts';

export interface OpenOptions {
  /** Only those to change; the rest is DEFAULT_LIMITS. */
  readonly limits?: Partial<SpreadsheetLimits>;
}

const ZIP = 'zip';
const OLE2 = 'ole2';

// What a file is by its first bytes; its name is never asked.
const SIGNATURES: readonly (readonly [found: string, hex: string])[] = [
  [ZIP, '504b0304'],
  [ZIP, '504b0506'],
  [OLE2, 'd0cf11e0a1b11ae1'],
  ['pdf', '255044462d'],
  ['image', '89504e470d0a1a0a'],
  ['image', 'ffd8ff'],
  ['image', '474946383'],
  ['rtf', '7b5c727466'],
  ['archive', '1f8b08'],
  ['archive', '526172211a07'],
  ['archive', '377abcaf271c'],
  ['binary', '7f454c46'],
  ['binary', '4d5a90'],
];

/**
 * Opens an .xlsx, an .xls (Excel 97-2003) or a CSV (UTF-8, UTF-16, GBK/GB18030) for reading.
 * Throws SpreadsheetError with a code for each way in which a file is not fit to be read; errors of the disk
 * (no such file …) come as they are. With `bytes`, the array must not change while the Spreadsheet is in use.
 */
export async function openSpreadsheet(source: SpreadsheetSource, options: OpenOptions = {}): Promise<Spreadsheet> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const found = await withBytes(source, async (bytes) => {
    if (bytes.size === 0) throw new SpreadsheetError('empty');
    if (bytes.size > limits.fileBytes) {
      throw new SpreadsheetError('tooLarge', { what: 'file', limitBytes: limits.fileBytes, actualBytes: bytes.size });
    }
    const head = (await bytes.read(0, Math.min(bytes.size, 16))).toString('hex');
    return SIGNATURES.find(([, hex]) => head.startsWith(hex))?.[0];
  });
  if (found === ZIP) return openXlsx(source, limits);
  if (found === OLE2) return openXls(source, limits);
  if (found !== undefined) throw new SpreadsheetError('notASpreadsheet', { found });
  return openCsv(source, limits);
}
