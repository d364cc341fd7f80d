import type { Context } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { readChannel } from '../channel-account.ts';
import { fetchBill } from './fetch-bill.ts';
import { lockDay } from './lock-day.ts';
import { listDaysAround } from './match-across-days.ts';
import { compareAgain, takeBill } from './take-bill.ts';

/** How a day's work opens its transactions and reaches the channel: as the system, or as the person whose task it is. */
export interface Workplace {
  transaction<T>(work: (ctx: Context) => Promise<T>): Promise<T>;
  gateway: string | undefined;
}

const claimMinutes = 5;
const billTimeoutMs = 30_000;

export interface ClaimedDay {
  id: string;
  tryCount: number;
  /** It has its bill and is only compared again. */
  isDone: boolean;
}

/** Days that are due, each for one worker; a claim of a process that died runs out. */
export async function claimDueDays(ctx: Context, limit: number): Promise<ClaimedDay[]> {
  const now = ctx.clock.now();
  return ctx.tx.rows<ClaimedDay>(sql`
    with due as (select id from reconciliation where company_id = ${ctx.companyId} and next_try_at <= ${now.toString()}
      and (claimed_until is null or claimed_until <= ${now.toString()}) order by next_try_at, day, id limit ${limit} for no key update skip locked)
    update reconciliation r set claimed_until = ${now.add({ minutes: claimMinutes }).toString()}, try_count = try_count + 1 from due
    where r.company_id = ${ctx.companyId} and r.id = due.id returning r.id, r.try_count as "tryCount", r.state = 'done' as "isDone"`);
}

/**
 * One day for a person who wants its bill now, whatever became of it before. Undefined while somebody else is at it. Should the process die,
 * the sweep goes on with what has no bill yet.
 */
export async function claimDay(ctx: Context, id: string): Promise<ClaimedDay | undefined> {
  const now = ctx.clock.now();
  const row = await ctx.tx.first<{ tryCount: number }>(sql`
    update reconciliation set claimed_until = ${now.add({ minutes: claimMinutes }).toString()}, try_count = try_count + 1, asked_at = ${now.toString()},
      next_try_at = case when state = 'done' then next_try_at else ${now.toString()}::timestamptz end
    where company_id = ${ctx.companyId} and id = ${id} and (claimed_until is null or claimed_until <= ${now.toString()})
    returning try_count as "tryCount"`);
  return row && { id, tryCount: row.tryCount, isDone: false };
}

/** Brings a claimed day further: its bill is fetched outside of any transaction, taken and compared in one. */
export async function reconcileDay(workplace: Workplace, claimed: ClaimedDay): Promise<void> {
  if (claimed.isDone) return workplace.transaction((ctx) => compareAgain(ctx, claimed.id));
  const found = await workplace.transaction(async (ctx) => {
    const day = await lockDay(ctx, claimed.id);
    return day && { day, channel: await readChannel(ctx, day.channelId), now: ctx.clock.now() };
  });
  if (!found) return;
  const outside = { gateway: workplace.gateway, now: found.now, timeoutMs: billTimeoutMs };
  const bill = await fetchBill(found.channel?.account ?? null, Temporal.PlainDate.from(found.day.day), outside);
  const isTaken = await workplace.transaction((ctx) => takeBill(ctx, claimed.id, claimed.tryCount, bill));
  if (!isTaken) return;
  const around = await workplace.transaction((ctx) => listDaysAround(ctx, claimed.id));
  for (const id of around) await workplace.transaction((ctx) => compareAgain(ctx, id));
}
