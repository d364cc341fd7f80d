import { DomainError, paymentFail, refundBody } from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import { asSystem } from '../../platform/boundary.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Services } from '../../platform/services.ts';
import { addOnlineMethod, takeRefund } from '../cashier/index.ts';
import { lockOrder } from './order-row.ts';
import { recordEvent } from './record-event.ts';

/**
 * Gives back what an order paid too much, the way it came: out of the prepaid it became, as a refund with a number. Refused (409)
 * when some of it was used since. Errors: payment.noException, payment.surplusUsed.
 */
export async function returnSurplus(ctx: Context, orderId: string): Promise<void> {
  const order = await lockOrder(ctx, orderId);
  if (order.surplusFen === 0n) throw paymentFail('payment.noException');
  const community = await ctx.tx.first<{ time_zone: string }>(
    sql`select time_zone from community where company_id = ${ctx.companyId} and id = ${order.communityId}`,
  );
  const account = await ctx.tx.first<{
    id: string;
    left: Fen;
  }>(sql`select id, balance_fen - bonus_fen as left from prepaid_account
    where company_id = ${ctx.companyId} and target_id = ${order.targetId} and charge_item_id is null for no key update`);
  const amount = formatYuan(order.surplusFen);
  if (!account || account.left < order.surplusFen)
    throw paymentFail('payment.surplusUsed', { amount, left: account ? formatYuan(account.left) : '0.00' });
  const input = refundBody.parse({
    receiptId: null,
    lines: { prepaid: [{ prepaidAccountId: account.id, amount }] },
    tenders: [
      {
        paymentMethodId: await addOnlineMethod(ctx, order.channelKind),
        amount,
        // By this the refund finds its order at the channel.
        reference: order.orderNo,
      },
    ],
    payeeName: order.payerName,
    reason: '在线支付多收，原路退回',
    refundedOn: businessDay(ctx.clock, community!.time_zone).toString(),
    idempotencyKey: `surplus-${order.id}`,
  });
  await takeRefund(ctx, input, { ofOrder: true });
  await ctx.tx.run(sql`update payment_order set exception = 'returned', problem = ${`多收 ${amount} 元，原路退回`}, next_query_at = null, claimed_until = null
    where company_id = ${ctx.companyId} and id = ${order.id}`);
  await recordEvent(ctx, order, 'refund', 'surplus', `退 ${amount} 元`);
}

/** The same by itself, where the channel is set so; what stands in the way is left to staff. */
export async function returnDueSurplus(services: Services, companyId: string, orderId: string): Promise<void> {
  try {
    await asSystem(services, companyId, (ctx) => returnSurplus(ctx, orderId));
  } catch (error) {
    const isRefused = error instanceof DomainError || /^AN\d{3}$/.test((error as { code?: string }).code ?? '');
    if (!isRefused) throw error;
    await asSystem(services, companyId, (ctx) =>
      ctx.tx.run(sql`update payment_order set exception = 'surplus', problem = ${`多收的款没有自动退回：${(error as Error).message}`},
          handled_at = null, next_query_at = null, claimed_until = null where company_id = ${companyId} and id = ${orderId}`),
    );
  }
}
