import { type IsoPeriod, type PeriodRule, periodStartingIn, toIsoPeriod } from '@anlin/calendar';
import type { Outcome } from '@anlin/pricing';
import type { ReadyStandard } from './standards-of-items.ts';

/** What pricing must know of one binding. Decimals are text, days ISO. */
export interface BindingFacts {
  id: string;
  targetKind: 'house' | 'parkingSpace';
  targetId: string;
  startsOn: string;
  /** First day no longer charged; null is open. */
  endsOn: string | null;
  ownPrice: string | null;
  ownQuantity: string | null;
  /** Of the target, by the standard's source. */
  quantity: string | null;
  /** First days of the periods within the months asked for that have a bill. */
  raised: readonly string[] | null;
}

export interface BillPeriod {
  period: IsoPeriod;
  fullPeriod: IsoPeriod;
  dueOn: string;
}

const mostRemembered = 20_000;

/**
 * Finds the periods of a standard's bindings that begin in the given months. Most bindings of a standard share their
 * periods, so each distinct one is worked out once. `before`: only periods that begin before this day.
 */
export function periodFinder(standard: ReadyStandard, months: readonly string[], before?: string) {
  const remembered = new Map<string, readonly BillPeriod[]>();
  return (binding: Pick<BindingFacts, 'startsOn' | 'endsOn'>): readonly BillPeriod[] => {
    const key = `${binding.startsOn} ${binding.endsOn ?? ''}`;
    const known = remembered.get(key);
    if (known) return known;
    const periods = periodsIn(standard, months, binding).filter((one) => !before || one.period.from < before);
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(key, periods);
    return periods;
  };
}

function periodsIn(
  standard: ReadyStandard,
  months: readonly string[],
  binding: Pick<BindingFacts, 'startsOn' | 'endsOn'>,
): BillPeriod[] {
  const rule = periodRuleOf(standard, binding);
  return months.flatMap((month) => {
    const found = periodStartingIn(rule, month);
    if (!found) return [];
    const dueOn = found.period.from.add({ days: standard.dueDays }).toString();
    return [{ period: toIsoPeriod(found.period), fullPeriod: toIsoPeriod(found.fullPeriod), dueOn }];
  });
}

export function periodRuleOf(
  standard: Pick<ReadyStandard, 'everyMonths' | 'alignment'>,
  binding: Pick<BindingFacts, 'startsOn' | 'endsOn'>,
): PeriodRule {
  return {
    start: Temporal.PlainDate.from(binding.startsOn),
    end: binding.endsOn === null ? null : Temporal.PlainDate.from(binding.endsOn),
    everyMonths: standard.everyMonths,
    alignment: standard.alignment,
  };
}

/** Prices one period of one binding: the one call that preview, raising and tests share. */
export function priceBinding(
  standard: ReadyStandard,
  binding: BindingFacts,
  { period, fullPeriod }: BillPeriod,
): Outcome {
  return standard.price({
    quantity: binding.quantity,
    ownPrice: binding.ownPrice,
    ownQuantity: binding.ownQuantity,
    period,
    fullPeriod,
    alignedTo: binding.startsOn,
  });
}

/** The months from…to as `YYYY-MM`, both included. */
export function monthsBetween(from: string, to: string): string[] {
  const months: string[] = [];
  const last = Temporal.PlainYearMonth.from(to);
  for (
    let month = Temporal.PlainYearMonth.from(from);
    Temporal.PlainYearMonth.compare(month, last) <= 0;
    month = month.add({ months: 1 })
  ) {
    months.push(month.toString());
  }
  return months;
}

/** The first day of a month, and of the month after it. */
export function firstDay(month: string): string {
  return `${month}-01`;
}

export function firstDayAfter(month: string): string {
  return Temporal.PlainYearMonth.from(month).add({ months: 1 }).toPlainDate({ day: 1 }).toString();
}
