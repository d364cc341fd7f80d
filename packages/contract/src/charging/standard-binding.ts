import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, id, idParams, ok, quantityInput } from '../wire.ts';

export const bindingStates = { upcoming: '未开始', active: '生效中', ended: '已结束' } as const;

const tag = '标准绑定';
const ids = z.array(id).max(20_000, '一次最多选择 20000 个，请改按楼宇或标签选择');

/**
 * Which targets: everything in the community, narrowed. Buildings, units and houses add up (what is ticked in the
 * tree); usages, types and tags narrow further, each by "any of".
 */
export const targetSelection = z.discriminatedUnion(
  'targetKind',
  [
    z.strictObject({
      targetKind: z.literal('house'),
      communityId: id,
      buildingIds: ids.optional(),
      unitIds: ids.optional(),
      houseIds: ids.optional(),
      usages: z.array(z.string().max(30)).max(30).optional(),
      tagIds: ids.optional(),
    }),
    z.strictObject({
      targetKind: z.literal('parkingSpace'),
      communityId: id,
      parkingSpaceIds: ids.optional(),
      types: z.array(z.string().max(30)).max(30).optional(),
      tagIds: ids.optional(),
    }),
    z.strictObject({
      targetKind: z.literal('vehicle'),
      communityId: id,
      vehicleIds: ids.optional(),
      tagIds: ids.optional(),
    }),
  ],
  '请选择收费对象',
);
export type TargetSelection = z.infer<typeof targetSelection>;

/** `endsOn` is the first day that is no longer charged. */
const bindingTerms = {
  startsOn: day,
  endsOn: day.nullable().default(null),
  ownPrice: quantityInput.nullable().default(null),
  ownQuantity: quantityInput.nullable().default(null),
  /** Yuan a month, before price and quantity; what a standard of amounts entered at the binding asks for. */
  ownAmount: quantityInput.nullable().default(null),
  note: z.string().trim().max(500, '备注最多 500 个字').default(''),
};

const endsAfterStart = {
  check: (value: { startsOn: string; endsOn: string | null }) => value.endsOn === null || value.endsOn > value.startsOn,
  message: { error: '结束日期须晚于开始日期，请改正', path: ['endsOn'] },
};

export const overlapView = z.object({
  targetLabel: z.string(),
  standardLabel: z.string(),
  startsOn: day,
  endsOn: day.nullable(),
});

export const countBindingTargets = defineEndpoint({
  id: 'standardBinding.count',
  method: 'POST',
  path: '/api/standard-bindings/count',
  access: 'standardBinding.edit',
  summary: '绑定之前：选中多少对象、面积合计、多少已绑定',
  tag,
  body: z.strictObject({
    selection: targetSelection,
    chargeStandardId: id.optional(),
    startsOn: day.optional(),
    endsOn: day.nullable().default(null),
  }),
  reply: z.object({
    targetCount: z.number(),
    /** Sum of the standard's quantity, as text; null without a standard. */
    quantity: z.string().nullable(),
    /** Targets whose quantity is missing or zero: no bill can be made for them. */
    withoutQuantityCount: z.number(),
    overlapCount: z.number(),
    overlaps: z.array(overlapView),
  }),
});

export const bindStandard = defineEndpoint({
  id: 'standardBinding.create',
  method: 'POST',
  path: '/api/standard-bindings',
  access: 'standardBinding.edit',
  summary: '把一个收费标准绑定到许多对象；有重叠时整批拒绝，除非选择跳过',
  tag,
  body: z
    .strictObject({
      chargeStandardId: id,
      selection: targetSelection,
      ...bindingTerms,
      skipOverlapping: z.boolean().default(false),
    })
    .refine(endsAfterStart.check, endsAfterStart.message),
  reply: z.object({ boundCount: z.number(), skippedCount: z.number() }),
});

export const updateStandardBinding = defineEndpoint({
  id: 'standardBinding.update',
  method: 'PATCH',
  path: '/api/standard-bindings/:id',
  access: 'standardBinding.edit',
  summary: '修改一个绑定；开始日期只能在没有账单时改',
  tag,
  params: idParams,
  body: z.strictObject({
    version: z.int(),
    startsOn: day.optional(),
    ownPrice: quantityInput.nullable().optional(),
    ownQuantity: quantityInput.nullable().optional(),
    ownAmount: quantityInput.nullable().optional(),
    note: z.string().trim().max(500, '备注最多 500 个字').optional(),
  }),
  reply: ok,
});

export const endStandardBindings = defineEndpoint({
  id: 'standardBinding.end',
  method: 'POST',
  path: '/api/standard-bindings/end',
  access: 'standardBinding.edit',
  summary: '在某天结束一批绑定；之后有收过款的账单则拒绝',
  tag,
  body: z.strictObject({
    ids: ids.min(1, '请选择要结束的绑定'),
    /** First day no longer charged; null opens the bindings again. */
    endsOn: day.nullable(),
    /** Voids unpaid bills that reach beyond the day. */
    voidUnpaid: z.boolean().default(false),
  }),
  reply: z.object({ endedCount: z.number(), voidedCount: z.number() }),
});

export const deleteStandardBinding = defineEndpoint({
  id: 'standardBinding.delete',
  method: 'DELETE',
  path: '/api/standard-bindings/:id',
  access: 'standardBinding.edit',
  summary: '删除一个还没有账单的绑定',
  tag,
  params: idParams,
  reply: ok,
});
