import { fen, sumFen } from '@anlin/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, type Debt } from './allocate.ts';

const january: Debt = {
  billId: 'january',
  dueOn: '2026-02-10',
  periodFrom: '2026-01-01',
  principalFen: fen(27580),
  lateFeeFen: fen(607),
};
const february: Debt = {
  billId: 'february',
  dueOn: '2026-03-10',
  periodFrom: '2026-02-01',
  principalFen: fen(27580),
  lateFeeFen: fen(0),
};

describe('sharing money out to bills', () => {
  it('pays 300.00 as late fee of January, January, then part of February (worked example 27)', () => {
    const { parts, leftFen } = allocate(fen(30000), [february, january]);
    expect(parts).toEqual([
      { billId: 'january', lateFeeFen: 607n, principalFen: 27580n },
      { billId: 'february', lateFeeFen: 0n, principalFen: 1813n },
    ]);
    expect(leftFen).toBe(0n);
    expect(february.principalFen - parts[1]!.principalFen).toBe(25767n);
  });

  it('gives a late fee that the money does not reach nothing of its principal', () => {
    expect(allocate(fen(600), [january]).parts).toEqual([{ billId: 'january', lateFeeFen: 600n, principalFen: 0n }]);
  });

  const debts = fc.uniqueArray(
    fc.record({
      billId: fc.uuid(),
      dueOn: fc.constantFrom('2026-01-10', '2026-02-10', '2026-03-10'),
      periodFrom: fc.constantFrom('2025-12-01', '2026-01-01'),
      principalFen: fc.bigInt(0n, 10_000_000n).map(fen),
      lateFeeFen: fc.bigInt(0n, 100_000n).map(fen),
    }),
    { selector: (debt) => debt.billId, maxLength: 30 },
  );
  const money = fc.bigInt(0n, 100_000_000n).map(fen);

  it('neither makes nor loses a fen, and never pays a bill more than it asks for', () => {
    fc.assert(
      fc.property(money, debts, (amount, list) => {
        const { parts, leftFen } = allocate(amount, list);
        const paid = sumFen(parts.map((part) => fen(part.principalFen + part.lateFeeFen)));
        expect(paid + leftFen).toBe(amount);
        const owed = sumFen(list.map((debt) => fen(debt.principalFen + debt.lateFeeFen)));
        expect(leftFen).toBe(amount > owed ? amount - owed : 0n);
        for (const part of parts) {
          const debt = list.find((one) => one.billId === part.billId)!;
          expect(part.principalFen <= debt.principalFen && part.lateFeeFen <= debt.lateFeeFen).toBe(true);
          expect(part.principalFen + part.lateFeeFen > 0n).toBe(true);
        }
      }),
    );
  });

  it('pays no principal before its own late fee and nothing of a newer bill before an older one is paid', () => {
    fc.assert(
      fc.property(money, debts, (amount, list) => {
        const { parts } = allocate(amount, list);
        const paidOf = new Map(parts.map((part) => [part.billId, part]));
        for (const part of parts) {
          const debt = list.find((one) => one.billId === part.billId)!;
          if (part.principalFen > 0n) expect(part.lateFeeFen).toBe(debt.lateFeeFen);
          for (const older of list.filter((one) => one.dueOn < debt.dueOn && one.principalFen + one.lateFeeFen > 0n)) {
            expect(paidOf.get(older.billId)).toMatchObject({
              principalFen: older.principalFen,
              lateFeeFen: older.lateFeeFen,
            });
          }
        }
      }),
    );
  });

  it('does not depend on the order bills were ticked in', () => {
    fc.assert(
      fc.property(money, debts, (amount, list) => {
        expect(allocate(amount, [...list].reverse())).toEqual(allocate(amount, list));
      }),
    );
  });
});
