import type { Alignment, IsoPeriod } from '@anlin/calendar';
import type { MoneyRounding } from '@anlin/money';
import type { TierRule } from './tiers.ts';

/** Where the quantity comes from. `custom:` is followed by the key of a numeric custom field. */
export type QuantitySource =
  | 'builtArea'
  | 'innerArea'
  | 'sharedArea'
  | 'parkingArea'
  | 'headcount'
  | 'one'
  | 'meterUsage'
  | `custom:${string}`;

/** How a standard prices. `names` are all the names a formula may mention; `单价` always is one, the price in force. */
export type Method =
  | { kind: 'unitPrice'; quantity: QuantitySource }
  | { kind: 'fixed' }
  | { kind: 'perTarget' }
  | {
      kind: 'formula';
      source: string;
      names: readonly string[];
      /** Formulas that held before, in order of time. */
      earlier?: readonly EarlierFormula[];
      /** Of the rule this formula belongs to; told only beside earlier ones. */
      version?: number;
    }
  | {
      kind: 'tiers';
      quantity: QuantitySource;
      rule: TierRule;
      /** Tiers that held before, in order of time. */
      earlier?: readonly EarlierTiers[];
      /** Of the rule these tiers belong to; told only beside earlier ones. */
      version?: number;
    };

/** A formula that held until a day, and the version of the rule it was. */
export interface EarlierFormula {
  source: string;
  /** ISO; the first day it no longer holds. */
  until: string;
  version: number;
}

/** Tiers that held until a day, and the version of the rule they were. */
export interface EarlierTiers {
  rule: TierRule;
  /** ISO; the first day they no longer hold. */
  until: string;
  version: number;
}

/**
 * What a part of a period costs. `actualDays`: by the days of each month. `thirtyDays`: a thirtieth a day, never more
 * than the whole month. `wholePeriod`: any part costs the whole cycle. `nothingUnder`: a part of a month with fewer
 * days costs nothing, else the whole month.
 */
export type Proration =
  | { kind: 'actualDays' }
  | { kind: 'thirtyDays' }
  | { kind: 'wholePeriod' }
  | { kind: 'nothingUnder'; days: number };

/** What the price is for: a month, a whole cycle of `everyMonths`, or the quantity alone whatever the time (meters). */
export type PricePer = 'month' | 'period' | 'once';

/** A price from a day on; null: from the beginning. */
export interface PriceVersion {
  id: string;
  /** ISO day, or null. */
  from: string | null;
  /** Exact decimal yuan. */
  price: string;
}

export interface StandardRule extends MoneyRounding {
  method: Method;
  everyMonths: number;
  alignment: Alignment;
  proration: Proration;
  prices: readonly PriceVersion[];
  /** Left out: `once` for meter usage, else `month`. */
  per?: PricePer;
  /** Unit of the quantity as people read it; left out: ㎡ for areas, 人 for headcount, none otherwise. */
  unitLabel?: string;
  /** Prices are without tax: this many percent, a whole number, are added before the amount is rounded. Left out: prices include it. */
  addedTaxPercent?: number;
}

/** One bill to price. Decimals are text; absent and null mean not known. */
export interface PricingInput {
  quantity?: string | null;
  /** The binding's own price, quantity or amount go before the standard's. */
  ownPrice?: string | null;
  ownQuantity?: string | null;
  ownAmount?: string | null;
  /** Values of the names a formula mentions. */
  facts?: Readonly<Record<string, string | null | undefined>>;
  /** For tiers of a year: what was used since its beginning. */
  usedBefore?: string | null;
  /** For tiers whose limits grow with the people. */
  headcount?: string | null;
  period: IsoPeriod;
  /** The uncut cycle. */
  fullPeriod: IsoPeriod;
  /** First day of the binding, from which months are counted when aligned to it; left out: start of the full period. */
  alignedTo?: string;
}

/** The name a formula uses for the price in force. */
export const priceName = '单价';

export function unitLabelOf(rule: StandardRule): string {
  if (rule.unitLabel !== undefined) return rule.unitLabel;
  if (rule.method.kind !== 'unitPrice' && rule.method.kind !== 'tiers') return '';
  switch (rule.method.quantity) {
    case 'builtArea':
    case 'innerArea':
    case 'sharedArea':
    case 'parkingArea':
      return '㎡';
    case 'headcount':
      return '人';
    default:
      return '';
  }
}

/** Areas are read with two decimals, counts without any. */
export function quantityPlacesOf(source: QuantitySource): number {
  return source.endsWith('Area') && !source.startsWith('custom:') ? 2 : 0;
}

export function pricePerOf(rule: StandardRule): PricePer {
  if (rule.per !== undefined) return rule.per;
  return 'quantity' in rule.method && rule.method.quantity === 'meterUsage' ? 'once' : 'month';
}
