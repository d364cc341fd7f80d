import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { approvalReason, orPending } from '../platform/approvals.ts';
import { created, id, idParams, ok, taskStarted } from '../wire.ts';
import type { ResourceDefinition } from './definition.ts';
import { createSchema, listQuery, listReply, rowSchema, updateSchema } from './schema.ts';

/** The endpoints every resource has. */
export function resourceEndpoints(definition: ResourceDefinition) {
  const { name, path, label, permissions } = definition;
  const base = `/api/${path}`;
  return {
    list: defineEndpoint({
      id: `${name}.list`,
      method: 'GET',
      path: base,
      access: permissions.view,
      summary: `${label}列表：筛选、排序、合计`,
      tag: label,
      query: listQuery,
      reply: listReply(rowSchema(definition)),
    }),
    get: defineEndpoint({
      id: `${name}.get`,
      method: 'GET',
      path: `${base}/:id`,
      access: permissions.view,
      summary: `一条${label}`,
      tag: label,
      params: idParams,
      reply: rowSchema(definition),
    }),
    create: defineEndpoint({
      id: `${name}.create`,
      method: 'POST',
      path: base,
      access: permissions.create,
      summary: `新增${label}`,
      tag: label,
      body: createSchema(definition),
      reply: created,
    }),
    update: defineEndpoint({
      id: `${name}.update`,
      method: 'PATCH',
      path: `${base}/:id`,
      access: permissions.edit,
      summary: `修改${label}`,
      tag: label,
      params: idParams,
      body: updateSchema(definition),
      reply: ok,
    }),
    remove: defineEndpoint({
      id: `${name}.delete`,
      method: 'DELETE',
      path: `${base}/:id`,
      access: permissions.delete,
      summary: `删除${label}；公司设了审批流程时须写理由，改为提交申请`,
      tag: label,
      params: idParams,
      query: z.object({ reason: approvalReason.optional() }),
      reply: orPending(ok),
    }),
  };
}

/** Export of what the list's filter shows, as a task whose result is a file. Only where the definition names the right. */
export function exportEndpoint(definition: ResourceDefinition) {
  const access = definition.permissions.export;
  if (!access) return undefined;
  return defineEndpoint({
    id: `${definition.name}.export`,
    method: 'POST',
    path: `/api/${definition.path}/export`,
    access,
    summary: `导出${definition.label}（当前筛选结果）`,
    tag: definition.label,
    body: listQuery
      .omit({ page: true, pageSize: true })
      .extend({ columns: z.array(z.string().max(60)).max(100).optional() }),
    reply: taskStarted,
  });
}

/** Choices for a reference field: the first matches of the search, with ids that must be among them. */
export function optionsEndpoint(definition: ResourceDefinition) {
  return defineEndpoint({
    id: `${definition.name}.options`,
    method: 'GET',
    path: `/api/${definition.path}/options`,
    access: definition.permissions.view,
    summary: `可选的${definition.label}`,
    tag: definition.label,
    query: z.object({
      q: z.string().max(60).optional(),
      communityId: id.optional(),
      ids: z.string().max(4000).optional(),
    }),
    reply: z.object({ rows: z.array(z.object({ id, label: z.string() })) }),
  });
}
