// How long pricing takes, in microseconds a bill. Run: node_modules/.bin/node tools/measure-pricing.ts
import { compileStandard, type Proration, type StandardRule } from '@anlin/pricing';

const bills = 1_000_000;
const rule: StandardRule = {
  method: { kind: 'unitPrice', quantity: 'builtArea' },
  everyMonths: 1,
  alignment: 'natural',
  proration: { kind: 'actualDays' },
  precision: 'fen',
  rounding: 'halfUp',
  prices: [{ id: '0199c0de-0000-7000-8000-000000000001', from: null, price: '2.80' }],
};
const changed = [...rule.prices, { id: '0199c0de-0000-7000-8000-000000000002', from: '2026-01-16', price: '3.10' }];
const fullPeriod = { from: '2026-01-01', to: '2026-02-01' };
const formula = { kind: 'formula', source: 'round(建筑面积 * 2.8, 2) + 20', names: ['建筑面积'] } as const;

measure('whole month', {}, '2026-01-01');
measure(
  'whole month, price with four decimals, jiao',
  { precision: 'jiao', prices: [{ ...rule.prices[0]!, price: '2.8055' }] },
  '2026-01-01',
);
measure('17 of 31 days', {}, '2026-01-15');
measure('price change in the month', { prices: changed }, '2026-01-01');
measure('formula', { method: formula }, '2026-01-01');

function measure(name: string, changes: Partial<StandardRule & { proration: Proration }>, from: string): void {
  const standard = compileStandard({ ...rule, ...changes });
  if (!standard.ok) throw new Error(JSON.stringify(standard.errors));
  const quantities = Array.from({ length: 1000 }, (_, index) => (40 + index * 0.13).toFixed(2));
  let sumFen = 0n;
  let bytes = 0;
  const run = (count: number) => {
    for (let index = 0; index < count; index += 1) {
      const quantity = quantities[index % 1000]!;
      // New objects for each row, as a row read from the database brings them.
      const outcome = standard.price({
        quantity,
        facts: { 建筑面积: quantity },
        period: { from, to: '2026-02-01' },
        fullPeriod,
      });
      if (outcome.kind !== 'bill') throw new Error(outcome.kind);
      sumFen += outcome.amount;
      if (index < 1000) bytes = Math.max(bytes, Buffer.byteLength(JSON.stringify(outcome.calculation)));
    }
  };
  run(50_000);
  const startedAt = performance.now();
  run(bills);
  const microseconds = ((performance.now() - startedAt) * 1000) / bills;
  console.log(`${name}: ${microseconds.toFixed(2)} µs a bill, largest calculation ${bytes} bytes, sum ${sumFen} fen`);
}
