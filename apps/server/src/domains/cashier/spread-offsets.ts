import { addFen, type Fen, minFen, subtractFen, zeroFen } from '@anlin/money';
import type { AllocationPart } from './allocate.ts';

/** Money that is not new: what may pay any bill, and what may pay bills of one item only. */
export interface Offsets {
  anyFen: Fen;
  byItem: ReadonlyMap<string, Fen>;
}

/**
 * How much of each part is offset rather than paid, in the order of the parts: what may pay one item only comes first, so
 * that everything finds its place. The caller has seen to it that no item has more than its bills, nor all more than all.
 */
export function spreadOffsets(
  parts: readonly (AllocationPart & { chargeItemId: string })[],
  offsets: Offsets,
): (AllocationPart & { offsetFen: Fen })[] {
  const leftByItem = new Map(offsets.byItem);
  const own = parts.map((part) => {
    const leftFen = leftByItem.get(part.chargeItemId) ?? zeroFen;
    const takenFen = minFen(leftFen, sumOf(part));
    leftByItem.set(part.chargeItemId, subtractFen(leftFen, takenFen));
    return takenFen;
  });
  let anyFen = offsets.anyFen;
  return parts.map(({ billId, principalFen, lateFeeFen }, index) => {
    const ownFen = own[index] ?? zeroFen;
    const takenFen = minFen(anyFen, subtractFen(addFen(principalFen, lateFeeFen), ownFen));
    anyFen = subtractFen(anyFen, takenFen);
    return { billId, principalFen, lateFeeFen, offsetFen: addFen(ownFen, takenFen) };
  });
}

function sumOf(part: AllocationPart): Fen {
  return addFen(part.principalFen, part.lateFeeFen);
}
