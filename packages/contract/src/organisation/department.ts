import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { grantedGroup } from '../rights/staff-rights.ts';
import { created, id, idParams, ok } from '../wire.ts';

/** Deepest level of the tree below the company. */
export const departmentLevels = 10;

export const departmentName = z
  .string()
  .trim()
  .min(1, '请填写部门名称')
  .max(40, '部门名称最多 40 个字')
  .regex(/^[^/／]*$/, '部门名称里不能有“/”，它用来隔开上下级部门');

export const departmentView = z.object({
  id,
  parentId: id.nullable(),
  name: z.string(),
  /** `工程部/维修组` */
  path: z.string(),
  managerId: id.nullable(),
  managerName: z.string().nullable(),
  /** People of this department itself who are not disabled. */
  staffCount: z.number(),
});
export type DepartmentView = z.infer<typeof departmentView>;

export const listDepartments = defineEndpoint({
  id: 'department.list',
  method: 'GET',
  path: '/api/departments',
  access: 'department.view',
  summary: '组织架构：全部部门，上级在前，同级按顺序（PLT-3）',
  tag: '组织架构',
  reply: z.object({ rows: z.array(departmentView) }),
});

export const createDepartment = defineEndpoint({
  id: 'department.create',
  method: 'POST',
  path: '/api/departments',
  access: 'department.edit',
  summary: '新增部门，排在同级最后',
  tag: '组织架构',
  body: z.strictObject({ parentId: id.nullable(), name: departmentName }),
  reply: created,
});

export const editDepartment = defineEndpoint({
  id: 'department.edit',
  method: 'PATCH',
  path: '/api/departments/:id',
  access: 'department.edit',
  summary: '改部门的名称或负责人',
  tag: '组织架构',
  params: idParams,
  body: z.strictObject({ name: departmentName, managerId: id.nullable() }),
  reply: ok,
});

export const moveDepartment = defineEndpoint({
  id: 'department.move',
  method: 'POST',
  path: '/api/departments/:id/move',
  access: 'department.edit',
  summary: '把部门移到另一个上级下，或调整同级顺序',
  tag: '组织架构',
  params: idParams,
  body: z.strictObject({
    parentId: id.nullable(),
    /** Stands before this one of the same parent; null for the end. */
    beforeId: id.nullable(),
  }),
  reply: ok,
});

export const deleteDepartment = defineEndpoint({
  id: 'department.delete',
  method: 'DELETE',
  path: '/api/departments/:id',
  access: 'department.edit',
  summary: '删除没有人的部门，连同它的下级',
  tag: '组织架构',
  params: idParams,
  reply: ok,
});

export const getDepartmentGroups = defineEndpoint({
  id: 'departmentRights.get',
  method: 'GET',
  path: '/api/departments/:id/permission-groups',
  access: 'staffRights.view',
  summary: '一个部门带给其员工的权限组；来自上级部门的写明上级',
  tag: '组织架构',
  params: idParams,
  /** `department` is null for the department's own, else the path of the one above that has it. */
  reply: z.object({ groups: z.array(grantedGroup) }),
});

export const setDepartmentGroups = defineEndpoint({
  id: 'departmentRights.setGroups',
  method: 'PUT',
  path: '/api/departments/:id/permission-groups',
  access: 'staffRights.edit',
  summary: '给一个部门指定权限组（替换原来的）；部门及其下级的员工立即生效',
  tag: '组织架构',
  params: idParams,
  body: z.strictObject({ permissionGroupIds: z.array(id).max(50, '一个部门最多 50 个权限组') }),
  reply: ok,
});
