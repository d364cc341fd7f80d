import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { created, day, id, idParams, instant, money, moneyInput, ok } from '../wire.ts';
import { buyerKinds, invoiceDirections, invoiceKinds, invoiceSources, invoiceStates } from './resources.ts';

const keysOf = <T extends Readonly<Record<string, string>>>(labels: T) =>
  z.enum(Object.keys(labels) as [keyof T & string, ...(keyof T & string)[]]);
const text = (label: string, most: number) => z.string().trim().max(most, `${label}最多 ${most} 个字`).default('');
const reason = (label: string) => z.string().trim().min(1, `请填写${label}`).max(200, `${label}最多 200 个字`);

/** Whom an invoice is made out to, as it is frozen in it. */
export const invoiceBuyer = z.strictObject({
  kind: keysOf(buyerKinds),
  name: z.string().trim().min(1, '请填写抬头名称').max(100, '抬头名称最多 100 个字'),
  taxNumber: text('统一社会信用代码', 18),
  address: text('地址', 100),
  phone: text('电话', 30),
  bankName: text('开户行', 60),
  bankAccount: text('银行账号', 40),
  email: text('收票邮箱', 100),
});
export type InvoiceBuyer = z.output<typeof invoiceBuyer>;

const invoiceLineInput = z.strictObject({ receiptId: id, chargeItemId: id, amount: moneyInput });

export const invoiceBody = z.strictObject({
  kind: keysOf(invoiceKinds),
  /** What of which receipt: one receipt, a part of it, or several of one community on one invoice. */
  lines: z.array(invoiceLineInput).min(1, '请至少选一个开票的项目').max(500, '一张发票最多 500 行'),
  buyer: invoiceBuyer,
  note: text('备注', 200),
  /** Made by the client once per attempt; the same key gives the same invoice. */
  idempotencyKey: z.string().regex(/^[\w-]{8,80}$/, '提交编号格式不对'),
});
export type InvoiceBody = z.output<typeof invoiceBody>;

/** What may be invoiced of receipts, item by item. */
export const previewInvoice = defineEndpoint({
  id: 'invoice.preview',
  method: 'POST',
  path: '/api/invoices/preview',
  access: 'invoice.view',
  summary: '开票前：所选收据或账单各项还可开多少，常用抬头',
  tag: '发票',
  body: z.strictObject({
    receiptIds: z.array(id).max(200, '一次最多选 200 张收据').default([]),
    billIds: z.array(id).max(500, '一次最多选 500 条账单').default([]),
  }),
  reply: z.object({
    communityId: id,
    communityName: z.string(),
    /** Null: nothing set up, so nothing can be issued. */
    sellerName: z.string().nullable(),
    lines: z.array(
      z.object({
        receiptId: id,
        receiptNumber: z.string(),
        receivedOn: day,
        targetName: z.string(),
        chargeItemId: id,
        itemName: z.string(),
        /** Percent, `6`. */
        taxRate: z.string(),
        received: money,
        invoiced: money,
        left: money,
        /** What to begin with: all that is left, or that of the chosen bills. */
        suggested: money,
      }),
    ),
    titles: z.array(invoiceBuyer.extend({ id })),
    /** Of the titles, the only one kept for the houses; null when there is none or more than one. */
    houseTitleId: id.nullable(),
    /** Who paid all of the receipts; empty when several did or nobody was named. */
    payerName: z.string(),
  }),
});

export const issueInvoice = defineEndpoint({
  id: 'invoice.issue',
  method: 'POST',
  path: '/api/invoices',
  access: 'invoice.issue',
  summary: '开票：立即交给开票服务商',
  tag: '发票',
  body: invoiceBody,
  reply: created,
});

export const requestInvoice = defineEndpoint({
  id: 'invoice.request',
  method: 'POST',
  path: '/api/invoice-requests',
  access: 'invoice.request',
  summary: '登记开票申请，审核后开具',
  tag: '发票',
  body: invoiceBody,
  reply: created,
});

export const reviewInvoice = defineEndpoint({
  id: 'invoice.review',
  method: 'POST',
  path: '/api/invoices/:id/review',
  access: 'invoice.issue',
  summary: '审核开票申请：开具或驳回',
  tag: '发票',
  params: idParams,
  body: z.strictObject({ decision: z.enum(['issue', 'reject']), reason: text('驳回原因', 200) }),
  reply: ok,
});

