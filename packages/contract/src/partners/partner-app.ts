import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { created, id, idParams, instant, ok } from '../wire.ts';
import { partnerScopeNames } from './scopes.ts';

const tag = '应用广场';
const scopes = z.array(z.enum(partnerScopeNames)).min(1, '请至少选择一项权限').max(partnerScopeNames.length);

export const partnerAppBody = z.object({
  name: z.string().trim().min(1, '请填写名称').max(40),
  maker: z.string().trim().min(1, '请填写开发者').max(60),
  description: z.string().trim().max(500),
  askedScopes: scopes,
});
export type PartnerAppBody = z.infer<typeof partnerAppBody>;

export const partnerGrantView = z.object({
  id,
  communityId: id,
  communityName: z.string(),
  scopes: z.array(z.enum(partnerScopeNames)),
  grantedAt: instant,
  grantedByName: z.string(),
  revokedAt: instant.nullable(),
  revokedByName: z.string(),
  /** That work now. */
  keyCount: z.number().int(),
  lastUsedAt: instant.nullable(),
});
export type PartnerGrantView = z.infer<typeof partnerGrantView>;

export const partnerAppView = partnerAppBody.extend({
  id,
  version: z.number().int(),
  createdAt: instant,
  /** Standing ones first; of communities in sight. */
  grants: z.array(partnerGrantView),
});
export type PartnerAppView = z.infer<typeof partnerAppView>;

export const listPartnerApps = defineEndpoint({
  id: 'partnerApp.list',
  method: 'GET',
  path: '/api/partner-apps',
  access: 'partnerApp.view',
  summary: '登记的应用及各小区的授权',
  tag,
  reply: z.object({ rows: z.array(partnerAppView) }),
});

export const createPartnerApp = defineEndpoint({
  id: 'partnerApp.create',
  method: 'POST',
  path: '/api/partner-apps',
  access: 'partnerApp.edit',
  summary: '登记一个应用',
  tag,
  body: partnerAppBody,
  reply: created,
});

export const updatePartnerApp = defineEndpoint({
  id: 'partnerApp.update',
  method: 'PUT',
  path: '/api/partner-apps/:id',
  access: 'partnerApp.edit',
  summary: '修改应用；不再申请的权限不影响已有的授权',
  tag,
  params: idParams,
  body: partnerAppBody.extend({ version: z.number().int() }),
  reply: ok,
});

export const grantPartnerApp = defineEndpoint({
  id: 'partnerApp.grant',
  method: 'POST',
  path: '/api/partner-apps/:id/grants',
  access: 'partnerApp.grant',
  summary: '把应用申请的权限授予一些小区',
  tag,
  params: idParams,
  body: z.object({ communityIds: z.array(id).min(1, '请选择小区').max(200), scopes }),
  reply: z.object({ grantIds: z.array(id) }),
});

export const revokePartnerGrant = defineEndpoint({
  id: 'partnerGrant.revoke',
  method: 'POST',
  path: '/api/partner-grants/:id/revoke',
  access: 'partnerApp.grant',
  summary: '收回授权，密钥和推送立即失效',
  tag,
  params: idParams,
  reply: ok,
});
