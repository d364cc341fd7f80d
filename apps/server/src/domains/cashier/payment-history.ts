import type { Fen } from '@anlin/money';
import type { PrincipalPayment } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { BillAccount } from '../charging/index.ts';

/**
 * Principal payments that stand, by bill: a reversed receipt never happened, so neither its allocations nor their
 * opposites are here. What was refunded is negative on the day of the refund. Only bills that received something are
 * asked for; for the others there is nothing to read.
 */
export async function readPayments(
  ctx: Context,
  bills: readonly BillAccount[],
): Promise<ReadonlyMap<string, readonly PrincipalPayment[]>> {
  const history = new Map<string, PrincipalPayment[]>();
  const paidInPart = bills.filter((bill) => bill.receivedFen > 0n).map((bill) => bill.id);
  if (paidInPart.length === 0) return history;
  const rows = await ctx.tx.rows<{ bill_id: string; received_on: string; principal_fen: Fen }>(sql`
    select a.bill_id, coalesce(f.refunded_on, r.received_on) as received_on, a.principal_fen
    from allocation a join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
    left join refund f on f.company_id = a.company_id and f.id = a.refund_id
    where a.company_id = ${ctx.companyId} and a.bill_id = any (${paidInPart}::uuid[])
      and a.kind in ('receipt', 'refund') and r.reversed_at is null and a.principal_fen <> 0
    order by 2, r.id`);
  for (const row of rows) {
    const payments = history.get(row.bill_id) ?? [];
    payments.push({ date: row.received_on, fen: row.principal_fen });
    history.set(row.bill_id, payments);
  }
  return history;
}
