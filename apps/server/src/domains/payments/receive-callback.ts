import { paymentCallback, paymentFail, platformFail } from '@anlin/contract';
import { asSystem } from '../../platform/boundary.ts';
import type { Context } from '../../platform/context.ts';
import { publicRoute } from '../../platform/http/route.ts';
import type { Services } from '../../platform/services.ts';
import { findAgreementByCode } from './agreements/agreement-row.ts';
import { settleAgreement } from './agreements/settle-agreement.ts';
import { type OwnChannel, readChannel } from './channel-account.ts';
import { channelOf } from './channels/index.ts';
import {
  type Callback,
  ChannelRefusal,
  ChannelSilence,
  type Heard,
  type PaymentChannel,
} from './channels/payment-channel.ts';
import { findOrderByNo } from './order-row.ts';
import { recordRefusal } from './record-event.ts';
import { settlePayment } from './settle-payment.ts';
import { findRefundByNo, settleRefund } from './settle-refund.ts';

/**
 * A channel's message. Nothing of it is believed before its signature, time and merchant are good; whoever sends a bad one is told no
 * more than that it was not taken. One that is good is taken once, whatever it says, so that the channel stops repeating it.
 */
export const paymentCallbackRoute = publicRoute(
  paymentCallback,
  async (services, { params, body }, { request, reply }) => {
    const channel = await asSystem(services, params.company, (ctx) => readChannel(ctx, params.channel));
    const adapter = channel && channelOf(channel.kind);
    if (!channel?.account || !adapter) throw platformFail('resource.notFound', { label: '收款渠道' });
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
    );
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    const callback = { headers, body: bytes };
    await hearCallback(services, params.company, channel, adapter, callback);
    const answer = adapter.answer(true, callback);
    void reply.status(answer.status).type(answer.contentType);
    return answer.body;
  },
);

/** Errors: payment.callbackRefused (401), the same for whatever is wrong. */
export async function hearCallback(
  services: Services,
  companyId: string,
  channel: OwnChannel,
  adapter: PaymentChannel,
  callback: Callback,
): Promise<void> {
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: 5_000 };
  try {
    const heard = await adapter.hear(channel.account!, callback, services.clock.now(), outside);
    await asSystem(services, companyId, (ctx) => take(ctx, channel, heard));
  } catch (error) {
    // Its certificate could not be fetched: the channel says it again.
    if (error instanceof ChannelSilence) throw paymentFail('payment.callbackRefused');
    if (!(error instanceof ChannelRefusal)) throw error;
    await asSystem(services, companyId, (ctx) => recordRefusal(ctx, channel, error.reason));
    throw paymentFail('payment.callbackRefused');
  }
}

async function take(ctx: Context, channel: OwnChannel, heard: Heard): Promise<void> {
  if (heard.kind === 'other') return;
  if (heard.kind === 'refund') {
    const refundId = await findRefundByNo(ctx, channel.id, heard.refundNo);
    if (refundId) await settleRefund(ctx, refundId, heard.refundNo, heard.state, 'callback');
    else await recordRefusal(ctx, channel, `没有这个退款单号：${heard.refundNo}`);
    return;
  }
  if (heard.kind === 'agreement') {
    const id = await findAgreementByCode(ctx, channel.id, heard.code);
    if (id) await settleAgreement(ctx, id, heard.word);
    else await recordRefusal(ctx, channel, `没有这个签约协议号：${heard.code}`);
    return;
  }
  const order = await findOrderByNo(ctx, channel.id, heard.payment.orderNo);
  if (order) await settlePayment(ctx, order.id, heard.payment, 'callback');
  else await recordRefusal(ctx, channel, `没有这个订单号：${heard.payment.orderNo}`);
}
