import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id } from '../wire.ts';
import { targetKind } from './charge-target.ts';
import { occupancyRoles } from './resources.ts';

const role = z.enum(Object.keys(occupancyRoles) as [keyof typeof occupancyRoles, ...(keyof typeof occupancyRoles)[]]);

/** One target that a search found (EST-11). */
export const searchHit = z.object({
  kind: targetKind,
  id,
  label: z.string(),
  communityId: id,
  communityLabel: z.string(),
  /** Who lives there now, owners first; empty for people who may not see residents. */
  people: z.array(z.object({ name: z.string(), phoneMasked: z.string(), role })),
  /** What of it matched. */
  matched: z.enum(['room', 'space', 'phone', 'plate', 'name', 'pinyin', 'idCard']),
  /** The plate or the person's name that matched; empty when the label itself did. */
  matchedText: z.string(),
});
export type SearchHit = z.infer<typeof searchHit>;

export const searchEstate = defineEndpoint({
  id: 'estate.search',
  method: 'GET',
  path: '/api/search',
  access: 'house.view',
  summary: '按房号、姓名、拼音、电话尾号（4 位以上）、车牌、车位号、完整身份证号查找房屋、车位和车辆，最多 20 条',
  tag: '查找',
  query: z.object({ q: z.string().trim().max(60), communityId: id.optional() }),
  reply: z.object({ rows: z.array(searchHit) }),
});

export const treeNode = z.object({
  kind: z.enum(['community', 'building', 'unit', 'house']),
  id,
  label: z.string(),
  /** Houses in it; 1 for a house. */
  houseCount: z.number(),
});
export type TreeNode = z.infer<typeof treeNode>;

export const estateTree = defineEndpoint({
  id: 'estate.tree',
  method: 'GET',
  path: '/api/estate-tree',
  access: 'house.view',
  summary: '小区、楼宇、单元、房屋的树：逐级取下一层',
  tag: '查找',
  query: z.object({
    /** At most one of the three; none lists the communities. */
    communityId: id.optional(),
    buildingId: id.optional(),
    unitId: id.optional(),
  }),
  reply: z.object({ nodes: z.array(treeNode) }),
});
