import { platformFail } from '@anlin/contract';
import type { Fen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';

/** A house with its account under lock; null where it has none. */
export interface FundHouse {
  houseId: string;
  label: string;
  /** Square metres, exact decimal. */
  area: string;
  accountId: string | null;
  balanceFen: Fen;
  firstDepositFen: Fen;
}

export interface FundCommunity {
  id: string;
  name: string;
  timeZone: string;
}

/** A community seen whole: a fund is shared by all of it. Errors: reference.notFound (422), scope.wholeCommunity (403). */
export async function requireFundCommunity(ctx: Context, communityId: string): Promise<FundCommunity> {
  const community = await ctx.tx.first<FundCommunity>(
    sql`select id, name, time_zone as "timeZone" from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  if (!community) throw platformFail('reference.notFound', { label: '小区' });
  requireWholeCommunity(ctx, communityId, '维修资金');
  return community;
}

/** Refuses buildings or houses that are not of the community (reference.notFound). */
export async function requireParts(
  ctx: Context,
  communityId: string,
  parts: { buildingIds: readonly string[]; houseIds?: readonly string[] },
): Promise<void> {
  const buildings = [...new Set(parts.buildingIds)];
  const houses = [...new Set(parts.houseIds ?? [])];
  const row = await ctx.tx.first<{ buildings: bigint; houses: bigint }>(sql`
    select (select count(*) from building where company_id = ${ctx.companyId} and community_id = ${communityId} and id = any (${buildings}::uuid[])) as buildings,
      (select count(*) from house where company_id = ${ctx.companyId} and community_id = ${communityId} and id = any (${houses}::uuid[])) as houses`);
  if (Number(row!.buildings) !== buildings.length) throw platformFail('reference.notFound', { label: '楼宇' });
  if (Number(row!.houses) !== houses.length) throw platformFail('reference.notFound', { label: '房屋' });
}

/**
 * Houses of a community with a built area, by full name: all, those of some buildings, or some of them. Their accounts are
 * locked by id, so that whoever moves money of one waits for the other.
 */
export async function lockFundHouses(
  ctx: Context,
  communityId: string,
  { buildingIds = [], houseIds = [] }: { buildingIds?: readonly string[]; houseIds?: readonly string[] },
): Promise<FundHouse[]> {
  await ctx.tx.rows(
    sql`select id from fund_account where company_id = ${ctx.companyId} and community_id = ${communityId} order by id for no key update`,
  );
  return readFundHouses(ctx, communityId, { buildingIds, houseIds });
}

/** The same without a lock, for a preview. */
export function readFundHouses(
  ctx: Context,
  communityId: string,
  { buildingIds = [], houseIds = [] }: { buildingIds?: readonly string[]; houseIds?: readonly string[] },
): Promise<FundHouse[]> {
  const [buildings, houses] = [[...buildingIds], [...houseIds]];
  return ctx.tx.rows<FundHouse>(sql`
    select h.id as "houseId", h.full_name as label, h.built_area as area, a.id as "accountId", coalesce(a.balance_fen, 0)::bigint as "balanceFen",
      coalesce(a.first_deposit_fen, 0)::bigint as "firstDepositFen"
    from house h left join fund_account a on a.company_id = h.company_id and a.house_id = h.id
    where h.company_id = ${ctx.companyId} and h.community_id = ${communityId} and h.built_area > 0
      and (cardinality(${buildings}::uuid[]) = 0 or h.building_id = any (${buildings}::uuid[]))
      and (cardinality(${houses}::uuid[]) = 0 or h.id = any (${houses}::uuid[]))
    order by h.sort_order, h.full_name, h.id`);
}
