import { platformFail, statementFail } from '@anlin/contract';
import type { Context } from '../../../platform/context.ts';
import { empty, sql } from '../../../platform/database/sql.ts';
import { maskPhone } from '../../cashier/index.ts';

/** Whose statement is asked for. A house alone: of its present owners. Both: that house of that owner. */
export interface SubjectInput {
  residentId?: string | undefined;
  houseId?: string | undefined;
  communityId?: string | undefined;
}

/** Time somebody owned a house. `untilDay` is the first day no longer, or `infinity`. */
interface Ownership {
  houseId: string;
  fromDay: string;
  untilDay: string;
}

export interface StatementSubject {
  residentId: string | null;
  communityId: string;
  ownerIds: string[];
  ownerName: string;
  ownerPhone: string;
  houses: { id: string; label: string }[];
  ownerships: Ownership[];
}

interface OwnershipRow {
  house_id: string;
  label: string;
  community_id: string;
  community_name: string;
  from_day: string;
  until_day: string;
}

/**
 * The owner, the houses and the times they were theirs, within the scope. `onlyHouses` narrows it further, to what a link was
 * made for. Errors: resource.notFound, statement.subjectMissing, statement.noHouse, statement.chooseCommunity.
 */
export async function readSubject(
  ctx: Context,
  input: SubjectInput,
  onlyHouses?: readonly string[],
): Promise<StatementSubject> {
  if (input.residentId !== undefined) return readOwner(ctx, input.residentId, input, onlyHouses);
  if (input.houseId === undefined) throw statementFail('statement.subjectMissing');
  return readHouse(ctx, input.houseId);
}

async function readOwner(
  ctx: Context,
  residentId: string,
  { houseId, communityId }: SubjectInput,
  onlyHouses?: readonly string[],
): Promise<StatementSubject> {
  const resident = await ctx.tx.first<{ name: string; phone: string }>(
    sql`select name, phone from resident where company_id = ${ctx.companyId} and id = ${residentId}`,
  );
  if (!resident) throw platformFail('resource.notFound', { label: '住户' });
  const rows = await ctx.tx.ad<OwnershipRow>(sql`
    select h.id as house_id, h.full_name as label, h.community_id, c.name as community_name, o.moved_in_on as from_day,
      coalesce(o.moved_out_on, 'infinity'::date)::text as until_day
    from occupancy o join house h on h.company_id = o.company_id and h.id = o.house_id
    join community c on c.company_id = h.company_id and c.id = h.community_id
    where o.company_id = ${ctx.companyId} and o.resident_id = ${residentId} and o.role = 'owner'
      ${houseId ? sql`and h.id = ${houseId}` : empty} ${communityId ? sql`and h.community_id = ${communityId}` : empty}
      ${onlyHouses ? sql`and h.id = any (${[...onlyHouses]}::uuid[])` : empty}
    order by c.name, h.full_name collate natural_order, o.moved_in_on`);
  const communities = [...new Set(rows.map((row) => row.community_name))];
  if (rows.length === 0) throw statementFail('statement.noHouse', { name: resident.name });
  if (communities.length > 1)
    throw statementFail('statement.chooseCommunity', { name: resident.name, communities: communities.join('、') });
  return {
    ...subjectOf(rows),
    residentId,
    ownerIds: [residentId],
    ownerName: resident.name,
    ownerPhone: maskPhone(resident.phone),
  };
}

/** A house and whoever owns it now, from the day the first of them did; a house without an owner is the company's from the beginning. */
async function readHouse(ctx: Context, houseId: string): Promise<StatementSubject> {
  const row = await ctx.tx.first<OwnershipRow & { owner_ids: string[]; owner_name: string; owner_phone: string }>(sql`
    select h.id as house_id, h.full_name as label, h.community_id, c.name as community_name,
      coalesce(min(o.moved_in_on), '-infinity'::date)::text as from_day, 'infinity' as until_day,
      coalesce(array_agg(r.id) filter (where r.id is not null), '{}') as owner_ids,
      coalesce(string_agg(r.name, '、' order by o.moved_in_on, o.id), '') as owner_name,
      coalesce((array_agg(r.phone order by o.moved_in_on, o.id) filter (where r.phone <> ''))[1], '') as owner_phone
    from house h join community c on c.company_id = h.company_id and c.id = h.community_id
    left join occupancy o on o.company_id = h.company_id and o.house_id = h.id and o.role = 'owner' and o.moved_out_on is null
    left join resident r on r.company_id = o.company_id and r.id = o.resident_id
    where h.company_id = ${ctx.companyId} and h.id = ${houseId} group by h.id, h.full_name, h.community_id, c.name`);
  if (!row) throw platformFail('resource.notFound', { label: '房屋' });
  return {
    ...subjectOf([row]),
    residentId: null,
    ownerIds: row.owner_ids,
    ownerName: row.owner_name,
    ownerPhone: maskPhone(row.owner_phone),
  };
}

function subjectOf(rows: readonly OwnershipRow[]) {
  return {
    communityId: rows[0]!.community_id,
    houses: [...new Map(rows.map((row) => [row.house_id, { id: row.house_id, label: row.label }])).values()],
    ownerships: rows.map((row) => ({ houseId: row.house_id, fromDay: row.from_day, untilDay: row.until_day })),
  };
}
