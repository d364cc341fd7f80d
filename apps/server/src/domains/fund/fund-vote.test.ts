import { expect, it } from 'vitest';
import { hasPassed } from './fund-vote.ts';

it('30: of 96 owners of 100 houses 64 take part and 34 agree, with 6,700 and 3,300 of 10,000 ㎡: not passed, for half of the area did not agree', () => {
  const heads = { all: 96, part: 64, agreed: 34 };
  expect(hasPassed(heads, { all: 10_000, part: 6_700, agreed: 3_300 })).toBe(false);
  // 64 of 96 is two thirds, of 100 houses it would not be; 3,350 is half, a hundredth more passes.
  expect(hasPassed(heads, { all: 10_000, part: 6_700, agreed: 3_350 })).toBe(false);
  expect(hasPassed(heads, { all: 10_000, part: 6_700, agreed: 3_350.01 })).toBe(true);
  expect(hasPassed({ ...heads, all: 100 }, { all: 10_000, part: 6_700, agreed: 3_350.01 })).toBe(false);
});
