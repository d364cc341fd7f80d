import { callChannel } from '../call-channel.ts';
import { compactTime } from '../channel-time.ts';
import { type ChannelAccount, ChannelRefusal, ChannelSilence, type Outside } from '../payment-channel.ts';
import { unionPayKeys } from './unionpay-account.ts';
import { isFromUnionPay, signUnionPay, type UnionPayFields } from './unionpay-signature.ts';

/** The sort of a transaction: its type, subtype and product. */
export interface UnionPaySort {
  txnType: string;
  txnSubType: string;
  bizType: string;
}

/** A message with what every one carries, signed. */
export function signedMessage(account: ChannelAccount, sort: UnionPaySort, fields: UnionPayFields): UnionPayFields {
  const { privateKey, certificateId } = unionPayKeys(account);
  const message = {
    version: '5.1.0',
    encoding: 'UTF-8',
    signMethod: '01',
    certId: certificateId,
    accessType: '0',
    merId: account.merchantId,
    ...sort,
    ...fields,
  };
  return { ...message, signature: signUnionPay(message, privateKey) };
}

/** Asks UnionPay and checks who answers. Throws ChannelSilence when the outcome is unknown. */
export async function callUnionPay(
  account: ChannelAccount,
  place: { host: string; path: string },
  sort: UnionPaySort,
  fields: UnionPayFields,
  outside: Outside,
): Promise<UnionPayFields> {
  const message = signedMessage(account, sort, fields);
  const { status, bytes } = await callChannel(outside, place.host, place.path, message);
  if (status !== 200) throw new ChannelSilence(`UnionPay answered ${status}`);
  const answer = readAnswer(bytes.toString('utf8'));
  if (!isFromUnionPay(answer, unionPayKeys(account), outside.now))
    throw new ChannelSilence('the signature of what UnionPay answered is wrong');
  if (answer.merId !== account.merchantId || answer.txnType !== sort.txnType)
    throw new ChannelSilence('UnionPay answered something else');
  return answer;
}

/** An answer is `name=value&name=value` as it is, not encoded; a value in braces may hold both signs. */
export function readAnswer(text: string): UnionPayFields {
  const fields: Record<string, string> = Object.create(null);
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (at < text.length && (text[at] !== '&' || depth > 0)) continue;
    const pair = text.slice(start, at);
    const equals = pair.indexOf('=');
    if (equals > 0) {
      const name = pair.slice(0, equals);
      if (name in fields) throw new ChannelSilence('UnionPay answered the same field twice');
      fields[name] = pair.slice(equals + 1);
    }
    start = at + 1;
  }
  return fields;
}

/** A UUID of version 7 without its dashes: the first 48 bits are milliseconds since 1970 (RFC 9562). */
const timedNumber = /^([0-9a-f]{12})7[0-9a-f]{3}[89ab][0-9a-f]{15}$/;

/**
 * UnionPay knows a transaction by its number and the second it was sent at, and nobody keeps that second: it must come out of the
 * number. Ours have it in them. Throws ChannelRefusal for a number that has none.
 */
export function sentAtOf(number: string): Temporal.Instant {
  const milliseconds = timedNumber.exec(number)?.[1];
  if (milliseconds === undefined) throw new ChannelRefusal('这个订单号不能用于云闪付：里面没有下单时间');
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(Number.parseInt(milliseconds, 16) / 1000) * 1000);
}

/** `txnTime` of a number, and the number as UnionPay wants it. */
export const numbered = (number: string): { orderId: string; txnTime: string } => ({
  orderId: number,
  txnTime: compactTime(sentAtOf(number)),
});

/** Accepted, and what is done with it comes later: by a notify, or when asked. */
export const isUndecided = (code: string | undefined) => ['03', '04', '05'].includes(code ?? '');
/** `A6`: done with a flaw that changes no money. */
export const isDone = (code: string | undefined) => code === '00' || code === 'A6';

/** What a person can do about the commonest refusals; others are told in UnionPay's own words. */
const explanations: Readonly<Record<string, string>> = {
  '10': '银联说报文格式不对',
  '11': '银联说签名不对，请核对签名证书序列号和商户私钥',
  '12': '银联说是重复的交易',
  '13': '银联说报文缺少内容',
  '31': '银联说商户代码不对或没有开通',
  '32': '银联说商户没有开通这种收款方式',
  '36': '金额超出银联允许的范围',
  '60': '付款失败，请付款人换一张卡或换一种付款方式',
  '61': '付款失败，请核对卡片信息',
  '64': '付款人卡内余额不足',
  '66': '付款人没有开通此项业务',
};

export function refusalOf(answer: UnionPayFields): ChannelRefusal {
  const { respCode = '', respMsg = '' } = answer;
  const known = explanations[respCode];
  return new ChannelRefusal(known ? `${known}（${respMsg}）` : `银联：${respMsg || respCode}`, respCode);
}
