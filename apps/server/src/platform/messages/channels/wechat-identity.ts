import type { WechatReply } from './access-token.ts';
import type { Outside } from './channel.ts';
import { callProvider } from './http-call.ts';

/**
 * Who is there, in WeChat's words: the openid behind a code. Sources: developers.weixin.qq.com, 网页授权 (公众号, scope
 * snsapi_base: nobody is asked anything) and code2Session (mini-program).
 */

const host = 'api.weixin.qq.com';

/** An application with its secret; neither is logged, nor is an address that carries the secret. */
export interface WechatApplication {
  appId: string;
  appSecret: string;
}

/** `refused`: WeChat knows no such code, or not for this application; `silent`: nothing is known. */
export type OpenIdAnswer = { openId: string } | { refused: string } | 'silent';

interface IdentityReply extends WechatReply {
  openid?: string;
  /** Somebody without an account looks at a page in WeChat's snapshot mode; the openid is nobody's. */
  is_snapshotuser?: number;
}

/**
 * Where a browser inside WeChat is sent for a code; it comes back to `returnUrl` with `code` and `state`. WeChat checks the order of
 * the parameters.
 */
export function authorizeUrl(
  appId: string,
  { returnUrl, state, gateway }: { returnUrl: string; state: string; gateway: string | undefined },
): string {
  const base = gateway === undefined ? 'https://open.weixin.qq.com' : `${gateway}/open.weixin.qq.com`;
  const query = [
    `appid=${encodeURIComponent(appId)}`,
    `redirect_uri=${encodeURIComponent(returnUrl)}`,
    'response_type=code',
    'scope=snsapi_base',
    `state=${state}`,
  ].join('&');
  return `${base}/connect/oauth2/authorize?${query}#wechat_redirect`;
}

/** The openid of whoever came back from `authorizeUrl`. */
export function openIdOfPage(application: WechatApplication, code: string, outside: Outside): Promise<OpenIdAnswer> {
  return ask(outside, '/sns/oauth2/access_token', {
    appid: application.appId,
    secret: application.appSecret,
    code,
    grant_type: 'authorization_code',
  });
}

/** The openid of whoever called `wx.login` in a mini-program. */
export function openIdOfLogin(application: WechatApplication, code: string, outside: Outside): Promise<OpenIdAnswer> {
  return ask(outside, '/sns/jscode2session', {
    appid: application.appId,
    secret: application.appSecret,
    js_code: code,
    grant_type: 'authorization_code',
  });
}

/** Busy, or too many calls: the code may still be good, but another is quickly had. */
const passing = new Set([-1, 45011]);

async function ask(outside: Outside, path: string, query: Record<string, string>): Promise<OpenIdAnswer> {
  let reply: IdentityReply;
  try {
    reply = await callProvider<IdentityReply>(outside, host, `${path}?${new URLSearchParams(query)}`);
  } catch {
    // What went wrong may name the address, and the address names the secret.
    return 'silent';
  }
  const { openid = '', errcode = 0, is_snapshotuser: snapshot = 0 } = reply;
  if (errcode !== 0) return passing.has(errcode) ? 'silent' : { refused: reasonOf(errcode) };
  if (snapshot === 1) return { refused: '快照页不能付款，请点右下角“使用完整服务”' };
  return /^[\w-]{6,64}$/.test(openid) ? { openId: openid } : 'silent';
}

const reasons: Readonly<Record<number, string>> = {
  40013: '公众号或小程序的 AppID 不对，请物业核对消息渠道',
  40029: '凭证无效',
  40125: '公众号或小程序的密钥不对，请物业核对消息渠道',
  40163: '凭证已用过',
  40226: '微信拦截了这个账号',
};

/** WeChat's own words carry request numbers, for nobody to read. */
const reasonOf = (code: number): string => reasons[code] ?? `错误码 ${code}`;
