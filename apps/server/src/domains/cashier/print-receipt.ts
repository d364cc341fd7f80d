import { cashierFail, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** Counts a print of the slip (PLT-15); from the second on it is a reprint and marked 补打. A reversed receipt is refused (409). */
export async function printReceipt(
  ctx: Context,
  receiptId: string,
): Promise<{ printCount: number; isReprint: boolean }> {
  const [counted] = await countPrints(ctx, [receiptId]);
  if (counted) return { printCount: counted.printCount, isReprint: counted.printCount > 1 };
  return refusePrint(ctx, receiptId);
}

/** Says why a receipt was not printed: out of sight (404), or reversed (409). */
export async function refusePrint(ctx: Context, receiptId: string): Promise<never> {
  const row = await ctx.tx.first<{ number: string }>(
    sql`select number from receipt where company_id = ${ctx.companyId} and id = ${receiptId}`,
  );
  if (!row) throw platformFail('resource.notFound', { label: '收据' });
  throw cashierFail('receipt.reversedPrint', { number: row.number });
}

export interface CountedPrint {
  id: string;
  number: string;
  /** With this one. */
  printCount: number;
}

/** Counts a print of each of these receipts and notes it in its history. Reversed and invisible ones are left out. */
export async function countPrints(ctx: Context, receiptIds: readonly string[]): Promise<CountedPrint[]> {
  const rows = await ctx.tx.rows<{ id: string; number: string; print_count: number; community_id: string }>(sql`
    with wanted as (
      select id from receipt where company_id = ${ctx.companyId} and id = any (${[...receiptIds]}::uuid[]) and reversed_at is null
      order by id for no key update
    )
    update receipt r set print_count = r.print_count + 1 from wanted w
    where r.company_id = ${ctx.companyId} and r.id = w.id returning r.id, r.number, r.print_count, r.community_id`);
  for (const row of rows)
    await recordAudit(ctx, {
      action: 'receipt.print',
      targetKind: 'receipt',
      targetId: row.id,
      targetLabel: row.number,
      communityId: row.community_id,
      after: { printCount: row.print_count },
    });
  return rows.map(({ id, number, print_count }) => ({ id, number, printCount: print_count }));
}
