import { z } from 'zod';
import { addressOf } from '../call-channel.ts';
import { type ChannelAccount, ChannelRefusal, ChannelSilence, type Outside } from '../payment-channel.ts';
import { readPrivateKey } from '../pem.ts';
import { authorizationOf } from './wechat-signature.ts';

export const wechatHost = 'api.mch.weixin.qq.com';

/** An answer of WeChat Pay below 500, its signature not looked at yet. */
export interface WechatAnswer {
  status: number;
  headers: Headers;
  body: Buffer;
}

const problem = z.object({ code: z.string().max(100), message: z.string().max(1000).default('') });

/** The code WeChat Pay refused with; empty when it did not. */
export function codeOf(answer: WechatAnswer): string {
  const parsed = answer.status < 400 ? undefined : problem.safeParse(jsonOf(answer.body));
  return parsed?.success ? parsed.data.code : '';
}

/** What a person is told of a refusal. */
export function refusalOf(answer: WechatAnswer): ChannelRefusal {
  const parsed = problem.safeParse(jsonOf(answer.body));
  if (!parsed.success) return new ChannelRefusal(`微信支付拒绝了请求（${answer.status}）`);
  const { code, message } = parsed.data;
  const known = explanations[code];
  return new ChannelRefusal(known ? `${known}（${message}）` : `${message || '微信支付拒绝了请求'}（${code}）`, code);
}

/** What a person can do about the commonest refusals. */
const explanations: Readonly<Record<string, string>> = {
  SIGN_ERROR: '商户私钥或证书序列号不对，请核对“收款渠道”',
  NO_AUTH: '商户号没有开通这种支付，请到微信支付商户平台开通',
  MCH_NOT_EXISTS: '商户号不存在，请核对“收款渠道”',
  APPID_MCHID_NOT_MATCH: 'AppID 没有和商户号绑定，请到商户平台关联',
  OPENID_MISMATCH: '付款人的微信身份不属于这个公众号或小程序',
  NOT_ENOUGH: '商户账户余额不足，请充值后再退款',
  AUTH_CODE_EXPIRE: '付款码已过期，请付款人刷新后重新扫',
  AUTH_CODE_INVALID: '付款码无效，请付款人刷新后重新扫',
  AUTH_CODE_ERROR: '付款码无效，请付款人刷新后重新扫',
  NOTENOUGH: '付款人的零钱或银行卡余额不足',
};

export function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Sends a signed request. `path` begins with a slash. Throws ChannelSilence when there is no answer in time, the connection
 * breaks, or the answer is an error of the server or a rate limit: then nothing is known.
 */
export async function sendWechat(
  account: ChannelAccount,
  outside: Outside,
  request: { method: 'GET' | 'POST'; path: string; body?: object },
): Promise<WechatAnswer> {
  const { method, path } = request;
  const body = request.body === undefined ? '' : JSON.stringify(request.body);
  const { merchantId, settings, secrets } = account;
  const merchant = {
    merchantId,
    serialNo: settings.serialNo ?? '',
    privateKey: readPrivateKey(secrets.privateKey ?? ''),
  };
  const seconds = String(Math.floor(outside.now.epochMilliseconds / 1000));
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-language': 'zh-CN',
    'user-agent': 'Anlin',
    authorization: authorizationOf(merchant, { method, path, body, seconds }),
  };
  if (method === 'POST') headers['content-type'] = 'application/json';
  if (settings.mode !== 'certificate' && settings.publicKeyId) headers['wechatpay-serial'] = settings.publicKeyId;
  try {
    const response = await fetch(addressOf(outside, wechatHost, path), {
      method,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(outside.timeoutMs),
      ...(method === 'POST' ? { body } : {}),
    });
    if (response.status >= 500 || response.status === 429)
      throw new ChannelSilence(`WeChat Pay answered ${response.status}`);
    return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
  } catch (error) {
    if (error instanceof ChannelSilence) throw error;
    throw new ChannelSilence((error as Error).name === 'TimeoutError' ? 'no answer in time' : 'the connection broke');
  }
}
