import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { listQuery } from '../resource/schema.ts';
import { chosenRows, tagChange } from '../resource/tag-rows.ts';
import { id, idParams } from '../wire.ts';
import { occupancyView } from './residents.ts';
import { houseStatuses, houseUsages, parkingSpaceStatuses, parkingSpaceTypes } from './resources.ts';

const keysOf = <K extends string>(options: Readonly<Record<K, string>>) => Object.keys(options) as [K, ...K[]];

export const communityCounts = defineEndpoint({
  id: 'community.counts',
  method: 'GET',
  path: '/api/communities/counts',
  access: 'community.view',
  summary: '各小区的楼宇、房屋、住户、车位、车辆数',
  tag: '小区',
  reply: z.object({
    rows: z.array(
      z.object({
        communityId: id,
        buildings: z.number(),
        houses: z.number(),
        residents: z.number(),
        parkingSpaces: z.number(),
        vehicles: z.number(),
      }),
    ),
  }),
});

/** Everything tied to a house but its money, which the charging domain tells. */
export const houseRelations = defineEndpoint({
  id: 'house.relations',
  method: 'GET',
  path: '/api/houses/:id/relations',
  access: 'house.view',
  summary: '房屋的住户、车位、车辆',
  tag: '房屋',
  params: idParams,
  reply: z.object({
    /** Those living there first, then those who left; empty without the right to see residents. */
    people: z.array(occupancyView),
    parkingSpaces: z.array(
      z.object({
        id,
        number: z.string(),
        type: z.enum(keysOf(parkingSpaceTypes)),
        status: z.enum(keysOf(parkingSpaceStatuses)),
        area: z.string().nullable(),
      }),
    ),
    vehicles: z.array(z.object({ id, plate: z.string(), brand: z.string(), color: z.string(), ownerName: z.string() })),
  }),
});

export const houseSummary = defineEndpoint({
  id: 'house.summary',
  method: 'GET',
  path: '/api/houses/summary',
  access: 'house.view',
  summary: '当前筛选的房屋数、面积、入住数、入住率',
  tag: '房屋',
  query: listQuery.pick({ q: true, communityId: true, filter: true }),
  reply: z.object({
    houses: z.number(),
    builtArea: z.string(),
    /** Lived in by owners or tenants. */
    occupiedHouses: z.number(),
    occupiedArea: z.string(),
    /** Per cent with two decimals; null when there are no houses. */
    moveInRate: z.string().nullable(),
  }),
});

/** "12 floors × 4 rooms × 2 units" by a pattern (EST-3). */
export const houseBatch = z.strictObject({
  /** 0: the building has no units. */
  unitCount: z.int().min(0).max(50, '单元最多 50 个'),
  firstFloor: z.int().min(-20, '起始楼层不能低于 -20').max(300, '起始楼层不能高于 300').default(1),
  floorCount: z.int().min(1, '至少 1 层').max(300, '最多 300 层'),
  roomsPerFloor: z.int().min(1, '每层至少 1 户').max(200, '每层最多 200 户'),
  /** `{building}-{unit}-{floor}{room:2}`; `:2` pads with zeros to two digits. */
  pattern: z.string().trim().min(1, '请填写房号规则').max(80, '房号规则最多 80 个字'),
  usage: z.enum(keysOf(houseUsages), '房屋类型不在可选范围内'),
  status: z.enum(keysOf(houseStatuses), '房屋状态不在可选范围内'),
  builtArea: z
    .string()
    .trim()
    .regex(/^\d{1,7}(\.\d{1,2})?$/, '建筑面积应为不小于 0 的数字，最多两位小数'),
  /** Houses that exist already: refuse the whole, or leave them and add the others. */
  existing: z.enum(['refuse', 'skip']).default('refuse'),
});
export type HouseBatch = z.output<typeof houseBatch>;

export const previewHouses = defineEndpoint({
  id: 'building.previewHouses',
  method: 'POST',
  path: '/api/buildings/:id/preview-houses',
  access: 'house.create',
  summary: '预览批量生成的房屋',
  tag: '楼宇',
  params: idParams,
  body: houseBatch,
  reply: z.object({
    count: z.number(),
    existingCount: z.number(),
    rows: z.array(
      z.object({
        unit: z.string(),
        floor: z.number(),
        number: z.string(),
        fullName: z.string(),
        isExisting: z.boolean(),
      }),
    ),
  }),
});

export const generateHouses = defineEndpoint({
  id: 'building.generateHouses',
  method: 'POST',
  path: '/api/buildings/:id/generate-houses',
  access: 'house.create',
  summary: '批量生成房屋',
  tag: '楼宇',
  params: idParams,
  body: houseBatch,
  reply: z.object({ houseCount: z.number(), unitCount: z.number() }),
});

/** Tags on many houses at once: chosen one by one, by the list's filter, or by places of the tree (EST-9). */
export const tagHouses = defineEndpoint({
  id: 'house.tagMany',
  method: 'POST',
  path: '/api/houses/tag-many',
  access: 'house.edit',
  summary: '批量设置房屋标签',
  tag: '房屋',
  body: z.strictObject({
    ...tagChange,
    chosen: z.union([
      ...chosenRows,
      z.strictObject({
        places: z.strictObject({
          communityIds: z.array(id).max(500).default([]),
          buildingIds: z.array(id).max(2000).default([]),
          unitIds: z.array(id).max(5000).default([]),
          houseIds: z.array(id).max(5000).default([]),
        }),
      }),
    ]),
  }),
  reply: z.object({ count: z.number() }),
});
