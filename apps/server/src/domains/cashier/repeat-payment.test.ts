import { getDeskAccount, reverseReceipt, takePayment } from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
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
/** Two bills of 275.80 and 60.60, taken in cash of 400.00 under one key. */
let body: PaymentBody;
let taken: { id: string; number: string; total: string; change: string };
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  desk = await makeDesk(await server.company());
  cashier = await desk.company.person('收银员');
  await desk.bill({ amountFen: 27580n, month: '2026-03', itemId: desk.waterItemId });
  await desk.bill({ amountFen: 6060n, month: '2026-04', itemId: desk.waterItemId });
  const { bills } = await cashier.call(getDeskAccount, { query: { targetKind: 'house', targetId: desk.houseId } });
  body = paymentFor(desk, bills, { cashTendered: '400' });
  taken = await pay(body);
});

const pay = (wanted: PaymentBody) => cashier.call(takePayment, { body: wanted });
const reverse = (id: string) => cashier.call(reverseReceipt, { params: { id }, body: { reason: '收错' } });

async function receiptNumbers(): Promise<string[]> {
  const rows = await desk.company.run((ctx) =>
    ctx.tx.rows<{ number: string }>(
      sql`select number from receipt where company_id = ${ctx.companyId} order by number`,
    ),
  );
  return rows.map((row) => row.number);
}

describe('the same payment sent again', () => {
  it('gives the same receipt with its change, also with the bills in another order', async () => {
    expect(taken).toMatchObject({ total: '336.40', change: '63.60' });
    expect(await pay(body)).toEqual(taken);
    expect(await pay({ ...body, bills: [...body.bills].reverse() })).toEqual(taken);
    expect(await receiptNumbers()).toEqual([taken.number]);
  });

  it('gives the same receipt after it was reversed, and collects nothing anew', async () => {
    await reverse(taken.id);
    expect(await pay(body)).toEqual(taken);
    expect(await receiptNumbers()).toEqual([taken.number]);
    const { bills } = await cashier.call(getDeskAccount, { query: { targetKind: 'house', targetId: desk.houseId } });
    expect(bills.map((bill) => bill.toPay)).toEqual(['275.80', '60.60']);
    expect(await desk.company.run(countBreaches)).toEqual(noBreaches);
  });

  it('gives the same receipt after its bills were paid by another', async () => {
    await reverse(taken.id);
    const other = await pay({ ...body, idempotencyKey: 'another-click' });
    expect(other.number).not.toBe(taken.number);
    expect(await pay(body)).toEqual(taken);
    expect(await receiptNumbers()).toEqual([taken.number, other.number]);
    expect(await desk.company.run(countBreaches)).toEqual(noBreaches);
  });

  it('gives the same receipt the next day, and when its payment method is no longer offered', async () => {
    server.clock.set('2026-03-11T02:00:00Z');
    await desk.company.run((ctx) =>
      ctx.tx.run(sql`update payment_method set is_enabled = false where id = ${desk.methods.cash}`),
    );
    expect(await pay(body)).toEqual(taken);
    server.clock.set('2026-03-10T02:00:00Z');
  });
});

describe('a key used again for something else', () => {
  it.each<[string, (was: PaymentBody) => Partial<PaymentBody>]>([
    ['another note', () => ({ note: '补开' })],
    ['another payer', () => ({ payerName: '崔春海' })],
    ['more cash', () => ({ cashTendered: '500' })],
    ['another method', () => ({ tenders: [{ paymentMethodId: desk.methods.wechat, amount: '336.40' }] })],
    ['another reference', (was) => ({ tenders: [{ ...was.tenders[0]!, reference: '4200002' }] })],
    ['another day', () => ({ receivedOn: '2026-03-09', note: '补录' })],
    ['a bill less', (was) => ({ bills: was.bills.slice(1), expectedTotal: was.bills[1]!.expected })],
    ['sums shared differently', (was) => ({ bills: was.bills.map(({ id }) => ({ id, expected: '168.20' })) })],
  ])('is refused with nothing written: %s', async (_, change) => {
    const problem = await refusal(pay({ ...body, ...change(body) }));
    expect(problem).toMatchObject({ code: 'receipt.keyReused', status: 409 });
    await reverse(taken.id);
    expect((await refusal(pay({ ...body, ...change(body) }))).code).toBe('receipt.keyReused');
    expect(await receiptNumbers()).toEqual([taken.number]);
  });
});
