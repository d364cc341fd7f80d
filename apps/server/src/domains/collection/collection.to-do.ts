import type { ToDoSource } from '../../platform/console/to-do.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** Money by a community's code that is nobody's yet: somebody must say whose it is. */
export const collectionToDo: ToDoSource = {
  key: 'collection',
  label: '收款码待认领',
  permission: 'collection.assign',
  path: '/cashier/collections',
  query: { filter: JSON.stringify({ state: ['waiting', 'partly'] }) },
  count: countWaiting,
};

async function countWaiting(ctx: Context): Promise<number> {
  const row = await ctx.tx.first<{ count: number }>(sql`select count(*)::int as count from payment_order o
    join deposit d on d.company_id = o.company_id and d.receipt_id = o.receipt_id
    where o.company_id = ${ctx.companyId} and o.held_item_id is not null and d.held_fen > 0`);
  return row!.count;
}
