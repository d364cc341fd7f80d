import type { Writable } from 'node:stream';
import type { OutputRow, OutputSheet } from './output-columns.ts';
import { type OutputTarget, writeToTarget } from './output-target.ts';
import { createSheetWriter, STYLES_XML } from './xlsx-sheet-writer.ts';
import { encodeText } from './xlsx-text.ts';
import { createZipWriter } from './zip-writer.ts';

export interface WriteOptions {
  /** Rows of a sheet with its heading; what is more goes on in a further sheet. Excel's limit unless a test sets it. */
  readonly rowsPerSheet?: number;
}

/** What was written, for a message such as "1,000,000 rows in one sheet". */
export interface WriteResult {
  readonly rowCount: number;
  readonly sheetNames: readonly string[];
}

const EXCEL_MAX_ROWS = 1_048_576;
const CHUNK_CHARS = 128 * 1024;
// Readers without ZIP64 stop at 4 GiB a part; a sheet is continued well before.
const SHEET_BYTES_MAX = 3.5 * 1024 ** 3;

/**
 * Writes an .xlsx as the rows come, in constant memory: the heading frozen and bold, texts as texts whatever they
 * begin with, money and numbers as exact decimals. A sheet that grows beyond Excel's limit is continued in
 * "name (2)" under the same heading. Throws TypeError when a value does not fit its column's kind, and whatever the
 * rows or the target throw.
 */
export async function writeSpreadsheet(
  target: OutputTarget,
  workbook: { readonly sheets: readonly OutputSheet[] },
  options: WriteOptions = {},
): Promise<WriteResult> {
  if (workbook.sheets.length === 0) throw new TypeError('a workbook needs a sheet');
  const rowsPerSheet = options.rowsPerSheet ?? EXCEL_MAX_ROWS;
  if (rowsPerSheet < 2 || rowsPerSheet > EXCEL_MAX_ROWS) throw new RangeError('rowsPerSheet');
  let result: WriteResult = { rowCount: 0, sheetNames: [] };
  await writeToTarget(target, async (stream) => {
    result = await writeParts(stream, workbook.sheets, rowsPerSheet);
  });
  return result;
}

async function writeParts(
  stream: Writable,
  sheets: readonly OutputSheet[],
  rowsPerSheet: number,
): Promise<WriteResult> {
  const zip = createZipWriter(stream);
  const names: string[] = [];
  let rowCount = 0;
  for (const sheet of sheets) {
    const rows = pull(sheet.rows);
    try {
      for (let part = 1; part === 1 || !(await rows.isDone()); part += 1) {
        names.push(sheetName(sheet.name, part, names));
        const chunks = sheetChunks(sheet, rows, rowsPerSheet, () => {
          rowCount += 1;
        });
        await zip.addEntry(`xl/worksheets/sheet${names.length}.xml`, chunks);
      }
    } finally {
      await rows.stop();
    }
  }
  for (const [name, xml] of fixedParts(names)) await zip.addEntry(name, [Buffer.from(xml, 'utf8')]);
  await zip.finish();
  return { rowCount, sheetNames: names };
}

async function* sheetChunks(
  sheet: OutputSheet,
  rows: PulledRows,
  rowsPerSheet: number,
  onRow: () => void,
): AsyncGenerator<Buffer> {
  const writer = createSheetWriter(sheet.columns);
  let xml = writer.begin;
  let bytes = 0;
  for (let rowNumber = 2; rowNumber <= rowsPerSheet && bytes < SHEET_BYTES_MAX; rowNumber += 1) {
    // Rows already at hand are taken without a turn of the event loop: it is most of the time otherwise.
    const values = rows.takeNow() ?? (await rows.take());
    if (values === null) break;
    xml += writer.row(rowNumber, values);
    onRow();
    if (xml.length >= CHUNK_CHARS) {
      const chunk = Buffer.from(xml, 'utf8');
      bytes += chunk.length;
      xml = '';
      yield chunk;
    }
  }
  yield Buffer.from(xml + writer.end, 'utf8');
}

