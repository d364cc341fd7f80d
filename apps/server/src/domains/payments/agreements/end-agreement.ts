import { agreementStates, paymentFail } from '@anlin/contract';
import { businessDay } from '../../../platform/clock.ts';
import type { Context } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { enqueueJobAt } from '../../../platform/jobs/enqueue-job.ts';
import { lockAgreement, type PaymentAgreement } from './agreement-row.ts';
import { audit, closeAgreement } from './settle-agreement.ts';

/**
 * Ends an agreement from our side: nothing is taken by it from this moment on, and the channel is told until it says yes. One that
 * is still being signed is given up. Money that is on its way already is booked as ever. Error: agreement.wrongState (409).
 */
export async function endAgreement(
  ctx: Context,
  id: string,
  by: 'resident' | 'staff' | 'movedOut',
  reason: string,
): Promise<void> {
  const agreement = await lockAgreement(ctx, id);
  if (agreement.state === 'signing') {
    await ctx.tx.run(sql`update payment_agreement set state = 'refused', reason = ${reason || '已取消签约'}
      where company_id = ${ctx.companyId} and id = ${id}`);
    await audit(ctx, 'giveUp', agreement, { by });
    return;
  }
  if (agreement.state !== 'active')
    throw paymentFail('agreement.wrongState', { state: agreementStates[agreement.state], action: '解约' });
  await closeAgreement(ctx, agreement, { by, reason, isTold: false });
  await enqueueJobAt(ctx, 'sweepCompany', {}, `payments later ${ctx.companyId}`, ctx.clock.now());
}

/** Whether whoever signed still lives there as somebody who pays: owner, family or tenant. */
export async function stillLives(
  ctx: Context,
  { residentId, targetKind, targetId }: Pick<PaymentAgreement, 'residentId' | 'targetKind' | 'targetId'>,
  today: string,
): Promise<boolean> {
  const row = await ctx.tx.first(sql`
    select o.id from occupancy o where o.company_id = ${ctx.companyId} and o.resident_id = ${residentId} and o.role in ('owner', 'family', 'tenant')
      and (o.moved_out_on is null or o.moved_out_on > ${today}::date)
      and o.house_id = (select t.house_id from charge_target t where t.company_id = ${ctx.companyId} and t.kind = ${targetKind}
        and t.id = ${targetId}) limit 1`);
  return row !== undefined;
}

/** Agreements whose signers moved out, were handed another house or lost their space: over, without anybody asking. */
export async function endMovedOut(ctx: Context): Promise<void> {
  const rows = await ctx.tx.rows<{ id: string; time_zone: string }>(sql`
    select a.id, c.time_zone from payment_agreement a
    join community c on c.company_id = a.company_id and c.id = a.community_id
    where a.company_id = ${ctx.companyId} and a.state in ('signing', 'active')
      and not exists (select from occupancy o where o.company_id = a.company_id and o.resident_id = a.resident_id
        and o.house_id = (select t.house_id from charge_target t where t.company_id = a.company_id and t.kind = a.target_kind and t.id = a.target_id)
        and o.moved_out_on is null
        and o.role in ('owner', 'family', 'tenant'))
    order by a.id limit 50`);
  for (const row of rows) {
    const agreement = await lockAgreement(ctx, row.id);
    const isOpen = agreement.state === 'active' || agreement.state === 'signing';
    // Somebody may be moving out on a later day.
    if (!isOpen || (await stillLives(ctx, agreement, businessDay(ctx.clock, row.time_zone).toString()))) continue;
    await endAgreement(ctx, row.id, 'movedOut', '');
  }
}
