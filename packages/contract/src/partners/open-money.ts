import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { day, id, instant, money } from '../wire.ts';
import { openPage, openTag } from './open-estate.ts';

export const openDocumentKinds = {
  receipt: '收款',
  reversal: '撤销或作废',
  restoration: '恢复',
  refund: '退款',
} as const;

/** A document of money. Sums are signed: what goes back is negative, so that all of them can be added up. */
export const openDocument = z.object({
  id,
  /** Rises within the community, never changes, has no meaning but order. */
  sequence: z.number().int(),
  kind: z.enum(Object.keys(openDocumentKinds) as [keyof typeof openDocumentKinds]),
  /** Business day. */
  bookedOn: day,
  at: instant,
  /** Of the receipt; of the refund where the kind is `refund`. */
  number: z.string(),
  receiptId: id.nullable(),
  targetKind: targetKind.nullable(),
  targetId: id.nullable(),
  total: money,
  tenders: z.array(
    z.object({
      method: z.string(),
      /** `money` came in now; `prepaid` and `deposit` are money that was there. */
      source: z.enum(['money', 'prepaid', 'deposit']),
      amount: money,
    }),
  ),
  bills: z.array(
    z.object({
      billId: id,
      /** Where the bill is the asking app's own. */
      externalId: z.string().nullable(),
      chargeItemName: z.string(),
      periodFrom: day,
      lastDay: day,
      principal: money,
      lateFee: money,
    }),
  ),
});
export type OpenDocument = z.infer<typeof openDocument>;

export const pullOpenPayments = defineEndpoint({
  id: 'open.payments',
  method: 'GET',
  path: '/api/open/v1/payments',
  access: 'app.payments',
  summary: '自游标以来的收款、撤销、恢复、退款；不漏不重',
  tag: openTag,
  query: z.object(openPage),
  reply: z.object({
    rows: z.array(openDocument),
    /** Always given: keep it with what was read, and ask with it next time. */
    nextCursor: z.string(),
    hasMore: z.boolean(),
  }),
});

export const openStatementLine = z.object({
  id,
  sequence: z.number().int(),
  paidOn: day,
  amount: money,
  payerName: z.string(),
  /** The last four digits. */
  payerAccount: z.string(),
  remark: z.string(),
  serial: z.string(),
  bankAccountName: z.string(),
  state: z.enum(['waiting', 'booked', 'aside']),
  receiptNumber: z.string(),
});

export const pullOpenStatements = defineEndpoint({
  id: 'open.statements',
  method: 'GET',
  path: '/api/open/v1/statements',
  access: 'app.statements',
  summary: '自游标以来读入的银行流水；须小区打开“允许财务软件获取银行流水”',
  tag: openTag,
  query: z.object(openPage),
  reply: z.object({ rows: z.array(openStatementLine), nextCursor: z.string(), hasMore: z.boolean() }),
});
