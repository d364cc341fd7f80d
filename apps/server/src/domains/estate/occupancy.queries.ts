import type { OccupancyRole, OccupancyView, ResidentView } from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { join, type Sql, sql } from '../../platform/database/sql.ts';
import { maskPhone } from '../../resource/index.ts';
import { residentConditions, roomConditions } from './search.conditions.ts';
import { searchTerms } from './search-terms.ts';

const select = sql`select o.id, o.resident_id as "residentId", r.name, r.phone, o.role, o.house_id as "houseId", h.full_name as "houseLabel",
    o.community_id as "communityId", c.name as "communityLabel", o.moved_in_on as "movedInOn", o.moved_out_on as "movedOutOn",
    o.valid_until as "validUntil"
  from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
    join house h on h.company_id = o.company_id and h.id = o.house_id
    join community c on c.company_id = o.company_id and c.id = o.community_id`;

function masked(row: OccupancyView): OccupancyView {
  return { ...row, phone: maskPhone(row.phone) };
}

export interface OccupancyFilter {
  communityId?: string | undefined;
  houseId?: string | undefined;
  state: 'current' | 'ended';
  role?: OccupancyRole | undefined;
  q?: string | undefined;
}

/** A page of stays with the count and the counts by role over everything that matches. Phones are masked: one is shown by asking for it. */
export async function listOccupancies(
  ctx: Context,
  query: OccupancyFilter & { page: number; pageSize: number },
): Promise<{ rows: OccupancyView[]; total: number; roles: Record<string, number> }> {
  const where = occupancyWhere(ctx, query);
  const counts = await ctx.tx.ad<{ role: OccupancyRole; count: bigint }>(
    sql`select o.role, count(*) from occupancy o where ${where} group by o.role`,
  );
  const roles = Object.fromEntries(counts.map((one) => [one.role, Number(one.count)]));
  const total = query.role ? (roles[query.role] ?? 0) : Object.values(roles).reduce((sum, count) => sum + count, 0);
  const ofRole = query.role ? sql`and o.role = ${query.role}` : sql``;
  const page = sql`select o.id from occupancy o where ${where} ${ofRole}
    order by o.moved_in_on desc, o.id desc limit ${query.pageSize} offset ${(query.page - 1) * query.pageSize}`;
  const rows = await ctx.tx.ad<OccupancyView>(
    sql`${select} where o.company_id = ${ctx.companyId} and o.id in (${page}) order by o.moved_in_on desc, o.id desc`,
  );
  return { rows: rows.map(masked), total, roles };
}

function occupancyWhere(ctx: Context, query: OccupancyFilter): Sql {
  const parts: Sql[] = [sql`o.company_id = ${ctx.companyId}`];
  parts.push(query.state === 'current' ? sql`o.moved_out_on is null` : sql`o.moved_out_on is not null`);
  if (query.communityId) parts.push(sql`o.community_id = ${query.communityId}`);
  if (query.houseId) parts.push(sql`o.house_id = ${query.houseId}`);
  if (query.q) parts.push(matching(ctx.companyId, query.q));
  return join(parts, ' and ');
}

/** By the person or by the house they live in. */
function matching(companyId: string, q: string): Sql {
  const terms = searchTerms(q);
  const people = residentConditions(terms).map(
    ({ condition }) =>
      sql`o.resident_id = any (array(select r.id from resident r where r.company_id = ${companyId} and ${condition}))`,
  );
  const houses = (terms.room ? roomConditions(terms.room) : []).map(
    (condition) =>
      sql`o.house_id = any (array(select h.id from house h where h.company_id = ${companyId} and ${condition}))`,
  );
  const all = [...people, ...houses];
  return all.length === 0 ? sql`false` : sql`(${join(all, ' or ')})`;
}

/** Who lives in a house or did: those there now first, owners before others. */
export async function occupanciesOfHouse(ctx: Context, houseId: string): Promise<OccupancyView[]> {
  const rows =
    await ctx.tx.rows<OccupancyView>(sql`${select} where o.company_id = ${ctx.companyId} and o.house_id = ${houseId}
    order by o.moved_out_on is not null, o.role <> 'owner', o.moved_out_on desc, o.moved_in_on, o.id`);
  return rows.map(masked);
}

/** One person with all their stays in communities the actor sees. Error: resource.notFound. */
export async function getResident(ctx: Context, id: string): Promise<ResidentView> {
  const row = await ctx.tx.first<
    Omit<ResidentView, 'occupancies'>
  >(sql`select id, name, phone, sex, note, version, created_at as "createdAt"
    from resident where company_id = ${ctx.companyId} and id = ${id}`);
  if (!row) throw platformFail('resource.notFound', { label: '住户' });
  const occupancies =
    await ctx.tx.rows<OccupancyView>(sql`${select} where o.company_id = ${ctx.companyId} and o.resident_id = ${id}
    order by o.moved_out_on is not null, o.moved_in_on desc, o.id desc`);
  return { ...row, phone: maskPhone(row.phone), occupancies: occupancies.map(masked) };
}
