import { type SpreadsheetSource, withBytes } from './byte-source.ts';
import { openOle2 } from './ole2.ts';
import { damaged, isSpreadsheetError, SpreadsheetError } from './spreadsheet.errors.ts';
import type { SpreadsheetLimits } from './spreadsheet.limits.ts';
import type { Row, Spreadsheet } from './spreadsheet.ts';
import { readXlsWorkbook } from './xls-workbook.ts';
import { readXlsRows } from './xls-worksheet.ts';

/**
 * Opens an OLE2 file: an .xls of Excel 97-2003, or says what else it is. The format needs random access, so the
 * workbook's bytes (at most the limit of a file) stay in memory while the Spreadsheet is held.
 */
export async function openXls(source: SpreadsheetSource, limits: SpreadsheetLimits): Promise<Spreadsheet> {
  const file = await withBytes(source, (bytes) => bytes.read(0, bytes.size));
  return guarded(() => {
    const stream = workbookStream(file);
    const workbook = readXlsWorkbook(stream, limits);
    const firstVisible = Math.max(
      0,
      workbook.sheets.findIndex((sheet) => !sheet.isHidden),
    );
    return {
      kind: 'xls',
      sheets: workbook.sheets.map(({ name, isHidden }) => ({ name, isHidden })),
      async *rows(sheetIndex = firstVisible): AsyncGenerator<Row> {
        const sheet = workbook.sheets[sheetIndex];
        if (!sheet) throw new RangeError(`no sheet ${sheetIndex}`);
        const rows = readXlsRows(stream, sheet.offset, workbook, limits);
        for (;;) {
          const step = guarded(() => rows.next());
          if (step.done) return;
          yield step.value;
        }
      },
    };
  });
}

function workbookStream(file: Buffer): Buffer {
  const ole2 = openOle2(file);
  if (ole2.names.includes('EncryptedPackage')) throw new SpreadsheetError('encrypted');
  const stream = ole2.stream('Workbook');
  if (stream) return stream;
  if (ole2.names.includes('Book')) throw new SpreadsheetError('notASpreadsheet', { found: 'xls95' });
  throw new SpreadsheetError('notASpreadsheet', { found: ole2.names.includes('WordDocument') ? 'doc' : 'ole2' });
}

/** A figure in the file that points outside of it makes Buffer throw RangeError: the file is damaged, nothing else. */
function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isSpreadsheetError(error) || !(error instanceof RangeError)) throw error;
    throw damaged('xls', {}, error);
  }
}
