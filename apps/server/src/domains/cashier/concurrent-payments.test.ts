import { getDeskAccount, isPendingApproval, type PendingApproval, reverseReceipt, takePayment } from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { untilWaiting } from '../../../test/lock-waits.ts';
import { Refused, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import {
  countBreaches,
  type DeskFixture,
  makeDesk,
  noBreaches,
  type PaymentBody,
  paymentFor,
} from './cashier.fixture.ts';

let server: TestApp;
let desk: DeskFixture;
let cashier: TestPerson;
let second: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  desk = await makeDesk(await server.company());
  cashier = await desk.company.person('收银员');
  second = await desk.company.person('收银员');
});

type Outcome = { number: string } | { code: string; detail: string };

async function outcome(action: Promise<{ number: string } | PendingApproval>): Promise<Outcome> {
  try {
    const done = await action;
    if (isPendingApproval(done)) throw new Error('nothing here needs approval');
    return { number: done.number };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { code: error.problem.code, detail: error.problem.detail };
  }
}

const take = (body: PaymentBody, person = cashier) => outcome(person.call(takePayment, { body }));
const numbersOf = (outcomes: readonly Outcome[]) => outcomes.flatMap((one) => ('number' in one ? [one.number] : []));
const refusalsOf = (outcomes: readonly Outcome[]) => outcomes.flatMap((one) => ('code' in one ? [one] : []));
const unpaid = async () =>
  (await cashier.call(getDeskAccount, { query: { targetKind: 'house', targetId: desk.houseId } })).bills;

async function receiptCount(): Promise<number> {
  const row = await desk.company.run((ctx) => ctx.tx.first<{ n: number }>(sql`select count(*)::int as n from receipt`));
  return row!.n;
}

