import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { sexes } from '../estate/resident-resources.ts';
import { day, id, idParams } from '../wire.ts';

const line = (label: string, length: number) =>
  z.string().trim().max(length, `${label}最多 ${length} 个字`).default('');

/** A person who works at the company, as the form of the office enters them. */
export const staffInput = z.strictObject({
  name: z.string().trim().min(1, '请填写姓名').max(40, '姓名最多 40 个字'),
  number: line('工号', 20),
  sex: z
    .enum(Object.keys(sexes) as [keyof typeof sexes], '性别不在可选范围内')
    .nullable()
    .default(null),
  nickname: line('昵称', 40),
  /** What they sign in with. */
  phone: z
    .string()
    .trim()
    .regex(/^1\d{10}$/, '应为 11 位手机号'),
  wechat: line('微信号', 60),
  email: z
    .string()
    .trim()
    .max(100, '邮箱最多 100 个字')
    .regex(/^([^\s@]+@[^\s@]+\.[^\s@]+)?$/, '邮箱应写成 name@example.com 的样子')
    .default(''),
  /** What WeCom knows them by (userid): they sign in and get messages there. */
  wecomUserId: line('企业微信账号', 64),
  departmentIds: z.array(id).max(20, '一位员工最多属于 20 个部门').default([]),
  position: line('职务', 40),
  joinedOn: day.nullable().default(null),
  /** From this day on they may not sign in. */
  expiresOn: day.nullable().default(null),
  note: line('备注', 500),
  photoFileId: id.nullable().default(null),
  maySignInPc: z.boolean().default(true),
  maySignInPhone: z.boolean().default(true),
  /** Shown on the residents' page of the people who come to their homes (风采展示). */
  isShownToResidents: z.boolean().default(false),
  skills: line('擅长', 200),
  introduction: line('介绍', 500),
});
export type StaffInput = z.output<typeof staffInput>;

/** A password shown this once; null where the person's account existed and keeps its own. */
const initialPassword = z.string().nullable();
/** 加入码, shown this once: by it and their own password the person of an existing account joins the company. */
const joinCode = z.string().nullable();

export const addStaff = defineEndpoint({
  id: 'staff.create',
  method: 'POST',
  path: '/api/staff',
  access: 'staff.create',
  summary: '新增员工；未给初始密码时自动生成，只在回复中出现这一次',
  tag: '员工',
  body: staffInput.extend({
    initialPassword: z.string().max(200, '密码太长').nullable().default(null),
  }),
  reply: z.object({ id, initialPassword, joinCode }),
});

export const staffDetails = defineEndpoint({
  id: 'staff.details',
  method: 'GET',
  path: '/api/staff/:id/details',
  access: 'staff.view',
  summary: '一位员工的部门和照片，供修改时使用',
  tag: '员工',
  params: idParams,
  reply: z.object({
    departments: z.array(z.object({ id, path: z.string() })),
    photoFileId: id.nullable(),
    photoUrl: z.string().nullable(),
    /** Devices the person is signed in on. */
    sessionCount: z.number(),
  }),
});

export const editStaff = defineEndpoint({
  id: 'staff.update',
  method: 'PATCH',
  path: '/api/staff/:id',
  access: 'staff.edit',
  summary: '修改员工资料；换成没有账号的手机号且原账号另有他用时，会给出新账号的初始密码',
  tag: '员工',
  params: idParams,
  body: staffInput.extend({ version: z.int() }),
  reply: z.object({ initialPassword, joinCode }),
});

const chosen = z.object({ ids: z.array(id).min(1, '请选择员工').max(200, '一次最多 200 位员工') });

export const disableStaff = defineEndpoint({
  id: 'staff.disable',
  method: 'POST',
  path: '/api/staff/disable',
  access: 'staff.disable',
  summary: '停用员工，他们的登录立即结束',
  tag: '员工',
  body: chosen,
  reply: z.object({ count: z.number() }),
});

export const enableStaff = defineEndpoint({
  id: 'staff.enable',
  method: 'POST',
  path: '/api/staff/enable',
  access: 'staff.disable',
  summary: '重新启用员工；已过的到期日期一并清除',
  tag: '员工',
  body: chosen,
  reply: z.object({ count: z.number() }),
});

export const resetPasswords = defineEndpoint({
  id: 'staff.resetPassword',
  method: 'POST',
  path: '/api/staff/passwords',
  access: 'staff.resetPassword',
  summary: '重置密码：生成新的初始密码，只在回复中出现这一次，首次登录须修改；还没有加入的员工得到新的加入码',
  tag: '员工',
  body: z.object({ ids: z.array(id).min(1, '请选择员工').max(50, '一次最多重置 50 人') }),
  reply: z.object({
    rows: z.array(
      z.object({
        name: z.string(),
        phone: z.string(),
        /** Empty where a code to join by is given instead. */
        password: z.string(),
        joinCode: z.string(),
      }),
    ),
  }),
});

/** People the company shows to its residents: name, photo, what they are good at (风采展示). */
export const listShownStaff = defineEndpoint({
  id: 'staff.shown',
  method: 'GET',
  path: '/api/staff/shown',
  access: 'staff.view',
  summary: '向住户展示的员工（维修师傅等），按姓名',
  tag: '员工',
  reply: z.object({
    rows: z.array(
      z.object({
        id,
        name: z.string(),
        position: z.string(),
        skills: z.string(),
        introduction: z.string(),
        photoUrl: z.string().nullable(),
      }),
    ),
  }),
});
