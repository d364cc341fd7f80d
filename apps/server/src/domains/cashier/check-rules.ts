import { cashierFail } from '@anlin/contract';
import { addFen, formatYuan, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { billName, billPeriodText } from '../charging/index.ts';
import type { DeskRules } from './desk.queries.ts';
import type { SettledBill } from './settle-bills.ts';

/** Refuses (409) what the community's rules of the desk do not allow; reads nothing while no rule is set. */
export async function checkRules(ctx: Context, rules: DeskRules, bills: readonly SettledBill[]): Promise<void> {
  const touched = bills.filter((one) => addFen(one.paidFen, addFen(one.discountFen, one.lateFeeWaivedFen)) > zeroFen);
  if (rules.refusesPartPayment)
    for (const { bill, paidFen, mostFen } of touched)
      if (paidFen < mostFen)
        throw cashierFail('receipt.partRefused', {
          bill: billName(bill),
          most: formatYuan(mostFen),
          pay: formatYuan(paidFen),
        });
  if (!rules.takesOldestFirst || touched.length === 0) return;
  refuseSkippedHere(bills, touched);
  await refuseSkippedElsewhere(ctx, bills, touched);
}

/** Of two bills of one item on the receipt, the older must be settled before the later gets anything. */
function refuseSkippedHere(bills: readonly SettledBill[], touched: readonly SettledBill[]): void {
  for (const { bill } of touched) {
    const older = bills.find(
      (one) =>
        one.paidFen < one.mostFen &&
        one.bill.targetId === bill.targetId &&
        one.bill.chargeItemId === bill.chargeItemId &&
        one.bill.periodFrom < bill.periodFrom,
    );
    if (older) throw cashierFail('receipt.olderFirst', { bill: billName(bill), older: billName(older.bill) });
  }
}

/** The same of older bills that are not on the receipt at all. */
async function refuseSkippedElsewhere(
  ctx: Context,
  bills: readonly SettledBill[],
  touched: readonly SettledBill[],
): Promise<void> {
  const column = (read: (one: SettledBill['bill']) => string) => touched.map(({ bill }) => read(bill));
  const row = await ctx.tx.first<{ later: string; period_from: string; period_to: string }>(sql`
    select t.id as later, b.period_from, b.period_to
    from unnest(${column((bill) => bill.id)}::uuid[], ${column((bill) => bill.targetId)}::uuid[], ${column((bill) => bill.chargeItemId)}::uuid[],
      ${column((bill) => bill.periodFrom)}::date[]) t (id, target_id, item_id, period_from)
    join bill b on b.company_id = ${ctx.companyId} and b.target_id = t.target_id and b.charge_item_id = t.item_id
      and b.period_from < t.period_from and b.outstanding_fen > 0
    where b.id <> all (${bills.map(({ bill }) => bill.id)}::uuid[]) order by b.period_from, b.id limit 1`);
  if (!row) return;
  const { bill } = touched.find((one) => one.bill.id === row.later)!;
  const period = billPeriodText({ periodFrom: row.period_from, periodTo: row.period_to });
  throw cashierFail('receipt.olderFirst', { bill: billName(bill), older: `${bill.chargeItemName} ${period}` });
}
