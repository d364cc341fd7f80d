import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { created, day, id, idParams, ok, quantityInput } from '../wire.ts';

export const standardMethods = {
  unitPrice: '单价 × 数量',
  fixed: '固定金额',
  perTarget: '绑定时填写金额',
  formula: '公式',
  tiers: '阶梯价',
} as const;
export const quantitySources = {
  builtArea: '建筑面积',
  innerArea: '套内面积',
  sharedArea: '公摊面积',
  parkingArea: '车位面积',
  headcount: '住户人数',
  one: '1（按户或个）',
  meterUsage: '抄表用量',
  custom: '自定义字段',
} as const;
export const tierSpans = { month: '按月', year: '按年累计' } as const;
export const cycleLengths = { 1: '每月', 2: '每两月', 3: '每季度', 6: '每半年', 12: '每年' } as const;
export const alignments = { natural: '自然月、季、年', binding: '从绑定开始日起算' } as const;

const tag = '收费标准';

/** A price of at least two decimals as people read it: `2.800000` → `2.80`. */
export function formatPrice(price: string): string {
  const [whole = '0', decimals = ''] = price.split('.');
  return `${whole}.${decimals.replace(/0+$/, '').padEnd(2, '0')}`;
}

/** What one unit of a standard's price is for: `元/㎡·月`, `元/月`, `元/m³`. */
export function standardPriceUnit(standard: {
  quantitySource: keyof typeof quantitySources;
  quantityUnit?: string;
}): string {
  const { quantitySource, quantityUnit = '' } = standard;
  const time = quantitySource === 'meterUsage' ? '' : '月';
  const parts = [quantityUnitOf(quantitySource, quantityUnit), time].filter((part) => part !== '');
  return parts.length === 0 ? '元' : `元/${parts.join('·')}`;
}

function quantityUnitOf(source: keyof typeof quantitySources, unit: string): string {
  if (source === 'one') return '';
  if (source === 'headcount') return '人';
  return source === 'meterUsage' || source === 'custom' ? unit : '㎡';
}

/** `2.80 元/㎡·月`, `300.00 元/月`: what a standard asks for one unit of quantity and one month. */
export function formatStandardPrice(
  standard: { quantitySource: keyof typeof quantitySources; quantityUnit?: string },
  price: string,
): string {
  return `${formatPrice(price)} ${standardPriceUnit(standard)}`;
}

const priceInput = quantityInput.refine((text) => Number(text) < 1_000_000_000, '价格太大，请核对');

/** Tiers of 阶梯价 (CHG-4): limits are totals of a month or a year and may grow with every person beyond `freeHeads`. */
export const tierRule = z.strictObject({
  span: z.enum(['month', 'year'], '请选择阶梯按月还是按年累计'),
  freeHeads: z.int('请填写整数').min(0, '人数不能小于 0').max(9999, '人数最多 9999'),
  tiers: z
    .array(
      z.strictObject({
        /** Null: without end. */
        upTo: quantityInput.nullable(),
        perHead: quantityInput,
        price: priceInput,
      }),
    )
    .min(1, '请至少填写一档')
    .max(10, '最多十档'),
});
export type TierRuleInput = z.infer<typeof tierRule>;

const standardFields = {
  chargeItemId: id,
  name: z.string().trim().min(1, '请填写标准名称').max(60, '标准名称最多 60 个字'),
  method: z.enum(['unitPrice', 'fixed', 'perTarget', 'formula', 'tiers'], '请选择计价方式'),
  quantitySource: z.enum(
    ['builtArea', 'innerArea', 'sharedArea', 'parkingArea', 'headcount', 'one', 'meterUsage', 'custom'],
    '请选择数量来源',
  ),
  /** Of a `custom` quantity: the numeric custom field of houses or parking spaces. */
  quantityFieldId: id.nullable(),
  quantityUnit: z.string().trim().max(10, '单位最多 10 个字'),
  formula: z.string().trim().max(2000, '公式最多 2000 个字').nullable(),
  tiers: tierRule.nullable(),
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
    quantityFieldId: standardFields.quantityFieldId.default(null),
    quantityUnit: standardFields.quantityUnit.default(''),
    formula: standardFields.formula.default(null),
    tiers: standardFields.tiers.default(null),
    /** The first price, which holds from the beginning; none for tiers and for amounts entered at the binding. */
    price: priceInput.nullable().default(null),
  }),
  reply: created,
});

export const updateChargeStandard = defineEndpoint({
  id: 'chargeStandard.update',
  method: 'PATCH',
  path: '/api/charge-standards/:id',
  access: 'chargeStandard.edit',
  summary: '修改收费标准；生成过账单后只能改名称、备注、公式和阶梯，已生成的账单不变；公式和阶梯可以从某天起改',
  tag,
  params: idParams,
  body: z.strictObject({
    version: z.int(),
    ...z.object(standardFields).partial().shape,
    /** Changed formula or tiers hold from this day on, the former ones until then; null: for every bill to come. */
    ruleFrom: day.nullable().default(null),
  }),
  /** Bills already raised for days from `ruleFrom` on: they stay as they are. */
  reply: ok.extend({ keptBillCount: z.number() }),
});

