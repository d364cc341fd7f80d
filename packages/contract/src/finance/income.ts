import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { day, id, instant, money, month, taskStarted } from '../wire.ts';

const tag = '收入明细';

/** What wrote the row: a receipt; its reversal or void; a void receipt brought back; a refund; a method put right afterwards. */
export const incomeKinds = {
  receipt: '收款',
  reversal: '撤销',
  restoration: '恢复',
  refund: '退款',
  amendment: '改正',
} as const;
/** Whether a receipt still stands; other rows are what their kind says. */
export const incomeStates = { ...incomeKinds, valid: '有效', reversed: '已撤销' } as const;
/** What it drew on: money, or what the company already held of the payer. Only money is income. */
export const incomeSources = { money: '资金', prepaid: '预存抵扣', deposit: '押金抵扣' } as const;
const kind = z.enum(['receipt', 'reversal', 'restoration', 'refund', 'amendment']);
const source = z.enum(['money', 'prepaid', 'deposit']);
const state = z.enum(['valid', 'reversed', 'reversal', 'restoration', 'refund', 'amendment']);

/** Which movements: all conditions hold together, ranges include both ends. */
export const incomeFilter = z.object({
  communityId: id.optional(),
  buildingId: id.optional(),
  /** Business days. */
  from: day.optional(),
  to: day.optional(),
  paymentMethodId: id.optional(),
  /** Movements that paid something of this item. */
  chargeItemId: id.optional(),
  /** Movements that paid a bill whose period begins in these months. */
  paidFrom: month.optional(),
  paidTo: month.optional(),
  staffId: id.optional(),
  kind: kind.optional(),
  source: source.optional(),
  state: z.enum(['valid', 'reversed', 'reversal']).optional(),
  /** Part of the number of the receipt or refund, or of the payer's or payee's name. */
  q: z.string().trim().max(60).optional(),
});
export type IncomeFilter = z.output<typeof incomeFilter>;

export const incomeSorts = ['day', '-day', 'amount', '-amount'] as const;
export const incomeSort = z.enum(incomeSorts).default('-day');
export type IncomeSort = z.output<typeof incomeSort>;

export const incomeRow = z.object({
  /** Tender, document and method: an amended tender goes out by one method and comes in by another. */
  key: z.string(),
  /** Null for a refund of what belongs to no receipt. */
  receiptId: id.nullable(),
  refundId: id.nullable(),
  number: z.string(),
  kind,
  source,
  state,
  day,
  at: instant,
  communityName: z.string(),
  targetKind: targetKind.nullable(),
  targetId: id.nullable(),
  targetName: z.string(),
  payerName: z.string(),
  /** Charge items it paid, in order of their bills' months. */
  items: z.string(),
  methodName: z.string(),
  amount: money,
  principal: money,
  lateFee: money,
  prepaid: money,
  deposit: money,
  other: money,
  staffName: z.string(),
  note: z.string(),
});
export type IncomeRow = z.infer<typeof incomeRow>;

export const incomeTotals = z.object({
  /** Money that came, less what went back; what was offset from prepaid or a deposit is not in it. */
  income: money,
  received: money,
  /** Zero or negative: undone, less what was brought back. */
  reversed: money,
  /** Zero or negative. */
  refunded: money,
  /** What of the income paid bills' principal, late fees, prepaid, deposits and other income. */
  principal: money,
  lateFee: money,
  prepaid: money,
  deposit: money,
  other: money,
  /** Paid out of prepaid or a deposit. */
  offset: money,
  /** Discounts given with the receipts of these rows, less those taken back with them. */
  discount: money,
  /** What channels kept, as booked on these days; null where the rows are narrowed by more than day, community and method. */
  channelFee: money.nullable(),
  byMethod: z.array(z.object({ id, name: z.string(), income: money })),
  /** What of the rows, offsets included, paid the chosen item and months; null when neither is chosen. */
  chosenPart: z.object({ principal: money, lateFee: money }).nullable(),
});
export type IncomeTotals = z.infer<typeof incomeTotals>;

export const listIncome = defineEndpoint({
  id: 'income.list',
  method: 'GET',
  path: '/api/income',
  access: 'income.view',
  summary: '收入明细：每一笔进出的钱，合计全部符合条件的',
  tag,
  query: incomeFilter.extend({
    page: z.coerce.number().int().min(1).max(1_000_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(500).default(50),
    sort: incomeSort,
  }),
  reply: z.object({ rows: z.array(incomeRow), total: z.number(), totals: incomeTotals }),
});

const choice = z.array(z.object({ id, name: z.string() }));
export const incomeChoices = defineEndpoint({
  id: 'income.choices',
  method: 'GET',
  path: '/api/income/choices',
  access: 'income.view',
  summary: '收入明细可选的支付方式、收费项目、经办人和楼宇',
  tag,
  query: z.object({ communityId: id.optional() }),
  reply: z.object({ methods: choice, items: choice, staff: choice, buildings: choice }),
});

export const exportIncome = defineEndpoint({
  id: 'income.export',
  method: 'POST',
  path: '/api/income/export',
  access: 'income.export',
  summary: '导出收入明细（当前筛选结果）：逐笔，或按日、按支付方式汇总',
  tag,
  body: incomeFilter.extend({ sort: incomeSort, as: z.enum(['detail', 'summary']).default('detail') }),
  reply: taskStarted,
});
