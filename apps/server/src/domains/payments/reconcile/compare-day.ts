import type { ReconciliationOutcome } from '@anlin/contract';
import type { Context } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { enqueueJobAt } from '../../../platform/jobs/enqueue-job.ts';
import type { BillLine } from '../channels/payment-channel.ts';
import { type Comparison, compareLines } from './compare-lines.ts';
import type { LockedDay } from './lock-day.ts';
import { findOrders, type OwnLine, readOurLines } from './our-lines.ts';
import { type NewLine, writeLines } from './write-lines.ts';

/** How long booking what only the channel has may take, until the day is compared again. */
const bookingMinutes = 2;
const bookingHours = 1;

/**
 * Compares a day's bill with our books and writes its lines and sums. What the channel has as paid and our order has not is asked after
 * at once, so that money whose word was lost is booked; the day is compared again afterwards.
 */
export async function compareDay(ctx: Context, day: LockedDay, theirs: readonly BillLine[]): Promise<void> {
  const ours = await readOurLines(ctx, day, Temporal.PlainDate.from(day.day));
  const comparison = compareLines(ours, theirs);
  const strange = [...new Set(comparison.theirsOnly.map((line) => line.orderNo))];
  const orders = await findOrders(ctx, day, strange);
  await writeLines(ctx, day, linesOf(day, comparison, orders));
  const { totals } = comparison;
  const count = (kind: BillLine['kind']) => theirs.filter((line) => line.kind === kind).length;
  await ctx.tx.run(sql`update reconciliation set arrived_count = ${count('payment')}, arrived_fen = ${totals.arrivedFen.toString()},
      refunded_count = ${count('refund')}, refunded_fen = ${totals.refundedFen.toString()}, fee_fen = ${totals.feeFen.toString()},
      difference_fen = ${totals.differenceFen.toString()}
    where company_id = ${ctx.companyId} and id = ${day.id}`);
  const paid = new Set(comparison.theirsOnly.filter((line) => line.kind === 'payment').map((line) => line.orderNo));
  const unbooked = [...orders].filter(([orderNo, order]) => order.isOpen && paid.has(orderNo));
  if (unbooked.length > 0)
    await askAfter(
      ctx,
      day,
      unbooked.map(([, order]) => order.id),
    );
}

type Orders = Awaited<ReturnType<typeof findOrders>>;

function linesOf(day: LockedDay, comparison: Comparison<OwnLine>, orders: Orders): NewLine[] {
  const line = (outcome: ReconciliationOutcome, ours: OwnLine | null, theirs: BillLine | null): NewLine => {
    const either = (theirs ?? ours)!;
    const order = ours ? { ...ours, id: ours.orderId } : orders.get(either.orderNo);
    return {
      kind: either.kind,
      outcome,
      channelId: order?.channelId ?? day.channelId,
      communityId: order?.communityId ?? day.communityId,
      orderId: order?.id ?? null,
      orderNo: either.orderNo,
      refundNo: either.refundNo ?? '',
      transactionId: theirs?.transactionId || (ours?.transactionId ?? ''),
      ourAt: ours?.at.toString() ?? null,
      ourFen: ours?.amountFen ?? null,
      theirAt: theirs?.at.toString() ?? null,
      theirFen: theirs?.amountFen ?? null,
      feeFen: theirs?.feeFen ?? null,
    };
  };
  return [
    ...comparison.matched.map((pair) => line('matched', pair.ours, pair.theirs)),
    ...comparison.refunded.map((pair) => line('refunded', pair.ours, pair.theirs)),
    ...comparison.amountDiffers.map((pair) => line('amountDiffers', pair.ours, pair.theirs)),
    ...comparison.oursOnly.map((ours) => line('oursOnly', ours, null)),
    ...comparison.theirsOnly.map((theirs) => line('theirsOnly', null, theirs)),
  ];
}

/** The day is compared again when they were booked; not for ever, where the channel's word differs from its bill. */
async function askAfter(ctx: Context, day: LockedDay, orderIds: readonly string[]): Promise<void> {
  const now = ctx.clock.now();
  const ids = [...orderIds];
  await ctx.tx.run(sql`update payment_order set next_query_at = ${now.toString()} where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])
    and state <> 'paid' and (next_query_at is null or next_query_at > ${now.toString()})`);
  const again = now.add({ minutes: bookingMinutes }).toString();
  await ctx.tx.run(sql`update reconciliation set next_try_at = ${again} where company_id = ${ctx.companyId} and id = ${day.id}
    and fetched_at > ${now.subtract({ hours: bookingHours }).toString()}`);
  await enqueueJobAt(ctx, 'sweepCompany', {}, `payments later ${ctx.companyId}`, now);
}
