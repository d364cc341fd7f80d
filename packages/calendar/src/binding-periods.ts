import { earlierDate, intersect, type Period } from './period.ts';

/** `natural`: calendar months, quarters, years. `binding`: counted from the binding's first day. */
export type Alignment = 'natural' | 'binding';

export interface PeriodRule {
  /** The binding's first day. */
  start: Temporal.PlainDate;
  /** The day after the binding's last day; null while it is open. */
  end: Temporal.PlainDate | null;
  /** Length of a cycle; a positive integer. */
  everyMonths: number;
  alignment: Alignment;
}

/** One billing period of a binding, and the uncut cycle it lies in. They differ where the binding starts or ends. */
export interface BindingPeriod {
  period: Period;
  fullPeriod: Period;
}

/**
 * The billing periods that begin before `until`, in order. Natural cycles are counted from January (of the year 0, so a
 * cycle that does not divide a year runs on across New Year); cycles aligned to the binding are always counted from its
 * first day, so 31 January gives 28 February and then 31 March again. Throws RangeError for a bad `everyMonths`.
 */
export function periodsOf(rule: PeriodRule, until: Temporal.PlainDate): BindingPeriod[] {
  checkCycle(rule.everyMonths);
  const last = rule.end ? earlierDate(until, rule.end) : until;
  const periods: BindingPeriod[] = [];
  let cycle = rule.alignment === 'binding' ? 0 : naturalCycleOf(monthIndex(rule.start), rule.everyMonths);
  for (;;) {
    const found = cutToBinding(rule, fullPeriodOf(rule, cycle));
    if (!found || Temporal.PlainDate.compare(found.period.from, last) >= 0) return periods;
    periods.push(found);
    cycle += 1;
  }
}

/**
 * The billing period whose first day lies in the chosen month, or null. There is never more than one, and it is found
 * without walking through the months before it. Throws RangeError for a bad `everyMonths`.
 */
export function periodStartingIn(rule: PeriodRule, yearMonth: Temporal.PlainYearMonth | string): BindingPeriod | null {
  checkCycle(rule.everyMonths);
  const month = Temporal.PlainYearMonth.from(yearMonth);
  const wanted = month.year * 12 + month.month - 1;
  const startMonth = monthIndex(rule.start);
  if (wanted < startMonth) return null;
  if (rule.alignment === 'binding' && (wanted - startMonth) % rule.everyMonths !== 0) return null;
  const cycle =
    rule.alignment === 'binding' ? (wanted - startMonth) / rule.everyMonths : naturalCycleOf(wanted, rule.everyMonths);
  const found = cutToBinding(rule, fullPeriodOf(rule, cycle));
  return found && monthIndex(found.period.from) === wanted ? found : null;
}

/** The billing period a day lies in, or null when the binding does not cover the day. */
export function periodCovering(rule: PeriodRule, day: Temporal.PlainDate): BindingPeriod | null {
  checkCycle(rule.everyMonths);
  if (Temporal.PlainDate.compare(day, rule.start) < 0) return null;
  if (rule.end && Temporal.PlainDate.compare(day, rule.end) >= 0) return null;
  if (rule.alignment === 'natural') {
    return cutToBinding(rule, fullPeriodOf(rule, naturalCycleOf(monthIndex(day), rule.everyMonths)));
  }
  let cycle = Math.floor((monthIndex(day) - monthIndex(rule.start)) / rule.everyMonths);
  if (Temporal.PlainDate.compare(day, fullPeriodOf(rule, cycle).from) < 0) cycle -= 1;
  return cutToBinding(rule, fullPeriodOf(rule, cycle));
}

function fullPeriodOf(rule: PeriodRule, cycle: number): Period {
  const months = rule.everyMonths;
  if (rule.alignment === 'binding') {
    // Both ends are counted from the first day; adding month by month would drift to the 28th.
    return { from: rule.start.add({ months: months * cycle }), to: rule.start.add({ months: months * (cycle + 1) }) };
  }
  return { from: firstOfMonth(months * cycle), to: firstOfMonth(months * (cycle + 1)) };
}

function cutToBinding(rule: PeriodRule, fullPeriod: Period): BindingPeriod | null {
  const binding = { from: rule.start, to: rule.end ?? fullPeriod.to };
  const period = intersect(fullPeriod, binding);
  return period && { period, fullPeriod };
}

function naturalCycleOf(month: number, everyMonths: number): number {
  return Math.floor(month / everyMonths);
}

function monthIndex(date: Temporal.PlainDate): number {
  return date.year * 12 + date.month - 1;
}

function firstOfMonth(index: number): Temporal.PlainDate {
  return new Temporal.PlainDate(Math.floor(index / 12), (index % 12) + 1, 1);
}

function checkCycle(everyMonths: number): void {
  if (!Number.isInteger(everyMonths) || everyMonths < 1 || everyMonths > 1200) {
    throw new RangeError(`everyMonths must be a whole number from 1 to 1200, not ${everyMonths}`);
  }
}
