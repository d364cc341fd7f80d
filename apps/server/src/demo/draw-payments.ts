import type { TargetKind } from '@anlin/contract';
import { type Fen, fen } from '@anlin/money';
import { lateFee } from '@anlin/pricing';
import type { PayingHabit } from './blueprint.ts';
import type { Bill } from './draw-bills.ts';
import type { Community } from './draw-estate.ts';
import type { History } from './history.ts';
import { cashiersOf } from './staff-list.ts';

export interface Part {
  bill: Bill;
  principalFen: bigint;
  lateFeeFen: bigint;
}

export type MethodKey = 'cash' | 'pos' | 'wechat' | 'alipay' | 'bankTransfer';

/** One visit to the desk: its receipt, and its reversal where the cashier had made a mistake. */
export interface Payment {
  communityId: string;
  atMs: number;
  receivedOn: string;
  cashierKey: string;
  targetKind: TargetKind;
  targetId: string;
  houseId: string | null;
  parts: Part[];
  totalFen: bigint;
  tenders: { method: MethodKey; amountFen: bigint }[];
  cashTenderedFen: bigint;
  changeFen: bigint;
  reversal: { atMs: number; reason: string } | null;
}

const reversedShare = 0.0025;
const inPartShare = 0.012;

/** Lets everybody come to the desk as their habit is, and fills in the sums of their bills. Ordered by payer, not by time. */
export function drawPayments(history: History, community: Community, bills: readonly Bill[]): Payment[] {
  const payments: Payment[] = [];
  for (const debts of billsByPayer(bills)) {
    const habit = history.random.pickWeighted(community.plan.habits);
    for (const visit of visitsOf(history, habit)) {
      if (visit.atMs > history.nowMs) break;
      pay(history, community, debts, visit, payments);
    }
    const isBehind = habit === 'never' || habit === 'stopped';
    const house = isBehind && community.houses.find((one) => one.id === debts[0]?.binding.houseId);
    if (house) house.tags.add('长期欠费');
  }
  return payments;
}

/** A house and its parking spaces are paid together; a parking space of nobody's house on its own. */
function billsByPayer(bills: readonly Bill[]): Iterable<Bill[]> {
  const groups = new Map<string, Bill[]>();
  for (const bill of bills) {
    const key = bill.binding.houseId ?? bill.binding.targetId;
    const group = groups.get(key);
    if (group) group.push(bill);
    else groups.set(key, [bill]);
  }
  return groups.values();
}

interface Visit {
  day: Temporal.PlainDate;
  atMs: number;
}

/** Place of the month within three in which a quarterly payer comes; the current month is at place 2. */
const turns = [
  [0, 20],
  [1, 28],
  [2, 52],
] as const;

function visitsOf(history: History, habit: PayingHabit): Visit[] {
  const { random, months } = history;
  const phase = random.between(0, 5);
  // More people than not settle in the last month of their quarter, so that little is open when the year is told.
  const turn = random.pickWeighted(turns);
  const lastMonth = habit === 'stopped' ? random.between(0, 5) : months.length - 1;
  return months.flatMap((month, index) => {
    const isDue =
      habit === 'monthly' || habit === 'stopped'
        ? index <= lastMonth
        : habit === 'quarterly'
          ? index % 3 === turn
          : habit === 'late' && (index + phase) % 6 === 5;
    return isDue ? [visitIn(history, Temporal.PlainDate.from(`${month}-01`))] : [];
  });
}

/** Soon after the first of the month more often than late in it; Sundays only one desk in four is open. */
function visitIn({ random, instantMs }: History, first: Temporal.PlainDate): Visit {
  let day = first.add({ days: Math.min(random.between(0, 26), random.between(0, 26)) });
  if (day.dayOfWeek === 7 && !random.chance(0.25)) day = day.add({ days: 1 });
  const isMorning = random.chance(0.55);
  const minute = isMorning ? random.between(8 * 60 + 40, 11 * 60 + 45) : random.between(13 * 60 + 30, 17 * 60 + 25);
  return { day, atMs: instantMs(day, minute) + random.between(0, 59_999) };
}

