import { addFen, type Fen, minFen, subtractFen, sumFen, zeroFen } from '@anlin/money';

/** A bill somebody wants to pay with prepaid, with all that it owes. */
export interface WantedBill {
  id: string;
  targetId: string;
  chargeItemId: string;
  periodFrom: string;
  owedFen: Fen;
}

/** A prepaid account; `chargeItemId` null pays anything of its house or parking space. */
export interface OwnAccount {
  id: string;
  targetId: string;
  chargeItemId: string | null;
  balanceFen: Fen;
}

export interface PrepaidPlan {
  /** What each account gives, in the order given; positive fen. */
  draws: { accountId: string; amountFen: Fen }[];
  /** What of each bill is paid so; bills that get nothing are left out. */
  paid: Map<string, Fen>;
  totalFen: Fen;
}

/**
 * How far prepaid pays the bills somebody chose, at most `mostFen` in all: the accounts of their items first, because those pay
 * nothing else, then the general ones; older bills first. An account pays bills of its own house or space only. A bill may be
 * paid in part, for somebody who pays the rest another way. Pure arithmetic: no account gives more than it has.
 */
export function planOwnPrepaid(
  bills: readonly WantedBill[],
  accounts: readonly OwnAccount[],
  mostFen: Fen = sumFen(bills.map((bill) => bill.owedFen)),
): PrepaidPlan {
  const left = new Map(accounts.map((one) => [one.id, one.balanceFen]));
  const paid = new Map<string, Fen>();
  let openFen = mostFen;
  const byAge = bills.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  for (const isOfItem of [true, false]) {
    for (const bill of byAge) {
      const usable = accounts.filter(
        (one) => one.targetId === bill.targetId && one.chargeItemId === (isOfItem ? bill.chargeItemId : null),
      );
      for (const { id } of usable) {
        const missingFen = subtractFen(bill.owedFen, paid.get(bill.id) ?? zeroFen);
        const partFen = minFen(openFen, minFen(missingFen, left.get(id)!));
        if (partFen <= zeroFen) continue;
        left.set(id, subtractFen(left.get(id)!, partFen));
        paid.set(bill.id, addFen(paid.get(bill.id) ?? zeroFen, partFen));
        openFen = subtractFen(openFen, partFen);
      }
    }
  }
  const draws = accounts.flatMap(({ id, balanceFen }) => {
    const amountFen = subtractFen(balanceFen, left.get(id)!);
    return amountFen === zeroFen ? [] : [{ accountId: id, amountFen }];
  });
  return { draws, paid, totalFen: sumFen(draws.map((one) => one.amountFen)) };
}

const keyOf = (bill: WantedBill): string => `${bill.periodFrom} ${bill.id}`;
