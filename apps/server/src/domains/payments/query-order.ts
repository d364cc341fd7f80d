import { channelKinds } from '@anlin/contract';
import { asSystem } from '../../platform/boundary.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Services } from '../../platform/services.ts';
import { concludeDeduction, unknownTaking } from './agreements/conclude-deduction.ts';
import { type OwnChannel, readChannel } from './channel-account.ts';
import { channelOf } from './channels/index.ts';
import { ChannelRefusal, ChannelSilence, type Queried } from './channels/payment-channel.ts';
import { lastLook, nextLook } from './follow-schedule.ts';
import { lockOrder, type PaymentOrder } from './order-row.ts';
import { type PaymentEventKind, recordEvent } from './record-event.ts';
import { settlePayment } from './settle-payment.ts';

/** What came of asking, in the channel's words; the order's state after it. */
export interface Asked {
  state: PaymentOrder['state'];
  answer: string;
}

type Word = Queried | { state: 'silent' | 'refused'; reason: string };

/**
 * Asks the channel what became of an order and brings it there: paid is booked, closed is closed, and an order whose time is over is
 * closed there first, here afterwards. Silence changes nothing but when it is asked again. No transaction is open while the channel
 * takes its time. `closes`: staff want it closed now.
 */
export async function askAfterOrder(
  services: Services,
  companyId: string,
  orderId: string,
  { closes = false, timeoutMs = 5_000 }: { closes?: boolean; timeoutMs?: number } = {},
): Promise<Asked> {
  const { order, channel } = await asSystem(services, companyId, async (ctx) => {
    const found = await lockOrder(ctx, orderId);
    return { order: found, channel: (await readChannel(ctx, found.channelId))! };
  });
  if (order.state === 'paid') return { state: 'paid', answer: '已付款' };
  let word = await ask(services, channel, order, timeoutMs);
  let kind: PaymentEventKind = 'query';
  const isOver = Temporal.Instant.compare(services.clock.now(), Temporal.Instant.from(order.expiresAt)) >= 0;
  if ((word.state === 'waiting' || word.state === 'missing') && order.state !== 'closed' && (closes || isOver)) {
    kind = 'close';
    word = await closeThere(services, channel, order, timeoutMs);
  }
  return asSystem(services, companyId, (ctx) => takeWord(ctx, order.id, word, kind));
}

function outsideOf(services: Services, timeoutMs: number) {
  return { gateway: services.gateway, now: services.clock.now(), timeoutMs };
}

async function ask(services: Services, channel: OwnChannel, order: PaymentOrder, timeoutMs: number): Promise<Word> {
  const adapter = channelOf(channel.kind);
  if (!adapter || !channel.account) return unreadable;
  const { account } = channel;
  return heard(() => adapter.query(account, order.orderNo, outsideOf(services, timeoutMs), order.way));
}

/** Closes at the channel; should the payer have been quicker, the payment is fetched. */
async function closeThere(
  services: Services,
  channel: OwnChannel,
  order: PaymentOrder,
  timeoutMs: number,
): Promise<Word> {
  const adapter = channelOf(channel.kind);
  if (!adapter || !channel.account) return unreadable;
  const { account } = channel;
  return heard(async () => {
    const outside = outsideOf(services, timeoutMs);
    const outcome = await adapter.close(account, order.orderNo, outside, order.way);
    return outcome === 'closed' ? { state: 'closed' } : adapter.query(account, order.orderNo, outside, order.way);
  });
}

const unreadable: Word = { state: 'refused', reason: '收款渠道的密钥打不开，请重新填写' };

async function heard(work: () => Promise<Queried>): Promise<Word> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ChannelSilence) return { state: 'silent', reason: '渠道没有应答，稍后自动再查' };
    if (error instanceof ChannelRefusal) return { state: 'refused', reason: error.reason };
    throw error;
  }
}

const answers = {
  waiting: '付款人还没有付款',
  closed: '已关闭',
  missing: '渠道还没有这笔订单',
  paid: '已付款',
} as const;

/** Takes the word, in one transaction under the order's lock. */
async function takeWord(ctx: Context, orderId: string, word: Word, kind: PaymentEventKind): Promise<Asked> {
  if (word.state === 'paid') {
    const settling = await settlePayment(ctx, orderId, word.payment, kind === 'close' ? 'close' : 'query');
    if (settling === 'mismatch' || settling === 'doubled') await lookAgain(ctx, await lockOrder(ctx, orderId), false);
    const { state } = await lockOrder(ctx, orderId);
    return { state, answer: settling === 'mismatch' ? '渠道说的金额或商户不符，没有入账' : answers.paid };
  }
  const order = await lockOrder(ctx, orderId);
  if (order.state === 'paid') return { state: 'paid', answer: answers.paid };
  const reason = 'reason' in word ? word.reason : '';
  // The same answer over and over is said once.
  if (word.state !== 'waiting' || order.queryCount === 0 || kind === 'close')
    await recordEvent(ctx, order, kind, word.state, reason);
  if (word.state === 'closed') {
    await markClosed(ctx, order);
    await concludeDeduction(ctx, order, 'refusal' in word && word.refusal ? word.refusal : unknownTaking);
    return { state: 'closed', answer: answers.closed };
  }
  const isUnknown = word.state === 'silent' || word.state === 'refused';
  await lookAgain(ctx, order, isUnknown);
  const state = isUnknown && order.state !== 'closed' ? 'unknown' : order.state;
  return { state, answer: reason === '' ? answers[word.state as keyof typeof answers] : reason };
}

async function markClosed(ctx: Context, order: PaymentOrder): Promise<void> {
  if (order.state === 'closed') {
    await ctx.tx.run(
      sql`update payment_order set next_query_at = null, claimed_until = null where company_id = ${ctx.companyId} and id = ${order.id}`,
    );
    return;
  }
  const last = lastLook(ctx.clock.now()).toString();
  await ctx.tx.run(sql`update payment_order set state = 'closed', closed_at = ${ctx.clock.now().toString()}, next_query_at = ${last}, claimed_until = null
    where company_id = ${ctx.companyId} and id = ${order.id}`);
}

/** What is open is looked at until it is settled; of what is closed, the last look must have had an answer. */
async function lookAgain(ctx: Context, order: PaymentOrder, isUnknown: boolean): Promise<void> {
  const isDone = order.state === 'closed' && !isUnknown;
  const next = isDone ? null : nextLook(ctx.clock.now(), order.queryCount).toString();
  const state = isUnknown && (order.state === 'paying' || order.state === 'created') ? 'unknown' : order.state;
  await ctx.tx.run(sql`update payment_order set state = ${state}, query_count = query_count + 1, next_query_at = ${next}, claimed_until = null
    where company_id = ${ctx.companyId} and id = ${order.id}`);
}

/** 微信支付 said: for a person. */
export const channelSays = (order: Pick<PaymentOrder, 'channelKind'>, answer: string): string =>
  `${channelKinds[order.channelKind]}：${answer}`;
