import { addFen, type Fen, sumFen, zeroFen } from '@anlin/money';
import type { Context } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { readPayments } from '../../cashier/index.ts';
import { type BillAccount, billName, lateFeeOfBill, listUnpaidBills, lockBills } from '../../charging/index.ts';
import type { PaymentAgreement } from './agreement-row.ts';

export interface DeductibleBill {
  billId: string;
  label: string;
  principalFen: Fen;
  lateFeeFen: Fen;
}

/** What an agreement would pay today, older periods first. */
export interface Deductible {
  bills: DeductibleBill[];
  amountFen: Fen;
  /** Bills left out because they are being paid otherwise: by a bank's batch or an open payment. */
  elsewhereCount: number;
}

/**
 * Unpaid bills an agreement is for: of its house and the spaces of it that have no agreement of their own, or of its space; begun by
 * the day; of the items both the resident and the plan name; not a former owner's, not of a time before a tenant moved in. Bills
 * that a bank or an open payment is taking are left out. With `isLocked` the bills stay locked until the transaction ends, so that
 * what is free stays free until it is marked.
 */
export async function readDeductible(
  ctx: Context,
  agreement: PaymentAgreement,
  plan: { chargeItemIds: readonly string[]; today: string },
  { isLocked = false } = {},
): Promise<Deductible> {
  const since = await livesSince(ctx, agreement);
  const isNamed = (ids: readonly string[], id: string) => ids.length === 0 || ids.includes(id);
  const isMeant = (bill: BillAccount) =>
    bill.debtorResidentId === null &&
    bill.communityId === agreement.communityId &&
    bill.periodFrom <= plan.today &&
    (since === null || bill.periodTo > since) &&
    isNamed(agreement.chargeItemIds, bill.chargeItemId) &&
    isNamed(plan.chargeItemIds, bill.chargeItemId);
  const meant = (await listUnpaidBills(ctx, await targetsOf(ctx, agreement))).filter(isMeant);
  const ids = meant.map((bill) => bill.id);
  const bills = isLocked ? await lockBills(ctx, ids) : meant;
  const owing = bills.filter((bill) => bill.outstandingFen > zeroFen && !bill.isVoided);
  const paying = await findPaying(ctx, ids);
  const free = owing
    .filter((bill) => bill.withheldIn === '' && !paying.has(bill.id))
    .sort((left, right) => (left.periodFrom < right.periodFrom ? -1 : left.periodFrom > right.periodFrom ? 1 : 0));
  const payments = await readPayments(ctx, free);
  const deductible = free.map((bill) => ({
    billId: bill.id,
    label: billName(bill),
    principalFen: bill.outstandingFen,
    lateFeeFen: lateFeeOfBill(bill, payments.get(bill.id) ?? [], plan.today).dueFen,
  }));
  return { bills: deductible, amountFen: sumOf(deductible), elsewhereCount: owing.length - free.length };
}

export const sumOf = (bills: readonly DeductibleBill[]): Fen =>
  sumFen(bills.map((bill) => addFen(bill.principalFen, bill.lateFeeFen)));

async function targetsOf(ctx: Context, { targetKind, targetId }: PaymentAgreement): Promise<string[]> {
  if (targetKind !== 'house') return [targetId];
  const others = await ctx.tx.rows<{ id: string }>(sql`select t.id from charge_target t
    where t.company_id = ${ctx.companyId} and t.kind <> 'house' and t.house_id = ${targetId} and not exists (select from payment_agreement a
      where a.company_id = t.company_id and a.target_id = t.id and a.state = 'active')`);
  return [targetId, ...others.map((other) => other.id)];
}

/** Since when a signer lives there who does not own it; null for owners. */
async function livesSince(
  ctx: Context,
  { residentId, targetKind, targetId }: PaymentAgreement,
): Promise<string | null> {
  const row = await ctx.tx.first<{ since: string | null }>(sql`
    select case when bool_or(o.role = 'owner') then null else min(o.moved_in_on) end as since from occupancy o
    where o.company_id = ${ctx.companyId} and o.resident_id = ${residentId} and o.moved_out_on is null
      and o.house_id = (select t.house_id from charge_target t where t.company_id = ${ctx.companyId} and t.kind = ${targetKind} and t.id = ${targetId})`);
  return row?.since ?? null;
}

/** Bills of payments that somebody is making just now. */
async function findPaying(ctx: Context, billIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await ctx.tx.rows<{ bill_id: string }>(sql`
    select l.bill_id from payment_order_bill l join payment_order o on o.company_id = l.company_id and o.id = l.order_id
    where l.company_id = ${ctx.companyId} and l.bill_id = any (${[...billIds]}::uuid[]) and o.state in ('created', 'paying', 'unknown')`);
  return new Set(rows.map((row) => row.bill_id));
}
