import type { PricingError } from './calculation.ts';
import { type Exact, readExact, tidyDecimal } from './exact.ts';
import type { PriceVersion } from './standard.ts';

/** A price version read once. */
export interface ReadPrice extends Exact {
  id: string;
  from: string | null;
  /** As people read it: `2.80`. */
  text: string;
}

/** Reads and orders the price versions; the errors name the version. */
export function readPrices(versions: readonly PriceVersion[]): { prices: ReadPrice[]; errors: PricingError[] } {
  const errors: PricingError[] = [];
  const prices: ReadPrice[] = [];
  const seen = new Set<string | null>();
  for (const { id, from, price } of versions) {
    const exact = readExact(price);
    if (typeof exact === 'string')
      errors.push({ code: exact === 'bad' ? 'badPrice' : 'negativePrice', params: { id, price } });
    else prices.push({ id, from, text: tidyDecimal(price, 2), units: exact.units, scale: exact.scale });
    if (from !== null && !isDay(from)) errors.push({ code: 'badPriceDate', params: { id, from } });
    if (seen.has(from)) errors.push({ code: 'duplicatePriceDate', params: { id, from: from ?? '' } });
    seen.add(from);
  }
  prices.sort((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1));
  return { prices, errors };
}

/** A stretch of days under one price. */
export interface PriceStretch {
  /** Place in the history. */
  index: number;
  days: number;
}

/**
 * Cuts the days [from, to) where the price changes. Days before the first price count under the first: callers refuse
 * such days when they are charged, and only compare with them when they are not.
 */
export function cutByPrice(prices: readonly ReadPrice[], from: string, to: string): PriceStretch[] {
  const stretches: PriceStretch[] = [];
  let start = from;
  for (let index = 0; index < prices.length && start < to; index += 1) {
    const nextFrom = prices[index + 1]?.from ?? null;
    const end = nextFrom !== null && nextFrom < to ? nextFrom : to;
    if (end <= start) continue;
    stretches.push({ index, days: daysBetween(start, end) });
    start = end;
  }
  return stretches;
}

export function daysBetween(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(to, { largestUnit: 'day' }).days;
}

export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text);
    return true;
  } catch {
    return false;
  }
}
