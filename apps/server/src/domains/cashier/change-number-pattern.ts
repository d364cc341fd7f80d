import { cashierFail, type NumberedPaper, numberedPapers, platformFail, writesSameNumbers } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';

/**
 * Changes how a community's receipts or refunds are numbered from now on (PLT-16). A payment under way may still take the
 * earlier pattern: both give different numbers, or count with the same counter. The pattern was checked by the endpoint.
 * Errors: resource.notFound (404), scope.wholeCommunity (403), resource.changed, numberPattern.sameAsOther (409).
 */
export async function changeNumberPattern(
  ctx: Context,
  input: { communityId: string; paper: NumberedPaper; pattern: string; version: number },
): Promise<void> {
  const community = await ctx.tx.first<{ name: string; receipt: string; refund: string; version: number }>(
    sql`select name, receipt_number_pattern as receipt, refund_number_pattern as refund, version from community
      where company_id = ${ctx.companyId} and id = ${input.communityId} for no key update`,
  );
  if (!community) throw platformFail('resource.notFound', { label: '小区' });
  requireWholeCommunity(ctx, input.communityId, community.name);
  if (community.version !== input.version) throw platformFail('resource.changed', { label: community.name });
  const before = community[input.paper];
  if (before === input.pattern) return;
  const other: NumberedPaper = input.paper === 'receipt' ? 'refund' : 'receipt';
  if (writesSameNumbers(input.pattern, community[other]))
    throw cashierFail('numberPattern.sameAsOther', { paper: numberedPapers[other], pattern: community[other] }, [
      { path: 'pattern', message: `与${numberedPapers[other]}的规则会同号` },
    ]);
  await ctx.tx.run(sql`update community
    set receipt_number_pattern = ${input.paper === 'receipt' ? input.pattern : community.receipt},
      refund_number_pattern = ${input.paper === 'refund' ? input.pattern : community.refund}, version = version + 1,
    updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${input.communityId}`);
  await recordAudit(ctx, {
    action: 'numberPattern.change',
    targetKind: 'community',
    targetId: input.communityId,
    targetLabel: community.name,
    communityId: input.communityId,
    before: { paper: numberedPapers[input.paper], pattern: before },
    after: { paper: numberedPapers[input.paper], pattern: input.pattern },
  });
}
