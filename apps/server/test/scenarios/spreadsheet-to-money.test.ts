import * as contract from '@anlin/contract';
import { openSpreadsheet } from '@anlin/spreadsheet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addDefaultPaymentMethods } from '../../src/domains/cashier/payment-method.ts';
import { verifyBooks } from '../../src/domains/finance/index.ts';
import { realFile, upload } from '../../src/domains/imports/imports.fixture.ts';
import { finishedTask } from '../finished-task.ts';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../test-app.ts';

let server: TestApp;
let company: TestCompany;
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  await company.run(addDefaultPaymentMethods);
  await server.startWorker();
});
afterAll(() => server.stop());

const community = contract.resourceEndpoints(contract.communityResource);
const building = contract.resourceEndpoints(contract.buildingResource);
const house = contract.resourceEndpoints(contract.houseResource);
const chargeItem = contract.resourceEndpoints(contract.chargeItemResource);

/** Rows of the file as Excel numbers them that cannot be imported: no area, no number, twice, no such day. */
const wrongRows = [9, 21, 35, 53, 79, 92, 122, 152];

/** Built areas of the good rows in hundredths of a square metre, read from the file by the test itself. */
async function areasOfFile(content: Buffer): Promise<bigint[]> {
  const areas: bigint[] = [];
  for await (const row of (await openSpreadsheet({ bytes: content })).rows()) {
    if (row.number === 1 || wrongRows.includes(row.number)) continue;
    const text = row.cells[5]!.text.normalize('NFKC').trim();
    const [whole, decimals = ''] = text.split('.');
    areas.push(BigInt(whole! + decimals.padEnd(2, '0')));
  }
  return areas;
}

/** A month of an area (hundredths) at a price (fen), half up to a fen. */
const monthFen = (area: bigint, priceFen: bigint) => (area * priceFen + 50n) / 100n;
const yuan = (fen: bigint) => `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`;
const sum = (list: readonly bigint[]) => list.reduce((total, one) => total + one, 0n);

async function importHouses(admin: TestPerson, communityId: string, content: Buffer): Promise<void> {
  const { create, get, check, run } = contract.imports.house;
  const fileId = await upload(server, admin, content, '房屋.xlsx');
  const { id } = await admin.call(create, { body: { fileId, communityId } });
  await finishedTask(admin, (await admin.call(check, { params: { id } })).taskId);
  const checked = await admin.call(get, { params: { id } });
  expect(checked.problems.map((one) => one.row)).toEqual(wrongRows);
  await finishedTask(admin, (await admin.call(run, { params: { id }, body: { duplicatePolicy: 'skip' } })).taskId);
  expect((await admin.call(get, { params: { id } })).counts).toMatchObject({ added: 201, failed: 0, bad: 8 });
}

const money = { precision: 'fen', rounding: 'halfUp', proration: 'actualDays' } as const;

/** Item of 物业管理费 with a late fee of 0.05% a day after 15 days; standards of 2.80 for homes and 4.50 for shops, bound. */
async function setPrices(supervisor: TestPerson, communityId: string): Promise<string> {
  const { id: chargeItemId } = await supervisor.call(chargeItem.create, {
    body: {
      name: '物业管理费',
      kind: 'periodic',
      ...money,
      raiseOffset: 0,
      dueDays: 30,
      lateFeeRatePerDay: '0.0005',
      lateFeeGraceDays: 15,
      taxRate: '6',
      sortOrder: 1,
    },
  });
  const prices: [string, string, string[], number][] = [
    ['住宅', '2.80', ['residential', 'midRise'], 201],
    ['商铺', '4.50', ['shop'], 2],
  ];
  for (const [name, price, usages, boundCount] of prices) {
    const { id: chargeStandardId } = await supervisor.call(contract.createChargeStandard, {
      body: { chargeItemId, name, method: 'unitPrice', quantitySource: 'builtArea', everyMonths: 1, price },
    });
    const selection = { targetKind: 'house', communityId, usages } as const;
    const bound = await supervisor.call(contract.bindStandard, {
      body: { chargeStandardId, selection, startsOn: '2026-01-01' },
    });
    expect(bound).toEqual({ boundCount, skippedCount: 0 });
  }
  return chargeItemId;
}

