import { z } from 'zod';
import { callChannel } from '../call-channel.ts';
import { spacedTime } from '../channel-time.ts';
import { type ChannelAccount, ChannelRefusal, ChannelSilence, type Outside } from '../payment-channel.ts';
import { type AlipayKeys, alipayHost, alipayKeys } from './alipay-account.ts';
import { isSignedRsa2, signedText, signRsa2 } from './alipay-signature.ts';
import { rawMembers } from './raw-members.ts';

/** Addresses Alipay sends the payer and the result to. */
export interface AlipayAddresses {
  notifyUrl?: string;
  returnUrl?: string;
}

/** What every answer of the gateway says; the fields of a method come beside it. */
export interface AlipayReply {
  /** `10000` done, `10003` the payer is still typing, `20000` unknown, `40004` refused by the method, other `4…` by the gateway. */
  code: string;
  subCode: string;
  /** The reason in the channel's words. */
  message: string;
  fields: Readonly<Record<string, unknown>>;
}

const reply = z.looseObject({
  code: z.string(),
  msg: z.string().default(''),
  sub_code: z.string().default(''),
  sub_msg: z.string().default(''),
});

/** Every parameter of a request, signed. */
export function signedRequest(
  account: ChannelAccount,
  keys: AlipayKeys,
  method: string,
  content: object,
  outside: Outside,
  addresses: AlipayAddresses = {},
): Record<string, string> {
  const parameters: Record<string, string> = {
    app_id: account.appId,
    method,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: 'RSA2',
    timestamp: spacedTime(outside.now),
    version: '1.0',
    ...(addresses.notifyUrl && { notify_url: addresses.notifyUrl }),
    ...(addresses.returnUrl && { return_url: addresses.returnUrl }),
    ...keys.certificateNumbers,
    biz_content: JSON.stringify(content),
  };
  return { ...parameters, sign: signRsa2(signedText(parameters), keys.privateKey) };
}

/** Asks the gateway. Throws ChannelSilence when the outcome is unknown; a refusal is a reply for the caller to judge. */
export async function callAlipay(
  account: ChannelAccount,
  method: string,
  content: object,
  outside: Outside,
  addresses: AlipayAddresses = {},
): Promise<AlipayReply> {
  const keys = alipayKeys(account);
  const { biz_content: body = '', ...open } = signedRequest(account, keys, method, content, outside, addresses);
  const path = `/gateway.do?${new URLSearchParams(open)}`;
  const { bytes } = await callChannel(outside, alipayHost(account), path, { biz_content: body });
  const answer = readReply(bytes.toString('utf8'), method, keys);
  if (answer.code === '20000' || /SYSTEM_ERROR$/i.test(answer.subCode))
    throw new ChannelSilence(`Alipay could not say what became of it: ${answer.subCode}`);
  return answer;
}

/** What the gateway itself refuses, before it looks at the signature, comes without one and only ever means no. */
const unsignedCodes = /^(20001|4000[1236])$/;

function readReply(text: string, method: string, keys: AlipayKeys): AlipayReply {
  const members = rawMembers(text);
  const raw = members?.get(`${method.replaceAll('.', '_')}_response`) ?? members?.get('error_response');
  if (!members || raw === undefined) throw new ChannelSilence('Alipay answered with something that is no reply');
  const parsed = reply.safeParse(JSON.parse(raw));
  if (!parsed.success) throw new ChannelSilence('Alipay answered without a code');
  const { code, msg, sub_code: subCode, sub_msg: subMessage } = parsed.data;
  const rawSignature = members.get('sign');
  const signature = rawSignature === undefined ? undefined : z.string().safeParse(JSON.parse(rawSignature)).data;
  const isSigned = signature !== undefined && isSignedRsa2(raw, signature, keys.publicKey);
  if (!isSigned && !(signature === undefined && unsignedCodes.test(code)))
    throw new ChannelSilence('the signature of what Alipay answered is wrong');
  return { code, subCode, message: subMessage || msg, fields: parsed.data };
}

/** What a person can do about the commonest refusals; others are told in Alipay's own words. */
const explanations: Readonly<Record<string, string>> = {
  'isv.invalid-signature': '支付宝说签名不对，请核对应用私钥，以及支付宝后台登记的应用公钥',
  'isv.invalid-app-id': '支付宝不认识这个应用编号（APPID），请核对',
  'isv.missing-app-cert-sn': '支付宝要求证书方式，请在“收款渠道”上传三份证书',
  'isv.app-cert-expired': '应用公钥证书已过期，请到支付宝后台更换，再上传到“收款渠道”',
  'ACQ.ACCESS_FORBIDDEN': '这个应用没有签约此种收款方式，请到支付宝后台签约',
  'ACQ.INVALID_PARAMETER': '支付宝说参数不对',
  'ACQ.TOTAL_FEE_EXCEED': '金额超出支付宝允许的范围',
  'ACQ.PAYMENT_AUTH_CODE_INVALID': '付款码已失效，请付款人刷新付款码后再扫',
  'ACQ.BUYER_BALANCE_NOT_ENOUGH': '付款人余额不足，请换一种付款方式',
  'ACQ.PAYMENT_FAIL': '付款失败，请付款人换一种付款方式',
  'ACQ.TRADE_HAS_SUCCESS': '这笔订单已经付过款',
  'ACQ.TRADE_HAS_CLOSE': '这笔订单已经关闭',
  'ACQ.SELLER_BALANCE_NOT_ENOUGH': '商户的支付宝账户余额不足，请充值后重试',
  'ACQ.REASON_TRADE_REFUND_FEE_ERR': '退款金额超过了可退的金额',
  'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL': '退款金额超过了可退的金额',
  'ACQ.DISCORDANT_REPEAT_REQUEST': '同一个退款号的金额与上次不同',
  'ACQ.TRADE_HAS_FINISHED': '交易已超过可退款的期限',
};

export function refusalOf({ code, subCode, message }: AlipayReply): ChannelRefusal {
  const known = explanations[subCode];
  return new ChannelRefusal(known ? `${known}（${message}）` : `支付宝：${message || code}`, subCode || code);
}
