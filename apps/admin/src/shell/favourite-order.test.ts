import fc from 'fast-check';
import { expect, it } from 'vitest';
import { movePath } from './favourite-order.ts';

const paths = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 24 });

it('moving a favourite loses none and puts it where it was dropped', () => {
  fc.assert(
    fc.property(paths, fc.nat(30), fc.nat(30), (all, first, second) => {
      const from = first % all.length;
      const to = second % all.length;
      const moved = movePath(all, from, to);
      expect([...moved].sort()).toEqual([...all].sort());
      expect(moved[to]).toBe(all[from]);
      expect(movePath(moved, to, from)).toEqual(all);
    }),
  );
});
