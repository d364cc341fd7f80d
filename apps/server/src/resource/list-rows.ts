import type { Field, ListQuery, ResourceRow } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import { identifier, join, raw, type Sql, sql } from '../platform/database/sql.ts';
import type { ResourceBinding } from './binding.ts';
import { ownerOfRow, sortable, valueColumn } from './custom/custom-conditions.ts';
import { ownFields, padded, readCustomValues } from './custom/custom-values.ts';
import { asCompanyHasIt } from './custom/read-custom-fields.ts';
import { isTotalled, seesPhones, totalToWire } from './field-values.ts';
import { whereClause } from './list-filter.ts';
import { leadingCustomField, orderBy } from './list-sort.ts';
import { column, ownerIdOf, rowToWire, wireSelect } from './select-rows.ts';

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
  const own = await asCompanyHasIt(ctx, binding);
  const where = whereClause(ctx, own, query);
  const [sums, customSums, ids] = await Promise.all([
    sumRows(ctx, own, where),
    sumCustomValues(ctx, own, where),
    pageIds(ctx, own, where, query),
  ]);
  const rows = await rowsOfIds(ctx, own, ids);
  return { rows, total: sums.total, totals: { ...sums.totals, ...customSums } };
}

const isStored = (field: Field) => field.customFieldId === undefined;

/** Sums of the company's own numbers, from the table of their values. */
async function sumCustomValues(
  ctx: Context,
  { definition }: ResourceBinding,
  where: Sql,
): Promise<Record<string, string>> {
  const totals: Record<string, string> = {};
  for (const [key, field] of ownFields(definition)) {
    if (!isTotalled(field)) continue;
    const [row] = await ctx.tx.ad<{
      sum: string | null;
    }>(sql`select trim_scale(sum(v.number_value) / 1000000::numeric)::text as sum
      from custom_value v join ${identifier(definition.table)} t on t.company_id = v.company_id and ${ownerOfRow(field)} = v.owner_id
      where v.company_id = ${ctx.companyId} and v.field_id = ${field.customFieldId} and v.number_value is not null and ${where}`);
    totals[key] = padded(field, totalToWire(field, row!.sum)) as string;
  }
  return totals;
}

async function sumRows(ctx: Context, { definition }: ResourceBinding, where: Sql): Promise<Omit<ResourceList, 'rows'>> {
  const totalled = Object.entries(definition.fields).filter(([, field]) => isTotalled(field) && isStored(field));
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
  const custom = leadingCustomField(binding, query.sort);
  if (custom) return pageByCustomField(ctx, binding, where, custom, query.pageSize, offset);
  const page = await ctx.tx.ad<{ id: string }>(sql`select t.id from ${identifier(binding.definition.table)} t
    where ${where} order by ${orderBy(binding, query.sort)} limit ${query.pageSize} offset ${offset}`);
  return page.map(({ id }) => id);
}

/**
 * The ids of a page in the order of a field of the company's own: first the rows that have a value, along the index of
 * values, then those that have none.
 */
async function pageByCustomField(
  ctx: Context,
  binding: ResourceBinding,
  where: Sql,
  { field, isDescending, rest }: NonNullable<ReturnType<typeof leadingCustomField>>,
  limit: number,
  offset: number,
): Promise<string[]> {
  const table = identifier(binding.definition.table);
  const value = sql`v.company_id = ${ctx.companyId} and v.field_id = ${field.customFieldId} and v.position = 0 and ${valueColumn(field)} is not null`;
  const filled = sql`custom_value v join ${table} t on t.company_id = v.company_id and ${ownerOfRow(field)} = v.owner_id where ${value} and ${where}`;
  const found = await ctx.tx.ad<{ id: string }>(sql`select t.id from ${filled}
    order by ${sortable(field)}${raw(isDescending ? ' desc' : '')}, ${rest} limit ${limit} offset ${offset}`);
  const ids = found.map(({ id }) => id);
  if (ids.length === limit) return ids;
  let before = offset + ids.length;
  if (ids.length === 0 && offset > 0) {
    const [count] = await ctx.tx.ad<{ filled: bigint }>(sql`select count(*) as filled from ${filled}`);
    before = Number(count!.filled);
  }
  const empty = await ctx.tx.ad<{ id: string }>(sql`select t.id from ${table} t
    where ${where} and not exists (select 1 from custom_value v where v.owner_id = ${ownerOfRow(field)} and ${value})
    order by ${rest} limit ${limit - ids.length} offset ${Math.max(0, offset - before)}`);
  return [...ids, ...empty.map(({ id }) => id)];
}

/** The rows in the order of their ids. */
async function rowsOfIds(ctx: Context, binding: ResourceBinding, ids: readonly string[]): Promise<ResourceRow[]> {
  if (ids.length === 0) return [];
  const { definition } = binding;
  const { columns, joins } = wireSelect(binding);
  const found = ctx.tx.rows<
    Record<string, unknown>
  >(sql`select ${columns} from ${identifier(definition.table)} t ${joins}
      where t.company_id = ${ctx.companyId} and t.id = any (${[...ids]}::uuid[])`);
  const ownerOf = ownerIdOf(definition);
  const [rows, custom] = await Promise.all([
    found,
    definition.borrowed
      ? found.then((all) => readCustomValues(ctx, definition, [...new Set(all.map(ownerOf))]))
      : readCustomValues(ctx, definition, ids),
  ]);
  const isOpen = binding.isPhoneAsked !== true && seesPhones(ctx);
  const byId = new Map(
    rows.map(({ id, ...row }) => [
      id as string,
      rowToWire(definition, { id, ...row }, isOpen, custom.get(ownerOf({ id, ...row }))),
    ]),
  );
  return ids.flatMap((id) => byId.get(id) ?? []);
}
