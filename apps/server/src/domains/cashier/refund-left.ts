import type { Fen } from '@anlin/money';
import { fen, maxFen, subtractFen, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

export interface BillLeft {
  principalFen: Fen;
  lateFeeFen: Fen;
  /** Of both, what had been offset from prepaid or a deposit. */
  offsetFen: Fen;
}

/** What of a receipt has not been given back yet. */
export interface RefundLeft {
  bills: ReadonlyMap<string, BillLeft>;
  incomes: ReadonlyMap<string, { id: string; label: string; amountFen: Fen }>;
  /** Most that may go out by money: what came in by money or from a deposit, less what went out by money. */
  moneyFen: Fen;
  /** Of what was drawn from prepaid, the part that was given and has not gone back. */
  bonusFen: Fen;
  /** Accounts it drew on, most first. */
  accountIds: string[];
}

/** Reads what can still be given back of a locked receipt that stands. */
export async function readRefundLeft(ctx: Context, receiptId: string): Promise<RefundLeft> {
  const bills = await ctx.tx.rows<{ bill_id: string; principal: Fen; late_fee: Fen; offset_part: Fen }>(sql`
    select bill_id, sum(principal_fen)::bigint principal, sum(late_fee_fen)::bigint late_fee, sum(offset_fen)::bigint offset_part
    from allocation where company_id = ${ctx.companyId} and receipt_id = ${receiptId} and kind in ('receipt', 'refund') group by bill_id`);
  const incomes = await ctx.tx.rows<{ id: string; label: string; amount: Fen }>(sql`
    select o.id, i.name || case when o.description = '' then '' else '（' || o.description || '）' end as label,
      (o.amount_fen + coalesce((select sum(f.amount_fen) from other_income f
        where f.company_id = o.company_id and f.other_income_id = o.id and f.refund_id is not null), 0))::bigint as amount
    from other_income o join charge_item i on i.company_id = o.company_id and i.id = o.charge_item_id
    where o.company_id = ${ctx.companyId} and o.receipt_id = ${receiptId} and num_nonnulls(o.receipt_reversal_id, o.receipt_restoration_id, o.refund_id) = 0
    order by o.id`);
  const sums = await ctx.tx.first<{ came: Fen; went: Fen }>(sql`
    select (select coalesce(sum(t.amount_fen), 0)::bigint from receipt_tender t join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
        where t.company_id = ${ctx.companyId} and t.receipt_id = ${receiptId} and m.source <> 'prepaid') as came,
      (select coalesce(sum(t.amount_fen), 0)::bigint from refund f join refund_tender t on t.company_id = f.company_id and t.refund_id = f.id
        join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
        where f.company_id = ${ctx.companyId} and f.receipt_id = ${receiptId} and f.state <> 'failed' and m.source = 'money') as went`);
  const drawn = await ctx.tx.rows<{ account_id: string; drawn: Fen; bonus: Fen }>(sql`
    select prepaid_account_id as account_id, -sum(amount_fen)::bigint as drawn, -sum(bonus_fen)::bigint as bonus from prepaid_movement
    where company_id = ${ctx.companyId} and receipt_id = ${receiptId} and (kind in ('offset', 'refundIn')
      or (kind in ('reversal', 'restoration') and other_movement_id in (select o.id from prepaid_movement o
        where o.company_id = ${ctx.companyId} and o.receipt_id = ${receiptId} and o.kind = 'offset')))
    group by prepaid_account_id order by 2 desc, 1`);
  const bonusFen = fen(drawn.reduce((sum, row) => sum + row.bonus, 0n));
  return {
    bills: new Map(
      bills.map((row) => [
        row.bill_id,
        { principalFen: row.principal, lateFeeFen: row.late_fee, offsetFen: row.offset_part },
      ]),
    ),
    incomes: new Map(incomes.map((row) => [row.id, { id: row.id, label: row.label, amountFen: row.amount }])),
    moneyFen: subtractFen(sums!.came, sums!.went),
    bonusFen: maxFen(bonusFen, zeroFen),
    accountIds: drawn.map((row) => row.account_id),
  };
}
