import type { ListQuery, ResourceRow } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import { identifier, join, sql } from '../platform/database/sql.ts';
import type { ResourceBinding } from './binding.ts';
import { isTotalled, seesPhones, totalToWire } from './field-values.ts';
import { whereClause } from './list-filter.ts';
import { orderBy } from './list-sort.ts';
import { column, rowToWire, wireSelect } from './select-rows.ts';

export interface ResourceList {
  rows: ResourceRow[];
  /** How many match in all. */
  total: number;
  /** Sums over all that match, by field key. */
  totals: Record<string, string>;
}

/**
 * A page of rows with count and totals over everything that matches: two statements. The page is cut from the table
 * alone and joined afterwards, so that sorting never drags titles along.
 * Errors: list.unknownFilter, list.unknownSort, list.badFilter (422).
 */
export async function listRows(ctx: Context, binding: ResourceBinding, query: ListQuery): Promise<ResourceList> {
  const { definition } = binding;
  const table = identifier(definition.table);
  const where = whereClause(ctx, binding, query);
  const order = orderBy(binding, query.sort);
  const totalled = Object.entries(definition.fields).filter(([, field]) => isTotalled(field));
  const sums = totalled.map(
    ([key, field], index) => sql`sum(${column(key, field)})::text as ${identifier(`sum${index}`)}`,
  );
  const [sum] = await ctx.tx.ad<Record<string, string | null> & { total: bigint }>(
    sql`select ${join([sql`count(*) as total`, ...sums])} from ${table} t where ${where}`,
  );
  const { columns, joins } = wireSelect(binding);
  const offset = (query.page - 1) * query.pageSize;
  const rows = await ctx.tx.ad<Record<string, unknown>>(sql`select ${columns}
    from (select t.company_id, t.id, row_number() over () as place from (
        select t.company_id, t.id from ${table} t where ${where} order by ${order} limit ${query.pageSize} offset ${offset}) t) page
    join ${table} t on t.company_id = page.company_id and t.id = page.id ${joins}
    where t.company_id = ${ctx.companyId} order by page.place`);
  const isOpen = seesPhones(ctx);
  return {
    rows: rows.map((row) => rowToWire(definition, row, isOpen)),
    total: Number(sum!.total),
    totals: Object.fromEntries(
      totalled.map(([key, field], index) => [key, totalToWire(field, sum![`sum${index}`] as string | null)]),
    ),
  };
}
