import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { created, day, id, idParams, ok } from '../wire.ts';
import { type DunningChannel, type DunningMoment, dunningChannels, dunningMoments } from './words.ts';

const tag = '催缴';

const channels = z
  .array(z.enum(Object.keys(dunningChannels) as [DunningChannel, ...DunningChannel[]]))
  .min(1, '请至少选一个渠道')
  .max(3);

const terms = {
  name: z.string().trim().min(1, '请填写计划名称').max(40),
  /** None: every item. */
  chargeItemIds: z.array(id).max(200),
  moment: z.enum(Object.keys(dunningMoments) as [DunningMoment, ...DunningMoment[]]),
  /** Days before the due day, or every so many days after it; 0 for the other moments. */
  days: z.number().int().min(0).max(365, '最多 365 天'),
  channels,
  /** Hour of the day in the community's zone. */
  atHour: z.number().int().min(0).max(23),
  isEnabled: z.boolean(),
};

export const dunningPlanView = z.object({
  ...terms,
  id,
  communityId: id,
  communityName: z.string(),
  itemNames: z.array(z.string()),
  /** 到期前 3 天，9 点 */
  momentText: z.string(),
  /** The next day it looks for bills; null while it is off. */
  nextOn: day.nullable(),
  /** The last day on which it asked anybody. */
  lastOn: day.nullable(),
  /** Households asked on that day. */
  lastCount: z.number(),
  /** Whether the asker may change it: sees the whole community. */
  isMine: z.boolean(),
  version: z.number(),
});
export type DunningPlanView = z.infer<typeof dunningPlanView>;

export const listDunningPlans = defineEndpoint({
  id: 'dunningPlan.list',
  method: 'GET',
  path: '/api/dunning-plans',
  access: 'dunning.view',
  summary: '催缴计划及下次执行日',
  tag,
  query: z.object({ communityId: id.optional() }),
  reply: z.object({ rows: z.array(dunningPlanView) }),
});

export const createDunningPlan = defineEndpoint({
  id: 'dunningPlan.create',
  method: 'POST',
  path: '/api/dunning-plans',
  access: 'dunningPlan.edit',
  summary: '新增催缴计划；启用的从次日开始',
  tag,
  body: z.strictObject({ ...terms, communityId: id }),
  reply: created,
});

export const updateDunningPlan = defineEndpoint({
  id: 'dunningPlan.update',
  method: 'PUT',
  path: '/api/dunning-plans/:id',
  access: 'dunningPlan.edit',
  summary: '修改、启用或停用催缴计划；停用立即生效，启用从次日开始',
  tag,
  params: idParams,
  body: z.strictObject({ ...terms, version: z.number().int().min(1).max(2_000_000_000) }),
  reply: ok,
});

export const deleteDunningPlan = defineEndpoint({
  id: 'dunningPlan.delete',
  method: 'DELETE',
  path: '/api/dunning-plans/:id',
  access: 'dunningPlan.edit',
  summary: '删除催缴计划；发过的记录保留',
  tag,
  params: idParams,
  reply: ok,
});
