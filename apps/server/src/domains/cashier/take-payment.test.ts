import { getDeskAccount, getReceipt, reverseReceipt, takePayment } from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { raw, sql } from '../../platform/database/sql.ts';
import { addOccupancy, countBreaches, type DeskFixture, makeDesk, noBreaches, paymentFor } from './cashier.fixture.ts';

let server: TestApp;
let desk: DeskFixture;
let cashier: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.clock.set('2026-03-10T02:00:00Z');
  desk = await makeDesk(await server.company());
  cashier = await desk.company.person('收银员');
});

/** Moves the clock, and signs in again because the session of an earlier month has expired. */
async function moveTo(instant: string): Promise<void> {
  server.clock.set(instant);
  cashier = await desk.company.person('收银员');
}

const account = (over: object = {}) =>
  cashier.call(getDeskAccount, { query: { targetKind: 'house', targetId: desk.houseId, ...over } });

async function counts(): Promise<{ receipts: number; entries: number }> {
  const row = await desk.company.run((ctx) =>
    ctx.tx.first<{ receipts: number; entries: number }>(sql`select (select count(*)::int from receipt) as receipts,
      (select count(*)::int from audit_entry where action like 'receipt.%') as entries`),
  );
  return row!;
}
const nothingWritten = { receipts: 0, entries: 0 };

