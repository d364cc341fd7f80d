import { addFen, type Fen, minFen, subtractFen, zeroFen } from '@anlin/money';

/** What one bill asks for. */
export interface Debt {
  billId: string;
  /** Older due days are paid first; the same day by period, then id, so that the order is always the same. */
  dueOn: string;
  periodFrom: string;
  principalFen: Fen;
  lateFeeFen: Fen;
}

export interface AllocationPart {
  billId: string;
  principalFen: Fen;
  lateFeeFen: Fen;
}

export interface Allocated {
  /** Only bills that got something, in the order they were paid. */
  parts: AllocationPart[];
  /** Money no bill asked for. */
  leftFen: Fen;
}

/**
 * Shares money out to debts by the company default: older first, and within a bill the late fee before the principal
 * (民法典 560, 561). Every fen of the money is in a part or in what is left.
 */
export function allocate(moneyFen: Fen, debts: readonly Debt[]): Allocated {
  let leftFen = moneyFen;
  const parts: AllocationPart[] = [];
  for (const debt of [...debts].sort(compareDebts)) {
    const lateFeeFen = minFen(leftFen, debt.lateFeeFen);
    leftFen = subtractFen(leftFen, lateFeeFen);
    const principalFen = minFen(leftFen, debt.principalFen);
    leftFen = subtractFen(leftFen, principalFen);
    if (addFen(lateFeeFen, principalFen) > zeroFen) parts.push({ billId: debt.billId, principalFen, lateFeeFen });
  }
  return { parts, leftFen };
}

function compareDebts(left: Debt, right: Debt): number {
  return (
    compareText(left.dueOn, right.dueOn) ||
    compareText(left.periodFrom, right.periodFrom) ||
    compareText(left.billId, right.billId)
  );
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
