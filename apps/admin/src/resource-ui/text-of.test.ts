import { expect, test } from 'vitest';
import { groupThousands } from './text-of.ts';

test('amounts are grouped by thousands without losing a digit', () => {
  expect(groupThousands('0.00')).toBe('0.00');
  expect(groupThousands('999.90')).toBe('999.90');
  expect(groupThousands('1000')).toBe('1,000');
  expect(groupThousands('-1234567.05')).toBe('-1,234,567.05');
  expect(groupThousands('99999999999999999.99')).toBe('99,999,999,999,999,999.99');
  expect(groupThousands('—')).toBe('—');
});
