import { type Field, platformFail } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import { identifier, sql } from '../platform/database/sql.ts';
import type { ResourceBinding } from './binding.ts';
import { seenRows, whereClause } from './list-filter.ts';
import { orderBy } from './list-sort.ts';
import { column } from './select-rows.ts';

const maxOptions = 50;

/** Choices for a reference: those with the given ids first, then the first matches of the search; at most 50 matches. */
export async function listOptions(
  ctx: Context,
  binding: ResourceBinding,
  query: { q?: string | undefined; communityId?: string | undefined; ids?: string | undefined },
): Promise<{ id: string; label: string }[]> {
  const { definition } = binding;
  const table = identifier(definition.table);
  const label = column(definition.titleField, definition.fields[definition.titleField] as Field);
  const where = whereClause(ctx, binding, { q: query.q?.trim(), communityId: query.communityId });
  const found = await ctx.tx.ad<{ id: string; label: string }>(
    sql`select t.id, ${label} as label from ${table} t where ${where} order by ${orderBy(binding, undefined)} limit ${maxOptions}`,
  );
  const wanted = (query.ids ?? '').split(',').filter((id) => id !== '' && !found.some((one) => one.id === id));
  if (wanted.length === 0) return found;
  if (!wanted.every((id) => /^[0-9a-f-]{36}$/i.test(id)))
    throw platformFail('list.badFilter', { field: 'ids', reason: '编号格式不对' });
  const named = await ctx.tx.ad<{ id: string; label: string }>(
    sql`select t.id, ${label} as label from ${table} t where ${seenRows(ctx, binding)} and t.id = any (${wanted}::uuid[])`,
  );
  return [...named, ...found];
}
