import type { ToDoSource } from '../../platform/console/to-do.ts';
import { sql } from '../../platform/database/sql.ts';

/** Pushes that nobody took in the last week: the receiver is to be told, or they are sent again. */
export const pushToDo: ToDoSource = {
  key: 'webhook',
  label: '推送放弃',
  permission: 'openPlatform.edit',
  path: '/system/open-platform',
  query: { tab: 'deliveries', state: 'givenUp' },
  async count(ctx) {
    const since = ctx.clock
      .now()
      .subtract({ hours: 7 * 24 })
      .toString();
    const row = await ctx.tx.first<{ count: number }>(sql`select count(*)::int as count from webhook_delivery
      where company_id = ${ctx.companyId} and state = 'givenUp' and created_at >= ${since}`);
    return row?.count ?? 0;
  },
};
