import {
  bindStandard,
  chargeItemResource,
  createChargeStandard,
  currentSession,
  getDeskAccount,
  getReceipt,
  houseResource,
  listIncome,
  listPaymentMethods,
  previewBills,
  raiseBills,
  resourceEndpoints,
  takePayment,
} from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskHandlers } from '../src/app.ts';
import { wizard } from '../src/domains/imports/imports.fixture.ts';
import { fillInstallation } from '../src/fill-installation.ts';
import { asSystem } from '../src/platform/boundary.ts';
import { runTask } from '../src/platform/tasks/run-task.ts';
import { signInAs, startTestApp, type TestApp } from './test-app.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

const config = { isDemo: false, host: '127.0.0.1' };
const opening = {
  company: { name: '春晖物业', phone: '0755-12345678', address: '' },
  community: { name: '翠湖花园', code: 'ch' },
  administrator: { name: '陈春晖', phone: '13900000000', password: 'cuihu2026x' },
};

/** Starts an empty installation and sets it up with the printed code, as the wizard does; signed in with its cookie. */
async function openForUse() {
  const lines = await fillInstallation(server.services, config, () => {});
  const code = /初始化码\s+(\S+)/.exec(lines.join('\n'))![1]!;
  const opened = await server.app.inject({ method: 'POST', url: '/api/setup', payload: { ...opening, code } });
  expect(opened.statusCode).toBe(200);
  expect(String(opened.headers['set-cookie'])).toContain('HttpOnly');
  const person = await signInAs(server.app, opening.administrator.phone, opening.administrator.password);
  const view = await person.call(currentSession);
  expect(view).toMatchObject({ mustChangePassword: false, communities: [{ name: '翠湖花园' }] });
  return { person, companyId: view.company.id, communityId: view.communities[0]!.id };
}

describe('an installation without the demo', () => {
  it('takes a person from nothing to money in the till: community, import, price, preview, bills, receipt, income', async () => {
    const { person, companyId, communityId } = await openForUse();
    expect(await fillInstallation(server.services, config, () => {})).toEqual([]);

    const company = {
      id: companyId,
      communityId,
      otherCommunityId: communityId,
      run: <T>(work: Parameters<typeof asSystem<T>>[2]) => asSystem(server.services, companyId, work),
      person: () => Promise.resolve(person),
    };
    const file = '楼栋,房号,建筑面积,业主,手机号\n1栋,101,98.50,崔春涛,13812345678\n1栋,102,120.00,王芳,13912345678\n';
    const imported = await wizard(server, company, person, 'house').all(file, '房屋.csv');
    expect(imported).toMatchObject({ state: 'done', counts: { added: 2, failed: 0 } });

    const query = { page: 1, pageSize: 50 };
    const items = await person.call(resourceEndpoints(chargeItemResource).list, { query });
    expect(items.rows.map((row) => row.name)).toEqual([
      '物业费',
      '水费',
      '电费',
      '车位费',
      '租金',
      '公摊费用',
      '滞纳金',
      '电梯费',
      '当月应缴费用',
      '其它',
    ]);
    const chargeItemId = String(items.rows[0]!.id);
    const { id: chargeStandardId } = await person.call(createChargeStandard, {
      body: {
        chargeItemId,
        name: '住宅 2.80',
        method: 'unitPrice',
        quantitySource: 'builtArea',
        everyMonths: 1,
        price: '2.80',
      },
    });
    const selection = { targetKind: 'house' as const, communityId };
    const bound = await person.call(bindStandard, { body: { chargeStandardId, selection, startsOn: '2026-03-01' } });
    expect(bound).toEqual({ boundCount: 2, skippedCount: 0 });

    const order = { communityId, chargeItemIds: [chargeItemId], monthFrom: '2026-03', monthTo: '2026-03' };
    const preview = await person.call(previewBills, { body: order });
    // 98.50 × 2.80 = 275.80; 120.00 × 2.80 = 336.00.
    expect(preview.toRaise).toEqual({ count: 2, sum: '611.80' });
    const { taskId } = await person.call(raiseBills, { body: order });
    await runTask(server.services, taskHandlers, companyId, taskId);

    const houses = await person.call(resourceEndpoints(houseResource).list, { query: { ...query, q: '101' } });
    const targetId = String(houses.rows[0]!.id);
    const account = await person.call(getDeskAccount, { query: { targetKind: 'house', targetId } });
    expect(account.bills.map((bill) => bill.toPay)).toEqual(['275.80']);
    const { rows: methods } = await person.call(listPaymentMethods);
    expect(methods.map((method) => method.name)).toEqual([
      '现金',
      'POS 刷卡',
      '微信',
      '支付宝',
      '银行转账',
      '银行代扣',
      '支票',
    ]);
    const taken = await person.call(takePayment, {
      body: {
        communityId,
        targetKind: 'house',
        targetId,
        bills: account.bills.map((bill) => ({ id: bill.id, expected: bill.toPay })),
        expectedTotal: '275.80',
        tenders: [{ paymentMethodId: methods[0]!.id, amount: '275.80' }],
        cashTendered: '300',
        payerName: '崔春涛',
        receivedOn: account.today,
        idempotencyKey: 'from-nothing-1',
      },
    });
    expect(taken).toMatchObject({ number: 'CH202603-000001', total: '275.80', change: '24.20' });
    const receipt = await person.call(getReceipt, { params: { id: taken.id } });
    expect(receipt).toMatchObject({ totalInWords: '贰佰柒拾伍元捌角整', companyName: '春晖物业' });
    const income = await person.call(listIncome, { query: { page: 1, pageSize: 50 } });
    expect(income).toMatchObject({ total: 1, totals: { income: '275.80' } });
  });
});
