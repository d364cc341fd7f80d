import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, idParams, instant, ok } from '../wire.ts';
import { partnerScopeNames } from './scopes.ts';

const tag = '开放平台';

export const partnerKeyStates = { active: '有效', ending: '即将停用', ended: '已到期', revoked: '已停用' } as const;

export const partnerKeyView = z.object({
  id,
  /** What requests name in `X-Anlin-Key`. */
  accessId: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(partnerScopeNames)),
  allowedAddresses: z.array(z.string()),
  requestsPerMinute: z.number().int(),
  /** Last four characters of the secret, to tell which it is. */
  secretTail: z.string(),
  state: z.enum(Object.keys(partnerKeyStates) as [keyof typeof partnerKeyStates]),
  createdAt: instant,
  createdByName: z.string(),
  endsAt: instant.nullable(),
  revokedAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
  lastAddress: z.string(),
});
export type PartnerKeyView = z.infer<typeof partnerKeyView>;

export const openGrantView = z.object({
  id,
  appId: id,
  appName: z.string(),
  maker: z.string(),
  communityId: id,
  communityName: z.string(),
  scopes: z.array(z.enum(partnerScopeNames)),
  grantedAt: instant,
  keys: z.array(partnerKeyView),
});
export type OpenGrantView = z.infer<typeof openGrantView>;

export const readOpenPlatform = defineEndpoint({
  id: 'openPlatform.read',
  method: 'GET',
  path: '/api/open-platform',
  access: 'openPlatform.view',
  summary: '一个小区的授权、密钥和银行流水开关',
  tag,
  query: z.object({ communityId: id }),
  reply: z.object({ sharesBankStatements: z.boolean(), grants: z.array(openGrantView) }),
});

export const shareBankStatements = defineEndpoint({
  id: 'openPlatform.shareStatements',
  method: 'PUT',
  path: '/api/open-platform/statements',
  access: 'openPlatform.edit',
  summary: '允许或不允许财务软件获取银行流水',
  tag,
  body: z.object({ communityId: id, isAllowed: z.boolean() }),
  reply: ok,
});

const addresses = z.array(z.string().trim().min(1).max(50)).max(50);
/** Shown once, in the reply that made it. */
const newKey = z.object({ id, accessId: z.string(), secret: z.string() });

export const createPartnerKey = defineEndpoint({
  id: 'partnerKey.create',
  method: 'POST',
  path: '/api/partner-keys',
  access: 'openPlatform.edit',
  summary: '新建密钥；密钥只在这一次应答里给出',
  tag,
  body: z.object({
    partnerGrantId: id,
    name: z.string().trim().max(40),
    scopes: z.array(z.enum(partnerScopeNames)).min(1, '请至少选择一项权限').max(partnerScopeNames.length),
    allowedAddresses: addresses,
    requestsPerMinute: z.number().int().min(1).max(6000),
    endsAt: instant.nullable(),
  }),
  reply: newKey,
});

export const updatePartnerKey = defineEndpoint({
  id: 'partnerKey.update',
  method: 'PUT',
  path: '/api/partner-keys/:id',
  access: 'openPlatform.edit',
  summary: '修改密钥的名称、来源地址、每分钟次数、到期时间',
  tag,
  params: idParams,
  body: z.object({
    name: z.string().trim().max(40),
    allowedAddresses: addresses,
    requestsPerMinute: z.number().int().min(1).max(6000),
    endsAt: instant.nullable(),
  }),
  reply: ok,
});

export const rotatePartnerKey = defineEndpoint({
  id: 'partnerKey.rotate',
  method: 'POST',
  path: '/api/partner-keys/:id/rotate',
  access: 'openPlatform.edit',
  summary: '更换密钥：新的立即可用，旧的用到所选时间为止',
  tag,
  params: idParams,
  /** Null: the old one ends at once. */
  body: z.object({ oldEndsAt: instant.nullable() }),
  reply: newKey,
});

export const revokePartnerKey = defineEndpoint({
  id: 'partnerKey.revoke',
  method: 'POST',
  path: '/api/partner-keys/:id/revoke',
  access: 'openPlatform.edit',
  summary: '立即停用密钥',
  tag,
  params: idParams,
  reply: ok,
});
