import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, id, idParams, instant, ok } from '../wire.ts';
import { type Channel, channelLabels } from './message-channel.ts';

const channel = z.enum(Object.keys(channelLabels) as [Channel, ...Channel[]]);

export const deliveryStates = {
  waiting: '待发送',
  sending: '发送中',
  sent: '已发送',
  failed: '失败，将重试',
  givenUp: '已放弃',
} as const;
const state = z.enum(Object.keys(deliveryStates) as [keyof typeof deliveryStates, ...(keyof typeof deliveryStates)[]]);

export const deliveryView = z.object({
  id,
  eventKind: z.string(),
  eventName: z.string(),
  channel,
  state,
  /** `phone`: a code for somebody who need not be registered yet. */
  recipientKind: z.enum(['staff', 'resident', 'phone']),
  recipientName: z.string(),
  /** Phone, e-mail or openid with its middle hidden. */
  addressMasked: z.string(),
  communityLabel: z.string().nullable(),
  title: z.string(),
  body: z.string(),
  attemptCount: z.number(),
  nextAttemptAt: instant.nullable(),
  lastAnswer: z.string(),
  createdAt: instant,
  endedAt: instant.nullable(),
});
export type DeliveryView = z.infer<typeof deliveryView>;

export const attemptView = z.object({
  number: z.number(),
  startedAt: instant,
  /** Null: the server stopped before the answer came. */
  endedAt: instant.nullable(),
  outcome: z.enum(['sent', 'found', 'refused', 'limited', 'unreachable', 'unknown']).nullable(),
  code: z.string(),
  answer: z.string(),
});
export type AttemptView = z.infer<typeof attemptView>;

export const listDeliveries = defineEndpoint({
  id: 'messageDelivery.list',
  method: 'GET',
  path: '/api/message-deliveries',
  access: 'messageLog.view',
  summary: '消息推送记录',
  tag: '消息',
  query: z.object({
    page: z.coerce.number().int().min(1).max(100_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(200).default(50),
    /** Name of the recipient, or the last digits of the phone. */
    q: z.string().trim().max(60).optional(),
    channel: channel.optional(),
    state: state.optional(),
    eventKind: z.string().max(60).optional(),
    from: day.optional(),
    to: day.optional(),
  }),
  reply: z.object({
    rows: z.array(deliveryView),
    total: z.number(),
    events: z.array(z.object({ kind: z.string(), name: z.string() })),
  }),
});

export const getDelivery = defineEndpoint({
  id: 'messageDelivery.get',
  method: 'GET',
  path: '/api/message-deliveries/:id',
  access: 'messageLog.view',
  summary: '一条推送及其每次尝试',
  tag: '消息',
  params: idParams,
  reply: deliveryView.extend({ attempts: z.array(attemptView) }),
});

export const resendDelivery = defineEndpoint({
  id: 'messageDelivery.resend',
  method: 'POST',
  path: '/api/message-deliveries/:id/resend',
  access: 'messageLog.resend',
  summary: '再发一次失败或已放弃的推送',
  tag: '消息',
  params: idParams,
  reply: ok,
});
