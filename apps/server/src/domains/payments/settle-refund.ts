import { type ChannelRefundState, platformFail } from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { RefundState } from './channels/payment-channel.ts';
import { lockOrder, type PaymentOrder } from './order-row.ts';
import { type PaymentEventKind, recordEvent } from './record-event.ts';

export interface LockedRefund {
  id: string;
  orderId: string;
  refundId: string;
  refundNo: string;
  state: ChannelRefundState;
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

/** The refund of a number within an account, also of one that was given up; undefined when it is not ours. */
export async function findRefundByNo(ctx: Context, channelId: string, refundNo: string): Promise<string | undefined> {
  const row = await ctx.tx.first<{ id: string }>(sql`select r.id from channel_refund r
    join payment_order o on o.company_id = r.company_id and o.id = r.order_id
    where r.company_id = ${ctx.companyId} and o.channel_id = ${channelId} and (r.refund_no = ${refundNo}
      or r.id = (select a.channel_refund_id from channel_refund_attempt a where a.company_id = ${ctx.companyId} and a.refund_no = ${refundNo}))`);
  return row?.id;
}

/**
 * Brings a refund to what the channel says of it, once, whoever hears it first. What is done stays done; what failed is done when the
 * channel says so late. Where it was given another way meanwhile, or under another number, such a late word is shown to staff: the
 * money may have gone back twice. The cashier's document follows: done with it, waiting while it failed and can be asked for again.
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
  const meaning = meaningOf(refund, refundNo, word);
  if (meaning === 'twice') await tellTwice(ctx, order, refund, refundNo, how);
  if (meaning !== 'news') {
    if (how === 'callback') await recordEvent(ctx, order, how, 'knownAlready');
    return 'knownAlready';
  }
  const text = `退 ${formatYuan(refund.amountFen)} 元`;
  if (word.state === 'waiting' || word.state === 'missing') {
    if (refund.state !== 'waiting' && word.state === 'waiting') {
      await recordEvent(ctx, order, how, 'waiting', text);
      await ctx.tx.run(sql`update channel_refund set state = 'waiting', next_query_at = coalesce(next_query_at, ${ctx.clock.now().toString()})
        where company_id = ${ctx.companyId} and id = ${id}`);
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
  await ctx.tx.run(sql`update channel_refund set state = 'done', refund_no = ${refundNo}, channel_refund_id = ${word.refundId}, done_at = ${word.at.toString()}, failure = '',
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

/** `news` takes effect; `twice`: the money has gone back another way, or may under another number; `known` changes nothing. */
function meaningOf(refund: LockedRefund, refundNo: string, word: RefundState): 'news' | 'twice' | 'known' {
  const isOlder = refund.refundNo !== refundNo;
  const isOver = refund.state === 'done' || refund.state === 'replaced';
  if (word.state === 'done') {
    if (refund.state === 'failed') return 'news';
    return isOlder || refund.state === 'replaced' ? 'twice' : refund.state === 'done' ? 'known' : 'news';
  }
  if (isOlder || isOver) return 'known';
  return refund.state === 'failed' && word.state !== 'waiting' ? 'known' : 'news';
}

/** Shows staff, once for each number, that the channel gave back what was given back another way. */
async function tellTwice(
  ctx: Context,
  order: PaymentOrder,
  refund: LockedRefund,
  refundNo: string,
  how: PaymentEventKind,
): Promise<void> {
  const told = await ctx.tx.first(sql`select id from payment_order_event
    where company_id = ${ctx.companyId} and order_id = ${order.id} and outcome = 'refundedTwice' and detail = ${refundNo} limit 1`);
  if (told) return;
  await recordEvent(ctx, order, how, 'refundedTwice', refundNo);
  const instead = refund.state === 'replaced' ? '已改用其他方式退还' : '已用另一个退款单号重新发起';
  const problem = `退款 ${formatYuan(refund.amountFen)} 元${instead}，渠道后来又说原来的退款单号 ${refundNo} 退成了。请与渠道核对，多退的向付款人追回`;
  await ctx.tx.run(sql`update payment_order set exception = 'refundedTwice', problem = ${problem}, handled_at = null, handled_by = null
    where company_id = ${ctx.companyId} and id = ${order.id}`);
  await audit(ctx, order.communityId, refund, 'payment.refundedTwice');
}

/** Asks for a failed refund again, under another number. Error: payment.refundNotFailed is the caller's. */
export async function repeatRefund(ctx: Context, id: string): Promise<boolean> {
  const refund = await lockRefund(ctx, id);
  if (refund.state !== 'failed') return false;
  const order = await lockOrder(ctx, refund.orderId);
  await ctx.tx.run(sql`
    insert into channel_refund_attempt (company_id, id, community_id, channel_refund_id, refund_no, failure, given_up_at)
    select company_id, ${ctx.newId()}, community_id, id, refund_no, failure, ${nowText(ctx)} from channel_refund
    where company_id = ${ctx.companyId} and id = ${id}`);
  await ctx.tx.run(sql`update channel_refund set state = 'asking', refund_no = ${ctx.newId().replaceAll('-', '')}, attempt = attempt + 1, try_count = 0,
      next_query_at = ${ctx.clock.now().toString()} where company_id = ${ctx.companyId} and id = ${id}`);
  await recordEvent(ctx, order, 'staff', 'refundRepeated', ctx.actor.name);
  await audit(ctx, order.communityId, refund, 'payment.repeatRefund');
  return true;
}
