import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, id, instant, money, ok } from '../wire.ts';
import {
  type CallOutcome,
  callOutcomes,
  type DunningChannel,
  type DunningReason,
  dunningChannels,
  dunningReasons,
} from './words.ts';

const tag = '催缴';

const channel = z.enum(Object.keys(dunningChannels) as [DunningChannel, ...DunningChannel[]]);
const reason = z.enum(Object.keys(dunningReasons) as [DunningReason, ...DunningReason[]]);

/**
 * Who is to be asked. `bills`: these bills and no others. `houses`: what these houses, with their parking spaces, and parking
 * spaces owe by the end of this month. `raising`, `import`: the bills of one raising or one import. `list`: the households
 * that the list of dunning shows for `list`.
 */
export const dunningSelection = z.strictObject({
  by: z.enum(['bills', 'houses', 'raising', 'import', 'list']),
  ids: z.array(id).max(5000, '一次最多选 5000 项').default([]),
  list: z
    .strictObject({
      communityId: id.optional(),
      q: z.string().max(100).optional(),
      filter: z.string().max(8000).optional(),
    })
    .default({}),
});
export type DunningSelection = z.input<typeof dunningSelection>;

const order = z.strictObject({
  selection: dunningSelection,
  channels: z.array(channel).min(1, '请至少选一个渠道').max(3),
});
export type DunningOrder = z.output<typeof order>;

const forecast = z.object({
  channel,
  /** Households that will get it. */
  sendCount: z.number(),
  /** Of a short message: pieces that will be used. */
  smsPieces: z.number(),
  /** Why others do not: households by reason. */
  refused: z.array(z.object({ reason, count: z.number() })),
  /** The first of them, as people read it: `1栋-101 在 2026-03-08 已发过，2026-03-11 起才能再发`. */
  examples: z.array(z.string()),
});
export type DunningForecast = z.infer<typeof forecast>;

export const previewDunning = defineEndpoint({
  id: 'dunning.preview',
  method: 'POST',
  path: '/api/dunning/preview',
  access: 'dunning.send',
  summary: '催缴前预览：多少户、多少户联系不上、多少户未到间隔；不发送',
  tag,
  body: order,
  reply: z.object({
    households: z.number(),
    billCount: z.number(),
    /** Principal outstanding. */
    outstanding: money,
    channels: z.array(forecast),
    /** Whether messages carry a link: an address for residents is set. */
    hasLink: z.boolean(),
    /** Short messages left; null where the company sets no limit. */
    smsLeft: z.number().nullable(),
  }),
});

export const startDunning = defineEndpoint({
  id: 'dunning.start',
  method: 'POST',
  path: '/api/dunning',
  access: 'dunning.send',
  summary: '发送催缴：一户一条，合计该户的欠费；在后台进行',
  tag,
  body: order,
  reply: z.object({ taskId: id, households: z.number() }),
});

/** Result of the task. */
export const dunningResult = z.object({
  households: z.number(),
  sent: z.number(),
  held: z.number(),
  unreachable: z.number(),
  settled: z.number(),
});

const historyEntry = z.object({
  key: z.string(),
  at: instant,
  /** 微信催缴，提醒函，电话 */
  what: z.string(),
  /** What became of it, in Chinese. */
  state: z.string(),
  detail: z.string(),
  sum: money.nullable(),
  /** Who did it, or the plan. */
  who: z.string(),
});
export type DunningHistoryEntry = z.infer<typeof historyEntry>;

export const readDunningHistory = defineEndpoint({
  id: 'dunning.history',
  method: 'GET',
  path: '/api/dunning/targets/:targetId',
  access: 'dunning.view',
  summary: '一户的催缴记录：消息、催缴单、函件、电话，最近的在前',
  tag,
  params: z.object({ targetId: id }),
  reply: z.object({ rows: z.array(historyEntry) }),
});

export const noteDunningCall = defineEndpoint({
  id: 'dunning.noteCall',
  method: 'POST',
  path: '/api/dunning/calls',
  access: 'dunning.send',
  summary: '登记一次电话催缴的结果',
  tag,
  body: z.strictObject({
    targetId: id,
    outcome: z.enum(Object.keys(callOutcomes) as [CallOutcome, ...CallOutcome[]]),
    /** Only where a payment was promised. */
    promisedOn: day.nullable().default(null),
    note: z.string().trim().max(200).default(''),
  }),
  reply: ok,
});

/** Where a resident opens what is due, signed in nowhere. */
export const duePagePath = (token: string) => `/pay/${token}`;

export const openDuePage = defineEndpoint({
  id: 'dunning.open',
  method: 'GET',
  path: '/pay/:token',
  access: 'public',
  summary: '住户凭催缴消息里的链接打开的待缴费用',
  tag,
  transport: 'download',
  params: z.object({ token: z.string().max(200) }),
  reply: z.unknown(),
});
