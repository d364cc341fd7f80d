import {
  absentResidentResource,
  buildingResource,
  houseResource,
  moveInApplicationResource,
  moveInRecordResource,
  moveOutRecordResource,
  occupancyResource,
  type ResourceDefinition,
  residentDeletionResource,
  residentInvitationResource,
  residentResource,
  tagResource,
  unitResource,
} from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import { defineResources, likeText, type ResourceBinding } from '../../resource/index.ts';
import { houseIdsByPlace, residentIdsMatching } from '../estate/index.ts';
import { lockResident } from './lock-resident.ts';

const targets = defineResources([
  residentResource,
  occupancyResource,
  houseResource,
  buildingResource,
  unitResource,
  tagResource,
]);

/** Phones stay hidden in these lists for everybody: one is shown by asking, which is audited (EST-12). */
const bind = (definition: ResourceDefinition, search?: ResourceBinding['search']): ResourceBinding => ({
  definition,
  targets,
  isPhoneAsked: true,
  ...(search ? { search } : {}),
});

const byPerson = (ctx: Context, q: string): Sql =>
  sql`(t.id = any (array(${residentIdsMatching(ctx, q)})) or t.id = any (array(select o.resident_id from occupancy o
    where o.company_id = ${ctx.companyId} and o.house_id = any (array(${houseIdsByPlace(ctx.companyId, q)})))))`;

/** By who lives there: name, pinyin, phone tail, id card; or by the house. */
const byStay = (ctx: Context, q: string): Sql =>
  sql`(t.resident_id = any (array(${residentIdsMatching(ctx, q)})) or t.house_id = any (array(${houseIdsByPlace(ctx.companyId, q)})))`;

/** Rows without a tie to a person: by the name and the phone they carry, or by the house. */
const byCarried = (ctx: Context, q: string): Sql => {
  const phone = /^\d{4}$/.test(q)
    ? sql`or right(t.phone, 4) = ${q}`
    : /^\d{11}$/.test(q)
      ? sql`or t.phone = ${q}`
      : sql``;
  return sql`(t.name ilike ${`%${likeText(q)}%`} ${phone} or t.house_id = any (array(${houseIdsByPlace(ctx.companyId, q)})))`;
};

const byNameOrHouse = (ctx: Context, q: string): Sql =>
  sql`(t.name ilike ${`%${likeText(q)}%`} or t.house_id = any (array(${houseIdsByPlace(ctx.companyId, q)})))`;

const byInvitation = (ctx: Context, q: string): Sql =>
  sql`(t.code ilike ${`%${likeText(q)}%`} or t.inviter_name ilike ${`%${likeText(q)}%`} or t.invited_name ilike ${`%${likeText(q)}%`}
    or t.house_id = any (array(${houseIdsByPlace(ctx.companyId, q)})))`;

/** Changed one by one by `editResident`, many at once by the engine. */
export const residentBinding: ResourceBinding = {
  ...bind(residentResource, byPerson),
  isBatchEdited: true,
  async prepare(ctx, { id }) {
    await lockResident(ctx, id);
    return {};
  },
};

export const occupancyBinding: ResourceBinding = bind(occupancyResource, byStay);

/** Every list of this domain, for routes and for the export task. */
export const residentsBindings: readonly ResourceBinding[] = [
  residentBinding,
  occupancyBinding,
  bind(moveInRecordResource, byNameOrHouse),
  bind(moveOutRecordResource, byNameOrHouse),
  bind(absentResidentResource, byCarried),
  bind(moveInApplicationResource, byCarried),
  bind(residentInvitationResource, byInvitation),
  bind(residentDeletionResource),
];
