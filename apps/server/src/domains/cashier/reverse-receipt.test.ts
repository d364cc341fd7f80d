import {
  getDeskAccount,
  getReceipt,
  listPaymentMethods,
  listReceipts,
  printReceipt,
  reverseReceipt,
  takePayment,
} from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { countBreaches, type DeskFixture, makeDesk, noBreaches, paymentFor } from './cashier.fixture.ts';

let server: TestApp;
let desk: DeskFixture;
let cashier: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.clock.set('2026-04-10T02:00:00Z');
  desk = await makeDesk(await server.company());
  cashier = await desk.company.person('收银员');
});

const account = () => cashier.call(getDeskAccount, { query: { targetKind: 'house', targetId: desk.houseId } });
const collect = async (over: object = {}) => {
  const { bills } = await account();
  return cashier.call(takePayment, { body: paymentFor(desk, bills, { receivedOn: '2026-04-10', ...over }) });
};

describe('reversing a receipt', () => {
  it('makes its bills due again with the late fee they had, and keeps the number as cancelled', async () => {
    await desk.bill({ amountFen: 27580n, month: '2026-01', dueOn: '2026-02-10' });
    await desk.bill({ amountFen: 6060n, month: '2026-01', itemId: desk.waterItemId });
    const before = await account();
    const taken = await collect();
    const reversed = await cashier.call(reverseReceipt, {
      params: { id: taken.id },
      body: { reason: '业主要求改日再交' },
    });
    expect(reversed).toEqual({ number: taken.number, total: '342.47', billCount: 2 });
    const after = await account();
    expect(after.bills).toEqual(before.bills);
    expect(after.receipts).toMatchObject([{ number: taken.number, isReversed: true }]);
    const detail = await cashier.call(getReceipt, { params: { id: taken.id } });
    expect(detail).toMatchObject({
      state: 'reversed',
      reversal: { reason: '业主要求改日再交', reversedOn: '2026-04-10' },
    });
    expect(detail.history.map((one) => one.action)).toEqual(['receipt.take', 'receipt.reverse']);
    expect((await collect()).number).toBe('CH202604-000002');
    expect(await desk.company.run(countBreaches)).toEqual(noBreaches);
  });

  it('refuses a second time, without a reason, without the right, and for another company, with nothing written', async () => {
    await desk.bill({ amountFen: 100n, month: '2026-04' });
    const taken = await collect();
    const params = { id: taken.id };
    const clerk = await desk.company.person('财务');
    const stranger = await (await server.company('别家物业')).person('管理员');
    const reverse = (person: TestPerson, reason = '收错') =>
      refusal(person.call(reverseReceipt, { params, body: { reason } }));
    expect(await reverse(cashier, '  ')).toMatchObject({ status: 422, fields: [{ message: '请填写撤销原因' }] });
    expect((await reverse(clerk)).code).toBe('permission.denied');
    expect((await reverse(stranger)).code).toBe('resource.notFound');
    expect((await account()).receipts[0]!.isReversed).toBe(false);
    await cashier.call(reverseReceipt, { params, body: { reason: '收错' } });
    const again = await reverse(cashier);
    expect(again).toMatchObject({ code: 'receipt.alreadyReversed', status: 409 });
    expect(again.detail).toContain(taken.number);
    expect((await refusal(cashier.call(printReceipt, { params }))).code).toBe('receipt.reversedPrint');
  });

  it('tells the cashier whose receipt was reversed', async () => {
    await desk.bill({ amountFen: 100n, month: '2026-04' });
    const taken = await collect();
    const other = await desk.company.person('收银员');
    await other.call(reverseReceipt, { params: { id: taken.id }, body: { reason: '重复收款' } });
    const events = await desk.company.run((ctx) =>
      ctx.tx.rows<{ kind: string; payload: { cashierStaffId?: string } }>(
        sql`select kind, payload from outbox_event order by id`,
      ),
    );
    expect(events.map((event) => event.kind)).toEqual(['receipt.taken', 'receipt.reversed']);
    expect(events[1]!.payload.cashierStaffId).toBe(cashier.staffId);
  });
});

describe('finding receipts', () => {
  it('totals all that match, not only the page, and reversed ones apart', async () => {
    const numbers: string[] = [];
    for (const [index, method] of [desk.methods.cash, desk.methods.wechat, desk.methods.wechat].entries()) {
      await desk.bill({ amountFen: 1000n * BigInt(index + 1), month: `2026-0${index + 4}`, itemId: desk.waterItemId });
      const amount = `${10 * (index + 1)}.00`;
      numbers.push((await collect({ tenders: [{ paymentMethodId: method, amount }] })).number);
    }
    const all = await cashier.call(listReceipts, { query: { pageSize: 1 } });
    expect(all).toMatchObject({
      total: 3,
      totals: {
        validCount: 3,
        validSum: '60.00',
        byMethod: [
          { name: '现金', sum: '10.00' },
          { name: '微信', sum: '50.00' },
        ],
      },
    });
    expect(all.rows).toHaveLength(1);
    await cashier.call(reverseReceipt, { params: { id: all.rows[0]!.id }, body: { reason: '收错' } });
    const totals = async (query: object) => (await cashier.call(listReceipts, { query })).totals;
    expect(await totals({})).toMatchObject({ validSum: '30.00', reversedCount: 1, reversedSum: '30.00' });
    expect(await totals({ paymentMethodId: desk.methods.wechat, state: 'valid' })).toMatchObject({ validSum: '20.00' });
    expect(await totals({ q: numbers[0] })).toMatchObject({ validSum: '10.00' });
    expect(await totals({ receivedFrom: '2026-04-11' })).toMatchObject({ validCount: 0 });
    expect(await totals({ communityId: desk.company.otherCommunityId })).toMatchObject({ validCount: 0 });
    expect(await totals({ cashierStaffId: cashier.staffId, targetId: desk.houseId })).toMatchObject({ validCount: 2 });
  });

  it('counts prints and marks the second as a reprint', async () => {
    await desk.bill({ amountFen: 100n, month: '2026-04' });
    const { id } = await collect();
    expect(await cashier.call(printReceipt, { params: { id } })).toEqual({ printCount: 1, isReprint: false });
    expect(await cashier.call(printReceipt, { params: { id } })).toEqual({ printCount: 2, isReprint: true });
    expect((await refusal((await desk.company.person('客服')).call(printReceipt, { params: { id } }))).status).toBe(
      403,
    );
  });

  it('offers the usual payment methods, cash first, and adds them once', async () => {
    const { addDefaultPaymentMethods } = await import('./payment-method.ts');
    await desk.company.run(addDefaultPaymentMethods);
    const { rows } = await cashier.call(listPaymentMethods);
    expect(rows.map((row) => row.name)).toEqual(['现金', 'POS 刷卡', '微信', '支付宝', '银行转账', '银行代扣', '支票']);
    expect(rows.filter((row) => row.isCash)).toHaveLength(1);
  });
});
