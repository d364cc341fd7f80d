import { describe, expect, test } from 'vitest';
import { compileStandard, explain, type PricingInput, type StandardRule } from './index.ts';

const rule: StandardRule = {
  method: { kind: 'unitPrice', quantity: 'builtArea' },
  everyMonths: 1,
  alignment: 'natural',
  proration: { kind: 'actualDays' },
  precision: 'fen',
  rounding: 'halfUp',
  prices: [{ id: 'p1', from: null, price: '2.80' }],
};
const january = { from: '2026-01-01', to: '2026-02-01' };

function price(changes: Partial<StandardRule>, input: Partial<PricingInput>) {
  const standard = compileStandard({ ...rule, ...changes });
  if (!standard.ok) throw new Error(JSON.stringify(standard.errors));
  return standard.price({ period: january, fullPeriod: january, ...input });
}
function sentence(changes: Partial<StandardRule>, input: Partial<PricingInput>): string {
  const outcome = price(changes, input);
  return outcome.kind === 'bill' ? explain(outcome.calculation) : JSON.stringify(outcome);
}
const formula = (source: string, names: string[]) => ({ method: { kind: 'formula', source, names } as const });

describe('nobody is silently billed zero', () => {
  test.each<[string, Partial<StandardRule>, Partial<PricingInput>, string]>([
    ['a house without area', {}, {}, 'missingQuantity'],
    ['an empty area', {}, { quantity: '' }, 'missingQuantity'],
    ['an area that is no number', {}, { quantity: '98,5' }, 'badQuantity'],
    ['a negative area', {}, { quantity: '-98.50' }, 'negativeQuantity'],
    [
      'a day before the first price',
      { prices: [{ id: 'p', from: '2026-01-02', price: '1' }] },
      { quantity: '1' },
      'missingPrice',
    ],
    ['no price at all', { prices: [] }, { quantity: '1' }, 'missingPrice'],
    ['a bad own price', {}, { quantity: '1', ownPrice: 'x' }, 'badPrice'],
    ['a negative own price', {}, { quantity: '1', ownPrice: '-1' }, 'negativePrice'],
    ['an amount per target that nobody entered', { method: { kind: 'perTarget' } }, {}, 'missingAmount'],
    ['a negative amount', { method: { kind: 'perTarget' } }, { ownAmount: '-5' }, 'negativeAmount'],
    ['a formula without its value', formula('面积 * 2', ['面积']), {}, 'formulaFailed'],
    ['a formula that divides by zero', formula('10 / 人数', ['人数']), { facts: { 人数: '0' } }, 'formulaFailed'],
    ['a formula with a negative result', formula('1 - 人数', ['人数']), { facts: { 人数: '3' } }, 'negativeAmount'],
    [
      'a period outside its cycle',
      {},
      { quantity: '1', period: { from: '2026-01-31', to: '2026-02-02' } },
      'badPeriod',
    ],
    ['a period of no days', {}, { quantity: '1', period: { from: '2026-01-31', to: '2026-01-31' } }, 'badPeriod'],
    ['a day that does not exist', {}, { quantity: '1', period: { from: '2026-01-32', to: '2026-02-01' } }, 'badPeriod'],
  ])('%s fails', (_, changes, input, code) => {
    expect(price(changes, input)).toMatchObject({ kind: 'failed', error: { code } });
  });

  test('nothing to pay is reported as no bill, not billed as 0.00', () => {
    expect(price({}, { quantity: '0.00' })).toEqual({ kind: 'noBill', reason: 'zeroQuantity' });
    expect(price({}, { quantity: '1', ownPrice: '0' })).toEqual({ kind: 'noBill', reason: 'zeroAmount' });
    expect(price({}, { quantity: '0.001' })).toEqual({ kind: 'noBill', reason: 'zeroAmount' });
  });
});

