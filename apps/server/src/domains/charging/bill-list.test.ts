import {
  billResource,
  chargeItemResource,
  getBillHistory,
  getHouseAccount,
  previewBills,
  raiseBills,
  resourceEndpoints,
  voidBills,
  waiveBills,
} from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishedTask } from '../../../test/finished-task.ts';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { makeDesk } from '../cashier/cashier.fixture.ts';
import { addBuilding, addHouse, addItem, addStandard, bindHouses } from './charging.fixture.ts';
import { addDefaultChargeItems } from './default-charge-items.ts';

let server: TestApp;
let company: TestCompany;
let supervisor: TestPerson;
let itemId: string;
let houseIds: string[];
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  supervisor = await company.person('收费主管');
  await server.startWorker();
  await company.run(async (ctx) => {
    const { communityId } = company;
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    itemId = await addItem(ctx, { name: '物业管理费' });
    houseIds = [];
    for (const [number, builtArea] of [
      ['101', '98.50'],
      ['102', '100'],
      ['103', '0'],
    ] as const)
      houseIds.push(await addHouse(ctx, { communityId, buildingId, number, builtArea }));
    const chargeStandardId = await addStandard(ctx, { chargeItemId: itemId, price: '2.80' });
    await bindHouses(ctx, { communityId, chargeStandardId, houseIds, startsOn: '2026-01-01' });
  });
});
afterAll(() => server.stop());

const order = (monthFrom: string, monthTo: string) => ({
  communityId: company.communityId,
  chargeItemIds: [itemId],
  monthFrom,
  monthTo,
});

async function raise(monthFrom: string, monthTo: string) {
  const { taskId } = await supervisor.call(raiseBills, { body: order(monthFrom, monthTo) });
  return finishedTask(supervisor, taskId);
}

const { list } = resourceEndpoints(billResource);

describe('the states of bills', () => {
  it('are found by any of them as they are shown', async () => {
    const desk = await makeDesk(await server.company());
    const person = await desk.company.person('收费主管');
    const bill = (month: string) => desk.bill({ amountFen: 10_000n, month });
    const pay = (billId: string, amountFen: bigint) =>
      desk.payInPart({ billId, amountFen, receivedOn: '2026-03-10', cashierStaffId: person.staffId });
    await bill('2026-01');
    await pay(await bill('2026-02'), 4_000n);
    await pay(await bill('2026-03'), 10_000n);
    const waived = await bill('2026-04');
    const lines = [{ billId: waived, principal: '100.00', lateFee: '0.00' }];
    await person.call(waiveBills, { body: { lines, reason: '空置' } });
    await person.call(voidBills, { body: { ids: [await bill('2026-05')], reason: '重复' } });
    const states = async (...chosen: string[]) => {
      const filter = chosen.length > 0 ? { filter: JSON.stringify({ state: chosen }) } : {};
      const { rows } = await person.call(list, { query: { sort: 'periodFrom', ...filter } });
      return rows.map(({ state }) => state);
    };
    const all = ['due', 'partlyPaid', 'paid', 'waived', 'void'];
    expect(await states()).toEqual(all);
    for (const one of all) expect(await states(one)).toEqual([one]);
    for (const pair of [all.slice(0, 2), all.slice(1, 3), all.slice(2, 4)]) expect(await states(...pair)).toEqual(pair);
  });
});

describe('raising from the back office', () => {
  it('runs as a task that tells count, sum and failures; again, it adds nothing; the audit keeps both', async () => {
    const task = await raise('2026-01', '2026-03');
    expect(task).toMatchObject({
      state: 'done',
      result: { billCount: 6, sum: '1667.40', failedCount: 3, failures: [{ targetLabel: '1栋-103' }, {}, {}] },
    });
    expect((await raise('2026-01', '2026-03')).result).toMatchObject({ billCount: 0, sum: '0.00' });
    const audits = await company.run((ctx) =>
      ctx.tx.rows<{ after: object }>(
        sql`select after from audit_entry where company_id = ${ctx.companyId} and action = 'bill.raise' order by id`,
      ),
    );
    expect(audits.map(({ after }) => after)).toMatchObject([{ billCount: 6, sum: '1667.40' }, { billCount: 0 }]);
  });

  it('refuses months in the wrong order, too many months, and people without the right', async () => {
    expect(await refusal(supervisor.call(raiseBills, { body: order('2026-03', '2026-01') }))).toMatchObject({
      status: 422,
      fields: [{ path: 'monthTo', message: '结束月份早于开始月份，请改正' }],
    });
    expect(await refusal(supervisor.call(raiseBills, { body: order('2026-01', '2029-01') }))).toMatchObject({
      code: 'raising.tooManyMonths',
    });
    const cashier = await company.person('收银员');
    expect(await refusal(cashier.call(raiseBills, { body: order('2026-01', '2026-01') }))).toMatchObject({
      status: 403,
    });
    const local = await company.person('收费主管', [company.otherCommunityId]);
    const preview = { body: order('2026-01', '2026-01') };
    expect(await refusal(local.call(previewBills, preview))).toMatchObject({ status: 422, code: 'reference.notFound' });
  });
});

