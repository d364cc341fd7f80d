import { formatPeriod, period } from '@anlin/calendar';
import { isWorkday } from '@anlin/calendar/workday';
import type { TargetKind } from '@anlin/contract';
import { type Fen, fen, subtractFen, zeroFen } from '@anlin/money';
import {
  type Calculation,
  type LateFeeCalculation,
  type LateFeeTerms,
  lateFee,
  type PrincipalPayment,
} from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { empty, join, raw, type Sql, sql } from '../../platform/database/sql.ts';

/** What is owed on a bill and what was paid, as others may know it. Sums in fen, days ISO, the period half-open. */
export interface BillAccount {
  id: string;
  communityId: string;
  targetKind: TargetKind;
  targetId: string;
  chargeItemId: string;
  chargeItemName: string;
  chargeStandardName: string;
  periodFrom: string;
  periodTo: string;
  dueOn: string;
  receivableFen: Fen;
  discountFen: Fen;
  waivedFen: Fen;
  receivedFen: Fen;
  refundedFen: Fen;
  outstandingFen: Fen;
  lateFeeReceivedFen: Fen;
  lateFeeWaivedFen: Fen;
  raisedHow: string;
  /** Name of the former owner it belongs to; empty when it is the present owner's. */
  formerOwner: string;
  /** The same person by id, also where the name is out of the actor's sight; null when it is the present owner's. */
  debtorResidentId: string | null;
  /** Number of the batch by which a bank is taking its money just now (CSH-10); empty when none is. */
  withheldIn: string;
  isVoided: boolean;
  lateFeeRule: LateFeeRule;
  calculation: Calculation;
}

/** How an item charges late payment (CHG-10), and how it rounds. */
export interface LateFeeRule extends LateFeeTerms {
  precision: 'yuan' | 'jiao' | 'fen';
  rounding: 'halfUp' | 'up' | 'down';
}

interface BillRow {
  id: string;
  community_id: string;
  target_kind: TargetKind;
  target_id: string;
  charge_item_id: string;
  item_name: string;
  standard_name: string | null;
  period_from: string;
  period_to: string;
  due_on: string;
  receivable_fen: Fen;
  discount_fen: Fen;
  waived_fen: Fen;
  received_fen: Fen;
  refunded_fen: Fen;
  outstanding_fen: Fen;
  late_fee_received_fen: Fen;
  late_fee_waived_fen: Fen;
  raised_how: string;
  former_owner: string | null;
  debtor_resident_id: string | null;
  withheld_in: string | null;
  is_voided: boolean;
  late_fee_rate_per_day: string | null;
  late_fee_grace_days: number;
  late_fee_cap_share: string | null;
  late_fee_rate_per_month: string | null;
  late_fee_start: LateFeeRule['startFrom'];
  late_fee_workdays_only: boolean;
  late_fee_precision: LateFeeRule['precision'];
  late_fee_rounding: LateFeeRule['rounding'];
  calculation: Calculation;
}

const ownColumns: Sql = raw(`b.id, b.community_id, b.target_kind, b.target_id, b.charge_item_id,
  i.name as item_name, s.name as standard_name, b.period_from, b.period_to, b.due_on,
  b.receivable_fen, b.discount_fen, b.waived_fen, b.received_fen, b.refunded_fen, b.outstanding_fen, b.late_fee_received_fen, b.late_fee_waived_fen, b.raised_how,
  b.debtor_resident_id, b.withheld_in, b.voided_at is not null as is_voided, i.late_fee_rate_per_day, i.late_fee_grace_days, i.late_fee_cap_share,
  i.late_fee_rate_per_month, i.late_fee_start, i.late_fee_workdays_only, i.late_fee_precision, i.late_fee_rounding, b.calculation`);
const billAccountColumns: Sql = sql`${ownColumns},
  (select d.name from resident d where d.company_id = b.company_id and d.id = b.debtor_resident_id) as former_owner`;

const billAccountTables: Sql = raw(`bill b
  join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
  left join charge_standard s on s.company_id = b.company_id and s.id = b.charge_standard_id`);

