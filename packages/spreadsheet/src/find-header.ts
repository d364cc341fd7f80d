import { toHalfWidth } from './clean-text.ts';
import type { Row } from './spreadsheet.ts';

/** A column an importer knows: its key and every title it has been seen under. */
export interface KnownHeading {
  readonly key: string;
  readonly titles: readonly string[];
  readonly isRequired?: boolean;
}

export interface FoundColumn {
  /** From 0, as in `Row.cells`. */
  readonly index: number;
  readonly title: string;
  /** Null when no known heading fits. */
  readonly key: string | null;
  /** 1 when the title is a known one; lower when only alike; 0 without a key. */
  readonly confidence: number;
}

export interface FoundHeader {
  /** The heading's row (of two heading rows the lower); data begins below it. */
  readonly headerRow: number;
  readonly columns: readonly FoundColumn[];
  /** Titles in the file that no known heading fits. */
  readonly unmatched: readonly string[];
  /** Keys of required headings that the file lacks. */
  readonly missing: readonly string[];
  /** Rows right under the heading that look like a filled-in example of a template. */
  readonly exampleRows: readonly number[];
}

const ROWS_SEARCHED = 20;
const ALIKE_MIN_CHARS = 2;

/**
 * Looks for the heading among the first rows: title lines stand above it, an example row may stand below, and it may
 * take two rows when a group title spans several columns. Null when no row fits at least two known headings
 * (one, when only one is known): then a person has to point at it.
 */
export function findHeader(rows: readonly Row[], known: readonly KnownHeading[]): FoundHeader | null {
  const candidates = rows.slice(0, ROWS_SEARCHED).flatMap((row, index) => {
    const titles = titlesOf(row);
    const above = rows[index - 1];
    const single = { index, row, columns: matchColumns(titles, known) };
    if (!above || above.number !== row.number - 1) return [single];
    return [single, { index, row, columns: matchColumns(joinTitles(titlesOf(above), titles), known) }];
  });
  let best: (typeof candidates)[number] | undefined;
  for (const candidate of candidates) {
    if (!best || score(candidate.columns) > score(best.columns)) best = candidate;
  }
  if (!best || countKeys(best.columns) < Math.min(2, known.length)) return null;
  const keys = new Set(best.columns.map((column) => column.key));
  return {
    headerRow: best.row.number,
    columns: best.columns,
    unmatched: best.columns.filter((column) => column.key === null).map((column) => column.title),
    missing: known.filter((heading) => heading.isRequired && !keys.has(heading.key)).map((heading) => heading.key),
    exampleRows: findExampleRows(rows.slice(best.index + 1, best.index + 3)),
  };
}

/** A heading without what people put around it: width, case, spaces, line breaks, stars, "(必填)", colons. */
export function normaliseHeading(title: string): string {
  return toHalfWidth(title)
    .toLowerCase()
    .replace(/[\s\u00a0\u200b-\u200f\ufeff*:"'_]+/g, '')
    .replace(/[([【〔]?(?:必填项?|选填项?|非必填)[)\]】〕]?/g, '');
}

/** The same without units and remarks in brackets: 建筑面积(㎡) → 建筑面积. */
function withoutBrackets(normalised: string): string {
  return normalised.replace(/[([【〔][^)\]】〕]*[)\]】〕]?/g, '');
}

function titlesOf(row: Row): string[] {
  return row.cells.map((cell) => (cell.kind === 'text' || cell.kind === 'date' ? cell.text.trim() : ''));
}

/** Two heading rows as one: the lower title, or where it is blank the upper one. */
function joinTitles(upper: readonly string[], lower: readonly string[]): string[] {
  const width = Math.max(upper.length, lower.length);
  return Array.from({ length: width }, (_, index) => lower[index] || upper[index] || '');
}

function matchColumns(titles: readonly string[], known: readonly KnownHeading[]): FoundColumn[] {
  const claims = titles.flatMap((title, index) =>
    title === '' ? [] : known.map(({ key, titles: names }) => ({ index, key, confidence: likeness(title, names) })),
  );
  // The surest pairs first; a key and a column are each given away once.
  claims.sort((a, b) => b.confidence - a.confidence || a.index - b.index);
  const keyOfColumn = new Map<number, (typeof claims)[number]>();
  const keysTaken = new Set<string>();
  for (const claim of claims) {
    if (claim.confidence === 0 || keysTaken.has(claim.key) || keyOfColumn.has(claim.index)) continue;
    keyOfColumn.set(claim.index, claim);
    keysTaken.add(claim.key);
  }
  return titles.flatMap((title, index) => {
    const claim = keyOfColumn.get(index);
    return title === '' ? [] : [{ index, title, key: claim?.key ?? null, confidence: claim?.confidence ?? 0 }];
  });
}

/** 1: the same; 0.9: the same but for units in brackets; below: one contains the other and is at least half of it. */
function likeness(title: string, names: readonly string[]): number {
  const full = normaliseHeading(title);
  const bare = withoutBrackets(full);
  let best = 0;
  for (const name of names) {
    const knownFull = normaliseHeading(name);
    const knownBare = withoutBrackets(knownFull);
    if (full === knownFull) return 1;
    if (bare !== '' && bare === knownBare) best = Math.max(best, 0.9);
    const [shorter, longer] = bare.length < knownBare.length ? [bare, knownBare] : [knownBare, bare];
    const share = shorter.length / longer.length;
    if (shorter.length >= ALIKE_MIN_CHARS && share >= 0.5 && longer.includes(shorter))
      best = Math.max(best, share * 0.8);
  }
  return best;
}

function score(columns: readonly FoundColumn[]): number {
  return columns.reduce((sum, column) => sum + column.confidence, 0);
}

function countKeys(columns: readonly FoundColumn[]): number {
  return columns.filter((column) => column.key !== null).length;
}

function findExampleRows(rows: readonly Row[]): number[] {
  const numbers: number[] = [];
  for (const row of rows) {
    const isExample = row.cells.some((cell) =>
      /^\(?(?:示例|样例|例[:如])|填写说明|备注说明|最多\d+字/.test(toHalfWidth(cell.text)),
    );
    if (!isExample) break;
    numbers.push(row.number);
  }
  return numbers;
}

/** Whether a row is a line of sums (合计, 总计, 小计) and not data. */
export function isTotalsRow(row: Row): boolean {
  const first = row.cells.find((cell) => cell.kind !== 'empty');
  return first?.kind === 'text' && /^(?:合计|总计|小计|本页小?合?计|累计):?$/.test(normaliseHeading(first.text));
}
