import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { journalAccounts } from '../finance/book-closing.ts';
import { day, id, money } from '../wire.ts';
import { voucherKind } from './voucher.ts';

const tag = '凭证';

/** Documents of the journal as people call them. */
export const journalDocuments = {
  bill: '账单',
  billEdit: '修改账单',
  billVoid: '作废账单',
  billRestoration: '恢复账单',
  billReduction: '优惠减免',
  receipt: '收款',
  reversal: '撤销收款',
  restoration: '恢复收款',
  amendment: '更正支付方式',
  refund: '退款',
  prepaidBonus: '预存赠送',
  prepaidMove: '预存转移',
  depositForfeit: '没收押金',
  depositToPrepaid: '押金转预存',
  channelSettlement: '渠道结算',
} as const;
export type JournalDocument = keyof typeof journalDocuments;

/** Ids one after the other: at most as many as a line of a voucher sums up. */
const someIds = z
  .string()
  .max(40_000)
  .transform((text) => text.split(',').filter((one) => one !== ''))
  .pipe(z.array(id).max(1000))
  .optional();

const journalAccount = z.enum(
  Object.keys(journalAccounts) as [keyof typeof journalAccounts, ...(keyof typeof journalAccounts)[]],
);
const journalDocument = z.enum(Object.keys(journalDocuments) as [JournalDocument, ...JournalDocument[]]);

const sums = { opening: money, debit: money, credit: money, closing: money };

export const trialBalanceRow = z.object({
  /** Of our account, or the code in the company's books. */
  key: z.string(),
  name: z.string(),
  ...sums,
});
export type TrialBalanceRow = z.infer<typeof trialBalanceRow>;

export const readTrialBalance = defineEndpoint({
  id: 'trialBalance.read',
  method: 'GET',
  path: '/api/trial-balance',
  access: 'trialBalance.view',
  summary: '试算平衡表：按系统科目，或按财务科目（已生成的凭证）',
  tag,
  query: z.object({
    communityId: id.optional(),
    from: day,
    to: day,
    by: z.enum(['account', 'code']).default('account'),
  }),
  reply: z.object({
    /** Debit positive, credit negative. */
    rows: z.array(trialBalanceRow),
    /** Opening and closing are always 0.00, debit and credit always the same. */
    totals: z.object(sums),
  }),
});

export const journalLine = z.object({
  /** Of the document and its account; a document may have several lines. */
  key: z.string(),
  day,
  communityName: z.string(),
  document: journalDocument,
  documentId: id,
  /** Where it is to be found: the bill's or receipt's own id; null where there is no page of its own. */
  billId: id.nullable(),
  receiptId: id.nullable(),
  refundId: id.nullable(),
  /** The day of the channel's bill that was reconciled. */
  channelDay: day.nullable(),
  /** House, parking space, receipt number and what else names it. */
  label: z.string(),
  debit: money.nullable(),
  credit: money.nullable(),
});
export type JournalLine = z.infer<typeof journalLine>;

export const listJournalLines = defineEndpoint({
  id: 'trialBalance.lines',
  method: 'GET',
  path: '/api/trial-balance/lines',
  access: 'trialBalance.view',
  summary: '一个科目在一段日子里的明细，可追到单据',
  tag,
  query: z.object({
    communityId: id.optional(),
    from: day,
    to: day,
    account: journalAccount,
    document: journalDocument.optional(),
    /** What vouchers of this kind sum up; with items and ways of paying, what one of their lines does. */
    voucherKind: voucherKind.optional(),
    chargeItemIds: someIds,
    paymentMethodIds: someIds,
    page: z.coerce.number().int().min(1).max(100_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({ rows: z.array(journalLine), total: z.number(), debit: money, credit: money }),
});
