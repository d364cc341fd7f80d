import { type Fen, fen, negateFen, sumFen } from '@anlin/money';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BillLine } from '../channels/payment-channel.ts';
import { billDayOf, compareLines, type OurLine } from './compare-lines.ts';

const at = Temporal.Instant.from('2026-03-10T02:00:00Z');

function both(orderNo: string, amountFen: bigint, refundNo?: string): { ours: OurLine; theirs: BillLine } {
  const kind = refundNo === undefined ? ('payment' as const) : ('refund' as const);
  const shared = {
    kind,
    at,
    orderNo,
    amountFen: fen(amountFen),
    transactionId: `T${orderNo}`,
    ...(refundNo && { refundNo }),
  };
  const feeFen = fen((amountFen * 6n) / 1000n);
  return {
    ours: { ...shared, id: `${orderNo}${refundNo ?? ''}` },
    theirs: { ...shared, feeFen: kind === 'payment' ? feeFen : negateFen(feeFen) },
  };
}

/** Days of business: orders with their refunds, and what is planted into each line. */
const plants = [
  'none',
  'none',
  'none',
  'oursMissing',
  'theirsMissing',
  'amount',
  'transaction',
  'theirsTwice',
] as const;
const day = fc.uniqueArray(
  fc.record({
    number: fc.nat({ max: 1_000_000 }),
    amountFen: fc.bigInt({ min: 1n, max: 10n ** 12n }),
    refunds: fc.array(fc.bigInt({ min: 1n, max: 10n ** 6n }), { maxLength: 2 }),
    plant: fc.constantFrom(...plants),
    offFen: fc.bigInt({ min: 1n, max: 1000n }),
  }),
  { selector: (one) => one.number, maxLength: 40 },
);

it('what both sides have alike is matched or refunded, and nothing is made up', () => {
  fc.assert(
    fc.property(day, fc.func(fc.integer()), (orders, chance) => {
      const lines = orders.flatMap(({ number, amountFen, refunds }) => [
        both(String(number), amountFen),
        ...refunds.map((sum, index) => both(String(number), sum, `R${index}`)),
      ]);
      const shuffled = lines
        .map((line) => line.theirs)
        .toSorted((left, right) => chance(left.orderNo) - chance(right.orderNo));
      const { matched, refunded, amountDiffers, oursOnly, theirsOnly, totals } = compareLines(
        lines.map((line) => line.ours),
        shuffled,
      );
      expect([amountDiffers, oursOnly, theirsOnly]).toEqual([[], [], []]);
      expect(matched.length).toBe(orders.length);
      expect(matched.length + refunded.length).toBe(lines.length);
      expect(totals).toMatchObject({ differenceFen: 0n, exceptionCount: 0 });
    }),
  );
});

it('every planted difference is found as what it is, every line stands once, and the sums explain the rest', () => {
  fc.assert(
    fc.property(day, (orders) => {
      const ours: OurLine[] = [];
      const theirs: BillLine[] = [];
      const expected: Record<string, string> = {};
      for (const { number, amountFen, plant, offFen } of orders) {
        const line = both(String(number), amountFen);
        if (plant !== 'oursMissing') ours.push(line.ours);
        if (plant === 'amount') theirs.push({ ...line.theirs, amountFen: fen(amountFen + offFen) });
        else if (plant === 'transaction') theirs.push({ ...line.theirs, transactionId: 'other' });
        else if (plant !== 'theirsMissing') theirs.push(line.theirs);
        if (plant === 'theirsTwice') theirs.push({ ...line.theirs, transactionId: 'second' });
        expected[String(number)] = plant;
      }
      const result = compareLines(ours, theirs);
      const numbers = (lines: readonly { orderNo: string }[]) => lines.map((line) => line.orderNo).toSorted();
      const planted = (...kinds: string[]) =>
        Object.keys(expected)
          .filter((number) => kinds.includes(expected[number]!))
          .toSorted();
      expect(numbers(result.matched.map((pair) => pair.ours))).toEqual(planted('none', 'theirsTwice'));
      expect(numbers(result.oursOnly)).toEqual(planted('theirsMissing', 'transaction'));
      expect(numbers(result.theirsOnly)).toEqual(planted('oursMissing', 'transaction', 'theirsTwice'));
      expect(numbers(result.amountDiffers.map((pair) => pair.ours))).toEqual(planted('amount'));
      const explained = sumFen([
        ...result.amountDiffers.map((pair) => pair.differenceFen),
        ...result.theirsOnly.map((line) => line.amountFen),
        ...result.oursOnly.map((line) => negateFen(line.amountFen)),
      ]);
      expect(result.totals.differenceFen).toBe(explained);
      const seen = [...result.matched, ...result.amountDiffers];
      expect(seen.length + result.oursOnly.length).toBe(ours.length);
      expect(seen.length + result.theirsOnly.length).toBe(theirs.length);
    }),
  );
});

it('a day worked out by hand: what arrived, went back, was kept, is missing and is too much', () => {
  const [paid, changed, lost] = [both('A', 27580n), both('B', 10_000n), both('C', 500n)];
  const [back, backElsewhere] = [both('A', 1_000n, 'R1'), both('A', 2_000n, 'R2')];
  const stray: BillLine = { ...both('D', 300n).theirs };
  const result = compareLines(
    [paid.ours, changed.ours, lost.ours, back.ours],
    [paid.theirs, { ...changed.theirs, amountFen: fen(9_999) }, back.theirs, backElsewhere.theirs, stray],
  );
  expect(result.matched.map((pair) => pair.ours.id)).toEqual(['A']);
  expect(result.refunded.map((pair) => pair.ours.id)).toEqual(['AR1']);
  expect(result.amountDiffers.map((pair) => [pair.ours.id, pair.differenceFen])).toEqual([['B', -1n]]);
  expect(result.oursOnly.map((line) => line.id)).toEqual(['C']);
  expect(result.theirsOnly.map((line) => [line.orderNo, line.refundNo])).toEqual([
    ['A', 'R2'],
    ['D', undefined],
  ]);
  const fees: Fen[] = [165n, 60n, -6n, -12n, 1n].map((value) => fen(value));
  expect(result.fees.map((one) => one.feeFen)).toEqual(fees);
  // 275.80 + 99.99 + 3.00 arrived, 10.00 + 20.00 went back, 2.08 was kept.
  expect(result.totals).toEqual({
    arrivedFen: 37_879n,
    refundedFen: 3_000n,
    feeFen: 208n,
    netFen: 34_671n,
    // We have 275.80 + 100.00 + 5.00 − 10.00.
    differenceFen: 34_879n - 37_080n,
    exceptionCount: 4,
  });
});

it('one number with two sums is paired by the sum that agrees', () => {
  const one = both('A', 100n, 'R');
  const two = { ...one.theirs, amountFen: fen(200) };
  const result = compareLines([{ ...one.ours, amountFen: fen(200) }, one.ours], [one.theirs, two]);
  expect(result.refunded).toHaveLength(2);
  expect(result.totals.exceptionCount).toBe(0);
});

it("UnionPay's day ends at eleven in the evening, the others' at midnight in China", () => {
  const evening = Temporal.Instant.from('2026-03-10T15:30:00Z');
  expect(billDayOf('alipay', evening).toString()).toBe('2026-03-10');
  expect(billDayOf('wechat', evening).toString()).toBe('2026-03-10');
  expect(billDayOf('unionpay', evening).toString()).toBe('2026-03-11');
});
