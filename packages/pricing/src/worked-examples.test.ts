import { type BindingPeriod, type PeriodRule, periodsOf, toIsoPeriod } from '@anlin/calendar';
import { parseYuan } from '@anlin/money';
import { describe, expect, test } from 'vitest';
import {
  compileStandard,
  explain,
  explainLateFee,
  type LateFeeInput,
  lateFee,
  type Outcome,
  type PricingInput,
  type StandardRule,
} from './index.ts';

// The figures are worked out by hand; see the comment at each case.

const managementFee: StandardRule = {
  method: { kind: 'unitPrice', quantity: 'builtArea' },
  everyMonths: 1,
  alignment: 'natural',
  proration: { kind: 'actualDays' },
  precision: 'fen',
  rounding: 'halfUp',
  prices: [{ id: 'p1', from: null, price: '2.80' }],
};

function price(changes: Partial<StandardRule>, input: PricingInput): Outcome {
  const standard = compileStandard({ ...managementFee, ...changes });
  if (!standard.ok) throw new Error(JSON.stringify(standard.errors));
  return standard.price(input);
}

/** A part of a month, for a house of 98.50 ㎡. */
function part(from: string, to: string): PricingInput {
  const first = Temporal.PlainDate.from(from).with({ day: 1 });
  const fullPeriod = { from: first.toString(), to: first.add({ months: 1 }).toString() };
  return { quantity: '98.50', period: { from, to }, fullPeriod };
}

const january = part('2026-01-01', '2026-02-01');
const january17 = part('2026-01-15', '2026-02-01');
const march9 = part('2026-03-01', '2026-03-10');
const march = part('2026-03-01', '2026-04-01');

function amount(outcome: Outcome): string {
  if (outcome.kind === 'bill') return outcome.calculation.a;
  return outcome.kind === 'noBill' ? outcome.reason : outcome.error.code;
}

function sentence(outcome: Outcome): string {
  return outcome.kind === 'bill' ? explain(outcome.calculation) : amount(outcome);
}

