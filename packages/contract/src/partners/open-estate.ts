import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, id, instant } from '../wire.ts';
import { partnerScopeNames } from './scopes.ts';

export const openTag = '第三方接口';

/** A page of a list that goes by a cursor. */
export const openPage = {
  /** As the page before gave it; left out at first. */
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
};
const listQuery = z.object({
  ...openPage,
  /** Only what was added or changed since. Use `asOf` of the round before. */
  changedSince: instant.optional(),
});

const listOf = <T extends z.ZodType>(row: T) =>
  z.object({
    rows: z.array(row),
    /** Null: this was the last page. */
    nextCursor: z.string().nullable(),
    /** Keep that of the first page: it is the `changedSince` of the next round. Some rows then come twice, none is missed. */
    asOf: instant,
  });

export const openCommunity = defineEndpoint({
  id: 'open.community',
  method: 'GET',
  path: '/api/open/v1/community',
  access: 'app',
  summary: '密钥所属的小区和权限；用来检查签名',
  tag: openTag,
  reply: z.object({
    id,
    name: z.string(),
    code: z.string(),
    appName: z.string(),
    scopes: z.array(z.enum(partnerScopeNames)),
    sharesBankStatements: z.boolean(),
    serverTime: instant,
  }),
});

export const openBuilding = z.object({ id, name: z.string(), updatedAt: instant });
export const listOpenBuildings = defineEndpoint({
  id: 'open.buildings',
  method: 'GET',
  path: '/api/open/v1/buildings',
  access: 'app.estate',
  summary: '楼宇',
  tag: openTag,
  query: listQuery,
  reply: listOf(openBuilding),
});

export const openHouse = z.object({
  id,
  buildingId: id,
  buildingName: z.string(),
  unitName: z.string(),
  number: z.string(),
  fullName: z.string(),
  usage: z.string(),
  /** Square metres. */
  builtArea: z.string(),
  updatedAt: instant,
});
export const listOpenHouses = defineEndpoint({
  id: 'open.houses',
  method: 'GET',
  path: '/api/open/v1/houses',
  access: 'app.estate',
  summary: '房屋',
  tag: openTag,
  query: listQuery,
  reply: listOf(openHouse),
});

export const openParkingSpace = z.object({
  id,
  number: z.string(),
  type: z.string(),
  area: z.string().nullable(),
  houseId: id.nullable(),
  updatedAt: instant,
});
export const listOpenParkingSpaces = defineEndpoint({
  id: 'open.parkingSpaces',
  method: 'GET',
  path: '/api/open/v1/parking-spaces',
  access: 'app.estate',
  summary: '车位',
  tag: openTag,
  query: listQuery,
  reply: listOf(openParkingSpace),
});

export const openVehicle = z.object({
  id,
  plate: z.string(),
  /** The main house it belongs to. */
  houseId: id.nullable(),
  updatedAt: instant,
});
export const listOpenVehicles = defineEndpoint({
  id: 'open.vehicles',
  method: 'GET',
  path: '/api/open/v1/vehicles',
  access: 'app.estate',
  summary: '车辆：车牌和所属房屋，不含车主',
  tag: openTag,
  query: listQuery,
  reply: listOf(openVehicle),
});

export const openResident = z.object({
  /** Of the stay: one person living in two houses comes twice, with one `residentId`. */
  id,
  residentId: id,
  houseId: id,
  /** 张**: the rest is masked. */
  nameMasked: z.string(),
  /** 138****0001, or empty. */
  phoneMasked: z.string(),
  role: z.string(),
  movedInOn: day,
  movedOutOn: day.nullable(),
  updatedAt: instant,
});
export const listOpenResidents = defineEndpoint({
  id: 'open.residents',
  method: 'GET',
  path: '/api/open/v1/residents',
  access: 'app.estate',
  summary: '住户的入住（姓名、电话已遮住），含已迁出的',
  tag: openTag,
  query: listQuery,
  reply: listOf(openResident),
});
