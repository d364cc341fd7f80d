import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, taskStarted } from '../wire.ts';

/** What can be taken over from WeCom's directory, each chosen apart (PLT-4). */
export const wecomSyncKinds = {
  departments: '部门',
  newStaff: '新增员工',
  changedStaff: '资料变化',
  goneStaff: '已不在企业微信',
} as const;
export type WecomSyncKind = keyof typeof wecomSyncKinds;

export const departmentSteps = { create: '新增', change: '改名或移动', link: '对应已有部门' } as const;

const departmentStep = z.object({
  step: z.enum(Object.keys(departmentSteps) as [keyof typeof departmentSteps]),
  /** `工程部/维修组`, as it will be. */
  path: z.string(),
  /** As it is; empty for a new one. */
  formerPath: z.string(),
});

const person = { userId: z.string(), name: z.string(), phone: z.string() };

export const wecomSyncPreview = z.object({
  /** Names this very plan: it is applied only while it is still what would be done. */
  fingerprint: z.string(),
  /** People and departments read from WeCom. */
  staffRead: z.number(),
  departmentsRead: z.number(),
  departments: z.array(departmentStep),
  newStaff: z.array(z.object({ ...person, departments: z.string(), position: z.string() })),
  changedStaff: z.array(
    z.object({ ...person, changes: z.array(z.object({ label: z.string(), before: z.string(), after: z.string() })) }),
  ),
  goneStaff: z.array(z.object(person)),
  /** Left as they are, and why: no phone, a phone of somebody else. */
  problems: z.array(z.object({ name: z.string(), reason: z.string(), isConflict: z.boolean() })),
});
export type WecomSyncPreview = z.infer<typeof wecomSyncPreview>;

export const compareWecom = defineEndpoint({
  id: 'wecomSync.compare',
  method: 'POST',
  path: '/api/staff/wecom/comparisons',
  access: 'staff.import',
  summary: '读取企业微信通讯录并与员工、部门比对；只读，不改动任何资料',
  tag: '员工',
  reply: taskStarted,
});

export const getWecomSync = defineEndpoint({
  id: 'wecomSync.get',
  method: 'GET',
  path: '/api/staff/wecom/comparisons/:taskId',
  access: 'staff.import',
  summary: '比对的结果：将新增、修改、停用什么，哪些跳过及原因',
  tag: '员工',
  params: z.object({ taskId: id }),
  reply: wecomSyncPreview,
});

export const applyWecomSync = defineEndpoint({
  id: 'wecomSync.apply',
  method: 'POST',
  path: '/api/staff/wecom/comparisons/:taskId/apply',
  access: 'staff.import',
  summary: '按比对结果同步所选的几类，全部成功或全部不改',
  tag: '员工',
  params: z.object({ taskId: id }),
  body: z.object({
    kinds: z
      .array(z.enum(Object.keys(wecomSyncKinds) as [WecomSyncKind], '要同步的内容不在可选范围内'))
      .min(1, '请选择要同步的内容')
      .max(4, '要同步的内容重复'),
    fingerprint: z.string().min(1, '请先比对').max(100, '比对编号太长'),
  }),
  reply: z.object({
    departments: z.number(),
    added: z.number(),
    changed: z.number(),
    disabled: z.number(),
    /** Of people whose new phone got an account of its own; shown this once. */
    passwords: z.array(z.object({ name: z.string(), phone: z.string(), password: z.string() })),
  }),
});
