import { Decimal } from '@anlin/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compileStandard,
  type EarlierTiers,
  explain,
  type PricingInput,
  type QuantitySource,
  type Tier,
  type TierRule,
} from './index.ts';

const january = { from: '2026-01-01', to: '2026-02-01' };
const month = (from: string, to: string) => ({ period: { from, to }, fullPeriod: { from, to } });
const rule = (
  span: TierRule['span'],
  ...tiers: [upTo: string | null, price: string, perHead?: string][]
): TierRule => ({
  span,
  freeHeads: 2,
  tiers: tiers.map(([upTo, price, perHead = '0']): Tier => ({ upTo, perHead, price })),
});

function compile(present: TierRule, earlier: EarlierTiers[] = [], quantity: QuantitySource = 'meterUsage') {
  return compileStandard({
    method: { kind: 'tiers', quantity, rule: present, earlier, version: earlier.length + 1 },
    ...{ everyMonths: 1, alignment: 'natural', proration: { kind: 'actualDays' }, prices: [], unitLabel: 'm³' },
    ...{ precision: 'fen', rounding: 'halfUp' },
  });
}

function bill(compiled: ReturnType<typeof compile>, input: Partial<PricingInput>) {
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
  const outcome = compiled.price({ period: january, fullPeriod: january, ...input });
  if (outcome.kind !== 'bill') throw new Error(JSON.stringify(outcome));
  return outcome.calculation;
}

describe('tiers that change on a day', () => {
  const byMonth = compile(rule('month', ['12', '3.33'], [null, '4.65']), [
    { rule: rule('month', ['12', '3.03'], [null, '4.23']), until: '2026-01-16', version: 1 },
  ]);

  test('of a month: usage and limits are shared by days, 70.20 × 15/31 + 77.16 × 16/31', () => {
    // 12 × 3.03 + 8 × 4.23 = 70.20 before; 12 × 3.33 + 8 × 4.65 = 77.16 from the 16th.
    const calculation = bill(byMonth, { quantity: '20' });
    expect(calculation).toMatchObject({ a: '73.79', q: '20', w: 2 });
    expect(explain(calculation)).toBe(
      [
        '(12m³ × 3.03元/m³ + 8m³ × 4.23元/m³) × 15/31 = 33.96774193…元',
        '2026-01-16起 (12m³ × 3.33元/m³ + 8m³ × 4.65元/m³) × 16/31 = 39.82451612…元',
        '合计 73.79225806…元，四舍五入到分为 73.79元',
      ].join('\n'),
    );
  });

  test('months before and after are told by the tiers that held, and by their version', () => {
    const before = bill(byMonth, { quantity: '20', ...month('2025-12-01', '2026-01-01') });
    expect([before.a, before.w, before.s]).toEqual(['70.20', undefined, undefined]);
    const after = bill(byMonth, { quantity: '20', ...month('2026-02-01', '2026-03-01') });
    expect([after.a, after.w, after.s]).toEqual(['77.16', 2, undefined]);
    expect(explain(after)).toBe('12m³ × 3.33元/m³ + 8m³ × 4.65元/m³ = 77.16元');
  });

  const byYear = compile(rule('year', ['240', '3.50'], [null, '5.00']), [
    { rule: rule('year', ['216', '3.03'], [null, '4.23']), until: '2026-01-16', version: 1 },
  ]);

  test('of a year: the quantity goes by days, and the later part goes on from where the earlier one ended', () => {
    // 31 m³ in 31 days: 15 by the former tiers from 210 (6 × 3.03 + 9 × 4.23 = 56.25), 16 by the new ones from 225
    // (15 × 3.50 + 1 × 5.00 = 57.50).
    const calculation = bill(byYear, { quantity: '31', usedBefore: '210' });
    expect(calculation).toMatchObject({ a: '113.75', q: '31', w: 2 });
    expect(explain(calculation)).toBe(
      [
        '用量 31m³ 的 15/31，计 15m³，本年已用 210m³，6m³ × 3.03元/m³ + 9m³ × 4.23元/m³ = 56.25元',
        '2026-01-16起 用量 31m³ 的 16/31，计 16m³，本年已用 225m³，15m³ × 3.50元/m³ + 1m³ × 5.00元/m³ = 57.50元',
        '合计 113.75元',
      ].join('\n'),
    );
    // 20 × 15/31 = 9.67741935…: six decimals, and the rest to the later part. 6 × 3.03 + 3.677419 × 4.23 + 10.322581 × 3.50.
    const uneven = bill(byYear, { quantity: '20', usedBefore: '210' });
    expect(uneven.s?.map(({ q, b }) => [q, b])).toEqual([
      ['9.677419', '210'],
      ['10.322581', '219.677419'],
    ]);
    expect(uneven.a).toBe('69.86');
  });

  test('from tiers of a month to tiers of a year: what was used before in the year counts from that day', () => {
    const mixed = compile(rule('year', ['100', '2'], [null, '3']), [
      { rule: rule('month', ['10', '1'], [null, '2']), until: '2026-01-16', version: 1 },
    ]);
    // (10 × 1 + 21 × 2) × 15/31 = 25.16129…; from 15 on 16 m³ at 2.00 = 32.00.
    expect(bill(mixed, { quantity: '31', usedBefore: '0' }).a).toBe('57.16');
    // From 95: 16 × 3.00 after 110.
    expect(bill(mixed, { quantity: '31', usedBefore: '95' }).a).toBe('73.16');
    expect(mixed.ok && mixed.price({ period: january, fullPeriod: january, quantity: '31' })).toMatchObject({
      error: { code: 'missingUsedBefore' },
    });
  });

  test('limits that grow with the people grow by the version that says so', () => {
    const growing = compile(rule('month', ['10', '1', '5'], [null, '2']), [
      { rule: rule('month', ['10', '1'], [null, '2']), until: '2026-01-16', version: 1 },
    ]);
    // Four people: 20 m³ free of the second price from the 16th; (10 + 21 × 2) × 15/31 + (20 + 11 × 2) × 16/31.
    const calculation = bill(growing, { quantity: '31', headcount: '4' });
    expect(calculation.a).toBe('46.84');
    expect(explain(calculation)).toContain('2026-01-16起 按 4 人的阶梯，(20m³ × 1.00元/m³ + 11m³ × 2.00元/m³) × 16/31');
  });

  test('of what is there all month, such as people: each stretch is a part of the month', () => {
    const byHeads = compile(
      rule('month', ['3', '10'], [null, '20']),
      [{ rule: rule('month', ['3', '5'], [null, '10']), until: '2026-01-16', version: 1 }],
      'headcount',
    );
    // (3 × 5 + 2 × 10) × 15/31 + (3 × 10 + 2 × 20) × 16/31 = 16.935… + 36.129…
    const calculation = bill(byHeads, { quantity: '5' });
    expect(calculation.a).toBe('53.06');
    expect(explain(calculation).split('\n')[1]).toBe(
      '2026-01-16起 (3m³ × 10.00元/m³ + 2m³ × 20.00元/m³) × 16/31个月 = 36.12903225…元',
    );
  });

  test('days that do not rise and tiers that are wrong are refused', () => {
    const fine = rule('month', ['12', '3'], [null, '4']);
    const errorsOf = (earlier: EarlierTiers[]) => {
      const compiled = compile(fine, earlier);
      return compiled.ok ? [] : compiled.errors.map((error) => error.code);
    };
    expect(errorsOf([{ rule: fine, until: '2026-02-30', version: 1 }])).toEqual(['badTierDate']);
    expect(
      errorsOf([
        { rule: fine, until: '2026-02-01', version: 1 },
        { rule: fine, until: '2026-02-01', version: 2 },
      ]),
    ).toEqual(['badTierDate']);
    expect(errorsOf([{ rule: rule('month', ['12', '3']), until: '2026-02-01', version: 1 }])).toEqual(['badTiers']);
  });
});

