import { type Alignment, days, period as makePeriod, type Period, periodCovering, toIsoPeriod } from '@anlin/calendar';
import { Decimal, formatYuan, type Precision, parseYuan, type Rounding, toMoney } from '@anlin/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileStandard, explain, lateFee, type PriceVersion, type Proration, type StandardRule } from './index.ts';

const basis: StandardRule = {
  method: { kind: 'unitPrice', quantity: 'builtArea' },
  everyMonths: 1,
  alignment: 'natural',
  proration: { kind: 'actualDays' },
  precision: 'fen',
  rounding: 'halfUp',
  prices: [{ id: 'p1', from: null, price: '2.80' }],
};
const year2026 = Temporal.PlainDate.from('2026-01-01');
const decimal = (most: number, places: number) =>
  fc.integer({ min: 1, max: most * 10 ** places }).map((units) => (units / 10 ** places).toFixed(places));
const anyArea = decimal(500, 2);
const anyPrice = fc.oneof(decimal(20, 2), decimal(20, 4));
const anyCycle = fc.constantFrom(1, 2, 3, 6, 12);
const anyAlignment = fc.constantFrom<Alignment>('natural', 'binding');
const anyDay = fc.integer({ min: 0, max: 1500 }).map((offset) => year2026.add({ days: offset }));
const anyProration: fc.Arbitrary<Proration> = fc.oneof(
  fc.constantFrom<Proration>({ kind: 'actualDays' }, { kind: 'thirtyDays' }, { kind: 'wholePeriod' }),
  fc.integer({ min: 0, max: 31 }).map((least): Proration => ({ kind: 'nothingUnder', days: least })),
);
const anyHistory = fc
  .tuple(anyPrice, fc.uniqueArray(fc.tuple(anyDay, anyPrice), { maxLength: 4, selector: ([day]) => day.toString() }))
  .map(([first, later]): PriceVersion[] => [
    { id: 'p0', from: null, price: first },
    ...later.map(([day, price], index) => ({ id: `p${index + 1}`, from: day.toString(), price })),
  ]);

/** A cycle and the part of it that is charged. */
const anyPart = fc
  .record({
    start: anyDay,
    offset: fc.integer({ min: 0, max: 900 }),
    everyMonths: anyCycle,
    alignment: anyAlignment,
    cut: fc.nat(),
    keep: fc.nat(),
  })
  .map(({ start, offset, everyMonths, alignment, cut, keep }) => {
    const rule = { start, end: null, everyMonths, alignment };
    const { fullPeriod } = periodCovering(rule, start.add({ days: offset }))!;
    const length = days(fullPeriod);
    const first = fullPeriod.from.add({ days: cut % length });
    const left = length - (cut % length);
    const part = makePeriod(first, first.add({ days: 1 + (keep % left) }));
    return { rule, fullPeriod, part };
  });
type Part = { rule: { start: Temporal.PlainDate; everyMonths: number; alignment: Alignment }; fullPeriod: Period };

function price(changes: Partial<StandardRule>, { rule, fullPeriod }: Part, period: Period, quantity: string) {
  const { everyMonths, alignment } = rule;
  const standard = compileStandard({ ...basis, everyMonths, alignment, ...changes });
  if (!standard.ok) throw new Error(JSON.stringify(standard.errors));
  return standard.price({
    quantity,
    period: toIsoPeriod(period),
    fullPeriod: toIsoPeriod(fullPeriod),
    alignedTo: rule.start.toString(),
    facts: { 面积: quantity },
  });
}

function costFen(...args: Parameters<typeof price>): bigint {
  const outcome = price(...args);
  if (outcome.kind === 'failed') throw new Error(JSON.stringify(outcome.error));
  return outcome.kind === 'bill' ? outcome.amount : 0n;
}

