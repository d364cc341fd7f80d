import { paymentFail, platformFail } from '@anlin/contract';
import { recordAudit } from '../../../platform/audit/record-audit.ts';
import type { Context } from '../../../platform/context.ts';
import { nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';

/**
 * A person settles exceptions and writes why; the books are not touched. All or none. Errors: resource.notFound (404),
 * reconciliation.settled (409) where one is settled already or came right meanwhile.
 */
export async function settleLines(ctx: Context, given: readonly string[], note: string): Promise<number> {
  const ids = [...new Set(given.map((id) => id.toLowerCase()))];
  const rows = await ctx.tx.rows<{ id: string; isOpen: boolean; communityId: string | null }>(sql`
    select id, settled_at is null and outcome in ('oursOnly', 'theirsOnly', 'amountDiffers') as "isOpen", community_id as "communityId"
    from reconciliation_line where company_id = ${ctx.companyId} and id = any (${ids}::uuid[]) order by id for no key update`);
  if (rows.length < ids.length) throw platformFail('reference.notFound', { label: '对账差异' });
  const closed = rows.filter((row) => !row.isOpen).length;
  if (closed > 0) throw paymentFail('reconciliation.settled', { count: closed });
  await ctx.tx.run(sql`update reconciliation_line set settled_at = ${nowText(ctx)}, settled_how = 'staff', settled_by = ${ctx.actor.id}, note = ${note}
    where company_id = ${ctx.companyId} and id = any (${ids}::uuid[])`);
  const communities = new Set(rows.map((row) => row.communityId));
  await recordAudit(ctx, {
    action: 'reconciliation.settle',
    targetKind: 'reconciliationLine',
    targetId: ids.length === 1 ? ids[0]! : null,
    targetLabel: `对账差异 ${ids.length} 笔`,
    communityId: communities.size === 1 ? rows[0]!.communityId : null,
    after: { count: ids.length, note },
  });
  return ids.length;
}

/** Takes a person's settlement back. Errors: resource.notFound (404), reconciliation.notSettled (409). */
export async function reopenLine(ctx: Context, id: string): Promise<void> {
  const row = await ctx.tx.first<{ how: string | null; note: string; orderNo: string; communityId: string | null }>(sql`
    select settled_how as how, note, order_no as "orderNo", community_id as "communityId" from reconciliation_line
    where company_id = ${ctx.companyId} and id = ${id} for no key update`);
  if (!row) throw platformFail('resource.notFound', { label: '对账差异' });
  if (row.how !== 'staff') throw paymentFail('reconciliation.notSettled');
  await ctx.tx.run(sql`update reconciliation_line set settled_at = null, settled_how = null, settled_by = null, note = ''
    where company_id = ${ctx.companyId} and id = ${id}`);
  await recordAudit(ctx, {
    action: 'reconciliation.reopen',
    targetKind: 'reconciliationLine',
    targetId: id,
    targetLabel: row.orderNo,
    communityId: row.communityId,
    before: { note: row.note },
  });
}
