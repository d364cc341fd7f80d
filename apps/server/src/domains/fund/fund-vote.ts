import { Decimal } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** How many, of heads or square metres: of all who may vote, of those who took part, of those who agreed. */
export interface Turnout {
  all: Decimal | number;
  part: Decimal | number;
  agreed: Decimal | number;
}

/**
 * Whether owners decided on an ordinary matter (民法典 278): two thirds of heads and of area take part, and more than half of those who do,
 * of both, agree.
 */
export function hasPassed(heads: Turnout, area: Turnout): boolean {
  return [heads, area].every(
    ({ all, part, agreed }) =>
      new Decimal(part).mul(3).gte(new Decimal(all).mul(2)) && new Decimal(agreed).mul(2).gt(part),
  );
}

/**
 * Heads of houses: one for each house, and one for all houses of the same owners (建筑物区分所有权司法解释 第九条). A house whose owners are
 * not registered counts by itself.
 */
export async function countHeads(ctx: Context, houseIds: readonly string[]): Promise<number> {
  const row = await ctx.tx.first<{ count: number }>(sql`
    select count(distinct coalesce(o.owners, h.id::text))::int as count from unnest(${[...houseIds]}::uuid[]) h (id)
    cross join lateral (select string_agg(distinct o.resident_id::text, ' ' order by o.resident_id::text) as owners from occupancy o
      where o.company_id = ${ctx.companyId} and o.house_id = h.id and o.role = 'owner' and o.moved_out_on is null) o`);
  return row!.count;
}
