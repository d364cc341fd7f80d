import type { ListQuery, ResourceRow } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import { empty, identifier, raw, sql } from '../platform/database/sql.ts';
import { type ResourceBinding, searchedTable } from './binding.ts';
import { ownerOfRow, sortable, valueColumn } from './custom/custom-conditions.ts';
import { readCustomValues } from './custom/custom-values.ts';
import { asCompanyHasIt } from './custom/read-custom-fields.ts';
import { seesPhones } from './field-values.ts';
import { gatherPage } from './gather-page.ts';
import { leadingCustomField, orderBy } from './list-sort.ts';
import { countAndTotal } from './list-totals.ts';
import { type MatchingRows, matchingRows } from './matching-rows.ts';
import { ownerIdOf, rowToWire, wireSelect } from './select-rows.ts';

export interface ResourceList {
  rows: ResourceRow[];
  /** How many match in all. */
  total: number;
  /** Sums over all that match, by field key. */
  totals: Record<string, string>;
}

/**
 * A page of rows with count and totals over everything that matches. First which rows match, then the count and the ids of
 * the page, from the table alone, so that sorting never drags titles along; then the rows of those ids, by a statement that
 * is always the same and so is planned once.
 * Errors: list.unknownFilter, list.unknownSort, list.badFilter (422).
 */
export async function listRows(ctx: Context, binding: ResourceBinding, query: ListQuery): Promise<ResourceList> {
  const own = await asCompanyHasIt(ctx, binding);
  const matching = await matchingRows(ctx, own, query);
  const { ids, total, totals } =
    matching.by === 'gather'
      ? await gatherPage(ctx, own, matching.where, query)
      : await askPage(ctx, own, matching, query);
  return { rows: await rowsOfIds(ctx, own, ids), total, totals };
}

async function askPage(ctx: Context, binding: ResourceBinding, matching: MatchingRows, query: ListQuery) {
  const [totals, ids] = await Promise.all([
    countAndTotal(ctx, binding, matching),
    pageIds(ctx, binding, matching, query),
  ]);
  return { ids, ...totals };
}

async function pageIds(
  ctx: Context,
  binding: ResourceBinding,
  matching: MatchingRows,
  query: ListQuery,
): Promise<string[]> {
  const { where } = matching;
  const offset = (query.page - 1) * query.pageSize;
  const custom = leadingCustomField(binding, query.sort);
  if (custom) return pageByCustomField(ctx, binding, matching, custom, query.pageSize, offset);
  const page = await ctx.tx.ad<{ id: string }>(sql`select t.id from ${searchedTable(binding)} t
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
  { where, by, ids: named }: MatchingRows,
  { field, isDescending, rest }: NonNullable<ReturnType<typeof leadingCustomField>>,
  limit: number,
  offset: number,
): Promise<string[]> {
  const table = identifier(binding.definition.table);
  const value = sql`v.company_id = ${ctx.companyId} and v.field_id = ${field.customFieldId} and v.position = 0 and ${valueColumn(field)} is not null`;
  const isNamed =
    by === 'ids' && !binding.definition.borrowed ? sql`and v.owner_id = any (${[...named]}::uuid[])` : empty;
  const filled = sql`custom_value v join ${table} t on t.company_id = v.company_id and ${ownerOfRow(field)} = v.owner_id
    where ${value} ${isNamed} and ${where}`;
  const found = await ctx.tx.ad<{ id: string }>(sql`select t.id from ${filled}
    order by ${sortable(field)}${raw(isDescending ? ' desc' : '')}, ${rest} limit ${limit} offset ${offset}`);
  const ids = found.map(({ id }) => id);
  if (ids.length === limit) return ids;
  let before = offset + ids.length;
  if (ids.length === 0 && offset > 0) {
    const [count] = await ctx.tx.ad<{ filled: bigint }>(sql`select count(*) as filled from ${filled}`);
    before = Number(count!.filled);
  }
  const unfilled = await ctx.tx.ad<{ id: string }>(sql`select t.id from ${table} t
    where ${where} and not exists (select 1 from custom_value v where v.owner_id = ${ownerOfRow(field)} and ${value})
    order by ${rest} limit ${limit - ids.length} offset ${Math.max(0, offset - before)}`);
  return [...ids, ...unfilled.map(({ id }) => id)];
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
