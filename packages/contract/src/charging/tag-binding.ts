import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { day, id, idParams, quantityInput } from '../wire.ts';
import { overlapView } from './standard-binding.ts';

/** Standards that follow a tag (EST-9): what has the tag is bound, what loses it is no longer. */

const tag = '标准绑定';

export const joinsOnOptions = { sameDay: '当天', nextPeriod: '下一账期首日' } as const;
const joinsOn = z.enum(['sameDay', 'nextPeriod'], '请选择从哪天起算');
const chosenKind = z.enum(targetKind.options, '请选择收费对象');

const followed = z.object({
  /** Bound, or bound again. */
  joined: z.number(),
  ended: z.number(),
  /** Have the tag and stay unbound, or the other way round; `listTagBindingConflicts` tells why. */
  conflicts: z.number(),
});
export type Followed = z.infer<typeof followed>;

export const listTagBindings = defineEndpoint({
  id: 'tagBinding.list',
  method: 'GET',
  path: '/api/tag-bindings',
  access: 'standardBinding.view',
  summary: '跟随标签的收费标准，及各自的绑定数和冲突数',
  tag,
  query: z.object({ communityId: id.optional() }),
  reply: z.object({
    rows: z.array(
      z.object({
        id,
        communityId: id,
        communityLabel: z.string(),
        tagId: id,
        tagLabel: z.string(),
        targetKind: chosenKind,
        chargeItemLabel: z.string(),
        chargeStandardLabel: z.string(),
        startsOn: day,
        /** First day it no longer follows. */
        endsOn: day.nullable(),
        joinsOn,
        ownPrice: z.string().nullable(),
        note: z.string(),
        taggedCount: z.number(),
        boundCount: z.number(),
        conflictCount: z.number(),
        version: z.number(),
      }),
    ),
  }),
});

export const listTagBindingConflicts = defineEndpoint({
  id: 'tagBinding.conflicts',
  method: 'GET',
  path: '/api/tag-bindings/:id/conflicts',
  access: 'standardBinding.view',
  summary: '有标签但没有跟着绑定的对象及原因（最多 200 个）',
  tag,
  params: idParams,
  reply: z.object({
    rows: z.array(overlapView.extend({ reason: z.enum(['bound', 'billed']) })),
  }),
});

export const createTagBinding = defineEndpoint({
  id: 'tagBinding.create',
  method: 'POST',
  path: '/api/tag-bindings',
  access: 'standardBinding.edit',
  summary: '让收费标准跟随标签：现在有标签的立即绑定，以后打上的自动绑定，取下的自动结束',
  tag,
  body: z.strictObject({
    communityId: id,
    tagId: id,
    targetKind: chosenKind,
    chargeStandardId: id,
    startsOn: day,
    joinsOn,
    ownPrice: quantityInput.nullable().default(null),
    note: z.string().trim().max(500, '备注最多 500 个字').default(''),
  }),
  reply: followed.extend({ id }),
});

export const followTagBinding = defineEndpoint({
  id: 'tagBinding.follow',
  method: 'POST',
  path: '/api/tag-bindings/:id/follow',
  access: 'standardBinding.edit',
  summary: '立即按标签核对一次绑定，如冲突解除之后',
  tag,
  params: idParams,
  reply: followed,
});

export const endTagBinding = defineEndpoint({
  id: 'tagBinding.end',
  method: 'POST',
  path: '/api/tag-bindings/:id/end',
  access: 'standardBinding.edit',
  summary: '不再跟随标签：绑定一起结束，或留作普通绑定',
  tag,
  params: idParams,
  body: z.strictObject({
    version: z.int(),
    /** First day no longer charged, where the bindings end with it. Ignored where they stay. */
    endsOn: day,
    keepBindings: z.boolean(),
    /** Voids unpaid bills that reach beyond the day. */
    voidUnpaid: z.boolean().default(false),
  }),
  reply: z.object({ endedCount: z.number(), voidedCount: z.number() }),
});
