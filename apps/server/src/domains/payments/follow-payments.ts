import { asSystem } from '../../platform/boundary.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { enqueueJobAt } from '../../platform/jobs/enqueue-job.ts';
import type { Services } from '../../platform/services.ts';
import { adoptRefunds } from './adopt-refunds.ts';
import { followRefund } from './follow-refund.ts';
import { askAfterOrder } from './query-order.ts';
import { returnDueSurplus } from './return-surplus.ts';

const batchSize = 10;
const claimMinutes = 2;

/**
 * Looks after every payment and refund that is due (PAY-2): asks channels what became of orders that are open, closes what is over,
 * gives back what was paid too much, and follows refunds to their end. Each is claimed in one transaction and talked about outside of
 * any, so a process that dies in between leaves a claim that runs out. Called every minute, and sooner when something is due.
 */
export async function followPayments(services: Services, companyId: string): Promise<void> {
  await asSystem(services, companyId, adoptRefunds);
  const orders = await asSystem(services, companyId, claimOrders);
  const refunds = await asSystem(services, companyId, claimRefunds);
  await Promise.all([
    ...orders.map((order) =>
      order.isPaid ? returnDueSurplus(services, companyId, order.id) : askAfterOrder(services, companyId, order.id),
    ),
    ...refunds.map((id) => followRefund(services, companyId, id)),
  ]);
  await asSystem(services, companyId, wakeForNext);
}

async function claimOrders(ctx: Context): Promise<{ id: string; isPaid: boolean }[]> {
  const now = nowText(ctx);
  const until = ctx.clock.now().add({ minutes: claimMinutes }).toString();
  return ctx.tx.rows<{ id: string; isPaid: boolean }>(sql`
    with due as (select id from payment_order where company_id = ${ctx.companyId} and next_query_at <= ${now}
      and (claimed_until is null or claimed_until <= ${now}) order by next_query_at, id limit ${batchSize} for no key update skip locked)
    update payment_order o set claimed_until = ${until} from due where o.company_id = ${ctx.companyId} and o.id = due.id
    returning o.id, o.state = 'paid' as "isPaid"`);
}

async function claimRefunds(ctx: Context): Promise<string[]> {
  const now = nowText(ctx);
  const until = ctx.clock.now().add({ minutes: claimMinutes }).toString();
  const rows = await ctx.tx.rows<{ id: string }>(sql`
    with due as (select id from channel_refund where company_id = ${ctx.companyId} and next_query_at <= ${now}
      and (claimed_until is null or claimed_until <= ${now}) order by next_query_at, id limit ${batchSize} for no key update skip locked)
    update channel_refund r set claimed_until = ${until} from due where r.company_id = ${ctx.companyId} and r.id = due.id returning r.id`);
  return rows.map((row) => row.id);
}

/** Comes back when the next one is due, where that is within the minute. */
async function wakeForNext(ctx: Context): Promise<void> {
  const row = await ctx.tx.first<{ at: string | null }>(sql`select min(x.at) as at from (
      (select next_query_at as at from payment_order where company_id = ${ctx.companyId} and next_query_at is not null order by next_query_at limit 1)
      union all (select next_query_at from channel_refund where company_id = ${ctx.companyId} and next_query_at is not null order by next_query_at limit 1)) x`);
  if (!row?.at) return;
  const at = Temporal.Instant.from(row.at);
  const soon = ctx.clock.now().add({ seconds: 2 });
  const wake = Temporal.Instant.compare(at, soon) > 0 ? at : soon;
  if (Temporal.Instant.compare(wake, ctx.clock.now().add({ seconds: 55 })) < 0)
    await enqueueJobAt(ctx, 'sweepCompany', {}, `payments later ${ctx.companyId}`, wake);
}
