import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Alignment,
  contains,
  days,
  formatPeriod,
  intersect,
  monthPeriod,
  type PeriodRule,
  parseLooseDate,
  period,
  periodCovering,
  periodStartingIn,
  periodsOf,
  toIsoPeriod,
} from './index.ts';

const date = (text: string) => Temporal.PlainDate.from(text);
const rule = (start: string, end: string | null, everyMonths: number, alignment: Alignment): PeriodRule => ({
  start: date(start),
  end: end === null ? null : date(end),
  everyMonths,
  alignment,
});
const listed = (of: PeriodRule, until: string) =>
  periodsOf(of, date(until)).map(({ period: { from, to } }) => `${from}…${to}`);

describe('periods', () => {
  test('a month ends before the first of the next', () => {
    expect(toIsoPeriod(monthPeriod('2026-12'))).toEqual({ from: '2026-12-01', to: '2027-01-01' });
    expect(days(monthPeriod('2028-02'))).toBe(29);
    expect(days(period('2026-01-15', '2027-01-15'))).toBe(365);
  });

  test('what two periods share, and what lies in one', () => {
    const january = monthPeriod('2026-01');
    expect(intersect(january, period('2026-01-15', '2026-03-01'))).toEqual(period('2026-01-15', '2026-02-01'));
    expect(intersect(january, monthPeriod('2026-02'))).toBeNull();
    expect(contains(january, date('2026-01-31'))).toBe(true);
    expect(contains(january, date('2026-02-01'))).toBe(false);
    expect(contains(january, january)).toBe(true);
    expect(() => period('2026-01-02', '2026-01-02')).toThrow(RangeError);
  });

  test.each([
    ['2026-01-01', '2026-02-01', '2026年1月'],
    ['2026-01-01', '2026-04-01', '2026年1月至3月'],
    ['2026-01-01', '2027-01-01', '2026年'],
    ['2026-11-01', '2027-02-01', '2026年11月至2027年1月'],
    ['2025-01-01', '2027-01-01', '2025年至2026年'],
    ['2026-01-15', '2026-02-01', '2026年1月15日至1月31日'],
    ['2026-12-15', '2027-01-15', '2026年12月15日至2027年1月14日'],
    ['2026-03-09', '2026-03-10', '2026年3月9日'],
  ])('%s to %s reads %s', (from, to, text) => {
    expect(formatPeriod(period(from, to))).toBe(text);
  });
});

