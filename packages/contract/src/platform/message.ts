import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, idParams, instant, ok } from '../wire.ts';

export const messageView = z.object({
  id,
  /** Kind of the event it tells of: `task.finished`. */
  kind: z.string(),
  title: z.string(),
  body: z.string(),
  /** Address within the back office, or empty. */
  link: z.string(),
  createdAt: instant,
  readAt: instant.nullable(),
});
export type MessageView = z.infer<typeof messageView>;

export const listMessages = defineEndpoint({
  id: 'message.list',
  method: 'GET',
  path: '/api/messages',
  access: 'signedIn',
  summary: '我的站内消息和未读数，新的在前',
  tag: '消息',
  query: z.object({
    page: z.coerce.number().int().min(1).max(100_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(200).default(50),
    state: z.enum(['all', 'unread']).default('all'),
    kind: z.string().max(60).optional(),
  }),
  reply: z.object({
    rows: z.array(messageView),
    total: z.number(),
    unread: z.number(),
    /** Kinds that occur among the person's messages, with their names, for the filter. */
    kinds: z.array(z.object({ kind: z.string(), name: z.string() })),
  }),
});

/** Asked every half minute by every open page: one figure from one index. */
export const countUnreadMessages = defineEndpoint({
  id: 'message.unread',
  method: 'GET',
  path: '/api/messages/unread',
  access: 'signedIn',
  summary: '我的未读消息数',
  tag: '消息',
  reply: z.object({ unread: z.number() }),
});

export const readMessage = defineEndpoint({
  id: 'message.read',
  method: 'POST',
  path: '/api/messages/:id/read',
  access: 'signedIn',
  summary: '标记一条消息为已读',
  tag: '消息',
  params: idParams,
  reply: ok,
});

export const readAllMessages = defineEndpoint({
  id: 'message.readAll',
  method: 'POST',
  path: '/api/messages/read',
  access: 'signedIn',
  summary: '全部标记为已读',
  tag: '消息',
  reply: ok,
});
