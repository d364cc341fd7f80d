import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { created, id, idParams, ok } from '../wire.ts';

export const permissionGroupView = z.object({
  id,
  name: z.string(),
  note: z.string(),
  /** Made for a usual post and can be taken back to what the product gives. */
  isBuiltIn: z.boolean(),
  /** Everything at any time; its operations cannot be chosen. */
  holdsAll: z.boolean(),
  /** Keys of the catalogue; on the PC and on the phone. */
  permissions: z.array(z.string()),
  phonePermissions: z.array(z.string()),
  /** Who holds it, by name: people, and departments with all their people. */
  holders: z.array(z.string()),
  version: z.number(),
});
export type PermissionGroupView = z.infer<typeof permissionGroupView>;

const operations = z.array(z.string().max(60), '请勾选权限').max(1000);
const groupInput = z.object({
  name: z.string('请填写权限组名称').trim().min(1, '请填写权限组名称').max(30, '权限组名称最多 30 个字'),
  note: z.string().trim().max(200, '备注最多 200 个字').default(''),
  permissions: operations,
  phonePermissions: operations,
});

export const listPermissionGroups = defineEndpoint({
  id: 'permissionGroup.list',
  method: 'GET',
  path: '/api/permission-groups',
  access: 'permissionGroup.view',
  summary: '全部权限组，含各自的操作和使用者',
  tag: '权限组',
  reply: z.object({ rows: z.array(permissionGroupView) }),
});

export const createPermissionGroup = defineEndpoint({
  id: 'permissionGroup.create',
  method: 'POST',
  path: '/api/permission-groups',
  access: 'permissionGroup.create',
  summary: '新增权限组；复制一个组也用它',
  tag: '权限组',
  body: groupInput,
  reply: created,
});

export const updatePermissionGroup = defineEndpoint({
  id: 'permissionGroup.update',
  method: 'PUT',
  path: '/api/permission-groups/:id',
  access: 'permissionGroup.edit',
  summary: '修改权限组的名称、备注和操作；正在登录的人立即生效',
  tag: '权限组',
  params: idParams,
  body: groupInput.extend({ version: z.number().int() }),
  reply: ok,
});

export const restorePermissionGroup = defineEndpoint({
  id: 'permissionGroup.restore',
  method: 'POST',
  path: '/api/permission-groups/:id/restore',
  access: 'permissionGroup.edit',
  summary: '内置权限组恢复默认的操作',
  tag: '权限组',
  params: idParams,
  reply: ok,
});

export const deletePermissionGroup = defineEndpoint({
  id: 'permissionGroup.delete',
  method: 'DELETE',
  path: '/api/permission-groups/:id',
  access: 'permissionGroup.delete',
  summary: '删除没有人用的权限组',
  tag: '权限组',
  params: idParams,
  reply: ok,
});
