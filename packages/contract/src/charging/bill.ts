import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { listQuery, listReply } from '../resource/schema.ts';
import { day, id, idParams, instant, money, taskStarted } from '../wire.ts';

export const billStates = { due: '待缴', partlyPaid: '部分缴纳', paid: '已缴清', void: '已作废' } as const;
export const raisedHows = {
  auto: '自动',
  manual: '手动',
  advance: '预收',
  oneOff: '临时',
  meter: '抄表',
  apportionment: '分摊',
  import: '导入',
  contract: '合同',
  thirdParty: '第三方',
} as const;

const tag = '账单';
const state = z.enum(['due', 'partlyPaid', 'paid', 'void']);

export const billRow = z.object({
  id,
  state,
  /** Still due after the pay-by date. */
  isOverdue: z.boolean(),
  communityId: id,
  communityLabel: z.string(),
  targetKind: z.enum(['house', 'parkingSpace']),
  targetId: id,
  targetLabel: z.string(),
  /** Present owners of the house, or of the house a parking space belongs to. */
  ownerName: z.string(),
  chargeItemId: id,
  chargeItemLabel: z.string(),
  standardLabel: z.string(),
  periodFrom: day,
  periodTo: day,
  raisedAt: instant,
  raisedHow: z.enum([
    'auto',
    'manual',
    'advance',
    'oneOff',
    'meter',
    'apportionment',
    'import',
    'contract',
    'thirdParty',
  ]),
  receivable: money,
  discount: money,
  waived: money,
  lateFeeReceived: money,
  received: money,
  refunded: money,
  outstanding: money,
  dueOn: day,
  receiptNumbers: z.array(z.string()),
  note: z.string(),
});
export type BillRow = z.infer<typeof billRow>;

/**
 * Filter keys: state, chargeItemId, chargeStandardId, buildingId, targetKind, targetId, raisedHow, raisingRunId (lists);
 * periodFrom, periodTo, dueOn, raisedAt, receivable, received, outstanding ({from, to}, both included); isOverdue (boolean).
 * `q` looks in target, owner and receipt number. Sort keys: target, chargeItem, periodFrom, raisedAt, dueOn, receivable, received, outstanding.
 */
export const listBills = defineEndpoint({
  id: 'bill.list',
  method: 'GET',
  path: '/api/bills',
  access: 'bill.view',
  summary: '账单列表：筛选、排序，合计全部符合条件的',
  tag,
  query: listQuery,
  reply: listReply(billRow),
});

export const getBill = defineEndpoint({
  id: 'bill.get',
  method: 'GET',
  path: '/api/bills/:id',
  access: 'bill.view',
  summary: '一张账单：怎么算的、收过什么款',
  tag,
  params: idParams,
  reply: billRow.extend({
    /** The calculation as a sentence, one line or several. */
    sentence: z.string(),
    voidedAt: instant.nullable(),
    /** Everything that happened to it, oldest first. */
    history: z.array(
      z.object({
        at: instant,
        what: z.string(),
        who: z.string(),
        amount: money.nullable(),
        receiptId: id.nullable(),
      }),
    ),
  }),
});

export const exportBills = defineEndpoint({
  id: 'bill.export',
  method: 'POST',
  path: '/api/bills/export',
  access: 'bill.export',
  summary: '导出账单（当前筛选结果）',
  tag,
  body: listQuery.omit({ page: true, pageSize: true }),
  reply: taskStarted,
});

/** Bills of a house and of the parking spaces that belong to it, newest month first. */
export const getHouseAccount = defineEndpoint({
  id: 'house.account',
  method: 'GET',
  path: '/api/houses/:id/account',
  access: 'bill.view',
  summary: '房屋的账：欠费合计和每月账单',
  tag,
  params: idParams,
  reply: z.object({
    outstanding: money,
    overdue: money,
    billCount: z.number(),
    months: z.array(
      z.object({
        month: z.string(),
        receivable: money,
        outstanding: money,
        bills: z.array(billRow.omit({ communityLabel: true, ownerName: true }).extend({ sentence: z.string() })),
      }),
    ),
  }),
});
