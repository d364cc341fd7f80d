import { createHash, randomBytes } from 'node:crypto';
import type { EmulatorClock } from './emulator-clock.ts';
import type { Call, Provider, Reply } from './provider.ts';
import type { WechatAccount } from './wechat.ts';

/** WeChat's sign-in as a test sees it. */
export interface WechatIdentityDesk {
  /** Whose phone it is from now on: the same person has the same openids again. */
  be(person: string): void;
  /** What `wx.login` gives in a mini-program. */
  loginCode(appId: string): string;
  /** As WeChat knows a person at one application; the one whose phone it is unless told. */
  openIdOf(appId: string, person?: string): string;
  /** Undefined for an openid that was never given out. */
  applicationOf(openId: string): string | undefined;
}

interface Code {
  kind: 'page' | 'login';
  appId: string;
  openId: string;
  givenAt: Temporal.Instant;
  isUsed: boolean;
}

const goodMinutes = 5;
/** WeChat checks the order of the parameters of the address. */
const parameterOrder = ['appid', 'redirect_uri', 'response_type', 'scope', 'state'];

/** 网页授权 of a 公众号 with scope snsapi_base, which asks nobody anything, and code2Session of a mini-program. */
export function wechatIdentityProvider(
  accounts: readonly WechatAccount[],
  clock: EmulatorClock,
): Provider & { desk: WechatIdentityDesk } {
  const codes = new Map<string, Code>();
  const given = new Map<string, string>();
  let person = '王小明';
  const fail = (errcode: number, errmsg: string): Reply => ({ json: { errcode, errmsg } });
  const openIdOf = (appId: string, who = person) => {
    const openId = `o${createHash('sha256').update(`${appId} ${who}`).digest('base64url').slice(0, 27)}`;
    given.set(openId, appId);
    return openId;
  };
  const newCode = (kind: Code['kind'], appId: string): string => {
    const code = randomBytes(16).toString('hex');
    codes.set(code, { kind, appId, openId: openIdOf(appId), givenAt: clock.now(), isUsed: false });
    return code;
  };

  function authorize({ query }: Call): Reply {
    if ([...query.keys()].join() !== parameterOrder.join()) return { status: 400, html: '该链接无法访问' };
    if (query.get('response_type') !== 'code' || query.get('scope') !== 'snsapi_base')
      return { status: 400, html: 'Scope 参数错误' };
    const state = query.get('state') ?? '';
    if (!/^[0-9a-zA-Z]{0,128}$/.test(state)) return { status: 400, html: 'state 参数错误' };
    const back = new URL(query.get('redirect_uri') ?? '');
    back.searchParams.set('code', newCode('page', query.get('appid') ?? ''));
    back.searchParams.set('state', state);
    return { redirect: back.href };
  }

  function take(kind: Code['kind'], code: string, { query }: Call): Reply {
    const account = accounts.find((one) => one.appId === query.get('appid'));
    if (!account) return fail(40013, 'invalid appid');
    if (account.secret !== query.get('secret')) return fail(40125, 'invalid appsecret');
    if (query.get('grant_type') !== 'authorization_code') return fail(40002, 'invalid grant_type');
    const found = codes.get(code);
    if (!found || found.kind !== kind || found.appId !== account.appId) return fail(40029, 'invalid code');
    if (found.isUsed) return fail(40163, 'code been used');
    if (Temporal.Instant.compare(found.givenAt.add({ minutes: goodMinutes }), clock.now()) < 0)
      return fail(40029, 'invalid code');
    found.isUsed = true;
    const token = randomBytes(16).toString('hex');
    const rest =
      kind === 'login' ? { session_key: token } : { access_token: token, expires_in: 7200, scope: 'snsapi_base' };
    return { json: { openid: found.openId, ...rest } };
  }

  return {
    name: 'wechatIdentity',
    hosts: ['open.weixin.qq.com', 'api.weixin.qq.com'],
    isFor: ({ host, path, query }) =>
      host === 'open.weixin.qq.com'
        ? accounts.some((one) => one.appId === query.get('appid'))
        : path === '/sns/oauth2/access_token' || path === '/sns/jscode2session',
    answer(call, _post, fault) {
      if (call.path === '/connect/oauth2/authorize') return authorize(call);
      if (fault === 'rateLimit') return fail(45011, 'api minute-quota reach limit');
      if (call.path === '/sns/oauth2/access_token') return take('page', call.query.get('code') ?? '', call);
      if (call.path === '/sns/jscode2session') return take('login', call.query.get('js_code') ?? '', call);
      return { status: 404, json: { errcode: 404, errmsg: 'not found' } };
    },
    desk: {
      be: (name) => {
        person = name;
      },
      loginCode: (appId) => newCode('login', appId),
      openIdOf,
      applicationOf: (openId) => given.get(openId),
    },
  };
}
