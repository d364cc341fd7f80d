import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { orPending } from '../platform/approvals.ts';
import { day, id, idParams, instant, money } from '../wire.ts';

/** 已减免: nothing is owed and nothing was paid, because the whole bill was given up. */
export const billStates = {
  due: '待缴',
  partlyPaid: '部分缴纳',
  paid: '已缴清',
  waived: '已减免',
  void: '已作废',
} as const;
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
  state: z.enum(['due', 'partlyPaid', 'paid', 'waived', 'void']),
  targetLabel: z.string(),
  chargeItemLabel: z.string(),
  periodFrom: day,
  periodTo: day,
  dueOn: day,
  receivable: money,
  received: money,
  outstanding: money,
  /** The former owner it belongs to; empty when it is the present owner's. */
  formerOwner: z.string(),
  /** The calculation as a sentence, one line or several. */
  sentence: z.string(),
});

/** What is owed on a house or parking space, month by month, newest first. */
export const targetAccount = z.object({
  outstanding: money,
  /** Of it, past the pay-by date. */
  overdue: money,
  billCount: z.number(),
  months: z.array(z.object({ month: z.string(), receivable: money, outstanding: money, bills: z.array(accountBill) })),
});
export type TargetAccount = z.infer<typeof targetAccount>;

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
    /** What the calculation rests on: target, standard, binding, price, reading, division, run. */
    basis: z.array(
      z.object({
        label: z.string(),
        text: z.string(),
        link: z
          .object({
            kind: z.enum([
              'house',
              'parkingSpace',
              'vehicle',
              'chargeStandard',
              'standardBinding',
              'meterReading',
              'apportionment',
              'raisingRun',
            ]),
            id,
          })
          .nullable(),
      }),
    ),
    /** The tax that is in the amount, at the item's rate of today; null where there is none. */
    tax: z.object({ rate: z.string(), net: money, tax: money }).nullable(),
    /** Everything that happened to it, oldest first. */
    history: z.array(
      z.object({
        at: instant,
        what: z.string(),
        /** Reason, number, what changed; may be empty. */
        detail: z.string(),
        who: z.string(),
        amount: money.nullable(),
        /** Where more is found. */
        link: z.object({ kind: z.enum(['receipt', 'refund', 'approval', 'file']), id }).nullable(),
        /** A waiver that can still be taken back. */
        takesBackId: id.nullable(),
      }),
    ),
  }),
});

/** Takes back bills nothing was paid on, all of them or none; their periods can be raised again. */
export const voidBills = defineEndpoint({
  id: 'bill.void',
  method: 'POST',
  path: '/api/bills/void',
  access: 'bill.void',
  summary: '作废未收款的账单；作废后该账期可以重新生成。设了审批流程时改为提交申请',
  tag,
  body: z.strictObject({
    ids: z.array(id).min(1, '请选择要作废的账单').max(2000, '一次最多作废 2000 张账单，请分批作废'),
    reason: z.string().trim().min(1, '请填写作废原因').max(200, '作废原因最多 200 个字'),
  }),
  reply: orPending(z.object({ voidedCount: z.number(), sum: money })),
});

/** Bills of a house and of the parking spaces and vehicles that belong to it, newest month first. Voided ones are left out. */
export const getHouseAccount = defineEndpoint({
  id: 'house.account',
  method: 'GET',
  path: '/api/houses/:id/account',
  access: 'bill.view',
  summary: '房屋的账：欠费合计和每月账单',
  tag,
  params: idParams,
  reply: targetAccount,
});

/** Bills of one parking space, in the same shape. */
export const getParkingSpaceAccount = defineEndpoint({
  id: 'parkingSpace.account',
  method: 'GET',
  path: '/api/parking-spaces/:id/account',
  access: 'bill.view',
  summary: '车位的账：欠费合计和每月账单',
  tag,
  params: idParams,
  reply: targetAccount,
});

/** Bills of one vehicle, in the same shape. */
export const getVehicleAccount = defineEndpoint({
  id: 'vehicle.account',
  method: 'GET',
  path: '/api/vehicles/:id/account',
  access: 'bill.view',
  summary: '车辆的账：欠费合计和每月账单',
  tag,
  params: idParams,
  reply: targetAccount,
});
