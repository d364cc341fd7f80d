import { fen, sumFen } from '@anlin/money';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type OwnAccount, planOwnPrepaid, type WantedBill } from './plan-own-prepaid.ts';

const bill = (id: string, owed: number, more: Partial<WantedBill> = {}): WantedBill => ({
  id,
  targetId: 'house',
  chargeItemId: 'fee',
  periodFrom: '2026-01-01',
  owedFen: fen(BigInt(owed)),
  ...more,
});
const account = (id: string, balance: number, more: Partial<OwnAccount> = {}): OwnAccount => ({
  id,
  targetId: 'house',
  chargeItemId: null,
  balanceFen: fen(BigInt(balance)),
  ...more,
});

it('draws on the account of the item before the general one, pays the oldest first, and a bill in part at the end', () => {
  const plan = planOwnPrepaid(
    [
      bill('later', 100, { periodFrom: '2026-02-01' }),
      bill('water', 50, { chargeItemId: 'water' }),
      bill('older', 100),
    ],
    [account('general', 120), account('fee only', 60, { chargeItemId: 'fee' })],
  );
  expect(plan.draws).toEqual([
    { accountId: 'general', amountFen: 120n },
    { accountId: 'fee only', amountFen: 60n },
  ]);
  expect(Object.fromEntries(plan.paid)).toEqual({ older: 100n, water: 50n, later: 30n });
});

it('never pays the bills of one house with the money of another', () => {
  expect(planOwnPrepaid([bill('a', 100)], [account('next door', 500, { targetId: 'other' })]).totalFen).toBe(0n);
});

it('gives no more than there is, than is owed, than is allowed, and as much as these let it', () => {
  const some = fc.constantFrom('fee', 'water');
  const where = fc.constantFrom('house', 'space');
  const bills = fc.array(fc.record({ owed: fc.integer({ min: 1, max: 500 }), item: some, target: where }), {
    maxLength: 6,
  });
  const accounts = fc.array(
    fc.record({ balance: fc.integer({ min: 0, max: 500 }), item: fc.option(some), target: where }),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(bills, accounts, fc.option(fc.integer({ min: 0, max: 1500 })), (owed, held, most) => {
      const wanted = owed.map((one, place) =>
        bill(`b${place}`, one.owed, { chargeItemId: one.item, targetId: one.target }),
      );
      const own = held.map((one, place) =>
        account(`a${place}`, one.balance, { chargeItemId: one.item, targetId: one.target }),
      );
      const plan = planOwnPrepaid(wanted, own, most === null ? undefined : fen(BigInt(most)));
      const paidFen = sumFen([...plan.paid.values()]);
      expect(plan.totalFen).toBe(paidFen);
      for (const draw of plan.draws)
        expect(draw.amountFen <= own.find(({ id }) => id === draw.accountId)!.balanceFen).toBe(true);
      for (const one of wanted) expect((plan.paid.get(one.id) ?? 0n) <= one.owedFen).toBe(true);
      if (most !== null) expect(paidFen <= BigInt(most)).toBe(true);
      // Whatever is left unpaid has no money left that could pay it.
      const hasRoom = most === null || paidFen < BigInt(most);
      for (const one of wanted.filter(({ id, owedFen }) => hasRoom && (plan.paid.get(id) ?? 0n) < owedFen)) {
        const usable = own.filter(
          ({ targetId, chargeItemId }) =>
            targetId === one.targetId && (chargeItemId === null || chargeItemId === one.chargeItemId),
        );
        const leftFen = usable.map(
          ({ id, balanceFen }) => balanceFen - (plan.draws.find((draw) => draw.accountId === id)?.amountFen ?? 0n),
        );
        expect(leftFen.every((left) => left === 0n)).toBe(true);
      }
    }),
  );
});
