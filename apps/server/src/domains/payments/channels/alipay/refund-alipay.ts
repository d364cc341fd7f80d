import { formatYuan } from '@anlin/money';
import { z } from 'zod';
import { readSpacedTime } from '../channel-time.ts';
import {
  type ChannelAccount,
  type ChannelRefund,
  ChannelSilence,
  type Outside,
  type RefundState,
} from '../payment-channel.ts';
import { readYuan } from '../read-amount.ts';
import { callAlipay, refusalOf } from './call-alipay.ts';

const asked = z.object({ out_trade_no: z.string(), fund_change: z.enum(['Y', 'N']) });

/**
 * alipay.trade.refund. Alipay has no number of its own for a refund: ours names it. A repetition changes no money and answers
 * `fund_change` N, so it is asked for instead. Errors: ChannelSilence, ChannelRefusal where the account itself is refused.
 */
export async function refundAlipay(
  account: ChannelAccount,
  { orderNo, refundNo, amountFen, reason }: ChannelRefund,
  outside: Outside,
): Promise<RefundState> {
  const content = {
    out_trade_no: orderNo,
    out_request_no: refundNo,
    refund_amount: formatYuan(amountFen),
    refund_reason: reason.slice(0, 256),
  };
  const answer = await callAlipay(account, 'alipay.trade.refund', content, outside);
  if (answer.code === '40004') return { state: 'failed', reason: refusalOf(answer).reason };
  if (answer.code !== '10000') throw refusalOf(answer);
  const parsed = asked.safeParse(answer.fields);
  if (!parsed.success || parsed.data.out_trade_no !== orderNo)
    throw new ChannelSilence('Alipay answered for another order');
  if (parsed.data.fund_change === 'Y') return { state: 'done', refundId: refundNo, at: outside.now };
  const state = await queryRefundAlipay(account, { orderNo, refundNo }, outside);
  return state.state === 'missing' ? { state: 'waiting' } : state;
}

const known = z.object({
  out_trade_no: z.string(),
  out_request_no: z.string(),
  refund_amount: z.string(),
  refund_status: z.string().default(''),
  gmt_refund_pay: z.string().default(''),
});

/** alipay.trade.fastpay.refund.query: an answer without a refund in it says that there is none. Errors as above. */
export async function queryRefundAlipay(
  account: ChannelAccount,
  { orderNo, refundNo }: { orderNo: string; refundNo: string },
  outside: Outside,
): Promise<RefundState> {
  const content = { out_trade_no: orderNo, out_request_no: refundNo, query_options: ['gmt_refund_pay'] };
  const answer = await callAlipay(account, 'alipay.trade.fastpay.refund.query', content, outside);
  if (answer.subCode === 'ACQ.TRADE_NOT_EXIST') return { state: 'missing' };
  if (answer.code !== '10000') throw refusalOf(answer);
  if (answer.fields.refund_amount === undefined) return { state: 'missing' };
  const parsed = known.safeParse(answer.fields);
  if (!parsed.success || parsed.data.out_trade_no !== orderNo || parsed.data.out_request_no !== refundNo)
    throw new ChannelSilence('Alipay answered for another refund');
  readYuan(parsed.data.refund_amount);
  if (parsed.data.refund_status !== 'REFUND_SUCCESS') return { state: 'waiting', refundId: refundNo };
  const { gmt_refund_pay: time } = parsed.data;
  return { state: 'done', refundId: refundNo, at: time === '' ? outside.now : readSpacedTime(time) };
}
