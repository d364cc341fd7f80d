import { z } from 'zod';
import { readSpacedTime } from '../channel-time.ts';
import { type Callback, type ChannelAccount, ChannelRefusal, type Heard } from '../payment-channel.ts';
import { readYuan } from '../read-amount.ts';
import { readForm } from '../read-form.ts';
import { alipayKeys } from './alipay-account.ts';
import { isSignedRsa2, notifyText } from './alipay-signature.ts';

/** How far ahead of ours Alipay's clock may be. */
const windowSeconds = 300;
/** Alipay repeats a notify for 24 hours and 22 minutes until it reads `success`; a later one is a replay. */
const repeatsMinutes = 25 * 60;

const time = z.string().default('');
const notice = z.object({
  notify_id: z.string().min(1).max(128),
  notify_type: z.literal('trade_status_sync'),
  notify_time: z.string(),
  app_id: z.string(),
  seller_id: z.string(),
  out_trade_no: z.string().regex(/^[0-9A-Za-z]{1,32}$/),
  trade_no: z.string().regex(/^\d{16,64}$/),
  trade_status: z.enum(['WAIT_BUYER_PAY', 'TRADE_CLOSED', 'TRADE_SUCCESS', 'TRADE_FINISHED']),
  total_amount: z.string(),
  gmt_payment: time,
  gmt_refund: time,
  out_biz_no: z.string().max(64).default(''),
  buyer_open_id: z.string().max(128).default(''),
  buyer_id: z.string().max(32).default(''),
});

const agreementNotice = z.object({
  notify_id: z.string().min(1).max(128),
  notify_time: z.string(),
  app_id: z.string(),
  /** Of the merchant, where Alipay says it. */
  partner_id: z.string().default(''),
  external_agreement_no: z.string().regex(/^[0-9A-Za-z]{6,32}$/),
  agreement_no: z.string().regex(/^[0-9A-Za-z]{6,64}$/),
  status: z.enum(['NORMAL', 'STOP', 'UNSIGN']),
  sign_time: time,
  unsign_time: time,
});

/** A notify that an agreement was signed (dut_user_sign) or ended (dut_user_unsign). */
function hearAgreement(account: ChannelAccount, fields: Record<string, string>, now: Temporal.Instant): Heard {
  const parsed = agreementNotice.safeParse(fields);
  if (!parsed.success) throw new ChannelRefusal('签约通知的内容不完整');
  const told = parsed.data;
  if (told.app_id !== account.appId) throw new ChannelRefusal('签约通知是另一个应用的');
  if (told.partner_id !== '' && told.partner_id !== account.merchantId)
    throw new ChannelRefusal('签约通知是另一个商户的');
  refuseOutOfTime(readSpacedTime(told.notify_time), now);
  const { external_agreement_no: code, agreement_no: channelNo } = told;
  const isSigning = fields.notify_type === 'dut_user_sign';
  if (isSigning !== (told.status === 'NORMAL')) throw new ChannelRefusal('签约通知的状态与类型不符');
  if (isSigning)
    return {
      kind: 'agreement',
      code,
      word: { state: 'active', channelNo, signedAt: readSpacedTime(told.sign_time) },
    };
  const endedAt = told.unsign_time === '' ? {} : { endedAt: readSpacedTime(told.unsign_time) };
  return { kind: 'agreement', code, word: { state: 'ended', channelNo, ...endedAt } };
}

/**
 * A notify of a trade (opendocs.alipay.com, 异步通知). Alipay sends the same one again until it reads `success`, so hearing one
 * twice must do no harm; one that is older than Alipay repeats is refused. Throws ChannelRefusal.
 */
export function hearAlipay(account: ChannelAccount, { body }: Callback, now: Temporal.Instant): Heard {
  const fields = readForm(body);
  const { sign = '', sign_type: signType, charset = 'utf-8' } = fields;
  if (signType !== 'RSA2' || charset.toLowerCase() !== 'utf-8') throw new ChannelRefusal('通知的签名方式或编码不对');
  if (!isSignedRsa2(notifyText(fields), sign, alipayKeys(account).publicKey))
    throw new ChannelRefusal('通知的签名不对');
  if (fields.notify_type === 'dut_user_sign' || fields.notify_type === 'dut_user_unsign')
    return hearAgreement(account, fields, now);
  const parsed = notice.safeParse(fields);
  if (!parsed.success) throw new ChannelRefusal('通知的内容不完整');
  const told = parsed.data;
  if (told.app_id !== account.appId) throw new ChannelRefusal('通知是另一个应用的');
  if (told.seller_id !== account.merchantId) throw new ChannelRefusal('通知是另一个商户的');
  refuseOutOfTime(readSpacedTime(told.notify_time), now);
  const isPaid = told.trade_status === 'TRADE_SUCCESS' || told.trade_status === 'TRADE_FINISHED';
  const amountFen = readYuan(told.total_amount);
  if (told.gmt_refund !== '' && told.out_biz_no !== '') {
    const state = { state: 'done', refundId: told.out_biz_no, at: readSpacedTime(told.gmt_refund) } as const;
    return { kind: 'refund', orderNo: told.out_trade_no, refundNo: told.out_biz_no, state };
  }
  if (!isPaid) return { kind: 'other' };
  if (amountFen <= 0n) throw new ChannelRefusal('通知的金额不对');
  const payment = {
    orderNo: told.out_trade_no,
    merchantId: told.seller_id,
    amountFen,
    transactionId: told.trade_no,
    paidAt: readSpacedTime(told.gmt_payment),
    payer: told.buyer_open_id || told.buyer_id,
  };
  return { kind: 'payment', payment };
}

function refuseOutOfTime(sentAt: Temporal.Instant, now: Temporal.Instant): void {
  const agoSeconds = (now.epochMilliseconds - sentAt.epochMilliseconds) / 1000;
  if (agoSeconds < -windowSeconds || agoSeconds > repeatsMinutes * 60) throw new ChannelRefusal('通知的时间不对');
}
