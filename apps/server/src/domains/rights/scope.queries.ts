import type { EndpointReply, listScopePlaces, ScopeView } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

interface Place {
  id: string;
  label: string;
}

/** The scope of a person as far as the reader sees its places, and how many more there are. */
export async function readScope(
  ctx: Context,
  staff: { id: string; has_all_communities: boolean },
): Promise<{ scope: ScopeView; hiddenPlaces: number }> {
  const communities = await ctx.tx.rows<Place>(sql`select c.id, c.name as label from staff_community l
    join community c on c.company_id = l.company_id and c.id = l.community_id
    where l.company_id = ${ctx.companyId} and l.staff_id = ${staff.id} order by c.sort_order, c.name`);
  const buildings = await ctx.tx.rows<Place>(sql`select b.id, c.name || ' ' || b.name as label from staff_building l
    join building b on b.company_id = l.company_id and b.id = l.building_id
    join community c on c.company_id = b.company_id and c.id = b.community_id
    where l.company_id = ${ctx.companyId} and l.staff_id = ${staff.id} order by c.sort_order, c.name, b.sort_order, b.name collate natural_order`);
  const houses = await ctx.tx.rows<Place>(sql`select h.id, c.name || ' ' || h.full_name as label from staff_house l
    join house h on h.company_id = l.company_id and h.id = l.house_id
    join community c on c.company_id = h.company_id and c.id = h.community_id
    where l.company_id = ${ctx.companyId} and l.staff_id = ${staff.id} order by c.sort_order, c.name, h.sort_order, h.full_name collate natural_order`);
  const count = await ctx.tx.first<{ all: number }>(sql`select
    ((select count(*) from staff_community where company_id = ${ctx.companyId} and staff_id = ${staff.id})
    + (select count(*) from staff_building where company_id = ${ctx.companyId} and staff_id = ${staff.id})
    + (select count(*) from staff_house where company_id = ${ctx.companyId} and staff_id = ${staff.id}))::int as all`);
  return {
    scope: { hasAllCommunities: staff.has_all_communities, communities, buildings, houses },
    hiddenPlaces: count!.all - communities.length - buildings.length - houses.length,
  };
}

type Places = EndpointReply<typeof listScopePlaces>['rows'];
type PlaceRow = Place & { is_whole: boolean };

/** Communities, the buildings of one, or the houses of one, as far as the asker sees them. */
export async function listPlaces(
  ctx: Context,
  within: { communityId?: string | undefined; buildingId?: string | undefined },
): Promise<Places> {
  const rows = await (within.buildingId
    ? housesOf(ctx, within.buildingId)
    : within.communityId
      ? buildingsOf(ctx, within.communityId)
      : communitiesOf(ctx));
  return rows.map(({ id, label, is_whole }) => ({ id, label, isWhole: is_whole }));
}

const communitiesOf = (ctx: Context) =>
  ctx.tx.rows<PlaceRow>(sql`select id, name as label, sees_all_communities() or id = any (whole_community_ids()) as is_whole
    from community where company_id = ${ctx.companyId} order by sort_order, name`);

const buildingsOf = (ctx: Context, communityId: string) =>
  ctx.tx.rows<PlaceRow>(sql`select id, name as label, sees_all_communities() or community_id = any (whole_community_ids())
      or id = any (scope_building_ids()) as is_whole
    from building where company_id = ${ctx.companyId} and community_id = ${communityId} order by sort_order, name collate natural_order, id`);

const housesOf = (ctx: Context, buildingId: string) =>
  ctx.tx.rows<PlaceRow>(sql`select id, full_name as label, true as is_whole from house
    where company_id = ${ctx.companyId} and building_id = ${buildingId} order by sort_order, full_name collate natural_order, id limit 5000`);
