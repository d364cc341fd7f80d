import {
  type ChannelAccount,
  type ChannelRefund,
  ChannelSilence,
  type Outside,
  type RefundState,
} from '../payment-channel.ts';
import { readFen } from '../read-amount.ts';
import { callUnionPay, isDone, isUndecided, numbered, refusalOf } from './call-unionpay.ts';
import { askUnionPay, doneAtOf, paymentOf } from './query-unionpay.ts';
import { frontSort } from './start-unionpay.ts';
import { unionPayHosts } from './unionpay-account.ts';
import type { UnionPayFields } from './unionpay-signature.ts';

/**
 * 退货: names the payment by UnionPay's own number of it, which is asked for first. UnionPay says that it has taken the refund; the
 * outcome comes by a notify or is asked for. The same number sent twice is refused as a repetition. Errors: ChannelRefusal, ChannelSilence.
 */
export async function refundUnionPay(
  account: ChannelAccount,
  { orderNo, refundNo, amountFen, notifyUrl }: ChannelRefund,
  outside: Outside,
): Promise<RefundState> {
  const paid = await askUnionPay(account, orderNo, outside);
  if (paid === null || !isDone(paid.origRespCode)) return { state: 'failed', reason: '银联没有这笔订单的付款' };
  const sort = {
    txnType: '04',
    txnSubType: '00',
    bizType: paid.reqReserved === 'gateway' ? frontSort.bizType : '000000',
  };
  const fields = {
    ...numbered(refundNo),
    channelType: '07',
    txnAmt: String(amountFen),
    currencyCode: '156',
    origQryId: paymentOf(paid, outside.now).transactionId,
    backUrl: notifyUrl,
    // Comes back with the notify: which order it is of.
    reqReserved: orderNo,
  };
  const place = { host: unionPayHosts(account).gateway, path: '/gateway/api/backTransReq.do' };
  const answer = await callUnionPay(account, place, sort, fields, outside);
  const isTaken = answer.respCode === '00' || answer.respCode === '12' || isUndecided(answer.respCode);
  if (!isTaken) return { state: 'failed', reason: refusalOf(answer).reason };
  return { state: 'waiting', ...(answer.queryId && { refundId: answer.queryId }) };
}

/** What became of a refund. Errors: ChannelRefusal, ChannelSilence. */
export async function queryRefundUnionPay(
  account: ChannelAccount,
  { orderNo, refundNo }: { orderNo: string; refundNo: string },
  outside: Outside,
): Promise<RefundState> {
  const fields = await askUnionPay(account, refundNo, outside);
  if (fields === null) return { state: 'missing' };
  if (fields.reqReserved !== orderNo) throw new ChannelSilence('UnionPay answered for the refund of another order');
  return refundStateOf(fields, outside.now);
}

/** The state out of what a query found. */
export function refundStateOf(fields: UnionPayFields, now: Temporal.Instant): RefundState {
  readFen(fields.txnAmt);
  const { queryId: refundId = '', origRespCode, origRespMsg = '' } = fields;
  if (isDone(origRespCode)) return { state: 'done', refundId, at: doneAtOf(fields, now) };
  if (isUndecided(origRespCode)) return { state: 'waiting', refundId };
  return { state: 'failed', reason: refusalOf({ respCode: origRespCode ?? '', respMsg: origRespMsg }).reason };
}
