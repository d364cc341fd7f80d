import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { day, id, money, moneyInput } from '../wire.ts';
import { openPage, openTag } from './open-estate.ts';

export const maxSyncedBills = 500;

const externalId = z.string().trim().min(1, '请填写外部编号').max(100);

/** One line of a batch. */
export const syncedBillLine = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('put'),
    /** The app's own number of the bill: the same number is the same bill. */
    externalId,
    targetKind,
    targetId: id,
    chargeItemId: id,
    periodFrom: day,
    /** The last day, included. */
    lastDay: day,
    amount: moneyInput,
    /** Left out: as the charge item says. */
    dueOn: day.optional(),
    note: z.string().trim().max(200).optional(),
  }),
  z.object({ action: z.literal('withdraw'), externalId, reason: z.string().trim().max(200).optional() }),
]);
export type SyncedBillLine = z.infer<typeof syncedBillLine>;

export const syncOutcomes = ['created', 'updated', 'unchanged', 'withdrawn', 'refused'] as const;
export type SyncOutcome = (typeof syncOutcomes)[number];

/** Why one line was refused; the others are done all the same. */
export const syncRefusals = {
  repeated: '同一批里这个外部编号出现了两次，请分两批提交',
  targetNotFound: '没有这个收费对象，请先拉取房屋、车位或车辆',
  itemNotFound: '没有这个收费项目，或不适用于该小区。请先拉取收费项目',
  badPeriod: '账期的止日不能早于起日',
  noAmount: '金额应大于 0；不收了请撤回',
  fixed: '账单的收费对象、项目和账期不能改。请撤回后用新的外部编号提交',
  paid: '账单已收过款，不能改、不能撤回',
  reduced: '账单已有优惠或减免，不能改、不能撤回',
  withheld: '银行正在代扣这张账单，等结果回来再试',
  closed: '账单所在的账期已结账，不能改、不能撤回',
  voided: '账单已被物业作废。需要时请撤回后重新提交',
  taken: '物业已为这个对象、项目和账期出过账单，没有重复写入',
  notSynced: '没有用这个外部编号同步过账单',
} as const;
export type SyncRefusal = keyof typeof syncRefusals;

export const syncOpenBills = defineEndpoint({
  id: 'open.syncBills',
  method: 'POST',
  path: '/api/open/v1/bills/sync',
  access: 'app.bills',
  summary: '同步账单：写入、修改、撤回，每批最多 500 张，逐张回报；须带 Idempotency-Key',
  tag: openTag,
  body: z.object({ lines: z.array(syncedBillLine).min(1).max(maxSyncedBills) }),
  reply: z.object({
    /** In the order of the request. */
    lines: z.array(
      z.object({
        externalId: z.string(),
        outcome: z.enum(syncOutcomes),
        billId: id.nullable(),
        /** Why it was refused. */
        code: z.enum(Object.keys(syncRefusals) as [SyncRefusal]).nullable(),
        message: z.string(),
      }),
    ),
    counts: z.record(z.enum(syncOutcomes), z.number().int()),
  }),
});

export const openBillStates = ['due', 'partlyPaid', 'paid', 'waived', 'void'] as const;

export const openBill = z.object({
  id,
  externalId: z.string(),
  targetKind,
  targetId: id,
  chargeItemId: id,
  periodFrom: day,
  lastDay: day,
  dueOn: day,
  receivable: money,
  received: money,
  outstanding: money,
  state: z.enum(openBillStates),
});
export type OpenBill = z.infer<typeof openBill>;

export const listOpenBills = defineEndpoint({
  id: 'open.bills',
  method: 'GET',
  path: '/api/open/v1/bills',
  access: 'app.bills',
  summary: '该应用同步的账单和现在的状态，可按外部编号查',
  tag: openTag,
  query: z.object({ ...openPage, externalId: z.string().max(100).optional() }),
  reply: z.object({ rows: z.array(openBill), nextCursor: z.string().nullable() }),
});

export const listOpenChargeItems = defineEndpoint({
  id: 'open.chargeItems',
  method: 'GET',
  path: '/api/open/v1/charge-items',
  access: 'app.bills',
  summary: '小区可用的收费项目',
  tag: openTag,
  reply: z.object({ rows: z.array(z.object({ id, name: z.string(), dueDays: z.number().int() })) }),
});
