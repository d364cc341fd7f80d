import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { day, id, money, month } from '../wire.ts';
import { dueBillChoice, paidInFull } from './payments.ts';

const tag = '住户端';
const base = '/api/resident';

export const quoteOwnPrepaid = defineEndpoint({
  id: 'household.quotePrepaid',
  method: 'POST',
  path: `${base}/prepaid/quote`,
  access: 'householder',
  summary: '所选账单可以用多少自己的预存款付。什么都不写入',
  tag,
  body: z.strictObject({
    communityId: id,
    billIds: z.array(id).min(1, '请先选择要支付的账单').max(500, '一次最多付 500 条账单'),
  }),
  reply: z.object({
    total: money,
    /** What prepaid pays of it; each house's and space's pays its own bills only. */
    prepaid: money,
    /** What is left for a channel. */
    rest: money,
    accounts: z.array(z.object({ id, label: z.string(), targetName: z.string(), amount: money })),
  }),
});
export type PrepaidQuote = z.infer<typeof quoteOwnPrepaid.reply>;

export const payWithOwnPrepaid = defineEndpoint({
  id: 'household.payWithPrepaid',
  method: 'POST',
  path: `${base}/prepaid-payments`,
  access: 'householder',
  summary: '全部用自己的预存款付所选账单',
  tag,
  body: z.strictObject({ communityId: id, bills: dueBillChoice.min(1, '请先选择要支付的账单'), ...paidInFull }),
  reply: z.object({ receiptId: id, number: z.string(), total: money }),
});

const advance = z.strictObject({
  communityId: id,
  targetKind,
  targetId: id,
  /** The last month that is paid for. */
  monthTo: month,
});

export const previewOwnAdvance = defineEndpoint({
  id: 'household.previewAdvance',
  method: 'POST',
  path: `${base}/advance/preview`,
  access: 'householder',
  summary: '预缴到所选月份还要付多少、怎样算的。什么都不写入',
  tag,
  body: advance,
  reply: z.object({
    total: money,
    lines: z.array(
      z.object({ name: z.string(), periodText: z.string(), periodFrom: day, amount: money, sentence: z.string() }),
    ),
    /** What cannot be reckoned ahead, as staff read it: a meter's bill comes with its reading. */
    leftOut: z.array(z.string()),
    /** Why it cannot be paid ahead just now; empty when it can. */
    blockedBy: z.string(),
  }),
});
export type AdvancePreview = z.infer<typeof previewOwnAdvance.reply>;
