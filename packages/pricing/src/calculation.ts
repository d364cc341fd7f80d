import type { Fen, MoneyRounding } from '@anlin/money';

/**
 * How a bill's amount came about. Stored as jsonb with millions of bills, so the keys are single letters and whatever
 * is the usual case is left out. Exact decimals are text; `explain` turns it into a sentence.
 */
export interface Calculation {
  /** Kind. Absent: quantity × price. `f` fixed amount, `t` amount entered for the target, `x` formula, `g` tiers. */
  k?: 'f' | 't' | 'x' | 'g';
  /** Quantity; absent when it is one. */
  q?: string;
  /** Unit of the quantity as people read it, `㎡`. */
  u?: string;
  /** Price or amount in yuan per unit of quantity and of time. Absent when there are segments. */
  p?: string;
  /** Months charged, parts before and after whole months kept apart: `1`, `17/31`, `19/28+1`. Absent: not by time. */
  m?: string;
  /** The price is for this many months; absent: for one. */
  n?: number;
  /** Id of the price version; absent when the standard has only one or the binding's own price was used. */
  i?: string;
  /** Instead of `p`, `m` and `i` when the price changed within the period, in order of time. */
  s?: CalculationSegment[];
  /** Formula, and the values of its names. */
  x?: string;
  v?: Record<string, string>;
  /** Tiers: what fell into each and its price; used before in the year; people, where limits grew by them. */
  g?: [quantity: string, price: string][];
  b?: string;
  h?: string;
  /** Version of the standard's rule, the last where several held within the period; absent: the first. */
  w?: number;
  /** Of metered usage: how the quantity was read. */
  y?: DialCalculation;
  /** Percent of tax added to prices without tax; absent: prices include it. */
  o?: number;
  /** A share of a cost divided among many; kind, quantity and price are then absent. */
  d?: ShareCalculation;
  /** Of an amount brought along: where it comes from, in Chinese. */
  z?: string;
  /** The exact amount in yuan, cut at eight decimals and then marked `…`; absent when it equals `a`. */
  e?: string;
  /** Rounding, `precision.rounding`; absent: `fen.halfUp`. */
  r?: string;
  /** The amount billed, in yuan. */
  a: string;
}

/** What a dial showed (CHG-12); quantities as text. */
export interface DialCalculation {
  /** Previous and current. */
  f: string;
  t: string;
  /** Multiplier; absent when it is one. */
  m?: string;
  /** Places of a dial that rolled over. */
  r?: number;
  /** Dial changed: end of the old one, start of the new one, multiplier of the old one where it is not one. */
  c?: [closing: string, opening: string, multiplier?: string];
  /** Loss as a share of what was counted; absent when none. */
  l?: string;
  /** Shared part; absent when none. */
  s?: string;
}

/** A share (CHG-13): the total in yuan and where it comes from, how it was divided, this weight of all weights. */
export interface ShareCalculation {
  t: string;
  /** Where the total comes from, in Chinese; absent: an amount that was entered. */
  o?: string;
  b: string;
  w: string;
  s: string;
}

export interface CalculationSegment {
  p: string;
  /** Months as above. */
  m?: string;
  /** For a price that is not by time: the share of the period's days, `15/31`. */
  d?: string;
  /** First day the price applies; absent for the first segment. */
  f?: string;
  /** Formula from this segment on; absent: as before. */
  x?: string;
  /** Tiers: what fell into each, used before in the year, people; `p` is then what the parts cost together. */
  g?: [quantity: string, price: string][];
  b?: string;
  h?: string;
  /** Of tiers of a year: what was used in this segment. Absent: the parts are of the whole quantity and `p` counts for a share of the time. */
  q?: string;
  i: string;
}

export type PricingErrorCode =
  | 'badCycle'
  | 'badMinimumDays'
  | 'badTax'
  | 'badPrice'
  | 'negativePrice'
  | 'duplicatePriceDate'
  | 'badPriceDate'
  | 'badFormula'
  | 'badFormulaDate'
  | 'badTiers'
  | 'badTierDate'
  | 'missingHeadcount'
  | 'missingUsedBefore'
  | 'missingPrice'
  | 'missingQuantity'
  | 'badQuantity'
  | 'negativeQuantity'
  | 'missingAmount'
  | 'badAmount'
  | 'negativeAmount'
  | 'formulaFailed'
  | 'badPeriod';

export interface PricingError {
  code: PricingErrorCode;
  params: Record<string, string>;
}

/**
 * `belowMinimumDays`: every part of a month was under the days that cost something. `zeroQuantity` and `zeroAmount`:
 * there is nothing to pay; reported rather than billed as 0.00.
 */
export type NoBillReason = 'belowMinimumDays' | 'zeroQuantity' | 'zeroAmount';

export type Outcome =
  | { kind: 'bill'; amount: Fen; calculation: Calculation }
  | { kind: 'noBill'; reason: NoBillReason }
  | { kind: 'failed'; error: PricingError };

export const usualRounding: MoneyRounding = { precision: 'fen', rounding: 'halfUp' };

/** The text form of a rounding in a calculation, or undefined for the usual one. */
export function roundingText(how: MoneyRounding): string | undefined {
  const isUsual = how.precision === usualRounding.precision && how.rounding === usualRounding.rounding;
  return isUsual ? undefined : `${how.precision}.${how.rounding}`;
}
