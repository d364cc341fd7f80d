import { once } from 'node:events';
import { protectCsvText } from './formula-text.ts';
import { type OutputColumn, type OutputRows, outputText } from './output-columns.ts';
import { type OutputTarget, writeToTarget } from './output-target.ts';

// They show nothing, and enough of them make a reader take the file for a binary one.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;
const BYTE_ORDER_MARK = '\ufeff';
const CHUNK_CHARS = 64 * 1024;

/**
 * Writes a CSV as the rows come: UTF-8 with a byte order mark (Excel takes it for GBK otherwise), CRLF, and an
 * apostrophe before texts that would run as a formula. Returns the number of rows without the heading.
 * Throws like `writeSpreadsheet`.
 */
export async function writeCsv(
  target: OutputTarget,
  table: { readonly columns: readonly OutputColumn[]; readonly rows: OutputRows },
): Promise<number> {
  let rowCount = 0;
  await writeToTarget(target, async (stream) => {
    let text = BYTE_ORDER_MARK + csvLine(table.columns.map((column) => protectCsvText(column.title)));
    for await (const values of table.rows) {
      text += csvLine(values.map((value, index) => csvText(value, table.columns[index])));
      rowCount += 1;
      if (text.length < CHUNK_CHARS) continue;
      if (!stream.write(text)) await once(stream, 'drain');
      text = '';
    }
    stream.write(text);
  });
  return rowCount;
}

function csvText(value: unknown, column: OutputColumn | undefined): string {
  if (!column) throw new TypeError('a row has more values than columns');
  const text = outputText(value, column).replace(controlCharacters, '');
  return column.kind === 'text' ? protectCsvText(text) : text;
}

function csvLine(fields: readonly string[]): string {
  const quoted = fields.map((field) => (/[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field));
  return `${quoted.join(',')}\r\n`;
}
