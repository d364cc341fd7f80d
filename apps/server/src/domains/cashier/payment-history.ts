import type { Fen } from '@anlin/money';
import type { PrincipalPayment } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { BillAccount } from '../charging/index.ts';

/**
 * What lowered the principal of bills and stands, by bill and in the order of days: payments and discounts. A reversed
 * receipt never happened, so neither what it brought nor its opposite is here; one that was brought back counts from its
 * own day, with the discounts it gave. Only bills that were paid in part or discounted are asked for; for the others there
 * is nothing to read.
 */
export async function readPayments(
  ctx: Context,
  bills: readonly BillAccount[],
): Promise<ReadonlyMap<string, readonly PrincipalPayment[]>> {
  const history = new Map<string, PrincipalPayment[]>();
  const lowered = bills.filter((bill) => bill.receivedFen > 0n || bill.discountFen > 0n).map((bill) => bill.id);
  if (lowered.length === 0) return history;
  const rows = await ctx.tx.rows<{ bill_id: string; day: string; fen: Fen }>(sql`
    select a.bill_id, r.received_on as day, a.principal_fen as fen
    from allocation a join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
    where a.company_id = ${ctx.companyId} and a.bill_id = any (${lowered}::uuid[])
      and a.kind = 'receipt' and r.reversed_at is null and a.principal_fen > 0
    union all
    select d.bill_id, coalesce(r.received_on, d.reduced_on), d.amount_fen from bill_reduction d
    left join receipt r on r.company_id = d.company_id and r.id = d.receipt_id
    where d.company_id = ${ctx.companyId} and d.bill_id = any (${lowered}::uuid[]) and d.kind = 'discount' and d.amount_fen > 0
      and not exists (select from bill_reduction o where o.company_id = d.company_id and o.opposite_of = d.id)
    union all
    select a.bill_id, f.refunded_on, a.principal_fen from allocation a
    join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
    join refund f on f.company_id = a.company_id and f.id = a.refund_id
    where a.company_id = ${ctx.companyId} and a.bill_id = any (${lowered}::uuid[])
      and a.kind = 'refund' and r.reversed_at is null and a.principal_fen <> 0
    order by 2`);
  for (const row of rows) {
    const payments = history.get(row.bill_id) ?? [];
    payments.push({ date: row.day, fen: row.fen });
    history.set(row.bill_id, payments);
  }
  return history;
}
