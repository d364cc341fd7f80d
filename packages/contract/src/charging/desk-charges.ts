import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { day, id, money, moneyInput, month, quantityInput } from '../wire.ts';

/** What is charged to one target at once, from its account or the cashier desk: bills ahead (CHG-14), one-off (CHG-15). */

const tag = '预收与临时收费';
const target = {
  targetKind: z.enum(targetKind.options, '请选择收费对象'),
  targetId: id,
};

export const mostAdvanceMonths = 36;

const advance = z.strictObject({
  ...target,
  /** The last month whose periods are raised. */
  monthTo: month,
  /** Only these items; left out: everything bound to the target. */
  chargeItemIds: z.array(id).min(1).max(200).optional(),
});

const failure = z.object({ targetLabel: z.string(), reason: z.string() });

export const previewAdvance = defineEndpoint({
  id: 'bill.previewAdvance',
  method: 'POST',
  path: '/api/advance-charges/preview',
  access: 'bill.charge',
  summary: '预收之前：到所选月份还会生成哪些账单。什么都不写入',
  tag,
  body: advance,
  reply: z.object({
    count: z.number(),
    sum: money,
    lines: z.array(
      z.object({
        chargeItemId: id,
        chargeItemLabel: z.string(),
        periodFrom: day,
        periodTo: day,
        amount: money,
        sentence: z.string(),
      }),
    ),
    failures: z.array(failure),
  }),
});

export const chargeAdvance = defineEndpoint({
  id: 'bill.chargeAdvance',
  method: 'POST',
  path: '/api/advance-charges',
  access: 'bill.charge',
  summary: '预收：把一个收费对象的账单生成到所选月份，已生成的账期不会重复',
  tag,
  body: advance,
  reply: z.object({
    /** New bills, in the order of their periods. */
    billIds: z.array(id),
    billCount: z.number(),
    sum: money,
    failures: z.array(failure),
  }),
});

/** How much a one-off charge comes to: an amount, or a price times a count or the target's area. */
export const oneOffPrice = z.discriminatedUnion(
  'by',
  [
    z.strictObject({ by: z.literal('amount'), amount: moneyInput }),
    z.strictObject({ by: z.literal('count'), unitPrice: quantityInput, count: quantityInput }),
    z.strictObject({ by: z.literal('area'), unitPrice: quantityInput }),
  ],
  '请选择怎样计算金额',
);

export const chargeOneOff = defineEndpoint({
  id: 'bill.chargeOneOff',
  method: 'POST',
  path: '/api/one-off-charges',
  access: 'bill.charge',
  summary: '临时收费：给一个收费对象记一张不按标准的账单',
  tag,
  body: z
    .strictObject({
      ...target,
      /** An item of the kind `oneOff`: 摆摊费, 临时停车费 … */
      chargeItemId: id,
      price: oneOffPrice,
      periodFrom: day,
      /** First day after the period. */
      periodTo: day,
      dueOn: day,
      note: z.string().trim().max(500, '备注最多 500 个字').default(''),
      /** Of the dialog: pressed twice, it is one bill. */
      key: id,
    })
    .refine((value) => value.periodTo > value.periodFrom, {
      error: '结束日期不能早于开始日期，请改正',
      path: ['periodTo'],
    }),
  reply: z.object({ id, amount: money, sentence: z.string() }),
});
