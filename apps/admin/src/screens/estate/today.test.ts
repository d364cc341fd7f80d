import { expect, test } from 'vitest';
import { todayText } from './today.ts';

test('today is the day on the wall of this computer, with two digits for month and day', () => {
  expect(todayText(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
  expect(todayText(new Date(2026, 11, 31, 0, 0))).toBe('2026-12-31');
});