describe('a house of 98.50 ㎡ at 2.80 yuan a month', () => {
  test('case 1: one whole month, 98.50 × 2.80', () => {
    const outcome = price({}, january);
    expect(amount(outcome)).toBe('275.80');
    expect(sentence(outcome)).toBe('98.50㎡ × 2.80元/㎡·月 × 1个月 = 275.80元');
  });

  test('case 2: from 15 January, 17 of 31 days: 275.80 × 17 ÷ 31 = 151.2451…', () => {
    const outcome = price({}, january17);
    expect(amount(outcome)).toBe('151.25');
    expect(sentence(outcome)).toBe('98.50㎡ × 2.80元/㎡·月 × 17/31个月 = 151.24516129…元，四舍五入到分为 151.25元');
  });

  test('case 3: until 10 March, 9 of 31 days: 80.0709…', () => {
    expect(amount(price({}, march9))).toBe('80.07');
  });

  test('case 4 and 5: by months of thirty days, never more than the whole month', () => {
    const thirtyDays = { proration: { kind: 'thirtyDays' } } as const;
    expect(amount(price(thirtyDays, january17))).toBe('156.29');
    expect(amount(price(thirtyDays, march9))).toBe('82.74');
    expect(amount(price(thirtyDays, part('2026-01-02', '2026-02-01')))).toBe('275.80');
    expect(amount(price(thirtyDays, january))).toBe('275.80');
    // A whole February is a whole month; 27 of its days are 27/30: 248.22.
    expect(amount(price(thirtyDays, part('2026-02-01', '2026-03-01')))).toBe('275.80');
    expect(amount(price(thirtyDays, part('2026-02-02', '2026-03-01')))).toBe('248.22');
  });

  test('by months of thirty days, a part under changing prices never costs more than the whole month', () => {
    const rule = (before: string, after: string): Partial<StandardRule> => ({
      proration: { kind: 'thirtyDays' },
      prices: [
        { id: 'p1', from: null, price: before },
        { id: 'p2', from: '2026-01-16', price: after },
      ],
    });
    const thirtyOf31 = part('2026-01-02', '2026-02-01');
    // (14 × 2.80 + 16 × 3.10) ÷ 30 = 2.96 is over the whole month's (15 × 2.80 + 16 × 3.10) ÷ 31 = 2.9548…: 291.05.
    expect(amount(price(rule('2.80', '3.10'), thirtyOf31))).toBe('291.05');
    // (14 × 3.10 + 16 × 2.80) ÷ 30 = 2.94 is under (15 × 3.10 + 16 × 2.80) ÷ 31 = 2.9451…: 98.50 × 2.94.
    expect(amount(price(rule('3.10', '2.80'), thirtyOf31))).toBe('289.59');
    expect(sentence(price({ proration: { kind: 'thirtyDays' } }, thirtyOf31))).toContain('× 1个月 =');
  });

  test('case 6: whole period, any part counts whole', () => {
    const wholePeriod = { proration: { kind: 'wholePeriod' } } as const;
    expect(amount(price(wholePeriod, january17))).toBe('275.80');
    expect(amount(price(wholePeriod, march9))).toBe('275.80');
  });

  test('case 7: nothing under 15 days, else whole', () => {
    const rule = { proration: { kind: 'nothingUnder', days: 15 } } as const;
    expect(amount(price(rule, january17))).toBe('275.80');
    expect(price(rule, march9)).toEqual({ kind: 'noBill', reason: 'belowMinimumDays' });
    expect(amount(price(rule, part('2026-03-01', '2026-03-16')))).toBe('275.80');
    expect(amount(price(rule, part('2026-03-01', '2026-03-15')))).toBe('belowMinimumDays');
  });

  function priceOfBinding(changes: Partial<StandardRule>, binding: PeriodRule, until: string): Outcome[] {
    return periodsOf(binding, Temporal.PlainDate.from(until)).map(({ period, fullPeriod }: BindingPeriod) =>
      price(changes, {
        quantity: '98.50',
        period: toIsoPeriod(period),
        fullPeriod: toIsoPeriod(fullPeriod),
        alignedTo: binding.start.toString(),
      }),
    );
  }
  const startingOn = (day: string, everyMonths: number, alignment: 'natural' | 'binding'): PeriodRule => ({
    start: Temporal.PlainDate.from(day),
    end: null,
    everyMonths,
    alignment,
  });

  test('case 8: natural quarter from 10 February, 19/28 + 1 months: 187.15 + 275.80', () => {
    const quarterly = { everyMonths: 3, alignment: 'natural' } as const;
    const [first, second] = priceOfBinding(quarterly, startingOn('2026-02-10', 3, 'natural'), '2026-05-01');
    expect(amount(first!)).toBe('462.95');
    expect(sentence(first!)).toBe('98.50㎡ × 2.80元/㎡·月 × (19/28 + 1)个月 = 462.95元');
    expect(amount(second!)).toBe('827.40');
  });

  test('a whole-period standard charges the whole quarter for any part of it', () => {
    const quarterly = { everyMonths: 3, proration: { kind: 'wholePeriod' } } as const;
    const [first] = priceOfBinding(quarterly, startingOn('2026-02-10', 3, 'natural'), '2026-03-01');
    expect(amount(first!)).toBe('827.40');
  });

  test('case 9: quarter aligned to the binding, three whole months', () => {
    const quarterly = { everyMonths: 3, alignment: 'binding' } as const;
    const [first] = priceOfBinding(quarterly, startingOn('2026-02-10', 3, 'binding'), '2026-03-01');
    expect(amount(first!)).toBe('827.40');
    expect(sentence(first!)).toBe('98.50㎡ × 2.80元/㎡·月 × 3个月 = 827.40元');
  });

  test('a cut quarter aligned to the binding counts the binding’s own months', () => {
    // 02-10…04-20: months 02-10…03-10, 03-10…04-10, and 10 of the 30 days 04-10…05-10. 275.80 × 2⅓ = 643.533…
    const quarterly = { everyMonths: 3, alignment: 'binding' } as const;
    const binding = { ...startingOn('2026-02-10', 3, 'binding'), end: Temporal.PlainDate.from('2026-04-20') };
    expect(amount(priceOfBinding(quarterly, binding, '2026-03-01')[0]!)).toBe('643.53');
  });

  test('case 10: a new price of 3.10 from 16 March splits the month and is rounded once', () => {
    // 98.50 × (2.80 × 15 + 3.10 × 16) ÷ 31 = 98.50 × 91.6 ÷ 31 = 291.0516…
    const outcome = price(
      {
        prices: [
          { id: 'p1', from: null, price: '2.80' },
          { id: 'p2', from: '2026-03-16', price: '3.10' },
        ],
      },
      march,
    );
    expect(amount(outcome)).toBe('291.05');
    expect(sentence(outcome).split('\n')).toEqual([
      '98.50㎡ × 2.80元/㎡·月 × 15/31个月 = 133.45161290…元',
      '98.50㎡ × 3.10元/㎡·月 × 16/31个月（2026-03-16起） = 157.60元',
      '合计 291.05161290…元，四舍五入到分为 291.05元',
    ]);
  });

  test('case 11: a monthly binding from 31 January costs a whole month each time', () => {
    const outcomes = priceOfBinding({ alignment: 'binding' }, startingOn('2026-01-31', 1, 'binding'), '2026-04-01');
    expect(outcomes.map(amount)).toEqual(['275.80', '275.80', '275.80']);
  });

  test.each([
    ['jiao', 'halfUp', '151.20'],
    ['jiao', 'up', '151.30'],
    ['jiao', 'down', '151.20'],
    ['yuan', 'halfUp', '151.00'],
    ['yuan', 'up', '152.00'],
    ['yuan', 'down', '151.00'],
  ] as const)('cases 12 and 13: case 2 to the %s, %s', (precision, rounding, expected) => {
    expect(amount(price({ precision, rounding }, january17))).toBe(expected);
  });

  test('case 14: 118.24 ㎡ × 2.35 = 277.864', () => {
    const outcome = price({ prices: [{ id: 'p', from: null, price: '2.3500' }] }, { ...january, quantity: '118.24' });
    expect(amount(outcome)).toBe('277.86');
    expect(sentence(outcome)).toBe('118.24㎡ × 2.35元/㎡·月 × 1个月 = 277.864元，四舍五入到分为 277.86元');
  });

  const water = { source: 'tier(用量, [[12, 3.03], [18, 4.23], [null, 6.71]])', names: ['用量'] };
  test('case 15: water by a tier formula, 12 × 3.03 + 6 × 4.23 + 2 × 6.71', () => {
    const outcome = price(
      { method: { kind: 'formula', ...water }, per: 'once' },
      { ...january17, facts: { 用量: '20' } },
    );
    expect(amount(outcome)).toBe('75.16');
    expect(sentence(outcome)).toBe(`公式 ${water.source}，其中 用量 = 20\n75.16元`);
  });

  test('a formula that changes on 16 January: 98.5 × 15/31 + 197 × 16/31, each part explained', () => {
    const method = {
      ...({ kind: 'formula', source: '建筑面积 * 2', names: ['建筑面积'], version: 2 } as const),
      earlier: [{ source: '建筑面积 * 单价', until: '2026-01-16', version: 1 }],
    };
    const prices = [{ id: 'p', from: null, price: '1' }];
    const facts = { 建筑面积: '98.50' };
    const cut = price({ method, prices }, { ...january, facts });
    expect(amount(cut)).toBe('149.34');
    expect(sentence(cut)).toBe(
      [
        '公式 建筑面积 * 单价，其中 建筑面积 = 98.50，单价 = 1.00',
        '2026-01-16起 公式 建筑面积 * 2',
        '98.50元/月 × 15/31个月 = 47.66129032…元',
        '197.00元/月 × 16/31个月（2026-01-16起） = 101.67741935…元',
        '合计 149.33870967…元，四舍五入到分为 149.34元',
      ].join('\n'),
    );
    const february = {
      period: { from: '2026-02-01', to: '2026-03-01' },
      fullPeriod: { from: '2026-02-01', to: '2026-03-01' },
    };
    const later = price({ method, prices }, { ...february, facts });
    expect(sentence(later)).toBe('公式 建筑面积 * 2，其中 建筑面积 = 98.50\n197.00元/月 × 1个月 = 197.00元');
    const december = {
      period: { from: '2025-12-01', to: '2026-01-01' },
      fullPeriod: { from: '2025-12-01', to: '2026-01-01' },
    };
    const before = price({ method, prices }, { ...december, facts });
    expect(amount(before)).toBe('98.50');
    expect(before.kind === 'bill' && [before.calculation.w, before.calculation.v]).toEqual([
      undefined,
      { 建筑面积: '98.50', 单价: '1.00' },
    ]);
    expect(later.kind === 'bill' && later.calculation.w).toBe(2);
  });

  test('case 16: water by the year, 210 used before and 20 now', () => {
    const method = {
      kind: 'formula',
      source: 'tier(用量, [[216, 3.03], [null, 4.23]], 已用)',
      names: ['用量', '已用'],
    } as const;
    expect(amount(price({ method, per: 'once' }, { ...january, facts: { 用量: '20', 已用: '210' } }))).toBe('77.40');
  });
});