function accountOf(row: BillRow): BillAccount {
  return {
    id: row.id,
    communityId: row.community_id,
    targetKind: row.target_kind,
    targetId: row.target_id,
    chargeItemId: row.charge_item_id,
    chargeItemName: row.item_name,
    chargeStandardName: row.standard_name ?? '',
    periodFrom: row.period_from,
    periodTo: row.period_to,
    dueOn: row.due_on,
    receivableFen: row.receivable_fen,
    discountFen: row.discount_fen,
    waivedFen: row.waived_fen,
    receivedFen: row.received_fen,
    refundedFen: row.refunded_fen,
    outstandingFen: row.outstanding_fen,
    lateFeeReceivedFen: row.late_fee_received_fen,
    lateFeeWaivedFen: row.late_fee_waived_fen,
    raisedHow: row.raised_how,
    formerOwner: row.former_owner ?? '',
    debtorResidentId: row.debtor_resident_id,
    withheldIn: row.withheld_in ?? '',
    isVoided: row.is_voided,
    lateFeeRule: {
      ratePerDay: row.late_fee_rate_per_day,
      graceDays: row.late_fee_grace_days,
      capShare: row.late_fee_cap_share,
      ratePerMonth: row.late_fee_rate_per_month,
      startFrom: row.late_fee_start,
      isWorkdaysOnly: row.late_fee_workdays_only,
      precision: row.late_fee_precision,
      rounding: row.late_fee_rounding,
    },
    calculation: row.calculation,
  };
}

/**
 * Locks bills in the order of their ids, the first step of every lock order with money in it, and returns them as they
 * are under the lock. Bills that do not exist or are out of the caller's sight are simply missing from the answer.
 */
export async function lockBills(ctx: Context, billIds: readonly string[]): Promise<BillAccount[]> {
  const rows = await ctx.tx.rows<Omit<BillRow, 'former_owner'>>(sql`select ${ownColumns} from ${billAccountTables}
    where b.company_id = ${ctx.companyId} and b.id = any (${[...billIds]}::uuid[])
    order by b.id for no key update of b`);
  const names = await namesOf(
    ctx,
    rows.flatMap((row) => row.debtor_resident_id ?? []),
  );
  return rows.map((row) => accountOf({ ...row, former_owner: names.get(row.debtor_resident_id ?? '') ?? null }));
}

