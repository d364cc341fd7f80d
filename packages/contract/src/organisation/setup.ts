import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { sessionView } from '../platform/session.ts';
import { ok } from '../wire.ts';

const code = z.string().trim().min(1, '请输入初始化码').max(40, '初始化码太长');

export const setupStatus = defineEndpoint({
  id: 'setup.status',
  method: 'GET',
  path: '/api/setup',
  access: 'public',
  summary: '是否还没有任何物业公司、需要初始化',
  tag: '初始化',
  reply: z.object({ isOpen: z.boolean() }),
});

export const checkSetupCode = defineEndpoint({
  id: 'setup.checkCode',
  method: 'POST',
  path: '/api/setup/code',
  access: 'public',
  summary: '核对初始化码，什么都不改动',
  tag: '初始化',
  body: z.object({ code }),
  reply: ok,
});

/** Creates the first company, its first community and its administrator, and signs the administrator in. */
export const openInstallation = defineEndpoint({
  id: 'setup.open',
  method: 'POST',
  path: '/api/setup',
  access: 'public',
  summary: '创建第一家物业公司、第一个小区和管理员，并登录',
  tag: '初始化',
  body: z.object({
    code,
    company: z.object({
      name: z.string().trim().min(1, '请填写公司名称').max(60, '公司名称最多 60 个字'),
      phone: z.string().trim().max(20, '公司电话太长').default(''),
      address: z.string().trim().max(200, '地址最多 200 个字').default(''),
    }),
    community: z.object({
      name: z.string().trim().min(1, '请填写小区名称').max(60, '小区名称最多 60 个字'),
      code: z
        .string()
        .trim()
        .toUpperCase()
        .regex(/^[A-Z0-9]{1,12}$/, '小区代码应为 1 到 12 位字母或数字，如 CHHY'),
    }),
    administrator: z.object({
      name: z.string().trim().min(1, '请填写姓名').max(40, '姓名最多 40 个字'),
      phone: z
        .string()
        .trim()
        .regex(/^1\d{10}$/, '应为 11 位手机号'),
      password: z.string().min(1, '请设置密码').max(200, '密码太长'),
    }),
  }),
  reply: sessionView,
});
