import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, id, idParams, instant, money } from '../wire.ts';

/** Kinds of things that happened (EST-10), in the order of the filter. A later domain adds its line. */
export const fileEventKinds = {
  moveIn: '迁入',
  moveOut: '迁出',
  bill: '账单',
  payment: '收款',
  reversal: '撤销收款',
  dunning: '催缴',
  binding: '收费标准',
  application: '入住申请',
  invitation: '邀请',
  audit: '资料变更',
} as const;
export type FileEventKind = keyof typeof fileEventKinds;
const kindKeys = Object.keys(fileEventKinds) as [FileEventKind, ...FileEventKind[]];

export const fileEvent = z.object({
  /** Unique within a reply. */
  key: z.string(),
  kind: z.enum(kindKeys),
  day,
  at: instant,
  communityId: id.nullable(),
  /** The house or parking space it is about; empty where it is about the person. */
  place: z.string(),
  title: z.string(),
  detail: z.string(),
  amount: money.nullable(),
  /** Row of the list `link.resource` that tells more; null where there is none. */
  link: z.object({ resource: z.enum(['bill', 'receipt', 'house', 'resident']), id }).nullable(),
});
export type FileEvent = z.infer<typeof fileEvent>;

const query = z.object({
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(200).default(50),
  /** Comma-separated kinds; none is all. */
  kinds: z
    .string()
    .max(200)
    .optional()
    .refine(
      (text) => (text ?? '').split(',').every((one) => one === '' || one in fileEventKinds),
      '种类不在可选范围内',
    ),
});
const reply = z.object({
  rows: z.array(fileEvent),
  total: z.number(),
  /** How many of each kind the reader may see, whatever is filtered. */
  counts: z.record(z.string(), z.number()),
});

export const residentFile = defineEndpoint({
  id: 'resident.file',
  method: 'GET',
  path: '/api/residents/:id/file',
  access: 'resident.view',
  summary: '住户档案：这位住户名下的迁入迁出、账单、收款等，按时间排列',
  tag: '住户档案',
  params: idParams,
  query,
  reply,
});

export const houseFile = defineEndpoint({
  id: 'house.file',
  method: 'GET',
  path: '/api/houses/:id/file',
  access: 'house.view',
  summary: '房屋档案：这套房屋的全部往来，按时间排列',
  tag: '住户档案',
  params: idParams,
  query,
  reply,
});