describe('the bills list', () => {
  it('totals everything that matches and narrows by state, period and place', async () => {
    const all = await supervisor.call(list, { query: { pageSize: 2 } });
    expect(all).toMatchObject({
      total: 6,
      totals: { receivable: '1667.40', outstanding: '1667.40', received: '0.00' },
    });
    expect(all.rows).toHaveLength(2);
    const march = { periodFrom: { from: '2026-03-01', to: '2026-03-31' }, state: ['due'] };
    const found = await supervisor.call(list, {
      query: { filter: JSON.stringify(march), sort: 'targetLabel', q: '101' },
    });
    expect(found.rows).toMatchObject([
      {
        targetLabel: '1栋-101',
        state: 'due',
        lastDay: '2026-03-31',
        receivable: '275.80',
        raisedHow: 'manual',
        receiptNumbers: '',
      },
    ]);
  });

  it('shows how a bill was computed and what happened to it', async () => {
    const { rows } = await supervisor.call(list, { query: { q: '1栋-101', sort: 'periodFrom' } });
    const { sentence, history } = await supervisor.call(getBillHistory, { params: { id: String(rows[0]!.id) } });
    expect(sentence).toBe('98.50㎡ × 2.80元/㎡·月 × 1个月 = 275.80元');
    expect(history).toMatchObject([{ what: '生成', amount: '275.80' }]);
  });

  it('shows a house its account by month', async () => {
    const account = await supervisor.call(getHouseAccount, { params: { id: houseIds[0]! } });
    expect(account).toMatchObject({ outstanding: '827.40', overdue: '551.60', billCount: 3 });
    expect(account.months.map((one) => one.month)).toEqual(['2026-03', '2026-02', '2026-01']);
  });

  it('is empty for another company and another community', async () => {
    const stranger = await (await server.company('别家物业')).person('管理员');
    expect((await stranger.call(list, { query: {} })).total).toBe(0);
    expect(await refusal(stranger.call(getHouseAccount, { params: { id: houseIds[0]! } }))).toMatchObject({
      status: 404,
    });
    const local = await company.person('收费主管', [company.otherCommunityId]);
    expect((await local.call(list, { query: {} })).total).toBe(0);
  });
});

describe('charge items', () => {
  it('come ready made for a new company, once', async () => {
    const fresh = await server.company('新物业');
    await fresh.run(addDefaultChargeItems);
    await fresh.run(addDefaultChargeItems);
    const admin = await fresh.person('管理员');
    const { rows } = await admin.call(resourceEndpoints(chargeItemResource).list, { query: {} });
    expect(rows.map((row) => row.name)).toEqual([
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
  });

  it('want days where nothing is charged under some days, and nowhere else', async () => {
    const { create } = resourceEndpoints(chargeItemResource);
    const item = {
      name: '电梯',
      kind: 'periodic',
      precision: 'fen',
      rounding: 'halfUp',
      proration: 'nothingUnder',
      dueDays: 30,
      raiseOffset: 0,
      lateFeeGraceDays: 0,
      taxRate: '6',
      sortOrder: 1,
    };
    expect(await refusal(supervisor.call(create, { body: item }))).toMatchObject({
      code: 'chargeItem.minimumDaysMissing',
    });
    const wrong = { ...item, proration: 'actualDays', prorationDays: 15 };
    expect(await refusal(supervisor.call(create, { body: wrong }))).toMatchObject({
      code: 'chargeItem.minimumDaysUnused',
    });
    await supervisor.call(create, { body: { ...item, prorationDays: 15 } });
  });
});
