import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { orPending } from '../platform/approvals.ts';
import { day, id, idParams, instant, money, moneyInput, ok } from '../wire.ts';

const reasonOf = (what: string) => z.string().trim().min(1, `请填写${what}原因`).max(200, `${what}原因最多 200 个字`);
const receiptTag = '收据';
const binTag = '回收站';

export const voidReceipt = defineEndpoint({
  id: 'receipt.void',
  method: 'POST',
  path: '/api/receipts/:id/void',
  access: 'receipt.void',
  summary: '作废收据：连同所收账单进入回收站，可以恢复。设了审批流程时改为提交申请',
  tag: receiptTag,
  params: idParams,
  body: z.strictObject({ reason: reasonOf('作废') }),
  reply: orPending(z.object({ number: z.string(), total: money, billCount: z.number() })),
});

export const restoreReceipt = defineEndpoint({
  id: 'receipt.restore',
  method: 'POST',
  path: '/api/receipts/:id/restore',
  access: 'receipt.void',
  summary: '从回收站恢复作废的收据及其账单',
  tag: receiptTag,
  params: idParams,
  body: z.strictObject({ reason: reasonOf('恢复') }),
  reply: z.object({ number: z.string(), total: money, billCount: z.number() }),
});

/** Each change is kept as a document; the receipt shows the newest. */
export const amendReceipt = defineEndpoint({
  id: 'receipt.amend',
  method: 'POST',
  path: '/api/receipts/:id/amend',
  access: 'receipt.amend',
  summary: '收款之后修改支付方式、付款人或备注，经过留痕。设了审批流程时改为提交申请',
  tag: receiptTag,
  params: idParams,
  body: z.strictObject({
    methods: z
      .array(z.strictObject({ tenderId: id, paymentMethodId: id }))
      .max(10)
      .default([]),
    payerName: z.string().trim().max(60, '付款人最多 60 个字').optional(),
    note: z.string().trim().max(200, '备注最多 200 个字').optional(),
    reason: reasonOf('修改'),
  }),
  reply: orPending(ok),
});

/** What happened to a receipt after it was taken, oldest first, and what can be done with it now. */
export const getReceiptUndo = defineEndpoint({
  id: 'receipt.undoing',
  method: 'GET',
  path: '/api/receipts/:id/undoing',
  access: 'receipt.view',
  summary: '一张收据的支付、修改、撤销、作废、恢复和退款',
  tag: receiptTag,
  params: idParams,
  reply: z.object({
    /** valid, or how it was undone last. */
    state: z.enum(['valid', 'reversed', 'voided']),
    tenders: z.array(
      z.object({
        id,
        paymentMethodId: id,
        name: z.string(),
        source: z.enum(['money', 'prepaid', 'deposit']),
        amount: money,
        reference: z.string(),
      }),
    ),
    refunded: money,
    refunds: z.array(
      z.object({ id, number: z.string(), total: money, refundedOn: day, reason: z.string(), staffName: z.string() }),
    ),
    history: z.array(
      z.object({ at: instant, what: z.string(), detail: z.string(), who: z.string(), amount: money.nullable() }),
    ),
  }),
});

export const markBillsPaid = defineEndpoint({
  id: 'bill.markPaid',
  method: 'POST',
  path: '/api/bills/mark-paid',
  access: 'cashier.collect',
  summary: '批量标记已缴：每处房屋、车位或车辆开一张收据',
  tag: '账单',
  body: z.strictObject({
    ids: z.array(id).min(1, '请选择账单').max(500, '一次最多标记 500 张账单，请分批办理'),
    paymentMethodId: id,
    receivedOn: day,
    reference: z.string().trim().max(60).default(''),
    note: z.string().trim().max(200, '备注最多 200 个字').default(''),
    /** Principal and late fees as the person saw them; refused when they changed. */
    expectedTotal: moneyInput,
    idempotencyKey: z.string().regex(/^[\w-]{8,40}$/, '提交编号格式不对'),
  }),
  reply: z.object({ receipts: z.array(z.object({ id, number: z.string(), total: money })), total: money }),
});

/** What the chosen bills come to on a day, before they are marked as paid. */
export const previewMarkPaid = defineEndpoint({
  id: 'bill.markPaidPreview',
  method: 'POST',
  path: '/api/bills/mark-paid/preview',
  access: 'cashier.collect',
  summary: '批量标记已缴之前：到某天应收多少、开几张收据',
  tag: '账单',
  body: z.strictObject({ ids: z.array(id).min(1, '请选择账单').max(500), receivedOn: day }),
  reply: z.object({ receiptCount: z.number(), billCount: z.number(), principal: money, lateFee: money, total: money }),
});

export const binKinds = { receipt: '作废的收据', bill: '作废的账单', standardBinding: '结束的绑定' } as const;
const binKind = z.enum(['receipt', 'bill', 'standardBinding']);
export type BinKind = z.infer<typeof binKind>;

export const binRow = z.object({
  /** Of the receipt, bill or binding. */
  id,
  kind: binKind,
  label: z.string(),
  targetName: z.string(),
  communityName: z.string(),
  amount: money.nullable(),
  reason: z.string(),
  at: instant,
  who: z.string(),
});
export type BinRow = z.infer<typeof binRow>;

export const listRecycleBin = defineEndpoint({
  id: 'recycleBin.list',
  method: 'GET',
  path: '/api/recycle-bin',
  access: 'recycleBin.view',
  summary: '回收站：作废的收据和账单、结束的绑定',
  tag: binTag,
  query: z.object({
    kind: binKind.default('receipt'),
    page: z.coerce.number().int().min(1).max(1_000_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(200).default(50),
    communityId: id.optional(),
    /** Part of the receipt's number, the house's or the item's name. */
    q: z.string().trim().max(60).optional(),
  }),
  reply: z.object({ rows: z.array(binRow), total: z.number() }),
});

export const purgeFromBin = defineEndpoint({
  id: 'recycleBin.purge',
  method: 'POST',
  path: '/api/recycle-bin/purge',
  access: 'recycleBin.purge',
  summary: '从回收站清除：不再显示，账目保留',
  tag: binTag,
  body: z.strictObject({ kind: binKind, ids: z.array(id).min(1, '请选择要清除的内容').max(500) }),
  reply: z.object({ purgedCount: z.number() }),
});
