import { readCompactTime, readYearlessTime } from '../channel-time.ts';
import {
  type ChannelAccount,
  type ChannelPayment,
  ChannelRefusal,
  ChannelSilence,
  type Outside,
  type PaymentWay,
  type Queried,
} from '../payment-channel.ts';
import { readFen } from '../read-amount.ts';
import { callUnionPay, isDone, isUndecided, numbered, refusalOf } from './call-unionpay.ts';
import { paidUntil } from './start-unionpay.ts';
import { unionPayHosts } from './unionpay-account.ts';
import type { UnionPayFields } from './unionpay-signature.ts';

const querySort = { txnType: '00', txnSubType: '00', bizType: '000000' };

/** What UnionPay knows of a number: its fields, or null when it never had one. Errors: ChannelRefusal, ChannelSilence. */
export async function askUnionPay(
  account: ChannelAccount,
  number: string,
  outside: Outside,
): Promise<UnionPayFields | null> {
  const place = { host: unionPayHosts(account).gateway, path: '/gateway/api/queryTrans.do' };
  const answer = await callUnionPay(account, place, querySort, numbered(number), outside);
  if (answer.respCode === '34') return null;
  if (isUndecided(answer.respCode) || answer.respCode === '06')
    throw new ChannelSilence('UnionPay could not look it up');
  if (answer.respCode !== '00') throw refusalOf(answer);
  const { orderId, txnTime } = numbered(number);
  if (answer.orderId !== orderId || answer.txnTime !== txnTime)
    throw new ChannelSilence('UnionPay answered for another order');
  return answer;
}

/** A payment out of a query's or a notify's fields. Throws ChannelRefusal when they are no payment in yuan. */
export function paymentOf(fields: UnionPayFields, now: Temporal.Instant): ChannelPayment {
  if (fields.currencyCode !== '156') throw new ChannelRefusal('银联说的不是人民币');
  if (!/^\d{12,21}$/.test(fields.queryId ?? '')) throw new ChannelRefusal('银联没有给出交易流水号');
  return {
    orderNo: fields.orderId ?? '',
    merchantId: fields.merId ?? '',
    amountFen: readFen(fields.txnAmt),
    transactionId: fields.queryId!,
    paidAt: doneAtOf(fields, now),
    payer: lastDigitsOf(fields.accNo ?? ''),
  };
}

/** A merchant may be told the whole card number; only its end is kept. What is encrypted says nothing. */
const lastDigitsOf = (card: string): string => {
  const end = /^[\d*]{8,15}(\d{4})$/.exec(card)?.[1];
  return end === undefined ? '' : `尾号${end}`;
};

/** `traceTime` has no year; the order's own time tells which one. */
export function doneAtOf({ traceTime, txnTime = '' }: UnionPayFields, now: Temporal.Instant): Temporal.Instant {
  const sentAt = readCompactTime(txnTime);
  return traceTime ? readYearlessTime(traceTime, sentAt, now.add({ hours: 24 })) : sentAt;
}

/** 交易状态查询. Errors: ChannelRefusal, ChannelSilence. */
export async function queryUnionPay(account: ChannelAccount, orderNo: string, outside: Outside): Promise<Queried> {
  const fields = await askUnionPay(account, orderNo, outside);
  return fields === null ? { state: 'missing' } : stateOf(fields, outside.now);
}

function stateOf(fields: UnionPayFields, now: Temporal.Instant): Queried {
  const { origRespCode } = fields;
  if (isDone(origRespCode)) return { state: 'paid', payment: paymentOf(fields, now) };
  return isUndecided(origRespCode) ? { state: 'waiting' } : { state: 'closed' };
}

const reverseSort = { txnType: '99', txnSubType: '01', bizType: '000000' };

/**
 * UnionPay has nothing to close an unpaid order with: it ends by itself at its `payTimeout`. Before that, only a payer's code whose
 * outcome is open can be taken back (冲正). Throws ChannelRefusal while the order may still be paid, ChannelSilence when unknown.
 */
export async function closeUnionPay(
  account: ChannelAccount,
  orderNo: string,
  outside: Outside,
  way?: PaymentWay,
): Promise<'closed' | 'paid'> {
  const fields = await askUnionPay(account, orderNo, outside);
  const state = fields === null ? 'missing' : stateOf(fields, outside.now).state;
  if (state === 'paid' || state === 'closed') return state;
  if (state === 'waiting' && (way ?? fields?.reqReserved) === 'payerCode') return reverse(account, orderNo, outside);
  const until = paidUntil(orderNo);
  if (Temporal.Instant.compare(outside.now, until) <= 0) {
    const clock = until.toZonedDateTimeISO('Asia/Shanghai').toPlainTime().toString({ smallestUnit: 'minute' });
    throw new ChannelRefusal(`云闪付的订单不能提前关闭，${clock} 之后自动失效`, 'notYetClosable');
  }
  if (state === 'waiting') throw new ChannelSilence('UnionPay has not decided yet');
  return 'closed';
}

async function reverse(account: ChannelAccount, orderNo: string, outside: Outside): Promise<'closed'> {
  const place = { host: unionPayHosts(account).gateway, path: '/gateway/api/backTransReq.do' };
  const fields = { ...numbered(orderNo), channelType: '08' };
  const answer = await callUnionPay(account, place, reverseSort, fields, outside);
  if (answer.respCode === '00') return 'closed';
  if (isUndecided(answer.respCode)) throw new ChannelSilence('UnionPay has not decided yet');
  throw refusalOf(answer);
}