function pay(history: History, community: Community, debts: readonly Bill[], visit: Visit, payments: Payment[]): void {
  const { random } = history;
  const day = visit.day.toString();
  const due = debts.filter((bill) => bill.run.atMs < visit.atMs && bill.receivedFen < bill.receivableFen);
  if (due.length === 0) return;
  const parts = due.map(
    (bill): Part => ({
      bill,
      principalFen: bill.receivableFen - bill.receivedFen,
      lateFeeFen: lateFeeDue(bill, day),
    }),
  );
  if (random.chance(inPartShare)) payLastInPart(parts);
  const first = due[0]!.binding;
  const payment: Payment = {
    communityId: community.id,
    atMs: visit.atMs,
    receivedOn: day,
    cashierKey: random.pick(cashiersOf[community.plan.code]!),
    targetKind: first.houseId === null ? 'parkingSpace' : 'house',
    targetId: first.houseId ?? first.targetId,
    houseId: first.houseId,
    parts,
    totalFen: parts.reduce((sum, part) => sum + part.principalFen + part.lateFeeFen, 0n),
    ...emptyTender,
    reversal: null,
  };
  tender(history, payment);
  for (const { bill, principalFen, lateFeeFen } of parts) {
    bill.receivedFen += principalFen;
    bill.lateFeeReceivedFen += lateFeeFen;
    bill.payments.push({ date: day, fen: fen(principalFen) });
  }
  payments.push(payment);
  if (random.chance(reversedShare)) takeAgain(history, payment, payments);
}

const emptyTender = { tenders: [], cashTenderedFen: 0n, changeFen: 0n };

function payLastInPart(parts: Part[]): void {
  const last = parts.at(-1)!;
  const half = (last.principalFen / 2n / 1000n) * 1000n;
  if (half > 0n && last.lateFeeFen === 0n) last.principalFen = half;
}

/** The late fee of a bill as of a day, less what was paid of it. */
function lateFeeDue(bill: Bill, asOf: string): bigint {
  const { lateFeeRatePerDay, lateFeeGraceDays, lateFeeCapShare } = bill.binding.standard.item;
  if (lateFeeRatePerDay === null || asOf <= bill.dueOn) return 0n;
  const outcome = lateFee({
    principalFen: bill.receivableFen,
    dueDate: bill.dueOn,
    graceDays: lateFeeGraceDays,
    ratePerDay: lateFeeRatePerDay,
    capShare: lateFeeCapShare,
    payments: bill.payments,
    asOf,
    precision: 'fen',
    rounding: 'halfUp',
  });
  if (outcome.kind === 'failed') throw new Error(`a late fee of the demo failed: ${outcome.error.code}`);
  const due = outcome.amount - (bill.lateFeeReceivedFen as Fen);
  return due > 0n ? due : 0n;
}

const methods: readonly (readonly [MethodKey, number])[] = [
  ['wechat', 46],
  ['alipay', 20],
  ['cash', 13],
  ['pos', 12],
  ['bankTransfer', 9],
];

/** How the money came: by one method, now and then the rest in cash. Cash is handed over in whole hundreds. */
function tender({ random }: History, payment: Payment): void {
  const { totalFen } = payment;
  const method = random.pickWeighted(methods);
  const hundreds = (totalFen / 10_000n) * 10_000n;
  const isSplit = method !== 'cash' && hundreds > 0n && hundreds < totalFen && random.chance(0.02);
  const cashFen = method === 'cash' ? totalFen : isSplit ? totalFen - hundreds : 0n;
  payment.tenders = isSplit
    ? [
        { method, amountFen: hundreds },
        { method: 'cash', amountFen: cashFen },
      ]
    : [{ method, amountFen: totalFen }];
  payment.cashTenderedFen = ((cashFen + 9_999n) / 10_000n) * 10_000n;
  payment.changeFen = payment.cashTenderedFen - cashFen;
}

const reasons = ['收款方式选错，重新收款', '业主改用微信支付', '选错房屋，已重新收款', '业主要求分开开票'];

/** The receipt was a mistake: it is reversed within the hour and the same bills are paid by another. */
function takeAgain(history: History, payment: Payment, payments: Payment[]): void {
  const { random } = history;
  const reversedAtMs = payment.atMs + random.between(2, 20) * 60_000;
  const again = { ...payment, atMs: reversedAtMs + random.between(1, 5) * 60_000, ...emptyTender };
  if (again.atMs > history.nowMs) return;
  tender(history, again);
  payment.reversal = { atMs: reversedAtMs, reason: random.pick(reasons) };
  payments.push(again);
}
