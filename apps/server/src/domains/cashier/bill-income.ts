import type { TargetKind } from '@anlin/contract';
import { addFen, type Fen, sumFen, zeroFen } from '@anlin/money';
import type { AllocationPart } from './allocate.ts';

/** What a bill was for, as allocations and the income detail keep it. */
export interface BilledFor {
  chargeItemId: string;
  targetKind: TargetKind;
  targetId: string;
  periodFrom: string;
}

/** One piece of income: an item's principal or late fee of one month. */
export interface IncomePiece {
  chargeItemId: string;
  /** ISO day, the first of the month. */
  month: string;
  kind: 'principal' | 'lateFee';
  fen: Fen;
}

/** What a single payment of bills brought, in all and piece by piece. */
export interface BillIncome {
  principalFen: Fen;
  lateFeeFen: Fen;
  pieces: readonly IncomePiece[];
}

/** First day of the month a bill's period begins in. */
export function monthOf({ periodFrom }: Pick<BilledFor, 'periodFrom'>): string {
  return `${periodFrom.slice(0, 8)}01`;
}

/**
 * The income of money that paid bills and nothing else: principal before late fee, older months first, then by item, as
 * `income_of_receipt` has it (which `npm run verify` compares). Bills of one item and month are one piece.
 */
export function billIncome(parts: readonly AllocationPart[], bills: ReadonlyMap<string, BilledFor>): BillIncome {
  const pieces = new Map<string, IncomePiece>();
  const add = (bill: BilledFor, kind: IncomePiece['kind'], fen: Fen) => {
    if (fen === zeroFen) return;
    const { chargeItemId } = bill;
    const month = monthOf(bill);
    const key = `${kind === 'principal' ? 1 : 2} ${month} ${chargeItemId}`;
    pieces.set(key, { chargeItemId, month, kind, fen: addFen(pieces.get(key)?.fen ?? zeroFen, fen) });
  };
  for (const { billId, principalFen, lateFeeFen } of parts) {
    const bill = bills.get(billId);
    if (!bill) throw new Error(`bill ${billId} is paid without having been read`);
    add(bill, 'principal', principalFen);
    add(bill, 'lateFee', lateFeeFen);
  }
  return {
    principalFen: sumFen(parts.map((part) => part.principalFen)),
    lateFeeFen: sumFen(parts.map((part) => part.lateFeeFen)),
    pieces: [...pieces].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, piece]) => piece),
  };
}
