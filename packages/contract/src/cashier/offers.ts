import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { houseStatuses } from '../estate/resources.ts';
import { created, day, id, idParams, money, moneyInput, ok } from '../wire.ts';

/** Offers (CHG-17): discounts the desk applies by itself. */

const tag = '优惠活动';

export const offerKinds = {
  payMonthsGetFree: '缴满几个月送几个月',
  percentIfPaidBefore: '按期缴纳打折',
  fixedForTag: '有标签的每张账单减固定金额',
  percentForTag: '有标签的打折',
  vacantRate: '空置房打折',
} as const;
export type OfferKind = keyof typeof offerKinds;

/** Per cent taken off, `5` or `12.5`. */
const percentOff = z
  .string()
  .trim()
  .regex(/^(100|[1-9]?\d)(\.\d{1,2})?$/, '减免百分比应为 0 到 100，最多两位小数')
  .refine((text) => Number(text) > 0 && Number(text) <= 100, '减免百分比应大于 0，不超过 100');
const months = z.number('请填写月数').int('月数应为整数').min(1, '月数至少 1').max(60, '月数最多 60');
const houseStatus = z.enum(Object.keys(houseStatuses) as [keyof typeof houseStatuses]);

export const offerTerms = z.discriminatedUnion('kind', [
  /** Of one item and house: whole months paid at once, then the next months free; again and again. */
  z.object({ kind: z.literal('payMonthsGetFree'), months, freeMonths: months }),
  /** Paid within the validity, and so many days before the pay-by date where given. */
  z.object({
    kind: z.literal('percentIfPaidBefore'),
    percentOff,
    daysBeforeDue: z.number().int('天数应为整数').min(0, '天数不能小于 0').max(365, '天数最多 365').nullable(),
  }),
  z.object({
    kind: z.literal('fixedForTag'),
    tagId: id,
    amount: moneyInput.refine((text) => Number(text) > 0, '减免金额应大于 0'),
  }),
  z.object({ kind: z.literal('percentForTag'), tagId: id, percentOff }),
  z.object({
    kind: z.literal('vacantRate'),
    percentOff,
    statuses: z.array(houseStatus).min(1, '请选择房屋状态').max(10),
  }),
]);
export type OfferTerms = z.infer<typeof offerTerms>;

const offerInput = z.object({
  name: z.string('请填写活动名称').trim().min(1, '请填写活动名称').max(40, '活动名称最多 40 个字'),
  terms: offerTerms,
  isEnabled: z.boolean(),
  /** Days of payment, both included. */
  validFrom: day,
  validTo: day.nullable(),
  /** Empty: every community, every item. */
  communityIds: z.array(id).max(500),
  chargeItemIds: z.array(id).max(200),
  isStackable: z.boolean(),
  note: z.string().trim().max(200, '备注最多 200 个字').default(''),
});

export const offerView = offerInput.extend({
  id,
  /** In one sentence. */
  termsText: z.string(),
  communityNames: z.array(z.string()),
  chargeItemNames: z.array(z.string()),
  /** How many bills it reduced, and by how much in all. */
  usedCount: z.number(),
  usedSum: money,
  version: z.number().int(),
});
export type OfferView = z.infer<typeof offerView>;

export const listOffers = defineEndpoint({
  id: 'offer.list',
  method: 'GET',
  path: '/api/offers',
  access: 'offer.view',
  summary: '优惠活动及各自用了多少',
  tag,
  reply: z.object({ rows: z.array(offerView) }),
});

export const createOffer = defineEndpoint({
  id: 'offer.create',
  method: 'POST',
  path: '/api/offers',
  access: 'offer.edit',
  summary: '新增优惠活动',
  tag,
  body: offerInput,
  reply: created,
});

export const updateOffer = defineEndpoint({
  id: 'offer.update',
  method: 'PUT',
  path: '/api/offers/:id',
  access: 'offer.edit',
  summary: '修改优惠活动；已给出的优惠不变',
  tag,
  params: idParams,
  body: offerInput.extend({ version: z.number().int() }),
  reply: ok,
});

export const deleteOffer = defineEndpoint({
  id: 'offer.delete',
  method: 'DELETE',
  path: '/api/offers/:id',
  access: 'offer.edit',
  summary: '删除没有用过的优惠活动',
  tag,
  params: idParams,
  reply: ok,
});

/** A discount that an offer gives one bill. */
export const offeredDiscount = z.object({ billId: id, offerId: id, offerName: z.string(), amount: money });
export type OfferedDiscount = z.infer<typeof offeredDiscount>;

export const suggestOffers = defineEndpoint({
  id: 'offer.suggest',
  method: 'POST',
  path: '/api/cashier/offers',
  access: 'cashier.view',
  summary: '这些账单本次一并收清，能享受哪些优惠活动',
  tag: '收银台',
  body: z.object({
    communityId: id,
    /** Day of payment. */
    receivedOn: day,
    billIds: z.array(id).max(2000),
  }),
  reply: z.object({ rows: z.array(offeredDiscount) }),
});
