import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rangesOf, readRanges } from './row-ranges.ts';

describe('row numbers as people type them', () => {
  it('are ranges and single rows with any usual separator', () => {
    expect(readRanges('2-500、620，700~900 905')).toEqual([
      { from: 2, to: 500 },
      { from: 620, to: 620 },
      { from: 700, to: 900 },
      { from: 905, to: 905 },
    ]);
    expect(readRanges(' ')).toEqual([]);
    expect(readRanges('第三行')).toBeNull();
    expect(readRanges('0-3')).toBeNull();
  });

  it('ticked one by one are joined to the fewest ranges, which hold exactly them', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 80 })), (rows) => {
        const ranges = rangesOf(rows);
        const held = ranges.flatMap(({ from, to }) =>
          Array.from({ length: to - from + 1 }, (_, index) => from + index),
        );
        expect(held).toEqual([...rows].sort((a, b) => a - b));
        for (const [index, one] of ranges.entries())
          expect(one.from).toBeGreaterThan((ranges[index - 1]?.to ?? -1) + 1);
      }),
    );
  });
});
