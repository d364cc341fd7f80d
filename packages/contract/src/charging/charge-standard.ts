import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { created, day, id, idParams, ok, quantityInput } from '../wire.ts';

export const standardMethods = { unitPrice: '单价 × 数量', fixed: '固定金额' } as const;
export const quantitySources = {
  builtArea: '建筑面积',
  innerArea: '套内面积',
  sharedArea: '公摊面积',
  parkingArea: '车位面积',
  one: '1（按户或个）',
} as const;
export const cycleLengths = { 1: '每月', 2: '每两月', 3: '每季度', 6: '每半年', 12: '每年' } as const;
export const alignments = { natural: '自然月、季、年', binding: '从绑定开始日起算' } as const;

const tag = '收费标准';

/** A price of at least two decimals as people read it: `2.800000` → `2.80`. */
export function formatPrice(price: string): string {
  const [whole = '0', decimals = ''] = price.split('.');
  return `${whole}.${decimals.replace(/0+$/, '').padEnd(2, '0')}`;
}

/** `2.80 元/㎡·月`, `300.00 元/月`: what a standard asks for one unit of quantity and one month. */
export function formatStandardPrice(standard: { quantitySource: keyof typeof quantitySources }, price: string): string {
  return `${formatPrice(price)} 元/${standard.quantitySource === 'one' ? '' : '㎡·'}月`;
}

const priceInput = quantityInput.refine((text) => Number(text) < 1_000_000_000, '价格太大，请核对');
const standardFields = {
  chargeItemId: id,
  name: z.string().trim().min(1, '请填写标准名称').max(60, '标准名称最多 60 个字'),
  method: z.enum(['unitPrice', 'fixed'], '请选择计价方式'),
  quantitySource: z.enum(['builtArea', 'innerArea', 'sharedArea', 'parkingArea', 'one'], '请选择数量来源'),
  everyMonths: z.union(
    [z.literal(1), z.literal(2), z.literal(3), z.literal(6), z.literal(12)],
    '收费周期应为 1、2、3、6 或 12 个月',
  ),
  alignment: z.enum(['natural', 'binding'], '请选择账期的起算方式'),
  note: z.string().trim().max(500, '备注最多 500 个字'),
};

export const chargeStandardPrice = z.object({
  id,
  /** Null: from the beginning. */
  startsOn: day.nullable(),
  price: z.string(),
  isInForce: z.boolean(),
});

export const listStandardPrices = defineEndpoint({
  id: 'chargeStandard.prices',
  method: 'GET',
  path: '/api/charge-standards/:id/prices',
  access: 'chargeStandard.view',
  summary: '收费标准的价格历史',
  tag,
  params: idParams,
  reply: z.object({ rows: z.array(chargeStandardPrice) }),
});

export const createChargeStandard = defineEndpoint({
  id: 'chargeStandard.create',
  method: 'POST',
  path: '/api/charge-standards',
  access: 'chargeStandard.edit',
  summary: '新增收费标准',
  tag,
  body: z.strictObject({
    ...standardFields,
    alignment: standardFields.alignment.default('natural'),
    note: standardFields.note.default(''),
    price: priceInput,
  }),
  reply: created,
});

export const updateChargeStandard = defineEndpoint({
  id: 'chargeStandard.update',
  method: 'PATCH',
  path: '/api/charge-standards/:id',
  access: 'chargeStandard.edit',
  summary: '修改收费标准；生成过账单后只能改名称和备注',
  tag,
  params: idParams,
  body: z.strictObject({ version: z.int(), ...z.object(standardFields).partial().shape }),
  reply: ok,
});

export const deleteChargeStandard = defineEndpoint({
  id: 'chargeStandard.delete',
  method: 'DELETE',
  path: '/api/charge-standards/:id',
  access: 'chargeStandard.edit',
  summary: '删除没有绑定的收费标准',
  tag,
  params: idParams,
  reply: ok,
});

export const addStandardPrice = defineEndpoint({
  id: 'chargeStandard.addPrice',
  method: 'POST',
  path: '/api/charge-standards/:id/prices',
  access: 'chargeStandard.edit',
  summary: '从某天起的新价格；已生成的账单保持原价',
  tag,
  params: idParams,
  body: z.strictObject({ startsOn: day, price: priceInput }),
  /** Bills already raised for days on or after the start: they keep the old price. */
  reply: z.object({ id, keptBillCount: z.number() }),
});

const priceParams = z.object({ id, priceId: id });

export const changeStandardPrice = defineEndpoint({
  id: 'chargeStandard.changePrice',
  method: 'PATCH',
  path: '/api/charge-standards/:id/prices/:priceId',
  access: 'chargeStandard.edit',
  summary: '改正一个还没有账单用过的价格',
  tag,
  params: priceParams,
  body: z.strictObject({ price: priceInput }),
  reply: ok,
});

export const deleteStandardPrice = defineEndpoint({
  id: 'chargeStandard.deletePrice',
  method: 'DELETE',
  path: '/api/charge-standards/:id/prices/:priceId',
  access: 'chargeStandard.edit',
  summary: '删除一个还没有账单用过的价格',
  tag,
  params: priceParams,
  reply: ok,
});
