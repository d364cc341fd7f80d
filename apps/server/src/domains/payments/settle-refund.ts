import { platformFail } from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { RefundState } from './channels/payment-channel.ts';
import { lockOrder } from './order-row.ts';
import { type PaymentEventKind, recordEvent } from './record-event.ts';

export interface LockedRefund {
  id: string;
  orderId: string;
  refundId: string;
  refundNo: string;
  state: 'asking' | 'waiting' | 'done' | 'failed';
  amountFen: Fen;
  reason: string;
  attempt: number;
  tryCount: number;
}

/** Locks a refund, after its order: so the order is locked first. 404 when out of sight. */
export async function lockRefund(ctx: Context, id: string): Promise<LockedRefund> {
  const place = await ctx.tx.first<{ order_id: string }>(
    sql`select order_id from channel_refund where company_id = ${ctx.companyId} and id = ${id}`,
  );
  if (!place) throw platformFail('resource.notFound', { label: '渠道退款' });
  await lockOrder(ctx, place.order_id);
  const row = await ctx.tx.first<LockedRefund>(sql`
    select id, order_id as "orderId", refund_id as "refundId", refund_no as "refundNo", state, amount_fen as "amountFen", reason, attempt,
      try_count as "tryCount" from channel_refund where company_id = ${ctx.companyId} and id = ${id} for no key update`);
  return row!;
}

/** The refund of a number within an account; undefined when it is not ours. */
export async function findRefundByNo(ctx: Context, channelId: string, refundNo: string): Promise<string | undefined> {
  const row = await ctx.tx.first<{ id: string }>(sql`select r.id from channel_refund r
    join payment_order o on o.company_id = r.company_id and o.id = r.order_id
    where r.company_id = ${ctx.companyId} and r.refund_no = ${refundNo} and o.channel_id = ${channelId}`);
  return row?.id;
}

/**
 * Brings a refund to what the channel says of it, once, whoever hears it first. What is done stays done; a word about a number that
 * was given up changes nothing. The cashier's document follows: done with it, waiting while it failed and can be asked for again.
 */
export async function settleRefund(
  ctx: Context,
  id: string,
  refundNo: string,
  word: RefundState,
  how: Extract<PaymentEventKind, 'callback' | 'refund' | 'refundQuery'>,
): Promise<'settled' | 'waits' | 'knownAlready'> {
  const refund = await lockRefund(ctx, id);
  const order = await lockOrder(ctx, refund.orderId);
  if (refund.refundNo !== refundNo || refund.state === 'done' || refund.state === 'failed') {
    if (how === 'callback') await recordEvent(ctx, order, how, 'knownAlready');
    return 'knownAlready';
  }
  const text = `退 ${formatYuan(refund.amountFen)} 元`;
  if (word.state === 'waiting' || word.state === 'missing') {
    if (refund.state === 'asking' && word.state === 'waiting') {
      await recordEvent(ctx, order, how, 'waiting', text);
      await ctx.tx.run(
        sql`update channel_refund set state = 'waiting' where company_id = ${ctx.companyId} and id = ${id}`,
      );
    }
    return 'waits';
  }
  if (word.state === 'failed') {
    await recordEvent(ctx, order, how, 'failed', `${text}：${word.reason}`);
    await ctx.tx.run(sql`update channel_refund set state = 'failed', failure = ${word.reason.slice(0, 500)}, next_query_at = null, claimed_until = null
      where company_id = ${ctx.companyId} and id = ${id}`);
    await audit(ctx, order.communityId, refund, 'payment.refundFailed');
    return 'settled';
  }
  await recordEvent(ctx, order, how, 'done', text);
  await ctx.tx.run(sql`update channel_refund set state = 'done', channel_refund_id = ${word.refundId}, done_at = ${word.at.toString()}, failure = '',
      next_query_at = null, claimed_until = null where company_id = ${ctx.companyId} and id = ${id}`);
  await ctx.tx.run(
    sql`update refund set state = 'done' where company_id = ${ctx.companyId} and id = ${refund.refundId} and state = 'pending'`,
  );
  await audit(ctx, order.communityId, refund, 'payment.refunded');
  return 'settled';
}

function audit(ctx: Context, communityId: string, refund: LockedRefund, action: string): Promise<void> {
  return recordAudit(ctx, {
    action,
    targetKind: 'refund',
    targetId: refund.refundId,
    targetLabel: refund.refundNo,
    communityId,
    after: { total: formatYuan(refund.amountFen), attempt: refund.attempt },
  });
}

/** Asks for a failed refund again, under another number. Error: payment.refundNotFailed is the caller's. */
export async function repeatRefund(ctx: Context, id: string): Promise<boolean> {
  const refund = await lockRefund(ctx, id);
  if (refund.state !== 'failed') return false;
  const order = await lockOrder(ctx, refund.orderId);
  await ctx.tx.run(sql`update channel_refund set state = 'asking', refund_no = ${ctx.newId().replaceAll('-', '')}, attempt = attempt + 1, try_count = 0,
      next_query_at = ${ctx.clock.now().toString()} where company_id = ${ctx.companyId} and id = ${id}`);
  await recordEvent(ctx, order, 'staff', 'refundRepeated', ctx.actor.name);
  await audit(ctx, order.communityId, refund, 'payment.repeatRefund');
  return true;
}
