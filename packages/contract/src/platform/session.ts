import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, instant, ok } from '../wire.ts';

/** Where a session runs: the back office on a PC, or the staff client on a phone. */
export const sessionClient = z.enum(['pc', 'phone'], '登录端不对');
export type SessionClient = z.infer<typeof sessionClient>;

export const sessionView = z.object({
  staff: z.object({ id, name: z.string(), phone: z.string(), position: z.string() }),
  company: z.object({ id, name: z.string() }),
  permissions: z.array(z.string()),
  /** Communities within the person's data scope. */
  communities: z.array(z.object({ id, name: z.string() })),
  mustChangePassword: z.boolean(),
  /** What the person set up for themselves, by key: favourite functions, columns, saved filters. */
  preferences: z.record(z.string(), z.unknown()),
});
export type SessionView = z.infer<typeof sessionView>;

export const signIn = defineEndpoint({
  id: 'session.signIn',
  method: 'POST',
  path: '/api/session',
  access: 'public',
  summary: '用手机号和密码登录',
  tag: '登录',
  body: z.object({
    phone: z.string().trim().min(1, '请输入手机号').max(20, '手机号太长'),
    password: z.string().min(1, '请输入密码').max(200, '密码太长'),
    /** Signing in on a PC and on a phone are separate rights (PLT-2). */
    client: sessionClient.default('pc'),
    /** Where the company wants a second factor. */
    code: z
      .string()
      .trim()
      .regex(/^\d{6}$/, '验证码是 6 位数字')
      .optional(),
    /** 加入码 of another company that added the phone: it is joined and entered. */
    joinCode: z.string().trim().min(1, '请填写加入码').max(40, '加入码太长').optional(),
  }),
  reply: sessionView,
});

export const currentSession = defineEndpoint({
  id: 'session.current',
  method: 'GET',
  path: '/api/session',
  access: 'signedIn',
  summary: '当前登录人、权限和可见小区',
  tag: '登录',
  reply: sessionView,
});

export const signOut = defineEndpoint({
  id: 'session.signOut',
  method: 'DELETE',
  path: '/api/session',
  access: 'signedIn',
  summary: '退出登录',
  tag: '登录',
  reply: ok,
});

const myCompany = z.object({
  id,
  name: z.string(),
  isCurrent: z.boolean(),
  /** Whether the way the session was entered by is enough to go there; otherwise the person signs in anew. */
  isOpen: z.boolean(),
});
export type MyCompany = z.infer<typeof myCompany>;

export const listMyCompanies = defineEndpoint({
  id: 'session.listCompanies',
  method: 'GET',
  path: '/api/session/companies',
  access: 'signedIn',
  summary: '我任职、可在这一端登录的公司',
  tag: '登录',
  reply: z.object({ rows: z.array(myCompany) }),
});

/** The same person in another company. The session's token changes, its end does not. */
export const switchCompany = defineEndpoint({
  id: 'session.switchCompany',
  method: 'POST',
  path: '/api/session/company',
  access: 'signedIn',
  summary: '切换到我任职的另一家公司',
  tag: '登录',
  body: z.object({ companyId: id }),
  reply: sessionView,
});

export const listSessions = defineEndpoint({
  id: 'session.list',
  method: 'GET',
  path: '/api/sessions',
  access: 'signedIn',
  summary: '我的登录设备',
  tag: '登录',
  reply: z.object({
    rows: z.array(
      z.object({
        id,
        createdAt: instant,
        lastSeenAt: instant,
        ip: z.string(),
        userAgent: z.string(),
        isCurrent: z.boolean(),
      }),
    ),
  }),
});

export const endSession = defineEndpoint({
  id: 'session.end',
  method: 'DELETE',
  path: '/api/sessions/:id',
  access: 'signedIn',
  summary: '结束一个登录设备',
  tag: '登录',
  params: z.object({ id }),
  reply: ok,
});

export const changePassword = defineEndpoint({
  id: 'session.changePassword',
  method: 'POST',
  path: '/api/session/password',
  access: 'signedIn',
  summary: '修改密码；其他设备随即退出',
  tag: '登录',
  body: z.object({ oldPassword: z.string().max(200), newPassword: z.string().max(200) }),
  reply: ok,
});