export const takeBackStandardRule = defineEndpoint({
  id: 'chargeStandard.takeBackRule',
  method: 'POST',
  path: '/api/charge-standards/:id/take-back-rule',
  access: 'chargeStandard.edit',
  summary: '撤回最近一次从某天起的公式或阶梯，恢复之前的；那天以后已有账单的不能撤回',
  tag,
  params: idParams,
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

const placeParams = z.object({ id });
/** Where a price holds: a community, a building of it or a unit of that. */
const place = {
  communityId: id,
  buildingId: id.nullable().default(null),
  unitId: id.nullable().default(null),
};

export const listPlacePrices = defineEndpoint({
  id: 'chargeStandard.placePrices',
  method: 'GET',
  path: '/api/charge-standards/:id/place-prices',
  access: 'chargeStandard.view',
  summary: '收费标准在各小区、楼宇、单元的不同价格',
  tag,
  params: placeParams,
  reply: z.object({
    rows: z.array(
      z.object({
        id,
        communityId: id,
        buildingId: id.nullable(),
        unitId: id.nullable(),
        placeLabel: z.string(),
        /** Null: from the beginning. */
        startsOn: day.nullable(),
        /** Null: from that day the next wider place's price holds again. */
        price: z.string().nullable(),
        isInForce: z.boolean(),
      }),
    ),
  }),
});

export const setPlacePrice = defineEndpoint({
  id: 'chargeStandard.setPlacePrice',
  method: 'POST',
  path: '/api/charge-standards/:id/place-prices',
  access: 'chargeStandard.edit',
  summary: '为小区、楼宇或单元设置从某天起的不同价格；最小的范围优先',
  tag,
  params: placeParams,
  body: z.strictObject({ ...place, startsOn: day.nullable().default(null), price: priceInput.nullable() }),
  /** Bills already raised there for days on or after the start: they keep their price. */
  reply: z.object({ id, keptBillCount: z.number() }),
});

export const deletePlacePrice = defineEndpoint({
  id: 'chargeStandard.deletePlacePrice',
  method: 'DELETE',
  path: '/api/charge-standards/:id/place-prices/:placePriceId',
  access: 'chargeStandard.edit',
  summary: '删除一个还没有账单用过的小区、楼宇或单元价格',
  tag,
  params: z.object({ id, placePriceId: id }),
  reply: ok,
});

/** Prices a standard that is being written, or one that is kept, for one real target, and shows each step (CHG-3). */
export const tryChargeStandard = defineEndpoint({
  id: 'chargeStandard.try',
  method: 'POST',
  path: '/api/charge-standards/try',
  access: 'chargeStandard.view',
  summary: '用一套房屋或一个车位试算收费标准，什么都不写入',
  tag,
  body: z.strictObject({
    chargeItemId: id,
    /** The standard that is kept, whose prices and places then count. */
    chargeStandardId: id.nullable().default(null),
    method: standardFields.method,
    quantitySource: standardFields.quantitySource,
    quantityFieldId: standardFields.quantityFieldId.default(null),
    quantityUnit: standardFields.quantityUnit.default(''),
    formula: standardFields.formula.default(null),
    tiers: standardFields.tiers.default(null),
    everyMonths: standardFields.everyMonths.default(1),
    /** For a standard that has no prices yet. */
    price: priceInput.nullable().default(null),
    targetKind: z.enum(targetKind.options, '请选择试算的对象'),
    targetId: id,
    /** Any day of the period to price. */
    day,
    /** Of a meter, or the binding's own. */
    quantity: quantityInput.nullable().default(null),
    usedBefore: quantityInput.nullable().default(null),
  }),
  reply: z.object({
    targetLabel: z.string(),
    periodFrom: day,
    periodTo: day,
    /** Null: there would be no bill, and `reason` says why. */
    amount: z.string().nullable(),
    reason: z.string(),
    sentence: z.string(),
    /** What the formula read. */
    values: z.array(z.object({ name: z.string(), value: z.string().nullable() })),
    /** Each thing it worked out, in figures: `98.5 × 2.8` gave `275.8`. */
    steps: z.array(z.object({ position: z.number(), text: z.string(), value: z.string() })),
    /** Places in the formula of divisors that could be 0 for some target. */
    possibleZeroDivisors: z.array(z.number()),
  }),
});

/** What the list of standards does not tell: the formula with what it reads, the tiers, the field of a quantity. */
export const getStandardRule = defineEndpoint({
  id: 'chargeStandard.rule',
  method: 'GET',
  path: '/api/charge-standards/:id/rule',
  access: 'chargeStandard.view',
  summary: '收费标准的公式、阶梯和数量字段',
  tag,
  params: idParams,
  reply: z.object({
    quantityFieldId: id.nullable(),
    quantityUnit: z.string(),
    formula: z.string().nullable(),
    tiers: tierRule.nullable(),
    /** How often formula or tiers were changed, and one. */
    ruleVersion: z.number(),
    /** Formulas or tiers by the days on which they hold, the newest last; the last are those above. */
    history: z.array(
      z.object({
        version: z.number(),
        formula: z.string().nullable(),
        tiers: tierRule.nullable(),
        from: day.nullable(),
        until: day.nullable(),
      }),
    ),
    /** Names the formula may use besides those offered: of fields that were renamed since. */
    formerNames: z.array(z.string()),
  }),
});
