import { type EndpointRequest, type handlePayment as endpoint, paymentFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { lockOrder } from './order-row.ts';
import { recordEvent } from './record-event.ts';
import { returnSurplus } from './return-surplus.ts';
import { bookAgain } from './settle-payment.ts';

type Input = EndpointRequest<typeof endpoint>['body'];

/**
 * Staff look at a payment that is not as it should be (异常入账): take note of it, give the surplus back the way it came, or book what
 * could not be booked. Errors: payment.noException, payment.surplusUsed, payment.wrongState (409).
 */
export async function handlePayment(ctx: Context, orderId: string, { action, note }: Input): Promise<void> {
  const order = await lockOrder(ctx, orderId);
  if (order.exception === null) throw paymentFail('payment.noException');
  if (action === 'return') {
    if (order.exception !== 'surplus') throw paymentFail('payment.noException');
    await returnSurplus(ctx, orderId);
  }
  if (action === 'book') await book(ctx, orderId);
  // Money that is not in the books is not done with by taking note of it.
  if (action === 'acknowledge' && order.exception === 'unbooked')
    throw paymentFail('payment.wrongState', { state: '已收款未入账', action: '标为已处理，请先重新入账' });
  await ctx.tx.run(sql`update payment_order set handled_at = ${nowText(ctx)}, handled_by = ${ctx.actor.id}, handled_note = ${note}
    where company_id = ${ctx.companyId} and id = ${orderId} and exception is not null`);
  await recordEvent(ctx, order, 'staff', action, note);
  await recordAudit(ctx, {
    action: `payment.${action}`,
    targetKind: 'paymentOrder',
    targetId: orderId,
    targetLabel: order.orderNo,
    communityId: order.communityId,
    after: { note },
  });
}

async function book(ctx: Context, orderId: string): Promise<void> {
  const order = await lockOrder(ctx, orderId);
  if (order.exception !== 'unbooked') throw paymentFail('payment.noException');
  const row = await ctx.tx.first<{ paid_at: string }>(
    sql`select paid_at from payment_order where company_id = ${ctx.companyId} and id = ${orderId}`,
  );
  const refusal = await bookAgain(ctx, order, Temporal.Instant.from(row!.paid_at));
  if (refusal !== null) throw paymentFail('payment.wrongState', { state: '已收款未入账', action: `入账：${refusal}` });
}
