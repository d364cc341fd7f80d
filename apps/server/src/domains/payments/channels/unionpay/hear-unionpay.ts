import { z } from 'zod';
import { type Callback, type ChannelAccount, ChannelRefusal, type Heard, type Outside } from '../payment-channel.ts';
import { readForm } from '../read-form.ts';
import { isDone } from './call-unionpay.ts';
import { askUnionPay, paymentOf } from './query-unionpay.ts';
import { refundStateOf } from './refund-unionpay.ts';
import { unionPayKeys } from './unionpay-account.ts';
import { requireUnionPay, type UnionPayFields } from './unionpay-signature.ts';

const number = z.string().regex(/^[0-9A-Za-z]{8,32}$/);
const notice = z.looseObject({
  encoding: z.string().regex(/^utf-8$/i),
  merId: z.string(),
  orderId: number,
  txnTime: z.string().regex(/^\d{14}$/),
  txnType: z.string(),
  txnAmt: z.string(),
  currencyCode: z.literal('156'),
  queryId: z.string().regex(/^\d{12,21}$/),
  respCode: z.string(),
});

/**
 * A notify (后台通知). It does not say when it was sent, so a replay can't be told by its time; but UnionPay asks merchants to believe
 * money only after a query of their own, so the order is asked for and must say the same now. Throws ChannelRefusal; ChannelSilence
 * when UnionPay does not answer that query, and the notify comes again.
 */
export async function hearUnionPay(
  account: ChannelAccount,
  { body }: Callback,
  now: Temporal.Instant,
  outside: Outside,
): Promise<Heard> {
  const fields: UnionPayFields = readForm(body);
  requireUnionPay(fields, unionPayKeys(account), now);
  if (!notice.safeParse(fields).success) throw new ChannelRefusal('通知的内容不完整');
  if (fields.merId !== account.merchantId) throw new ChannelRefusal('通知是另一个商户的');
  if (fields.txnType === '01') return hearPayment(account, fields, outside);
  if (fields.txnType === '04') return hearRefund(account, fields, outside);
  return { kind: 'other' };
}

async function hearPayment(account: ChannelAccount, fields: UnionPayFields, outside: Outside): Promise<Heard> {
  if (!isDone(fields.respCode)) return { kind: 'other' };
  const told = paymentOf(fields, outside.now);
  const asked = await askUnionPay(account, told.orderNo, outside);
  if (!asked || !isDone(asked.origRespCode)) throw new ChannelRefusal('通知说已付款，但银联查询不到');
  const payment = paymentOf(asked, outside.now);
  if (payment.amountFen !== told.amountFen || payment.transactionId !== told.transactionId)
    throw new ChannelRefusal('通知与银联查询的结果不一致');
  return { kind: 'payment', payment };
}

async function hearRefund(account: ChannelAccount, fields: UnionPayFields, outside: Outside): Promise<Heard> {
  const [refundNo, orderNo] = [fields.orderId!, fields.reqReserved ?? ''];
  if (!number.safeParse(orderNo).success) throw new ChannelRefusal('通知没有说是哪笔订单的退款');
  const asked = await askUnionPay(account, refundNo, outside);
  if (!asked || asked.reqReserved !== orderNo || asked.txnAmt !== fields.txnAmt)
    throw new ChannelRefusal('通知与银联查询的结果不一致');
  return { kind: 'refund', orderNo, refundNo, state: refundStateOf(asked, outside.now) };
}
