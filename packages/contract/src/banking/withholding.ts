import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, id, idParams, instant, money, month, ok, taskStarted } from '../wire.ts';

export const withholdingStates = {
  making: '正在生成',
  unfit: '没有生成',
  ready: '等待回盘',
  booking: '正在入账',
  done: '已完成',
  cancelled: '已取消',
} as const;
export type WithholdingState = keyof typeof withholdingStates;
export const withholdingState = z.enum(['making', 'unfit', 'ready', 'booking', 'done', 'cancelled']);

export const withholdingAnswers = { none: '等待回盘', paid: '扣款成功', failed: '扣款失败' } as const;

const shared = { tag: '银行代扣' } as const;

const choice = {
  communityId: id,
  bankTemplateId: id,
  /** Items to withhold; every item when empty. */
  chargeItemIds: z.array(id).max(200),
  /** Bills whose period begins in this month or before. */
  monthTo: month,
};

export const previewWithholding = defineEndpoint({
  ...shared,
  id: 'bankBatch.preview',
  method: 'POST',
  path: '/api/withholding-batches/preview',
  access: 'bankBatch.view',
  summary: '一批代扣会扣多少户、多少钱，不生成',
  body: z.strictObject(choice),
  reply: z.object({
    agreementCount: z.number(),
    houseCount: z.number(),
    billCount: z.number(),
    principal: money,
    lateFee: money,
    total: money,
    /** Houses whose last attempt failed. */
    retryCount: z.number(),
    /** Bills left out because another batch is taking them. */
    elsewhereCount: z.number(),
    /** What would not fit into the bank's file. */
    problems: z.array(z.string()),
  }),
});

export const makeWithholding = defineEndpoint({
  ...shared,
  id: 'bankBatch.make',
  method: 'POST',
  path: '/api/withholding-batches',
  access: 'bankBatch.make',
  summary: '生成一批代扣文件；账单标记为代扣中',
  body: z.strictObject({
    ...choice,
    bankAccountId: id.nullable(),
    purpose: z.string().trim().max(20, '用途最多 20 个字').default('物业费'),
  }),
  reply: z.object({ id, taskId: id }),
});

export const withholdingBatch = z.object({
  id,
  number: z.string(),
  communityId: id,
  communityName: z.string(),
  bankName: z.string(),
  monthTo: z.string(),
  madeOn: day,
  state: withholdingState,
  problems: z.array(z.string()),
  fileId: id.nullable(),
  resultName: z.string(),
  receivedOn: day.nullable(),
  taskId: id.nullable(),
  staffName: z.string(),
  createdAt: instant,
  count: z.number(),
  total: money,
  paidCount: z.number(),
  paidTotal: money,
  bookedCount: z.number(),
  failedCount: z.number(),
  failedTotal: money,
});
export type WithholdingBatchView = z.infer<typeof withholdingBatch>;

export const listWithholdingBatches = defineEndpoint({
  ...shared,
  id: 'bankBatch.list',
  method: 'GET',
  path: '/api/withholding-batches',
  access: 'bankBatch.view',
  summary: '代扣批次',
  query: z.object({
    page: z.coerce.number().int().min(1).max(1_000_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(200).default(50),
    communityId: id.optional(),
    state: withholdingState.optional(),
  }),
  reply: z.object({ rows: z.array(withholdingBatch), total: z.number() }),
});

export const withholdingLine = z.object({
  id,
  lineNumber: z.number(),
  reference: z.string(),
  houseId: id,
  houseName: z.string(),
  accountName: z.string(),
  accountMasked: z.string(),
  amount: money,
  answer: z.enum(['none', 'paid', 'failed']),
  reason: z.string(),
  billNames: z.string(),
  receiptId: id.nullable(),
  receiptNumber: z.string(),
  isReversed: z.boolean(),
  prepaid: money,
});
export type WithholdingLineView = z.infer<typeof withholdingLine>;

export const getWithholdingBatch = defineEndpoint({
  ...shared,
  id: 'bankBatch.get',
  method: 'GET',
  path: '/api/withholding-batches/:id',
  access: 'bankBatch.view',
  summary: '一批代扣：每户的结果和收据',
  params: idParams,
  query: z.object({
    page: z.coerce.number().int().min(1).max(1_000_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(500).default(100),
    answer: z.enum(['none', 'paid', 'failed']).optional(),
  }),
  reply: z.object({ batch: withholdingBatch, lines: z.array(withholdingLine), lineTotal: z.number() }),
});

export const cancelWithholding = defineEndpoint({
  ...shared,
  id: 'bankBatch.cancel',
  method: 'POST',
  path: '/api/withholding-batches/:id/cancel',
  access: 'bankBatch.make',
  summary: '取消还没有送银行或银行没有处理的批次',
  params: idParams,
  body: z.strictObject({ reason: z.string().trim().min(1, '请填写原因').max(200, '原因最多 200 个字') }),
  reply: ok,
});

export const readWithholdingResult = defineEndpoint({
  ...shared,
  id: 'bankBatch.readResult',
  method: 'POST',
  path: '/api/withholding-batches/:id/result',
  access: 'bankBatch.book',
  summary: '读取银行的结果文件：整份核对后入账，同一份再传不重复入账',
  params: idParams,
  body: z.strictObject({
    fileId: id,
    /** The day the money came; the day of the receipts. */
    receivedOn: day,
  }),
  reply: z.object({
    /** The same file was read before; nothing was changed. */
    isRepeated: z.boolean(),
    taskId: id.nullable(),
    paidCount: z.number(),
    paidTotal: money,
    failedCount: z.number(),
    failedTotal: money,
  }),
});

export const bookWithholding = defineEndpoint({
  ...shared,
  id: 'bankBatch.book',
  method: 'POST',
  path: '/api/withholding-batches/:id/book',
  access: 'bankBatch.book',
  summary: '继续没有入完账的批次，可换到账日期',
  params: idParams,
  body: z.strictObject({ receivedOn: day }),
  reply: taskStarted,
});
