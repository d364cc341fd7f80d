import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, ok } from '../wire.ts';
import { residentChannels, staffChannels } from './message-channel.ts';

const staffChannel = z.enum(staffChannels);
const residentChannel = z.enum(residentChannels);

/** Residents are told by every channel chosen, or in their order by the first that takes it. */
export const residentWays = { all: '每种都发', first: '按顺序，发到一种为止' } as const;
const residentWay = z.enum(Object.keys(residentWays) as [keyof typeof residentWays, ...(keyof typeof residentWays)[]]);

const scope = z.object({ communityId: id, buildingId: id.nullable() });

/** Who besides those concerned is told: a person, everybody of a permission group (岗位), or of a department and those below it. */
export const subscriber = z.object({
  staffId: id.nullable(),
  permissionGroupId: id.nullable(),
  departmentId: id.nullable(),
  channels: z.array(staffChannel).min(1, '请至少选择一个渠道').max(staffChannels.length),
  /** All communities, or only those of `scopes`. */
  isEverywhere: z.boolean(),
  scopes: z.array(scope).max(500),
});
export type Subscriber = z.infer<typeof subscriber>;

export const notificationView = z.object({
  kind: z.string(),
  name: z.string(),
  group: z.string(),
  /** When it happens, in one Chinese line. */
  help: z.string(),
  /** Who is concerned by itself (任务发起人); null when nobody is. */
  personalLabel: z.string().nullable(),
  personalChannels: z.array(staffChannel),
  /** Which residents are concerned; null when none is. */
  residentLabel: z.string().nullable(),
  residentChannels: z.array(residentChannel),
  residentWay,
  /** Whether the event happens somewhere, so that a place can be chosen. */
  hasPlace: z.boolean(),
  subscribers: z.array(subscriber),
  version: z.number(),
});
export type NotificationView = z.infer<typeof notificationView>;

export const listNotifications = defineEndpoint({
  id: 'notification.list',
  method: 'GET',
  path: '/api/notifications',
  access: 'notification.view',
  summary: '通知设置：每种事件告诉谁、走什么渠道',
  tag: '消息',
  reply: z.object({
    rows: z.array(notificationView),
    staff: z.array(z.object({ id, name: z.string(), position: z.string() })),
    groups: z.array(z.object({ id, name: z.string() })),
    /** By path: `工程部/维修组`. */
    departments: z.array(z.object({ id, name: z.string() })),
    /** Channels that are switched on. */
    openChannels: z.array(z.string()),
  }),
});

export const saveNotification = defineEndpoint({
  id: 'notification.save',
  method: 'PUT',
  path: '/api/notifications/:kind',
  access: 'notification.edit',
  summary: '修改一种事件的通知设置',
  tag: '消息',
  params: z.object({ kind: z.string().max(60) }),
  body: z.object({
    personalChannels: z.array(staffChannel).max(staffChannels.length),
    /** In the order in which they are tried. */
    residentChannels: z.array(residentChannel).max(residentChannels.length),
    residentWay: residentWay.default('all'),
    subscribers: z.array(subscriber).max(100, '最多 100 个接收人'),
    version: z.number().int().min(0).max(2_000_000_000),
  }),
  reply: ok,
});
