import { describe, expect, it } from 'vitest';
import { type Books, createBooks, outstandingOf } from './books.ts';
import { explain } from './explain.ts';
import { scenesOf } from './judge.ts';
import type { Answer, Operation, Request } from './operation.ts';

const fixed = {
  today: '2026-03-10',
  itemIds: { fee: 'fee', oneOff: 'oneOff', deposit: 'deposit' },
  lateFees: new Map(),
};
const charge: Request = {
  kind: 'oneOff',
  houseId: 'house',
  itemId: 'oneOff',
  fen: 10_000n,
  from: '2026-03-01',
  to: '2026-03-09',
  dueOn: '2026-03-09',
  key: 'charge',
};
const payment = (key: string, payFen: bigint, expectedFen = 10_000n): Request => ({
  kind: 'pay',
  houseId: 'house',
  bills: [{ id: 'bill', expectedFen, lateFeeFen: 0n, discountFen: 0n, lateFeeWaivedFen: 0n, payFen }],
  topUp: null,
  deposit: null,
  incomeFen: 0n,
  tenders: [{ methodId: 'cash', source: 'money', fen: payFen, from: null }],
  day: '2026-03-10',
  key,
});
const receipt = (place: number, fen: bigint): Answer => ({
  isDone: true,
  told: { id: `receipt ${place}`, number: `CH-00000${place}`, fen },
});

let operations: Operation[] = [];
function happened(request: Request, startedAt: number, endedAt: number, answer: Answer): void {
  operations.push({ id: operations.length, client: operations.length, request, startedAt, endedAt, answer });
}

/** The books after the order that was found; throws when there is none. */
function explained(accepts: (books: Books) => string | null = () => null): Books {
  const books = createBooks();
  const list = operations;
  operations = [];
  explain(books, list, scenesOf(list, fixed, { receipt: () => [], batch: () => [], approval: () => [] }), () =>
    accepts(books),
  );
  return books;
}

describe('the search for an order that explains all answers', () => {
  it('finds that the payment answered first came second, where only that fits', () => {
    happened(charge, 0, 1, { isDone: true, told: { id: 'bill', fen: 10_000n } });
    happened(payment('late', 4_000n, 7_000n), 2, 5, receipt(2, 4_000n));
    happened(payment('early', 3_000n), 2, 9, receipt(1, 3_000n));
    expect(explained().bills.rows().map(outstandingOf)).toEqual([3_000n]);
  });

  it('finds none when one bill was paid in full twice', () => {
    happened(charge, 0, 1, { isDone: true, told: { id: 'bill', fen: 10_000n } });
    happened(payment('one', 10_000n), 2, 9, receipt(1, 10_000n));
    happened(payment('other', 10_000n), 2, 9, receipt(2, 10_000n));
    expect(explained).toThrow('receipt.billPaid');
  });

  it('finds none for a refusal whose reason came only afterwards', () => {
    happened(charge, 0, 1, { isDone: true, told: { id: 'bill', fen: 10_000n } });
    happened(payment('one', 10_000n), 2, 3, { isDone: false, code: 'receipt.billPaid' });
    happened(payment('other', 10_000n), 4, 5, receipt(1, 10_000n));
    expect(explained).toThrow('refusals: none');
  });

  it('finds none when a number is missing, a key counts twice or the end is another', () => {
    happened(charge, 0, 1, { isDone: true, told: { id: 'bill', fen: 10_000n } });
    happened(payment('one', 1_000n), 2, 3, receipt(2, 1_000n));
    expect(explained).toThrow('expected CH-000001');
    happened(charge, 0, 1, { isDone: true, told: { id: 'bill', fen: 10_000n } });
    happened(charge, 2, 3, { isDone: true, told: { id: 'another bill', fen: 10_000n } });
    expect(explained).toThrow('the key stands for bill');
    happened(charge, 0, 1, { isDone: true, told: { id: 'bill', fen: 10_000n } });
    expect(() => explained(() => 'a fen too much')).toThrow('a fen too much');
  });
});
