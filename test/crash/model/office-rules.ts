import { type Books, type Closing, closedUntil, countUp, outstandingOf } from './books.ts';
import { differs, firstDifference, type RulesOf } from './rule.ts';

/** Prices, owners and the closing of books. */
export const officeRules: RulesOf<'price' | 'handOver' | 'close' | 'reopen'> = {
  price: {
    refusals: (books, { startsOn }) => (books.prices.get(startsOn) ? ['chargeStandard.priceDateTaken'] : []),
    apply(books, { startsOn, fen }, _, { operation }) {
      books.prices.put({ startsOn, fen, opId: operation.id });
      return null;
    },
  },
  handOver: {
    refusals(books, { houseId, occupancyId, day, arrears }) {
      if (books.houses.get(houseId)!.occupancyId !== occupancyId) return ['ownership.notLiving'];
      return arrears === 'mustBePaid' && arrearsOf(books, houseId, day).length > 0 ? ['ownership.arrears'] : [];
    },
    apply(books, { houseId, day, arrears }, told) {
      const owed = arrearsOf(books, houseId, day).reduce((sum, bill) => sum + outstandingOf(bill), 0n);
      for (const bill of books.bills.rows()) {
        if (bill.houseId !== houseId || bill.voidedBy !== null || bill.from >= day) continue;
        if (arrears !== 'takeOver' || outstandingOf(bill) === 0n) books.bills.put({ ...bill, isFormerOwners: true });
      }
      books.houses.put({ ...books.houses.get(houseId)!, occupancyId: told.id ?? '' });
      return differs('arrears', told.fen, owed);
    },
  },
  close: {
    refusals(books, { closing, lastDay }) {
      if (closing === 'day') return lastDay <= closedUntil(books) ? ['books.alreadyClosed'] : [];
      const months = standing(books).filter((one) => one.kind === 'month');
      const last = months
        .map((one) => one.lastDay.slice(0, 7))
        .sort()
        .at(-1);
      if (last === undefined) return [];
      const distance = monthsFrom(last, lastDay.slice(0, 7));
      return distance < 1 ? ['books.monthClosed'] : distance > 1 ? ['books.monthsInOrder'] : [];
    },
    // Between the look at the figures and the closing others may have written.
    excuses: (_, { besides }) => (besides.size > 0 ? ['books.figuresChanged'] : []),
    apply(books, { closing, lastDay }, told) {
      const place = countUp(books, 'closing');
      books.closings.put({ id: told.id!, kind: closing, lastDay, place, isReopened: false });
      return null;
    },
  },
  reopen: {
    refusals(books, { closingId }) {
      const closing = books.closings.get(closingId)!;
      if (closing.isReopened) return ['books.alreadyReopened'];
      return standing(books).some((one) => one.place > closing.place) ? ['books.notLatest'] : [];
    },
    apply(books, { closingId }, told) {
      books.closings.put({ ...books.closings.get(closingId)!, isReopened: true });
      const until = closedUntil(books);
      return firstDifference(differs('closed until', told.day, until === '' ? null : until));
    },
  },
};

const arrearsOf = (books: Books, houseId: string, day: string) =>
  books.bills.rows().filter((bill) => bill.houseId === houseId && bill.to <= day && outstandingOf(bill) > 0n);

const standing = (books: Books): Closing[] => books.closings.rows().filter((one) => !one.isReopened);

function monthsFrom(earlier: string, later: string): number {
  const place = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
  return place(later) - place(earlier);
}
