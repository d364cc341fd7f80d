import { describe, expect, it } from 'vitest';
import { mergePrices } from './merge-prices.ts';

const wider = [
  { id: 'w1', from: null, price: '2.80' },
  { id: 'w2', from: '2026-03-16', price: '3.10' },
];

describe('the price of a place', () => {
  it('is the wider one where the place has none', () => {
    expect(mergePrices(wider, [])).toEqual(wider);
  });

  it('holds from its day on, whatever the wider one does afterwards', () => {
    expect(mergePrices(wider, [{ id: 'p', from: '2026-02-01', price: '2.50' }])).toEqual([
      { id: 'w1', from: null, price: '2.80' },
      { id: 'p', from: '2026-02-01', price: '2.50' },
    ]);
  });

  it('gives way to the wider one again from a day without a price', () => {
    const own = [
      { id: 'p1', from: null, price: '2.50' },
      { id: 'p2', from: '2026-04-01', price: null },
    ];
    expect(mergePrices(wider, own)).toEqual([
      { id: 'p1', from: null, price: '2.50' },
      { id: 'w2', from: '2026-04-01', price: '3.10' },
    ]);
  });
});
