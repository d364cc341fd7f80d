import type { Context } from '../../../platform/context.ts';
import { nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { bookSettlements } from './book-settlements.ts';
import { compareDay } from './compare-day.ts';
import type { FetchedBill } from './fetch-bill.ts';
import { type LockedDay, lockDay } from './lock-day.ts';
import { matchAcrossDays } from './match-across-days.ts';
import { billTime } from './open-days.ts';
import { readOurLines } from './our-lines.ts';
import { readKeptBill } from './write-lines.ts';

/** How long after each try the next one comes. Minutes. */
const pauses = [10, 20, 30];
const longestPause = 60;
/** So long a bill that we have payments for is waited for, from the morning on. */
const patienceHours = 24;
/** So long one is waited for that nobody expects: the channel may be late. */
const emptyPatienceHours = 1;

/**
 * Takes a bill as it was fetched, once: whoever claimed the day later has another count of tries. A bill that is not there is waited
 * for; a day on which neither side had anything is done without one. True when the day has its bill now.
 */
export async function takeBill(ctx: Context, id: string, claimedTry: number, bill: FetchedBill): Promise<boolean> {
  const day = await lockDay(ctx, id);
  if (!day || day.tryCount !== claimedTry) return false;
  if (bill.kind === 'bill') {
    await finish(ctx, day, '');
    await compareDay(ctx, day, bill.lines);
    await bookSettlements(ctx, [day.id]);
    return true;
  }
  const kept = await readKeptBill(ctx, id);
  if (bill.kind === 'missing' && kept.length === 0) {
    const on = Temporal.PlainDate.from(day.day);
    const ours = await readOurLines(ctx, day, on);
    const late = billTime(on).until(ctx.clock.now()).total('hours');
    if (late >= (ours.length === 0 ? emptyPatienceHours : patienceHours)) {
      const problem = ours.length === 0 ? '' : `渠道没有这天的账单，本系统的 ${ours.length} 笔都列为未到账`;
      await finish(ctx, day, problem);
      await compareDay(ctx, day, []);
      await bookSettlements(ctx, [day.id]);
      return true;
    }
  }
  await wait(ctx, day, bill);
  return false;
}

async function finish(ctx: Context, day: LockedDay, problem: string): Promise<void> {
  await ctx.tx.run(sql`update reconciliation set state = 'done', problem = ${problem}, fetched_at = ${nowText(ctx)}, next_try_at = null, claimed_until = null
    where company_id = ${ctx.companyId} and id = ${day.id}`);
}

async function wait(ctx: Context, day: LockedDay, bill: { kind: 'missing' | 'failed'; reason: string }): Promise<void> {
  // A bill that was there stays compared; that it could not be fetched again is said beside.
  const state = day.state === 'done' ? 'done' : bill.kind === 'missing' ? 'waiting' : 'failed';
  const minutes = pauses[day.tryCount - 1] ?? longestPause;
  const askedFor = Temporal.Instant.from(day.askedAt).until(ctx.clock.now()).total('hours');
  const next = state === 'done' || askedFor >= patienceHours ? null : ctx.clock.now().add({ minutes }).toString();
  await ctx.tx.run(sql`update reconciliation set state = ${state}, problem = ${bill.reason.slice(0, 300)}, next_try_at = ${next}, claimed_until = null
    where company_id = ${ctx.companyId} and id = ${day.id}`);
}

/** A day that has its bill, against our books as they are now. */
export async function compareAgain(ctx: Context, id: string): Promise<void> {
  const day = await lockDay(ctx, id);
  if (day?.state !== 'done') return;
  await ctx.tx.run(
    sql`update reconciliation set next_try_at = null, claimed_until = null where company_id = ${ctx.companyId} and id = ${id}`,
  );
  await compareDay(ctx, day, await readKeptBill(ctx, id));
  await bookSettlements(ctx, [day.id, ...(await matchAcrossDays(ctx, day))]);
}
