import { type Fen, fen, formatYuan, shareEqually } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { empty, sql } from '../../platform/database/sql.ts';
import { collectionRate } from './collection-rate.ts';

/** What is planned for a day, its month and its year, over the communities that have a plan. */
interface Planned {
  todayFen: Fen;
  monthFen: Fen;
  yearFen: Fen;
  communityCount: number;
}

/** The plan of the year that holds `today`, of one community or of all within the scope; null where none has one. */
async function readPlanned(
  ctx: Context,
  communityId: string | undefined,
  today: Temporal.PlainDate,
): Promise<Planned | null> {
  const rows = await ctx.tx.ad<{ month_fen: string[] }>(sql`select month_fen::text[] as month_fen from collection_plan
    where company_id = ${ctx.companyId} and year = ${today.year} ${communityId ? sql`and community_id = ${communityId}` : empty}`);
  const plans = rows
    .map((row) => row.month_fen.map((text) => fen(text)))
    .filter((months) => months.some((one) => one > 0n));
  if (plans.length === 0) return null;
  const sum = (pick: (months: Fen[]) => Fen[]) =>
    fen(plans.reduce((total, months) => total + pick(months).reduce((part, one) => part + one, 0n), 0n));
  return {
    todayFen: sum((months) => [planOfDay(months[today.month - 1]!, today)]),
    monthFen: sum((months) => [months[today.month - 1]!]),
    yearFen: sum((months) => months),
    communityCount: plans.length,
  };
}

/** A month's plan shared out over its days, so that they add up to it to the fen. */
export function planOfDay(monthFen: Fen, day: Temporal.PlainDate): Fen {
  return shareEqually(monthFen, day.daysInMonth)[day.day - 1]!;
}

/** Income against the plan, as the dashboard shows it. Sums in fen; rates in percent. */
export async function readPlanProgress(
  ctx: Context,
  input: {
    communityId: string | undefined;
    today: Temporal.PlainDate;
    incomeFen: { today: Fen; month: Fen; year: Fen };
  },
) {
  const planned = await readPlanned(ctx, input.communityId, input.today);
  if (!planned) return null;
  const against = (planFen: Fen, incomeFen: Fen) => ({
    plan: formatYuan(planFen),
    rate: collectionRate(incomeFen, planFen),
  });
  return {
    today: against(planned.todayFen, input.incomeFen.today),
    month: against(planned.monthFen, input.incomeFen.month),
    year: against(planned.yearFen, input.incomeFen.year),
    communityCount: planned.communityCount,
  };
}
