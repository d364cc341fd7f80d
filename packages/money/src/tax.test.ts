import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addFen, fen, splitTax } from './index.ts';

const rate = fc.constantFrom('0', '1.00', '3.00', '5.00', '6.00', '9.00', '13.00');
const amount = fc.bigInt({ min: 1n, max: 10_000_000_000n }).map((value) => fen(value));

it('splits 275.80 at 6 % into 260.19 and 15.61, and any amount without losing a fen', () => {
  expect(splitTax(fen(27580n), '6.00')).toEqual({ netFen: 26019n, taxFen: 1561n });
  fc.assert(
    fc.property(amount, rate, (gross, percent) => {
      const { netFen, taxFen } = splitTax(gross, percent);
      expect(addFen(netFen, taxFen)).toBe(gross);
      // Off by less than a fen from the exact tax: |tax × (100 + rate) − gross × rate| is at most half the divisor.
      const off = taxFen * BigInt(100 + Number(percent)) - gross * BigInt(Number(percent));
      expect(2n * (off < 0n ? -off : off)).toBeLessThanOrEqual(BigInt(100 + Number(percent)));
    }),
  );
});
