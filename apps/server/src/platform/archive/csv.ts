/** First bytes of every CSV: spreadsheets then read the rest as UTF-8. */
export const byteOrderMark = '\ufeff';

/** Characters at which a spreadsheet takes a cell for a formula; the apostrophe is there so that ours can be told apart. */
const looksRun = /^[=+\-@\t\r']/;

/** A text that a spreadsheet would run as a formula gets an apostrophe in front (PLT-10); `openCell` takes it off again. */
export const guardCell = (text: string) => (looksRun.test(text) ? `'${text}` : text);
export const openCell = (text: string) => (text.startsWith("'") ? text.slice(1) : text);

/** One line. Nothing (null) is an empty cell; an empty text is `""`, so that the two stay apart. */
export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(text: string | null): string {
  if (text === null) return '';
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Lines of a CSV written by `csvLine`, in batches of one chunk. Throws on anything `csvLine` does not write. */
export async function* readCsv(chunks: AsyncIterable<string>): AsyncGenerator<(string | null)[][]> {
  let rest = '';
  for await (const chunk of chunks) {
    rest += chunk;
    const batch: (string | null)[][] = [];
    let at = 0;
    for (;;) {
      const line = readLine(rest, at);
      if (!line) break;
      batch.push(line.cells);
      at = line.end;
    }
    rest = rest.slice(at);
    if (batch.length > 0) yield batch;
  }
  if (rest !== '') throw new Error('the last line is not whole');
}

/** The line that begins at `from`, or undefined while its end has not come yet. */
function readLine(text: string, from: number): { cells: (string | null)[]; end: number } | undefined {
  const cells: (string | null)[] = [];
  for (let at = from; ; ) {
    const cell = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at);
    if (!cell) return undefined;
    cells.push(cell.value);
    const after = text[cell.end];
    if (after === ',') at = cell.end + 1;
    else if (after === '\r' && text[cell.end + 1] === '\n') return { cells, end: cell.end + 2 };
    else if (after === undefined || (after === '\r' && text[cell.end + 1] === undefined)) return undefined;
    else throw new Error('a cell ends in an unknown way');
  }
}

type Cell = { value: string | null; end: number } | undefined;

function readPlain(text: string, from: number): Cell {
  let end = from;
  while (end < text.length && text[end] !== ',' && text[end] !== '\r') end += 1;
  return end === text.length ? undefined : { value: end === from ? null : text.slice(from, end), end };
}

function readQuoted(text: string, from: number): Cell {
  for (let at = from + 1; ; ) {
    const quote = text.indexOf('"', at);
    // Whether a quote at the end of what has come is doubled, only the next chunk tells.
    if (quote === -1 || quote + 1 === text.length) return undefined;
    if (text[quote + 1] !== '"') return { value: text.slice(from + 1, quote).replaceAll('""', '"'), end: quote + 1 };
    at = quote + 2;
  }
}
