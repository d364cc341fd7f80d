import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { orPending } from '../platform/approvals.ts';
import { day, id, idParams, instant, money } from '../wire.ts';

/** Receipts may be entered afterwards for at most this many days. */
export const maxBackdateDays = 31;

/** Yuan as a person types it, at most two decimals, not negative. */
const amount = z
  .string()
  .trim()
  .regex(/^(0|[1-9]\d{0,10})(\.\d{1,2})?$/, '金额应为不小于 0 的数字，最多两位小数');

const positiveAmount = amount.refine((text) => Number(text) > 0, '金额应大于 0');

/** One bill on a receipt. */
const payBill = z.strictObject({
  id,
  /** What the cashier saw before anything of this receipt was taken off it: principal left and late fee. */
  expected: amount,
  /** Taken off the principal: by an offer, or by the cashier, who needs the right and stays within the limit. */
  discounts: z
    .array(z.strictObject({ amount: positiveAmount, offerId: id.optional() }))
    .max(20)
    .optional(),
  /** Late fee not asked for, within the cashier's limit. */
  lateFeeWaived: amount.optional(),
  /** How much of it is paid now, late fee first; left out, all that is left after the reductions. */
  pay: amount.optional(),
});

export const takePayment = defineEndpoint({
  id: 'receipt.take',
  method: 'POST',
  path: '/api/receipts',
  access: 'cashier.collect',
  summary: '收款：账单（可部分、可优惠）、预存、押金、其他收入，一次一张收据',
  tag: '收银台',
  body: z.strictObject({
    communityId: id,
    /** The desk it is taken at; bills may also be of other targets of the community. Left out for people who live nowhere here. */
    targetKind: targetKind.optional(),
    targetId: id.optional(),
    /** What to pay of each bill; may be empty when there are other lines. */
    bills: z.array(payBill).max(2000, '一张收据最多收 2000 条账单'),
    /**
     * What of the money is for the bills: shared out older first, late fee before principal, up to what each is to pay.
     * Left out: every bill gets its own `pay`.
     */
    billsTotal: amount.optional(),
    /** Why discounts and late fees not asked for were given. */
    reductionReason: z.string().trim().max(200, '优惠原因最多 200 个字').optional(),
    /** Money kept as prepaid, general or for one item. */
    topUps: z
      .array(
        z.strictObject({
          targetKind,
          targetId: id,
          chargeItemId: id.nullable(),
          amount: positiveAmount,
          /** Sold as a package: the amount is its price, what it credits above that is given. */
          packageId: id.optional(),
        }),
      )
      .max(20, '一张收据最多 20 笔预存')
      .optional(),
    /** Deposits taken, of items of the kind 押金; of the receipt's target unless there is none. */
    deposits: z
      .array(
        z.strictObject({
          chargeItemId: id,
          amount: positiveAmount,
          holderName: z.string().trim().max(60, '押金人最多 60 个字').default(''),
          note: z.string().trim().max(200, '押金备注最多 200 个字').default(''),
        }),
      )
      .max(20, '一张收据最多 20 笔押金')
      .optional(),
    /** Income that pays no bill (CSH-11). */
    incomes: z
      .array(
        z.strictObject({
          chargeItemId: id,
          amount: positiveAmount,
          description: z.string().trim().max(100, '其他收入说明最多 100 个字').default(''),
        }),
      )
      .max(20, '一张收据最多 20 笔其他收入')
      .optional(),
    /** Everything of the receipt: bills after their reductions, prepaid, deposits, other income. */
    expectedTotal: amount,
    tenders: z
      .array(
        z.strictObject({
          paymentMethodId: id,
          amount,
          reference: z.string().trim().max(60).default(''),
          /** What an offset draws on; of the methods 预存抵扣 and 押金抵扣 only. */
          prepaidAccountId: id.optional(),
          depositId: id.optional(),
        }),
      )
      .min(1, '请选择支付方式')
      .max(10, '一张收据最多 10 笔支付'),
    /** Cash handed over; the change is what is above the cash to pay. */
    cashTendered: amount.optional(),
    payerName: z.string().trim().max(60, '付款人最多 60 个字').default(''),
    receivedOn: day,
    /** Also bills that a bank is taking the money of just now; what it takes becomes prepaid. */
    takesWithheld: z.boolean().optional(),
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
  summary: '撤销收据：账单恢复未收，号码保留。设了审批流程时改为提交申请',
  tag: '收据',
  params: idParams,
  body: z.strictObject({ reason: z.string().trim().min(1, '请填写撤销原因').max(200, '撤销原因最多 200 个字') }),
  reply: orPending(z.object({ number: z.string(), total: money, billCount: z.number() })),
});

export const receiptState = z.enum(['valid', 'reversed']);

export const receiptRow = z.object({
  id,
  number: z.string(),
  communityId: id,
  communityName: z.string(),
  /** Null for other income of people who live nowhere here. */
  targetKind: targetKind.nullable(),
  targetId: id.nullable(),
  targetName: z.string(),
  payerName: z.string(),
  total: money,
  methods: z.string(),
  receivedOn: day,
  receivedAt: instant,
  cashierName: z.string(),
  state: receiptState,
  /** What of it is invoiced, or being invoiced. */
  invoiced: money,
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
  /** What this receipt gave up on the bill: `优惠 10.00 元`; empty when nothing. */
  reduction: z.string(),
});

/** A line of a receipt that pays no bill. */
export const receiptOtherLine = z.object({
  kind: z.enum(['topUp', 'deposit', 'income']),
  /** `通用预存`, the item of a deposit or of other income. */
  name: z.string(),
  description: z.string(),
  amount: money,
});

export const receiptDetail = receiptRow.extend({
  companyName: z.string(),
  servicePhone: z.string(),
  totalInWords: z.string(),
  lateFeeTotal: money,
  cashTendered: money,
  change: money,
  lines: z.array(receiptLine),
  otherLines: z.array(receiptOtherLine),
  /** Discounts and late fees not asked for, given with this receipt. */
  reducedTotal: money,
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
