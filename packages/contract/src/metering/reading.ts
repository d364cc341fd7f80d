import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { orPending } from '../platform/approvals.ts';
import { created, day, id, idParams, money, month, ok } from '../wire.ts';
import { meterKinds, readingOutcomes } from './resources.ts';

const tag = '抄表';

/** What a dial shows: up to three decimals. */
export const dialInput = z
  .string()
  .trim()
  .regex(/^\d{1,10}(\.\d{1,3})?$/, '读数应为不小于 0 的数字，最多三位小数');
const reason = z.string().trim().max(200, '说明最多 200 个字');
const kind = z.enum(Object.keys(meterKinds) as [keyof typeof meterKinds]);

/** A meter is changed for another: it keeps its readings, the new one takes its place and its next reading counts both. */
export const replaceMeter = defineEndpoint({
  id: 'meter.replace',
  method: 'POST',
  path: '/api/meters/:id/replace',
  access: 'meter.edit',
  summary: '换表：记下旧表止度和新表起度，下次抄表时两块表的用量一起算',
  tag,
  params: idParams,
  body: z.strictObject({
    version: z.int(),
    number: z.string().trim().min(1, '请填写新表编号').max(40, '仪表编号最多 40 个字'),
    closing: dialInput,
    opening: dialInput,
    replacedOn: day,
    multiplier: z
      .string()
      .trim()
      .regex(/^\d{1,8}(\.\d{1,2})?$/, '倍率应为大于 0 的数字，最多两位小数')
      .refine((text) => Number(text) > 0, '倍率应大于 0')
      .optional(),
    digits: z.int().min(3, '表盘位数为 3 到 10').max(10, '表盘位数为 3 到 10').optional(),
  }),
  reply: created,
});

/** What a person typed for one meter. Left out: nothing of the kind happened. */
export const readingInput = z.strictObject({
  meterId: id,
  current: dialInput,
  isRolledOver: z.boolean().default(false),
  /** The dial was changed in this month under the same number. */
  replaced: z.strictObject({ closing: dialInput, opening: dialInput }).nullable().default(null),
  sharedPart: z
    .string()
    .trim()
    .regex(/^\d{1,10}(\.\d{1,6})?$/, '公摊用量应为不小于 0 的数字，最多六位小数')
    .default('0'),
  /** Why it is right although the check warns. */
  confirmation: reason.default(''),
  /** Version of the reading that is there and is to be changed. */
  version: z.int().nullable().default(null),
});
export type ReadingInput = z.infer<typeof readingInput>;

const readings = z.array(readingInput).min(1, '请先录入读数').max(2000, '一次最多 2000 条，请按楼宇分开录入');

export const readingIssues = {
  lower: '低于上期',
  leap: '用量突增',
  zero: '零用量',
  gap: '有漏抄',
} as const;
export type ReadingIssueKind = keyof typeof readingIssues;

export const readingIssue = z.object({
  kind: z.enum(Object.keys(readingIssues) as [ReadingIssueKind]),
  /** What is odd and what to do, in Chinese. */
  text: z.string(),
});

/** What comes of one reading, whether saved or not. */
export const judgedReading = z.object({
  meterId: id,
  previous: z.string(),
  /** Null: it cannot be worked out until the issue is answered. */
  usage: z.string().nullable(),
  /** Each must be confirmed with a reason; `lower` must be answered by roll-over or replacement. */
  issues: z.array(readingIssue),
  /** Yuan; null where the meter makes no bill. */
  amount: money.nullable(),
  /** Calculation as a sentence, or why there is no bill. */
  sentence: z.string(),
  /** Why it cannot be saved at all; empty when it can. */
  problem: z.string(),
});
export type JudgedReading = z.infer<typeof judgedReading>;

export const checkReadings = defineEndpoint({
  id: 'meterReading.check',
  method: 'POST',
  path: '/api/meter-readings/check',
  access: 'meterReading.record',
  summary: '核对读数：用量、金额和需要确认的地方，不保存',
  tag,
  body: z.strictObject({ month, readings }),
  reply: z.object({ rows: z.array(judgedReading) }),
});

export const saveReadings = defineEndpoint({
  id: 'meterReading.save',
  method: 'POST',
  path: '/api/meter-readings',
  access: 'meterReading.record',
  summary: '保存读数；需要确认而没有说明的不保存，逐条退回。改已有的读数会作废并重出未收款的账单',
  tag,
  body: z.strictObject({
    month,
    /** Left out: today. */
    readOn: day.optional(),
    /** Raises the bills at once. */
    raisesBills: z.boolean().default(false),
    readings,
  }),
  reply: z.object({
    saved: z.array(judgedReading.extend({ id, version: z.number(), billId: id.nullable() })),
    returned: z.array(judgedReading),
  }),
});