describe('billing periods of a binding', () => {
  test('natural quarters are cut where the binding starts and ends (case 8)', () => {
    expect(listed(rule('2026-02-10', '2026-08-20', 3, 'natural'), '2030-01-01')).toEqual([
      '2026-02-10…2026-04-01',
      '2026-04-01…2026-07-01',
      '2026-07-01…2026-08-20',
    ]);
    expect(periodsOf(rule('2026-02-10', null, 3, 'natural'), date('2026-03-01'))[0]?.fullPeriod).toEqual(
      period('2026-01-01', '2026-04-01'),
    );
  });

  test('quarters aligned to the binding begin on its day (case 9)', () => {
    expect(listed(rule('2026-02-10', null, 3, 'binding'), '2026-06-01')).toEqual([
      '2026-02-10…2026-05-10',
      '2026-05-10…2026-08-10',
    ]);
  });

  test('case 11: month ends are counted from the first day and never drift', () => {
    expect(listed(rule('2026-01-31', null, 1, 'binding'), '2026-04-01')).toEqual([
      '2026-01-31…2026-02-28',
      '2026-02-28…2026-03-31',
      '2026-03-31…2026-04-30',
    ]);
  });

  test('years and half years begin in January and July', () => {
    expect(listed(rule('2026-05-06', null, 12, 'natural'), '2027-02-01')).toEqual([
      '2026-05-06…2027-01-01',
      '2027-01-01…2028-01-01',
    ]);
    expect(listed(rule('2026-05-06', null, 6, 'natural'), '2026-07-02')).toEqual([
      '2026-05-06…2026-07-01',
      '2026-07-01…2027-01-01',
    ]);
  });

  test('a chosen month finds only the period that begins in it', () => {
    const quarterly = rule('2026-02-10', null, 3, 'natural');
    expect(periodStartingIn(quarterly, '2026-01')).toBeNull();
    expect(periodStartingIn(quarterly, '2026-02')?.period.from.toString()).toBe('2026-02-10');
    expect(periodStartingIn(quarterly, '2026-03')).toBeNull();
    expect(periodStartingIn(quarterly, '2026-04')?.period.from.toString()).toBe('2026-04-01');
    expect(periodStartingIn(rule('2026-02-10', '2026-04-01', 3, 'natural'), '2026-04')).toBeNull();
  });

  const anyRule = fc
    .record({
      start: fc.integer({ min: 0, max: 4000 }),
      length: fc.option(fc.integer({ min: 1, max: 3000 })),
      everyMonths: fc.constantFrom(1, 2, 3, 5, 6, 12, 24),
      alignment: fc.constantFrom<Alignment>('natural', 'binding'),
    })
    .map(({ start, length, everyMonths, alignment }): PeriodRule => {
      const first = date('2020-01-01').add({ days: start });
      return { start: first, end: length === null ? null : first.add({ days: length }), everyMonths, alignment };
    });

  test('periods follow each other without a gap or an overlap, and cover the binding', () => {
    fc.assert(
      fc.property(anyRule, (of) => {
        const until = of.start.add({ months: 60 });
        const periods = periodsOf(of, until);
        expect(periods[0]?.period.from.equals(of.start)).toBe(true);
        periods.slice(1).forEach((next, index) => {
          expect(next.period.from.equals(periods[index]!.period.to)).toBe(true);
        });
        const last = periods.at(-1)!.period.to;
        const wanted = of.end && Temporal.PlainDate.compare(of.end, until) < 0 ? of.end : until;
        expect(Temporal.PlainDate.compare(last, wanted)).toBeGreaterThanOrEqual(0);
        for (const one of periods) expect(contains(one.fullPeriod, one.period)).toBe(true);
      }),
    );
  });

  test('asking month by month, or day by day, finds the same periods as listing them', () => {
    fc.assert(
      fc.property(anyRule, (of) => {
        const until = of.start.add({ months: 30 }).with({ day: 1 });
        const byMonth = [];
        for (let month = of.start.toPlainYearMonth(); ; month = month.add({ months: 1 })) {
          if (Temporal.PlainDate.compare(month.toPlainDate({ day: 1 }), until) >= 0) break;
          const found = periodStartingIn(of, month);
          if (found) byMonth.push(found);
        }
        const all = periodsOf(of, until);
        expect(byMonth).toEqual(all);
        for (const one of all) {
          expect(periodCovering(of, one.period.from)).toEqual(one);
          expect(periodCovering(of, one.period.to.subtract({ days: 1 }))).toEqual(one);
        }
      }),
    );
  });
});

describe('dates as spreadsheets have them', () => {
  test.each([
    ['2019-12-05', '2019-12-05', 'day'],
    ['2019/12/5', '2019-12-05', 'day'],
    ['2019.12.5', '2019-12-05', 'day'],
    ['20191205', '2019-12-05', 'day'],
    ['2019年12月5日', '2019-12-05', 'day'],
    [' 2019 年 12 月 5 日 ', '2019-12-05', 'day'],
    ['２０１９－１２－０５', '2019-12-05', 'day'],
    ['2019-12-05 00:00:00', '2019-12-05', 'day'],
    ['2019/12/5 8:30', '2019-12-05', 'day'],
    ['2019年01月', '2019-01-01', 'month'],
    ['2019-01', '2019-01-01', 'month'],
    ['201901', '2019-01-01', 'month'],
    ['43804', '2019-12-05', 'day'],
    [43804, '2019-12-05', 'day'],
    [43804.75, '2019-12-05', 'day'],
    [20191205, '2019-12-05', 'day'],
    [201912, '2019-12-01', 'month'],
    [1, '1900-01-01', 'day'],
    [59, '1900-02-28', 'day'],
    [61, '1900-03-01', 'day'],
  ])('%j is %s', (cell, expected, precision) => {
    expect(parseLooseDate(cell)).toEqual({ ok: true, date: date(expected), precision });
  });

  test.each([
    ['', 'empty'],
    ['   ', 'empty'],
    [null, 'empty'],
    ['2023-02-30', 'noSuchDate'],
    ['2019年13月', 'noSuchDate'],
    ['20231301', 'noSuchDate'],
    ['0019-01-01', 'noSuchDate'],
    [60, 'noSuchDate'],
    [2019, 'unreadable'],
    [2019.12, 'unreadable'],
    [-5, 'unreadable'],
    [Number.NaN, 'unreadable'],
    ['19-12-05', 'unreadable'],
    ['2019-12/05', 'unreadable'],
    ['昨天', 'unreadable'],
    ['12月5日', 'unreadable'],
  ])('%j is refused: %s', (cell, reason) => {
    expect(parseLooseDate(cell)).toEqual({ ok: false, reason });
  });

  test('no text, however odd, makes it throw', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.double()), (cell) => typeof parseLooseDate(cell).ok === 'boolean'));
  });
});
