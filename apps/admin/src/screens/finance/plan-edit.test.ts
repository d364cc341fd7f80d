import { describe, expect, it } from 'vitest';
import { amountsOf, growMonths, isAmount, spreadYear, totalOf } from './plan-edit.ts';

describe('a year’s plan as it is typed', () => {
  it('grows by a percentage to whole yuan, halves upwards, and never below nothing', () => {
    expect(growMonths(['100.00', '99.50', '0.00', '10.49'], '5')).toEqual(['105.00', '104.00', '0.00', '11.00']);
    expect(growMonths(['200.00'], '-3.5')).toEqual(['193.00']);
    expect(growMonths(['-20.00'], '10')).toEqual(['0.00']);
  });

  it('is shared out over twelve months that add up to it', () => {
    const months = spreadYear('1000.01');
    expect(months).toHaveLength(12);
    expect(totalOf(months)).toBe('1000.01');
  });

  it('takes an empty cell for nothing planned and tells a slip of the finger', () => {
    expect(amountsOf(['', ' 12.5 '])).toEqual(['0.00', '12.50']);
    expect(['', '12', '12.50', '12.505', '-1', 'x'].map(isAmount)).toEqual([true, true, true, false, false, false]);
    expect(totalOf(['1', 'x'])).toBeNull();
  });
});
