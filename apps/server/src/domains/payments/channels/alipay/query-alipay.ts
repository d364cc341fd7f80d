import { z } from 'zod';
import { readSpacedTime } from '../channel-time.ts';
import { type ChannelAccount, ChannelSilence, type Outside, type Queried } from '../payment-channel.ts';
import { readYuan } from '../read-amount.ts';
import { callAlipay, refusalOf } from './call-alipay.ts';

const trade = z.object({
  out_trade_no: z.string(),
  trade_no: z.string(),
  trade_status: z.enum(['WAIT_BUYER_PAY', 'TRADE_CLOSED', 'TRADE_SUCCESS', 'TRADE_FINISHED']),
  total_amount: z.string(),
  send_pay_date: z.string().default(''),
  buyer_open_id: z.string().default(''),
  buyer_user_id: z.string().default(''),
});

/**
 * alipay.trade.query. A trade that was paid and then refunded whole is closed at Alipay as one that was never paid; its time of
 * payment tells them apart, and it counts as paid here. Errors: ChannelRefusal, ChannelSilence.
 */
export async function queryAlipay(account: ChannelAccount, orderNo: string, outside: Outside): Promise<Queried> {
  const answer = await callAlipay(account, 'alipay.trade.query', { out_trade_no: orderNo }, outside);
  if (answer.subCode === 'ACQ.TRADE_NOT_EXIST') return { state: 'missing' };
  if (answer.code !== '10000') throw refusalOf(answer);
  const parsed = trade.safeParse(answer.fields);
  if (!parsed.success || parsed.data.out_trade_no !== orderNo)
    throw new ChannelSilence('Alipay answered for another order');
  const { trade_no: transactionId, trade_status, total_amount, send_pay_date, ...payer } = parsed.data;
  if (trade_status === 'WAIT_BUYER_PAY') return { state: 'waiting' };
  if (trade_status === 'TRADE_CLOSED' && send_pay_date === '') return { state: 'closed' };
  return {
    state: 'paid',
    payment: {
      orderNo,
      merchantId: account.merchantId,
      amountFen: readYuan(total_amount),
      transactionId,
      paidAt: readSpacedTime(send_pay_date),
      payer: payer.buyer_open_id || payer.buyer_user_id,
    },
  };
}

/** The trade is no longer waiting to be paid. */
const notWaiting = /^ACQ\.(TRADE_STATUS_ERROR|REASON_ILLEGAL_STATUS|REASON_TRADE_STATUS_INVALID|TRADE_HAS_SUCCESS)$/;

/**
 * alipay.trade.close. Alipay knows a trade only once the payer has opened it: before that there is nothing to close, and the
 * address or code given out ends by itself at the order's expiry. Errors: ChannelRefusal, ChannelSilence.
 */
export async function closeAlipay(
  account: ChannelAccount,
  orderNo: string,
  outside: Outside,
): Promise<'closed' | 'paid'> {
  const answer = await callAlipay(account, 'alipay.trade.close', { out_trade_no: orderNo }, outside);
  if (answer.code === '10000' || answer.subCode === 'ACQ.TRADE_NOT_EXIST') return 'closed';
  if (!notWaiting.test(answer.subCode)) throw refusalOf(answer);
  const { state } = await queryAlipay(account, orderNo, outside);
  if (state === 'waiting') throw refusalOf(answer);
  return state === 'paid' ? 'paid' : 'closed';
}
