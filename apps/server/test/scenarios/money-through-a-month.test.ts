import * as contract from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addDefaultPaymentMethods } from '../../src/domains/cashier/payment-method.ts';
import { addBuilding, addHouse, addItem } from '../../src/domains/charging/charging.fixture.ts';
import { verifyBooks } from '../../src/domains/finance/index.ts';
import { sql } from '../../src/platform/database/sql.ts';
import { finishedTask } from '../finished-task.ts';
import { refusal, startTestApp, type TestApp, type TestCompany } from '../test-app.ts';

let server: TestApp;
let company: TestCompany;
let houseId: string;
let chargeItemId: string;
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  await company.run(async (ctx) => {
    await addDefaultPaymentMethods(ctx);
    const buildingId = await addBuilding(ctx, company.communityId, '1栋');
    houseId = await addHouse(ctx, { communityId: company.communityId, buildingId, number: '101', builtArea: '98.50' });
    chargeItemId = await addItem(ctx, { name: '物业管理费' });
  });
  await server.startWorker();
});
afterAll(() => server.stop());

// 98.50 ㎡ × 2.80 yuan = 275.80 yuan for a whole month (worked example 1).
it('goes from a price to a bill, to cash with change, back, and in again, and the books agree', async () => {
  const supervisor = await company.person('收费主管');
  const cashier = await company.person('收银员', [company.communityId]);
  const standard = await supervisor.call(contract.createChargeStandard, {
    body: {
      chargeItemId,
      name: '高层',
      method: 'unitPrice',
      quantitySource: 'builtArea',
      everyMonths: 1,
      price: '2.80',
    },
  });
  const { communityId } = company;
  const bound = await supervisor.call(contract.bindStandard, {
    body: { chargeStandardId: standard.id, selection: { targetKind: 'house', communityId }, startsOn: '2026-01-01' },
  });
  expect(bound.boundCount).toBe(1);
  const order = { communityId, chargeItemIds: [chargeItemId], monthFrom: '2026-03', monthTo: '2026-03' };
  expect((await supervisor.call(contract.previewBills, { body: order })).toRaise).toEqual({ count: 1, sum: '275.80' });
  expect((await refusal(cashier.call(contract.raiseBills, { body: order }))).code).toBe('permission.denied');
  for (const billCount of [1, 0]) {
    const { taskId } = await supervisor.call(contract.raiseBills, { body: order });
    expect(await finishedTask(supervisor, taskId)).toMatchObject({ state: 'done', result: { billCount } });
  }

  const account = () => cashier.call(contract.getDeskAccount, { query: { targetKind: 'house', targetId: houseId } });
  const { bills } = await account();
  expect(bills.map((one) => one.toPay)).toEqual(['275.80']);
  const methods = await cashier.call(contract.listPaymentMethods);
  const cash = methods.rows.find((one) => one.isCash)!.id;
  const pay = (idempotencyKey: string) =>
    cashier.call(contract.takePayment, {
      body: {
        communityId,
        targetKind: 'house',
        targetId: houseId,
        bills: [{ id: bills[0]!.id, expected: '275.80' }],
        expectedTotal: '275.80',
        tenders: [{ paymentMethodId: cash, amount: '275.80' }],
        cashTendered: '300',
        receivedOn: '2026-03-10',
        idempotencyKey,
      },
    });
  const first = await pay('story-0001');
  expect(first).toMatchObject({ total: '275.80', change: '24.20' });
  expect((await cashier.call(contract.getReceipt, { params: { id: first.id } })).totalInWords).toBe(
    '贰佰柒拾伍元捌角整',
  );
  await cashier.call(contract.reverseReceipt, { params: { id: first.id }, body: { reason: '收错了房号' } });
  expect((await account()).bills.map((one) => one.toPay)).toEqual(['275.80']);
  const second = await pay('story-0002');
  expect(second.number).not.toBe(first.number);
  expect((await account()).bills).toEqual([]);

  const list = await cashier.call(contract.listReceipts, { query: {} });
  expect(list.totals).toMatchObject({ validCount: 1, validSum: '275.80', reversedCount: 1, reversedSum: '275.80' });
  expect((await company.run(verifyBooks)).checks.filter((one) => one.wrong > 0)).toEqual([]);
});

it('takes a cashier’s rights away in the middle of the day, and nothing more is collected', async () => {
  const cashier = await company.person('收银员', [company.communityId]);
  await cashier.call(contract.getDeskAccount, { query: { targetKind: 'house', targetId: houseId } });
  await company.run((ctx) =>
    ctx.tx.run(
      sql`delete from staff_permission_group where company_id = ${ctx.companyId} and staff_id = ${cashier.staffId}`,
    ),
  );
  const look = cashier.call(contract.getDeskAccount, { query: { targetKind: 'house', targetId: houseId } });
  expect((await refusal(look)).code).toBe('permission.denied');
});
