import { expect, it } from 'vitest';
import { lateFeeRateWarning } from './late-fee-rate.ts';

it('warns above 0.05 % a day and not at it, below it, or without a late fee', () => {
  expect(lateFeeRateWarning('0.00050001')).toContain('万分之五');
  expect(lateFeeRateWarning('0.003')).toContain('酌减');
  for (const rate of ['0.0005', '0.00050000', '0.0003', '0', '', null, undefined])
    expect(lateFeeRateWarning(rate)).toBe('');
});
