import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, id, instant, taskStarted } from '../wire.ts';

export const followerStates = { following: '已关注', left: '已取消关注' } as const;

const followerView = z.object({
  id,
  /** The openid with its middle hidden. */
  openIdMasked: z.string(),
  state: z.enum(['following', 'left']),
  /** Null: before this product knew the account. */
  followedAt: instant.nullable(),
  leftAt: instant.nullable(),
  lastSeenAt: instant.nullable(),
  isBound: z.boolean(),
  /** The resident bound to it, where the person who looks may see one. */
  residentId: id.nullable(),
  residentName: z.string().nullable(),
  communityNames: z.array(z.string()),
});
export type OfficialFollowerView = z.infer<typeof followerView>;

const tag = '公众号';

export const listOfficialFollowers = defineEndpoint({
  id: 'officialFollower.list',
  method: 'GET',
  path: '/api/official-account/followers',
  access: 'officialAccount.view',
  summary: '公众号的关注者，是否绑定住户',
  tag,
  query: z.object({
    page: z.coerce.number().int().min(1).max(100_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(200).default(50),
    state: z.enum(['following', 'left']).optional(),
    bound: z.enum(['yes', 'no']).optional(),
    /** Name of the resident. */
    q: z.string().trim().max(60).optional(),
    /** Days on which they followed. */
    from: day.optional(),
    to: day.optional(),
  }),
  reply: z.object({ rows: z.array(followerView), total: z.number() }),
});

export const syncOfficialFollowers = defineEndpoint({
  id: 'officialFollower.sync',
  method: 'POST',
  path: '/api/official-account/followers/sync',
  access: 'officialAccount.publish',
  summary: '从微信读取全部关注者',
  tag,
  reply: taskStarted,
});