export const deleteReading = defineEndpoint({
  id: 'meterReading.delete',
  method: 'DELETE',
  path: '/api/meter-readings/:id',
  access: 'meterReading.delete',
  summary: '删除一条抄表记录，它未收款的账单一起作废；设了审批流程时改为提交申请',
  tag,
  params: idParams,
  query: z.object({ reason: reason.optional() }),
  reply: orPending(ok),
});

export const raiseReadings = defineEndpoint({
  id: 'meterReading.raise',
  method: 'POST',
  path: '/api/meter-readings/raise',
  access: 'bill.raise',
  summary: '把某月还没有账单的抄表记录生成账单',
  tag,
  body: z.strictObject({
    communityId: id,
    month,
    kind: kind.optional(),
    buildingId: id.optional(),
    ids: z.array(id).max(20_000).optional(),
  }),
  reply: z.object({
    billCount: z.number(),
    sum: money,
    /** Readings that make no bill, and why: the first hundred. */
    noBillCount: z.number(),
    failures: z.array(z.object({ targetLabel: z.string(), number: z.string(), reason: z.string() })),
  }),
});

export const readingGridRow = z.object({
  meterId: id,
  number: z.string(),
  kind,
  label: z.string(),
  place: z.string(),
  isMaster: z.boolean(),
  multiplier: z.string(),
  digits: z.number(),
  previous: z.string(),
  /** Month of the reading before; null: it was never read. */
  previousMonth: month.nullable(),
  /** Average usage of up to three readings before; null: none. */
  usual: z.string().nullable(),
  reading: z
    .object({
      id,
      version: z.number(),
      current: z.string(),
      isRolledOver: z.boolean(),
      closing: z.string().nullable(),
      opening: z.string().nullable(),
      usage: z.string(),
      outcome: z.enum(Object.keys(readingOutcomes) as [keyof typeof readingOutcomes]),
      confirmation: z.string(),
      amount: money.nullable(),
      billId: id.nullable(),
      isPaid: z.boolean(),
      sentence: z.string(),
    })
    .nullable(),
});
export type ReadingGridRow = z.infer<typeof readingGridRow>;

export const getReadingGrid = defineEndpoint({
  id: 'meterReading.grid',
  method: 'GET',
  path: '/api/meter-readings/grid',
  access: 'meterReading.view',
  summary: '抄表录入表：一栋楼一个月的仪表、上期读数和本期读数',
  tag,
  query: z.object({
    communityId: id,
    month,
    buildingId: id.optional(),
    kind: kind.optional(),
    order: z.enum(['walk', 'house']).default('house'),
  }),
  reply: z.object({ rows: z.array(readingGridRow), isCut: z.boolean() }),
});

const figures = {
  meterCount: z.number(),
  readCount: z.number(),
  usage: z.string(),
  receivable: money,
  outstanding: money,
};

export const summariseReadings = defineEndpoint({
  id: 'meterReading.summary',
  method: 'GET',
  path: '/api/meter-readings/summary',
  access: 'meterReading.view',
  summary: '抄表汇总：按月份、楼宇或收费项目，分类型',
  tag,
  query: z.object({
    communityId: id,
    monthFrom: month,
    monthTo: month,
    by: z.enum(['month', 'building', 'item']).default('month'),
  }),
  reply: z.object({ rows: z.array(z.object({ group: z.string(), groupId: id.nullable(), kind, ...figures })) }),
});

export const listMeterLosses = defineEndpoint({
  id: 'meterReading.losses',
  method: 'GET',
  path: '/api/meter-readings/losses',
  access: 'meterReading.view',
  summary: '总表损耗：总表用量、分表用量之和、损耗和损耗率',
  tag,
  query: z.object({ communityId: id, month }),
  reply: z.object({
    rows: z.array(
      z.object({
        meterId: id,
        number: z.string(),
        kind,
        label: z.string(),
        /** Null: the master meter was not read. */
        usage: z.string().nullable(),
        subUsage: z.string(),
        subCount: z.number(),
        unreadCount: z.number(),
        loss: z.string().nullable(),
        /** Percent of the master's usage, two decimals. */
        lossPercent: z.string().nullable(),
      }),
    ),
  }),
});
