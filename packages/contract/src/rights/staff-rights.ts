import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, idParams, ok } from '../wire.ts';

export const staffRightsRow = z.object({
  id,
  name: z.string(),
  position: z.string(),
  /** Disabled or expired people keep their groups and cannot sign in. */
  isActive: z.boolean(),
  /** Names of the groups, those of departments included. */
  groups: z.array(z.string()),
  /** `全部小区`, or what is named, in words. */
  scope: z.string(),
});
export type StaffRightsRow = z.infer<typeof staffRightsRow>;

export const listStaffRights = defineEndpoint({
  id: 'staffRights.list',
  method: 'GET',
  path: '/api/staff-rights',
  access: 'staffRights.view',
  summary: '员工的权限组和数据范围',
  tag: '员工权限',
  query: z.object({ q: z.string().trim().max(60).optional() }),
  reply: z.object({ rows: z.array(staffRightsRow) }),
});

const place = z.object({ id, label: z.string() });
export const scopeView = z.object({
  hasAllCommunities: z.boolean(),
  communities: z.array(place),
  buildings: z.array(place),
  houses: z.array(place),
});
export type ScopeView = z.infer<typeof scopeView>;

/** Where a right or a group comes from: the person, or a department. */
export const grantedGroup = z.object({ id, name: z.string(), department: z.string().nullable() });

export const effectiveRight = z.object({
  permission: z.string(),
  /** `收银员`, `收银员（财务部）`: every group that gives it. */
  sources: z.array(z.string()),
});

export const staffRightsView = z.object({
  id,
  name: z.string(),
  position: z.string(),
  isActive: z.boolean(),
  groups: z.array(grantedGroup),
  /** What the person may do and why, on the PC and on the phone. */
  pc: z.array(effectiveRight),
  phone: z.array(effectiveRight),
  scope: scopeView,
  /** Places of the scope that the reader may not see. */
  hiddenPlaces: z.number(),
});
export type StaffRightsView = z.infer<typeof staffRightsView>;

export const getStaffRights = defineEndpoint({
  id: 'staffRights.get',
  method: 'GET',
  path: '/api/staff-rights/:id',
  access: 'staffRights.view',
  summary: '一个人的有效权限和来源、数据范围',
  tag: '员工权限',
  params: idParams,
  reply: staffRightsView,
});

export const setStaffGroups = defineEndpoint({
  id: 'staffRights.setGroups',
  method: 'PUT',
  path: '/api/staff-rights/:id/groups',
  access: 'staffRights.edit',
  summary: '给一个人指定权限组（替换原来的）；其登录中的页面立即生效',
  tag: '员工权限',
  params: idParams,
  body: z.object({ permissionGroupIds: z.array(id).max(50, '一个人最多 50 个权限组') }),
  reply: ok,
});

export const setStaffScope = defineEndpoint({
  id: 'staffRights.setScope',
  method: 'PUT',
  path: '/api/staff-rights/:id/scope',
  access: 'staffRights.edit',
  summary: '给一个人指定数据范围（替换原来的）：全部小区，或整个小区、整栋楼、单套房屋',
  tag: '员工权限',
  params: idParams,
  body: z.object({
    hasAllCommunities: z.boolean(),
    communityIds: z.array(id).max(2000),
    buildingIds: z.array(id).max(2000),
    houseIds: z.array(id).max(2000),
  }),
  reply: ok,
});

/** What may be chosen for a scope, level by level. `isWhole`: all of it lies in the asker's own scope. */
export const listScopePlaces = defineEndpoint({
  id: 'staffRights.places',
  method: 'GET',
  path: '/api/scope-places',
  access: 'staffRights.edit',
  summary: '可指定的小区；给出小区时为其楼宇，给出楼宇时为其房屋',
  tag: '员工权限',
  query: z.object({ communityId: id.optional(), buildingId: id.optional() }),
  reply: z.object({ rows: z.array(place.extend({ isWhole: z.boolean() })) }),
});
