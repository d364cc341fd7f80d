import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, id, idParams, instant, money, ok, taskStarted } from '../wire.ts';

const tag = '线上对账';

/** What became of fetching the channel's bill of a day. */
export const reconciliationStates = { waiting: '等待账单', failed: '没有取到', done: '已对账' } as const;
export type ReconciliationState = keyof typeof reconciliationStates;

/** What became of a line: the first two agree, the others are exceptions. */
export const reconciliationOutcomes = {
  matched: '到账',
  refunded: '已退款',
  oursOnly: '未到账',
  theirsOnly: '渠道多出',
  amountDiffers: '金额不符',
} as const;
export type ReconciliationOutcome = keyof typeof reconciliationOutcomes;
export const reconciliationExceptions = ['oursOnly', 'theirsOnly', 'amountDiffers'] as const;

export const reconciliationLineKinds = { payment: '付款', refund: '退款' } as const;

/** Who settled an exception: a person; the bill of another day; our books, which have the same since. */
export const settlementWays = { staff: '人工核销', otherDay: '隔日对平', found: '自动对平' } as const;

const channelKind = z.enum(['wechat', 'alipay', 'unionpay']);
const stateOf = z.enum(['waiting', 'failed', 'done']);
const outcomeOf = z.enum(['matched', 'refunded', 'oursOnly', 'theirsOnly', 'amountDiffers']);
const page = {
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(500).default(50),
};
/** Days of the channels' bills, both ends included. */
const range = { from: day.optional(), to: day.optional() };

/** A merchant's account at a channel, in the words of its settings. */
const account = { channelId: id, channelKind, channelName: z.string(), merchantId: z.string() };

export const reconciliationDay = z.object({
  id,
  ...account,
  day,
  state: stateOf,
  /** Why there is no bill, or what is odd about it, in a sentence; empty when all is well. */
  problem: z.string(),
  tryCount: z.int(),
  nextTryAt: instant.nullable(),
  fetchedAt: instant.nullable(),
  /** Payments in the channel's bill. */
  arrivedCount: z.int(),
  arrived: money,
  refundedCount: z.int(),
  refunded: money,
  /** What the channel kept for itself; less what it gave back with refunds. */
  fee: money,
  /** Arrived, less refunded, less the fee: what the channel owes for the day. */
  net: money,
  /** By how much the channel has more than our books. */
  difference: money,
  exceptionCount: z.int(),
  openCount: z.int(),
});
export type ReconciliationDay = z.output<typeof reconciliationDay>;

/** Of all that match; what the channel's bills say. */
const sums = {
  /** 到账: payments both sides have, to the fen. */
  matchedCount: z.int(),
  matched: money,
  arrivedCount: z.int(),
  arrived: money,
  refundedCount: z.int(),
  refunded: money,
  fee: money,
  net: money,
  exceptionCount: z.int(),
  /** Exceptions that nobody settled. */
  openCount: z.int(),
};

export const listReconciliations = defineEndpoint({
  id: 'reconciliation.list',
  method: 'GET',
  path: '/api/reconciliations',
  access: 'reconciliation.view',
  summary: '线上对账：每个商户号每天一行，合计全部符合条件的',
  tag,
  query: z.object({
    ...page,
    ...range,
    channelId: id.optional(),
    /** Only days that somebody should look at. */
    open: z.enum(['exception']).optional(),
  }),
  reply: z.object({
    rows: z.array(reconciliationDay),
    total: z.number(),
    totals: z.object({
      ...sums,
      /** Days without the channel's bill. */
      unfinishedCount: z.int(),
    }),
    /** Accounts that can be reconciled, for the filter and for a run. */
    accounts: z.array(z.object(account)),
  }),
});

export const reconciliationLine = z.object({
  id,
  reconciliationId: id,
  ...account,
  day,
  kind: z.enum(['payment', 'refund']),
  outcome: outcomeOf,
  communityName: z.string(),
  targetName: z.string(),
  /** The payment it belongs to; null when no order of ours has its number. */
  orderId: id.nullable(),
  orderNo: z.string(),
  refundNo: z.string(),
  transactionId: z.string(),
  ourAt: instant.nullable(),
  ourAmount: money.nullable(),
  theirAt: instant.nullable(),
  theirAmount: money.nullable(),
  fee: money.nullable(),
  /** Null while an exception is open, and where there is nothing to settle. */
  settledAt: instant.nullable(),
  settledHow: z.enum(['staff', 'otherDay', 'found']).nullable(),
  settledBy: z.string(),
  note: z.string(),
});
export type ReconciliationLine = z.output<typeof reconciliationLine>;

