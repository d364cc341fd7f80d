import { openBytes, type SpreadsheetSource, withBytes } from './byte-source.ts';
import type { SpreadsheetLimits } from './spreadsheet.limits.ts';
import type { Row, Spreadsheet } from './spreadsheet.ts';
import { readXlsxPackage, type XlsxPackage } from './xlsx-package.ts';
import { readSharedStrings } from './xlsx-shared-strings.ts';
import { readCellFormats } from './xlsx-styles.ts';
import { readWorksheetRows } from './xlsx-worksheet.ts';
import { readSmallZipEntry, readZipEntry } from './zip-entry.ts';

const STYLES_BYTES = 32 * 1024 * 1024;

/** Opens an .xlsx: its directory is judged and its list of sheets read; the sheets themselves when asked for. */
export async function openXlsx(source: SpreadsheetSource, limits: SpreadsheetLimits): Promise<Spreadsheet> {
  const content = await withBytes(source, (bytes) => readXlsxPackage(bytes, limits));
  const firstVisible = Math.max(
    0,
    content.sheets.findIndex((sheet) => !sheet.isHidden),
  );
  return {
    kind: 'xlsx',
    sheets: content.sheets.map(({ name, isHidden }) => ({ name, isHidden })),
    rows: (sheet = firstVisible) => readSheet(source, content, sheet, limits),
  };
}

async function* readSheet(
  source: SpreadsheetSource,
  content: XlsxPackage,
  sheetIndex: number,
  limits: SpreadsheetLimits,
): AsyncGenerator<Row> {
  const sheet = content.sheets[sheetIndex];
  if (!sheet) throw new RangeError(`no sheet ${sheetIndex}`);
  const bytes = await openBytes(source);
  try {
    const { styles, sharedStrings, dateSystem } = content;
    yield* readWorksheetRows(readZipEntry(bytes, sheet.part), {
      sharedStrings: sharedStrings ? await readSharedStrings(readZipEntry(bytes, sharedStrings), limits) : [],
      formats: styles ? readCellFormats(await readSmallZipEntry(bytes, styles, STYLES_BYTES)) : [],
      dateSystem,
      limits,
    });
  } finally {
    await bytes.close();
  }
}