it('goes from a spreadsheet to money: houses, prices, three months of bills, cash, a reversal, and books that agree', async () => {
  const [admin, supervisor, cashier, accountant] = await Promise.all(
    (['管理员', '收费主管', '收银员', '财务'] as const).map((group) => company.person(group)),
  );
  // The file names its community; the test company's own one steps aside for a new one of that name.
  await admin!.call(community.update, {
    params: { id: company.communityId },
    body: { version: 1, name: '旧园' },
  });
  const { id: communityId } = await admin!.call(community.create, {
    body: { name: '翠湖花园', code: 'CHX', sortOrder: 1 },
  });
  const content = realFile('houses.xlsx');
  await importHouses(admin!, communityId, content);
  const { id: buildingId } = await admin!.call(building.create, { body: { communityId, name: '底商', sortOrder: 9 } });
  for (const [number, builtArea] of [
    ['S1', '62.35'],
    ['S2', '108.80'],
  ])
    await admin!.call(house.create, {
      body: { communityId, buildingId, number, builtArea, usage: 'shop', status: 'ownerOccupied', sortOrder: 9 },
    });
  const chargeItemId = await setPrices(supervisor!, communityId);

  const homes = (await areasOfFile(content)).map((area) => monthFen(area, 280n));
  // 62.35 × 4.50 = 280.575 and 108.80 × 4.50 = 489.60 by hand.
  const aMonthFen = sum([...homes, 28058n, 48960n]);
  const raised = { count: 3 * 203, sum: yuan(3n * aMonthFen) };
  const order = { communityId, chargeItemIds: [chargeItemId], monthFrom: '2026-01', monthTo: '2026-03' };
  expect((await supervisor!.call(contract.previewBills, { body: order })).toRaise).toEqual(raised);
  const { taskId } = await supervisor!.call(contract.raiseBills, { body: order });
  expect((await finishedTask(supervisor!, taskId)).result).toMatchObject({
    billCount: raised.count,
    sum: raised.sum,
    failedCount: 0,
  });
  const after = await supervisor!.call(contract.previewBills, { body: order });
  expect(after).toMatchObject({ toRaise: { count: 0 }, alreadyRaised: raised });

  const { rows: hits } = await cashier!.call(contract.searchEstate, { query: { q: '1-1-101' } });
  const found = hits.find((one) => one.label.includes('1-1-101'))!;
  expect(found.people.map((one) => one.name)).toContain('崔春涛');
  const account = () => cashier!.call(contract.getDeskAccount, { query: { targetKind: 'house', targetId: found.id } });
  const methods = (await cashier!.call(contract.listPaymentMethods)).rows;
  const idOf = (key: string) => methods.find((one) => one.key === key)!.id;
  const pay = async (over: {
    expectedTotal: string;
    tenders: [string, string][];
    cashTendered: string;
    day: string;
  }) => {
    const { bills } = await account();
    return cashier!.call(contract.takePayment, {
      body: {
        communityId,
        targetKind: 'house',
        targetId: found.id,
        bills: bills.map((one) => ({ id: one.id, expected: one.toPay })),
        expectedTotal: over.expectedTotal,
        tenders: over.tenders.map(([key, amount]) => ({ paymentMethodId: idOf(key), amount })),
        cashTendered: over.cashTendered,
        receivedOn: over.day,
        payerName: '崔春涛',
        idempotencyKey: `story-${over.day}`,
      },
    });
  };

  // 89.77 × 2.80 = 251.356, so 251.36 a month and 754.08 for three. January was due on 2026-01-31: 38 days ago, 15 of them
  // are grace, and 251.36 × 0.0005 × 23 = 2.89. February was due on 2026-03-03 and is within its grace.
  expect((await account()).bills.map((one) => [one.periodText, one.outstanding, one.lateFee])).toEqual([
    ['2026年1月', '251.36', '2.89'],
    ['2026年2月', '251.36', '0.00'],
    ['2026年3月', '251.36', '0.00'],
  ]);
  const cash = { expectedTotal: '756.97', cashTendered: '800', day: '2026-03-10' };
  const first = await pay({ ...cash, tenders: [['cash', '756.97']] });
  expect(first).toMatchObject({ number: 'CHX202603-000001', total: '756.97', change: '43.03' });
  const slip = await cashier!.call(contract.getReceipt, { params: { id: first.id } });
  expect(slip).toMatchObject({
    totalInWords: '柒佰伍拾陆元玖角柒分',
    lateFeeTotal: '2.89',
    cashTendered: '800.00',
    change: '43.03',
    payerName: '崔春涛',
    communityName: '翠湖花园',
    tenders: [{ name: '现金', amount: '756.97' }],
  });
  expect(slip.lines.map((line) => [line.targetName, line.principal, line.lateFee, line.sum])).toEqual([
    ['1-1-101', '251.36', '2.89', '254.25'],
    ['1-1-101', '251.36', '0.00', '251.36'],
    ['1-1-101', '251.36', '0.00', '251.36'],
  ]);
  expect(slip.lines[0]!.sentence).toBe('89.77㎡ × 2.80元/㎡·月 × 1个月 = 251.356元，四舍五入到分为 251.36元');

  // Reversed, and collected the next day, when the late fee is 251.36 × 0.0005 × 24 = 3.02.
  await cashier!.call(contract.reverseReceipt, { params: { id: first.id }, body: { reason: '业主改用微信' } });
  server.clock.set('2026-03-11T02:00:00Z');
  const mixed = { expectedTotal: '757.10', cashTendered: '100', day: '2026-03-11' };
  const second = await pay({
    ...mixed,
    tenders: [
      ['wechat', '700'],
      ['cash', '57.10'],
    ],
  });
  expect(second).toMatchObject({ number: 'CHX202603-000002', total: '757.10', change: '42.90' });
  expect((await cashier!.call(contract.getReceipt, { params: { id: second.id } })).totalInWords).toBe(
    '柒佰伍拾柒元壹角整',
  );
  expect((await account()).bills).toEqual([]);

  const income = await accountant!.call(contract.listIncome, { query: { communityId } });
  expect(income.totals).toMatchObject({
    income: '757.10',
    received: '1514.07',
    reversed: '-756.97',
    principal: '754.08',
    lateFee: '3.02',
    byMethod: [
      { name: '现金', income: '57.10' },
      { name: '微信', income: '700.00' },
    ],
  });
  expect(income.rows.map((row) => row.amount).sort()).toEqual(['-756.97', '57.10', '700.00', '756.97']);
  const ledger = await accountant!.call(contract.listChargeLedger, { query: { communityId, groupBy: 'building' } });
  const totals = {
    billCount: raised.count,
    receivable: raised.sum,
    received: '754.08',
    outstanding: yuan(3n * aMonthFen - 75408n),
    lateFeeReceived: '3.02',
  };
  expect(ledger.totals).toMatchObject(totals);
  expect(ledger.rows.find((row) => row.label.includes('底商'))).toMatchObject({
    billCount: 6,
    receivable: '2310.54',
    received: '0.00',
  });
  const year = await accountant!.call(contract.ledgerYear, { params: { year: 2026 }, query: { communityId } });
  expect(year.totals).toMatchObject(totals);
  expect(year.monthTotals.slice(0, 4).map((month) => month.receivable)).toEqual([
    ...Array.from({ length: 3 }, () => yuan(aMonthFen)),
    '0.00',
  ]);
  const figures = await accountant!.call(contract.dashboardFigures, { query: { communityId } });
  // Of today only what came today; of the month both, less what went back.
  expect(figures.income).toEqual({ today: '757.10', month: '757.10', year: '757.10' });
  const report = await company.run(verifyBooks);
  expect(report.checks.filter((one) => one.wrong > 0)).toEqual([]);
  expect((await refusal(cashier!.call(contract.raiseBills, { body: order }))).code).toBe('permission.denied');
});
