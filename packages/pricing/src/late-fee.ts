import { type Fen, formatYuan, type MoneyRounding, ratioToMoney } from '@anlin/money';
import { roundingText } from './calculation.ts';
import {
  addRatios,
  compareRatios,
  type Exact,
  multiply,
  powerOfTen,
  type Ratio,
  ratioText,
  readExact,
} from './exact.ts';
import { isDay } from './price-history.ts';

/** Money that reduced the principal; negative where it was given back. Its own day is still charged on the base before it. */
export interface PrincipalPayment {
  date: string;
  fen: Fen;
}

export interface LateFeeInput extends MoneyRounding {
  principalFen: Fen;
  /** Last day to pay, ISO. */
  dueDate: string;
  graceDays: number;
  /** Share of the outstanding principal for each day, `0.0005`; or use `ratePerMonth`. */
  ratePerDay: string | null;
  /** Share for each month of thirty days; used when there is no rate per day. */
  ratePerMonth?: string | null;
  /** The fee is never more than this share of the principal; null: no cap. */
  capShare: string | null;
  payments: readonly PrincipalPayment[];
  /** The last day charged, ISO. */
  asOf: string;
  /** Whether the days of grace are charged after all once they have passed; left out: they are not. */
  startFrom?: 'afterGrace' | 'dueDate';
  /** Which days count, for rules of workdays only; left out: every day. */
  countsDay?: (day: string) => boolean;
}

/** Days in a row on the same base, ends included. */
export interface LateFeeSegment {
  /** First and last day, ISO. */
  f: string;
  t: string;
  /** Days charged. */
  d: number;
  /** Outstanding principal, yuan. */
  b: string;
}

/** How a late fee came about; short keys because it is stored as jsonb. */
export interface LateFeeCalculation {
  s: LateFeeSegment[];
  /** Rate; `per: m` when it is for thirty days. */
  rate: string;
  per?: 'm';
  /** The cap in yuan, when it cut the fee. */
  cap?: string;
  /** Exact yuan before the cap and rounding; absent when it equals `a`. */
  e?: string;
  r?: string;
  a: string;
}

export interface LateFee {
  kind: 'lateFee';
  amount: Fen;
  chargedDays: number;
  calculation: LateFeeCalculation;
}

export type LateFeeErrorCode = 'badRate' | 'badCap' | 'badGraceDays' | 'badDate' | 'negativePrincipal' | 'overRefunded';

export type LateFeeOutcome =
  | LateFee
  | { kind: 'failed'; error: { code: LateFeeErrorCode; params: Record<string, string> } };

/**
 * The late fee (违约金) of one bill as of a day, ends included: from the day after the grace, on the principal that was
 * outstanding at the start of each day, simple and never on itself, capped, rounded once. Writes nothing.
 * Court practice and the warning above 0.05 % a day are the contract's business (民法典 585); this only computes.
 */
export function lateFee(input: LateFeeInput): LateFeeOutcome {
  const problem = findProblem(input);
  if (problem) return { kind: 'failed', error: problem };
  const isPerDay = input.ratePerDay !== null;
  const rateText = input.ratePerDay ?? input.ratePerMonth ?? '';
  const rate = readExact(rateText);
  const cap = input.capShare === null ? null : readExact(input.capShare);
  if (typeof rate === 'string') return failed('badRate', { rate: rateText.slice(0, 60) });
  if (typeof cap === 'string') return failed('badCap', { cap: (input.capShare ?? '').slice(0, 60) });
  const stretches = stretchesOf(input);
  const exact = stretches
    .map(({ baseFen, days }) => feeOf(baseFen, days, rate, isPerDay ? 1 : 30))
    .reduce(addRatios, zero);
  const limit = cap && { num: multiply(input.principalFen, cap.units), den: multiply(powerOfTen(cap.scale), 100) };
  const isCut = limit !== null && compareRatios(exact, limit) > 0;
  const charged = isCut ? limit : exact;
  const amount = ratioToMoney(charged.num, charged.den, input);
  const calculation: LateFeeCalculation = {
    s: stretches.map(({ from, to, days, baseFen }) => ({ f: from, t: to, d: days, b: formatYuan(baseFen) })),
    rate: rateText,
    a: formatYuan(amount),
  };
  if (!isPerDay) calculation.per = 'm';
  if (isCut) calculation.cap = ratioText(limit);
  if (ratioText(exact) !== calculation.a) calculation.e = ratioText(exact);
  const rounding = roundingText(input);
  if (rounding !== undefined) calculation.r = rounding;
  return { kind: 'lateFee', amount, chargedDays: stretches.reduce((sum, { days }) => sum + days, 0), calculation };
}

