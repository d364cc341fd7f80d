import type { Fen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { lockOrder } from './order-row.ts';
import { recordEvent } from './record-event.ts';

const batchSize = 50;

interface PendingRefund {
  id: string;
  reason: string;
  order_id: string;
  amount: Fen;
}

/**
 * Takes up the cashier's refunds that are to go back through a channel: each becomes a refund of its order there, once. The order's
 * lock and its sum keep what goes back within what came.
 */
export async function adoptRefunds(ctx: Context): Promise<void> {
  const pending = await ctx.tx.rows<PendingRefund>(sql`
    select f.id, f.reason, o.id as order_id, sum(t.amount_fen)::bigint as amount
    from refund f
    join refund_tender t on t.company_id = f.company_id and t.refund_id = f.id
    join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id and m.channel is not null
    join payment_order o on o.company_id = f.company_id and (o.receipt_id = f.receipt_id or (f.receipt_id is null and o.order_no = t.reference))
    where f.company_id = ${ctx.companyId} and f.state = 'pending'
      and not exists (select from channel_refund r where r.company_id = f.company_id and r.refund_id = f.id)
    group by 1, 2, 3 order by o.id, f.id limit ${batchSize}`);
  for (const refund of pending) {
    const order = await lockOrder(ctx, refund.order_id);
    // Never more than came; the document stays pending for people to see.
    if (order.refundedFen + refund.amount > order.amountFen) continue;
    const id = ctx.newId();
    const written = await ctx.tx.run(sql`
      insert into channel_refund (company_id, id, community_id, order_id, refund_id, refund_no, amount_fen, reason, created_at, next_query_at)
      values (${ctx.companyId}, ${id}, ${order.communityId}, ${order.id}, ${refund.id}, ${id.replaceAll('-', '')}, ${refund.amount.toString()},
        ${refund.reason}, ${nowText(ctx)}, ${nowText(ctx)})
      on conflict (company_id, refund_id) do nothing`);
    if (written === 0) continue;
    await ctx.tx.run(sql`update payment_order set refunded_fen = refunded_fen + ${refund.amount.toString()}::bigint
      where company_id = ${ctx.companyId} and id = ${order.id}`);
    await recordEvent(ctx, order, 'refund', 'asked');
  }
}
