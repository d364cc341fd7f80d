import { type IsoPeriod, type PeriodRule, periodStartingIn, toIsoPeriod } from '@anlin/calendar';
import type { TargetKind } from '@anlin/contract';
import { Decimal } from '@anlin/money';
import type { Calculation, Outcome, PricingInput } from '@anlin/pricing';
import type { Place, ReadyStandard } from './standards-of-items.ts';

/** What pricing must know of one binding. Decimals are text, days ISO. */
export interface BindingFacts {
  id: string;
  targetKind: TargetKind;
  targetId: string;
  startsOn: string;
  /** First day no longer charged; null is open. */
  endsOn: string | null;
  ownPrice: string | null;
  ownQuantity: string | null;
  /** Yuan a month, before price and quantity. */
  ownAmount?: string | null;
  /** Of the target, by the standard's source; of a metered standard, the usage of the reading. */
  quantity: string | null;
  /** Values of the names of the standard's formula. */
  facts?: Readonly<Record<string, string | null>>;
  /** For tiers whose limits grow with the people. */
  headcount?: string | null;
  /** For tiers of a year: what was used, by the first day of its period. Grows while periods are priced. */
  used?: { from: string; quantity: string }[];
  /** Instead of `used`, where the sum is known. */
  usedBefore?: string | null;
  /** Where prices differ by building and unit. */
  place?: Place;
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
 * periods, so each distinct one is worked out once. `isWanted`: only periods that begin on such days.
 */
export function periodFinder(
  standard: ReadyStandard,
  months: readonly string[],
  isWanted: (periodFrom: string) => boolean = () => true,
) {
  const remembered = new Map<string, readonly BillPeriod[]>();
  return (binding: Pick<BindingFacts, 'startsOn' | 'endsOn'>): readonly BillPeriod[] => {
    const key = `${binding.startsOn} ${binding.endsOn ?? ''}`;
    const known = remembered.get(key);
    if (known) return known;
    const periods = periodsIn(standard, months, binding).filter((one) => isWanted(one.period.from));
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
  const price = binding.place ? standard.priceAt(binding.place) : standard.price;
  const input: PricingInput = {
    quantity: binding.quantity,
    ownPrice: binding.ownPrice,
    ownQuantity: binding.ownQuantity,
    ownAmount: binding.ownAmount ?? null,
    period,
    fullPeriod,
    alignedTo: binding.startsOn,
  };
  if (standard.isByHeads) input.headcount = binding.headcount ?? null;
  if (standard.isByYear) input.usedBefore = binding.usedBefore ?? usedInYearBefore(binding, period.from);
  if (standard.facts.length > 0) input.facts = factsOf(standard, binding, input.usedBefore ?? null);
  const outcome = price(input);
  if (outcome.kind === 'bill') noteBill(standard, binding, period.from, outcome.calculation);
  return outcome;
}

// Of the year in which the period begins.
function usedInYearBefore({ used = [] }: BindingFacts, from: string): string {
  const year = from.slice(0, 4);
  return used
    .filter((one) => one.from < from && one.from.startsWith(year))
    .reduce((sum, { quantity }) => sum.plus(quantity), new Decimal(0))
    .toFixed();
}

function factsOf(
  standard: ReadyStandard,
  binding: BindingFacts,
  usedBefore: string | null,
): Record<string, string | null> {
  const values: Record<string, string | null> = { ...binding.facts };
  for (const { name, key } of standard.facts) {
    if (key === 'usage') values[name] = binding.ownQuantity ?? binding.quantity;
    else if (key === 'usedBefore') values[name] = usedBefore;
    else if (key === 'everyMonths') values[name] = String(standard.everyMonths);
  }
  return values;
}

// The next period of the same year goes on from here, and the bill tells by which version of the rule it was priced.
function noteBill(standard: ReadyStandard, binding: BindingFacts, from: string, calculation: Calculation): void {
  if (standard.ruleVersion > 1 && !standard.isRuleDated) calculation.w = standard.ruleVersion;
  if (!standard.isByYear) return;
  const quantity = calculation.q ?? binding.ownQuantity ?? binding.quantity;
  if (quantity === null) return;
  binding.used = [...(binding.used ?? []).filter((one) => one.from !== from), { from, quantity }];
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