/** Which lines: all conditions hold together. */
export const reconciliationLineFilter = z.object({
  ...range,
  reconciliationId: id.optional(),
  channelId: id.optional(),
  kind: z.enum(['payment', 'refund']).optional(),
  outcome: outcomeOf.optional(),
  /** All exceptions, or those that nobody has settled. */
  open: z.enum(['exception', 'any']).optional(),
  /** Number of the order, the refund or the transaction. */
  q: z.string().trim().max(64).optional(),
});
export type ReconciliationLineFilter = z.output<typeof reconciliationLineFilter>;

export const listReconciliationLines = defineEndpoint({
  id: 'reconciliationLine.list',
  method: 'GET',
  path: '/api/reconciliation-lines',
  access: 'reconciliation.view',
  summary: '对账明细：到账、未到账、渠道多出、金额不符、已退款，逐笔',
  tag,
  query: reconciliationLineFilter.extend(page),
  reply: z.object({
    rows: z.array(reconciliationLine),
    total: z.number(),
    totals: z.object(sums),
  }),
});

export const getReconciliationLine = defineEndpoint({
  id: 'reconciliationLine.get',
  method: 'GET',
  path: '/api/reconciliation-lines/:id',
  access: 'reconciliation.view',
  summary: '对账明细的一笔：两边各是多少',
  tag,
  params: idParams,
  reply: reconciliationLine,
});

export const settleReconciliationLines = defineEndpoint({
  id: 'reconciliationLine.settle',
  method: 'POST',
  path: '/api/reconciliation-lines/settle',
  access: 'reconciliation.settle',
  summary: '核销对账差异：写明原因，一次最多 500 笔',
  tag,
  body: z.strictObject({
    ids: z.array(id).min(1, '请选择要核销的差异').max(500, '一次最多核销 500 笔'),
    note: z.string().trim().min(2, '请写明核实的结果，至少 2 个字').max(200, '说明最多 200 个字'),
  }),
  reply: z.object({ count: z.int() }),
});

export const reopenReconciliationLine = defineEndpoint({
  id: 'reconciliationLine.reopen',
  method: 'POST',
  path: '/api/reconciliation-lines/:id/reopen',
  access: 'reconciliation.settle',
  summary: '撤回核销，差异重新待处理',
  tag,
  params: idParams,
  reply: ok,
});

export const runReconciliation = defineEndpoint({
  id: 'reconciliation.run',
  method: 'POST',
  path: '/api/reconciliations/run',
  access: 'reconciliation.run',
  summary: '立即对账：取一段日子的渠道账单，重新核对；最多 93 天',
  tag,
  body: z.strictObject({
    from: day,
    to: day,
    /** Left out: every account that lies in the data scope. */
    channelId: id.optional(),
  }),
  reply: taskStarted,
});

export const exportReconciliation = defineEndpoint({
  id: 'reconciliation.export',
  method: 'POST',
  path: '/api/reconciliations/export',
  access: 'reconciliation.export',
  summary: '导出对账结果：每日合计与手续费、逐笔明细（当前筛选结果）',
  tag,
  body: reconciliationLineFilter,
  reply: taskStarted,
});

/** Days that can be reconciled at once. */
export const mostReconciledDays = 93;

/** Whether what channels keep and pay out is booked (FIN-4), and from which day of their bills; null: all of them. */
export const settlementSetting = z.object({
  booksFees: z.boolean(),
  feesFrom: day.nullable(),
  /** The money goes from the channel to the bank in the books; without it, the way of paying stands for the bank itself. */
  booksPayouts: z.boolean(),
  payoutsFrom: day.nullable(),
});
export type SettlementSetting = z.infer<typeof settlementSetting>;

export const getSettlementSetting = defineEndpoint({
  id: 'channelSettlement.setting',
  method: 'GET',
  path: '/api/channel-settlement-setting',
  access: 'accountMapping.view',
  summary: '渠道手续费和结算到账是否记账、从哪天的账单起',
  tag,
  reply: settlementSetting,
});

export const saveSettlementSetting = defineEndpoint({
  id: 'channelSettlement.saveSetting',
  method: 'PUT',
  path: '/api/channel-settlement-setting',
  access: 'accountMapping.edit',
  summary: '设置渠道手续费和结算到账的记账；已对账的日子随即补记或冲回',
  tag,
  body: z.strictObject(settlementSetting.shape),
  reply: ok,
});
