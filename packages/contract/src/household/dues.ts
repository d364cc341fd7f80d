import { z } from 'zod';
import { receiptState } from '../cashier/receipt.ts';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { day, id, instant, money } from '../wire.ts';

const tag = '住户端';
const base = '/api/resident';

/** A bill as a resident sees it, with late fee as of today. */
export const dueBill = z.object({
  id,
  targetId: id,
  chargeItemName: z.string(),
  /** `2026年1月` */
  periodText: z.string(),
  periodFrom: day,
  dueOn: day,
  isOverdue: z.boolean(),
  outstanding: money,
  lateFee: money,
  toPay: money,
  /** Why it cannot be paid just now; empty when it can. */
  blockedBy: z.string(),
});
export type DueBill = z.infer<typeof dueBill>;

const duePlace = z.object({
  kind: targetKind,
  id,
  name: z.string(),
  toPay: money,
  bills: z.array(dueBill),
});
export type DuePlace = z.infer<typeof duePlace>;

export const listDues = defineEndpoint({
  id: 'household.dues',
  method: 'GET',
  path: `${base}/dues`,
  access: 'householder',
  summary: '一个小区里自己房屋、车位、车辆的待缴账单',
  tag,
  query: z.object({ communityId: id }),
  reply: z.object({ toPay: money, overdue: money, billCount: z.number(), places: z.array(duePlace) }),
});

export const getOwnBill = defineEndpoint({
  id: 'household.bill',
  method: 'GET',
  path: `${base}/bills/:billId`,
  access: 'householder',
  summary: '一张账单和它是怎样算出来的',
  tag,
  params: z.object({ billId: id }),
  reply: z.object({
    id,
    targetName: z.string(),
    chargeItemName: z.string(),
    chargeStandardName: z.string(),
    periodText: z.string(),
    dueOn: day,
    receivable: money,
    discount: money,
    waived: money,
    received: money,
    refunded: money,
    outstanding: money,
    lateFee: money,
    toPay: money,
    isVoided: z.boolean(),
    /** The same explanation as staff see; empty for a bill that came from another system. */
    sentence: z.string(),
    lateFeeSentence: z.string(),
    receipts: z.array(z.object({ id, number: z.string(), receivedOn: day })),
  }),
});
export type OwnBill = z.infer<typeof getOwnBill.reply>;

const ownReceipt = z.object({
  id,
  number: z.string(),
  targetName: z.string(),
  total: money,
  methods: z.string(),
  receivedOn: day,
  /** `物业管理费 2026年1月 等 3 项` */
  summary: z.string(),
  state: receiptState,
});
export type OwnReceipt = z.infer<typeof ownReceipt>;

export const listOwnReceipts = defineEndpoint({
  id: 'household.receipts',
  method: 'GET',
  path: `${base}/receipts`,
  access: 'householder',
  summary: '一个小区里自己房屋、车位、车辆的缴费记录，新的在前',
  tag,
  query: z.object({ communityId: id, page: z.coerce.number().int().min(1).max(1000).default(1) }),
  reply: z.object({ rows: z.array(ownReceipt), hasMore: z.boolean() }),
});

const slipLine = z.object({
  name: z.string(),
  place: z.string(),
  period: z.string(),
  sentence: z.string(),
  lateFee: money,
  sum: money,
});

export const getOwnReceipt = defineEndpoint({
  id: 'household.receipt',
  method: 'GET',
  path: `${base}/receipts/:receiptId`,
  access: 'householder',
  summary: '收据',
  tag,
  params: z.object({ receiptId: id }),
  reply: z.object({
    id,
    number: z.string(),
    companyName: z.string(),
    communityName: z.string(),
    servicePhone: z.string(),
    targetName: z.string(),
    payerName: z.string(),
    receivedOn: day,
    receivedAt: instant,
    total: money,
    totalInWords: z.string(),
    tenders: z.array(z.object({ name: z.string(), amount: money })),
    lines: z.array(slipLine),
    note: z.string(),
    state: receiptState,
  }),
});
export type OwnReceiptSlip = z.infer<typeof getOwnReceipt.reply>;

export const downloadOwnReceipt = defineEndpoint({
  id: 'household.receiptPdf',
  method: 'GET',
  path: `${base}/receipts/:receiptId/pdf`,
  access: 'householder',
  summary: '收据的 PDF',
  tag,
  transport: 'download',
  params: z.object({ receiptId: id }),
  reply: z.undefined(),
});

export const listOwnPrepaid = defineEndpoint({
  id: 'household.prepaid',
  method: 'GET',
  path: `${base}/prepaid`,
  access: 'householder',
  summary: '一个小区里自己房屋、车位、车辆的预存款',
  tag,
  query: z.object({ communityId: id }),
  reply: z.object({
    total: money,
    rows: z.array(
      z.object({
        id,
        /** 通用预存 */
        label: z.string(),
        targetName: z.string(),
        balance: money,
      }),
    ),
    /** Where money can be kept ahead: every house and parking space, whether it has an account or not. */
    targets: z.array(z.object({ kind: targetKind, id, name: z.string() })),
  }),
});

export const listOwnPrepaidMovements = defineEndpoint({
  id: 'household.prepaidMovements',
  method: 'GET',
  path: `${base}/prepaid/:prepaidAccountId`,
  access: 'householder',
  summary: '一个预存账户的流水，新的在前',
  tag,
  params: z.object({ prepaidAccountId: id }),
  reply: z.object({
    label: z.string(),
    targetName: z.string(),
    balance: money,
    rows: z.array(
      z.object({ id, kindLabel: z.string(), amount: money, balance: money, movedOn: day, note: z.string() }),
    ),
  }),
});