describe('collecting at the desk', () => {
  it('takes cash for two bills, gives change and writes one numbered receipt whose sums agree', async () => {
    const ids = [
      await desk.bill({ amountFen: 27580n, month: '2026-01', dueOn: '2026-03-31' }),
      await desk.bill({ amountFen: 6060n, month: '2026-02', itemId: desk.waterItemId }),
    ];
    const { bills } = await account();
    expect(bills.map((bill) => bill.sentence)[0]).toBe('98.50㎡ × 2.80元/㎡·月 × 1个月 = 275.80元');
    const taken = await cashier.call(takePayment, { body: paymentFor(desk, bills, { cashTendered: '400' }) });
    expect(taken).toMatchObject({ number: 'CH202603-000001', total: '336.40', change: '63.60' });
    const receipt = await cashier.call(getReceipt, { params: { id: taken.id } });
    expect(receipt).toMatchObject({
      totalInWords: '叁佰叁拾陆元肆角整',
      cashTendered: '400.00',
      tenders: [{ name: '现金', amount: '336.40' }],
    });
    expect(receipt.lines.map((line) => line.billId).sort()).toEqual([...ids].sort());
    const after = await account();
    expect(after.bills).toEqual([]);
    expect(after.receipts).toMatchObject([{ number: 'CH202603-000001', isReversed: false }]);
    expect(await desk.company.run(countBreaches)).toEqual(noBreaches);
  });

  it('charges the late fee as of the chosen day: 6.07 on 275.80 after 44 days (worked example 20)', async () => {
    await moveTo('2026-04-10T02:00:00Z');
    const id = await desk.bill({ amountFen: 27580n, month: '2026-01', dueOn: '2026-02-10' });
    expect((await account({ asOf: '2026-02-25' })).bills[0]).toMatchObject({ lateFee: '0.00', toPay: '275.80' });
    const { bills } = await account();
    expect(bills[0]).toMatchObject({ lateFee: '6.07', toPay: '281.87' });
    expect(bills[0]!.lateFeeSentence).toContain('44天');
    // What is paid of it first is not asked for again.
    const part = {
      bills: [{ id, expected: '281.87', pay: '3.00' }],
      expectedTotal: '3.00',
      tenders: [{ paymentMethodId: desk.methods.cash, amount: '3.00' }],
    };
    await cashier.call(takePayment, { body: paymentFor(desk, bills, { receivedOn: '2026-04-10', ...part }) });
    const left = (await account()).bills;
    expect(left).toMatchObject([{ outstanding: '275.80', lateFee: '3.07', toPay: '278.87' }]);
    await cashier.call(takePayment, { body: paymentFor(desk, left, { receivedOn: '2026-04-10' }) });
    const row = await desk.company.run((ctx) =>
      ctx.tx.first(sql`select received_fen, late_fee_received_fen, outstanding_fen from bill where id = ${id}`),
    );
    expect(row).toEqual({ received_fen: 27580n, late_fee_received_fen: 607n, outstanding_fen: 0n });
    expect(await desk.company.run(countBreaches)).toEqual(noBreaches);
  });

  it('writes beside the receipt the very income that the database would lay out from its documents', async () => {
    await moveTo('2026-04-10T02:00:00Z');
    await desk.bill({ amountFen: 27580n, month: '2026-01', dueOn: '2026-02-10' });
    await desk.bill({ amountFen: 6060n, month: '2026-01', itemId: desk.waterItemId });
    // Two bills of one item and month are one piece of income.
    for (const amountFen of [27580n, 1300n]) await desk.bill({ amountFen, month: '2026-02', dueOn: '2026-03-31' });
    const { bills } = await account();
    const { id } = await cashier.call(takePayment, { body: paymentFor(desk, bills, { receivedOn: '2026-04-10' }) });
    const columns = `receipt_tender_id, payment_method_id, source, amount_fen, principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen,
      part_item_ids, part_months, part_kinds, part_fen`;
    const rows = await desk.company.run(async (ctx) => ({
      written: await ctx.tx.rows(sql`select ${raw(columns)} from income_movement where receipt_id = ${id}`),
      laidOut: await ctx.tx.rows(sql`select ${raw(columns)} from income_of_receipt(${ctx.companyId}, ${id})`),
    }));
    expect(rows.written).toMatchObject([{ part_kinds: ['principal', 'principal', 'principal', 'lateFee'] }]);
    expect(rows.written).toEqual(rows.laidOut);
  });

  it('takes several methods in one receipt and gives change on the cash alone', async () => {
    await desk.bill({ amountFen: 27580n, month: '2026-03' });
    const { bills } = await account();
    const tenders = [
      { paymentMethodId: desk.methods.wechat, amount: '200', reference: '4200001' },
      { paymentMethodId: desk.methods.cash, amount: '75.80' },
    ];
    const taken = await cashier.call(takePayment, { body: paymentFor(desk, bills, { tenders, cashTendered: '100' }) });
    expect(taken).toMatchObject({ total: '275.80', change: '24.20' });
  });

  it('collects for several houses of one owner in one receipt', async () => {
    const second = await desk.house('2-202');
    await desk.company.run(async (ctx) => {
      const owner = await ctx.tx.first<{ id: string }>(
        sql`select id from resident where company_id = ${ctx.companyId}`,
      );
      await addOccupancy(ctx, desk.company.communityId, second, owner!.id);
    });
    await desk.bill({ amountFen: 27580n, month: '2026-03' });
    await desk.bill({ amountFen: 10000n, month: '2026-03', targetId: second });
    const plain = await account();
    expect(plain.bills).toHaveLength(1);
    expect(plain.others).toMatchObject([{ id: second, name: '2-202', unpaidCount: 1, outstanding: '100.00' }]);
    const both = await account({ include: second });
    const taken = await cashier.call(takePayment, { body: paymentFor(desk, both.bills) });
    expect(taken.total).toBe('375.80');
  });

  it('shows people with masked phones', async () => {
    expect((await account()).relations).toMatchObject([{ name: '崔春涛', phone: '138****5678', role: '业主本人' }]);
  });

  it('lowers the base of the late fee from the day of a part payment (worked example 21)', async () => {
    await moveTo('2026-03-31T02:00:00Z');
    const billId = await desk.bill({ amountFen: 27580n, month: '2026-01', dueOn: '2026-02-10' });
    await desk.company.run((ctx) =>
      ctx.tx.run(sql`update charge_item set late_fee_grace_days = 0 where id = ${desk.feeItemId}`),
    );
    await desk.payInPart({ billId, amountFen: 10000n, receivedOn: '2026-03-01', cashierStaffId: cashier.staffId });
    expect((await account()).bills[0]).toMatchObject({ outstanding: '175.80', lateFee: '5.26', toPay: '181.06' });
    // A part that was paid before and reversed never happened: it lowers the base of no day.
    const part = { billId, amountFen: 17000n, receivedOn: '2026-02-11', cashierStaffId: cashier.staffId };
    const id = await desk.payInPart(part);
    await cashier.call(reverseReceipt, { params: { id }, body: { reason: '收错了房号' } });
    const { bills } = await account();
    expect(bills[0]).toMatchObject({ outstanding: '175.80', lateFee: '5.26', toPay: '181.06' });
    const taken = await cashier.call(takePayment, { body: paymentFor(desk, bills, { receivedOn: '2026-03-31' }) });
    expect(taken.total).toBe('181.06');
    expect(await desk.company.run(countBreaches)).toEqual(noBreaches);
  });
});

