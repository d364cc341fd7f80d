import { fen, sumFen } from '@anlin/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OffsetBill, planOffset } from './plan-offset.ts';

const bill = (id: string, month: string, amount: bigint, item = 'fee', lateFee = 0n): OffsetBill => ({
  id,
  chargeItemId: item,
  periodFrom: `${month}-01`,
  dueOn: `${month}-28`,
  principalFen: fen(amount),
  lateFeeFen: fen(lateFee),
});
const account = (id: string, balance: bigint, chargeItemId: string | null = null) => ({
  id,
  chargeItemId,
  balanceFen: fen(balance),
});

describe('which bills prepaid pays', () => {
  it('pays the first of two bills of 275.80 out of 300.00 and keeps 24.20 (worked example 29)', () => {
    const plan = planOffset([bill('b', '2026-02', 27580n), bill('a', '2026-01', 27580n)], [account('p', 30000n)]);
    expect(plan.bills.map((one) => one.id)).toEqual(['a']);
    expect(plan.draws).toEqual([{ accountId: 'p', amountFen: 27580n }]);
  });

  it('draws on the account of the item before the general one, and pays no later bill of an item over an older one', () => {
    const bills = [bill('a', '2026-01', 10000n), bill('b', '2026-02', 50000n), bill('c', '2026-03', 100n)];
    const water = bill('w', '2026-03', 3000n, 'water');
    const plan = planOffset([...bills, water], [account('general', 9000n), account('fee', 4000n, 'fee')]);
    expect(plan.bills.map((one) => one.id)).toEqual(['a', 'w']);
    expect(plan.draws).toEqual([
      { accountId: 'general', amountFen: 9000n },
      { accountId: 'fee', amountFen: 4000n },
    ]);
  });

  it('never draws more than an account has, nor anything but whole bills, nor money of another item', () => {
    const items = fc.constantFrom('fee', 'water');
    const bills = fc.array(
      fc.record({
        item: items,
        month: fc.integer({ min: 1, max: 9 }),
        amount: fc.bigInt({ min: 1n, max: 500n }),
        late: fc.bigInt({ min: 0n, max: 9n }),
      }),
      { maxLength: 8 },
    );
    const balances = fc.record({
      any: fc.bigInt({ min: 0n, max: 900n }),
      fee: fc.bigInt({ min: 0n, max: 900n }),
      water: fc.bigInt({ min: 0n, max: 900n }),
    });
    fc.assert(
      fc.property(bills, balances, (drawn, { any, fee, water }) => {
        const owed = drawn.map((one, index) => bill(`${index}`, `2026-0${one.month}`, one.amount, one.item, one.late));
        const accounts = [account('any', any), account('f', fee, 'fee'), account('w', water, 'water')];
        const plan = planOffset(owed, accounts);
        for (const { accountId, amountFen } of plan.draws)
          expect(amountFen <= accounts.find((one) => one.id === accountId)!.balanceFen).toBe(true);
        const paidOf = (item: string) =>
          sumFen(
            plan.bills.filter((one) => one.chargeItemId === item).flatMap((one) => [one.principalFen, one.lateFeeFen]),
          );
        const drawnOf = (id: string) => plan.draws.find((one) => one.accountId === id)?.amountFen ?? 0n;
        expect(plan.totalFen).toBe(paidOf('fee') + paidOf('water'));
        expect(drawnOf('f') <= paidOf('fee') && drawnOf('w') <= paidOf('water')).toBe(true);
      }),
    );
  });
});
