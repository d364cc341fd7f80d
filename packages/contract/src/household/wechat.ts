import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, ok } from '../wire.ts';
import { residentView } from './session.ts';
import { code, state } from './wechat-code.ts';

const tag = '住户端';
const base = '/api/resident/wechat';

/** The two kinds of accounts of a company at WeChat; they know the same person by different openids. */
export const wechatAccounts = ['wechat', 'miniProgram'] as const;
export type WechatAccountKind = (typeof wechatAccounts)[number];

/** Where to come back to, after `/m/<company>/`: `dues?from=home`, `collect/<token>` with a dot inside. */
const page = z
  .string()
  .max(300)
  .regex(/^([\w-]+(\.[\w-]+)*(\/[\w-]+(\.[\w-]+)*)*\/?)?(\?[\w=&.%-]*)?$/, '返回的页面地址不对');

export const getWechatIdentity = defineEndpoint({
  id: 'household.wechat',
  method: 'GET',
  path: base,
  access: 'verifiedPhone',
  summary: '是否接通了公众号或小程序，是否知道本次登录的微信身份（不给出 openid）',
  tag,
  query: z.object({ account: z.enum(wechatAccounts) }),
  reply: z.object({
    /** Whether the company has such an account set up. */
    isOn: z.boolean(),
    /** Whether this session's WeChat account is known. */
    isKnown: z.boolean(),
  }),
});

export const startWechatAuthorisation = defineEndpoint({
  id: 'household.startWechat',
  method: 'POST',
  path: `${base}/authorisation`,
  access: 'verifiedPhone',
  summary: '微信网页授权：去微信的地址，回来时带 code 和 state',
  tag,
  body: z.strictObject({ page }),
  reply: z.object({ url: z.string() }),
});

export const takeWechatCode = defineEndpoint({
  id: 'household.takeWechatCode',
  method: 'POST',
  path: `${base}/code`,
  access: 'verifiedPhone',
  summary: '微信网页授权：交回 code 和 state，记下本次登录的微信身份',
  tag,
  body: z.strictObject({ code, state }),
  reply: ok,
});

export const takeMiniProgramCode = defineEndpoint({
  id: 'household.takeMiniProgramCode',
  method: 'POST',
  path: `${base}/mini-program-code`,
  access: 'verifiedPhone',
  summary: '小程序：交回 wx.login 的 code，记下本次登录的微信身份',
  tag,
  body: z.strictObject({ code }),
  reply: ok,
});

export const startWechatSignIn = defineEndpoint({
  id: 'household.startWechatSignIn',
  method: 'POST',
  path: `${base}/sign-in/authorisation`,
  access: 'public',
  summary: '微信内免验证码登录：去微信的地址；没有开通时为空',
  tag,
  body: z.strictObject({ companyId: id, page }),
  reply: z.object({ url: z.string().nullable() }),
});

export const signInByWechat = defineEndpoint({
  id: 'household.signInByWechat',
  method: 'POST',
  path: `${base}/sign-in`,
  access: 'public',
  summary: '微信内免验证码登录：交回 code 和 state；不认识这个微信时须用手机号登录',
  tag,
  body: z.strictObject({ companyId: id, code, state }),
  reply: residentView,
});

const token = z.string().regex(/^[\w-]{43}\.[\w-]{43}$/, '链接不完整');
const linkTag = '找人代付';

export const startLinkAuthorisation = defineEndpoint({
  id: 'payLink.startWechat',
  method: 'POST',
  path: '/api/pay-links/:token/wechat',
  access: 'public',
  summary: '在微信里打开代付链接：去微信的地址；不需要或没有接通公众号时为空',
  tag: linkTag,
  params: z.object({ token }),
  reply: z.object({ url: z.string().nullable() }),
});

export const takeLinkCode = defineEndpoint({
  id: 'payLink.takeWechatCode',
  method: 'POST',
  path: '/api/pay-links/:token/wechat/code',
  access: 'public',
  summary: '在微信里打开代付链接：交回 code 和 state，供这次付款使用',
  tag: linkTag,
  params: z.object({ token }),
  body: z.strictObject({ code, state }),
  reply: ok,
});

export const takeLinkMiniProgramCode = defineEndpoint({
  id: 'payLink.takeMiniProgramCode',
  method: 'POST',
  path: '/api/pay-links/:token/wechat/mini-program-code',
  access: 'public',
  summary: '在小程序里打开代付链接：交回 wx.login 的 code，供这次付款使用',
  tag: linkTag,
  params: z.object({ token }),
  body: z.strictObject({ code }),
  reply: ok,
});
