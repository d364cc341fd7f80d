import type { Alignment, IsoPeriod } from '@anlin/calendar';
import { addRatios, compareRatios, multiply, powerOfTen, type Ratio } from './exact.ts';
import { cutByPrice, daysBetween, isDay, type PriceStretch, type ReadPrice } from './price-history.ts';
import type { PricePer, Proration } from './standard.ts';

/** How much time is charged: an exact number of months (or a share of the period), and how it reads. */
export interface ChargedTime extends Ratio {
  /** `1`, `17/31`, `19/28+1`. */
  text: string;
}

export interface PricedTime extends ChargedTime {
  /** Place in the price history. */
  priceIndex: number;
}

/** What a period costs in time, whatever the target. Worked out once per standard and period. */
export interface TimePlan {
  /** All of it under a single price. */
  total: ChargedTime;
  /** The same under the price history; null when a charged day has no price. */
  byPrice: PricedTime[] | null;
}

// A cycle has at most 1,200 months; anything longer is a mistake and not worth a walk through its months.
const longestYears = 101;

interface TimeRule {
  alignment: Alignment;
  proration: Proration;
  per: PricePer;
  /** The history is one of formulas, whose results no price foretells. */
  isByFormula?: boolean;
}

/** A month of the calendar, or of the binding, and the part of it that the period covers. */
interface Month {
  from: string;
  to: string;
  days: number;
  coveredFrom: string;
  coveredTo: string;
  coveredDays: number;
}

interface Term {
  priceIndex: number;
  num: number;
  den: number;
}

/** Works out the time a period is charged for, or null when the period is none or leaves its full period. */
export function planTime(
  rule: TimeRule,
  prices: readonly ReadPrice[],
  period: IsoPeriod,
  fullPeriod: IsoPeriod,
  alignedTo: string,
): TimePlan | null {
  const { from, to } = period;
  if (![from, to, fullPeriod.from, fullPeriod.to, alignedTo].every(isDay)) return null;
  if (from >= to || from < fullPeriod.from || to > fullPeriod.to) return null;
  if (yearOf(fullPeriod.to) - yearOf(fullPeriod.from) > longestYears) return null;
  const firstPriceDay = prices[0]?.from ?? '';
  const isPriced = prices.length > 0 && firstPriceDay <= from;
  if (rule.per === 'once') {
    const days = daysBetween(from, to);
    const terms = cutByPrice(prices, from, to).map((stretch) => toTerm(stretch, days));
    return { total: { num: 1, den: 1, text: '1' }, byPrice: isPriced ? groupByPrice(terms) : null };
  }
  const charged = rule.proration.kind === 'wholePeriod' ? fullPeriod : period;
  const months = monthsOf(rule.alignment, charged, alignedTo);
  const total = addTerms(months.map((month) => ({ priceIndex: 0, ...chargedPart(rule.proration, month) })));
  const terms = months.flatMap((month) => priceMonth(rule, prices, month));
  return { total, byPrice: isPriced ? groupByPrice(terms) : null };
}

function yearOf(day: string): number {
  return Number(day.slice(0, 4));
}

// The share of a month that is charged, under one price.
function chargedPart(proration: Proration, month: Month): { num: number; den: number } {
  if (month.coveredDays === month.days) return { num: 1, den: 1 };
  switch (proration.kind) {
    case 'actualDays':
      return { num: month.coveredDays, den: month.days };
    case 'thirtyDays':
      return month.coveredDays >= 30 ? { num: 1, den: 1 } : { num: month.coveredDays, den: 30 };
    case 'wholePeriod':
      return { num: 1, den: 1 };
    case 'nothingUnder':
      return month.coveredDays < proration.days ? { num: 0, den: 1 } : { num: 1, den: 1 };
  }
}

// Under changing prices. What counts as a whole month costs what the whole month costs, each day at its own price,
// also for days outside the period: only so can a day less never cost more.
function priceMonth({ proration, isByFormula }: TimeRule, prices: readonly ReadPrice[], month: Month): Term[] {
  const part = chargedPart(proration, month);
  if (part.num === 0) return [];
  const whole = cutByPrice(prices, month.from, month.to).map((stretch) => toTerm(stretch, month.days));
  if (part.num === part.den && proration.kind !== 'thirtyDays') return whole;
  if (month.coveredDays === month.days) return whole;
  const covered = cutByPrice(prices, month.coveredFrom, month.coveredTo);
  // Which of the two thirtieths and whole month is less cannot be told before a formula has run: such a month goes by its days.
  const isMixed = isByFormula === true && whole.length > 1;
  if (proration.kind === 'actualDays' || isMixed) return covered.map((stretch) => ({ ...toTerm(stretch, month.days) }));
  const thirtieths = covered.map((stretch) => ({ priceIndex: stretch.index, num: stretch.days, den: 30 }));
  return compareRatios(costOf(prices, thirtieths), costOf(prices, whole)) > 0 ? whole : thirtieths;
}

function toTerm(stretch: PriceStretch, days: number): Term {
  if (stretch.days === days) return { priceIndex: stretch.index, num: 1, den: 1 };
  return { priceIndex: stretch.index, num: stretch.days, den: days };
}

function costOf(prices: readonly ReadPrice[], terms: readonly Term[]): Ratio {
  return terms.reduce<Ratio>(
    (sum, term) => {
      const { units, scale } = prices[term.priceIndex]!;
      return addRatios(sum, { num: multiply(units, term.num), den: multiply(powerOfTen(scale), term.den) });
    },
    { num: 0, den: 1 },
  );
}

function groupByPrice(terms: readonly Term[]): PricedTime[] {
  const groups = new Map<number, Term[]>();
  for (const term of terms) {
    const group = groups.get(term.priceIndex);
    if (group) group.push(term);
    else groups.set(term.priceIndex, [term]);
  }
  return [...groups].map(([priceIndex, group]) => ({ priceIndex, ...addTerms(group) }));
}

function addTerms(terms: readonly Term[]): ChargedTime {
  let sum: Ratio = { num: 0, den: 1 };
  const texts: string[] = [];
  let wholeMonths = 0;
  for (const term of terms) {
    if (term.num === 0) continue;
    sum = addRatios(sum, term);
    if (term.num === term.den) {
      wholeMonths += 1;
      continue;
    }
    if (wholeMonths > 0) texts.push(String(wholeMonths));
    wholeMonths = 0;
    texts.push(`${term.num}/${term.den}`);
  }
  if (wholeMonths > 0) texts.push(String(wholeMonths));
  return { num: sum.num, den: sum.den, text: texts.join('+') || '0' };
}

// The months a period touches. Months of a binding are counted from its first day, never from one another.
function monthsOf(alignment: Alignment, period: IsoPeriod, alignedTo: string): Month[] {
  const first = Temporal.PlainDate.from(period.from);
  const anchor = alignment === 'natural' ? first.with({ day: 1 }) : Temporal.PlainDate.from(alignedTo);
  let count = (first.year - anchor.year) * 12 + first.month - anchor.month;
  if (anchor.add({ months: count }).toString() > period.from) count -= 1;
  const months: Month[] = [];
  for (;;) {
    const from = anchor.add({ months: count }).toString();
    if (from >= period.to) return months;
    const to = anchor.add({ months: count + 1 }).toString();
    const coveredFrom = [from, period.from].sort()[1]!;
    const coveredTo = [to, period.to].sort()[0]!;
    const days = daysBetween(from, to);
    months.push({ from, to, days, coveredFrom, coveredTo, coveredDays: daysBetween(coveredFrom, coveredTo) });
    count += 1;
  }
}
