import { z } from 'zod';
import { makeNonceMemory } from '../nonce-memory.ts';
import { type Callback, type ChannelAccount, ChannelRefusal, type Heard, type Outside } from '../payment-channel.ts';
import { hearPapay } from './agree-wechat.ts';
import { signatureOf, signatureProblem } from './platform-keys.ts';
import { stateOf } from './refund-wechat.ts';
import { openResource, sealedResource } from './wechat-resource.ts';
import { paymentOf, wechatTransaction } from './wechat-transaction.ts';

const heardBefore = makeNonceMemory();

const notice = z.object({ event_type: z.string().max(64), resource: sealedResource });

const refundNotice = z.object({
  mchid: z.string(),
  out_trade_no: z.string(),
  out_refund_no: z.string(),
  refund_id: z.string(),
  refund_status: z.enum(['SUCCESS', 'CLOSED', 'ABNORMAL']),
  success_time: z.iso.datetime({ offset: true }).optional(),
});

/** A notice of WeChat Pay (支付成功回调通知、退款结果通知). Throws ChannelRefusal when any part of it can't be believed. */
export async function hearWechat(
  account: ChannelAccount,
  { headers, body }: Callback,
  now: Temporal.Instant,
  outside: Outside,
): Promise<Heard> {
  // APIv2 writes XML and has no headers of its own.
  if (body.subarray(0, 64).toString('utf8').trimStart().startsWith('<')) return hearPapay(account, body);
  const signed = signatureOf((name) => headers[name]);
  const problem = await signatureProblem(account, signed, body, { ...outside, now });
  if (problem !== null) throw new ChannelRefusal(problem);
  if (!heardBefore.isFirst(`${outside.gateway ?? ''} ${account.id} ${signed.nonce}`, now))
    throw new ChannelRefusal('同一条通知又发来一次');
  const { event_type: event, resource } = parse(notice, body.toString('utf8'));
  const text = openResource(account, resource);
  if (event.startsWith('REFUND.')) return refundOf(account, parse(refundNotice, text));
  if (event !== 'TRANSACTION.SUCCESS') return { kind: 'other' };
  const told = parse(wechatTransaction, text);
  refuseOther(account, told.mchid);
  if (told.appid !== account.appId && told.appid !== account.settings.miniProgramAppId)
    throw new ChannelRefusal('AppID 不是这个渠道的');
  const payment = paymentOf(told);
  if (!payment) throw new ChannelRefusal('通知说已付款，内容却不完整');
  return { kind: 'payment', payment };
}

function refundOf(account: ChannelAccount, told: z.output<typeof refundNotice>): Heard {
  refuseOther(account, told.mchid);
  const state = stateOf({ refund_id: told.refund_id, status: told.refund_status, success_time: told.success_time });
  return { kind: 'refund', orderNo: told.out_trade_no, refundNo: told.out_refund_no, state };
}

function refuseOther(account: ChannelAccount, merchantId: string): void {
  if (merchantId !== account.merchantId) throw new ChannelRefusal('商户号不是这个渠道的');
}

function parse<T extends z.ZodType>(schema: T, text: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new ChannelRefusal('通知的内容看不懂');
  }
}
