import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { day, id, idParams, money, month, taskStarted } from '../wire.ts';

const tag = '生成账单';
export const mostRaisingMonths = 24;

/** What to raise: the periods that start in the months from…to, both included. */
const raisingScope = {
  communityId: id,
  chargeItemIds: z.array(id).min(1, '请至少选择一个收费项目').max(200, '一次最多选择 200 个收费项目'),
  monthFrom: month,
  monthTo: month,
  /** Only these houses or parking spaces; left out: all. */
  targetIds: z.array(id).max(20_000, '一次最多选择 20000 个对象').optional(),
};

const monthsInOrder = {
  check: (value: { monthFrom: string; monthTo: string }) => value.monthTo >= value.monthFrom,
  message: { error: '结束月份早于开始月份，请改正', path: ['monthTo'] },
};

/** What becomes of a line compared with the period before. */
export const previewKinds = {
  new: '新增',
  changed: '金额变化',
  same: '不变',
  gone: '消失',
  failed: '无法计算',
} as const;
export const changeReasons = {
  newBinding: '新绑定',
  noPrevious: '上期没有账单',
  price: '价格变化',
  quantity: '数量变化',
  time: '计费时间变化',
  rule: '计价规则变化',
  tax: '税率变化',
  bindingEnded: '绑定已结束',
  bindingGone: '绑定已删除',
  other: '其他',
} as const;

const tally = z.object({ count: z.number(), sum: money });

export const previewLine = z.object({
  kind: z.enum(['new', 'changed', 'same', 'gone', 'failed']),
  /** Why it is new, changed or gone, or why it cannot be computed: a Chinese phrase. */
  reason: z.string(),
  bindingId: id.nullable(),
  targetKind,
  targetId: id,
  targetLabel: z.string(),
  chargeItemLabel: z.string(),
  standardLabel: z.string(),
  periodFrom: day.nullable(),
  periodTo: day.nullable(),
  amount: money.nullable(),
  previousAmount: money.nullable(),
  /** `98.50㎡ × 2.80元/㎡·月 × 1个月 = 275.80元` */
  sentence: z.string(),
});
export type PreviewLine = z.infer<typeof previewLine>;

export const previewBills = defineEndpoint({
  id: 'bill.preview',
  method: 'POST',
  path: '/api/bills/preview',
  access: 'bill.raise',
  summary: '生成之前：多少张、多少钱、与上期相比、每一行的算法。什么都不写入',
  tag,
  body: z
    .strictObject({
      ...raisingScope,
      lineKind: z.enum(['all', 'new', 'changed', 'same', 'gone', 'failed']).default('all'),
      page: z.int().min(1).max(100_000).default(1),
      pageSize: z.int().min(1).max(200).default(50),
    })
    .refine(monthsInOrder.check, monthsInOrder.message),
  reply: z.object({
    toRaise: tally,
    /** Bills of these months that exist already and are not raised again. */
    alreadyRaised: tally,
    /** Bills of the period before: as many months, or one cycle of the standard where that is longer. */
    previous: tally,
    items: z.array(
      z.object({
        chargeItemId: id,
        chargeItemLabel: z.string(),
        toRaise: tally,
        alreadyRaised: tally,
        previous: tally,
      }),
    ),
    /** How many lines of each kind, and by which reason. */
    kinds: z.array(
      z.object({
        kind: previewLine.shape.kind,
        count: z.number(),
        reasons: z.array(z.object({ reason: z.string(), count: z.number() })),
      }),
    ),
    /** Parts of a period that cost nothing by the item's rule, and prices of zero: no bill, by intention. */
    noBillCount: z.number(),
    lines: z.array(previewLine),
    lineCount: z.number(),
  }),
});

export const raiseBills = defineEndpoint({
  id: 'bill.raise',
  method: 'POST',
  path: '/api/bills/raise',
  access: 'bill.raise',
  summary: '生成账单（后台任务）；已生成的不会重复',
  tag,
  body: z.strictObject(raisingScope).refine(monthsInOrder.check, monthsInOrder.message),
  reply: taskStarted,
});

/** How many of what a run could not bill are kept; all of them are counted. */
export const mostFailuresKept = 1000;

export const listRaisingFailures = defineEndpoint({
  id: 'raisingRun.failures',
  method: 'GET',
  path: '/api/raising-runs/:id/failures',
  access: 'bill.view',
  summary: '一次生成中无法计算的对象：是谁、为什么、后来补出了没有',
  tag,
  params: idParams,
  query: z.object({ page: z.coerce.number().int().min(1).max(1000).default(1) }),
  reply: z.object({
    rows: z.array(
      z.object({
        id,
        targetKind,
        targetId: id,
        targetLabel: z.string(),
        chargeItemLabel: z.string(),
        chargeStandardId: id,
        standardLabel: z.string(),
        periodFrom: day,
        /** Why, and what to do: a Chinese sentence. */
        reason: z.string(),
        /** There is a bill of that binding and period by now. */
        isRaisedSince: z.boolean(),
      }),
    ),
    total: z.number(),
    pageSize: z.number(),
  }),
});

/** Result of the task `raiseBills`. */
export const raisingResult = z.object({
  raisingRunId: id,
  billCount: z.number(),
  sum: money,
  failedCount: z.number(),
  noBillCount: z.number(),
  /** The first failures, in words. */
  failures: z.array(z.object({ targetLabel: z.string(), reason: z.string() })),
});
export type RaisingResult = z.infer<typeof raisingResult>;
