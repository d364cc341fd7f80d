import type { ImportProblem } from '@anlin/contract';
import { type Cell, isTotalsRow, type Row } from '@anlin/spreadsheet';
import type { ColumnMapping } from './columns.ts';
import { hideIdCards, shownCell } from './hide-secrets.ts';
import type { AnyImporter, CellValue, ImportColumn, ImportTarget, KeyedProblem, RowFailure } from './importer.ts';
import type { Source } from './open-source.ts';

/** A row of data with what it came to: something to write, or what is wrong with it. */
export type ExaminedRow = { number: number; source: Row } & (
  | { isOk: true; row: unknown }
  | { isOk: false; problems: readonly ImportProblem[] }
);

export interface FileExamination {
  rows: AsyncGenerator<ExaminedRow>;
  notices(): readonly string[];
}

const emptyCell: Cell = { text: '', value: null, kind: 'empty', isFormula: false };
const valueLength = 80;

/**
 * Reads every row of the file in turn, knowing nothing of the database: the same file and mapping always give the same
 * rows in the same order, which is what lets a run that was cut off find its place again. Lines of sums, example rows
 * and rows with nothing in the matched columns are passed over.
 */
export function examineFile(
  importer: AnyImporter,
  target: ImportTarget,
  source: Source,
  mapping: ColumnMapping,
): FileExamination {
  const examination = importer.examine(target);
  const rowOfIdentity = new Map<string, number>();
  const columns = importer.columns.filter((column) => mapping.columns[column.key] !== undefined);
  const exampleRows = new Set(mapping.exampleRows);
  const place = placer(importer.columns, mapping);

  function examine(source: Row): ExaminedRow {
    const { number } = source;
    const { values, problems } = readRow(columns, mapping, source);
    if (problems.length > 0)
      return { number, source, isOk: false, problems: problems.map((one) => place(source, one)) };
    const completed = examination.complete(values, number);
    if (!completed.isOk)
      return { number, source, isOk: false, problems: completed.problems.map((one) => place(source, one)) };
    const earlier = rowOfIdentity.get(completed.identity);
    if (earlier !== undefined) {
      const message = `与第 ${earlier} 行重复（${completed.label}）。同一文件里只能出现一次，请删去或改正其中一行`;
      return { number, source, isOk: false, problems: [place(source, { key: completed.identityKey, message })] };
    }
    rowOfIdentity.set(completed.identity, number);
    return { number, source, isOk: true, row: completed.row };
  }

  async function* rows(): AsyncGenerator<ExaminedRow> {
    for await (const row of source.rows()) {
      if (row.number <= mapping.headerRow || exampleRows.has(row.number) || isTotalsRow(row)) continue;
      if (columns.every((column) => cellOf(row, mapping, column.key).text.trim() === '')) continue;
      yield examine(row);
    }
  }
  return { rows: rows(), notices: () => examination.notices() };
}

function cellOf(row: Row, mapping: ColumnMapping, key: string): Cell {
  return row.cells[mapping.columns[key] ?? -1] ?? emptyCell;
}

function readRow(columns: readonly ImportColumn[], mapping: ColumnMapping, row: Row) {
  const values: Record<string, CellValue> = {};
  const problems: KeyedProblem[] = [];
  for (const column of columns) {
    const reading = column.read(cellOf(row, mapping, column.key));
    if (reading.isOk) values[column.key] = reading.value;
    else problems.push({ key: column.key, message: reading.message });
  }
  return { values, problems };
}

/** Gives a problem its place as a person finds it in Excel: row number, title of the column in the file, the cell's text. */
function placer(columns: readonly ImportColumn[], mapping: ColumnMapping) {
  return (source: Row, problem: KeyedProblem): ImportProblem => {
    const index = mapping.columns[problem.key];
    const heading = mapping.headings.find((one) => one.index === index);
    const known = columns.find((one) => one.key === problem.key);
    const value = shownCell(known, cellOf(source, mapping, problem.key).text).slice(0, valueLength);
    return {
      row: source.number,
      column: heading?.title ?? known?.title ?? '',
      value,
      message: hideIdCards(problem.message),
    };
  };
}

/** The same for what the database refused. */
export function placeFailures(
  importer: AnyImporter,
  mapping: ColumnMapping,
  sources: ReadonlyMap<number, Row>,
  failures: readonly RowFailure[],
): ImportProblem[] {
  const place = placer(importer.columns, mapping);
  return failures.flatMap((failure) => {
    const source = sources.get(failure.row);
    return source ? [place(source, failure)] : [];
  });
}