/** Rows one at a time, with a look ahead to know whether another sheet is needed. */
interface PulledRows {
  /** The next row of a synchronous source; undefined when it has to be waited for or there is none. */
  takeNow(): readonly unknown[] | undefined;
  take(): Promise<readonly unknown[] | null>;
  isDone(): Promise<boolean>;
  stop(): Promise<void>;
}

function pull(rows: OutputSheet['rows']): PulledRows {
  if ('batches' in rows) return pullBatches(rows.batches);
  return Symbol.asyncIterator in rows ? pullBatches(singly(rows)) : pullNow(rows);
}

async function* singly(rows: AsyncIterable<OutputRow>): AsyncGenerator<readonly OutputRow[]> {
  for await (const row of rows) yield [row];
}

function pullBatches(batches: AsyncIterable<readonly OutputRow[]>): PulledRows {
  const iterator = batches[Symbol.asyncIterator]();
  let batch: readonly OutputRow[] = [];
  let at = 0;
  let isDone = false;
  /** Fetches until there is a row at hand or no more. */
  const fill = async () => {
    while (!isDone && at === batch.length) {
      const step = await iterator.next();
      if (step.done) isDone = true;
      else [batch, at] = [step.value, 0];
    }
  };
  const takeNow = () => (at < batch.length ? batch[at++] : undefined);
  return {
    takeNow,
    async take() {
      await fill();
      return takeNow() ?? null;
    },
    async isDone() {
      await fill();
      return at === batch.length;
    },
    async stop() {
      if (!isDone) await iterator.return?.();
    },
  };
}

function pullNow(rows: Iterable<OutputRow>): PulledRows {
  const iterator = rows[Symbol.iterator]();
  let ahead: OutputRow | undefined;
  let isDone = false;
  const takeNow = () => {
    if (ahead !== undefined || isDone) {
      const row = ahead;
      ahead = undefined;
      return row;
    }
    const step = iterator.next();
    isDone = step.done === true;
    return step.done ? undefined : step.value;
  };
  return {
    takeNow,
    take: async () => takeNow() ?? null,
    async isDone() {
      ahead ??= takeNow();
      return ahead === undefined;
    },
    async stop() {
      if (!isDone) iterator.return?.();
    },
  };
}

const SHEET_NAME_CHARS_MAX = 31;

/** Excel allows 31 characters, none of []:*?/\, no apostrophe at either end, and no name twice. */
function sheetName(wanted: string, part: number, taken: readonly string[]): string {
  const clean =
    wanted
      .replace(/[[\]:*?/\\\p{Cc}]/gu, ' ')
      .replace(/^'+|'+$/g, '')
      .trim() || 'Sheet';
  for (let copy = part; ; copy += 1) {
    const suffix = copy === 1 ? '' : ` (${copy})`;
    const name = clean.slice(0, SHEET_NAME_CHARS_MAX - suffix.length).toWellFormed() + suffix;
    if (!taken.some((other) => other.toLowerCase() === name.toLowerCase())) return name;
  }
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

function fixedParts(names: readonly string[]): [name: string, xml: string][] {
  const sheets = names.map((name, index) => ({ name: encodeText(name), id: index + 1 }));
  const link = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const links = sheets.map(({ id }) => link(`rId${id}`, 'worksheet', `worksheets/sheet${id}.xml`));
  const styles = link(`rId${sheets.length + 1}`, 'styles', 'styles.xml');
  const types = sheets.map(
    ({ id }) => `<Override PartName="/xl/worksheets/sheet${id}.xml" ContentType="${TYPE}.worksheet+xml"/>`,
  );
  const list = sheets.map(({ name, id }) => `<sheet name="${name}" sheetId="${id}" r:id="rId${id}"/>`);
  return [
    ['xl/styles.xml', STYLES_XML],
    [
      'xl/workbook.xml',
      `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${list.join('')}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${XML}<Relationships xmlns="${RELATIONSHIPS}">${links.join('')}${styles}</Relationships>`,
    ],
    [
      '_rels/.rels',
      `${XML}<Relationships xmlns="${RELATIONSHIPS}">${link('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    ],
    [
      '[Content_Types].xml',
      `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        '<Default Extension="xml" ContentType="application/xml"/>' +
        `<Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/>` +
        `<Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>${types.join('')}</Types>`,
    ],
  ];
}
