import { type Fen, fen, subtractFen } from './fen.ts';

export interface TaxSplit {
  netFen: Fen;
  taxFen: Fen;
}

/**
 * Parts an amount that includes tax: tax is the amount × rate ÷ (100 + rate), rounded half up to the fen; the rest is net,
 * so that both always add up. `ratePercent` is an exact decimal with at most two places, `6.00`. Worked example 26:
 * 275.80 at 6 % is 260.19 and 15.61.
 */
export function splitTax(grossFen: Fen, ratePercent: string): TaxSplit {
  const [whole = '0', places = ''] = ratePercent.split('.');
  // Hundredths of a percent, a whole number.
  const rate = BigInt(whole) * 100n + BigInt(places.padEnd(2, '0').slice(0, 2));
  const divisor = 10_000n + rate;
  const taxFen = fen((2n * grossFen * rate + divisor) / (2n * divisor));
  return { netFen: subtractFen(grossFen, taxFen), taxFen };
}
