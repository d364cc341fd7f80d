import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { enqueueJobAt } from '../../platform/jobs/enqueue-job.ts';

/** How long after each look the next one comes: often while the payer stands there, seldom later. Seconds. */
const pauses = [3, 5, 10, 15, 30, 30, 60, 60, 120, 300];
const longestPause = 600;

/** When an order is asked after next, after so many looks. */
export function nextLook(now: Temporal.Instant, lookCount: number): Temporal.Instant {
  return now.add({ seconds: pauses[lookCount] ?? longestPause });
}

/** When an order that was closed is asked after once more, for what was on its way. */
export const lastLook = (now: Temporal.Instant): Temporal.Instant => now.add({ minutes: 10 });

/** Has the order looked after soon, without waiting for the minute's sweep. */
export async function wakeFollowing(ctx: Context, order: { id: string; queryCount: number }): Promise<void> {
  const at = nextLook(ctx.clock.now(), order.queryCount);
  await ctx.tx.run(
    sql`update payment_order set next_query_at = ${at.toString()} where company_id = ${ctx.companyId} and id = ${order.id}`,
  );
  await enqueueJobAt(ctx, 'sweepCompany', {}, `payments later ${ctx.companyId}`, at);
}
