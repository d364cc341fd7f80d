import { Decimal } from './decimal.ts';
import { type Fen, fen } from './fen.ts';
import { MoneyError } from './money-error.ts';

/** The smallest unit an amount is rounded to. */
export type Precision = 'yuan' | 'jiao' | 'fen';

/** `halfUp`: halves away from zero. `up`: away from zero. `down`: towards zero. So −x always rounds to −(x rounded). */
export type Rounding = 'halfUp' | 'up' | 'down';

export interface MoneyRounding {
  precision: Precision;
  rounding: Rounding;
}

const fenPerUnit: Record<Precision, bigint> = { fen: 1n, jiao: 10n, yuan: 100n };

/**
 * The one crossing from price to money: an exact amount of yuan becomes fen, rounded as told.
 * Throws `notFinite` for NaN and infinities.
 */
export function toMoney(exactYuan: Decimal, how: MoneyRounding): Fen {
  if (!exactYuan.isFinite()) throw new MoneyError('notFinite');
  const scale = exactYuan.decimalPlaces();
  const numerator = BigInt(exactYuan.toFixed(scale).replace('.', ''));
  return ratioToMoney(numerator, 10n ** BigInt(scale), how);
}

/**
 * The same crossing for an amount held as a fraction of yuan. A third or a thirty-first has no finite decimal,
 * and a sum of such parts may lie exactly on a half: only the fraction rounds that correctly.
 * Throws `notFinite` for a zero denominator.
 */
export function ratioToMoney(numerator: bigint, denominator: bigint, how: MoneyRounding): Fen {
  if (denominator === 0n) throw new MoneyError('notFinite');
  const isNegative = numerator < 0n !== denominator < 0n;
  const unit = fenPerUnit[how.precision];
  const dividend = absolute(numerator) * 100n;
  const divisor = absolute(denominator) * unit;
  const rest = dividend % divisor;
  let units = dividend / divisor;
  if (how.rounding === 'up' ? rest > 0n : how.rounding === 'halfUp' && rest * 2n >= divisor) units += 1n;
  return fen((isNegative ? -units : units) * unit);
}

/** Money as an exact decimal of yuan, for a price computed from an amount. */
export function toExactYuan(amount: Fen): Decimal {
  return new Decimal(amount.toString()).div(100);
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
