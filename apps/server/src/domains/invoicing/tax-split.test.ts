import { isTaxNumber } from '@anlin/contract';
import { type Fen, fen, splitTax, subtractFen } from '@anlin/money';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { taxTakenBack } from './tax-split.ts';

const rate = fc.constantFrom('0', '1.00', '3.00', '5.00', '6.00', '9.00', '13.00');
const amount = fc.bigInt({ min: 1n, max: 10_000_000_000n }).map((value) => fen(value));

it('red letters in however many parts take back exactly the tax of the blue invoice, never a negative one', () => {
  fc.assert(
    fc.property(amount, rate, fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 8 }), (gross, percent, shares) => {
      const blue = splitTax(gross, percent);
      let standing: { grossFen: Fen; taxFen: Fen } = { grossFen: gross, taxFen: blue.taxFen };
      const takes = [...shares.map((share) => (left: bigint) => (left * BigInt(share)) / 100n), (left: bigint) => left];
      for (const take of takes) {
        const taken = fen(take(standing.grossFen));
        const tax = taxTakenBack(standing, taken, percent);
        expect(tax >= 0n && tax <= taken).toBe(true);
        standing = { grossFen: subtractFen(standing.grossFen, taken), taxFen: subtractFen(standing.taxFen, tax) };
      }
      expect(standing).toEqual({ grossFen: 0n, taxFen: 0n });
    }),
  );
});

it('knows a 统一社会信用代码 by its check digit', () => {
  expect(isTaxNumber('91440300708461136T')).toBe(true);
  expect(isTaxNumber('91110108551385082Q')).toBe(true);
  for (const wrong of ['91440300708461136A', '9144030070846113T', '91440300708461163T', '91440300I08461136T', ''])
    expect(isTaxNumber(wrong)).toBe(false);
});
