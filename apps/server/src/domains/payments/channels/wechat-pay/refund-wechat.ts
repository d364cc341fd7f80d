import { z } from 'zod';
import {
  type ChannelAccount,
  type ChannelRefund,
  ChannelRefusal,
  type Outside,
  type RefundState,
} from '../payment-channel.ts';
import { askWechat, readAnswer } from './ask-wechat.ts';
import { codeOf, refusalOf } from './call-wechat.ts';

const refund = z.object({
  refund_id: z.string().min(1).max(64),
  status: z.enum(['SUCCESS', 'CLOSED', 'PROCESSING', 'ABNORMAL']),
  success_time: z.iso.datetime({ offset: true }).optional(),
});

/** Refusals after which the same refund may be asked for again: nothing was decided. */
const undecided = new Set(['SYSTEM_ERROR', 'FREQUENCY_LIMITED', 'USER_ACCOUNT_ABNORMAL_RETRY']);

/** Asks for a refund. What WeChat Pay refuses has failed. Errors: ChannelSilence. */
export async function refundWechat(
  account: ChannelAccount,
  wanted: ChannelRefund,
  outside: Outside,
): Promise<RefundState> {
  const body = {
    out_trade_no: wanted.orderNo,
    out_refund_no: wanted.refundNo,
    reason: Array.from(wanted.reason).slice(0, 80).join(''),
    notify_url: wanted.notifyUrl,
    amount: { refund: Number(wanted.amountFen), total: Number(wanted.totalFen), currency: 'CNY' },
  };
  const answer = await askWechat(account, outside, { method: 'POST', path: '/v3/refund/domestic/refunds', body });
  if (undecided.has(codeOf(answer))) return { state: 'waiting' };
  if (answer.status >= 400) return { state: 'failed', reason: refusalOf(answer).reason };
  return stateOf(readAnswer(refund, answer));
}

/** Asks what became of a refund. Errors: ChannelRefusal, ChannelSilence. */
export async function queryWechatRefund(
  account: ChannelAccount,
  { refundNo }: { refundNo: string },
  outside: Outside,
): Promise<RefundState> {
  const path = `/v3/refund/domestic/refunds/${encodeURIComponent(refundNo)}`;
  const answer = await askWechat(account, outside, { method: 'GET', path });
  if (answer.status === 404 || codeOf(answer) === 'RESOURCE_NOT_EXISTS') return { state: 'missing' };
  if (answer.status >= 400) throw refusalOf(answer);
  return stateOf(readAnswer(refund, answer));
}

export function stateOf(told: { refund_id: string; status: string; success_time?: string | undefined }): RefundState {
  const { refund_id: refundId, status, success_time: at } = told;
  if (status === 'SUCCESS') {
    if (at === undefined) throw new ChannelRefusal('退款成功却没有时间');
    return { state: 'done', refundId, at: Temporal.Instant.from(at) };
  }
  if (status === 'PROCESSING') return { state: 'waiting', refundId };
  const reason =
    status === 'CLOSED' ? '微信支付关闭了这笔退款' : '退款异常：付款人的账户收不了款，请到商户平台处理或换一种方式退';
  return { state: 'failed', reason };
}
