import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  Decimal,
  fen,
  formatYuan,
  formatYuanGrouped,
  MoneyError,
  type Precision,
  parseYuan,
  type Rounding,
  ratioToMoney,
  shareByWeights,
  shareEqually,
  sumFen,
  toChineseAmount,
  toMoney,
} from './index.ts';

const anyFen = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map((value) => fen(value));

describe('amounts as text', () => {
  test('reads and writes yuan with two decimals', () => {
    expect(parseYuan('275.80')).toBe(27580n);
    expect(parseYuan('-1.5')).toBe(-150n);
    expect(parseYuan('0')).toBe(0n);
    expect(formatYuan(fen(5))).toBe('0.05');
    expect(formatYuan(fen(-5))).toBe('-0.05');
    expect(formatYuanGrouped(fen(123456789))).toBe('1,234,567.89');
    expect(formatYuanGrouped(fen(-100000))).toBe('-1,000.00');
    expect(formatYuanGrouped(fen(99999))).toBe('999.99');
  });

  test.each(['', ' 1', '1 ', '+1', '1,000', '1e3', '.5', '1.', '01', '--1', 'NaN', '１', '1.0.0', '0x1'])(
    'refuses %j as an amount',
    (text) => {
      expect(() => parseYuan(text)).toThrow(MoneyError);
    },
  );

  test('refuses a third decimal instead of rounding it away', () => {
    expect(() => parseYuan('1.005')).toThrow(expect.objectContaining({ code: 'tooManyDecimals' }));
  });

  test('every amount survives being written and read again', () => {
    fc.assert(fc.property(anyFen, (amount) => parseYuan(formatYuan(amount)) === amount));
  });

  test('refuses a fraction of a fen', () => {
    expect(() => fen(1.5)).toThrow(expect.objectContaining({ code: 'notAnInteger' }));
    expect(() => fen('1.5')).toThrow(expect.objectContaining({ code: 'notAnInteger' }));
    expect(() => fen(2 ** 53)).toThrow(expect.objectContaining({ code: 'notAnInteger' }));
    expect(fen('-12')).toBe(-12n);
  });
});

describe('capital numerals on receipts', () => {
  test.each([
    ['0.00', '零元整'],
    ['1.00', '壹元整'],
    ['0.05', '伍分'],
    ['0.50', '伍角整'],
    ['10.00', '壹拾元整'],
    ['10.05', '壹拾元零伍分'],
    ['275.80', '贰佰柒拾伍元捌角整'],
    ['325.04', '叁佰贰拾伍元零肆分'],
    ['1005.10', '壹仟零伍元壹角整'],
    ['1050.00', '壹仟零伍拾元整'],
    ['16409.02', '壹万陆仟肆佰零玖元零贰分'],
    ['6007.14', '陆仟零柒元壹角肆分'],
    ['100000.00', '壹拾万元整'],
    ['10000000.01', '壹仟万元零壹分'],
    ['100010000.00', '壹亿零壹万元整'],
    ['200000005.03', '贰亿零伍元零叁分'],
    ['1000000000000.00', '壹万亿元整'],
    ['-275.80', '负贰佰柒拾伍元捌角整'],
  ])('%s is written %s', (yuan, words) => {
    expect(toChineseAmount(parseYuan(yuan))).toBe(words);
  });

  test('an amount beyond the units of the language is refused', () => {
    expect(() => toChineseAmount(fen(10n ** 18n))).toThrow(expect.objectContaining({ code: 'amountTooLarge' }));
  });
});

