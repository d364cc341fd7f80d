import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, id, instant } from '../wire.ts';

export const auditView = z.object({
  id,
  at: instant,
  actorName: z.string(),
  action: z.string(),
  targetKind: z.string(),
  targetId: id.nullable(),
  targetLabel: z.string(),
  communityLabel: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
  ip: z.string(),
  /** Place in the hash chain; null until it is sealed, within a minute. */
  sequence: z.number().nullable(),
});
export type AuditView = z.infer<typeof auditView>;

export const listAudit = defineEndpoint({
  id: 'audit.list',
  method: 'GET',
  path: '/api/audit',
  access: 'audit.view',
  summary: '操作日志：谁在何时做了什么',
  tag: '操作日志',
  query: z.object({
    page: z.coerce.number().int().min(1).max(100_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(200).default(50),
    q: z.string().trim().max(60).optional(),
    action: z.string().max(60).optional(),
    targetId: id.optional(),
    from: day.optional(),
    to: day.optional(),
  }),
  reply: z.object({ rows: z.array(auditView), total: z.number() }),
});
