import { addFundInterest, depositFund } from '../domains/fund/index.ts';
import { fixedClock } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';

/** The maintenance fund of the first building: paid in by area a year ago, with a year's interest since. */
export async function writeFund(
  ctx: Context,
  at: { communityId: string; staff: { id: string; name: string }; now: string; paidInOn: string; interestOn: string },
): Promise<void> {
  const { communityId } = at;
  const own: Context = { ...ctx, clock: fixedClock(at.now), actor: { kind: 'staff', ...at.staff } };
  const building = await ctx.tx.first<{ id: string }>(sql`select id from building where company_id = ${ctx.companyId}
    and community_id = ${communityId} order by sort_order, name, id limit 1`);
  if (!building) return;
  await depositFund(own, {
    communityId,
    buildingIds: [building.id],
    houseIds: [],
    rate: '80',
    bookedOn: at.paidInOn,
    note: '首期归集',
    idempotencyKey: 'demo-fund-deposit',
  });
  await addFundInterest(own, {
    communityId,
    year: Number(at.paidInOn.slice(0, 4)),
    rate: '1.5',
    bookedOn: at.interestOn,
    note: '',
    idempotencyKey: 'demo-fund-interest',
  });
}
