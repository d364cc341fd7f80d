import { anyTarget, holdingFail, platformFail, type TargetKind } from '@anlin/contract';
import { formatYuan, zeroFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readDepositPlace } from './holding-place.ts';

/**
 * Holds a deposit for another house or parking space of its community from now on (EST-8). No money moves and no book
 * changes: what was taken, and the receipt it was taken with, stay what they are. Errors: resource.notFound,
 * deposit.nothingHeld (409), reference.notFound (422) where the place is out of sight or of another community.
 */
export async function transferDeposit(
  ctx: Context,
  input: { depositId: string; targetKind: TargetKind; targetId: string; reason: string },
): Promise<void> {
  await ctx.tx.rows(
    sql`select id from deposit where company_id = ${ctx.companyId} and id = ${input.depositId} for no key update`,
  );
  const deposit = await readDepositPlace(ctx, input.depositId);
  if (deposit.leftFen === zeroFen) throw holdingFail('deposit.nothingHeld', { deposit: deposit.label });
  const place = await ctx.tx.first<{ label: string }>(sql`select label from charge_target
    where company_id = ${ctx.companyId} and kind = ${input.targetKind} and id = ${input.targetId} and community_id = ${deposit.communityId}`);
  if (!place) throw platformFail('reference.notFound', { label: `押金转到的${anyTarget}` });
  await ctx.tx.run(sql`insert into deposit_transfer (company_id, id, community_id, deposit_id, from_target_kind, from_target_id, to_target_kind,
      to_target_id, amount_fen, reason, moved_on, moved_at, staff_id)
    values (${ctx.companyId}, ${ctx.newId()}, ${deposit.communityId}, ${deposit.id}, ${deposit.targetKind}, ${deposit.targetId}, ${input.targetKind},
      ${input.targetId}, ${deposit.leftFen.toString()}, ${input.reason}, ${deposit.today}, ${nowText(ctx)}, ${ctx.actor.id})`);
  await ctx.tx.run(sql`update deposit set target_kind = ${input.targetKind}, target_id = ${input.targetId}
    where company_id = ${ctx.companyId} and id = ${deposit.id}`);
  await recordAudit(ctx, {
    action: 'deposit.transfer',
    targetKind: 'deposit',
    targetId: deposit.id,
    targetLabel: deposit.label,
    communityId: deposit.communityId,
    after: { amount: formatYuan(deposit.leftFen), to: place.label, reason: input.reason },
  });
}
