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
  | 'json'
  | 'jsonb'
  | 'bytea'
  // Goes as the text of an array: arrays of arrays must all be as long as one another.
  | 'uuid[]';
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
  const values = join(entries.map(([name, [type]]) => sql`r.${identifier(name)}::${raw(type)}`) as Sql[]);
  let written: Promise<number> = Promise.resolve(0);
  for (let start = 0; start < rows.length; start += chunkRows) {
    const chunk = rows.slice(start, start + chunkRows);
    const arrays = join(
      entries.map(([, [type, value]]) => sql`${arrayText(chunk, type, value)}::${raw(carrierOf(type))}[]`) as Sql[],
    );
    await written;
    // The next chunk is put together while PostgreSQL writes this one.
    written = tx.run(sql`insert into ${identifier(table)} (company_id, ${names})
      select ${companyId}::uuid, ${values} from unnest(${arrays}) as r (${names})`);
  }
  await written;
}

function carrierOf(type: ColumnType): ColumnType {
  return type === 'uuid[]' ? 'text' : type;
}

// The driver would quote every element on its own; only text needs it.
function arrayText<Row>(rows: readonly Row[], type: ColumnType, value: (row: Row) => Value): string {
  const isText = ['text', 'json', 'jsonb', 'bytea'].includes(carrierOf(type));
  const parts = rows.map((row) => {
    const one = value(row);
    if (one === null) return 'NULL';
    return isText ? JSON.stringify(String(one)) : String(one);
  });
  return `{${parts.join(',')}}`;
}
