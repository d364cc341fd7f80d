import { type EndpointRequest, type replaceChannelRefund as endpoint, paymentFail } from '@anlin/contract';
import { formatYuan } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { changeRefundMethod } from '../cashier/index.ts';
import { lockOrder } from './order-row.ts';
import { recordEvent } from './record-event.ts';
import { lockRefund } from './settle-refund.ts';

/** When the channel is looked at once more, in case it gave the money back after all. */
const lookAgainMinutes = 10;

/**
 * Gives a refund that the channel failed to make another way (cash, a transfer), once: under the order's lock, which the channel's
 * own late word takes as well. Afterwards the channel is told nothing of it any more; should it say that the money went back after
 * all, staff are shown that it went twice. Errors: payment.refundNotFailed (409), reference.notFound (422), books.closed (409).
 */
export async function replaceRefund(
  ctx: Context,
  id: string,
  { paymentMethodId, reason }: EndpointRequest<typeof endpoint>['body'],
): Promise<void> {
  const refund = await lockRefund(ctx, id);
  if (refund.state !== 'failed') throw paymentFail('payment.refundNotFailed');
  const order = await lockOrder(ctx, refund.orderId);
  const method = await changeRefundMethod(ctx, { refundId: refund.refundId, paymentMethodId, reason });
  const next = ctx.clock.now().add({ minutes: lookAgainMinutes }).toString();
  await ctx.tx.run(sql`update channel_refund set state = 'replaced', try_count = 0, next_query_at = ${next}, claimed_until = null
    where company_id = ${ctx.companyId} and id = ${id}`);
  await ctx.tx.run(sql`update payment_order set refunded_fen = refunded_fen - ${refund.amountFen.toString()}::bigint
    where company_id = ${ctx.companyId} and id = ${order.id}`);
  const total = formatYuan(refund.amountFen);
  await recordEvent(ctx, order, 'staff', 'refundReplaced', `退 ${total} 元改用${method}`);
  await recordAudit(ctx, {
    action: 'payment.replaceRefund',
    targetKind: 'refund',
    targetId: refund.refundId,
    targetLabel: refund.refundNo,
    communityId: order.communityId,
    before: { attempt: refund.attempt },
    after: { total, method, reason },
  });
}
