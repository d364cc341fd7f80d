import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireCommunity } from './open-platform.queries.ts';

/** The switch 允许财务软件获取银行流水 of a community; it takes effect with the next request. Errors: reference.notFound, scope.wholeCommunity. */
export async function shareStatements(
  ctx: Context,
  { communityId, isAllowed }: { communityId: string; isAllowed: boolean },
): Promise<void> {
  const { name, shares } = await requireCommunity(ctx, communityId);
  if (shares === isAllowed) return;
  await ctx.tx.run(sql`update community set shares_bank_statements = ${isAllowed}
    where company_id = ${ctx.companyId} and id = ${communityId}`);
  await recordAudit(ctx, {
    action: 'openPlatform.shareStatements',
    targetKind: 'community',
    targetId: communityId,
    targetLabel: name,
    communityId,
    before: { sharesBankStatements: shares },
    after: { sharesBankStatements: isAllowed },
  });
}
