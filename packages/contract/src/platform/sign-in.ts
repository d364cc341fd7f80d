import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, idParams, instant, ok } from '../wire.ts';
import { sessionClient, sessionView } from './session.ts';

const phone = z.string().trim().min(1, '请输入手机号').max(20, '手机号太长');
const code = z
  .string()
  .trim()
  .regex(/^\d{6}$/, '验证码是 6 位数字');

/** Signing in on a PC and on a phone are separate rights (PLT-2). */
const client = sessionClient.default('pc');

/** What the sign-in page offers: what at least one company of the installation has switched on. */
export const signInWays = defineEndpoint({
  id: 'session.ways',
  method: 'GET',
  path: '/api/session/ways',
  access: 'public',
  summary: '可用的登录方式',
  tag: '登录',
  reply: z.object({
    hasCode: z.boolean(),
    /** Companies whose staff may come in by WeCom. */
    wecom: z.array(z.object({ id, name: z.string() })),
  }),
});

/** Answers the same whether anybody has the phone or not. */
export const requestSignInCode = defineEndpoint({
  id: 'session.requestCode',
  method: 'POST',
  path: '/api/session/code',
  access: 'public',
  summary: '获取短信登录验证码（6 位，5 分钟内有效）',
  tag: '登录',
  body: z.object({ phone }),
  reply: z.object({ validMinutes: z.number(), nextAfterSeconds: z.number() }),
});

export const signInByCode = defineEndpoint({
  id: 'session.signInByCode',
  method: 'POST',
  path: '/api/session/by-code',
  access: 'public',
  summary: '用手机号和短信验证码登录',
  tag: '登录',
  body: z.object({ phone, code, client }),
  reply: sessionView,
});

export const startWecomSignIn = defineEndpoint({
  id: 'session.startWecom',
  method: 'POST',
  path: '/api/session/wecom/start',
  access: 'public',
  summary: '开始企业微信登录，返回要打开的授权地址',
  tag: '登录',
  body: z.object({ companyId: id, isInWecom: z.boolean() }),
  reply: z.object({ url: z.string() }),
});

export const signInByWecom = defineEndpoint({
  id: 'session.signInByWecom',
  method: 'POST',
  path: '/api/session/wecom',
  access: 'public',
  summary: '用企业微信返回的 code 和 state 登录',
  tag: '登录',
  body: z.object({ code: z.string().min(1).max(600), state: z.string().min(1).max(300), client }),
  reply: sessionView,
});

export const endOtherSessions = defineEndpoint({
  id: 'session.endOthers',
  method: 'DELETE',
  path: '/api/sessions',
  access: 'signedIn',
  summary: '结束我的其他登录设备',
  tag: '登录',
  reply: z.object({ ended: z.number() }),
});

export const signInWay = z.enum(['password', 'passwordOrCode', 'passwordAndCode']);
export type SignInWay = z.infer<typeof signInWay>;

export const getSignInPolicy = defineEndpoint({
  id: 'signIn.policy',
  method: 'GET',
  path: '/api/sign-in-policy',
  access: 'signIn.view',
  summary: '本公司的登录方式',
  tag: '登录',
  reply: z.object({ way: signInWay, hasWecom: z.boolean() }),
});

export const saveSignInPolicy = defineEndpoint({
  id: 'signIn.savePolicy',
  method: 'PUT',
  path: '/api/sign-in-policy',
  access: 'signIn.edit',
  summary: '设置本公司的登录方式',
  tag: '登录',
  body: z.object({ way: signInWay, hasWecom: z.boolean() }),
  reply: ok,
});

export const staffSessionView = z.object({
  id,
  staffId: id,
  staffName: z.string(),
  position: z.string(),
  createdAt: instant,
  lastSeenAt: instant,
  ip: z.string(),
  userAgent: z.string(),
  isCurrent: z.boolean(),
});
export type StaffSessionView = z.infer<typeof staffSessionView>;

export const listStaffSessions = defineEndpoint({
  id: 'staff.sessions',
  method: 'GET',
  path: '/api/staff-sessions',
  access: 'signIn.view',
  summary: '全公司员工的登录设备',
  tag: '登录',
  query: z.object({
    page: z.coerce.number().int().min(1).max(100_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(200).default(50),
    q: z.string().trim().max(60).optional(),
  }),
  reply: z.object({ rows: z.array(staffSessionView), total: z.number() }),
});

export const endStaffSessions = defineEndpoint({
  id: 'staff.endSessions',
  method: 'DELETE',
  path: '/api/staff/:id/sessions',
  access: 'signIn.edit',
  summary: '结束一名员工的全部登录',
  tag: '登录',
  params: idParams,
  reply: z.object({ ended: z.number() }),
});
