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

const fenPerUnit: Record<Precision, number> = { fen: 1, jiao: 10, yuan: 100 };

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
 * Numbers must be safe integers. Throws `notFinite` for a zero denominator, `notAnInteger` for unsafe numbers.
 */
export function ratioToMoney(numerator: bigint | number, denominator: bigint | number, how: MoneyRounding): Fen {
  const unit = fenPerUnit[how.precision];
  if (typeof numerator === 'number' && typeof denominator === 'number') {
    const units = roundSmall(numerator, denominator, unit, how.rounding);
    if (units !== null) return fen(units * unit);
  }
  return roundLarge(toBigint(numerator), toBigint(denominator), BigInt(unit), how.rounding);
}

// Whole-number arithmetic in doubles is exact below 2^53 and several times faster than bigint; a million bills notice.
// Null when the figures leave that range (or are no positive integers).
function roundSmall(numerator: number, denominator: number, unit: number, rounding: Rounding): number | null {
  const dividend = numerator * 100;
  const divisor = denominator * unit;
  if (!(numerator >= 0 && denominator > 0 && Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator)))
    return null;
  if (dividend > Number.MAX_SAFE_INTEGER || divisor > Number.MAX_SAFE_INTEGER) return null;
  const rest = dividend % divisor;
  const units = (dividend - rest) / divisor;
  const roundsUp = rounding === 'up' ? rest > 0 : rounding === 'halfUp' && rest >= divisor - rest;
  const result = roundsUp ? units + 1 : units;
  return Number.isSafeInteger(result * unit) ? result : null;
}

function roundLarge(numerator: bigint, denominator: bigint, unit: bigint, rounding: Rounding): Fen {
  if (denominator === 0n) throw new MoneyError('notFinite');
  const isNegative = numerator < 0n !== denominator < 0n;
  const dividend = absolute(numerator) * 100n;
  const divisor = absolute(denominator) * unit;
  const rest = dividend % divisor;
  let units = dividend / divisor;
  if (rounding === 'up' ? rest > 0n : rounding === 'halfUp' && rest * 2n >= divisor) units += 1n;
  return fen((isNegative ? -units : units) * unit);
}

function toBigint(value: bigint | number): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new MoneyError('notAnInteger', { value: String(value) });
  return BigInt(value);
}

/** Money as an exact decimal of yuan, for a price computed from an amount. */
export function toExactYuan(amount: Fen): Decimal {
  return new Decimal(amount.toString()).div(100);
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
