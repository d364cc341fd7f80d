import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { defineErrors, raiser } from '../errors.ts';
import { id, idParams, instant, ok } from '../wire.ts';
import { dashboardCharts, dashboardFigures } from './dashboard.ts';

const tag = '电视墙';

export const wallErrors = defineErrors({
  'wall.allRequired': { status: 403, text: '您只管理部分小区，只能为其中一个小区生成电视墙链接' },
  'wall.linkInvalid': { status: 404, text: '这个电视墙链接无效或已撤回，请让管理人员重新生成' },
});
export const wallFail = raiser(wallErrors);

/** What the screen shows: the dashboard's own figures. No name of a person is among them. */
const wall = z.object({
  /** Name of the community; of the company for all of them. */
  title: z.string(),
  at: instant,
  figures: dashboardFigures.reply,
  charts: dashboardCharts.reply,
});
export type Wall = z.infer<typeof wall>;

export const viewWall = defineEndpoint({
  id: 'wall.view',
  method: 'GET',
  path: '/api/wall',
  access: 'dashboard.view',
  summary: '电视墙的数字，按登录人的数据范围',
  tag,
  query: z.object({ communityId: id.optional() }),
  reply: wall,
});

/** Where the screen's page is; the token lies in the address, because nobody is signed in at a screen on a wall. */
export const wallPagePath = (token: string) => `/wall/${token}`;

export const openWall = defineEndpoint({
  id: 'wall.open',
  method: 'GET',
  path: '/api/wall/links/:token',
  access: 'public',
  summary: '凭链接看电视墙的数字，不用登录，只读',
  tag,
  params: z.object({ token: z.string().max(200) }),
  reply: wall,
});

const wallLink = z.object({
  id,
  name: z.string(),
  /** Null: every community of the company. */
  communityId: id.nullable(),
  communityName: z.string(),
  createdAt: instant,
  createdBy: z.string(),
  lastOpenedAt: instant.nullable(),
  revokedAt: instant.nullable(),
  /** Address of its page on this site; empty once it is taken back. */
  path: z.string(),
});
export type WallLink = z.infer<typeof wallLink>;

export const listWallLinks = defineEndpoint({
  id: 'wallLink.list',
  method: 'GET',
  path: '/api/wall-links',
  access: 'wall.share',
  summary: '电视墙链接，有效的在前',
  tag,
  reply: z.object({ rows: z.array(wallLink) }),
});

export const createWallLink = defineEndpoint({
  id: 'wallLink.create',
  method: 'POST',
  path: '/api/wall-links',
  access: 'wall.share',
  summary: '生成电视墙链接：一个小区，或全公司',
  tag,
  body: z.object({
    communityId: id.nullable(),
    name: z.string().trim().min(1, '请写明放在哪里，如“大堂电视”').max(40),
  }),
  reply: z.object({ id, path: z.string() }),
});

export const revokeWallLink = defineEndpoint({
  id: 'wallLink.revoke',
  method: 'POST',
  path: '/api/wall-links/:id/revoke',
  access: 'wall.share',
  summary: '撤回电视墙链接',
  tag,
  params: idParams,
  reply: ok,
});
