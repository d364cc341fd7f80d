import { identifier, join, raw, type Sql, sql } from '../platform/database/sql.ts';
import type { Transaction } from '../platform/database/transaction.ts';

export type ColumnType =
  | 'uuid'
  | 'text'
  | 'int'
  | 'bigint'
  | 'numeric'
  | 'boolean'
  | 'date'
  | 'timestamptz'
  | 'jsonb'
  | 'bytea';
export type Value = string | number | bigint | boolean | null;

/** How the columns of a table are made from one row of the plan. */
export type Columns<Row> = Readonly<Record<string, readonly [ColumnType, (row: Row) => Value]>>;

const chunkRows = 5000;

/**
 * Inserts rows of one company, a few thousand in each statement, as any other write of the application: under row-level
 * security, where COPY is not allowed.
 */
export async function insertRows<Row>(
  tx: Transaction,
  companyId: string,
  table: string,
  columns: Columns<Row>,
  rows: readonly Row[],
): Promise<void> {
  const entries = Object.entries(columns);
  const names = join(entries.map(([name]) => identifier(name)));
  for (let start = 0; start < rows.length; start += chunkRows) {
    const chunk = rows.slice(start, start + chunkRows);
    const arrays = join(
      entries.map(([, [type, value]]) => sql`${arrayText(chunk, type, value)}::${raw(type)}[]`) as Sql[],
    );
    await tx.run(sql`insert into ${identifier(table)} (company_id, ${names})
      select ${companyId}::uuid, r.* from unnest(${arrays}) as r`);
  }
}

// The driver would quote every element on its own; only text needs it.
function arrayText<Row>(rows: readonly Row[], type: ColumnType, value: (row: Row) => Value): string {
  const isText = type === 'text' || type === 'jsonb' || type === 'bytea';
  const parts = rows.map((row) => {
    const one = value(row);
    if (one === null) return 'NULL';
    return isText ? JSON.stringify(String(one)) : String(one);
  });
  return `{${parts.join(',')}}`;
}
