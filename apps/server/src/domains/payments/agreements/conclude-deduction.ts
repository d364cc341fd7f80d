import { businessDay } from '../../../platform/clock.ts';
import { type Context, nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { putEvent } from '../../../platform/outbox/put-event.ts';
import type { TakingRefusal } from '../channels/payment-channel.ts';
import type { PaymentOrder } from '../order-row.ts';
import { readAgreement, readTargetName } from './agreement-row.ts';
import { type Deduction, lockDeduction, markOf } from './deduction-row.ts';
import { atDaytime, momentOf } from './plan-days.ts';

/** Why nothing was taken; silence is the channel's, who never said. */
export interface DeductionRefusal {
  kind: TakingRefusal['kind'] | 'silence';
  reason: string;
}

/** The channel closed the order, or its time was over, without saying why. */
export const unknownTaking: DeductionRefusal = { kind: 'silence', reason: '渠道没有扣到款' };

type OwnOrder = Pick<PaymentOrder, 'id' | 'way' | 'orderNo'>;

/** Locks the deduction an order was made for, before its bills are locked. Nothing for other orders. */
export async function lockDeductionOf(ctx: Context, order: OwnOrder): Promise<void> {
  if (order.way !== 'agreement') return;
  const tried = await findTry(ctx, order.id);
  if (tried) await lockDeduction(ctx, tried.deductionId);
}

interface Try {
  id: string;
  deductionId: string;
  outcome: string;
}

function findTry(ctx: Context, orderId: string): Promise<Try | undefined> {
  return ctx.tx.first<Try>(sql`select id, deduction_id as "deductionId", outcome from deduction_try
    where company_id = ${ctx.companyId} and order_id = ${orderId}`);
}

/**
 * What became of an order that takes by agreement, in the transaction that settles it: its bills are free again; taken, the
 * deduction is done, also when the money comes late; refused, it is tried again by its ladder or given up, and the resident is told.
 * Nothing for other orders.
 */
export async function concludeDeduction(
  ctx: Context,
  order: OwnOrder,
  outcome: 'paid' | DeductionRefusal,
): Promise<void> {
  if (order.way !== 'agreement') return;
  const tried = await findTry(ctx, order.id);
  if (!tried) return;
  const deduction = await lockDeduction(ctx, tried.deductionId);
  await unmark(ctx, order);
  if (outcome === 'paid') {
    await ctx.tx.run(
      sql`update deduction_try set outcome = 'paid', failure = null, reason = '' where company_id = ${ctx.companyId} and id = ${tried.id}`,
    );
    await ctx.tx.run(sql`update deduction set state = 'done', failure = null, reason = '', next_at = null, claimed_until = null,
        amount_fen = (select amount_fen from deduction_try where company_id = ${ctx.companyId} and id = ${tried.id}), ended_at = coalesce(ended_at, ${nowText(ctx)})
      where company_id = ${ctx.companyId} and id = ${deduction.id}`);
    return;
  }
  if (tried.outcome !== 'charging') return;
  await ctx.tx.run(sql`update deduction_try set outcome = 'failed', failure = ${outcome.kind}, reason = ${outcome.reason.slice(0, 200)}
    where company_id = ${ctx.companyId} and id = ${tried.id}`);
  if (deduction.state === 'charging') await failDeduction(ctx, deduction, outcome);
}

async function unmark(ctx: Context, order: OwnOrder): Promise<void> {
  await ctx.tx.run(sql`
    update bill set withheld_in = null where company_id = ${ctx.companyId} and id in (
      select b.id from payment_order_bill l join bill b on b.company_id = l.company_id and b.id = l.bill_id and b.withheld_in = ${markOf(order.orderNo)}
      where l.company_id = ${ctx.companyId} and l.order_id = ${order.id} order by b.id for no key update of b)`);
}

/**
 * A try got nothing: the next one comes by the ladder, counted from the planned day; after the last one staff look. An agreement
 * that is over is not tried again. The agreement is asked after where the channel says so.
 */
export async function failDeduction(ctx: Context, deduction: Deduction, refusal: DeductionRefusal): Promise<void> {
  const { at_hour: hour, time_zone: timeZone } = await readHour(ctx, deduction.communityId);
  const next = refusal.kind === 'ended' ? null : nextTry(ctx, deduction, hour, timeZone);
  const reason = refusal.reason.slice(0, 200);
  await ctx.tx.run(sql`update deduction set state = ${next === null ? 'failed' : 'waiting'}, failure = ${refusal.kind}, reason = ${reason},
      next_at = ${next?.toString() ?? null}, ended_at = ${next === null ? nowText(ctx) : null}, claimed_until = null
    where company_id = ${ctx.companyId} and id = ${deduction.id}`);
  const agreement = await readAgreement(ctx, deduction.agreementId);
  if (refusal.kind === 'ended')
    await ctx.tx.run(sql`update payment_agreement set next_query_at = ${nowText(ctx)}, query_count = 0
      where company_id = ${ctx.companyId} and id = ${agreement.id} and state = 'active'`);
  await putEvent(ctx, 'deduction.failed', {
    agreementId: agreement.id,
    communityId: agreement.communityId,
    residentId: agreement.residentId,
    targetName: (await readTargetName(ctx, agreement)) ?? '',
    failure: refusal.kind,
    amountFen: deduction.amountFen.toString(),
    nextOn: next === null ? '' : next.toZonedDateTimeISO(timeZone).toPlainDate().toString(),
  });
}

/** The first day of the ladder that is still to come; null when it is used up. */
function nextTry(ctx: Context, deduction: Deduction, hour: number, timeZone: string): Temporal.Instant | null {
  const planned = Temporal.PlainDate.from(deduction.plannedOn);
  const today = businessDay(ctx.clock, timeZone);
  // One rung for each try, so that a long stop of the server does not use them up at once.
  const days = deduction.retryDays.slice(Math.max(0, deduction.attempt - 1));
  const [first] = days;
  if (first === undefined) return null;
  const day = planned.add({ days: first });
  const later = Temporal.PlainDate.compare(day, today) > 0 ? day : today.add({ days: 1 });
  return atDaytime(momentOf(later, hour, timeZone), timeZone);
}

/** The plan's hour, and the community's zone. */
export async function readHour(ctx: Context, communityId: string): Promise<{ at_hour: number; time_zone: string }> {
  const row = await ctx.tx.first<{ at_hour: number; time_zone: string }>(sql`
    select coalesce(p.at_hour, 9) as at_hour, c.time_zone from community c
    left join deduction_plan p on p.company_id = c.company_id and p.community_id = c.id
    where c.company_id = ${ctx.companyId} and c.id = ${communityId}`);
  return row!;
}
