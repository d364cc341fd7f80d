import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFormula, type FormulaValues } from './index.ts';

function evaluate(text: string, values: FormulaValues = {}): string {
  const formula = compileFormula(text, Object.keys(values));
  if (!formula.ok) return `error ${formula.errors[0]!.code} at ${formula.errors[0]!.position}`;
  const result = formula.run(values);
  return result.ok ? result.value.toString() : `failure ${result.failure.code} at ${result.failure.position}`;
}

describe('what a formula works out', () => {
  test.each([
    ['0.1 + 0.2', '0.3'],
    ['2 + 3 * 4', '14'],
    ['(2 + 3) * 4', '20'],
    ['10 - 2 - 3', '5'],
    ['24 / 4 / 2', '3'],
    ['-2 * -3', '6'],
    ['1 - -1', '2'],
    ['if(1 < 2, 10, 20)', '10'],
    ['if(2 >= 3, 10, 20)', '20'],
    ['if(1 == 1.0, 1, 1 / (1 - 1 + 0.5))', '1'],
    ['min(3, 1, 2) + max(3, 1, 2)', '4'],
    ['round(1.005, 2)', '1.01'],
    ['round(-1.005, 2)', '-1.01'],
    ['round(2.5)', '3'],
    ['ceil(1.01)', '2'],
    ['floor(-1.01)', '-2'],
    ['ceil(1.001, 2)', '1.01'],
    ['（１２ ＋ 3）× 2', 'error unexpectedCharacter at 1'],
    ['（12 ＋ 3）× 2', '30'],
  ])('%s is %s', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  test('names are Chinese and values are exact', () => {
    expect(evaluate('建筑面积 * 单价 + 电梯费', { 建筑面积: '98.50', 单价: '2.80', 电梯费: '20' })).toBe('295.8');
  });

  test('only the chosen branch is worked out', () => {
    expect(evaluate('if(人数 == 0, 0, 100 / 人数)', { 人数: '0' })).toBe('0');
  });

  test('the steps show the figures', () => {
    const formula = compileFormula('建筑面积 * 2.80 + tier(用量, [[12, 3.03], [18, 4.23], [null, 6.71]])', [
      '建筑面积',
      '用量',
    ]);
    const result = formula.ok ? formula.run({ 建筑面积: '98.50', 用量: '20' }) : null;
    expect(result?.ok && result.steps.map(({ text, value }) => `${text} = ${value}`)).toEqual([
      '98.5 × 2.8 = 275.8',
      '12 × 3.03 + 6 × 4.23 + 2 × 6.71 = 75.16',
      '275.8 + 75.16 = 350.96',
    ]);
  });
});

describe('tiers', () => {
  const water = '[[12, 3.03], [18, 4.23], [null, 6.71]]';
  test('case 15: water, 20 m³ in a month', () => {
    expect(evaluate(`tier(20, ${water})`)).toBe('75.16');
  });

  test('case 16: water by the year, 210 used before and 20 now: 6 + 14', () => {
    expect(evaluate('tier(20, [[216, 3.03], [null, 4.23]], 210)')).toBe('77.4');
    expect(evaluate('tier(230, [[216, 3.03], [null, 4.23]]) - tier(210, [[216, 3.03], [null, 4.23]])')).toBe('77.4');
  });

  test('limits that grow with headcount: six people have 18 m³ in the first tier, 18 × 3.03 + 2 × 4.23', () => {
    expect(evaluate('tier(20, [[12 + 3 * max(人数 - 4, 0), 3.03], [null, 4.23]])', { 人数: '6' })).toBe('63');
  });

  test('a usage exactly at a limit stays in the lower tier; zero usage costs nothing', () => {
    expect(evaluate(`tier(12, ${water})`)).toBe('36.36');
    expect(evaluate(`tier(0, ${water})`)).toBe('0');
    expect(evaluate('tier(12, [[12, 3.03]])')).toBe('36.36');
  });

  test('usage above the last limit, falling limits and negative usage fail instead of being free', () => {
    expect(evaluate('tier(20, [[12, 3.03]])')).toBe('failure badTiers at 0');
    expect(evaluate('tier(20, [[12, 3.03], [10, 4]])')).toBe('failure badTiers at 0');
    expect(evaluate('tier(0 - 1, [[null, 3]])')).toBe('failure negativeUsage at 0');
    expect(evaluate('tier(20, [[null, 3], [12, 4]])')).toBe('error badTiers at 11');
    expect(evaluate('tier(20, [12, 3])')).toBe('error badTiers at 10');
    expect(evaluate('tier(20, [])')).toBe('error badTiers at 9');
  });

  test('one unit more never costs less', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 500 }), (usage, more) => {
        const at = (units: number) => Number(evaluate(`tier(${units / 100}, ${water})`));
        return at(usage + more) >= at(usage);
      }),
    );
  });
});

