import { asSystem } from '../../platform/boundary.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Services } from '../../platform/services.ts';
import { raiseBills } from './raise-bills.ts';
import { monthsDue, type RaiseShift } from './raise-shift.ts';
import { forgetOldFailures } from './raising-failures.ts';

interface DueCommunity {
  id: string;
  time_zone: string;
  swept_on: string | null;
}

interface AutomaticItems {
  shift: RaiseShift;
  ids: string[];
}

/** Longest gap that is caught up on after the server stood still. */
const mostMonthsBack = 12;

/**
 * Raises what raises itself (CHG-7): once for each day of each community's own zone, the periods that have begun by that
 * day or fall due by the item's days or months before or after their start. It begins in the month of the last day it was done, so that a server
 * that stood still catches up, and in the present month when it has never been done. Safe to repeat and to interrupt:
 * the day is noted only when everything of it is raised.
 */
export async function raiseDueBills(services: Services, companyId: string): Promise<void> {
  const inCompany = <T>(work: (ctx: Context) => Promise<T>) => asSystem(services, companyId, work);
  const { communities, items } = await inCompany(readDue);
  if (items.length === 0) return;
  for (const community of communities) {
    const today = businessDay(services.clock, community.time_zone);
    if (community.swept_on !== null && community.swept_on >= today.toString()) continue;
    const earliest = today.subtract({ months: mostMonthsBack });
    const since = community.swept_on === null ? today : Temporal.PlainDate.from(community.swept_on);
    for (const { shift, ids } of items) {
      const months = monthsDue(shift, Temporal.PlainDate.compare(since, earliest) < 0 ? earliest : since, today);
      await raiseBills(
        { transaction: inCompany, report: async () => {}, taskId: null },
        {
          communityId: community.id,
          chargeItemIds: ids,
          monthFrom: months.from,
          monthTo: months.to,
          raisedHow: 'auto',
          dueAsOf: today.toString(),
        },
      );
    }
    await inCompany((ctx) => noteSwept(ctx, community.id, today.toString()));
    await inCompany(forgetOldFailures);
  }
}

// Items that raise at the same time are raised together.
async function readDue(ctx: Context): Promise<{ communities: DueCommunity[]; items: AutomaticItems[] }> {
  const rows = await ctx.tx.rows<RaiseShift & { ids: string[] }>(sql`
    select raise_side side, raise_unit unit, raise_offset "offset", array_agg(id order by id) ids from charge_item
    where company_id = ${ctx.companyId} and is_raised_automatically group by 1, 2, 3 order by 1, 2, 3`);
  const items = rows.map(({ ids, ...shift }) => ({ shift, ids }));
  const communities = await ctx.tx.rows<DueCommunity>(sql`select c.id, c.time_zone, a.swept_on from community c
    left join automatic_raising a on a.company_id = c.company_id and a.community_id = c.id
    where c.company_id = ${ctx.companyId} order by c.id`);
  return { communities, items };
}

async function noteSwept(ctx: Context, communityId: string, day: string): Promise<void> {
  await ctx.tx.run(sql`insert into automatic_raising (company_id, id, community_id, swept_on)
    values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${day})
    on conflict (company_id, community_id) do update set swept_on = greatest(automatic_raising.swept_on, excluded.swept_on)`);
}
