import { importFail } from '@anlin/contract';
import { type Cell, findHeader, isTotalsRow, parseDecimalText, type Row } from '@anlin/spreadsheet';
import { hideIdCards, shownCell } from './hide-secrets.ts';
import type { ImportColumn } from './importer.ts';

/** How a file's columns are read; kept with the import. */
export interface ColumnMapping {
  headerRow: number;
  /** Rows under the heading that are the template's example. */
  exampleRows: readonly number[];
  headings: readonly { index: number; title: string; samples: readonly string[] }[];
  /** Key of the importer's column → index of the heading. */
  columns: Readonly<Record<string, number>>;
}

const emptyCell: Cell = { text: '', value: null, kind: 'empty', isFormula: false };
const sampleCount = 3;
const sampleLength = 40;

/**
 * Finds the heading and matches its titles. Where no known title is found at all, the first row is taken for the
 * heading when it holds at least two texts, so that a person can match the columns; otherwise the file is refused.
 */
export function recogniseColumns(head: readonly Row[], columns: readonly ImportColumn[]): ColumnMapping {
  const found = findHeader(
    head,
    columns.map((column) => ({
      key: column.key,
      titles: [column.title, ...column.synonyms],
      isRequired: column.isRequired,
    })),
  );
  const header = found ?? plainHeading(head);
  if (!header) {
    const titles = columns.filter((column) => column.isRequired).map((column) => column.title);
    throw importFail('import.headingNotFound', { titles: titles.slice(0, 3).join('、') });
  }
  const { headerRow, exampleRows } = header;
  const below = head.filter((row) => row.number > headerRow && !exampleRows.includes(row.number) && !isTotalsRow(row));
  if (below.length === 0) throw importFail('import.noRows');
  return {
    headerRow,
    exampleRows,
    headings: header.columns.map(({ index, title }) => ({ index, title, samples: samplesOf(below, index) })),
    columns: Object.fromEntries(header.columns.flatMap(({ key, index }) => (key === null ? [] : [[key, index]]))),
  };
}

/** The same for headings that were found before: what is known of their titles alone, without anybody's choices. */
export function recogniseAgain(columns: readonly ImportColumn[], mapping: ColumnMapping): ColumnMapping {
  const cells = (texts: ReadonlyMap<number, string>): Row['cells'] =>
    Array.from({ length: Math.max(0, ...texts.keys()) + 1 }, (_, index) => {
      const text = texts.get(index) ?? '';
      return text === '' ? emptyCell : { text, value: text, kind: 'text', isFormula: false };
    });
  const header = findHeader(
    [{ number: mapping.headerRow, cells: cells(new Map(mapping.headings.map((one) => [one.index, one.title]))) }],
    columns.map(({ key, title, synonyms, isRequired }) => ({ key, titles: [title, ...synonyms], isRequired })),
  );
  const found = header?.columns.flatMap(({ key, index }) => (key === null ? [] : [[key, index] as const])) ?? [];
  return { ...mapping, columns: Object.fromEntries(found) };
}

/** A heading of words nobody here knows: at least two texts, and no figure among them (a CSV has its figures as text). */
function plainHeading(head: readonly Row[]) {
  const row = head.find((one) => one.cells.filter((cell) => cell.kind === 'text').length >= 2);
  if (!row || row.cells.some((cell) => cell.kind === 'number' || parseDecimalText(cell.text).isOk)) return null;
  return {
    headerRow: row.number,
    exampleRows: [] as number[],
    columns: row.cells.flatMap((cell, index) =>
      cell.text.trim() === '' ? [] : [{ index, title: cell.text.trim(), key: null }],
    ),
  };
}

function samplesOf(rows: readonly Row[], index: number): string[] {
  return rows
    .map((row) => hideIdCards(row.cells[index]?.text.trim() ?? '').slice(0, sampleLength))
    .filter((text) => text !== '')
    .slice(0, sampleCount);
}

/** Titles of required columns that nothing is taken for. */
export function missingTitles(columns: readonly ImportColumn[], mapping: ColumnMapping): string[] {
  return columns
    .filter((column) => column.isRequired && mapping.columns[column.key] === undefined)
    .map((column) => column.title);
}

/** The mapping with a person's choices. Throws `import.columnUnknown`, `import.columnTwice`. */
export function chooseColumns(
  columns: readonly ImportColumn[],
  mapping: ColumnMapping,
  choices: Readonly<Record<string, number | null>>,
): ColumnMapping {
  const chosen = new Map(Object.entries(mapping.columns));
  for (const column of columns) {
    const index = choices[column.key];
    if (index === undefined) continue;
    if (index === null) chosen.delete(column.key);
    else chosen.set(column.key, index);
  }
  const taken = new Set<number>();
  for (const index of chosen.values()) {
    const heading = mapping.headings.find((one) => one.index === index);
    if (!heading) throw importFail('import.columnUnknown', { column: index + 1 });
    if (taken.has(index)) throw importFail('import.columnTwice', { heading: heading.title });
    taken.add(index);
  }
  return { ...mapping, columns: Object.fromEntries(chosen) };
}

/** A mapping as it may be kept: samples of secret columns are hidden. */
export function withHiddenSamples(columns: readonly ImportColumn[], mapping: ColumnMapping): ColumnMapping {
  const secret = new Set(columns.filter((one) => one.isSecret).map((one) => mapping.columns[one.key]));
  const isNamed = (title: string) =>
    columns.some((one) => one.isSecret && [one.title, ...one.synonyms].includes(title));
  return {
    ...mapping,
    headings: mapping.headings.map((heading) => ({
      ...heading,
      samples: heading.samples.map((text) =>
        shownCell(secret.has(heading.index) || isNamed(heading.title) ? { isSecret: true } : undefined, text),
      ),
    })),
  };
}
