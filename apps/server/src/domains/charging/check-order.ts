import { chargingFail, mostRaisingMonths, platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import { monthsBetween } from './binding-bills.ts';
import { checkCommunity } from './select-targets.ts';

/** Refuses what cannot be raised before anything is read: community and data scope, items, months. Returns the months. */
export async function checkOrder(
  ctx: Context,
  order: { communityId: string; chargeItemIds: readonly string[]; monthFrom: string; monthTo: string },
): Promise<string[]> {
  await checkCommunity(ctx, order.communityId);
  // A run is a document of the community: raised for a part of it, it would look complete and not be.
  requireWholeCommunity(ctx, order.communityId, '生成账单');
  const ids = [...new Set(order.chargeItemIds)];
  if (ids.length === 0) throw chargingFail('raising.noItems');
  const row = await ctx.tx.first<{ count: number }>(
    sql`select count(*)::int count from charge_item where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])`,
  );
  if (row!.count < ids.length) throw platformFail('reference.notFound', { label: '收费项目' });
  const [from, to] = [order.monthFrom, order.monthTo].map((month) => Temporal.PlainYearMonth.from(month));
  const monthCount = from!.until(to!, { largestUnit: 'month' }).months + 1;
  if (monthCount < 1) throw chargingFail('raising.monthsReversed');
  if (monthCount > mostRaisingMonths) throw chargingFail('raising.tooManyMonths', { most: mostRaisingMonths });
  return monthsBetween(order.monthFrom, order.monthTo);
}