describe('what must hold for every house, price and period', () => {
  test('a day less, at either end, never costs more — also when prices change', () => {
    fc.assert(
      fc.property(anyPart, anyArea, anyHistory, anyProration, (given, area, prices, proration) => {
        fc.pre(days(given.part) > 1);
        const rule = { prices, proration };
        const whole = costFen(rule, given, given.part, area);
        const later = makePeriod(given.part.from.add({ days: 1 }), given.part.to);
        const shorter = makePeriod(given.part.from, given.part.to.subtract({ days: 1 }));
        expect(costFen(rule, given, later, area)).toBeLessThanOrEqual(whole);
        expect(costFen(rule, given, shorter, area)).toBeLessThanOrEqual(whole);
      }),
      { numRuns: 1500 },
    );
  });

  test('no part costs more than the whole cycle', () => {
    fc.assert(
      fc.property(anyPart, anyArea, anyHistory, anyProration, (given, area, prices, proration) => {
        const rule = { prices, proration };
        expect(costFen(rule, given, given.part, area)).toBeLessThanOrEqual(
          costFen(rule, given, given.fullPeriod, area),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('by actual days, two adjoining parts cost what both together cost, up to one fen', () => {
    fc.assert(
      fc.property(anyPart, fc.nat(), anyArea, anyHistory, (given, cut, area, prices) => {
        fc.pre(days(given.part) > 1);
        const middle = given.part.from.add({ days: 1 + (cut % (days(given.part) - 1)) });
        const before = costFen({ prices }, given, makePeriod(given.part.from, middle), area);
        const after = costFen({ prices }, given, makePeriod(middle, given.part.to), area);
        const difference = before + after - costFen({ prices }, given, given.part, area);
        expect(difference >= -1n && difference <= 1n).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('the quick arithmetic gives what plain decimals give', () => {
    const how = fc.record({
      precision: fc.constantFrom<Precision>('yuan', 'jiao', 'fen'),
      rounding: fc.constantFrom<Rounding>('halfUp', 'up', 'down'),
      addedTaxPercent: fc.constantFrom(0, 1, 3, 5, 6, 9, 13),
    });
    const anyFigure = fc.oneof(
      anyArea,
      decimal(10 ** 6, 2),
      fc.constantFrom('99999999999.99', '123456789012345678.1234'),
    );
    fc.assert(
      fc.property(anyCycle, anyFigure, fc.oneof(anyPrice, anyFigure), how, (everyMonths, area, unitPrice, rule) => {
        const start = year2026;
        const fullPeriod = makePeriod(start, start.add({ months: everyMonths }));
        const part: Part = { rule: { start, everyMonths, alignment: 'natural' }, fullPeriod };
        const prices = [{ id: 'p', from: null, price: unitPrice }];
        const tax = new Decimal(100 + rule.addedTaxPercent).div(100);
        const expected = toMoney(new Decimal(area).times(unitPrice).times(everyMonths).times(tax), rule);
        expect(costFen({ prices, ...rule }, part, fullPeriod, area)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  test('a part by actual days is what plain decimals give', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 31 }), anyArea, anyPrice, (length, area, unitPrice) => {
        const fullPeriod = makePeriod('2026-01-01', '2026-02-01');
        const given: Part = { rule: { start: year2026, everyMonths: 1, alignment: 'natural' }, fullPeriod };
        const part = makePeriod('2026-01-01', year2026.add({ days: length }));
        const expected = toMoney(new Decimal(area).times(unitPrice).times(length).div(31), basis);
        expect(costFen({ prices: [{ id: 'p', from: null, price: unitPrice }] }, given, part, area)).toBe(expected);
      }),
    );
  });

  test('the same price from a new date changes no amount', () => {
    fc.assert(
      fc.property(anyPart, anyArea, anyPrice, anyDay, anyProration, (given, area, unitPrice, day, proration) => {
        const single = [{ id: 'a', from: null, price: unitPrice }];
        const twice = [...single, { id: 'b', from: day.toString(), price: unitPrice }];
        expect(costFen({ prices: twice, proration }, given, given.part, area)).toBe(
          costFen({ prices: single, proration }, given, given.part, area),
        );
      }),
      { numRuns: 500 },
    );
  });

  /** The formula `面积 * price`, changed on the days on which a price history changes. */
  const asFormulas = (versions: readonly PriceVersion[]): StandardRule['method'] => {
    const sorted = versions.toSorted((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1));
    const sources = sorted.map((one) => `面积 * ${one.price}`);
    return {
      ...{ kind: 'formula', names: ['面积'], source: sources.at(-1)!, version: sorted.length },
      earlier: sources.slice(0, -1).map((source, index) => ({
        ...{ source, version: index + 1, until: sorted[index + 1]!.from! },
      })),
    };
  };

  test('a formula that changes on a day costs what a price that changes on that day costs', () => {
    fc.assert(
      fc.property(anyPart, anyArea, anyHistory, anyProration, (given, area, prices, proration) => {
        const method = asFormulas(prices);
        const cost = costFen({ method, proration, prices: [] }, given, given.part, area);
        // A month cut by a change of formula goes by its days, also where a part is counted in thirtieths.
        if (proration.kind !== 'thirtyDays') expect(cost).toBe(costFen({ prices, proration }, given, given.part, area));
        expect(cost).toBeLessThanOrEqual(costFen({ method, proration, prices: [] }, given, given.fullPeriod, area));
        fc.pre(days(given.part) > 1);
        const shorter = makePeriod(given.part.from, given.part.to.subtract({ days: 1 }));
        expect(costFen({ method, proration, prices: [] }, given, shorter, area)).toBeLessThanOrEqual(cost);
      }),
      { numRuns: 500 },
    );
  });

  test('every bill survives jsonb and explains itself, ending with its amount', () => {
    fc.assert(
      fc.property(anyPart, anyArea, anyHistory, anyProration, (given, area, prices, proration) => {
        const outcome = price({ prices, proration }, given, given.part, area);
        if (outcome.kind !== 'bill') return;
        const stored = JSON.parse(JSON.stringify(outcome.calculation));
        expect(stored).toEqual(outcome.calculation);
        expect(explain(stored).endsWith(` ${formatYuan(outcome.amount)}元`)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('a late fee never falls from one day to the next, and never passes its cap', () => {
    const anyPayment = fc.record({
      date: anyDay.map((day) => day.toString()),
      fen: fc.integer({ min: 0, max: 20_000 }).map((amount) => parseYuan(new Decimal(amount).div(100).toFixed(2))),
    });
    fc.assert(
      fc.property(
        anyDay,
        fc.integer({ min: 0, max: 30 }),
        fc.array(anyPayment, { maxLength: 5 }),
        (asOf, graceDays, payments) => {
          const principalFen = parseYuan('275.80');
          const feeOn = (day: Temporal.PlainDate) => {
            const fee = lateFee({
              ...basis,
              principalFen,
              dueDate: '2026-02-10',
              graceDays,
              ratePerDay: '0.003',
              capShare: '0.3',
              payments,
              asOf: day.toString(),
            });
            return fee.kind === 'lateFee' ? fee.amount : -1n;
          };
          const today = feeOn(asOf);
          expect(feeOn(asOf.add({ days: 1 }))).toBeGreaterThanOrEqual(today);
          expect(today).toBeLessThanOrEqual(parseYuan('82.74'));
          expect(today).toBeGreaterThanOrEqual(0n);
        },
      ),
      { numRuns: 300 },
    );
  });
});
