import { accountingFail, okReply, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';

/**
 * Voids all vouchers of a batch: they keep their numbers and stay readable, their days can be made into vouchers again. Throws
 * voucher.alreadyVoided (409).
 */
export async function voidVoucherBatch(ctx: Context, { id, reason }: { id: string; reason: string }) {
  const batch = await ctx.tx.first<{
    community_id: string;
    first_day: string;
    last_day: string;
    is_voided: boolean;
    name: string;
  }>(sql`
    select v.community_id, v.first_day, v.last_day, v.voided_at is not null as is_voided, c.name
    from voucher_batch v join community c on c.company_id = v.company_id and c.id = v.community_id
    where v.company_id = ${ctx.companyId} and v.id = ${id} for update of v`);
  if (!batch) throw platformFail('resource.notFound', { label: '凭证' });
  requireWholeCommunity(ctx, batch.community_id, '凭证');
  if (batch.is_voided) throw accountingFail('voucher.alreadyVoided');
  await ctx.tx.run(sql`update voucher_batch set voided_at = ${nowText(ctx)}, voided_by = ${ctx.actor.id}, void_reason = ${reason}
    where company_id = ${ctx.companyId} and id = ${id}`);
  await recordAudit(ctx, {
    action: 'voucher.void',
    targetKind: 'voucherBatch',
    targetId: id,
    targetLabel: `${batch.name} ${batch.first_day} 至 ${batch.last_day}`,
    communityId: batch.community_id,
    after: { reason },
  });
  return okReply;
}