const zero: Ratio = { num: 0, den: 1 };

function feeOf(baseFen: Fen, days: number, rate: Exact, rateDays: number): Ratio {
  return {
    num: multiply(multiply(baseFen, days), rate.units),
    den: multiply(powerOfTen(rate.scale), 100 * rateDays),
  };
}

interface Stretch {
  /** Ends included. */
  from: string;
  to: string;
  days: number;
  baseFen: Fen;
}

// Cuts the charged days where a payment lowered the base; days without a base are not charged.
function stretchesOf(input: LateFeeInput): Stretch[] {
  const due = Temporal.PlainDate.from(input.dueDate);
  const graceEnd = due.add({ days: input.graceDays });
  const last = Temporal.PlainDate.from(input.asOf);
  if (Temporal.PlainDate.compare(last, graceEnd) <= 0) return [];
  let from = (input.startFrom === 'dueDate' ? due : graceEnd).add({ days: 1 });
  let baseFen: bigint = input.principalFen;
  const stretches: Stretch[] = [];
  const addUpTo = (to: Temporal.PlainDate) => {
    if (Temporal.PlainDate.compare(from, to) > 0) return;
    const days = countDays(from, to, input.countsDay);
    if (days > 0 && baseFen > 0n)
      stretches.push({ from: from.toString(), to: to.toString(), days, baseFen: baseFen as Fen });
    from = to.add({ days: 1 });
  };
  const payments = [...input.payments].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  for (const { date, fen } of payments) {
    if (date >= input.asOf) break;
    if (fen === 0n) continue;
    addUpTo(Temporal.PlainDate.from(date));
    baseFen -= fen;
  }
  addUpTo(last);
  return stretches;
}

function countDays(from: Temporal.PlainDate, to: Temporal.PlainDate, countsDay?: (day: string) => boolean): number {
  const all = from.until(to, { largestUnit: 'day' }).days + 1;
  if (!countsDay) return all;
  let counted = 0;
  for (let offset = 0; offset < all; offset += 1) {
    if (countsDay(from.add({ days: offset }).toString())) counted += 1;
  }
  return counted;
}

function findProblem(input: LateFeeInput): { code: LateFeeErrorCode; params: Record<string, string> } | null {
  const badDay = [input.dueDate, input.asOf, ...input.payments.map(({ date }) => date)].find((day) => !isDay(day));
  if (badDay !== undefined) return { code: 'badDate', params: { date: badDay.slice(0, 60) } };
  if (!Number.isInteger(input.graceDays) || input.graceDays < 0 || input.graceDays > 36_500) {
    return { code: 'badGraceDays', params: { graceDays: String(input.graceDays) } };
  }
  if (input.principalFen < 0n)
    return { code: 'negativePrincipal', params: { principal: formatYuan(input.principalFen) } };
  // More given back than was paid: the base would rise above the principal.
  const paidFen = input.payments.reduce((sum, { fen }) => sum + fen, 0n);
  return paidFen < 0n ? { code: 'overRefunded', params: { paid: formatYuan(paidFen as Fen) } } : null;
}

function failed(code: LateFeeErrorCode, params: Record<string, string>): LateFeeOutcome {
  return { kind: 'failed', error: { code, params } };
}
