import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { addressOf } from '../call-channel.ts';
import { type ChannelAccount, ChannelRefusal, ChannelSilence, type Outside } from '../payment-channel.ts';
import { wechatHost } from './call-wechat.ts';

/**
 * Messages of APIv2 (pay.weixin.qq.com/doc/v2/merchant): flat XML, signed with the merchant's APIv2 key. WeChat Pay publishes
 * 委托代扣 of recurring sums in this version alone, but for the notice before a deduction.
 */
export type PapayFields = Readonly<Record<string, string>>;

const mostBytes = 64 * 1024;
const mostFields = 100;
const field = /<([A-Za-z_][\w]{0,63})>(?:<!\[CDATA\[([\s\S]*?)\]\]>|([^<&]*))<\/\1>\s*/y;

/** Reads one flat `<xml>`. Entities, attributes, nested or doubled fields are refused: a signature over them could be read in two ways. */
export function readPapayXml(bytes: Buffer): PapayFields {
  const refused = new ChannelRefusal('通知的内容看不懂');
  if (bytes.length > mostBytes) throw refused;
  const whole = /^\s*<xml>\s*([\s\S]*?)\s*<\/xml>\s*$/.exec(bytes.toString('utf8'));
  if (!whole) throw refused;
  const inside = whole[1]!;
  const fields: Record<string, string> = Object.create(null);
  let count = 0;
  for (field.lastIndex = 0; field.lastIndex < inside.length; count += 1) {
    const match = field.exec(inside);
    if (!match || match[1]! in fields || count >= mostFields) throw refused;
    fields[match[1]!] = match[2] ?? match[3] ?? '';
  }
  return fields;
}

export function writePapayXml(fields: PapayFields): string {
  const inside = Object.entries(fields).map(
    ([name, value]) => `<${name}><![CDATA[${value.replaceAll(']]>', '')}]]></${name}>`,
  );
  return `<xml>${inside.join('')}</xml>`;
}

const signedText = (fields: PapayFields, key: string): string =>
  `${Object.keys(fields)
    .filter((name) => name !== 'sign' && fields[name] !== '')
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&')}&key=${key}`;

/** The signature of a message: MD5 where the interface takes no other, HMAC-SHA256 where it does. */
export function signPapay(fields: PapayFields, key: string, type: 'MD5' | 'HMAC-SHA256'): string {
  const text = signedText(fields, key);
  const hash = type === 'MD5' ? createHash('md5').update(text, 'utf8') : createHmac('sha256', key).update(text, 'utf8');
  return hash.digest('hex').toUpperCase();
}

/** Whether a message is signed with the merchant's key, by either method. */
export function isSignedPapay(fields: PapayFields, key: string): boolean {
  const given = fields.sign ?? '';
  if (!/^[0-9A-Fa-f]+$/.test(given) || (given.length !== 32 && given.length !== 64)) return false;
  const right = signPapay(fields, key, given.length === 32 ? 'MD5' : 'HMAC-SHA256');
  return timingSafeEqual(Buffer.from(given.toUpperCase()), Buffer.from(right));
}

export const papayKey = ({ secrets }: ChannelAccount): string => secrets.apiV2Key ?? '';

/**
 * Asks; the answer is believed only when it is signed. An answer that can't be believed is silence, a refusal before the business
 * (`return_code` FAIL) comes unsigned and only ever means no.
 */
export async function askPapay(
  account: ChannelAccount,
  path: string,
  fields: PapayFields,
  outside: Outside,
): Promise<PapayFields> {
  const key = papayKey(account);
  const body = writePapayXml({ ...fields, sign: signPapay(fields, key, 'MD5') });
  const bytes = await send(outside, path, body);
  let answer: PapayFields;
  try {
    answer = readPapayXml(bytes);
  } catch {
    throw new ChannelSilence('an answer that cannot be read');
  }
  if (answer.return_code === 'FAIL')
    throw new ChannelRefusal(`微信支付：${answer.return_msg || '请求不对'}`, 'RETURN_FAIL');
  if (answer.return_code !== 'SUCCESS' || !isSignedPapay(answer, key))
    throw new ChannelSilence('an answer that cannot be believed');
  if (answer.err_code === 'SYSTEMERROR' || answer.err_code === 'SYSTEM_ERROR')
    throw new ChannelSilence('WeChat Pay could not say what became of it');
  return answer;
}

async function send(outside: Outside, path: string, body: string | null): Promise<Buffer> {
  try {
    const response = await fetch(addressOf(outside, wechatHost, path), {
      redirect: 'error',
      signal: AbortSignal.timeout(outside.timeoutMs),
      ...(body === null ? {} : { method: 'POST', headers: { 'content-type': 'text/xml; charset=utf-8' }, body }),
    });
    if (response.status >= 500 || response.status === 429)
      throw new ChannelSilence(`WeChat Pay answered ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof ChannelSilence) throw error;
    throw new ChannelSilence((error as Error).name === 'TimeoutError' ? 'no answer in time' : 'the connection broke');
  }
}

/** Fetches an address whose query is the signed message. */
export async function fetchPapay(
  account: ChannelAccount,
  pathWithQuery: string,
  outside: Outside,
): Promise<PapayFields> {
  const bytes = await send(outside, pathWithQuery, null);
  let answer: PapayFields;
  try {
    answer = readPapayXml(bytes);
  } catch {
    throw new ChannelSilence('an answer that cannot be read');
  }
  const isGood = answer.return_code === 'SUCCESS' && answer.result_code === 'SUCCESS';
  if (!isGood)
    throw new ChannelRefusal(
      `微信支付：${answer.err_code_des || answer.return_msg || '不能签约'}`,
      answer.err_code ?? '',
    );
  // Where it is signed, it must be signed well; the address is WeChat's own either way.
  if (answer.sign !== undefined && !isSignedPapay(answer, papayKey(account)))
    throw new ChannelSilence('an answer that cannot be believed');
  return answer;
}