describe('from price to money', () => {
  // Case 12 and 13 of the worked examples: 98.50 × 2.80 × 17/31.
  const exact = new Decimal('98.50').times('2.80').times(17).div(31);
  test.each([
    ['fen', 'halfUp', '151.25'],
    ['jiao', 'halfUp', '151.20'],
    ['jiao', 'up', '151.30'],
    ['jiao', 'down', '151.20'],
    ['yuan', 'halfUp', '151.00'],
    ['yuan', 'up', '152.00'],
    ['yuan', 'down', '151.00'],
  ] as const)('151.2451… to the %s, %s, is %s', (precision, rounding, amount) => {
    expect(formatYuan(toMoney(exact, { precision, rounding }))).toBe(amount);
  });

  test('a negative amount rounds as its positive twin: up is away from zero, down is towards it', () => {
    const rounded = (rounding: 'halfUp' | 'up' | 'down', yuan: string) =>
      formatYuan(toMoney(new Decimal(yuan), { precision: 'fen', rounding }));
    expect(rounded('halfUp', '-1.005')).toBe('-1.01');
    expect(rounded('up', '-1.001')).toBe('-1.01');
    expect(rounded('down', '-1.009')).toBe('-1.00');
    expect(rounded('up', '1.00')).toBe('1.00');
  });

  test('small and large figures, as numbers or bigints, round the same', () => {
    const how = fc.record({
      precision: fc.constantFrom<Precision>('yuan', 'jiao', 'fen'),
      rounding: fc.constantFrom<Rounding>('halfUp', 'up', 'down'),
    });
    const numerator = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: 0, max: 10 ** 7 }));
    const denominator = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 10 ** 12 }));
    fc.assert(
      fc.property(numerator, denominator, how, (top, bottom, rounding) => {
        expect(ratioToMoney(top, bottom, rounding)).toBe(ratioToMoney(BigInt(top), BigInt(bottom), rounding));
      }),
      { numRuns: 2000 },
    );
    expect(() => ratioToMoney(1, 0, { precision: 'fen', rounding: 'up' })).toThrow(MoneyError);
    expect(() => ratioToMoney(0.5, 1, { precision: 'fen', rounding: 'up' })).toThrow(MoneyError);
  });

  test('refuses what is not a number', () => {
    expect(() => toMoney(new Decimal(Number.NaN), { precision: 'fen', rounding: 'up' })).toThrow(MoneyError);
  });

  test('case 26: 275.80 with 6 % tax inside is 260.19 and 15.61', () => {
    const total = parseYuan('275.80');
    const net = toMoney(new Decimal('275.80').div('1.06'), { precision: 'fen', rounding: 'halfUp' });
    expect([formatYuan(net), formatYuan(fen(total - net))]).toEqual(['260.19', '15.61']);
  });
});

describe('sharing out', () => {
  test('case 23: 1,000.00 shared equally by three', () => {
    expect(shareEqually(parseYuan('1000'), 3).map(formatYuan)).toEqual(['333.34', '333.33', '333.33']);
  });

  test('case 24: 1,000.00 shared by area, largest remainder', () => {
    const areas = ['89.36', '98.50', '118.24'].map((area) => new Decimal(area));
    expect(shareByWeights(parseYuan('1000'), areas).map(formatYuan)).toEqual(['291.93', '321.79', '386.28']);
  });

  test('equal remainders: the earlier one gets the fen', () => {
    const ones = ['1', '1', '1'].map((weight) => new Decimal(weight));
    expect(shareByWeights(fen(2), ones)).toEqual([1n, 1n, 0n]);
    expect(shareByWeights(fen(-2), ones)).toEqual([-1n, -1n, 0n]);
  });

  test('refuses nobody, negative weights and no weight at all', () => {
    expect(() => shareEqually(fen(1), 0)).toThrow(expect.objectContaining({ code: 'noShares' }));
    expect(() => shareByWeights(fen(1), [])).toThrow(expect.objectContaining({ code: 'noShares' }));
    expect(() => shareByWeights(fen(1), [new Decimal(0)])).toThrow(expect.objectContaining({ code: 'noWeight' }));
    expect(() => shareByWeights(fen(1), [new Decimal(-1), new Decimal(2)])).toThrow(
      expect.objectContaining({ code: 'negativeWeight' }),
    );
  });

  test('whatever is shared, the parts add up to the whole', () => {
    const weights = fc.array(
      fc.integer({ min: 0, max: 10 ** 9 }).map((value) => new Decimal(value).div(1000)),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(anyFen, weights, (total, shares) => {
        fc.pre(shares.some((share) => !share.isZero()));
        const parts = shareByWeights(total, shares);
        expect(sumFen(parts)).toBe(total);
        shares.forEach((share, index) => {
          if (share.isZero()) expect(parts[index]).toBe(0n);
        });
      }),
    );
    fc.assert(
      fc.property(anyFen, fc.integer({ min: 1, max: 500 }), (total, count) => {
        expect(sumFen(shareEqually(total, count))).toBe(total);
      }),
    );
  });
});
