import { fen, formatYuan } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { firstDay } from './binding-bills.ts';
import type { RaisingOrder } from './raising-order.ts';

/** Opens the record of a run, or finds that of a task that is taken up again. Returns its id. */
export async function openRun(ctx: Context, order: RaisingOrder, taskId: string | null): Promise<string> {
  const row = await ctx.tx.first<{ id: string }>(sql`
    insert into raising_run (company_id, id, community_id, charge_item_ids, month_from, month_to, raised_how, task_id, created_by, created_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${order.communityId}, ${[...order.chargeItemIds]}::uuid[], ${firstDay(order.monthFrom)},
      ${firstDay(order.monthTo)}, ${order.raisedHow}, ${taskId}, ${ctx.actor.id}, ${nowText(ctx)})
    on conflict (company_id, task_id) do update set task_id = excluded.task_id returning id`);
  return row!.id;
}

/** Closes the record: how many could not be billed; count and sum were added with the bills themselves. */
export async function finishRun(
  ctx: Context,
  order: RaisingOrder,
  run: { id: string; failedCount: number },
): Promise<{ billCount: number; sumFen: bigint }> {
  const row = await ctx.tx.first<{ bill_count: number; sum_fen: bigint }>(sql`
    update raising_run set failed_count = ${run.failedCount} where company_id = ${ctx.companyId} and id = ${run.id}
    returning bill_count, sum_fen`);
  const { bill_count: billCount, sum_fen: sumFen } = row!;
  // What raises itself looks every day and mostly finds nothing: such a run is no event.
  if (order.raisedHow === 'auto' && billCount === 0 && run.failedCount === 0) {
    await ctx.tx.run(sql`delete from raising_run where company_id = ${ctx.companyId} and id = ${run.id}`);
    return { billCount, sumFen };
  }
  await recordAudit(ctx, {
    action: 'bill.raise',
    targetKind: 'raisingRun',
    targetId: run.id,
    targetLabel: order.monthFrom === order.monthTo ? order.monthFrom : `${order.monthFrom} – ${order.monthTo}`,
    communityId: order.communityId,
    after: {
      chargeItemIds: order.chargeItemIds,
      billCount,
      sum: formatYuan(fen(sumFen)),
      failedCount: run.failedCount,
      raisedHow: order.raisedHow,
    },
  });
  return { billCount, sumFen };
}
