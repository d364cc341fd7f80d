import { z } from 'zod';
import { targetSelection } from '../charging/standard-binding.ts';
import { defineEndpoint } from '../endpoint.ts';
import { created, id, idParams, instant, money, moneyInput, month, ok, quantityInput } from '../wire.ts';
import { apportionmentBases, meterKinds } from './resources.ts';

const tag = '公摊';
const bases = Object.keys(apportionmentBases) as [keyof typeof apportionmentBases];
const positive = (text: string) => Number(text) > 0;

const total = z.discriminatedUnion(
  'source',
  [
    z.strictObject({ source: z.literal('amount'), amount: moneyInput.refine(positive, '金额应大于 0') }),
    z.strictObject({ source: z.literal('loss'), meterId: id, price: quantityInput.refine(positive, '单价应大于 0') }),
  ],
  '请选择分摊什么',
);
const fields = {
  name: z.string().trim().min(1, '请填写名称').max(60, '名称最多 60 个字'),
  chargeItemId: id,
  total,
  basis: z.enum(bases, '请选择怎么分'),
  /** Which meters count, where shares follow usage. */
  meterKind: z
    .enum(Object.keys(meterKinds) as [keyof typeof meterKinds])
    .nullable()
    .default(null),
  formula: z.string().trim().max(500, '公式最多 500 个字').default(''),
  weights: z
    .array(z.strictObject({ houseId: id, weight: quantityInput }))
    .max(5000, '自定权重最多 5000 户')
    .default([]),
  selection: targetSelection.refine((one) => one.targetKind === 'house', '公摊只分给房屋'),
  vacantPercent: z
    .string()
    .trim()
    .regex(/^(100(\.0{1,2})?|\d{1,2}(\.\d{1,2})?)$/, '空置比例应为 0 到 100')
    .default('100'),
  repeats: z.boolean().default(false),
  note: z.string().trim().max(500, '备注最多 500 个字').default(''),
};
const isWhole = {
  check: (one: { basis: string; meterKind: string | null; formula: string }) =>
    (one.basis !== 'usage' || one.meterKind !== null) && (one.basis !== 'formula' || one.formula !== ''),
  message: { error: '按用量分摊请选仪表类型，按公式分摊请填写公式', path: ['basis'] },
};
const terms = z.strictObject(fields).refine(isWhole.check, isWhole.message);
export type ApportionmentTerms = z.infer<typeof terms>;

export const getApportionment = defineEndpoint({
  id: 'apportionment.terms',
  method: 'GET',
  path: '/api/apportionments/:id/terms',
  access: 'apportionment.view',
  summary: '一个公摊的全部设置',
  tag,
  params: idParams,
  reply: z.object({ version: z.number(), terms: z.unknown() }),
});

export const createApportionment = defineEndpoint({
  id: 'apportionment.create',
  method: 'POST',
  path: '/api/apportionments',
  access: 'apportionment.edit',
  summary: '新增公摊',
  tag,
  body: terms,
  reply: created,
});

export const updateApportionment = defineEndpoint({
  id: 'apportionment.update',
  method: 'PUT',
  path: '/api/apportionments/:id',
  access: 'apportionment.edit',
  summary: '修改公摊；已分摊的月份不变',
  tag,
  params: idParams,
  body: z.strictObject({ version: z.int(), terms }),
  reply: ok,
});

export const deleteApportionment = defineEndpoint({
  id: 'apportionment.delete',
  method: 'DELETE',
  path: '/api/apportionments/:id',
  access: 'apportionment.edit',
  summary: '删除没有分摊过的公摊',
  tag,
  params: idParams,
  reply: ok,
});

const redoCounts = {
  addedCount: z.number(),
  /** Voided and raised anew with another amount. */
  changedCount: z.number(),
  droppedCount: z.number(),
  keptCount: z.number(),
};

export const previewApportionment = defineEndpoint({
  id: 'apportionment.preview',
  method: 'POST',
  path: '/api/apportionments/:id/preview',
  access: 'apportionment.view',
  summary: '预览一个月的分摊：合计、每户份额，不写入',
  tag,
  params: idParams,
  body: z.strictObject({ month, page: z.int().min(1).default(1), pageSize: z.int().min(1).max(200).default(20) }),
  reply: z.object({
    total: money,
    /** Where the total comes from, in Chinese. */
    totalText: z.string(),
    targetCount: z.number(),
    billCount: z.number(),
    vacantCount: z.number(),
    /** Targets that cannot be given a share; nothing is billed until they can. */
    problems: z.array(z.object({ targetLabel: z.string(), reason: z.string() })),
    /** Month it was divided for already, by which run. */
    runId: id.nullable(),
    /** What dividing it once more would change; null when it was not divided or cannot be. */
    redo: z
      .object({ ...redoCounts, blocked: z.array(z.object({ targetLabel: z.string(), reason: z.string() })) })
      .nullable(),
    lines: z.array(
      z.object({
        targetId: id,
        targetLabel: z.string(),
        weight: z.string(),
        isVacant: z.boolean(),
        amount: money,
        /** Of the bill that stands; null when there is none. */
        standing: money.nullable(),
      }),
    ),
  }),
});

export const runApportionment = defineEndpoint({
  id: 'apportionment.run',
  method: 'POST',
  path: '/api/apportionments/:id/run',
  access: 'apportionment.run',
  summary: '按预览分摊一个月，生成账单；同一个月只能一次',
  tag,
  params: idParams,
  body: z.strictObject({ month, expectedTotal: money }),
  reply: z.object({ id, billCount: z.number(), total: money }),
});

export const redoApportionmentRun = defineEndpoint({
  id: 'apportionmentRun.redo',
  method: 'POST',
  path: '/api/apportionment-runs/:id/redo',
  access: 'apportionment.run',
  summary: '按现在的设置和资料重新分摊已分摊的一个月：金额变了的账单作废重出，没有变化则什么都不写',
  tag,
  params: idParams,
  body: z.strictObject({ expectedTotal: money }),
  reply: z.object({ ...redoCounts, total: money }),
});

export const listApportionmentRuns = defineEndpoint({
  id: 'apportionment.runs',
  method: 'GET',
  path: '/api/apportionments/:id/runs',
  access: 'apportionment.view',
  summary: '公摊历史',
  tag,
  params: idParams,
  reply: z.object({
    rows: z.array(
      z.object({
        id,
        month,
        total: money,
        basisText: z.string(),
        billCount: z.number(),
        outstanding: money,
        who: z.string(),
        at: instant,
        voidReason: z.string().nullable(),
      }),
    ),
  }),
});

export const voidApportionmentRun = defineEndpoint({
  id: 'apportionmentRun.void',
  method: 'POST',
  path: '/api/apportionment-runs/:id/void',
  access: 'apportionment.run',
  summary: '撤销一次分摊：作废它的全部账单；有收过款的则拒绝',
  tag,
  params: idParams,
  body: z.strictObject({ reason: z.string().trim().min(1, '请填写撤销原因').max(200, '撤销原因最多 200 个字') }),
  reply: z.object({ voidedCount: z.number() }),
});
