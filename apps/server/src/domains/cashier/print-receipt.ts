import { cashierFail, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** Counts a print of the slip (PLT-15); from the second on it is a reprint and marked 补打. A reversed receipt is refused (409). */
export async function printReceipt(
  ctx: Context,
  receiptId: string,
): Promise<{ printCount: number; isReprint: boolean }> {
  const row = await ctx.tx.first<{
    print_count: number;
    number: string;
    community_id: string;
    is_reversed: boolean;
  }>(sql`
    update receipt set print_count = print_count + 1 where company_id = ${ctx.companyId} and id = ${receiptId}
    returning print_count, number, community_id, reversed_at is not null as is_reversed`);
  if (!row) throw platformFail('resource.notFound', { label: '收据' });
  if (row.is_reversed) throw cashierFail('receipt.reversedPrint', { number: row.number });
  await recordAudit(ctx, {
    action: 'receipt.print',
    targetKind: 'receipt',
    targetId: receiptId,
    targetLabel: row.number,
    communityId: row.community_id,
    after: { printCount: row.print_count },
  });
  return { printCount: row.print_count, isReprint: row.print_count > 1 };
}