describe('whatever the day of the change', () => {
  const anyTiers = fc
    .record({
      span: fc.constantFrom<TierRule['span']>('month', 'year'),
      steps: fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 900 })), { maxLength: 3 }),
      last: fc.integer({ min: 1, max: 900 }),
    })
    .map(({ span, steps, last }): TierRule => {
      let limit = 0;
      const tiers = steps.map(([more, cents]): [string, string] => {
        limit += more;
        return [String(limit), (cents / 100).toFixed(2)];
      });
      return rule(span, ...tiers, [null, (last / 100).toFixed(2)]);
    });
  const anyUse = fc.record({
    quantity: fc.integer({ min: 1000, max: 200_000 }).map((units) => (units / 1000).toFixed(3)),
    usedBefore: fc.integer({ min: 0, max: 150 }).map(String),
  });
  const anyChange = fc.integer({ min: 2, max: 31 });
  const dayOf = (day: number) => `2026-01-${String(day).padStart(2, '0')}`;

  test('tiers replaced by the same tiers cost what they cost, and the parts add up to the usage', () => {
    fc.assert(
      fc.property(anyTiers, anyUse, anyChange, (tiers, use, day) => {
        const cut = bill(compile(tiers, [{ rule: tiers, until: dayOf(day), version: 1 }]), use);
        expect(cut.a).toBe(bill(compile(tiers), use).a);
        if (tiers.span === 'month') return;
        const parts = cut.s!.flatMap(({ g = [] }) => g.map(([quantity]) => quantity));
        expect(parts.reduce((sum, one) => sum.plus(one), new Decimal(0)).toFixed(3)).toBe(use.quantity);
      }),
    );
  });

  test('dearer tiers of a later day never cost more than of an earlier one', () => {
    fc.assert(
      fc.property(anyTiers, anyUse, anyChange, fc.integer({ min: 1, max: 300 }), (tiers, use, day, more) => {
        const dearer = {
          ...tiers,
          tiers: tiers.tiers.map((one) => ({ ...one, price: new Decimal(one.price).plus(more / 100).toFixed(2) })),
        };
        const from = (on: number) =>
          Number(bill(compile(dearer, [{ rule: tiers, until: dayOf(on), version: 1 }]), use).a);
        expect(from(day)).toBeLessThanOrEqual(from(Math.max(2, day - 1)));
      }),
    );
  });
});
