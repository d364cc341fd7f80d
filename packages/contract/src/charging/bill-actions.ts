import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { orPending } from '../platform/approvals.ts';
import { day, id, idParams, money, moneyInput, ok } from '../wire.ts';

const tag = '账单';
const reasonOf = (what: string) => z.string().trim().min(1, `请填写${what}原因`).max(200, `${what}原因最多 200 个字`);

/** Reduces what chosen bills owe (CSH-9), all of them or none. */
export const waiveBills = defineEndpoint({
  id: 'bill.waive',
  method: 'POST',
  path: '/api/bills/waive',
  access: 'bill.waive',
  summary: '减免账单的本金或违约金。设了审批流程时改为提交申请',
  tag,
  body: z.strictObject({
    lines: z
      .array(z.strictObject({ billId: id, principal: moneyInput, lateFee: moneyInput }))
      .min(1, '请选择要减免的账单')
      .max(2000, '一次最多减免 2000 张账单，请分批办理'),
    reason: reasonOf('减免'),
    /** The paper it rests on: a file uploaded before. */
    fileId: id.optional(),
  }),
  reply: orPending(z.object({ billCount: z.number(), sum: money })),
});

/** What of chosen bills can be waived today. */
export const listWaivable = defineEndpoint({
  id: 'bill.waivable',
  method: 'POST',
  path: '/api/bills/waivable',
  access: 'bill.waive',
  summary: '所选账单今天可减免的本金和违约金',
  tag,
  body: z.strictObject({ ids: z.array(id).min(1, '请选择账单').max(2000) }),
  reply: z.object({
    rows: z.array(
      z.object({ billId: id, label: z.string(), targetName: z.string(), principal: money, lateFee: money }),
    ),
  }),
});

export const takeBackWaiver = defineEndpoint({
  id: 'bill.takeBackWaiver',
  method: 'POST',
  path: '/api/bill-reductions/:id/take-back',
  access: 'bill.waive',
  summary: '撤回一笔减免，账单恢复欠费',
  tag,
  params: idParams,
  body: z.strictObject({ reason: reasonOf('撤回') }),
  reply: z.object({ outstanding: money }),
});

export const editBill = defineEndpoint({
  id: 'bill.edit',
  method: 'POST',
  path: '/api/bills/:id/edit',
  access: 'bill.edit',
  summary: '修改没有收过款的账单：账期、项目、金额、缴费期限、备注。设了审批流程时改为提交申请',
  tag,
  params: idParams,
  body: z.strictObject({
    periodFrom: day.optional(),
    /** The last day of the period, included. */
    lastDay: day.optional(),
    chargeItemId: id.optional(),
    amount: moneyInput.optional(),
    dueOn: day.optional(),
    note: z.string().trim().max(500, '备注最多 500 个字').optional(),
    reason: reasonOf('修改'),
  }),
  reply: orPending(ok),
});

export const changeDueDays = defineEndpoint({
  id: 'bill.changeDueDay',
  method: 'POST',
  path: '/api/bills/due-day',
  access: 'bill.edit',
  summary: '批量修改缴费期限',
  tag,
  body: z.strictObject({
    ids: z.array(id).min(1, '请选择账单').max(2000, '一次最多修改 2000 张账单，请分批办理'),
    dueOn: day,
    reason: reasonOf('修改'),
  }),
  reply: z.object({ changedCount: z.number() }),
});

export const restoreBills = defineEndpoint({
  id: 'bill.restore',
  method: 'POST',
  path: '/api/bills/restore',
  access: 'bill.void',
  summary: '从回收站恢复作废的账单',
  tag,
  body: z.strictObject({
    ids: z.array(id).min(1, '请选择要恢复的账单').max(2000, '一次最多恢复 2000 张账单，请分批恢复'),
    reason: reasonOf('恢复'),
  }),
  reply: z.object({ restoredCount: z.number(), sum: money }),
});

export const reopenBinding = defineEndpoint({
  id: 'standardBinding.reopen',
  method: 'POST',
  path: '/api/standard-bindings/:id/reopen',
  access: 'standardBinding.edit',
  summary: '恢复已结束的绑定，从此没有结束日期',
  tag: '标准绑定',
  params: idParams,
  body: z.strictObject({ reason: reasonOf('恢复') }),
  reply: ok,
});
