import type { Fen } from '@anlin/money';

/**
 * Share of `received` in `due`, as percent text with two decimals (`95.83`), rounded half up. Null when nothing was due:
 * a rate of nothing is neither 0 nor 100.
 */
export function collectionRate(received: Fen, due: Fen): string | null {
  if (due <= 0n) return null;
  const twice = received * 20_000n + due;
  const hundredths = twice / (due * 2n) - (twice < 0n && twice % (due * 2n) !== 0n ? 1n : 0n);
  const digits = (hundredths < 0n ? -hundredths : hundredths).toString().padStart(3, '0');
  return `${hundredths < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
