import { fen } from '@anlin/money';
import { z } from 'zod';
import type { ChannelPayment, Queried } from '../payment-channel.ts';

/** A transaction as a query, a payer's-code payment and a notice tell it (pay.weixin.qq.com, 查询订单). */
export const wechatTransaction = z.object({
  appid: z.string().default(''),
  mchid: z.string().min(1),
  out_trade_no: z.string().min(1),
  transaction_id: z.string().max(64).optional(),
  trade_state: z.enum(['SUCCESS', 'REFUND', 'NOTPAY', 'CLOSED', 'REVOKED', 'USERPAYING', 'PAYERROR']),
  success_time: z.iso.datetime({ offset: true }).optional(),
  payer: z.object({ openid: z.string().max(128).default('') }).optional(),
  amount: z.object({ total: z.int().positive(), currency: z.string().default('CNY') }).optional(),
});
export type WechatTransaction = z.output<typeof wechatTransaction>;

/** The payment inside; undefined when it was not paid, or not told whole. */
export function paymentOf(told: WechatTransaction): ChannelPayment | undefined {
  if (told.trade_state !== 'SUCCESS' && told.trade_state !== 'REFUND') return undefined;
  const { transaction_id: transactionId, success_time: paidAt, amount } = told;
  if (!transactionId || !paidAt || !amount || amount.currency !== 'CNY') return undefined;
  return {
    orderNo: told.out_trade_no,
    merchantId: told.mchid,
    amountFen: fen(BigInt(amount.total)),
    transactionId,
    paidAt: Temporal.Instant.from(paidAt),
    payer: told.payer?.openid ?? '',
  };
}

/** What a query says of an order. A paid one that is not told whole is waited for. */
export function queriedOf(told: WechatTransaction): Queried {
  const payment = paymentOf(told);
  if (payment) return { state: 'paid', payment };
  return { state: ['CLOSED', 'REVOKED', 'PAYERROR'].includes(told.trade_state) ? 'closed' : 'waiting' };
}
