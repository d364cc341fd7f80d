import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';
import { identifier, join, sql } from '../database/sql.ts';
import type { ArchivedTable } from './archive-format.ts';
import { csvLine, guardCell } from './csv.ts';
import type { ArchiveTable } from './list-tables.ts';

const chunkRows = 1000;

export interface TablePrint {
  rows: number;
  sha256: string;
}

/**
 * The lines of a table's CSV without its heading, a chunk of rows at a time by a cursor. When the last has been taken,
 * `onEnd` is told how many there were and what they hash to.
 */
export async function* readTable(
  ctx: Context,
  table: ArchiveTable,
  onEnd: (print: TablePrint) => void,
): AsyncGenerator<{ text: string; rows: number }> {
  const { client } = ctx.tx;
  const cursor = `archive_${table.name}`;
  const values = join(table.columns.map((column) => sql`(${column.value})::text`));
  // A seal opens by the id of its row.
  const rowId = table.columns.some(({ sealed }) => sealed) ? sql`, t.id::text` : sql``;
  const query = sql`declare ${identifier(cursor)} no scroll cursor for select ${values}${rowId} from ${identifier(table.name)} t
    where t.${identifier(table.companyColumn)} = ${ctx.companyId} order by ${table.order}`;
  await client.query('set local cursor_tuple_fraction = 1');
  await client.query({ text: query.text, values: query.values });
  const hash = createHash('sha256');
  let count = 0;
  for (;;) {
    const { rows } = await client.query<(string | null)[]>({
      text: `fetch ${chunkRows} from "${cursor}"`,
      rowMode: 'array',
    });
    if (rows.length === 0) break;
    const text = rows.map((row) => csvLine(cellsOf(ctx, table, row))).join('');
    hash.update(text);
    count += rows.length;
    yield { text, rows: rows.length };
  }
  await client.query(`close "${cursor}"`);
  onEnd({ rows: count, sha256: hash.digest('hex') });
}

function cellsOf(ctx: Context, table: ArchiveTable, row: readonly (string | null)[]): (string | null)[] {
  return table.columns.map((column, place) => {
    const value = row[place] ?? null;
    if (value === null || column.isNumber) return value;
    if (!column.sealed) return guardCell(value);
    const { field } = column.sealed;
    return guardCell(ctx.vault.open(value, { companyId: ctx.companyId, rowId: row.at(-1) ?? '', field }));
  });
}

/** What a table's contents hash to now, in the way the archive hashed them. */
export async function printTable(ctx: Context, table: ArchiveTable): Promise<TablePrint> {
  let print: TablePrint | undefined;
  for await (const _ of readTable(ctx, table, (one) => {
    print = one;
  }));
  return print!;
}

export const isSamePrint = (left: TablePrint, right: Pick<ArchivedTable, 'rows' | 'sha256'>) =>
  left.rows === right.rows && left.sha256 === right.sha256;
