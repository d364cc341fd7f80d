import { z } from 'zod';
import {
  type ChannelAccount,
  type ChannelOrder,
  ChannelRefusal,
  ChannelSilence,
  type Outside,
  type PaymentWay,
  type Started,
} from '../payment-channel.ts';
import { readPrivateKey } from '../pem.ts';
import { askWechat, readAnswer } from './ask-wechat.ts';
import { codeOf, refusalOf } from './call-wechat.ts';
import { newNonce, signLines } from './wechat-signature.ts';
import { paymentOf, wechatTransaction } from './wechat-transaction.ts';

/** Most characters WeChat Pay takes as a description. */
const longestDescription = 127;
/** Refusals of a payer's code after which the payment may still be made: the payer types the password, or a bank was slow. */
const stillUnderWay = new Set(['USERPAYING', 'SYSTEMERROR', 'SYSTEM_ERROR', 'BANKERROR', 'BANK_ERROR']);

/** The application whose openid the payer has. */
export function appIdOf(account: ChannelAccount, way: PaymentWay): string {
  return way === 'miniProgram' ? account.settings.miniProgramAppId || account.appId : account.appId;
}

/** Tells WeChat Pay of an order, or charges the payer's code. Errors: ChannelRefusal, ChannelSilence. */
export function startWechat(
  account: ChannelAccount,
  way: PaymentWay,
  order: ChannelOrder,
  outside: Outside,
): Promise<Started> {
  if (way === 'payerCode') return chargeCode(account, order, outside);
  if (way === 'jsapi' || way === 'miniProgram') return startInWechat(account, way, order, outside);
  if (way === 'native') return startNative(account, order, outside);
  if (way === 'h5') return startH5(account, order, outside);
  throw new ChannelRefusal('微信支付没有这种支付方式');
}

const commonOf = (account: ChannelAccount, way: PaymentWay, order: ChannelOrder) => ({
  appid: appIdOf(account, way),
  mchid: account.merchantId,
  description: Array.from(order.description).slice(0, longestDescription).join(''),
  out_trade_no: order.orderNo,
  amount: { total: totalOf(order), currency: 'CNY' },
});

const prepayOf = (account: ChannelAccount, way: PaymentWay, order: ChannelOrder) => ({
  ...commonOf(account, way, order),
  notify_url: order.notifyUrl,
  time_expire: order.expiresAt.toZonedDateTimeISO('Asia/Shanghai').toString({
    smallestUnit: 'second',
    timeZoneName: 'never',
  }),
});

/** WeChat Pay takes fen as a JSON number. */
function totalOf({ amountFen }: ChannelOrder): number {
  const total = Number(amountFen);
  if (!Number.isSafeInteger(total)) throw new ChannelRefusal('金额太大');
  return total;
}

async function prepay<T extends z.ZodType>(
  account: ChannelAccount,
  path: string,
  body: object,
  schema: T,
  outside: Outside,
): Promise<z.output<T>> {
  const answer = await askWechat(account, outside, { method: 'POST', path: `/v3/pay/transactions/${path}`, body });
  if (answer.status >= 400) throw refusalOf(answer);
  return readAnswer(schema, answer);
}

async function startInWechat(
  account: ChannelAccount,
  way: 'jsapi' | 'miniProgram',
  order: ChannelOrder,
  outside: Outside,
): Promise<Started> {
  const body = { ...prepayOf(account, way, order), payer: { openid: order.openId ?? '' } };
  const schema = z.object({ prepay_id: z.string().min(1).max(128) });
  const { prepay_id: prepayId } = await prepay(account, 'jsapi', body, schema, outside);
  const appId = appIdOf(account, way);
  const timeStamp = String(Math.floor(outside.now.epochMilliseconds / 1000));
  const nonceStr = newNonce();
  const packaged = `prepay_id=${prepayId}`;
  const paySign = signLines(readPrivateKey(account.secrets.privateKey ?? ''), [appId, timeStamp, nonceStr, packaged]);
  return {
    kind: 'parameters',
    parameters: { appId, timeStamp, nonceStr, package: packaged, signType: 'RSA', paySign },
  };
}

async function startNative(account: ChannelAccount, order: ChannelOrder, outside: Outside): Promise<Started> {
  const schema = z.object({ code_url: z.string().min(1).max(512) });
  const { code_url: content } = await prepay(account, 'native', prepayOf(account, 'native', order), schema, outside);
  return { kind: 'qr', content };
}

async function startH5(account: ChannelAccount, order: ChannelOrder, outside: Outside): Promise<Started> {
  const scene = { payer_client_ip: order.clientIp || '127.0.0.1', h5_info: { type: 'Wap' } };
  const body = { ...prepayOf(account, 'h5', order), scene_info: scene };
  const schema = z.object({ h5_url: z.url().max(512) });
  const { h5_url: address } = await prepay(account, 'h5', body, schema, outside);
  const url = new URL(address);
  if (order.returnUrl) url.searchParams.set('redirect_url', order.returnUrl);
  return { kind: 'redirect', url: url.href };
}

async function chargeCode(account: ChannelAccount, order: ChannelOrder, outside: Outside): Promise<Started> {
  const scene = { device_ip: order.clientIp || '127.0.0.1', store_info: { id: account.settings.storeId || '0001' } };
  const body = {
    ...commonOf(account, 'payerCode', order),
    payer: { auth_code: order.payerCode ?? '' },
    scene_info: scene,
  };
  const path = '/v3/pay/transactions/codepay';
  const answer = await askWechat(account, outside, { method: 'POST', path, body });
  if (stillUnderWay.has(codeOf(answer))) return { kind: 'waiting' };
  if (answer.status >= 400) throw refusalOf(answer);
  const told = readAnswer(wechatTransaction, answer);
  const payment = paymentOf(told);
  if (payment) return { kind: 'paid', payment };
  if (told.trade_state === 'USERPAYING' || told.trade_state === 'NOTPAY') return { kind: 'waiting' };
  if (told.trade_state === 'SUCCESS') throw new ChannelSilence('a payment that is not told whole');
  throw new ChannelRefusal('付款没有成功，请付款人刷新付款码后重新扫');
}
