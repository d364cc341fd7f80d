import { channelKinds, type PaymentStarted, paymentFail } from '@anlin/contract';
import { formatYuan } from '@anlin/money';
import { asSystem } from '../../platform/boundary.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Services } from '../../platform/services.ts';
import { callbackAddress } from './callback-address.ts';
import { accountOf, type OwnChannel, readChannel } from './channel-account.ts';
import { channelOf } from './channels/index.ts';
import {
  type ChannelAccount,
  type ChannelOrder,
  ChannelRefusal,
  ChannelSilence,
  type PaymentChannel,
  type Started,
} from './channels/payment-channel.ts';
import { lastLook, wakeFollowing } from './follow-schedule.ts';
import { openOrder, type PaymentAsker, type PaymentRequest } from './open-order.ts';
import { lockOrder, type PaymentOrder, readOrder } from './order-row.ts';
import { recordEvent } from './record-event.ts';
import { settlePayment } from './settle-payment.ts';

/** Opens a transaction in the name of whoever asks: a route's session. Nothing is held open while a channel takes its time. */
export type Run = <T>(work: (ctx: Context) => Promise<T>) => Promise<T>;

export interface PaymentOpened {
  orderId: string;
  orderNo: string;
  /** Yuan, two decimals. */
  amount: string;
  expiresAt: string;
  started: PaymentStarted;
}

/** How long a channel may take to answer a person who waits. */
export const answerMs = 8_000;

/**
 * Starts an online payment (PAY-2): writes the order in the asker's transaction, tells the channel outside of any, and writes
 * down what it answered. Should this be cut off anywhere, the order is asked after until it is known what became of it. Errors:
 * what `openOrder` refuses, payment.refused (409), payment.silent (503).
 */
export async function startPayment(
  services: Services,
  run: Run,
  input: PaymentRequest,
  asker: PaymentAsker,
): Promise<PaymentOpened> {
  const opened = await run(async (ctx) => {
    const order = await openOrder(ctx, input, asker);
    const channel = await readChannel(ctx, order.channelId);
    return { companyId: ctx.companyId, order, channel: channel! };
  });
  const { order } = opened;
  const started = await startAtChannel(services, opened, input);
  return {
    orderId: order.id,
    orderNo: order.orderNo,
    amount: formatYuan(order.amountFen),
    expiresAt: order.expiresAt,
    started: started.kind === 'paid' ? { kind: 'paid' } : started,
  };
}

interface Opened {
  companyId: string;
  order: PaymentOrder;
  channel: OwnChannel;
}

async function startAtChannel(services: Services, opened: Opened, input: PaymentRequest): Promise<Started> {
  const { order, channel, companyId } = opened;
  const system: Run = (work) => asSystem(services, companyId, work);
  if (order.state === 'paid') return { kind: 'waiting' };
  if (order.state === 'closed')
    throw paymentFail('payment.wrongState', { state: '已关闭', action: '再付，请重新发起' });
  if (order.started) return order.started;
  // A payer's code is charged once: whether the first time did it is asked, not tried again.
  if (order.way === 'payerCode' && order.state !== 'created') return { kind: 'waiting' };
  const adapter = channelOf(channel.kind);
  if (!adapter) throw paymentFail('payment.channelUnreadable', { channel: channel.name });
  const account = accountOf(channel);
  try {
    const told = await tell(services, adapter, account, { companyId, order, input });
    await system((ctx) => writeStarted(ctx, order.id, told));
    if (told.kind === 'paid') {
      const { payment } = told;
      await system((ctx) => settlePayment(ctx, order.id, payment, 'start'));
    }
    return told;
  } catch (error) {
    await system((ctx) => writeFailure(ctx, order, error as Error));
    if (error instanceof ChannelRefusal)
      throw paymentFail('payment.refused', { channel: channelKinds[channel.kind], reason: error.reason });
    if (!(error instanceof ChannelSilence)) throw error;
    // The code may have been charged: the desk waits for what the query finds.
    if (order.way === 'payerCode') return { kind: 'waiting' };
    throw paymentFail('payment.silent', { channel: channelKinds[channel.kind] });
  }
}

function tell(
  services: Services,
  adapter: PaymentChannel,
  account: ChannelAccount,
  { companyId, order, input }: { companyId: string; order: PaymentOrder; input: PaymentRequest },
): Promise<Started> {
  const wanted: ChannelOrder = {
    orderNo: order.orderNo,
    amountFen: order.amountFen,
    description: order.description,
    expiresAt: Temporal.Instant.from(order.expiresAt),
    notifyUrl: callbackAddress(account, companyId, 'payment'),
    clientIp: order.clientIp,
    ...(order.openId ? { openId: order.openId } : {}),
    ...(order.returnUrl ? { returnUrl: order.returnUrl } : {}),
    ...(input.payerCode ? { payerCode: input.payerCode } : {}),
  };
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: answerMs };
  return adapter.start(account, order.way, wanted, outside);
}

/** Keeps what the payer's side was given, so that the same order is opened again; a callback may have been quicker. */
export async function writeStarted(ctx: Context, orderId: string, told: Started): Promise<void> {
  const order = await lockOrder(ctx, orderId);
  await recordEvent(ctx, order, 'start', told.kind);
  if (order.state !== 'created' && order.state !== 'unknown') return;
  const kept = told.kind === 'paid' || told.kind === 'waiting' ? null : JSON.stringify(told);
  await ctx.tx.run(sql`update payment_order set state = 'paying', started = ${kept}::jsonb
    where company_id = ${ctx.companyId} and id = ${orderId}`);
  await wakeFollowing(ctx, order);
}

/**
 * Silence says nothing: the channel may have taken the order all the same. A refusal closes it, but is not believed altogether either: a
 * code may have been charged by a request whose answer was lost, and the next one refused because the code is used up.
 */
async function writeFailure(ctx: Context, { id }: PaymentOrder, error: Error): Promise<void> {
  const order = await lockOrder(ctx, id);
  const isRefused = error instanceof ChannelRefusal;
  const outcome = isRefused ? 'refused' : error instanceof ChannelSilence ? 'silent' : 'failed';
  await recordEvent(ctx, order, 'start', outcome, isRefused ? error.reason : error.message);
  if (order.state !== 'created' && order.state !== 'unknown') return;
  if (isRefused) {
    const now = ctx.clock.now();
    await ctx.tx.run(sql`update payment_order set state = 'closed', closed_at = ${now.toString()}, next_query_at = ${lastLook(now).toString()}
      where company_id = ${ctx.companyId} and id = ${id}`);
    return;
  }
  await ctx.tx.run(
    sql`update payment_order set state = 'unknown' where company_id = ${ctx.companyId} and id = ${id} and state = 'created'`,
  );
  await wakeFollowing(ctx, order);
}

/** An order as whoever waits for it needs it. 404 when out of sight. */
export function readPayment(ctx: Context, orderId: string): Promise<PaymentOrder> {
  return readOrder(ctx, orderId);
}
