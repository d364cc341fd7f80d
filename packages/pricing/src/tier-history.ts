import { Decimal } from '@anlin/money';
import type { Calculation, CalculationSegment, PricingError } from './calculation.ts';
import type { PricedTime } from './charged-time.ts';
import { addRatios, multiply, powerOfTen, type Ratio, ratioText, tidyDecimal } from './exact.ts';
import { isDay, type ReadPrice } from './price-history.ts';
import type { Method } from './standard.ts';
import { chargeTiers, checkTiers, type TieredCost, type TierRule } from './tiers.ts';

/** Tiers and the first day on which they hold; null: from the beginning. */
export interface DatedTiers {
  from: string | null;
  rule: TierRule;
  version: number;
}

/** The tiers of a standard in order of time. Where they never changed on a day, there is one and no marks. */
export interface TierHistory {
  tiers: DatedTiers[];
  /** In the form of a price history, so that time is cut by it; its prices say nothing. */
  marks: ReadPrice[];
}

type TierMethod = Extract<Method, { kind: 'tiers' }>;

/** Reads the tiers of a method in order of time; the days they hold until must rise. */
export function readTiers({ rule, earlier = [], version = 1 }: TierMethod): {
  history: TierHistory;
  errors: PricingError[];
} {
  const errors: PricingError[] = [];
  const tiers: DatedTiers[] = [];
  let from: string | null = null;
  for (const one of earlier) {
    tiers.push({ from, rule: one.rule, version: one.version });
    if (!isDay(one.until) || one.until <= (from ?? ''))
      errors.push({ code: 'badTierDate', params: { until: one.until } });
    from = one.until;
  }
  tiers.push({ from, rule, version });
  errors.push(...tiers.flatMap((one) => checkTiers(one.rule)));
  const marks =
    tiers.length === 1 ? [] : tiers.map((one) => ({ id: '', text: '', units: 0, scale: 0, from: one.from }));
  return { history: { tiers, marks }, errors };
}

/** What is charged by tiers, and where: decimals are text. */
export interface TieredUse {
  usage: string;
  /** Used up over the period, as a meter counts it; otherwise it is there all the time, and is charged by the month. */
  isUsedUp: boolean;
  usedBefore?: string | null;
  headcount?: string | null;
}

/** The stretch of a period under one version of the tiers. */
interface Stretch {
  tiers: DatedTiers;
  time: PricedTime;
  /** What was used in this stretch and in those before it. */
  upTo: Decimal;
}

/**
 * Charges a period in which the tiers changed. Of what is used up, each stretch has its share by days. Tiers of a year go on: a stretch
 * begins where the one before it ended. Of a month the limits are shared by days as the usage is, which is the whole
 * usage by each version, for its share of the days.
 */
export function chargeByHistory(
  { tiers }: TierHistory,
  stretches: readonly PricedTime[],
  use: TieredUse,
): { cost: Ratio; segments: CalculationSegment[]; version: number } | PricingError {
  let cost: Ratio = { num: 0, den: 1 };
  let passed: Ratio = { num: 0, den: 1 };
  let used = new Decimal(0);
  const segments: CalculationSegment[] = [];
  for (const time of stretches) {
    passed = addRatios(passed, time);
    const upTo = shareOf(use.usage, passed);
    const stretch = { tiers: tiers[time.priceIndex]!, time, upTo };
    const charged = chargeStretch(stretch, used, use);
    if ('code' in charged) return charged;
    cost = addRatios(cost, charged.cost);
    segments.push(segments.length > 0 ? { ...charged.segment, f: stretch.tiers.from ?? '' } : charged.segment);
    used = upTo;
  }
  return { cost, segments, version: tiers[stretches.at(-1)!.priceIndex]!.version };
}

function chargeStretch(
  { tiers, time, upTo }: Stretch,
  used: Decimal,
  use: TieredUse,
): { cost: Ratio; segment: CalculationSegment } | PricingError {
  const goesOn = use.isUsedUp && tiers.rule.span === 'year';
  const before = use.usedBefore ?? '';
  const own = goesOn
    ? { usage: upTo.minus(used).toFixed(), usedBefore: plain.test(before) ? used.plus(before).toFixed() : before }
    : { usage: use.usage, usedBefore: use.usedBefore ?? null };
  const tiered = chargeTiers(tiers.rule, own.usage, { ...own, headcount: use.headcount ?? null });
  if ('code' in tiered) return tiered;
  const whole = { num: tiered.cost.units, den: powerOfTen(tiered.cost.scale) };
  const segment: CalculationSegment = {
    p: ratioText(whole),
    ...(use.isUsedUp ? { d: time.text } : { m: time.text }),
    i: '',
    ...tierHead(tiered),
  };
  if (goesOn) return { cost: whole, segment: { ...segment, q: tidyDecimal(own.usage, 0) } };
  return { cost: { num: multiply(whole.num, time.num), den: multiply(whole.den, time.den) }, segment };
}

/** Tiers as a calculation tells them. */
export function tierHead({ parts: g, before: b, heads: h }: TieredCost): Pick<Calculation, 'g' | 'b' | 'h'> {
  const head: Pick<Calculation, 'g' | 'b' | 'h'> = { g };
  if (b !== undefined) head.b = b;
  if (h !== undefined) head.h = h;
  return head;
}

const plain = /^\d{1,20}(?:\.\d{1,20})?$/;
/** Usage is kept with six decimals; the last stretch has what the others leave. */
const usagePlaces = 6;

function shareOf(usage: string, { num, den }: Ratio): Decimal {
  if (num === den) return new Decimal(usage);
  return new Decimal(usage).times(String(num)).div(String(den)).toDecimalPlaces(usagePlaces, Decimal.ROUND_HALF_UP);
}
