import { Decimal, type Fen, fen, shareByWeights } from '@anlin/money';

/** One among whom a cost is divided. */
export interface Sharer {
  targetId: string;
  targetLabel: string;
  /** Exact; before the vacant houses' percentage. */
  weight: Decimal;
  isVacant: boolean;
}

export interface Share extends Sharer {
  /** As it counted: a vacant house's is reduced. */
  counted: Decimal;
  amountFen: Fen;
}

/**
 * Divides a total by weights, in the order given: the parts add up to the total to the fen, the largest remainders get the
 * fen that are left, between equal ones the earlier (CHG-13). Null when nobody has a weight. Pure.
 */
export function divideCost(totalFen: Fen, sharers: readonly Sharer[], vacantPercent: Decimal): Share[] | null {
  const counted = sharers.map(({ weight, isVacant }) =>
    isVacant ? weight.times(vacantPercent).dividedBy(100) : weight,
  );
  if (!counted.some((weight) => weight.greaterThan(0))) return null;
  const amounts = shareByWeights(totalFen, counted);
  return sharers.map((sharer, index) => ({
    ...sharer,
    counted: counted[index] ?? new Decimal(0),
    amountFen: amounts[index] ?? fen(0),
  }));
}
