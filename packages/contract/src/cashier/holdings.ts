import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { defineErrors, raiser } from '../errors.ts';
import { targetKind } from '../estate/charge-target.ts';
import { orPending } from '../platform/approvals.ts';
import { day, id, idParams, money, taskStarted } from '../wire.ts';

/** What is done with prepaid and deposits apart from receipts and refunds (CSH-5, CSH-6). */

const amount = z
  .string()
  .trim()
  .regex(/^(0|[1-9]\d{0,10})(\.\d{1,2})?$/, '金额应为大于 0 的数字，最多两位小数')
  .refine((text) => Number(text) > 0, '金额应大于 0');
const reason = z.string().trim().min(1, '请填写原因').max(200, '原因最多 200 个字');

export const movePrepaidMoney = defineEndpoint({
  id: 'prepaid.move',
  method: 'POST',
  path: '/api/prepaid-accounts/:id/move',
  access: 'prepaid.move',
  summary: '把预存款转到另一房屋、车位、车辆或另一专项；只能转实缴的部分',
  tag: '预存款',
  params: idParams,
  body: z.strictObject({
    targetKind,
    targetId: id,
    /** Null: the general account. */
    chargeItemId: id.nullable(),
    amount,
    reason,
  }),
  reply: z.object({ prepaidAccountId: id, left: money, balance: money }),
});

export const offsetTarget = defineEndpoint({
  id: 'prepaid.offsetTarget',
  method: 'POST',
  path: '/api/prepaid-accounts/:id/offset',
  access: 'prepaid.offset',
  summary: '用这套房屋、车位或车辆的预存款冲抵账单：够付整张的才冲抵，从最早的起',
  tag: '预存款',
  params: idParams,
  body: z.strictObject({ bills: z.enum(['current', 'all']) }),
  reply: z.object({ number: z.string().nullable(), billCount: z.number(), sum: money, left: money }),
});

export const offsetCommunity = defineEndpoint({
  id: 'prepaid.offsetCommunity',
  method: 'POST',
  path: '/api/prepaid-accounts/offset',
  access: 'prepaid.offset',
  summary: '用预存款冲抵整个小区的账单（后台任务）',
  tag: '预存款',
  body: z.strictObject({ communityId: id, bills: z.enum(['current', 'all']) }),
  reply: taskStarted,
});

export const forfeitDeposit = defineEndpoint({
  id: 'deposit.forfeit',
  method: 'POST',
  path: '/api/deposits/:id/forfeit',
  access: 'deposit.forfeit',
  summary: '没收押金的全部或一部分，须写原因；设了审批流程时改为提交申请',
  tag: '押金',
  params: idParams,
  body: z.strictObject({ amount, reason }),
  reply: orPending(z.object({ held: money })),
});

export const keepDeposit = defineEndpoint({
  id: 'deposit.keep',
  method: 'POST',
  path: '/api/deposits/:id/keep',
  access: 'deposit.keep',
  summary: '把押金的全部或一部分转为同一房屋、车位或车辆的预存款',
  tag: '押金',
  params: idParams,
  body: z.strictObject({ amount, chargeItemId: id.nullable(), reason }),
  reply: z.object({ held: money, prepaidAccountId: id, balance: money }),
});

/** A package as the desk offers it. */
export const packageOffer = z.object({
  id,
  name: z.string(),
  price: money,
  credit: money,
  chargeItemId: id.nullable(),
  chargeItemName: z.string(),
});
export type PackageOffer = z.infer<typeof packageOffer>;

export const listPackageOffers = defineEndpoint({
  id: 'prepaidPackage.offers',
  method: 'GET',
  path: '/api/cashier/prepaid-packages',
  access: 'cashier.view',
  summary: '一个小区某天可售的预存套餐',
  tag: '收银台',
  query: z.object({ communityId: id, receivedOn: day }),
  reply: z.object({ rows: z.array(packageOffer) }),
});

export const holdingErrors = defineErrors({
  'prepaid.sameAccount': { status: 422, text: '转入的就是这个账户，请选择另一房屋、车位、车辆或专项' },
  'prepaid.depositItem': { status: 422, text: '收费项目“{item}”是押金类，不能作预存专项，请换一个项目' },
  'deposit.nothingHeld': { status: 409, text: '{deposit}已经没有余额，不能转到别处，请刷新页面' },
  'deposit.needsTarget': { status: 409, text: '这笔押金没有对应的房屋、车位或车辆，不能转为预存款，请退还' },
  'prepaidPackage.credit': { status: 422, text: '到账金额 {credit} 元低于售价 {price} 元，请改正' },
  'prepaidPackage.price': { status: 422, text: '售价应大于 0，请改正' },
  'prepaidPackage.days': { status: 422, text: '结束日期早于开始日期，请改正日期' },
  'prepaidPackage.depositItem': { status: 422, text: '押金类项目不能作预存专项，请换一个项目' },
  'prepaidPackage.notOffered': {
    status: 409,
    text: '预存套餐“{name}”在这个小区、这一天不能卖（已停用、不在有效期或限其他小区），没有收款。请重新选择',
  },
  'prepaidPackage.changed': {
    status: 409,
    text: '预存套餐“{name}”现在是售价 {price} 元、存入{account}，与页面上不同，没有收款。请重新选择',
  },
});
export const holdingFail = raiser(holdingErrors);
