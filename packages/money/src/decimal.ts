import { Decimal as DecimalBase } from 'decimal.js';

/**
 * The exact decimal of prices, quantities and formula values: 40 significant digits, and never
 * exponent notation in a string. Configured here once; no other package imports decimal.js.
 */
export const Decimal = DecimalBase.clone({
  precision: 40,
  rounding: DecimalBase.ROUND_HALF_UP,
  toExpNeg: -9_000_000,
  toExpPos: 9_000_000,
});
export type Decimal = DecimalBase;
