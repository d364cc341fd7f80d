import { expect, test } from 'vitest';
import { isWorkday } from './workday.ts';

test.each([
  ['2026-10-01', false, 'National Day'],
  ['2026-10-10', true, 'a Saturday worked in place of a holiday'],
  ['2026-02-17', false, 'Spring Festival'],
  ['2026-03-06', true, 'a Friday'],
  ['2026-03-07', false, 'a Saturday'],
  ['2026-03-09', true, 'a Monday'],
])('%s is worked: %s (%s)', (day, isWorked) => {
  expect(isWorkday(day)).toBe(isWorked);
});
