import { applyWaiver, refusalsOfWaiver } from './bill-rules.ts';
import { type Books, outstandingOf, type Waiting } from './books.ts';
import { differs, type RulesOf, type Scene } from './rule.ts';

/** A waiver that waited for a yes: done, refused, or too late because its bill is no longer what was asked about. */
export const approvalRules: RulesOf<'decide'> = {
  decide: {
    refusals: (books, { approvalId }) => (books.waiting.get(approvalId)!.isDecided ? ['approval.ended'] : []),
    apply(books, { approvalId, isYes }, told, scene) {
      const waiting = books.waiting.get(approvalId)!;
      books.waiting.put({ ...waiting, isDecided: true });
      const isDone = isYes && mayBeCarriedOut(books, waiting, scene);
      if (isDone) applyWaiver(books, waiting);
      return differs('state', told.state, isYes ? (isDone ? 'approved' : 'invalid') : 'rejected');
    },
  },
};

function mayBeCarriedOut(books: Books, waiting: Waiting, scene: Scene): boolean {
  const bill = books.bills.get(waiting.billId)!;
  return (
    refusalsOfWaiver(books, waiting, scene).length === 0 &&
    bill.receivableFen === waiting.receivableFen &&
    outstandingOf(bill) === waiting.outstandingFen
  );
}
