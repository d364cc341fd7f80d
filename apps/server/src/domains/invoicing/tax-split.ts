import { type Fen, splitTax, subtractFen } from '@anlin/money';

/**
 * The tax a red letter takes back: what stands now less what belongs to the gross that stays. The last red letter takes what
 * is left, so that blue and red always cancel to the fen.
 */
export function taxTakenBack(standing: { grossFen: Fen; taxFen: Fen }, takenFen: Fen, ratePercent: string): Fen {
  const staysFen = subtractFen(standing.grossFen, takenFen);
  return subtractFen(standing.taxFen, splitTax(staysFen, ratePercent).taxFen);
}
