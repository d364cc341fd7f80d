import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { id, idParams, money, month, taskStarted } from '../wire.ts';

const tag = '收费台账';

export const ledgerGroupings = { target: '收费对象', building: '楼宇', community: '小区', item: '收费项目' } as const;
const grouping = z.enum(['target', 'building', 'community', 'item']);
export type LedgerGrouping = z.infer<typeof grouping>;

/** Which bills: those not void whose period begins in the months (both included), of the targets and item chosen. */
export const ledgerFilter = z.object({
  communityId: id.optional(),
  buildingId: id.optional(),
  chargeItemId: id.optional(),
  targetKind: targetKind.optional(),
  targetId: id.optional(),
  /** Houses and parking spaces with this tag. */
  tagId: id.optional(),
  monthFrom: month.optional(),
  monthTo: month.optional(),
  /** Part of the name of the house or parking space. */
  q: z.string().trim().max(60).optional(),
});
export type LedgerFilter = z.output<typeof ledgerFilter>;

const sums = {
  billCount: z.number(),
  receivable: money,
  discount: money,
  waived: money,
  /** Received less refunded, principal only. */
  received: money,
  outstanding: money,
  lateFeeReceived: money,
  /** received ÷ (receivable − discount − waived) in percent with two decimals; null when nothing was to be paid. */
  rate: z.string().nullable(),
};
export const ledgerSums = z.object(sums);
export type LedgerSums = z.infer<typeof ledgerSums>;

export const ledgerRow = ledgerSums.extend({
  /** Id of the house or parking space, building, community or item; `none` for bills of no building. */
  key: z.string(),
  label: z.string(),
  targetKind: targetKind.nullable(),
  communityName: z.string(),
  /** Month of the oldest bill that is not paid up; null when none is. */
  earliestUnpaid: month.nullable(),
});
export type LedgerRow = z.infer<typeof ledgerRow>;

export const ledgerSorts = [
  'label',
  'outstanding',
  '-outstanding',
  'received',
  '-received',
  'receivable',
  '-receivable',
] as const;
const listed = {
  groupBy: grouping.default('target'),
  /** Only groups that owe something, or only those that owe nothing. */
  paying: z.enum(['owing', 'paidUp']).optional(),
  sort: z.enum(ledgerSorts).default('label'),
};
const paged = {
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(500).default(50),
};
export const ledgerListing = ledgerFilter.extend(listed);
export type LedgerListing = z.output<typeof ledgerListing>;

export const listChargeLedger = defineEndpoint({
  id: 'chargeLedger.list',
  method: 'GET',
  path: '/api/charge-ledger',
  access: 'chargeLedger.view',
  summary: '收费台账：按收费对象、楼宇、小区或收费项目汇总应收、实收、未收',
  tag,
  query: ledgerListing.extend(paged),
  reply: z.object({ rows: z.array(ledgerRow), total: z.number(), totals: ledgerSums }),
});

const choice = z.array(z.object({ id, name: z.string() }));
export const ledgerChoices = defineEndpoint({
  id: 'chargeLedger.choices',
  method: 'GET',
  path: '/api/charge-ledger/choices',
  access: 'chargeLedger.view',
  summary: '收费台账可选的收费项目、楼宇和数据标签',
  tag,
  query: z.object({ communityId: id.optional() }),
  reply: z.object({ items: choice, buildings: choice, tags: choice }),
});

export const openLedgerTarget = defineEndpoint({
  id: 'chargeLedger.target',
  method: 'GET',
  path: '/api/charge-ledger/targets/:id',
  access: 'chargeLedger.view',
  summary: '一个收费对象的台账，分收费项目，带最早未缴月份',
  tag,
  params: idParams,
  query: ledgerFilter.pick({ chargeItemId: true, monthFrom: true, monthTo: true }),
  reply: z.object({ label: z.string(), targetKind, items: z.array(ledgerRow), totals: ledgerSums }),
});

export const ledgerCellStates = {
  none: '无账单',
  paid: '已缴清',
  waived: '已减免',
  partly: '部分缴纳',
  due: '未缴',
} as const;
const cell = z.object({
  state: z.enum(['none', 'paid', 'waived', 'partly', 'due']),
  /** Something of it is past its pay-by date. */
  isOverdue: z.boolean(),
  receivable: money,
  received: money,
  outstanding: money,
});
export type LedgerCell = z.infer<typeof cell>;

export const ledgerYear = defineEndpoint({
  id: 'chargeLedger.year',
  method: 'GET',
  path: '/api/charge-ledger/years/:year',
  access: 'chargeLedger.view',
  summary: '年度台账：收费对象 × 12 个月',
  tag,
  params: z.object({ year: z.coerce.number().int().min(1990).max(2200) }),
  query: ledgerFilter
    .pick({ communityId: true, buildingId: true, chargeItemId: true, tagId: true, q: true })
    .extend({ targetKind: targetKind.default('house'), ...paged }),
  reply: z.object({
    rows: z.array(
      z.object({
        targetId: id,
        label: z.string(),
        communityName: z.string(),
        months: z.array(cell).length(12),
        year: ledgerSums,
      }),
    ),
    total: z.number(),
    totals: ledgerSums,
    /** Sums of the twelve months over all that match. */
    monthTotals: z.array(ledgerSums).length(12),
  }),
});

export const exportChargeLedger = defineEndpoint({
  id: 'chargeLedger.export',
  method: 'POST',
  path: '/api/charge-ledger/export',
  access: 'chargeLedger.export',
  summary: '导出收费台账（当前筛选结果）',
  tag,
  body: ledgerListing,
  reply: taskStarted,
});
