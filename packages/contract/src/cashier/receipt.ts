import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, id, idParams, instant, money } from '../wire.ts';
import { targetKind } from './account.ts';

/** Receipts may be entered afterwards for at most this many days. */
export const maxBackdateDays = 31;

/** Yuan as a person types it, at most two decimals, not negative. */
const amount = z
  .string()
  .trim()
  .regex(/^(0|[1-9]\d{0,10})(\.\d{1,2})?$/, '金额应为不小于 0 的数字，最多两位小数');

export const takePayment = defineEndpoint({
  id: 'receipt.take',
  method: 'POST',
  path: '/api/receipts',
  access: 'cashier.collect',
  summary: '收款：一次收讫所选账单，返回收据',
  tag: '收银台',
  body: z.strictObject({
    communityId: id,
    /** The desk it is taken at; bills may also be of other targets of the community. */
    targetKind,
    targetId: id,
    /** What to pay, each with the sum the cashier saw (principal and late fee). */
    bills: z
      .array(z.strictObject({ id, expected: amount }))
      .min(1, '请先勾选要收的账单')
      .max(2000, '一张收据最多收 2000 条账单'),
    expectedTotal: amount,
    tenders: z
      .array(z.strictObject({ paymentMethodId: id, amount, reference: z.string().trim().max(60).default('') }))
      .min(1, '请选择支付方式')
      .max(10, '一张收据最多 10 笔支付'),
    /** Cash handed over; the change is what is above the cash to pay. */
    cashTendered: amount.optional(),
    payerName: z.string().trim().max(60, '付款人最多 60 个字').default(''),
    receivedOn: day,
    note: z.string().trim().max(200, '备注最多 200 个字').default(''),
    /** Made by the client once per attempt; the same key gives the same receipt. */
    idempotencyKey: z.string().regex(/^[\w-]{8,80}$/, '提交编号格式不对'),
  }),
  reply: z.object({ id, number: z.string(), total: money, change: money }),
});

export const reverseReceipt = defineEndpoint({
  id: 'receipt.reverse',
  method: 'POST',
  path: '/api/receipts/:id/reverse',
  access: 'receipt.reverse',
  summary: '撤销收据：账单恢复未收，号码保留',
  tag: '收据',
  params: idParams,
  body: z.strictObject({ reason: z.string().trim().min(1, '请填写撤销原因').max(200, '撤销原因最多 200 个字') }),
  reply: z.object({ number: z.string(), total: money, billCount: z.number() }),
});

export const receiptState = z.enum(['valid', 'reversed']);

export const receiptRow = z.object({
  id,
  number: z.string(),
  communityId: id,
  communityName: z.string(),
  targetKind,
  targetId: id,
  targetName: z.string(),
  payerName: z.string(),
  total: money,
  methods: z.string(),
  receivedOn: day,
  receivedAt: instant,
  cashierName: z.string(),
  state: receiptState,
  printCount: z.number(),
  note: z.string(),
});
export type ReceiptRow = z.infer<typeof receiptRow>;

export const listReceipts = defineEndpoint({
  id: 'receipt.list',
  method: 'GET',
  path: '/api/receipts',
  access: 'receipt.view',
  summary: '收据列表：筛选与合计',
  tag: '收据',
  query: z.object({
    page: z.coerce.number().int().min(1).max(1_000_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(500).default(50),
    /** Part of the number, of the payer's name or of the target's name. */
    q: z.string().trim().max(60).optional(),
    communityId: id.optional(),
    receivedFrom: day.optional(),
    receivedTo: day.optional(),
    cashierStaffId: id.optional(),
    paymentMethodId: id.optional(),
    targetId: id.optional(),
    state: receiptState.optional(),
  }),
  reply: z.object({
    rows: z.array(receiptRow),
    /** Of all that match, not only of the page. Reversed receipts count apart. */
    total: z.number(),
    totals: z.object({
      validCount: z.number(),
      validSum: money,
      reversedCount: z.number(),
      reversedSum: money,
      /** Valid receipts by payment method. */
      byMethod: z.array(z.object({ name: z.string(), sum: money })),
    }),
    cashiers: z.array(z.object({ id, name: z.string() })),
  }),
});

export const receiptLine = z.object({
  billId: id,
  targetName: z.string(),
  chargeItemName: z.string(),
  chargeStandardName: z.string(),
  periodText: z.string(),
  sentence: z.string(),
  principal: money,
  lateFee: money,
  sum: money,
});

export const receiptDetail = receiptRow.extend({
  companyName: z.string(),
  servicePhone: z.string(),
  totalInWords: z.string(),
  lateFeeTotal: money,
  cashTendered: money,
  change: money,
  lines: z.array(receiptLine),
  tenders: z.array(z.object({ name: z.string(), amount: money, reference: z.string() })),
  reversal: z.object({ reason: z.string(), reversedOn: day, reversedAt: instant, staffName: z.string() }).nullable(),
  history: z.array(z.object({ at: instant, action: z.string(), actorName: z.string() })),
});
export type ReceiptDetail = z.infer<typeof receiptDetail>;

export const getReceipt = defineEndpoint({
  id: 'receipt.get',
  method: 'GET',
  path: '/api/receipts/:id',
  access: 'receipt.view',
  summary: '一张收据：明细、支付、经过',
  tag: '收据',
  params: idParams,
  reply: receiptDetail,
});

export const printReceipt = defineEndpoint({
  id: 'receipt.print',
  method: 'POST',
  path: '/api/receipts/:id/print',
  access: 'receipt.print',
  summary: '登记一次打印；第二次起为补打',
  tag: '收据',
  params: idParams,
  reply: z.object({ printCount: z.number(), isReprint: z.boolean() }),
});
