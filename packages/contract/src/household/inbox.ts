import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, instant, ok } from '../wire.ts';

const tag = '住户端';
const base = '/api/resident';

const ownMessage = z.object({
  id,
  title: z.string(),
  body: z.string(),
  sentAt: instant,
  isNew: z.boolean(),
  /** A page of the client where one goes on from here, `/dues`; empty when there is none. */
  page: z.string(),
});
export type OwnMessage = z.infer<typeof ownMessage>;

export const listOwnMessages = defineEndpoint({
  id: 'household.messages',
  method: 'GET',
  path: `${base}/messages`,
  access: 'resident',
  summary: '发给自己的消息，新的在前，保留半年',
  tag,
  query: z.object({ page: z.coerce.number().int().min(1).max(50).default(1) }),
  reply: z.object({ rows: z.array(ownMessage), hasMore: z.boolean(), newCount: z.number() }),
});

export const seeOwnMessages = defineEndpoint({
  id: 'household.seeMessages',
  method: 'POST',
  path: `${base}/messages/seen`,
  access: 'resident',
  summary: '到现在为止的消息都看过了',
  tag,
  body: z.strictObject({}),
  reply: ok,
});
