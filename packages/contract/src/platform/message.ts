import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, idParams, instant, ok } from '../wire.ts';

export const messageView = z.object({
  id,
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
  summary: '我的站内消息（最近 100 条）和未读数',
  tag: '消息',
  reply: z.object({ rows: z.array(messageView), unread: z.number() }),
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
