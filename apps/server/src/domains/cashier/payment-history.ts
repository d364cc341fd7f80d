import type { Fen } from '@anlin/money';
import type { PrincipalPayment } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { BillAccount } from '../charging/index.ts';

/**
 * Principal payments that stand, by bill: a reversed receipt never happened, so neither its allocations nor their
 * opposites are here. Only bills that were paid in part are asked for; for the others there is nothing to read.
 */
export async function readPayments(
  ctx: Context,
  bills: readonly BillAccount[],
): Promise<ReadonlyMap<string, readonly PrincipalPayment[]>> {
  const history = new Map<string, PrincipalPayment[]>();
  const paidInPart = bills.filter((bill) => bill.receivedFen > 0n).map((bill) => bill.id);
  if (paidInPart.length === 0) return history;
  const rows = await ctx.tx.rows<{ bill_id: string; received_on: string; principal_fen: Fen }>(sql`
    select a.bill_id, r.received_on, a.principal_fen
    from allocation a join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
    where a.company_id = ${ctx.companyId} and a.bill_id = any (${paidInPart}::uuid[])
      and a.kind = 'receipt' and r.reversed_at is null and a.principal_fen > 0
    order by r.received_on, r.id`);
  for (const row of rows) {
    const payments = history.get(row.bill_id) ?? [];
    payments.push({ date: row.received_on, fen: row.principal_fen });
    history.set(row.bill_id, payments);
  }
  return history;
}
