import {
  type EndpointReply,
  type listOpenBuildings,
  type listOpenHouses,
  type listOpenParkingSpaces,
  type listOpenResidents,
  type listOpenVehicles,
  type openCommunity,
  partnerFail,
} from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import type { SignedApp } from '../../platform/partners/partner-boundary.ts';

interface Page {
  cursor?: string | undefined;
  limit: number;
  changedSince?: string | undefined;
}

const firstId = '00000000-0000-0000-0000-000000000000';
const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id a page begins after. Error: open.badCursor (422). */
export function idAfter(cursor: string | undefined): string {
  if (cursor === undefined || cursor === '') return firstId;
  if (!idPattern.test(cursor)) throw partnerFail('open.badCursor');
  return cursor;
}

/** A page by id of rows that `select` reads; it gets the id to begin after, the moment of `changedSince`, and one row more than asked. */
async function pageOf<Row extends { id: string }>(
  ctx: Context,
  { cursor, limit, changedSince }: Page,
  select: (after: string, since: string, most: number) => Sql,
): Promise<{ rows: Row[]; nextCursor: string | null; asOf: string }> {
  const since = changedSince ?? '2000-01-01T00:00:00Z';
  const rows = await ctx.tx.rows<Row>(select(idAfter(cursor), since, limit + 1));
  const shown = rows.slice(0, limit);
  // Ten minutes back: a row takes the time of its transaction's work, and is seen when that commits.
  const asOf = ctx.clock.now().subtract({ minutes: 10 }).toString();
  return { rows: shown, nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null, asOf };
}

export async function readOpenCommunity(ctx: Context, app: SignedApp): Promise<EndpointReply<typeof openCommunity>> {
  const row = await ctx.tx.first<{
    name: string;
    code: string;
    shares: boolean;
  }>(sql`select name, code, shares_bank_statements as shares
    from community where company_id = ${ctx.companyId} and id = ${app.communityId}`);
  return {
    id: app.communityId,
    name: row!.name,
    code: row!.code,
    appName: app.appName,
    scopes: [...app.scopes],
    sharesBankStatements: row!.shares,
    serverTime: nowText(ctx),
  };
}

export function listBuildings(
  ctx: Context,
  app: SignedApp,
  page: Page,
): Promise<EndpointReply<typeof listOpenBuildings>> {
  return pageOf(
    ctx,
    page,
    (after, since, most) => sql`select id, name, updated_at as "updatedAt" from building
    where company_id = ${ctx.companyId} and community_id = ${app.communityId} and id > ${after} and updated_at >= ${since}
    order by id limit ${most}`,
  );
}

export function listHouses(ctx: Context, app: SignedApp, page: Page): Promise<EndpointReply<typeof listOpenHouses>> {
  return pageOf(
    ctx,
    page,
    (after, since, most) => sql`
    select h.id, h.building_id as "buildingId", b.name as "buildingName", coalesce(u.name, '') as "unitName", h.number, h.full_name as "fullName",
      h.usage, h.built_area::text as "builtArea", h.updated_at as "updatedAt"
    from house h join building b on b.company_id = h.company_id and b.id = h.building_id
      left join unit u on u.company_id = h.company_id and u.id = h.unit_id
    where h.company_id = ${ctx.companyId} and h.community_id = ${app.communityId} and h.id > ${after} and h.updated_at >= ${since}
    order by h.id limit ${most}`,
  );
}

export function listParkingSpaces(
  ctx: Context,
  app: SignedApp,
  page: Page,
): Promise<EndpointReply<typeof listOpenParkingSpaces>> {
  return pageOf(
    ctx,
    page,
    (after, since, most) => sql`
    select id, number, type, area::text as area, house_id as "houseId", updated_at as "updatedAt" from parking_space
    where company_id = ${ctx.companyId} and community_id = ${app.communityId} and id > ${after} and updated_at >= ${since}
    order by id limit ${most}`,
  );
}

/** Vehicles by their plates; nothing of whose they are. */
export function listVehicles(
  ctx: Context,
  app: SignedApp,
  page: Page,
): Promise<EndpointReply<typeof listOpenVehicles>> {
  return pageOf(
    ctx,
    page,
    (after, since, most) => sql`
    select id, plate, house_id as "houseId", updated_at as "updatedAt" from vehicle
    where company_id = ${ctx.companyId} and community_id = ${app.communityId} and id > ${after} and updated_at >= ${since}
    order by id limit ${most}`,
  );
}

/** Stays with whose they are: of the name the first character, of the phone the ends; nothing else of the person leaves the house. */
export function listResidents(
  ctx: Context,
  app: SignedApp,
  page: Page,
): Promise<EndpointReply<typeof listOpenResidents>> {
  return pageOf(
    ctx,
    page,
    (after, since, most) => sql`
    select o.id, o.resident_id as "residentId", o.house_id as "houseId", left(r.name, 1) || repeat('*', greatest(char_length(r.name) - 1, 1)) as "nameMasked",
      case when char_length(coalesce(r.phone, '')) < 7 then '' else left(r.phone, 3) || '****' || right(r.phone, 4) end as "phoneMasked",
      o.role, o.moved_in_on as "movedInOn", o.moved_out_on as "movedOutOn", greatest(o.updated_at, r.updated_at) as "updatedAt"
    from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
    where o.company_id = ${ctx.companyId} and o.community_id = ${app.communityId} and o.id > ${after}
      and greatest(o.updated_at, r.updated_at) >= ${since} and r.erased_at is null
    order by o.id limit ${most}`,
  );
}
