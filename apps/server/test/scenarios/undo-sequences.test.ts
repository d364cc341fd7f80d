import { type Problem, refundBody } from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amendReceipt } from '../../src/domains/cashier/amend-receipt.ts';
import { makeDesk } from '../../src/domains/cashier/cashier.fixture.ts';
import { restoreReceipt } from '../../src/domains/cashier/restore-receipt.ts';
import { reverseReceipt } from '../../src/domains/cashier/reverse-receipt.ts';
import { takeRefund } from '../../src/domains/cashier/take-refund.ts';
import { voidReceipt } from '../../src/domains/cashier/void-receipt.ts';
import { waiveBills } from '../../src/domains/cashier/waive-bills.ts';
import { asStaff } from '../../src/platform/boundary.ts';
import type { Context } from '../../src/platform/context.ts';
import { startTestApp, type TestApp } from '../test-app.ts';
import { addDepositItem, findBreaches, takeMixed } from './undo.fixture.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

const steps = [
  'reverse',
  'void',
  'restore',
  'refundBill',
  'refundPrepaid',
  'refundDeposit',
  'refundIncome',
  'waive',
  'amend',
] as const;
const amount = fc.bigInt({ min: 0n, max: 30000n });
/** One receipt and what is tried on it and around it. */
const story = fc.record({
  principal: fc.bigInt({ min: 1n, max: 20000n }),
  lateFee: amount,
  discount: fc.bigInt({ min: 0n, max: 500n }),
  offsetShare: fc.integer({ min: 0, max: 3 }),
  topUp: amount,
  bonus: fc.bigInt({ min: 0n, max: 900n }),
  deposit: amount,
  income: amount,
  tries: fc.array(
    fc.record({ step: fc.constantFrom(...steps), share: fc.integer({ min: 1, max: 4 }), isWaived: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 5,
    },
  ),
});

describe('whatever is undone in whatever order', () => {
  it('leaves the books sound: 200 receipts, each refused or whole at every step', { timeout: 600_000 }, async () => {
    server.clock.set('2026-04-10T02:00:00Z');
    const company = await server.company();
    const desk = await makeDesk(company);
    await company.run(addDepositItem);
    const { staffId } = await company.person('管理员');
    const as = <T>(work: (ctx: Context) => Promise<T>) => asStaff(server.services, company.id, staffId, work);
    await as((ctx) => takeMixed(ctx, desk, staffId, { topUp: 100000n, bonus: 5000n }));
    let keys = 0;
    let done = 0;
    let refused = 0;
    const attempt = async (work: (ctx: Context) => Promise<unknown>) => {
      try {
        await as(work);
        done += 1;
      } catch (error) {
        // A refusal in words; anything else is a fault.
        if ((error as Partial<Problem>).code?.includes('.') !== true) throw error;
        refused += 1;
      }
    };
    const play = async (one: typeof story extends fc.Arbitrary<infer T> ? T : never) => {
      const billId = await desk.bill({ amountFen: one.principal + one.discount + 700n, month: '2026-03' });
      const offset = ((one.principal + one.lateFee) * BigInt(one.offsetShare)) / 3n;
      const mixed = {
        bills: [{ billId, principal: one.principal, lateFee: one.lateFee, discount: one.discount, offset }],
        topUp: one.topUp,
        bonus: one.topUp > 0n ? one.bonus : 0n,
        deposit: one.deposit,
        income: one.income,
      };
      let taken: Awaited<ReturnType<typeof takeMixed>> | undefined;
      await attempt(async (ctx) => {
        taken = await takeMixed(ctx, desk, staffId, mixed);
      });
      if (!taken) return;
      const { receiptId, accountId, depositId, otherIncomeId } = taken;
      const yuan = (fen: bigint) => `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`;
      const refund = (receipt: string | null, lines: object, fen: bigint, isWaived = false) => {
        keys += 1;
        const body = refundBody.safeParse({
          receiptId: receipt,
          lines,
          tenders: [{ paymentMethodId: desk.methods.cash, amount: yuan(fen) }],
          reason: '随机',
          refundedOn: '2026-04-10',
          afterwards: isWaived ? 'waive' : 'owesAgain',
          idempotencyKey: `story-${String(keys).padStart(6, '0')}`,
        });
        return body.success ? attempt((ctx) => takeRefund(ctx, body.data)) : Promise.resolve();
      };
      const input = { receiptId, reason: '随机' };
      for (const { step, share, isWaived } of one.tries) {
        const part = (fen: bigint) => fen / BigInt(share);
        if (step === 'reverse') await attempt((ctx) => reverseReceipt(ctx, input));
        else if (step === 'void') await attempt((ctx) => voidReceipt(ctx, input));
        else if (step === 'restore') await attempt((ctx) => restoreReceipt(ctx, input));
        else if (step === 'refundBill') {
          const [principal, lateFee] = [part(one.principal), part(one.lateFee)];
          const bills = [{ billId, principal: yuan(principal), lateFee: yuan(lateFee) }];
          await refund(receiptId, { bills }, principal + lateFee, isWaived);
        } else if (step === 'refundPrepaid') {
          const out = part(one.topUp);
          await refund(null, { prepaid: [{ prepaidAccountId: accountId, amount: yuan(out) }] }, out);
        } else if (step === 'refundDeposit' && depositId) {
          await refund(null, { deposits: [{ depositId, amount: yuan(part(one.deposit)) }] }, part(one.deposit));
        } else if (step === 'refundIncome' && otherIncomeId) {
          await refund(receiptId, { incomes: [{ otherIncomeId, amount: yuan(part(one.income)) }] }, part(one.income));
        } else if (step === 'waive')
          await attempt((ctx) =>
            waiveBills(ctx, { lines: [{ billId, principal: '2.00', lateFee: '0' }], reason: '随机' }),
          );
        else if (step === 'amend')
          await attempt((ctx) =>
            amendReceipt(ctx, receiptId, { methods: [], note: `第 ${keys} 次 ${done}`, reason: '随机' }),
          );
      }
    };
    // The seed is printed by a failing run and replays it exactly.
    await fc.assert(fc.asyncProperty(story, play), { numRuns: 200, seed: 20260410, endOnFailure: true });
    expect(await company.run(findBreaches)).toEqual([]);
    expect(done).toBeGreaterThan(300);
    expect(refused).toBeGreaterThan(50);
  });
});
