import { formatYuan } from '@anlin/money';
import { z } from 'zod';
import { addressOf } from '../call-channel.ts';
import { readSpacedTime, spacedTime } from '../channel-time.ts';
import {
  type ChannelAccount,
  type ChannelOrder,
  ChannelRefusal,
  ChannelSilence,
  type Outside,
  type PaymentWay,
  type Started,
} from '../payment-channel.ts';
import { readYuan } from '../read-amount.ts';
import { alipayHost, alipayKeys } from './alipay-account.ts';
import { type AlipayReply, callAlipay, refusalOf, signedRequest } from './call-alipay.ts';

/** Alipay refuses these in a title. */
const titleOf = (description: string) => description.replace(/[/=&<>"'\\]/g, ' ').slice(0, 128);

/** What every order of Alipay says. */
export const contentOf = (account: ChannelAccount, order: ChannelOrder) => ({
  out_trade_no: order.orderNo,
  total_amount: formatYuan(order.amountFen),
  subject: titleOf(order.description),
  seller_id: account.merchantId,
  time_expire: spacedTime(order.expiresAt),
});

/** Starts an order (alipay.trade.wap.pay, page.pay, precreate, pay). Errors: ChannelRefusal, ChannelSilence. */
export async function startAlipay(
  account: ChannelAccount,
  way: PaymentWay,
  order: ChannelOrder,
  outside: Outside,
): Promise<Started> {
  const content = contentOf(account, order);
  if (way === 'wap') {
    const back = order.returnUrl && { quit_url: order.returnUrl };
    return toPage(
      account,
      'alipay.trade.wap.pay',
      { ...content, ...back, product_code: 'QUICK_WAP_WAY' },
      order,
      outside,
    );
  }
  if (way === 'page') {
    const product = { ...content, product_code: 'FAST_INSTANT_TRADE_PAY' };
    return toPage(account, 'alipay.trade.page.pay', product, order, outside);
  }
  if (way === 'precreate') return precreate(account, content, order, outside);
  if (way === 'payerCode') return takeFromPayerCode(account, content, order, outside);
  throw new ChannelRefusal('支付宝没有这种收款方式');
}

/** The payer's browser goes to the gateway with the signed request in the address. */
function toPage(
  account: ChannelAccount,
  method: string,
  content: object,
  { notifyUrl, returnUrl }: ChannelOrder,
  outside: Outside,
): Started {
  const addresses = { notifyUrl, ...(returnUrl && { returnUrl }) };
  const request = signedRequest(account, alipayKeys(account), method, content, outside, addresses);
  const url = addressOf(outside, alipayHost(account), `/gateway.do?${new URLSearchParams(request)}`);
  return { kind: 'redirect', url };
}

const precreated = z.object({ out_trade_no: z.string(), qr_code: z.url().max(512) });

async function precreate(
  account: ChannelAccount,
  content: object,
  { orderNo, notifyUrl }: ChannelOrder,
  outside: Outside,
): Promise<Started> {
  const answer = await callAlipay(account, 'alipay.trade.precreate', content, outside, { notifyUrl });
  if (answer.code !== '10000') throw refusalOf(answer);
  const parsed = precreated.safeParse(answer.fields);
  if (!parsed.success || parsed.data.out_trade_no !== orderNo)
    throw new ChannelSilence('Alipay answered for another order');
  return { kind: 'qr', content: parsed.data.qr_code };
}

const taken = z.object({
  out_trade_no: z.string(),
  trade_no: z.string(),
  total_amount: z.string(),
  gmt_payment: z.string(),
  buyer_open_id: z.string().default(''),
  buyer_user_id: z.string().default(''),
});

async function takeFromPayerCode(
  account: ChannelAccount,
  content: object,
  order: ChannelOrder,
  outside: Outside,
): Promise<Started> {
  const { orderNo, payerCode, notifyUrl } = order;
  if (!payerCode) throw new ChannelRefusal('还没有扫付款人的付款码');
  const code = { ...content, product_code: 'FACE_TO_FACE_PAYMENT', scene: 'bar_code', auth_code: payerCode };
  return paidAtOnce(account, orderNo, await callAlipay(account, 'alipay.trade.pay', code, outside, { notifyUrl }));
}

/** What alipay.trade.pay answered. Errors: ChannelRefusal, ChannelSilence. */
export function paidAtOnce(account: ChannelAccount, orderNo: string, answer: AlipayReply): Started {
  if (answer.code === '10003') return { kind: 'waiting' };
  if (answer.code !== '10000') throw refusalOf(answer);
  const parsed = taken.safeParse(answer.fields);
  if (!parsed.success || parsed.data.out_trade_no !== orderNo)
    throw new ChannelSilence('Alipay answered for another order');
  const { trade_no: transactionId, total_amount, gmt_payment, buyer_open_id, buyer_user_id } = parsed.data;
  return {
    kind: 'paid',
    payment: {
      orderNo,
      merchantId: account.merchantId,
      amountFen: readYuan(total_amount),
      transactionId,
      paidAt: readSpacedTime(gmt_payment),
      payer: buyer_open_id || buyer_user_id,
    },
  };
}
