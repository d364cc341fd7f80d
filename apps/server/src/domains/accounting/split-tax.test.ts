import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitTax } from './split-tax.ts';

const sum = (list: readonly bigint[]) => list.reduce((total, one) => total + one, 0n);

describe('output tax', () => {
  it('of 275.80 with 6 % in it is 15.61, and 260.19 are left', () => {
    expect(splitTax([27_580n], '6.00')).toEqual([1_561n]);
    expect(splitTax([-27_580n], '6')).toEqual([-1_561n]);
    expect(splitTax([27_580n], '0.00')).toEqual([0n]);
  });

  it('of several lines adds up to the tax of their sum, the fen going where the most was cut off', () => {
    // 0.53 each at 6 %: 0.03 exactly. 1.00 three times at 6 %: 0.0566 each, 0.17 together.
    expect(splitTax([53n, 53n], '6')).toEqual([3n, 3n]);
    expect(splitTax([100n, 100n, 100n], '6')).toEqual([6n, 6n, 5n]);
    expect(splitTax([10_000n, -10_000n], '6')).toEqual([566n, -566n]);
  });

  it('conserves every fen, is never a fen off on a line, and is rounded once on the whole', () => {
    const amounts = fc.array(fc.bigInt({ min: -9_999_999_999n, max: 9_999_999_999n }), { minLength: 1, maxLength: 12 });
    const rates = fc.constantFrom('1.00', '3.00', '5.00', '6.00', '9.00', '13.00');
    fc.assert(
      fc.property(amounts, rates, (gross, rate) => {
        const taxes = splitTax(gross, rate);
        const percent = BigInt(rate.replace('.', ''));
        const isWithinOne = (amount: bigint, tax: bigint, of: bigint) => {
          const off = (amount * percent - tax * (10_000n + percent)) * of;
          return off < 10_000n + percent && off > -(10_000n + percent);
        };
        expect(gross.every((amount, index) => isWithinOne(amount, taxes[index]!, 1n))).toBe(true);
        expect(
          isWithinOne(sum(gross), sum(taxes), 2n) || (sum(gross) * percent * 2n) % (10_000n + percent) === 0n,
        ).toBe(true);
      }),
    );
  });
});
