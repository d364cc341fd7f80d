import { addFen, type Fen, minFen, subtractFen, sumFen, zeroFen } from '@anlin/money';

/** A bill that prepaid could pay, with everything it takes to be rid of it. */
export interface OffsetBill {
  id: string;
  chargeItemId: string;
  periodFrom: string;
  dueOn: string;
  principalFen: Fen;
  lateFeeFen: Fen;
}

/** A prepaid account; `chargeItemId` null pays anything. */
export interface OffsetAccount {
  id: string;
  chargeItemId: string | null;
  balanceFen: Fen;
}

export interface OffsetPlan {
  bills: OffsetBill[];
  /** What each account gives, in the order they are drawn on; positive fen. */
  draws: { accountId: string; amountFen: Fen }[];
  totalFen: Fen;
}

/**
 * Which bills of one house or parking space its prepaid pays (CSH-5): whole bills only, the oldest first, the account of
 * the item before the general one. Once a bill can't be paid whole, no later one of the same item is, because older ones
 * come first; other items go on. Pure arithmetic: no account gives more than it has.
 */
export function planOffset(bills: readonly OffsetBill[], accounts: readonly OffsetAccount[]): OffsetPlan {
  const left = new Map(accounts.map((one) => [one.id, one.balanceFen]));
  const drawn = new Map<string, Fen>();
  const stoppedItems = new Set<string>();
  const paid: OffsetBill[] = [];
  for (const bill of bills.toSorted(byAge)) {
    if (stoppedItems.has(bill.chargeItemId)) continue;
    const owedFen = addFen(bill.principalFen, bill.lateFeeFen);
    const usable = [
      ...accounts.filter((one) => one.chargeItemId === bill.chargeItemId),
      ...accounts.filter((one) => one.chargeItemId === null),
    ];
    if (sumFen(usable.map((one) => left.get(one.id)!)) < owedFen) {
      stoppedItems.add(bill.chargeItemId);
      continue;
    }
    let missingFen = owedFen;
    for (const { id } of usable) {
      const partFen = minFen(missingFen, left.get(id)!);
      if (partFen === zeroFen) continue;
      left.set(id, subtractFen(left.get(id)!, partFen));
      drawn.set(id, addFen(drawn.get(id) ?? zeroFen, partFen));
      missingFen = subtractFen(missingFen, partFen);
    }
    paid.push(bill);
  }
  const draws = accounts.flatMap(({ id }) => {
    const amountFen = drawn.get(id) ?? zeroFen;
    return amountFen === zeroFen ? [] : [{ accountId: id, amountFen }];
  });
  return { bills: paid, draws, totalFen: sumFen(draws.map((one) => one.amountFen)) };
}

function byAge(left: OffsetBill, right: OffsetBill): number {
  const keys = (bill: OffsetBill) => [bill.periodFrom, bill.dueOn, bill.id];
  const [ones, others] = [keys(left), keys(right)];
  for (const [index, one] of ones.entries()) {
    const other = others[index]!;
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}
