import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { invoiceBuyer } from '../invoicing/invoice.ts';
import { buyerKinds, invoiceStates } from '../invoicing/resources.ts';
import { day, id, instant, money, ok } from '../wire.ts';

const tag = '住户端';
const base = '/api/resident';
type BuyerKind = keyof typeof buyerKinds;
type InvoiceState = keyof typeof invoiceStates;
const buyerKind = z.enum(Object.keys(buyerKinds) as [BuyerKind, ...BuyerKind[]], '请选择抬头类型');
const receiptParams = z.object({ receiptId: id });

const ownTitle = z.object({
  id,
  kind: buyerKind,
  name: z.string(),
  taxNumber: z.string(),
  email: z.string(),
  phone: z.string(),
});
export type OwnInvoiceTitle = z.infer<typeof ownTitle>;

const ownInvoice = z.object({
  id,
  state: z.enum(Object.keys(invoiceStates) as [InvoiceState, ...InvoiceState[]]),
  stateLabel: z.string(),
  buyerName: z.string(),
  gross: money,
  /** Of the invoice itself; empty until it is issued. */
  number: z.string(),
  requestedAt: instant,
  issuedOn: day.nullable(),
  /** Why it was not issued; empty when nothing went wrong. */
  reason: z.string(),
  hasFile: z.boolean(),
  /** The provider's page of it; empty where there is none. */
  url: z.string(),
});
export type OwnInvoice = z.infer<typeof ownInvoice>;

export const getReceiptInvoicing = defineEndpoint({
  id: 'household.receiptInvoicing',
  method: 'GET',
  path: `${base}/receipts/:receiptId/invoicing`,
  access: 'householder',
  summary: '一张收据还可开票多少、开过哪些发票、自己的抬头',
  tag,
  params: receiptParams,
  reply: z.object({
    /** What may still be invoiced. */
    left: money,
    items: z.array(z.object({ name: z.string(), amount: money })),
    /** Why no invoice can be asked for; empty when one can. */
    blockedBy: z.string(),
    payerName: z.string(),
    titles: z.array(ownTitle),
    invoices: z.array(ownInvoice),
  }),
});
export type ReceiptInvoicing = z.infer<typeof getReceiptInvoicing.reply>;

const email = z
  .string()
  .trim()
  .max(100, '收票邮箱最多 100 个字')
  .refine((text) => text === '' || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text), '邮箱应写成 name@example.com 的样子')
  .default('');
const phone = z
  .string()
  .trim()
  .refine((text) => text === '' || /^[\d-]{7,20}$/.test(text), '电话只能是数字和短横线')
  .default('');

export const requestOwnInvoice = defineEndpoint({
  id: 'household.requestInvoice',
  method: 'POST',
  path: `${base}/receipts/:receiptId/invoicing`,
  access: 'householder',
  summary: '为自己的收据申请电子发票，物业审核后开具',
  tag,
  params: receiptParams,
  body: z.strictObject({
    buyer: invoiceBuyer.pick({ kind: true, name: true, taxNumber: true }).extend({ email, phone }),
    /** What the resident saw. */
    expected: money,
    /** Keeps the title for the next time. */
    keepsTitle: z.boolean().default(false),
    key: z.string().regex(/^[\w-]{8,36}$/, '提交编号格式不对'),
  }),
  reply: z.object({ id }),
});

export const forgetOwnTitle = defineEndpoint({
  id: 'household.forgetTitle',
  method: 'DELETE',
  path: `${base}/invoice-titles/:invoiceTitleId`,
  access: 'householder',
  summary: '删除自己保存的发票抬头',
  tag,
  params: z.object({ invoiceTitleId: id }),
  reply: ok,
});

export const downloadOwnInvoice = defineEndpoint({
  id: 'household.invoiceFile',
  method: 'GET',
  path: `${base}/invoices/:invoiceId/file`,
  access: 'householder',
  summary: '自己收据的发票文件（PDF）',
  tag,
  transport: 'download',
  params: z.object({ invoiceId: id }),
  reply: z.undefined(),
});
