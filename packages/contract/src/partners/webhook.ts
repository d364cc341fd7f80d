import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, idParams, instant, ok } from '../wire.ts';
import { webhookEventNames } from './scopes.ts';

const tag = '开放平台';
const events = z.array(z.enum(webhookEventNames)).min(1, '请至少选择一种事件').max(webhookEventNames.length);
const url = z.string().trim().min(1, '请填写地址').max(500);

export const webhookEndpointView = z.object({
  id,
  partnerGrantId: id,
  appName: z.string(),
  url: z.string(),
  events: z.array(z.enum(webhookEventNames)),
  isOn: z.boolean(),
  /** The grant was taken back, or the secret cannot be opened here: nothing is sent. */
  isUsable: z.boolean(),
  version: z.number().int(),
  createdAt: instant,
  waitingCount: z.number().int(),
  givenUpCount: z.number().int(),
});
export type WebhookEndpointView = z.infer<typeof webhookEndpointView>;

export const listWebhookEndpoints = defineEndpoint({
  id: 'webhookEndpoint.list',
  method: 'GET',
  path: '/api/webhook-endpoints',
  access: 'openPlatform.view',
  summary: '一个小区的推送地址',
  tag,
  query: z.object({ communityId: id }),
  reply: z.object({ rows: z.array(webhookEndpointView) }),
});

export const createWebhookEndpoint = defineEndpoint({
  id: 'webhookEndpoint.create',
  method: 'POST',
  path: '/api/webhook-endpoints',
  access: 'openPlatform.edit',
  summary: '新增推送地址；签名密钥只在这一次应答里给出',
  tag,
  body: z.object({ partnerGrantId: id, url, events }),
  reply: z.object({ id, secret: z.string() }),
});

export const updateWebhookEndpoint = defineEndpoint({
  id: 'webhookEndpoint.update',
  method: 'PUT',
  path: '/api/webhook-endpoints/:id',
  access: 'openPlatform.edit',
  summary: '修改推送地址、事件、启用与停用',
  tag,
  params: idParams,
  body: z.object({ url, events, isOn: z.boolean(), version: z.number().int() }),
  reply: ok,
});

export const renewWebhookSecret = defineEndpoint({
  id: 'webhookEndpoint.renewSecret',
  method: 'POST',
  path: '/api/webhook-endpoints/:id/secret',
  access: 'openPlatform.edit',
  summary: '更换签名密钥，立即生效',
  tag,
  params: idParams,
  reply: z.object({ secret: z.string() }),
});

export const webhookStates = {
  waiting: '待推送',
  sending: '推送中',
  failed: '失败，将重试',
  sent: '已送达',
  givenUp: '已放弃',
} as const;
const state = z.enum(Object.keys(webhookStates) as [keyof typeof webhookStates]);

export const webhookDeliveryView = z.object({
  id,
  url: z.string(),
  appName: z.string(),
  eventId: z.string(),
  eventKind: z.string(),
  state,
  attemptCount: z.number().int(),
  nextAttemptAt: instant.nullable(),
  lastAnswer: z.string(),
  createdAt: instant,
  endedAt: instant.nullable(),
});
export type WebhookDeliveryView = z.infer<typeof webhookDeliveryView>;

export const listWebhookDeliveries = defineEndpoint({
  id: 'webhookDelivery.list',
  method: 'GET',
  path: '/api/webhook-deliveries',
  access: 'openPlatform.view',
  summary: '推送记录，最近的在前',
  tag,
  query: z.object({
    communityId: id,
    state: state.optional(),
    page: z.coerce.number().int().min(1).max(100_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({ rows: z.array(webhookDeliveryView), total: z.number().int() }),
});

export const webhookAttemptView = z.object({
  number: z.number().int(),
  startedAt: instant,
  milliseconds: z.number().int().nullable(),
  status: z.number().int().nullable(),
  answer: z.string(),
});

export const getWebhookDelivery = defineEndpoint({
  id: 'webhookDelivery.get',
  method: 'GET',
  path: '/api/webhook-deliveries/:id',
  access: 'openPlatform.view',
  summary: '一条推送的内容和每次经过',
  tag,
  params: idParams,
  reply: webhookDeliveryView.extend({ body: z.string(), attempts: z.array(webhookAttemptView) }),
});

export const resendWebhookDelivery = defineEndpoint({
  id: 'webhookDelivery.resend',
  method: 'POST',
  path: '/api/webhook-deliveries/:id/resend',
  access: 'openPlatform.edit',
  summary: '重发放弃的或正等重试的推送；事件编号不变',
  tag,
  params: idParams,
  reply: ok,
});