export const retryInvoice = defineEndpoint({
  id: 'invoice.retry',
  method: 'POST',
  path: '/api/invoices/:id/retry',
  access: 'invoice.issue',
  summary: '开具失败的再开一次；开具中的立即再问一次服务商',
  tag: '发票',
  params: idParams,
  body: z.strictObject({}),
  reply: ok,
});

export const redLetterInvoice = defineEndpoint({
  id: 'invoice.redLetter',
  method: 'POST',
  path: '/api/invoices/:id/red-letter',
  access: 'invoice.redLetter',
  summary: '红冲：全部，或其中一部分',
  tag: '发票',
  params: idParams,
  body: z.strictObject({
    reason: reason('红冲原因'),
    /** Left out: all that is left of it. */
    lines: z.array(invoiceLineInput).min(1, '请至少选一个红冲的项目').max(500).optional(),
    idempotencyKey: z.string().regex(/^[\w-]{8,80}$/, '提交编号格式不对'),
  }),
  reply: created,
});

export const sendInvoice = defineEndpoint({
  id: 'invoice.send',
  method: 'POST',
  path: '/api/invoices/:id/send',
  access: 'invoice.issue',
  summary: '把开好的发票再通知一次房屋的业主',
  tag: '发票',
  params: idParams,
  body: z.strictObject({}),
  reply: ok,
});

const invoiceStateKey = keysOf(invoiceStates);

/** One invoice with its lines, receipts, red letters and what was exchanged with the provider. */
export const readInvoice = defineEndpoint({
  id: 'invoice.read',
  method: 'GET',
  path: '/api/invoices/:id/detail',
  access: 'invoice.view',
  summary: '一张发票：明细、收据、红字、与服务商的往来',
  tag: '发票',
  params: idParams,
  reply: z.object({
    id,
    number: z.string(),
    communityId: id,
    communityName: z.string(),
    state: invoiceStateKey,
    direction: keysOf(invoiceDirections),
    kind: keysOf(invoiceKinds),
    source: keysOf(invoiceSources),
    targetName: z.string(),
    sellerName: z.string(),
    buyer: invoiceBuyer,
    gross: money,
    net: money,
    tax: money,
    red: money,
    note: z.string(),
    reason: z.string(),
    failure: z.string(),
    issuedOn: day.nullable(),
    requestedAt: instant,
    requestedBy: z.string(),
    requestNumber: z.string(),
    original: z.object({ id, number: z.string() }).nullable(),
    pdf: z.object({ fileId: id.nullable(), url: z.string() }),
    lines: z.array(
      z.object({
        itemName: z.string(),
        taxCode: z.string(),
        taxRate: z.string(),
        gross: money,
        net: money,
        tax: money,
      }),
    ),
    parts: z.array(
      z.object({
        receiptId: id,
        receiptNumber: z.string(),
        chargeItemId: id,
        itemName: z.string(),
        gross: money,
        /** Not taken back yet; 0 of a red one. */
        left: money,
      }),
    ),
    reds: z.array(
      z.object({
        id,
        number: z.string(),
        state: invoiceStateKey,
        gross: money,
        reason: z.string(),
        failure: z.string(),
      }),
    ),
    exchanges: z.array(z.object({ at: instant, kind: z.string(), outcome: z.string(), answer: z.string() })),
  }),
});

/** Where a provider reports what became of a request. Nobody is signed in: the signature says who speaks. */
export const invoiceCallback = defineEndpoint({
  id: 'invoice.callback',
  method: 'POST',
  path: '/api/public/invoice-callbacks/:company/:seller',
  access: 'public',
  summary: '开票服务商的结果回调',
  tag: '发票',
  params: z.object({ company: id, seller: id }),
  body: z.strictObject({
    /** JSON as it was signed. */
    payload: z.string().max(20_000),
    /** Seconds since 1970. */
    timestamp: z.string().regex(/^\d{10}$/),
    nonce: z.string().min(8).max(64),
    /** HMAC-SHA256 in hexadecimal. */
    signature: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  reply: ok,
});
