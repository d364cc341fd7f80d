import { type Statement, type StatementBill, statementFail } from '@anlin/contract';
import { addFen, type Fen, fen, formatYuan, subtractFen, sumFen, zeroFen } from '@anlin/money';
import { businessDay } from '../../../platform/clock.ts';
import type { Context } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { billSentence, readPayments } from '../../cashier/index.ts';
import { type BillAccount, billPeriodText, lateFeeOfBill, readBills } from '../../charging/index.ts';
import {
  type BillSumsRow,
  billSumsOf,
  depositsOf,
  leftOutOf,
  paymentsOf,
  prepaidOf,
  type StatementDays,
} from './statement.queries.ts';
import { readSubject, type StatementSubject, type SubjectInput } from './statement-subject.ts';

const billsMax = 2000;
const yearsMax = 3;

export type StatementInput = SubjectInput & StatementDays;

/** Throws statement.daysReversed, statement.tooLong (422). */
export function checkDays({ from, to }: StatementDays): void {
  if (from > to) throw statementFail('statement.daysReversed');
  if (Temporal.PlainDate.from(from).add({ years: yearsMax }).toString() <= to) throw statementFail('statement.tooLong');
}

/** The statement with what the places owe besides, for the staff. Errors: those of the subject and of the days; statement.tooMany. */
export async function readStatement(ctx: Context, input: StatementInput) {
  checkDays(input);
  const subject = await readSubject(ctx, input);
  const leftOut = await leftOutOf(ctx, subject);
  return {
    ...(await makeStatement(ctx, subject, input)),
    leftOut: { count: leftOut.count, outstanding: formatYuan(leftOut.outstanding) },
  };
}

/** What an owner owed, was billed, paid and owes over some days, and how each bill was computed (FIN-8). */
export async function makeStatement(ctx: Context, subject: StatementSubject, days: StatementDays): Promise<Statement> {
  const place = await ctx.tx.first<{
    company: string;
    community: string;
    service_phone: string;
    time_zone: string;
  }>(sql`
    select o.name as company, c.name as community, c.service_phone, c.time_zone from community c join company o on o.id = c.company_id
    where c.company_id = ${ctx.companyId} and c.id = ${subject.communityId}`);
  const madeOn = businessDay(ctx.clock, place!.time_zone).toString();
  const bills = await readStatementBills(ctx, subject, days, madeOn);
  const payments = await paymentsOf(ctx, subject, days);
  return {
    companyName: place!.company,
    communityName: place!.community,
    servicePhone: place!.service_phone,
    ownerName: subject.ownerName,
    ownerPhone: subject.ownerPhone,
    houses: subject.houses,
    from: days.from,
    to: days.to,
    madeOn,
    totals: viewSums(addUp(bills.map((one) => one.sums))),
    bills: bills.map((one) => one.view),
    payments: payments.map((row) => ({
      id: row.id,
      kind: row.kind,
      number: row.number,
      day: row.day,
      methods: row.methods,
      principal: formatYuan(row.principal),
      lateFee: formatYuan(row.late_fee),
      total: formatYuan(addFen(row.principal, row.late_fee)),
    })),
    prepaid: (await prepaidOf(ctx, subject, days)).map((row) => ({
      place: row.place,
      item: row.item,
      opening: formatYuan(row.opening),
      added: formatYuan(row.added),
      used: formatYuan(row.used),
      balance: formatYuan(fen(row.opening + row.added - row.used)),
    })),
    deposits: (await depositsOf(ctx, subject, days)).map((row) => ({
      place: row.place,
      item: row.item,
      takenOn: row.taken_on,
      taken: formatYuan(row.taken),
      held: formatYuan(row.held),
    })),
  };
}

interface Sums {
  opening: Fen;
  billed: Fen;
  reduced: Fen;
  paid: Fen;
  refunded: Fen;
  owes: Fen;
  lateFeePaid: Fen;
  lateFeeDue: Fen;
}

const keys = ['opening', 'billed', 'reduced', 'paid', 'refunded', 'owes', 'lateFeePaid', 'lateFeeDue'] as const;
type SumsView = Record<(typeof keys)[number], string>;

const viewSums = (sums: Sums) => Object.fromEntries(keys.map((key) => [key, formatYuan(sums[key])])) as SumsView;

const addUp = (list: readonly Sums[]) =>
  Object.fromEntries(keys.map((key) => [key, sumFen(list.map((one) => one[key]))])) as unknown as Sums;

async function readStatementBills(
  ctx: Context,
  subject: StatementSubject,
  days: StatementDays,
  today: string,
): Promise<{ sums: Sums; view: StatementBill }[]> {
  const rows = await billSumsOf(ctx, subject, days, billsMax + 1);
  if (rows.length > billsMax) throw statementFail('statement.tooMany', { limit: billsMax });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const bills = await readBills(ctx, [...byId.keys()]);
  // A late fee grows day by day: only a statement up to today can say what it is.
  const lateFees = days.to < today ? new Map<string, Fen>() : await lateFeesOf(ctx, bills, today);
  return bills.map((bill) => {
    const row = byId.get(bill.id)!;
    const sums = sumsOf(row, lateFees.get(bill.id) ?? zeroFen);
    return { sums, view: viewBill(bill, row.place, sums) };
  });
}

async function lateFeesOf(ctx: Context, bills: readonly BillAccount[], asOf: string): Promise<Map<string, Fen>> {
  const payments = await readPayments(ctx, bills);
  return new Map(
    bills
      .filter((bill) => bill.outstandingFen > 0n)
      .map((bill) => [bill.id, lateFeeOfBill(bill, payments.get(bill.id) ?? [], asOf).dueFen]),
  );
}

function sumsOf(row: BillSumsRow, lateFeeDue: Fen): Sums {
  const owes = subtractFen(fen(row.opening + row.billed + row.refunded), addFen(row.reduced, row.paid));
  return {
    opening: row.opening,
    billed: row.billed,
    reduced: row.reduced,
    paid: row.paid,
    refunded: row.refunded,
    owes,
    lateFeePaid: row.late_fee,
    lateFeeDue,
  };
}

function viewBill(bill: BillAccount, place: string, sums: Sums): StatementBill {
  return {
    id: bill.id,
    place,
    item: bill.chargeItemName,
    periodText: billPeriodText(bill),
    dueOn: bill.dueOn,
    ...viewSums(sums),
    sentence: billSentence(bill.calculation),
    isVoided: bill.isVoided,
  };
}
