import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, money, moneyInput } from '../wire.ts';

const tag = '收款计划';
const twelve = z.array(money).length(12);
const year = z.coerce.number().int().min(1990).max(2200);

/** A year of one community, months in order; 0.00 where nothing is planned. */
export const collectionPlan = z.object({
  communityId: id,
  communityName: z.string(),
  /** 0 while the year has no plan. */
  version: z.number(),
  months: twelve,
  /** Of the year before: what was planned, and the income that came. */
  lastYear: z.object({ months: twelve, income: twelve }),
  /** The actor sees the whole community and may change it. */
  isOpen: z.boolean(),
});
export type CollectionPlan = z.infer<typeof collectionPlan>;

export const readCollectionPlans = defineEndpoint({
  id: 'collectionPlan.read',
  method: 'GET',
  path: '/api/collection-plans/:year',
  access: 'collectionPlan.view',
  summary: '一年的收款计划：每个小区 12 个月，附上年计划和上年收入',
  tag,
  params: z.object({ year }),
  query: z.object({ communityId: id.optional() }),
  reply: z.object({ rows: z.array(collectionPlan) }),
});

export const saveCollectionPlan = defineEndpoint({
  id: 'collectionPlan.save',
  method: 'PUT',
  path: '/api/collection-plans/:year/communities/:communityId',
  access: 'collectionPlan.edit',
  summary: '保存一个小区一年的收款计划',
  tag,
  params: z.object({ year, communityId: id }),
  body: z.object({
    /** The one it was read with, 0 for a first plan. */
    version: z.number().int().min(0).max(1_000_000_000),
    months: z.array(moneyInput).length(12, '须有 12 个月'),
  }),
  reply: z.object({ version: z.number() }),
});