describe('refusing a payment, with nothing written', () => {
  const attempt = async (over: object = {}, person = cashier) => {
    await desk.bill({ amountFen: 27580n, month: '2026-03' });
    const { bills } = await account();
    return refusal(person.call(takePayment, { body: paymentFor(desk, bills, over) }));
  };

  it.each([
    ['a receipt date in the future', { receivedOn: '2026-03-11' }, 'receipt.futureDay', '今天（2026-03-10）'],
    ['a receipt date more than 31 days back', { receivedOn: '2026-02-06', note: '补录' }, 'receipt.tooEarly', '31 天'],
    ['an earlier receipt date without a reason', { receivedOn: '2026-03-09' }, 'receipt.backdateReason', '备注'],
    ['less cash than is to pay', { cashTendered: '200' }, 'receipt.cashShort', '200.00'],
    ['a total that is not the sum of the bills', { expectedTotal: '275.00' }, 'receipt.totalMismatch', '275.80'],
  ])('refuses %s', async (_, over, code, words) => {
    const problem = await attempt(over);
    expect(problem).toMatchObject({ code, status: 422 });
    expect(problem.detail).toContain(words);
    expect(await counts()).toEqual(nothingWritten);
  });

  it('refuses tenders that do not add up, cash without a cash tender, and an unknown or disabled method', async () => {
    const { wechat, cheque } = desk.methods;
    const short = await attempt({ tenders: [{ paymentMethodId: wechat, amount: '275.79' }] });
    expect(short.code).toBe('receipt.tendersMismatch');
    const { bills } = await account();
    const pay = (over: object) => refusal(cashier.call(takePayment, { body: paymentFor(desk, bills, over) }));
    const tenders = [{ paymentMethodId: wechat, amount: '275.80' }];
    expect((await pay({ tenders, cashTendered: '300' })).code).toBe('receipt.cashWithoutTender');
    const unknown = [{ paymentMethodId: crypto.randomUUID(), amount: '275.80' }];
    expect(await pay({ tenders: unknown })).toMatchObject({ code: 'reference.notFound', status: 422 });
    await desk.company.run((ctx) => ctx.tx.run(sql`update payment_method set is_enabled = false where id = ${cheque}`));
    const disabled = [{ paymentMethodId: cheque, amount: '275.80' }];
    expect((await pay({ tenders: disabled })).code).toBe('reference.notFound');
    expect(await counts()).toEqual(nothingWritten);
  });

  it.each(['-1', '1e3', '007', '1.005', 'abc', '９'])('refuses the amount %s as not a sum of money', async (amount) => {
    const problem = await attempt({ tenders: [{ paymentMethodId: desk.methods.cash, amount }] });
    expect(problem).toMatchObject({ code: 'request.invalid', status: 422 });
    expect(problem.detail).toContain('最多两位小数');
  });

  it('names the bill and both sums when its amount changed since the page was opened', async () => {
    await desk.bill({ amountFen: 27580n, month: '2026-01', dueOn: '2026-02-10' });
    const { bills } = await account();
    const stale = [{ id: bills[0]!.id, toPay: '270.00' }];
    const problem = await refusal(cashier.call(takePayment, { body: paymentFor(desk, stale) }));
    expect(problem).toMatchObject({ code: 'receipt.amountChanged', status: 409 });
    expect(problem.detail).toContain('“物业管理费 2026年1月”应收已变为 277.59 元（页面上是 270.00 元）');
    expect(await counts()).toEqual(nothingWritten);
  });

  it('compares each bill with what the cashier saw, not only their sum', async () => {
    await desk.bill({ amountFen: 27580n, month: '2026-03' });
    await desk.bill({ amountFen: 6060n, month: '2026-04', itemId: desk.waterItemId });
    const { bills } = await account();
    const crossed = bills.map(({ id }, index) => ({ id, toPay: ['265.80', '70.60'][index]! }));
    const problem = await refusal(cashier.call(takePayment, { body: paymentFor(desk, crossed) }));
    expect(problem).toMatchObject({ code: 'receipt.amountChanged', status: 409 });
    expect(await counts()).toEqual(nothingWritten);
  });

  it('names the receipt that already paid a bill', async () => {
    await desk.bill({ amountFen: 27580n, month: '2026-03' });
    const { bills } = await account();
    await cashier.call(takePayment, { body: paymentFor(desk, bills) });
    const problem = await refusal(cashier.call(takePayment, { body: paymentFor(desk, bills) }));
    expect(problem).toMatchObject({ code: 'receipt.billPaid', status: 409 });
    expect(problem.detail).toContain('“物业管理费 2026年3月”已由收据 CH202603-000001 收讫');
    expect((await counts()).receipts).toBe(1);
  });

  it('refuses a voided bill, a bill twice, and a bill of another community', async () => {
    const id = await desk.bill({ amountFen: 100n, month: '2026-03' });
    const pay = (ids: string[]) =>
      refusal(
        cashier.call(takePayment, {
          body: paymentFor(
            desk,
            ids.map((one) => ({ id: one, toPay: '1.00' })),
          ),
        }),
      );
    expect((await pay([id, id])).code).toBe('receipt.billsRepeated');
    await desk.company.run((ctx) => ctx.tx.run(sql`update bill set voided_at = now() where id = ${id}`));
    expect((await pay([id])).code).toBe('receipt.billVoided');
    const communityId = desk.company.otherCommunityId;
    const targetId = await desk.house('9-909', communityId);
    const elsewhere = await desk.bill({ amountFen: 100n, month: '2026-03', communityId, targetId });
    expect((await pay([elsewhere])).code).toBe('receipt.otherCommunity');
    expect(await counts()).toEqual(nothingWritten);
  });

  it('knows nothing of another company: its bill, house, community, receipt', async () => {
    const other = await makeDesk(await server.company('别家物业'));
    const foreignBill = await other.bill({ amountFen: 100n, month: '2026-03' });
    const pay = (over: object, bills = [{ id: foreignBill, toPay: '1.00' }]) =>
      refusal(cashier.call(takePayment, { body: paymentFor(desk, bills, over) }));
    expect(await pay({})).toMatchObject({ code: 'reference.notFound', status: 422 });
    expect(await pay({ targetId: other.houseId })).toMatchObject({ code: 'reference.notFound', status: 422 });
    expect(await pay({ communityId: other.company.communityId })).toMatchObject({ status: 422 });
    expect((await refusal(account({ targetId: other.houseId }))).status).toBe(404);
    const otherCashier = await other.company.person('收银员');
    const taken = await otherCashier.call(takePayment, {
      body: paymentFor(other, [{ id: foreignBill, toPay: '1.00' }]),
    });
    expect((await refusal(cashier.call(getReceipt, { params: { id: taken.id } }))).status).toBe(404);
  });

  it('knows nothing of a community outside the data scope', async () => {
    const narrow = await desk.company.person('收银员', [desk.company.otherCommunityId]);
    expect(await attempt({}, narrow)).toMatchObject({ code: 'reference.notFound', status: 422 });
    const query = { targetKind: 'house', targetId: desk.houseId } as const;
    expect((await refusal(narrow.call(getDeskAccount, { query }))).status).toBe(404);
  });

  it('refuses a person without the right to collect', async () => {
    const clerk = await desk.company.person('客服');
    expect(await attempt({}, clerk)).toMatchObject({ code: 'permission.denied', status: 403 });
    expect(await counts()).toEqual(nothingWritten);
  });
});