/** Few bills are a former owner's, and preparing to look for a resident costs more than locking a bill. */
async function namesOf(ctx: Context, residentIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (residentIds.length === 0) return new Map();
  const rows = await ctx.tx.rows<{ id: string; name: string }>(sql`
    select d.id, d.name from resident d where d.company_id = ${ctx.companyId} and d.id = any (${[...residentIds]}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Bills by id, not locked; those out of sight are missing. */
export async function readBills(ctx: Context, billIds: readonly string[]): Promise<BillAccount[]> {
  const rows = await ctx.tx.rows<BillRow>(sql`select ${billAccountColumns} from ${billAccountTables}
    where b.company_id = ${ctx.companyId} and b.id = any (${[...billIds]}::uuid[]) order by b.period_from, b.id`);
  return rows.map(accountOf);
}

/** Bills of these targets that still have principal to pay, older periods first, within one period by the item's order. */
export async function listUnpaidBills(ctx: Context, targetIds: readonly string[]): Promise<BillAccount[]> {
  const rows = await ctx.tx.rows<BillRow>(sql`select ${billAccountColumns} from ${billAccountTables}
    where b.company_id = ${ctx.companyId} and b.target_id = any (${[...targetIds]}::uuid[]) and b.outstanding_fen > 0
    order by b.period_from, i.sort_order, i.name, b.target_id, b.id`);
  return rows.map(accountOf);
}

/** What a document adds to a bill, in fen; one that undoes another adds negative sums. */
export interface BillAddition {
  billId: string;
  principalFen: Fen;
  lateFeeFen: Fen;
  /** Given up on the principal at the desk or by an offer; waived; late fee not asked for; given back. */
  discountFen?: Fen;
  waivedFen?: Fen;
  lateFeeWaivedFen?: Fen;
  refundedFen?: Fen;
}

/**
 * Adds to the sums kept on locked bills: an `update` that callers put beside their documents in one statement, so
 * that the sum changes with its document or not at all. Sums that nothing is added to are not named, so that a plain
 * payment costs what it must.
 */
export function addToBills(companyId: string, additions: readonly BillAddition[]): Sql {
  const rare = rareSums.filter(({ key }) => additions.some((one) => (one[key] ?? zeroFen) !== zeroFen));
  const column = (read: (one: BillAddition) => Fen | undefined) =>
    additions.map((one) => (read(one) ?? zeroFen).toString());
  const sets = rare.map(({ column: name }) => raw(`, ${name} = bill.${name} + a.${name}`));
  const names = rare.map(({ column: name }) => raw(`, ${name}`));
  const values = rare.map(({ key }) => sql`, ${column((one) => one[key])}::bigint[]`);
  return sql`update bill set received_fen = received_fen + a.principal_fen, late_fee_received_fen = late_fee_received_fen + a.late_fee_fen${joinAll(sets)}
    from unnest(${additions.map((one) => one.billId)}::uuid[], ${column((one) => one.principalFen)}::bigint[],
      ${column((one) => one.lateFeeFen)}::bigint[]${joinAll(values)}) a (bill_id, principal_fen, late_fee_fen${joinAll(names)})
    where bill.company_id = ${companyId} and bill.id = a.bill_id`;
}

const rareSums = [
  { key: 'discountFen', column: 'discount_fen' },
  { key: 'waivedFen', column: 'waived_fen' },
  { key: 'lateFeeWaivedFen', column: 'late_fee_waived_fen' },
  { key: 'refundedFen', column: 'refunded_fen' },
] as const;

const joinAll = (parts: readonly Sql[]): Sql => (parts.length === 0 ? empty : join(parts, ''));

export interface BillLateFee {
  /** Still to pay as of the day: what has accrued less what was paid of it or not asked for, never negative. */
  dueFen: Fen;
  /** How what is still to pay came about; null where nothing is. */
  calculation: LateFeeCalculation | null;
  /** How all that has accrued came about, paid or not; null where nothing could. */
  accrued: LateFeeCalculation | null;
}

/**
 * Late fee (违约金) of a bill as of a day (ends included), by its item's rule, on the principal that was outstanding day by
 * day (CHG-10). `payments` are what lowered the principal and from which day: payments that stand, i.e. without those of
 * reversed receipts, and discounts. A waiver counts from the start: what was waived was never owed.
 */
export function lateFeeOfBill(bill: BillAccount, payments: readonly PrincipalPayment[], asOf: string): BillLateFee {
  const { isWorkdaysOnly, ...rule } = bill.lateFeeRule;
  if ((rule.ratePerDay === null && rule.ratePerMonth === null) || asOf <= bill.dueOn)
    return { dueFen: zeroFen, calculation: null, accrued: null };
  const outcome = lateFee({
    principalFen: subtractFen(bill.receivableFen, bill.waivedFen),
    dueDate: bill.dueOn,
    ...rule,
    payments,
    asOf,
    ...(isWorkdaysOnly ? { countsDay: isWorkday } : {}),
  });
  if (outcome.kind === 'failed') throw new Error(`late fee of bill ${bill.id}: ${outcome.error.code}`);
  const due = outcome.amount - bill.lateFeeReceivedFen - bill.lateFeeWaivedFen;
  const { calculation: accrued } = outcome;
  return { dueFen: fen(due > 0n ? due : 0n), calculation: due > 0n ? accrued : null, accrued };
}

const periodTexts = new Map<string, string>();
const mostPeriodTexts = 2000;

/** A period as people read it: `2026年1月`. Few periods are shared by many bills, so each is worded once. */
export function billPeriodText({ periodFrom, periodTo }: Pick<BillAccount, 'periodFrom' | 'periodTo'>): string {
  const key = `${periodFrom} ${periodTo}`;
  const known = periodTexts.get(key);
  if (known !== undefined) return known;
  const text = formatPeriod(period(periodFrom, periodTo));
  if (periodTexts.size >= mostPeriodTexts) periodTexts.clear();
  periodTexts.set(key, text);
  return text;
}

/** How a bill is named to a person: `物业管理费 2026年1月`. */
export function billName(bill: BillAccount): string {
  return `${bill.chargeItemName} ${billPeriodText(bill)}`;
}
