import type { dashboardCharts, dashboardFigures, EndpointReply } from '@anlin/contract';
import { fen, formatYuan, zeroFen } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { allowManyGroups } from '../../platform/database/group-memory.ts';
import { empty, sql } from '../../platform/database/sql.ts';
import { arrearsByTarget } from './arrears-by-target.ts';
import {
  arrearsByBuilding,
  noSums,
  sumArrears,
  sumLedger,
  sumLedgerByMonth,
  viewSums,
} from './charge-ledger.queries.ts';
import { collectionRate } from './collection-rate.ts';
import { incomeByDay, sumIncome } from './income.queries.ts';
import { daysUpTo, monthsUpTo, previousMonth } from './months.ts';
import { officeTimeZone } from './office-time-zone.ts';
import { readPlanProgress } from './plan-progress.ts';

const chartDays = 30;
const chartMonths = 12;
const topBuildings = 10;
const topTargets = 10;

/** The figures of the dashboard (FIN-7), each by the function that its list uses. */
export async function readDashboardFigures(
  ctx: Context,
  { communityId }: { communityId?: string | undefined },
): Promise<EndpointReply<typeof dashboardFigures>> {
  const today = await readToday(ctx, communityId);
  const thisMonth = today.toPlainYearMonth().toString();
  const lastMonth = previousMonth(thisMonth);
  const until = today.toString();
  const income = async (from: Temporal.PlainDate) =>
    (await sumIncome(ctx, { communityId, from: from.toString(), to: until })).incomeFen;
  const monthIncome = await sumIncome(ctx, {
    communityId,
    from: today.with({ day: 1 }).toString(),
    to: until,
    paidTo: lastMonth,
  });
  const { outstandingFen: outstanding, targetCount } = await sumArrears(ctx, { communityId, monthTo: lastMonth });
  const collected = monthIncome.chosenPart?.principalFen ?? zeroFen;
  const incomeFen = {
    today: await income(today),
    month: await income(today.with({ day: 1 })),
    year: await income(today.with({ month: 1, day: 1 })),
  };
  return {
    today: until,
    thisMonth,
    income: {
      today: formatYuan(incomeFen.today),
      month: formatYuan(incomeFen.month),
      year: formatYuan(incomeFen.year),
    },
    plan: await readPlanProgress(ctx, { communityId, today, incomeFen }),
    current: viewSums(await sumLedger(ctx, { communityId, monthFrom: thisMonth, monthTo: thisMonth })),
    arrears: {
      outstanding: formatYuan(outstanding),
      targetCount,
      collectedThisMonth: formatYuan(collected),
      rate: collectionRate(collected, fen(collected + outstanding)),
    },
    counts: await countEstate(ctx, communityId),
  };
}

/** The series of the dashboard's charts. */
export async function readDashboardCharts(
  ctx: Context,
  { communityId }: { communityId?: string | undefined },
): Promise<EndpointReply<typeof dashboardCharts>> {
  const today = await readToday(ctx, communityId);
  const days = daysUpTo(today, chartDays);
  const months = monthsUpTo(today.toPlainYearMonth().toString(), chartMonths);
  await allowManyGroups(ctx.tx);
  const byDay = await incomeByDay(ctx, { communityId, from: days[0], to: days.at(-1) });
  const byMonth = await sumLedgerByMonth(ctx, { communityId, monthFrom: months[0], monthTo: months.at(-1) });
  const buildings = await arrearsByBuilding(ctx, { communityId, monthTo: months.at(-1) }, topBuildings);
  const targets = await arrearsByTarget(ctx, { communityId, monthTo: months.at(-1) }, topTargets);
  return {
    incomeByDay: { days, methods: spread(byDay, days) },
    collectionByMonth: months.map((month) => ({ month, ...viewSums(byMonth.get(month) ?? noSums) })),
    arrearsByBuilding: buildings.map(({ key, label, community_name, outstanding }) => ({
      buildingId: key,
      label,
      communityName: community_name,
      outstanding: formatYuan(fen(outstanding)),
    })),
    arrearsByTarget: targets.map((row) => ({
      targetId: row.target_id,
      targetKind: row.target_kind,
      label: row.label,
      communityName: row.community_name,
      outstanding: formatYuan(fen(row.outstanding)),
      earliestUnpaid: row.earliest.slice(0, 7),
    })),
  };
}

/** One figure per day for each method; days without any are zero. */
function spread(rows: readonly { day: string; id: string; name: string; amount: bigint }[], days: readonly string[]) {
  const methods = new Map(rows.map(({ id, name }) => [id, name]));
  const amounts = new Map(rows.map(({ id, day, amount }) => [`${id} ${day}`, amount]));
  return [...methods].map(([id, name]) => ({
    id,
    name,
    income: days.map((day) => formatYuan(fen(amounts.get(`${id} ${day}`) ?? 0n))),
  }));
}

async function readToday(ctx: Context, communityId: string | undefined): Promise<Temporal.PlainDate> {
  const zone = communityId
    ? (
        await ctx.tx.first<{ time_zone: string }>(
          sql`select time_zone from community where company_id = ${ctx.companyId} and id = ${communityId}`,
        )
      )?.time_zone
    : undefined;
  return businessDay(ctx.clock, zone ?? officeTimeZone);
}

interface CountsRow {
  communities: number;
  houses: number;
  residents: number;
  parking_spaces: number;
}

/** Residents are people who live somewhere now, each once. */
async function countEstate(ctx: Context, communityId: string | undefined) {
  const own = communityId ? sql`and community_id = ${communityId}` : empty;
  const { companyId } = ctx;
  const [row] = await ctx.tx.ad<CountsRow>(sql`select
    (select count(*)::int from community where company_id = ${companyId} ${communityId ? sql`and id = ${communityId}` : empty}) as communities,
    (select count(*)::int from house where company_id = ${companyId} ${own}) as houses,
    (select count(distinct resident_id)::int from occupancy where company_id = ${companyId} and moved_out_on is null ${own}) as residents,
    (select count(*)::int from parking_space where company_id = ${companyId} ${own}) as parking_spaces`);
  const { communities, houses, residents, parking_spaces } = row!;
  return { communities, houses, residents, parkingSpaces: parking_spaces };
}
