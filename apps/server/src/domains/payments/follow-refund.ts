import { channelKinds, paymentFail } from '@anlin/contract';
import { asSystem } from '../../platform/boundary.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Services } from '../../platform/services.ts';
import { callbackAddress } from './callback-address.ts';
import { accountOf, type OwnChannel, readChannel } from './channel-account.ts';
import { channelOf } from './channels/index.ts';
import { ChannelRefusal, ChannelSilence, type RefundState } from './channels/payment-channel.ts';
import { nextLook } from './follow-schedule.ts';
import { lockOrder, type PaymentOrder } from './order-row.ts';
import { type LockedRefund, lockRefund, settleRefund } from './settle-refund.ts';

interface Followed {
  refund: LockedRefund;
  order: PaymentOrder;
  channel: OwnChannel;
}

/**
 * Brings a refund one step further: tells the channel of it, or asks what became of it. What may have been told before is asked
 * after first, and told again only when the channel does not know it; it carries the same number, so it goes back once.
 */
export async function followRefund(services: Services, companyId: string, refundId: string): Promise<void> {
  const found = await asSystem(services, companyId, (ctx) => read(ctx, refundId));
  if (found.refund.state === 'done' || found.refund.state === 'failed') return;
  if (found.refund.state === 'replaced') return lookBack(services, companyId, found);
  const state = await talk(services, companyId, found);
  await asSystem(services, companyId, async (ctx) => {
    const kind = found.refund.tryCount > 0 ? 'refundQuery' : 'refund';
    if (state !== null) await settleRefund(ctx, refundId, found.refund.refundNo, state, kind);
    await ctx.tx.run(sql`update channel_refund set try_count = try_count + 1, claimed_until = null,
        next_query_at = case when state in ('asking', 'waiting') then ${nextLook(ctx.clock.now(), found.refund.tryCount).toString()}::timestamptz end
      where company_id = ${companyId} and id = ${refundId} and refund_no = ${found.refund.refundNo}`);
  });
}

/** Of one that was given another way: the channel is asked twice more, a day apart, and never told again. */
async function lookBack(services: Services, companyId: string, found: Followed): Promise<void> {
  const { refund } = found;
  const word = await ask(services, found);
  await asSystem(services, companyId, async (ctx) => {
    if (word !== null) await settleRefund(ctx, refund.id, refund.refundNo, word, 'refundQuery');
    const next = refund.tryCount === 0 ? ctx.clock.now().add({ hours: 24 }).toString() : null;
    await ctx.tx.run(sql`update channel_refund set try_count = try_count + 1, claimed_until = null, next_query_at = ${next}
      where company_id = ${companyId} and id = ${refund.id} and state = 'replaced'`);
  });
}

/**
 * Asks the channel once more after a refund that failed, before it is given up for another number or another way: done or under way
 * after all, it is that from now on. Errors: payment.refundSilent (503), payment.channelUnreadable (409).
 */
export async function askAfterFailed(services: Services, companyId: string, refundId: string): Promise<void> {
  const found = await asSystem(services, companyId, (ctx) => read(ctx, refundId));
  const { refund, channel } = found;
  if (refund.state !== 'failed') return;
  accountOf(channel);
  const word = await ask(services, found);
  if (word === null) throw paymentFail('payment.refundSilent', { channel: channelKinds[channel.kind] });
  if (word.state === 'done' || word.state === 'waiting')
    await asSystem(services, companyId, (ctx) => settleRefund(ctx, refundId, refund.refundNo, word, 'refundQuery'));
}

/** Null: nothing was heard. */
async function ask(services: Services, { refund, order, channel }: Followed): Promise<RefundState | null> {
  const adapter = channelOf(channel.kind);
  if (!adapter || !channel.account) return null;
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: 5_000 };
  try {
    return await adapter.queryRefund(channel.account, { orderNo: order.orderNo, refundNo: refund.refundNo }, outside);
  } catch (error) {
    if (error instanceof ChannelSilence || error instanceof ChannelRefusal) return null;
    throw error;
  }
}

async function read(ctx: Context, refundId: string): Promise<Followed> {
  const refund = await lockRefund(ctx, refundId);
  const order = await lockOrder(ctx, refund.orderId);
  return { refund, order, channel: (await readChannel(ctx, order.channelId))! };
}

/** Null: nothing was heard, it stays as it is. */
async function talk(services: Services, companyId: string, followed: Followed): Promise<RefundState | null> {
  const { refund, order, channel } = followed;
  const adapter = channelOf(channel.kind);
  const { account } = channel;
  if (!adapter || !account) return null;
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: 5_000 };
  const numbers = { orderNo: order.orderNo, refundNo: refund.refundNo };
  try {
    if (refund.tryCount > 0) {
      const known = await adapter.queryRefund(account, numbers, outside);
      if (known.state !== 'missing') return known;
    }
    return await adapter.refund(
      account,
      {
        ...numbers,
        amountFen: refund.amountFen,
        totalFen: order.amountFen,
        reason: refund.reason,
        notifyUrl: callbackAddress(account, companyId, 'refund'),
      },
      outside,
    );
  } catch (error) {
    if (error instanceof ChannelSilence || error instanceof ChannelRefusal) {
      services.logger.warn({ refundNo: refund.refundNo, reason: error.message }, 'refund not heard');
      return null;
    }
    throw error;
  }
}
