import { Decimal } from '@anlin/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explain } from './explain.ts';
import { type MeterUsageInput, meterUsage } from './meter-usage.ts';

const plain: MeterUsageInput = {
  previous: '0',
  current: '0',
  multiplier: '1',
  digits: 5,
  isRolledOver: false,
  replaced: null,
  lossShare: '0',
  sharedPart: '0',
};
const usageOf = (input: Partial<MeterUsageInput>) => {
  const outcome = meterUsage({ ...plain, ...input });
  return outcome.ok ? outcome.usage : outcome.code;
};

describe('what a meter used', () => {
  test('case 17: a five-digit dial from 99990 to 6 used 16', () => {
    expect(usageOf({ previous: '99990', current: '6', isRolledOver: true })).toBe('16');
    expect(usageOf({ previous: '99990', current: '6' })).toBe('lower');
  });

  test('case 18: the old meter ends at 1240 after 1231, the new one goes from 0 to 5: 14', () => {
    const replaced = { closing: '1240', opening: '0', multiplier: '1' };
    expect(usageOf({ previous: '1231', current: '5', replaced })).toBe('14');
    expect(usageOf({ previous: '1241', current: '5', replaced })).toBe('oldLower');
    expect(
      usageOf({ previous: '99998', current: '5', replaced: { ...replaced, closing: '3' }, isRolledOver: true }),
    ).toBe('10');
  });

  test('case 19: multiplier 40, 12.5 to 14.0, 2 % loss: 60 + 1.2', () => {
    expect(meterUsage({ ...plain, previous: '12.5', current: '14.0', multiplier: '40', lossShare: '0.02' })).toEqual({
      ok: true,
      counted: '60',
      usage: '61.2',
    });
  });

  test('what cannot be is refused with a reason', () => {
    expect(usageOf({ previous: '5', current: '9', isRolledOver: true })).toBe('notRolledOver');
    expect(usageOf({ previous: '5', current: '100000' })).toBe('beyondDial');
    expect(usageOf({ previous: '5', current: 'NaN' })).toBe('badNumber');
    expect(usageOf({ previous: '5', current: '-9' })).toBe('badNumber');
  });

  test('the bill says how it was read, with roll-over, change of the dial and loss', () => {
    const money = { u: 'm³', p: '3.03', a: '48.48' };
    expect(explain({ q: '16', ...money, y: { f: '99990', t: '6', r: 5 } })).toBe(
      '用量 (6 − 99990 + 100000（满转）) = 16m³\n16m³ × 3.03元/m³ = 48.48元',
    );
    expect(explain({ q: '14', ...money, a: '42.42', y: { f: '1231', t: '5', c: ['1240', '0'] } })).toContain(
      '用量 旧表 (1240 − 1231) + 新表 (5 − 0) = 14m³',
    );
    expect(explain({ q: '61.2', u: '度', p: '1', a: '61.20', y: { f: '12.5', t: '14', m: '40', l: '2%' } })).toContain(
      '用量 (14 − 12.5) × 40 × (1 + 损耗 2%) = 61.2度',
    );
  });
});

const reading = fc.integer({ min: 0, max: 99_999_999 }).map((thousandths) => new Decimal(thousandths).dividedBy(1000));
const multiplier = fc.integer({ min: 1, max: 20_000 }).map((cents) => new Decimal(cents).dividedBy(100));

describe('for any dial', () => {
  test('turning on by any amount, across the highest figure or not, uses that amount times the multiplier', () => {
    fc.assert(
      fc.property(reading, reading, multiplier, (previous, turned, times) => {
        const end = previous.plus(turned);
        fc.pre(turned.lessThan(100_000));
        const isRolledOver = end.greaterThanOrEqualTo(100_000);
        const current = isRolledOver ? end.minus(100_000) : end;
        const usage = usageOf({
          previous: previous.toFixed(),
          current: current.toFixed(),
          multiplier: times.toFixed(),
          isRolledOver,
        });
        expect(usage).toBe(turned.times(times).toFixed());
      }),
    );
  });

  test('two months on one dial use what one reading over both would have used', () => {
    fc.assert(
      fc.property(fc.tuple(reading, reading, reading), multiplier, (three, times) => {
        const [a, b, c] = three.toSorted((left, right) => left.comparedTo(right));
        const part = (from: Decimal, to: Decimal) =>
          new Decimal(usageOf({ previous: from.toFixed(), current: to.toFixed(), multiplier: times.toFixed() }));
        expect(part(a!, b!).plus(part(b!, c!)).toFixed()).toBe(part(a!, c!).toFixed());
      }),
    );
  });

  test('loss and shared part only add, and a change of the dial counts both dials', () => {
    fc.assert(
      fc.property(reading, reading, reading, fc.integer({ min: 0, max: 9999 }), (previous, old, fresh, share) => {
        const closing = Decimal.max(previous, old);
        const lossShare = new Decimal(share).dividedBy(10_000);
        const outcome = meterUsage({
          ...plain,
          previous: previous.toFixed(),
          current: fresh.toFixed(),
          replaced: { closing: closing.toFixed(), opening: '0', multiplier: '1' },
          lossShare: lossShare.toFixed(),
          sharedPart: '1.5',
        });
        if (!outcome.ok) throw new Error(outcome.code);
        const counted = closing.minus(previous).plus(fresh);
        expect(outcome.counted).toBe(counted.toFixed());
        const exact = counted.times(lossShare.plus(1)).plus('1.5');
        expect(new Decimal(outcome.usage).minus(exact).abs().lessThanOrEqualTo('0.0000005')).toBe(true);
      }),
    );
  });
});
