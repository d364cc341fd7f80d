import { platformFail, rightsFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import { refuseHigher } from './own-rights.ts';
import { lockStaff, type StaffRow } from './staff-rights.queries.ts';

export interface ScopeInput {
  hasAllCommunities: boolean;
  communityIds: readonly string[];
  buildingIds: readonly string[];
  houseIds: readonly string[];
}

/** Every request carries the scope of its person: what is listed house by house has to stay small. */
const mostPlaces = 2000;

interface Chosen {
  communities: string[];
  buildings: { id: string; communityId: string }[];
  houses: { id: string; communityId: string }[];
}

/**
 * Gives a person the data scope (PLT-5), replacing the former; their open sessions and running work feel it at once, and
 * what they exported before is no longer given. What lies inside another chosen place is left out. Neither the former
 * nor the new scope may go beyond the actor's own. Throws reference.notFound (422), scope.beyondOwn, rights.higher (403).
 */
export async function setScope(ctx: Context, staffId: string, input: ScopeInput): Promise<void> {
  const staff = await lockStaff(ctx, staffId);
  await refuseHigher(ctx, staff);
  await refuseFormerBeyondOwn(ctx, staff);
  const before = await countPlaces(ctx, staff);
  const chosen = await choosePlaces(ctx, staff, input);
  for (const table of ['staff_house', 'staff_building', 'staff_community'] as const)
    await emptyTable(ctx, table, staffId);
  await ctx.tx.run(sql`insert into staff_community (company_id, staff_id, community_id)
    select ${ctx.companyId}, ${staffId}, n.id from unnest(${chosen.communities}::uuid[]) as n (id)`);
  await ctx.tx.run(sql`insert into staff_building (company_id, staff_id, community_id, building_id)
    select ${ctx.companyId}, ${staffId}, n.community_id, n.id from unnest(${chosen.buildings.map((one) => one.communityId)}::uuid[],
      ${chosen.buildings.map((one) => one.id)}::uuid[]) as n (community_id, id)`);
  await ctx.tx.run(sql`insert into staff_house (company_id, staff_id, community_id, house_id)
    select ${ctx.companyId}, ${staffId}, n.community_id, n.id from unnest(${chosen.houses.map((one) => one.communityId)}::uuid[],
      ${chosen.houses.map((one) => one.id)}::uuid[]) as n (community_id, id)`);
  await ctx.tx.run(sql`update staff set has_all_communities = ${input.hasAllCommunities}
    where company_id = ${ctx.companyId} and id = ${staffId}`);
  await recordAudit(ctx, {
    action: 'staffRights.setScope',
    targetKind: 'staff',
    targetId: staffId,
    targetLabel: staff.name,
    before,
    after: {
      hasAllCommunities: input.hasAllCommunities,
      communityCount: chosen.communities.length,
      buildingCount: chosen.buildings.length,
      houseCount: chosen.houses.length,
    },
  });
}

const emptyTable = (ctx: Context, table: 'staff_house' | 'staff_building' | 'staff_community', staffId: string) => {
  const where = sql`where company_id = ${ctx.companyId} and staff_id = ${staffId}`;
  const statements: Record<typeof table, Sql> = {
    staff_house: sql`delete from staff_house ${where}`,
    staff_building: sql`delete from staff_building ${where}`,
    staff_community: sql`delete from staff_community ${where}`,
  };
  return ctx.tx.run(statements[table]);
};

/** Whoever sees a part may not take away, or unknowingly keep, what lies outside of it. */
async function refuseFormerBeyondOwn(ctx: Context, staff: StaffRow): Promise<void> {
  if (ctx.wholeCommunityIds === '*') return;
  const refuse = (places: string) => rightsFail('scope.beyondOwn', { name: staff.name, places });
  if (staff.has_all_communities) throw refuse('全部小区');
  const row = await ctx.tx.first<{ count: number }>(sql`select (
    (select count(*) from staff_community l where l.company_id = ${ctx.companyId} and l.staff_id = ${staff.id}
      and l.community_id <> all (whole_community_ids()))
    + (select count(*) from staff_building l where l.company_id = ${ctx.companyId} and l.staff_id = ${staff.id}
      and l.community_id <> all (whole_community_ids()) and l.building_id <> all (scope_building_ids()))
    + (select count(*) from staff_house l where l.company_id = ${ctx.companyId} and l.staff_id = ${staff.id}
      and not exists (select from house h where h.company_id = l.company_id and h.id = l.house_id)))::int as count`);
  if (row!.count > 0) throw refuse(`${row!.count} 处`);
}

async function countPlaces(ctx: Context, staff: StaffRow): Promise<object> {
  const row = await ctx.tx.first<{ communities: number; buildings: number; houses: number }>(sql`select
    (select count(*)::int from staff_community where company_id = ${ctx.companyId} and staff_id = ${staff.id}) as communities,
    (select count(*)::int from staff_building where company_id = ${ctx.companyId} and staff_id = ${staff.id}) as buildings,
    (select count(*)::int from staff_house where company_id = ${ctx.companyId} and staff_id = ${staff.id}) as houses`);
  return {
    hasAllCommunities: staff.has_all_communities,
    communityCount: row!.communities,
    buildingCount: row!.buildings,
    houseCount: row!.houses,
  };
}

async function choosePlaces(ctx: Context, staff: StaffRow, input: ScopeInput): Promise<Chosen> {
  const refuse = (places: string) => rightsFail('scope.beyondOwn', { name: staff.name, places });
  if (input.hasAllCommunities) {
    if (ctx.wholeCommunityIds !== '*') throw refuse('全部小区');
    return { communities: [], buildings: [], houses: [] };
  }
  const count = input.buildingIds.length + input.houseIds.length;
  if (count > mostPlaces) throw rightsFail('rights.tooManyPlaces', { most: mostPlaces, count });
  const communities = await findPlaces(
    ctx,
    '小区',
    input.communityIds,
    (ids) => sql`
    select id, id as "communityId", id as "buildingId", sees_all_communities() or id = any (whole_community_ids()) as "isWhole", name
    from community where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])`,
  );
  const buildings = await findPlaces(
    ctx,
    '楼宇',
    input.buildingIds,
    (ids) => sql`
    select id, community_id as "communityId", id as "buildingId", sees_all_communities() or community_id = any (whole_community_ids())
      or id = any (scope_building_ids()) as "isWhole", name
    from building where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])`,
  );
  const houses = await findPlaces(
    ctx,
    '房屋',
    input.houseIds,
    (ids) => sql`
    select id, community_id as "communityId", building_id as "buildingId", true as "isWhole", full_name as name
    from house where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])`,
  );
  const partly = [...communities, ...buildings].find((place) => !place.isWhole);
  if (partly) throw refuse(partly.name);
  const whole = new Set(communities.map((one) => one.id));
  const kept = buildings.filter((one) => !whole.has(one.communityId));
  const keptIds = new Set(kept.map((one) => one.id));
  return {
    communities: [...whole],
    buildings: kept,
    houses: houses.filter((one) => !whole.has(one.communityId) && !keptIds.has(one.buildingId)),
  };
}

interface FoundPlace {
  id: string;
  communityId: string;
  buildingId: string;
  /** All of it lies in the actor's own scope. */
  isWhole: boolean;
  name: string;
}

async function findPlaces(
  ctx: Context,
  label: string,
  wanted: readonly string[],
  query: (ids: string[]) => Sql,
): Promise<FoundPlace[]> {
  const ids = [...new Set(wanted.map((id) => id.toLowerCase()))];
  const places = await ctx.tx.rows<FoundPlace>(query(ids));
  if (places.length < ids.length) throw platformFail('reference.notFound', { label });
  return places;
}
