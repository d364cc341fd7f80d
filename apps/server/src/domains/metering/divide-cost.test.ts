import { Decimal, fen } from '@anlin/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { divideCost, type Sharer } from './divide-cost.ts';

const among = (weights: readonly (string | [string, 'vacant'])[]): Sharer[] =>
  weights.map((one, index) => ({
    targetId: String(index),
    targetLabel: `${index + 1}`,
    weight: new Decimal(typeof one === 'string' ? one : one[0]),
    isVacant: typeof one !== 'string',
  }));
const amounts = (total: bigint, weights: readonly (string | [string, 'vacant'])[], percent = '100') =>
  divideCost(fen(total), among(weights), new Decimal(percent))?.map((share) => Number(share.amountFen));

describe('dividing a shared cost', () => {
  test('case 23: 1,000.00 among three equals, the first in order gets the odd fen', () => {
    expect(amounts(100_000n, ['1', '1', '1'])).toEqual([33_334, 33_333, 33_333]);
  });

  test('case 24: 1,000.00 by area 89.36, 98.50 and 118.24', () => {
    expect(amounts(100_000n, ['89.36', '98.50', '118.24'])).toEqual([29_193, 32_179, 38_628]);
  });

  test('a vacant house counts the percentage of its weight, and nothing at nought', () => {
    expect(amounts(30_000n, ['100', ['100', 'vacant']], '50')).toEqual([20_000, 10_000]);
    expect(amounts(30_000n, ['100', ['100', 'vacant']], '0')).toEqual([30_000, 0]);
    expect(amounts(30_000n, [['100', 'vacant']], '0')).toBeUndefined();
  });

  test('the shares always add up to the total, nobody is more than a fen off, whoever weighs more never pays less', () => {
    const weight = fc.tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.boolean());
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        fc.array(weight, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 0, max: 10_000 }),
        (total, weights, percent) => {
          const sharers = weights.map(([hundredths, isVacant], index) => ({
            targetId: String(index),
            targetLabel: '',
            weight: new Decimal(hundredths).dividedBy(100),
            isVacant,
          }));
          const shares = divideCost(fen(total), sharers, new Decimal(percent).dividedBy(100));
          const sum = sharers.reduce(
            (left, one) => left.plus(one.isVacant ? one.weight.times(percent).dividedBy(10_000) : one.weight),
            new Decimal(0),
          );
          if (!shares) {
            expect(sum.isZero()).toBe(true);
            return;
          }
          expect(shares.reduce((left, share) => left + share.amountFen, 0n)).toBe(total);
          for (const share of shares) {
            const exact = new Decimal(total.toString()).times(share.counted).dividedBy(sum);
            expect(exact.minus(share.amountFen.toString()).abs().lessThan(1)).toBe(true);
          }
          const sorted = shares.toSorted((a, b) => a.counted.comparedTo(b.counted));
          for (const [index, share] of sorted.entries()) {
            const heavier = sorted[index + 1];
            if (heavier?.counted.greaterThan(share.counted)) expect(heavier.amountFen >= share.amountFen).toBe(true);
          }
        },
      ),
    );
  });
});
