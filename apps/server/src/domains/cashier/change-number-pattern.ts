import { platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';

/**
 * Changes how a community's receipts are numbered from now on (PLT-16). A payment under way may still take the earlier
 * pattern: both give different numbers, or count with the same counter. The pattern was checked by the endpoint.
 * Errors: resource.notFound (404), scope.wholeCommunity (403), resource.changed (409).
 */
export async function changeNumberPattern(
  ctx: Context,
  input: { communityId: string; pattern: string; version: number },
): Promise<void> {
  const community = await ctx.tx.first<{ name: string; receipt_number_pattern: string; version: number }>(
    sql`select name, receipt_number_pattern, version from community
      where company_id = ${ctx.companyId} and id = ${input.communityId} for no key update`,
  );
  if (!community) throw platformFail('resource.notFound', { label: '小区' });
  requireWholeCommunity(ctx, input.communityId, community.name);
  if (community.version !== input.version) throw platformFail('resource.changed', { label: community.name });
  if (community.receipt_number_pattern === input.pattern) return;
  await ctx.tx.run(sql`update community set receipt_number_pattern = ${input.pattern}, version = version + 1,
    updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${input.communityId}`);
  await recordAudit(ctx, {
    action: 'numberPattern.change',
    targetKind: 'community',
    targetId: input.communityId,
    targetLabel: community.name,
    communityId: input.communityId,
    before: { pattern: community.receipt_number_pattern },
    after: { pattern: input.pattern },
  });
}