describe('a standard is checked when it is saved', () => {
  test.each<[string, Partial<StandardRule>, string]>([
    ['a negative price', { prices: [{ id: 'p', from: null, price: '-1' }] }, 'negativePrice'],
    ['a price that is no number', { prices: [{ id: 'p', from: null, price: '1e3' }] }, 'badPrice'],
    ['a price from no such day', { prices: [{ id: 'p', from: '2026-02-30', price: '1' }] }, 'badPriceDate'],
    [
      'two prices from one day',
      { prices: [...rule.prices, { id: 'q', from: null, price: '1' }] },
      'duplicatePriceDate',
    ],
    ['no cycle', { everyMonths: 0 }, 'badCycle'],
    ['minus two days', { proration: { kind: 'nothingUnder', days: -2 } }, 'badMinimumDays'],
    ['a formula with an unknown name', formula('面积 * 2', []), 'badFormula'],
  ])('%s is refused', (_, changes, code) => {
    expect(compileStandard({ ...rule, ...changes })).toMatchObject({ ok: false, errors: [{ code }] });
  });

  test('a formula error says where', () => {
    const checked = compileStandard({ ...rule, ...formula('1 + 面积', []) });
    expect(checked).toMatchObject({ errors: [{ params: { position: '4', reason: 'unknownName', name: '面积' } }] });
  });
});

describe('the sentence of a bill', () => {
  const changed = [...rule.prices, { id: 'p2', from: '2026-01-16', price: '3.10' }];
  test.each<[string, Partial<StandardRule>, Partial<PricingInput>, string]>([
    [
      'headcount',
      { method: { kind: 'unitPrice', quantity: 'headcount' } },
      { quantity: '3' },
      '3人 × 2.80元/人·月 × 1个月 = 8.40元',
    ],
    ['one', { method: { kind: 'unitPrice', quantity: 'one' } }, {}, '2.80元/月 × 1个月 = 2.80元'],
    ['fixed', { method: { kind: 'fixed' } }, {}, '2.80元/月 × 1个月 = 2.80元'],
    ['per target', { method: { kind: 'perTarget' } }, { ownAmount: '120' }, '120.00元/月 × 1个月 = 120.00元'],
    ['own price', {}, { quantity: '98.5', ownPrice: '2' }, '98.50㎡ × 2.00元/㎡·月 × 1个月 = 197.00元'],
    ['own quantity', {}, { quantity: '98.50', ownQuantity: '100' }, '100.00㎡ × 2.80元/㎡·月 × 1个月 = 280.00元'],
    [
      'to the yuan',
      { precision: 'yuan', rounding: 'down' },
      { quantity: '98.50' },
      '98.50㎡ × 2.80元/㎡·月 × 1个月 = 275.80元，舍尾到元为 275.00元',
    ],
    [
      'meter',
      { method: { kind: 'unitPrice', quantity: 'meterUsage' }, unitLabel: 'm³' },
      { quantity: '20' },
      '20m³ × 2.80元/m³ = 56.00元',
    ],
    [
      'meter under two prices',
      { method: { kind: 'unitPrice', quantity: 'meterUsage' }, unitLabel: 'm³', prices: changed },
      { quantity: '31' },
      '31m³ × 2.80元/m³ × 15/31 = 42.00元\n31m³ × 3.10元/m³ × 16/31（2026-01-16起） = 49.60元\n合计 91.60元',
    ],
    [
      'formula with the price in force',
      { ...formula('面积 * 单价', ['面积']), prices: changed },
      { facts: { 面积: '31' } },
      '公式 面积 * 单价，其中 面积 = 31\n86.80元/月 × 15/31个月 = 42.00元\n96.10元/月 × 16/31个月（2026-01-16起） = 49.60元\n合计 91.60元',
    ],
    [
      'formula with a single price',
      formula('面积 * 单价', ['面积']),
      { facts: { 面积: '10' } },
      '公式 面积 * 单价，其中 面积 = 10，单价 = 2.80\n28.00元/月 × 1个月 = 28.00元',
    ],
  ])('%s', (_, changes, input, expected) => {
    expect(sentence(changes, input)).toBe(expected);
  });

  test('a price for the whole cycle is shared over its months', () => {
    const yearly = {
      method: { kind: 'fixed' },
      everyMonths: 12,
      per: 'period',
      prices: [{ id: 'p', from: null, price: '1200' }],
    } as const;
    const input = {
      period: { from: '2026-08-01', to: '2027-01-01' },
      fullPeriod: { from: '2026-01-01', to: '2027-01-01' },
    };
    expect(sentence(yearly, input)).toBe('1200.00元/12个月 × 5个月 = 500.00元');
  });

  test('the plain case is stored in under 120 bytes', () => {
    const outcome = price({}, { quantity: '98.50' });
    expect(outcome).toMatchObject({
      kind: 'bill',
      calculation: { q: '98.50', u: '㎡', p: '2.80', m: '1', a: '275.80' },
    });
    expect(
      new TextEncoder().encode(JSON.stringify(outcome.kind === 'bill' && outcome.calculation)).length,
    ).toBeLessThan(120);
  });
});
