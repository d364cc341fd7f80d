import { addressOf } from '../call-channel.ts';
import { compactTime } from '../channel-time.ts';
import {
  type ChannelAccount,
  type ChannelOrder,
  ChannelRefusal,
  ChannelSilence,
  type Outside,
  type PaymentWay,
  type Started,
} from '../payment-channel.ts';
import { callUnionPay, isUndecided, numbered, refusalOf, sentAtOf, signedMessage } from './call-unionpay.ts';
import { unionPayHosts } from './unionpay-account.ts';
import type { UnionPayFields } from './unionpay-signature.ts';

/**
 * How long an order may be paid at most. UnionPay has nothing to close an unpaid order with, but takes no money for it (or gives it
 * back by itself) once its `payTimeout` is over.
 */
export const orderLifeMinutes = 15;

export const frontSort = { txnType: '01', txnSubType: '01', bizType: '000201' };
const qrSort = { txnType: '01', txnSubType: '07', bizType: '000000' };
const payerCodeSort = { txnType: '01', txnSubType: '06', bizType: '000000' };

/** Until when an order may be paid. */
export function paidUntil(orderNo: string): Temporal.Instant {
  return sentAtOf(orderNo).add({ minutes: orderLifeMinutes });
}

function fieldsOf(way: PaymentWay, order: ChannelOrder): UnionPayFields {
  const latest = paidUntil(order.orderNo);
  const expiresAt = Temporal.Instant.compare(order.expiresAt, latest) < 0 ? order.expiresAt : latest;
  return {
    ...numbered(order.orderNo),
    txnAmt: String(order.amountFen),
    currencyCode: '156',
    backUrl: order.notifyUrl,
    payTimeout: compactTime(expiresAt),
    // Comes back with every query and notify: how the order was started.
    reqReserved: way,
  };
}

/** Starts an order: 网关支付, 二维码主扫, 二维码被扫. Errors: ChannelRefusal, ChannelSilence. */
export async function startUnionPay(
  account: ChannelAccount,
  way: PaymentWay,
  order: ChannelOrder,
  outside: Outside,
): Promise<Started> {
  const fields = fieldsOf(way, order);
  if (way === 'gateway') return toGateway(account, { ...fields, frontUrl: order.returnUrl ?? '' }, outside);
  if (way === 'qr') return askForQr(account, fields, outside);
  if (way === 'payerCode') return takeFromPayerCode(account, fields, order.payerCode ?? '', outside);
  throw new ChannelRefusal('云闪付没有这种收款方式');
}

/** The payer's browser posts the signed form. */
function toGateway(account: ChannelAccount, fields: UnionPayFields, outside: Outside): Started {
  const message = signedMessage(account, frontSort, { ...fields, channelType: '07' });
  const filled = Object.fromEntries(Object.entries(message).filter(([, value]) => value !== ''));
  const url = addressOf(outside, unionPayHosts(account).gateway, '/gateway/api/frontTransReq.do');
  return { kind: 'form', url, fields: filled };
}

const back = (account: ChannelAccount) => ({
  host: unionPayHosts(account).gateway,
  path: '/gateway/api/backTransReq.do',
});

async function askForQr(account: ChannelAccount, fields: UnionPayFields, outside: Outside): Promise<Started> {
  const answer = await callUnionPay(account, back(account), qrSort, { ...fields, channelType: '08' }, outside);
  if (isUndecided(answer.respCode)) throw new ChannelSilence('UnionPay has not decided yet');
  if (answer.respCode !== '00') throw refusalOf(answer);
  if (answer.orderId !== fields.orderId || !answer.qrCode)
    throw new ChannelSilence('UnionPay answered for another order');
  return { kind: 'qr', content: answer.qrCode };
}

/** UnionPay answers that it has taken the order; whether it was paid comes by a notify or is asked for. */
async function takeFromPayerCode(
  account: ChannelAccount,
  fields: UnionPayFields,
  payerCode: string,
  outside: Outside,
): Promise<Started> {
  if (!/^\d{1,20}$/.test(payerCode)) throw new ChannelRefusal('这不是云闪付的付款码，请付款人打开“付款码”再扫');
  const code = { ...fields, channelType: '08', qrNo: payerCode, termId: '00000001' };
  const answer = await callUnionPay(account, back(account), payerCodeSort, code, outside);
  if (answer.respCode === '00' || isUndecided(answer.respCode)) return { kind: 'waiting' };
  throw refusalOf(answer);
}
