import { type Fen, fen, subtractFen } from '@anlin/money';

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

/**
 * The tax a red letter takes back: what stands now less what belongs to the gross that stays. The last red letter takes what
 * is left, so that blue and red always cancel to the fen.
 */
export function taxTakenBack(standing: { grossFen: Fen; taxFen: Fen }, takenFen: Fen, ratePercent: string): Fen {
  const staysFen = subtractFen(standing.grossFen, takenFen);
  return subtractFen(standing.taxFen, splitTax(staysFen, ratePercent).taxFen);
}
