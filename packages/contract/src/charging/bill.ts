import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, id, idParams, instant, money } from '../wire.ts';

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

/** One bill as an account shows it. */
export const accountBill = z.object({
  id,
  state: z.enum(['due', 'partlyPaid', 'paid', 'void']),
  targetLabel: z.string(),
  chargeItemLabel: z.string(),
  periodFrom: day,
  periodTo: day,
  dueOn: day,
  receivable: money,
  received: money,
  outstanding: money,
  /** The calculation as a sentence, one line or several. */
  sentence: z.string(),
});

export const getBillHistory = defineEndpoint({
  id: 'bill.history',
  method: 'GET',
  path: '/api/bills/:id/history',
  access: 'bill.view',
  summary: '一张账单：怎么算的、经过了什么',
  tag,
  params: idParams,
  reply: z.object({
    /** The calculation as a sentence, one line or several. */
    sentence: z.string(),
    /** Everything that happened to it, oldest first. */
    history: z.array(
      z.object({ at: instant, what: z.string(), who: z.string(), amount: money.nullable(), receiptId: id.nullable() }),
    ),
  }),
});

/** Bills of a house and of the parking spaces that belong to it, newest month first. Voided ones are left out. */
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
    /** Of it, past the pay-by date. */
    overdue: money,
    billCount: z.number(),
    months: z.array(
      z.object({ month: z.string(), receivable: money, outstanding: money, bills: z.array(accountBill) }),
    ),
  }),
});