describe('many hands at once', () => {
  it('lets one of two cashiers collect a bill; the other learns which receipt paid it', async () => {
    for (let round = 1; round <= 8; round += 1) {
      await desk.bill({ amountFen: 27580n, month: `2025-${String(round).padStart(2, '0')}`, itemId: desk.waterItemId });
      const bills = await unpaid();
      const outcomes = await Promise.all([
        take(paymentFor(desk, bills)),
        take(paymentFor(desk, [...bills].reverse()), second),
      ]);
      const [number] = numbersOf(outcomes);
      const [refused] = refusalsOf(outcomes);
      expect(refused).toMatchObject({ code: 'receipt.billPaid' });
      expect(refused!.detail).toContain(`收据 ${number}`);
    }
    expect(await receiptCount()).toBe(8);
    expect(await desk.company.run(countBreaches)).toEqual(noBreaches);
  });

  it('makes one receipt of ten clicks with the same key', async () => {
    await desk.bill({ amountFen: 27580n, month: '2026-03' });
    const body = paymentFor(desk, await unpaid());
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => take(body)));
    expect(new Set(numbersOf(outcomes))).toEqual(new Set(['CH202603-000001']));
    expect(numbersOf(outcomes)).toHaveLength(10);
    expect(numbersOf([await take(body)])).toEqual(['CH202603-000001']);
    expect(await receiptCount()).toBe(1);
  });

  it('refuses a key used again for something else, also at the same moment', async () => {
    await desk.bill({ amountFen: 27580n, month: '2026-02', itemId: desk.waterItemId });
    await desk.bill({ amountFen: 6060n, month: '2026-03', itemId: desk.waterItemId });
    const [one, two] = await unpaid();
    const idempotencyKey = 'one-key-two-contents';
    const outcomes = await Promise.all([
      take(paymentFor(desk, [one!], { idempotencyKey })),
      take(paymentFor(desk, [two!], { idempotencyKey }), second),
    ]);
    expect(refusalsOf(outcomes)).toMatchObject([{ code: 'receipt.keyReused' }]);
    expect(await receiptCount()).toBe(1);
    expect((await take(paymentFor(desk, [two!], { idempotencyKey, note: 'x' }))) as object).toMatchObject({
      code: 'receipt.keyReused',
    });
    expect(await desk.company.run(countBreaches)).toEqual(noBreaches);
  });

  it('numbers twenty payments at once without a gap although some fail', async () => {
    for (let month = 1; month <= 12; month += 1)
      await desk.bill({ amountFen: 100n, month: `2025-${String(month).padStart(2, '0')}`, itemId: desk.waterItemId });
    const bills = await unpaid();
    const bodies = Array.from({ length: 20 }, (_, index) => {
      const bill = bills[index % bills.length]!;
      return paymentFor(desk, index === 3 ? [{ id: bill.id, toPay: '9.99' }] : [bill]);
    });
    const outcomes = await Promise.all(bodies.map((body, index) => take(body, index % 2 ? cashier : second)));
    const numbers = numbersOf(outcomes).sort();
    expect(numbers).toEqual(numbers.map((_, index) => `CH202603-${String(index + 1).padStart(6, '0')}`));
    expect(numbers.length).toBeGreaterThanOrEqual(11);
    expect(refusalsOf(outcomes).length).toBe(20 - numbers.length);
    expect(await desk.company.run(countBreaches)).toEqual(noBreaches);
  });

  it('locks bills in one order, so that crossing payments never wait for each other in a circle', async () => {
    for (let month = 1; month <= 6; month += 1)
      await desk.bill({ amountFen: 100n, month: `2025-0${month}`, itemId: desk.waterItemId });
    const bills = await unpaid();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) => {
        const rotated = [...bills.slice(index % 6), ...bills.slice(0, index % 6)];
        return take(paymentFor(desk, index % 2 ? rotated : rotated.reverse()));
      }),
    );
    expect(numbersOf(outcomes)).toHaveLength(1);
    expect(new Set(refusalsOf(outcomes).map((one) => one.code))).toEqual(new Set(['receipt.billPaid']));
  });

  it('keeps nobody of the community waiting for a number while a payment waits for its bill', async () => {
    await desk.bill({ amountFen: 100n, month: '2026-02', itemId: desk.waterItemId });
    await desk.bill({ amountFen: 200n, month: '2026-03', itemId: desk.waterItemId });
    const [held, free] = await unpaid();
    await take(paymentFor(desk, [free!]));
    const again = await desk.bill({ amountFen: 300n, month: '2026-04', itemId: desk.waterItemId });
    let waiting: Promise<Outcome> | undefined;
    let isOver = false;
    await desk.company.run(async (ctx) => {
      await ctx.tx.run(sql`select from bill where id = ${held!.id} for update`);
      waiting = take(paymentFor(desk, [held!])).finally(() => {
        isOver = true;
      });
      await untilWaiting(server);
      let isTaken = false;
      const other = take(paymentFor(desk, [{ id: again, toPay: '3.00' }]), second).finally(() => {
        isTaken = true;
      });
      const stuck = untilWaiting(server, 2, () => isTaken).then((): Promise<Outcome> | Outcome =>
        isTaken ? other : { code: 'waited', detail: '' },
      );
      expect(await Promise.race([other, stuck])).toEqual({ number: 'CH202603-000002' });
      expect(isOver).toBe(false);
    });
    expect(await waiting).toEqual({ number: 'CH202603-000003' });
    expect(await desk.company.run(countBreaches)).toEqual(noBreaches);
  });

  it('gives a double click the same receipt when both clicks waited for the same bill', async () => {
    await desk.bill({ amountFen: 27580n, month: '2026-03' });
    const bills = await unpaid();
    const body = paymentFor(desk, bills);
    let clicks: Promise<Outcome[]> | undefined;
    await desk.company.run(async (ctx) => {
      await ctx.tx.run(sql`select from bill where id = ${bills[0]!.id} for update`);
      clicks = Promise.all([take(body), take(body)]);
      await untilWaiting(server, 2);
    });
    expect(await clicks).toEqual([{ number: 'CH202603-000001' }, { number: 'CH202603-000001' }]);
    expect(await receiptCount()).toBe(1);
  });

  it('reverses a receipt once when two try', async () => {
    await desk.bill({ amountFen: 100n, month: '2026-03' });
    const taken = await cashier.call(takePayment, { body: paymentFor(desk, await unpaid()) });
    const reverse = (person: TestPerson) =>
      outcome(person.call(reverseReceipt, { params: { id: taken.id }, body: { reason: '收错' } }));
    const outcomes = await Promise.all([reverse(cashier), reverse(second), reverse(cashier)]);
    expect(numbersOf(outcomes)).toEqual([taken.number]);
    expect(refusalsOf(outcomes).map((one) => one.code)).toEqual(['receipt.alreadyReversed', 'receipt.alreadyReversed']);
    expect(await desk.company.run(countBreaches)).toEqual(noBreaches);
  });

  it('either collects a bill after its reversal or says it is paid when both happen at once', async () => {
    await desk.bill({ amountFen: 100n, month: '2026-03' });
    for (let round = 0; round < 6; round += 1) {
      const bills = await unpaid();
      const taken = await cashier.call(takePayment, { body: paymentFor(desk, bills) });
      const [reversed, paid] = await Promise.all([
        outcome(cashier.call(reverseReceipt, { params: { id: taken.id }, body: { reason: '收错' } })),
        take(paymentFor(desk, bills), second),
      ]);
      expect(reversed).toEqual({ number: taken.number });
      if ('number' in paid) {
        const again = await desk.company.run((ctx) =>
          ctx.tx.first<{ id: string }>(
            sql`select id from receipt where company_id = ${ctx.companyId} and number = ${paid.number}`,
          ),
        );
        await cashier.call(reverseReceipt, { params: { id: again!.id }, body: { reason: '复原' } });
      } else {
        expect(paid.code).toBe('receipt.billPaid');
      }
      expect(await desk.company.run(countBreaches)).toEqual(noBreaches);
    }
  });
});
