import { type ImportColumnView, importFail, type RowRange } from '@anlin/contract';
import type { Row } from '@anlin/spreadsheet';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { likeText } from '../../resource/index.ts';
import { shownCell } from './hide-secrets.ts';
import type { ImportBatch } from './import-batch.ts';
import type { AnyImporter, ReadyRow, Verified } from './importer.ts';

const cellLength = 60;
const columnsKept = 8;

/** Columns that the preview shows, those that name a row first: the required ones lead. */
function shownKeys(importer: AnyImporter, batch: Pick<ImportBatch, 'mapping'>): string[] {
  const matched = importer.columns.filter(({ key }) => batch.mapping.columns[key] !== undefined && key !== 'community');
  const leading = matched.filter((one) => one.isRequired);
  return [...leading, ...matched.filter((one) => !one.isRequired)].slice(0, columnsKept).map((one) => one.key);
}

/** Titles over the cells of `listGoodRows`. */
export function shownTitles(importer: AnyImporter, batch: ImportBatch): string[] {
  const titles = new Map(
    importer.columns.map((column): [string, ImportColumnView['title']] => [column.key, column.title]),
  );
  return shownKeys(importer, batch).map((key) => titles.get(key) ?? '');
}

/** Keeps the good rows of a chunk for looking through them: the texts of the first columns, shortened. */
export async function keepGoodRows(
  ctx: Context,
  importer: AnyImporter,
  batch: ImportBatch,
  rows: readonly (ReadyRow<unknown> & { source: Row })[],
  { failures, existing }: Verified,
): Promise<void> {
  const refused = new Set(failures.map((failure) => failure.row));
  const there = new Set(existing);
  const keys = shownKeys(importer, batch);
  const good = rows.filter((row) => !refused.has(row.number));
  const columns = keys.map((key) => importer.columns.find((one) => one.key === key));
  const textOf = (source: Row, key: string) => source.cells[batch.mapping.columns[key] ?? -1]?.text.trim() ?? '';
  const kept = good.map(({ number, source }) => ({
    row: number,
    there: there.has(number),
    cells: keys.map((key, index) => shownCell(columns[index], textOf(source, key)).slice(0, cellLength)),
  }));
  await ctx.tx.run(sql`insert into import_row (company_id, import_batch_id, row_number, is_existing, cells)
    select ${ctx.companyId}, ${batch.id}, one.row, one.there, one.cells
    from jsonb_to_recordset(${JSON.stringify(kept)}::jsonb) as one (row int, there boolean, cells text[])`);
}

/** The file is read anew, or everything in it is written: what was kept for choosing holds names and phones. */
export async function forgetGoodRows(ctx: Context, importId: string): Promise<void> {
  await ctx.tx.run(sql`delete from import_row where company_id = ${ctx.companyId} and import_batch_id = ${importId}`);
}

export interface GoodRowQuery {
  page: number;
  pageSize: number;
  q?: string | undefined;
  only?: 'new' | 'existing' | undefined;
}

/** A page of the good rows in the order of the file. */
export async function listGoodRows(ctx: Context, importId: string, { page, pageSize, q, only }: GoodRowQuery) {
  const found = q ? sql` and array_to_string(r.cells, ' ') ilike ${`%${likeText(q)}%`}` : sql``;
  const kind = only ? sql` and r.is_existing = ${only === 'existing'}` : sql``;
  const rows = sql`from import_row r where r.company_id = ${ctx.companyId} and r.import_batch_id = ${importId}${found}${kind}`;
  const [counted] = await ctx.tx.ad<{ count: number }>(sql`select count(*)::int as count ${rows}`);
  const shown = await ctx.tx.ad<{ row: number; isExisting: boolean; cells: string[] }>(
    sql`select r.row_number as row, r.is_existing as "isExisting", r.cells ${rows}
      order by r.row_number limit ${pageSize} offset ${(page - 1) * pageSize}`,
  );
  return { rows: shown, total: counted?.count ?? 0 };
}

/** Sorted and joined where they touch, as they are kept. Throws import.nothingChosen when no good row lies in them. */
export async function admitChosenRows(
  ctx: Context,
  importId: string,
  ranges: readonly RowRange[] | null,
): Promise<[number, number][] | null> {
  if (ranges === null) return null;
  const joined = joinRanges(ranges);
  const hit =
    await ctx.tx.first(sql`select r.row_number from unnest(${joined.map(([from]) => from)}::int[], ${joined.map(([, to]) => to)}::int[]) as n (a, b)
    join import_row r on r.company_id = ${ctx.companyId} and r.import_batch_id = ${importId} and r.row_number between n.a and n.b limit 1`);
  if (!hit) throw importFail('import.nothingChosen');
  return joined;
}

/** Ranges as few as they can be, in order; one written backwards is turned round. */
export function joinRanges(ranges: readonly RowRange[]): [number, number][] {
  const sorted = ranges
    .map(({ from, to }): [number, number] => [Math.min(from, to), Math.max(from, to)])
    .sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = joined.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** Says of rows, asked in the order of the file, whether they are chosen. */
export function chooser(ranges: readonly RowRange[] | null): (row: number) => boolean {
  if (ranges === null) return () => true;
  let place = 0;
  return (row) => {
    while (place < ranges.length && (ranges[place]?.to ?? 0) < row) place += 1;
    const range = ranges[place];
    return range !== undefined && range.from <= row;
  };
}
