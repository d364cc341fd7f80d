import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { orPending } from '../platform/approvals.ts';
import { day, id, idParams, instant, money } from '../wire.ts';

const tag = '退款';

/** Yuan as a person types it, at most two decimals, more than nothing. */
const positiveAmount = z
  .string()
  .trim()
  .regex(/^(0|[1-9]\d{0,10})(\.\d{1,2})?$/, '金额应为大于 0 的数字，最多两位小数')
  .refine((text) => Number(text) > 0, '金额应大于 0');
const amount = z
  .string()
  .trim()
  .regex(/^(0|[1-9]\d{0,10})(\.\d{1,2})?$/, '金额应为不小于 0 的数字，最多两位小数');

/** 退款后：the bill owes again, or what was refunded of it is waived in the same stroke. */
export const refundAfterwards = { owesAgain: '账单重新欠费', waive: '同时减免，不再欠费' } as const;
export const refundStates = { pending: '处理中', done: '已退款', failed: '退款失败' } as const;
const state = z.enum(['pending', 'done', 'failed']);

/** What is given back, out of what, by what. Sums in yuan; tenders and lines add up to the same. */
export const refundBody = z.strictObject({
  /** Needed for bills and other income; prepaid and deposits are given back without. */
  receiptId: id.nullable(),
  lines: z.strictObject({
    bills: z
      .array(z.strictObject({ billId: id, principal: amount, lateFee: amount }))
      .max(2000)
      .default([]),
    prepaid: z
      .array(z.strictObject({ prepaidAccountId: id, amount: positiveAmount }))
      .max(20)
      .default([]),
    deposits: z
      .array(z.strictObject({ depositId: id, amount: positiveAmount }))
      .max(50)
      .default([]),
    incomes: z
      .array(z.strictObject({ otherIncomeId: id, amount: positiveAmount }))
      .max(20)
      .default([]),
  }),
  tenders: z
    .array(
      z.strictObject({
        paymentMethodId: id,
        amount: positiveAmount,
        reference: z.string().trim().max(60).default(''),
        /** Of 退回预存款 only: into which account. Left out: the one most was drawn from, or the general one of the house. */
        prepaidAccountId: id.optional(),
      }),
    )
    .min(1, '请选择退款方式')
    .max(10, '一次最多 10 种退款方式'),
  payeeName: z.string().trim().max(60, '收款人最多 60 个字').default(''),
  reason: z.string().trim().min(1, '请填写退款原因').max(200, '退款原因最多 200 个字'),
  refundedOn: day,
  afterwards: z.enum(['owesAgain', 'waive']).default('owesAgain'),
  /** Made by the client once per attempt; the same key gives the same refund. */
  idempotencyKey: z.string().regex(/^[\w-]{8,80}$/, '提交编号格式不对'),
});
export type RefundBody = z.output<typeof refundBody>;

export const takeRefund = defineEndpoint({
  id: 'refund.take',
  method: 'POST',
  path: '/api/refunds',
  access: 'receipt.refund',
  summary: '退款：账单、预存款、押金、其他收入，全部或部分。设了审批流程时改为提交申请',
  tag,
  body: refundBody,
  reply: orPending(z.object({ id, number: z.string(), total: money })),
});

/** What can still be given back of a receipt, line by line, and by what. */
export const getRefundable = defineEndpoint({
  id: 'receipt.refundable',
  method: 'GET',
  path: '/api/receipts/:id/refundable',
  access: 'receipt.refund',
  summary: '一张收据还可退的账单和其他收入',
  tag,
  params: idParams,
  reply: z.object({
    number: z.string(),
    payerName: z.string(),
    receivedOn: day,
    today: day,
    bills: z.array(
      z.object({
        billId: id,
        label: z.string(),
        targetName: z.string(),
        principal: money,
        lateFee: money,
        /** Of it, offset from prepaid or a deposit. */
        offset: money,
      }),
    ),
    incomes: z.array(z.object({ otherIncomeId: id, label: z.string(), amount: money })),
    /** Most that can go out by cash, transfer and the like; the rest goes back to prepaid. */
    money,
    /** Prepaid accounts it can go back to, the one most was drawn from first; empty when there is no house. */
    accounts: z.array(z.object({ id, label: z.string(), balance: money })),
    /** How it was paid, for the way back. */
    tenders: z.array(
      z.object({
        paymentMethodId: id,
        name: z.string(),
        source: z.enum(['money', 'prepaid', 'deposit']),
        amount: money,
        /** Through a payment channel, by which it can go back. */
        isOnline: z.boolean(),
      }),
    ),
    /** The method 退回预存款 is; null where there is none. */
    prepaidMethodId: id.nullable(),
  }),
});

export const refundLine = z.object({
  kind: z.enum(['bill', 'prepaid', 'deposit', 'income']),
  label: z.string(),
  targetName: z.string(),
  principal: money,
  lateFee: money,
  sum: money,
});

export const refundRow = z.object({
  id,
  number: z.string(),
  communityId: id,
  communityName: z.string(),
  receiptId: id.nullable(),
  receiptNumber: z.string(),
  targetKind: targetKind.nullable(),
  targetId: id.nullable(),
  targetName: z.string(),
  payeeName: z.string(),
  total: money,
  methods: z.string(),
  reason: z.string(),
  refundedOn: day,
  refundedAt: instant,
  staffName: z.string(),
  state,
  printCount: z.number(),
});
export type RefundRow = z.infer<typeof refundRow>;

export const refundDetail = refundRow.extend({
  companyName: z.string(),
  servicePhone: z.string(),
  totalInWords: z.string(),
  lines: z.array(refundLine),
  tenders: z.array(z.object({ name: z.string(), amount: money, reference: z.string() })),
});
export type RefundDetail = z.infer<typeof refundDetail>;

export const listRefunds = defineEndpoint({
  id: 'refund.list',
  method: 'GET',
  path: '/api/refunds',
  access: 'receipt.view',
  summary: '退款列表：筛选与合计',
  tag,
  query: z.object({
    page: z.coerce.number().int().min(1).max(1_000_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(500).default(50),
    /** Part of the number, the receipt's number, the payee's or the target's name. */
    q: z.string().trim().max(60).optional(),
    communityId: id.optional(),
    refundedFrom: day.optional(),
    refundedTo: day.optional(),
  }),
  reply: z.object({ rows: z.array(refundRow), total: z.number(), sum: money }),
});

export const getRefund = defineEndpoint({
  id: 'refund.get',
  method: 'GET',
  path: '/api/refunds/:id',
  access: 'receipt.view',
  summary: '一笔退款：明细、方式、原因',
  tag,
  params: idParams,
  reply: refundDetail,
});