describe('what a formula may not do', () => {
  test.each([
    ['', 'error empty at 0'],
    ['  ', 'error empty at 0'],
    ['1 +', 'error unexpectedEnd at 3'],
    ['(1', 'error unexpectedEnd at 2'],
    ['1 2', 'error unexpectedToken at 2'],
    ['1 + 面积', 'error unknownName at 4'],
    ['constructor', 'error unknownName at 0'],
    ['__proto__', 'error unknownName at 0'],
    ['toString()', 'error unknownFunction at 0'],
    ['hasOwnProperty(1)', 'error unknownFunction at 0'],
    ['eval(1)', 'error unknownFunction at 0'],
    ['a.b', 'error unexpectedCharacter at 1'],
    ['(1)(2)', 'error unexpectedToken at 3'],
    ['[1]', 'error numberExpected at 0'],
    ['null', 'error numberExpected at 0'],
    ['1 < 2', 'error numberExpected at 2'],
    ['if(1, 2, 3)', 'error conditionExpected at 3'],
    ['if(1 < 2, 3)', 'error wrongArgumentCount at 0'],
    ['min()', 'error wrongArgumentCount at 0'],
    ['1.5.2', 'error badNumber at 0'],
    ['1e5', 'error badNumber at 0'],
    ['2.', 'error badNumber at 0'],
    ['"x"', 'error unexpectedCharacter at 0'],
    ['1 ? 2 : 3', 'error unexpectedCharacter at 2'],
    ['a = 1', 'error unexpectedCharacter at 2'],
    ['1 / 0', 'error divisionByZero at 4'],
    ['1 / (2 - 2)', 'error divisionByZero at 7'],
    ['round(1, 99)', 'failure badValue at 0'],
    [`1${'0'.repeat(40)}`, 'error badNumber at 0'],
    [`${'('.repeat(60)}1${')'.repeat(60)}`, 'error tooDeep at 50'],
    [`${'-'.repeat(60)}1`, 'error tooDeep at 50'],
  ])('%s', (text, outcome) => {
    expect(evaluate(text)).toBe(outcome);
  });

  test('more than 2,000 characters are refused, and 2,000 are read', () => {
    expect(evaluate('1+'.repeat(1000))).toBe('error unexpectedEnd at 2000');
    expect(evaluate(`${'1+'.repeat(999)}11`)).toBe('1010');
    expect(evaluate(`${'1+'.repeat(1000)}1`)).toBe('error tooLong at 0');
  });

  test('a division by zero while running is a failure and never 0', () => {
    expect(evaluate('100 / 人数', { 人数: '0' })).toBe('failure divisionByZero at 4');
    const formula = compileFormula('100 / 人数', ['人数']);
    expect(formula.ok && formula.possibleZeroDivisors).toEqual([6]);
  });

  test('a value that is missing or no number is a failure and never 0', () => {
    expect(evaluate('面积 * 2', { 面积: null })).toBe('failure missingValue at 0');
    expect(evaluate('面积 * 2', { 面积: '' })).toBe('failure badValue at 0');
    expect(evaluate('面积 * 2', { 面积: '1e3' })).toBe('failure badValue at 0');
    const formula = compileFormula('toString * 2', ['toString']);
    expect(formula.ok && formula.run({})).toMatchObject({ ok: false, failure: { code: 'missingValue' } });
  });

  test('a result too large to be anybody’s bill fails', () => {
    expect(evaluate('9999999999999 * 9999999999999')).toBe('failure outOfRange at 0');
  });

  const piece = fc.constantFrom(
    ...['1', '2.5', '0', '面积', 'x', '+', '-', '*', '/', '(', ')', '[', ']', ',', '<', '==', 'null', ' ', '.', '，'],
    ...['if(', 'min(', 'max(', 'round(', 'ceil(', 'floor(', 'tier(', '[[', ']]', '__proto__', '\u{1f600}', '\ud800'],
  );
  const anyText = fc.oneof(
    fc.string({ maxLength: 3000, unit: 'binary' }),
    fc.array(piece, { maxLength: 300 }).map((pieces) => pieces.join('')),
  );
  test('no text makes it throw or go on for ever', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const formula = compileFormula(text, ['面积', 'x']);
        if (formula.ok) formula.run({ 面积: '98.50' });
      }),
      { numRuns: 2000 },
    );
  });
});
