import type { AgreementState } from '@anlin/contract';
import { recordAudit } from '../../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { putEvent } from '../../../platform/outbox/put-event.ts';
import type { AgreementWord } from '../channels/payment-channel.ts';
import { lockAgreement, type PaymentAgreement, readTargetName } from './agreement-row.ts';

/**
 * Brings an agreement to what the channel says of it, once, whoever hears it first: a message or a query. A second signature for
 * the same house is ended at the channel, for nothing is taken twice. A word about another number than the one that was signed
 * changes nothing. Returns the state after it.
 */
export async function settleAgreement(ctx: Context, id: string, word: AgreementWord): Promise<AgreementState> {
  const agreement = await lockAgreement(ctx, id);
  if (word.state === 'active') return settleSigned(ctx, agreement, word);
  if (word.state === 'ended') return settleEnded(ctx, agreement, word);
  return agreement.state;
}

async function settleSigned(
  ctx: Context,
  agreement: PaymentAgreement,
  word: Extract<AgreementWord, { state: 'active' }>,
): Promise<AgreementState> {
  if (agreement.state === 'active' || agreement.state === 'ended') return agreement.state;
  await lockTarget(ctx, agreement.targetId);
  const other = await ctx.tx.first(sql`select id from payment_agreement
    where company_id = ${ctx.companyId} and target_id = ${agreement.targetId} and state = 'active'`);
  const signedAt = word.signedAt.toString();
  if (other) {
    await ctx.tx.run(sql`update payment_agreement set state = 'ended', channel_no = ${word.channelNo}, signed_at = ${signedAt}, ended_at = ${nowText(ctx)},
        ended_by = 'doubled', is_told = false, query_count = 0, next_query_at = ${nowText(ctx)}, claimed_until = null
      where company_id = ${ctx.companyId} and id = ${agreement.id}`);
    await audit(ctx, 'end', agreement, { by: 'doubled' });
    return 'ended';
  }
  await ctx.tx.run(sql`update payment_agreement set state = 'active', channel_no = ${word.channelNo}, signed_at = ${signedAt}, reason = '', next_query_at = null,
      claimed_until = null, query_count = 0 where company_id = ${ctx.companyId} and id = ${agreement.id}`);
  await audit(ctx, 'sign', agreement, { channel: agreement.channelKind });
  return 'active';
}

async function settleEnded(
  ctx: Context,
  agreement: PaymentAgreement,
  word: Extract<AgreementWord, { state: 'ended' }>,
): Promise<AgreementState> {
  if (agreement.channelNo !== word.channelNo) return agreement.state;
  if (agreement.state === 'active') {
    await closeAgreement(ctx, agreement, { by: 'channel', reason: '', isTold: true });
    return 'ended';
  }
  if (!agreement.isTold)
    await ctx.tx.run(sql`update payment_agreement set is_told = true, next_query_at = null, claimed_until = null
      where company_id = ${ctx.companyId} and id = ${agreement.id}`);
  return agreement.state;
}

/** One signature for a house at a time, whichever channel it comes from. */
export async function lockTarget(ctx: Context, targetId: string): Promise<void> {
  await ctx.tx.rows(
    sql`select pg_advisory_xact_lock(hashtextextended(${`payment agreement ${ctx.companyId} ${targetId}`}, 0))`,
  );
}

/** Ends one that is in force, under its lock; the channel is told afterwards where it does not know. */
export async function closeAgreement(
  ctx: Context,
  agreement: PaymentAgreement,
  end: { by: 'resident' | 'staff' | 'channel' | 'movedOut'; reason: string; isTold: boolean },
): Promise<void> {
  const now = nowText(ctx);
  await ctx.tx.run(sql`update payment_agreement set state = 'ended', ended_at = ${now}, ended_by = ${end.by}, reason = ${end.reason}, is_told = ${end.isTold},
      ended_staff_id = ${end.by === 'staff' ? ctx.actor.id : null}, query_count = 0, next_query_at = ${end.isTold ? null : now}, claimed_until = null
    where company_id = ${ctx.companyId} and id = ${agreement.id}`);
  await audit(ctx, 'end', agreement, { by: end.by, ...(end.reason === '' ? {} : { reason: end.reason }) });
  await putEvent(ctx, 'agreement.ended', {
    agreementId: agreement.id,
    communityId: agreement.communityId,
    residentId: agreement.residentId,
    targetName: (await readTargetName(ctx, agreement)) ?? '',
    by: end.by,
    reason: end.reason,
  });
}

export async function audit(ctx: Context, verb: string, agreement: PaymentAgreement, after: object): Promise<void> {
  await recordAudit(ctx, {
    action: `paymentAgreement.${verb}`,
    targetKind: 'paymentAgreement',
    targetId: agreement.id,
    targetLabel: agreement.code,
    communityId: agreement.communityId,
    after,
  });
}
