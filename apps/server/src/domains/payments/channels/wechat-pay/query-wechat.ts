import {
  type ChannelAccount,
  ChannelRefusal,
  type Outside,
  type PaymentWay,
  type Queried,
} from '../payment-channel.ts';
import { closeAgreed, queryAgreed } from './agree-wechat.ts';
import { askWechat, readAnswer } from './ask-wechat.ts';
import { codeOf, refusalOf } from './call-wechat.ts';
import { queriedOf, wechatTransaction } from './wechat-transaction.ts';

const unknownOrder = new Set(['ORDER_NOT_EXIST', 'ORDERNOTEXIST', 'RESOURCE_NOT_EXISTS']);
const orderPath = (orderNo: string) => `/v3/pay/transactions/out-trade-no/${encodeURIComponent(orderNo)}`;

/** Asks what became of an order. Errors: ChannelRefusal, ChannelSilence. */
export async function queryWechat(
  account: ChannelAccount,
  orderNo: string,
  outside: Outside,
  way?: PaymentWay,
): Promise<Queried> {
  if (way === 'agreement') return queryAgreed(account, orderNo, outside);
  const path = `${orderPath(orderNo)}?mchid=${encodeURIComponent(account.merchantId)}`;
  const answer = await askWechat(account, outside, { method: 'GET', path });
  if (unknownOrder.has(codeOf(answer))) return { state: 'missing' };
  if (answer.status >= 400) throw refusalOf(answer);
  return queriedOf(readAnswer(wechatTransaction, answer));
}

/**
 * Closes an order; `paid` when the payer was quicker. An order by payer's code can't be closed: it is taken back (撤销), which gives
 * the money back should it have come in the same moment. Errors: ChannelRefusal, ChannelSilence.
 */
export async function closeWechat(
  account: ChannelAccount,
  orderNo: string,
  outside: Outside,
  way?: PaymentWay,
): Promise<'closed' | 'paid'> {
  if (way === 'agreement') return closeAgreed(account, orderNo, outside);
  const body = { mchid: account.merchantId };
  const verb = way === 'payerCode' ? 'reverse' : 'close';
  if (verb === 'reverse' && (await queryWechat(account, orderNo, outside)).state === 'paid') return 'paid';
  const answer = await askWechat(account, outside, {
    method: 'POST',
    path: `${orderPath(orderNo)}/${verb}`,
    body: verb === 'reverse' ? { ...body, appid: account.appId } : body,
  });
  if (answer.status < 400) return 'closed';
  // Refused because it was paid, closed or never there: the query says which.
  const { state } = await queryWechat(account, orderNo, outside);
  if (state === 'paid') return 'paid';
  if (state === 'closed' || state === 'missing') return 'closed';
  throw codeOf(answer) === '' ? new ChannelRefusal('微信支付没有关闭这笔订单') : refusalOf(answer);
}
