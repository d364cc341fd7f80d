import { Decimal } from './decimal.ts';
import { type Fen, fen } from './fen.ts';
import { MoneyError } from './money-error.ts';

/**
 * Shares a total into `count` parts that differ by at most a fen; the leftover fen go to the first parts.
 * The parts add up to the total, also when it is negative. Throws `noShares` unless `count` is a positive integer.
 */
export function shareEqually(total: Fen, count: number): Fen[] {
  if (!Number.isSafeInteger(count) || count < 1) throw new MoneyError('noShares', { count: String(count) });
  const base = total / BigInt(count);
  const leftover = total % BigInt(count);
  const leftoverCount = Number(leftover < 0n ? -leftover : leftover);
  const oneFen = total < 0n ? -1n : 1n;
  return Array.from({ length: count }, (_, index) => fen(index < leftoverCount ? base + oneFen : base));
}

/**
 * Shares a total by weights with the largest remainder; between equal remainders the earlier part gets the fen.
 * The parts add up to the total, also when it is negative; a weight of zero gets nothing.
 * Throws `noShares` (no weights), `negativeWeight` or `noWeight` (all weights are zero).
 */
export function shareByWeights(total: Fen, weights: readonly Decimal[]): Fen[] {
  if (weights.length === 0) throw new MoneyError('noShares', { count: '0' });
  const whole = toIntegers(weights);
  const sum = whole.reduce((left, right) => left + right, 0n);
  if (sum === 0n) throw new MoneyError('noWeight');
  const sign = total < 0n ? -1n : 1n;
  const magnitude = total * sign;
  const parts = whole.map((weight, index) => {
    const dividend = magnitude * weight;
    return { index, share: dividend / sum, remainder: dividend % sum };
  });
  let leftover = magnitude - parts.reduce((left, part) => left + part.share, 0n);
  const byRemainder = [...parts].sort((a, b) => compareBigint(b.remainder, a.remainder) || a.index - b.index);
  for (const part of byRemainder) {
    if (leftover === 0n) break;
    part.share += 1n;
    leftover -= 1n;
  }
  return parts.map((part) => fen(part.share * sign));
}

// Brings the weights to whole numbers in the same proportions, so that remainders compare exactly.
function toIntegers(weights: readonly Decimal[]): bigint[] {
  const scale = Math.max(...weights.map((weight) => (weight.isFinite() ? weight.decimalPlaces() : 0)));
  return weights.map((weight) => {
    if (!weight.isFinite()) throw new MoneyError('notFinite');
    if (weight.lessThan(0)) throw new MoneyError('negativeWeight', { weight: weight.toString() });
    return BigInt(new Decimal(weight).toFixed(scale).replace('.', ''));
  });
}

function compareBigint(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