describe('late fees', () => {
  const bill: LateFeeInput = {
    principalFen: parseYuan('275.80'),
    dueDate: '2026-02-10',
    graceDays: 0,
    ratePerDay: '0.0005',
    capShare: null,
    payments: [],
    asOf: '2026-03-31',
    precision: 'fen',
    rounding: 'halfUp',
  };
  const feeOf = (changes: Partial<LateFeeInput>) => {
    const outcome = lateFee({ ...bill, ...changes });
    if (outcome.kind === 'failed') throw new Error(outcome.error.code);
    return outcome;
  };

  test('case 20: fifteen days of grace, 26 February to 10 April are 44 days', () => {
    const fee = feeOf({ graceDays: 15, asOf: '2026-04-10' });
    expect([fee.chargedDays, fee.calculation.a]).toEqual([44, '6.07']);
    expect(explainLateFee(fee.calculation)).toBe(
      '275.80元 × 0.05%/天 × 44天（2026-02-26至2026-04-10） = 6.0676元，四舍五入到分为 6.07元',
    );
  });

  test('case 21: a part payment lowers the base from the next day; 2.6201 + 2.637, rounded once', () => {
    const fee = feeOf({ payments: [{ date: '2026-03-01', fen: parseYuan('100') }] });
    expect(fee.calculation.s.map(({ d, b }) => `${d} × ${b}`)).toEqual(['19 × 275.80', '30 × 175.80']);
    expect(fee.calculation.a).toBe('5.26');
    expect(explainLateFee(fee.calculation).split('\n').at(-1)).toBe('合计 5.2571元，四舍五入到分为 5.26元');
  });

  test('case 22: 0.3 % a day for 400 days is cut to the principal', () => {
    const fee = feeOf({ ratePerDay: '0.003', capShare: '1', dueDate: '2025-01-31', asOf: '2026-03-07' });
    expect(fee.chargedDays).toBe(400);
    expect(fee.calculation.e).toBe('330.96');
    expect(fee.calculation.a).toBe('275.80');
    expect(explainLateFee(fee.calculation)).toBe(
      '275.80元 × 0.3%/天 × 400天（2025-02-01至2026-03-07） = 330.96元，上限 275.80元，收 275.80元',
    );
  });

  test('nothing is charged within the grace; afterwards the grace may count or not, as the contract says', () => {
    expect(feeOf({ graceDays: 15, asOf: '2026-02-25' }).amount).toBe(0n);
    expect(feeOf({ graceDays: 15, asOf: '2026-02-26' }).chargedDays).toBe(1);
    expect(feeOf({ graceDays: 15, asOf: '2026-02-26', startFrom: 'dueDate' }).chargedDays).toBe(16);
  });

  test('a bill paid in full stops growing, and paid before it was due costs nothing', () => {
    const paid = [{ date: '2026-02-20', fen: parseYuan('275.80') }];
    expect(feeOf({ payments: paid, asOf: '2026-03-31' }).amount).toBe(feeOf({ asOf: '2026-02-20' }).amount);
    expect(feeOf({ payments: [{ date: '2026-02-01', fen: parseYuan('275.80') }] }).amount).toBe(0n);
  });

  test('a monthly rate is a thirtieth a day; workdays only count workdays', () => {
    // 275.80 × 1.5 % × 30 ÷ 30 = 4.137
    expect(feeOf({ ratePerDay: null, ratePerMonth: '0.015', asOf: '2026-03-12' }).calculation.a).toBe('4.14');
    const isWorkday = (day: string) => Temporal.PlainDate.from(day).dayOfWeek <= 5;
    expect(feeOf({ countsDay: isWorkday, asOf: '2026-02-24' }).chargedDays).toBe(10);
  });

  test.each<[string, Partial<LateFeeInput>, string]>([
    ['a negative rate', { ratePerDay: '-0.1' }, 'badRate'],
    ['no rate', { ratePerDay: null }, 'badRate'],
    ['a cap that is no number', { capShare: 'x' }, 'badCap'],
    ['negative grace', { graceDays: -1 }, 'badGraceDays'],
    ['a day that does not exist', { dueDate: '2026-02-30' }, 'badDate'],
    ['a negative principal', { principalFen: parseYuan('-1') }, 'negativePrincipal'],
    ['more refunded than paid', { payments: [{ date: '2026-03-01', fen: parseYuan('-1') }] }, 'overRefunded'],
  ])('%s fails', (_, changes, code) => {
    expect(lateFee({ ...bill, ...changes })).toMatchObject({ kind: 'failed', error: { code } });
  });
});
