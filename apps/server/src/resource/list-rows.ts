import type { ListQuery, ResourceRow } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import { identifier, join, type Sql, sql } from '../platform/database/sql.ts';
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
 * A page of rows with count and totals over everything that matches. First the count and the ids of the page, from the
 * table alone, so that sorting never drags titles along; then the rows of those ids, by a statement that is always the
 * same and so is planned once.
 * Errors: list.unknownFilter, list.unknownSort, list.badFilter (422).
 */
export async function listRows(ctx: Context, binding: ResourceBinding, query: ListQuery): Promise<ResourceList> {
  const where = whereClause(ctx, binding, query);
  const [sums, ids] = await Promise.all([sumRows(ctx, binding, where), pageIds(ctx, binding, where, query)]);
  return { rows: await rowsOfIds(ctx, binding, ids), ...sums };
}

async function sumRows(ctx: Context, { definition }: ResourceBinding, where: Sql): Promise<Omit<ResourceList, 'rows'>> {
  const totalled = Object.entries(definition.fields).filter(([, field]) => isTotalled(field));
  const sums = totalled.map(
    ([key, field], index) => sql`sum(${column(key, field)})::text as ${identifier(`sum${index}`)}`,
  );
  const [sum] = await ctx.tx.ad<Record<string, string | null> & { total: bigint }>(
    sql`select ${join([sql`count(*) as total`, ...sums])} from ${identifier(definition.table)} t where ${where}`,
  );
  return {
    total: Number(sum!.total),
    totals: Object.fromEntries(
      totalled.map(([key, field], index) => [key, totalToWire(field, sum![`sum${index}`] as string | null)]),
    ),
  };
}

async function pageIds(ctx: Context, binding: ResourceBinding, where: Sql, query: ListQuery): Promise<string[]> {
  const offset = (query.page - 1) * query.pageSize;
  const page = await ctx.tx.ad<{ id: string }>(sql`select t.id from ${identifier(binding.definition.table)} t
    where ${where} order by ${orderBy(binding, query.sort)} limit ${query.pageSize} offset ${offset}`);
  return page.map(({ id }) => id);
}

/** The rows in the order of their ids. */
async function rowsOfIds(ctx: Context, binding: ResourceBinding, ids: readonly string[]): Promise<ResourceRow[]> {
  if (ids.length === 0) return [];
  const { definition } = binding;
  const { columns, joins } = wireSelect(binding);
  const rows = await ctx.tx.rows<
    Record<string, unknown>
  >(sql`select ${columns} from ${identifier(definition.table)} t ${joins}
    where t.company_id = ${ctx.companyId} and t.id = any (${[...ids]}::uuid[])`);
  const isOpen = binding.isPhoneAsked !== true && seesPhones(ctx);
  const byId = new Map(rows.map((row) => [row.id as string, rowToWire(definition, row, isOpen)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
