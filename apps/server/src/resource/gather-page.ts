import type { ListQuery } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import { identifier, join, raw, type Sql, sql } from '../platform/database/sql.ts';
import type { ResourceBinding } from './binding.ts';
import { orderTerms } from './list-sort.ts';
import { asSum, sumAmong, type Totals, totalledFields, totalsOf } from './list-totals.ts';
import { comparedColumn } from './select-rows.ts';

/**
 * Count, totals and the ids of the page by one search: what matches is gathered with only what is added up and sorted by,
 * and everything else is asked of that.
 */
export async function gatherPage(
  ctx: Context,
  binding: ResourceBinding,
  where: Sql,
  query: ListQuery,
): Promise<Totals & { ids: string[] }> {
  const { stored, own } = totalledFields(binding);
  const order = orderTerms(binding, query.sort).map((term, n) => ({ ...term, name: identifier(`o${n}`) }));
  const gathered = [
    sql`t.id`,
    ...stored.map(([key, field], n) => sql`${comparedColumn(key, field)} as ${identifier(`s${n}`)}`),
    ...order.map(({ expression, name }) => sql`${expression} as ${name}`),
  ];
  const answers = [
    sql`count(*) as total`,
    ...stored.map(([, field], n) => asSum(field, identifier(`s${n}`), n)),
    ...own.map(([, field], n) => sql`(${sumAmong(ctx, field, sql`found t`, sql`true`)}) as ${identifier(`own${n}`)}`),
    sql`array(select id from found order by ${join(order.map(({ name, direction }) => sql`${name}${raw(direction)}`))}
      limit ${query.pageSize} offset ${(query.page - 1) * query.pageSize}) as ids`,
  ];
  const [row] = await ctx.tx.ad<Parameters<typeof totalsOf>[1] & { ids: string[] }>(
    sql`with found as materialized (select ${join(gathered)} from ${identifier(binding.definition.table)} t where ${where})
      select ${join(answers)} from found`,
  );
  return { ...totalsOf(binding, row!), ids: row!.ids };
}
