import { accountKey, type BatchLine, type Bill, type Books, countUp, outstandingOf } from './books.ts';
import { fresh, numberOf, write } from './desk-rules.ts';
import { differs, firstDifference, lateFeeOf, type RulesOf, type Scene } from './rule.ts';
import { least } from './yuan.ts';

/** Money a bank takes by agreement: the batch that goes to it, its answer, and the receipts of what it took. */
export const bankRules: RulesOf<'makeBatch' | 'answerBatch' | 'bookLine' | 'cancelBatch'> = {
  makeBatch: {
    refusals: () => [],
    apply(books, { agreedHouseIds }, told, scene) {
      const lines = told.lines ?? [];
      const named = new Map(lines.flatMap((line) => line.bills.map((bill) => [bill.id, bill])));
      for (const bill of books.bills.rows()) {
        const asked = named.get(bill.id);
        const isDue = agreedHouseIds.includes(bill.houseId) && mayBeTaken(bill);
        // It reads the bills a moment before it locks them, and leaves out what became due in between.
        if (!asked && isDue && !scene.touched.has(bill.id)) return `${bill.id} is left out`;
        if (!asked) continue;
        if (!isDue) return `${bill.id} is not to be taken`;
        const problem = firstDifference(
          differs(`principal of ${bill.id}`, asked.principalFen, outstandingOf(bill)),
          differs(`late fee of ${bill.id}`, asked.lateFeeFen, lateFeeOf(bill, scene.today, scene)),
        );
        if (problem) return problem;
        books.bills.put({ ...bill, withheldIn: told.id! });
      }
      books.batches.put({ id: told.id!, state: 'ready', lines });
      const wrong = lines.find((line) => line.fen !== sumOf(line));
      return wrong ? `line ${wrong.reference}: ${wrong.fen}, its bills are ${sumOf(wrong)}` : null;
    },
  },
  answerBatch: {
    refusals: (books, { batchId }) => (books.batches.get(batchId)!.state === 'ready' ? [] : ['withholding.otherState']),
    apply(books, { batchId, paid, key }, told) {
      const batch = books.batches.get(batchId)!;
      const lines = batch.lines.map((line, place) => ({ ...line, isPaid: paid[place] === true }));
      books.batches.put({ ...batch, state: 'answered', lines });
      for (const line of lines) if (!line.isPaid) setFree(books, batchId, line);
      books.keys.put({ key, id: batchId, number: '', fen: 0n });
      const taken = lines.filter((line) => line.isPaid);
      return firstDifference(
        differs('paid', told.count, taken.length),
        differs(
          'taken',
          told.fen,
          taken.reduce((sum, line) => sum + line.fen, 0n),
        ),
      );
    },
  },
  bookLine: {
    refusals: () => [],
    apply(books, { batchId, reference, methodId }, told, scene) {
      const batch = books.batches.get(batchId)!;
      const line = batch.lines.find((one) => one.reference === reference)!;
      if (!line.isPaid) return 'the bank took nothing';
      if (line.receiptId !== null) return `it is booked by ${line.receiptId}`;
      const number = numberOf('CH', countUp(books, 'receipt'));
      const { bills, leftFen } = share(books, line, scene);
      write(
        books,
        {
          id: told.id!,
          number,
          houseId: line.houseId,
          day: scene.today,
          bills,
          topUp: leftFen > 0n ? { account: accountKey(line.houseId, null), fen: leftFen, bonusFen: 0n } : null,
          deposit: null,
          income: null,
          tenders: [{ methodId, source: 'money', fen: line.fen, from: null, bonusFen: 0n }],
          ...fresh,
        },
        scene.today,
      );
      setFree(books, batchId, line);
      const lines = batch.lines.map((one) => (one === line ? { ...one, receiptId: told.id! } : one));
      books.batches.put({ ...batch, lines });
      return firstDifference(
        differs('number', told.number, number),
        differs('total', told.fen, line.fen),
        differs('prepaid', told.leftFen, leftFen),
      );
    },
  },
  cancelBatch: {
    refusals: (books, { batchId }) => (books.batches.get(batchId)!.state === 'ready' ? [] : ['withholding.otherState']),
    apply(books, { batchId }) {
      const batch = books.batches.get(batchId)!;
      books.batches.put({ ...batch, state: 'cancelled' });
      for (const line of batch.lines) setFree(books, batchId, line);
      return null;
    },
  },
};

const mayBeTaken = (bill: Bill) => outstandingOf(bill) > 0n && !bill.isFormerOwners && bill.withheldIn === null;

const sumOf = ({ bills }: BatchLine) => bills.reduce((sum, bill) => sum + bill.principalFen + bill.lateFeeFen, 0n);

/** The bank is done with it: whatever else it owes may be paid otherwise again. */
function setFree(books: Books, batchId: string, line: BatchLine): void {
  for (const { id } of line.bills) {
    const bill = books.bills.get(id)!;
    if (bill.withheldIn === batchId) books.bills.put({ ...bill, withheldIn: null });
  }
}

/** The oldest bill first, none more than it was asked for; late fee that came on top since is not asked for. */
function share(books: Books, line: BatchLine, scene: Scene) {
  let leftFen = line.fen;
  const age = (id: string) => `${books.bills.get(id)!.from} ${id}`;
  const bills = [...line.bills]
    .sort((one, other) => (age(one.id) < age(other.id) ? -1 : 1))
    .flatMap((asked) => {
      const bill = books.bills.get(asked.id)!;
      if (outstandingOf(bill) === 0n) return [];
      const owedLate = lateFeeOf(bill, scene.today, scene);
      const lateFeeWaivedFen = owedLate > asked.lateFeeFen ? owedLate - asked.lateFeeFen : 0n;
      const most = outstandingOf(bill) + owedLate - lateFeeWaivedFen;
      const payFen = least(least(most, asked.principalFen + asked.lateFeeFen), leftFen);
      if (payFen === 0n) return [];
      leftFen -= payFen;
      const lateFeeFen = least(payFen, owedLate - lateFeeWaivedFen);
      return [{ id: bill.id, principalFen: payFen - lateFeeFen, lateFeeFen, discountFen: 0n, lateFeeWaivedFen }];
    });
  return { bills, leftFen };
}
