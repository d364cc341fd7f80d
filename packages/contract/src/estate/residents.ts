import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, id, idParams, instant, ok } from '../wire.ts';
import { occupancyRoles } from './resources.ts';

export type OccupancyRole = keyof typeof occupancyRoles;
const roleKeys = Object.keys(occupancyRoles) as [OccupancyRole, ...OccupancyRole[]];
export const occupancyRole = z.enum(roleKeys, '住户身份不在可选范围内');
export const sexes = { male: '男', female: '女' } as const;
export const residentSex = z.enum(['male', 'female'], '性别应为男或女');

export const residentPhone = z
  .string()
  .trim()
  .regex(/^(1\d{10}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|)$/, '手机号应为 11 位手机号或带区号的座机号');
export const personName = z.string('请填写姓名').trim().min(1, '请填写姓名').max(40, '姓名最多 40 个字');

/** A person's stay in a house, as lists show it. The phone is masked unless the reader may see it. */
export const occupancyView = z.object({
  id,
  residentId: id,
  name: z.string(),
  phone: z.string(),
  role: occupancyRole,
  houseId: id,
  houseLabel: z.string(),
  communityId: id,
  communityLabel: z.string(),
  movedInOn: day,
  movedOutOn: day.nullable(),
  validUntil: day.nullable(),
});
export type OccupancyView = z.infer<typeof occupancyView>;

export const listOccupancies = defineEndpoint({
  id: 'occupancy.list',
  method: 'GET',
  path: '/api/occupancies',
  access: 'resident.view',
  summary: '住户列表：在住或已迁出，按身份计数',
  tag: '住户',
  query: z.object({
    page: z.coerce.number().int().min(1).max(1_000_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(500).default(50),
    communityId: id.optional(),
    houseId: id.optional(),
    state: z.enum(['current', 'ended']).default('current'),
    role: occupancyRole.optional(),
    q: z.string().trim().max(60).optional(),
  }),
  reply: z.object({
    rows: z.array(occupancyView),
    total: z.number(),
    /** Counts by role over everything that matches but the role itself. */
    roles: z.record(z.string(), z.number()),
  }),
});

export const residentView = z.object({
  id,
  name: z.string(),
  phone: z.string(),
  sex: residentSex.nullable(),
  note: z.string(),
  version: z.number(),
  createdAt: instant,
  occupancies: z.array(occupancyView),
});
export type ResidentView = z.infer<typeof residentView>;

export const getResident = defineEndpoint({
  id: 'resident.get',
  method: 'GET',
  path: '/api/residents/:id',
  access: 'resident.view',
  summary: '一位住户和其全部入住记录',
  tag: '住户',
  params: idParams,
  reply: residentView,
});

export const editResident = defineEndpoint({
  id: 'resident.edit',
  method: 'PATCH',
  path: '/api/residents/:id',
  access: 'resident.edit',
  summary: '修改住户资料；电话留空不改',
  tag: '住户',
  params: idParams,
  body: z.strictObject({
    version: z.int(),
    name: personName.optional(),
    phone: residentPhone.optional(),
    sex: residentSex.nullable().optional(),
    note: z.string().trim().max(500, '备注最多 500 个字').optional(),
  }),
  reply: ok,
});

export const revealPhone = defineEndpoint({
  id: 'resident.revealPhone',
  method: 'POST',
  path: '/api/residents/:id/reveal-phone',
  access: 'resident.reveal',
  summary: '查看住户完整电话（记入操作日志）',
  tag: '住户',
  params: idParams,
  reply: z.object({ phone: z.string() }),
});

export const moveIn = defineEndpoint({
  id: 'occupancy.moveIn',
  method: 'POST',
  path: '/api/houses/:id/occupancies',
  access: 'resident.edit',
  summary: '迁入：电话相同的住户只登记一次',
  tag: '住户',
  params: idParams,
  body: z.strictObject({
    name: personName,
    phone: residentPhone.default(''),
    sex: residentSex.nullable().default(null),
    role: occupancyRole,
    movedInOn: day,
    validUntil: day.nullable().default(null),
  }),
  reply: z.object({ occupancyId: id, residentId: id }),
});

export const moveOut = defineEndpoint({
  id: 'occupancy.moveOut',
  method: 'POST',
  path: '/api/occupancies/:id/move-out',
  access: 'resident.edit',
  summary: '迁出：从所填日期起不再居住',
  tag: '住户',
  params: idParams,
  body: z.strictObject({ movedOutOn: day }),
  reply: ok,
});
