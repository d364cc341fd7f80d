import * as contract from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import { openSpreadsheet } from '@anlin/spreadsheet';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { taskHandlers } from '../../src/app.ts';
import { addBill, type Books, makeBooks, type Payment, payAtDesk } from '../../src/domains/finance/finance.fixture.ts';
import { asStaff } from '../../src/platform/boundary.ts';
import { nowText } from '../../src/platform/context.ts';
import { sql } from '../../src/platform/database/sql.ts';
import { runTask } from '../../src/platform/tasks/run-task.ts';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../test-app.ts';

/** What a person sees who sees a part: of the company, of a community, of a building. */

const houses = contract.resourceEndpoints(contract.houseResource);
const buildings = contract.resourceEndpoints(contract.buildingResource);
const spaces = contract.resourceEndpoints(contract.parkingSpaceResource);
const vehicles = contract.resourceEndpoints(contract.vehicleResource);
const bills = contract.resourceEndpoints(contract.billResource);
const bindings = contract.resourceEndpoints(contract.standardBindingResource);
const runs = contract.resourceEndpoints(contract.raisingRunResource);
const communities = contract.resourceEndpoints(contract.communityResource);
const occupancies = contract.resourceEndpoints(contract.occupancyResource);

let server: TestApp;
let books: Books;
let admin: TestPerson;
/** Of every target that paid. */
let payments: Map<string, Payment>;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

// Targets 0 and 1 are the houses of the first community's 1栋, 2 and 3 of its 2栋, 4 a parking space of no house; 5 to 9
// the same in the other community. Every target owes two months; every third has paid the first.
beforeEach(async () => {
  books = await makeBooks(await server.company());
  admin = await books.company.person('管理员');
  payments = new Map();
  for (const [index, target] of books.targets.entries()) {
    for (const month of ['2026-02', '2026-03'])
      await addBill(books, { target, itemId: books.items[1]!, month, amountFen: 10_000n + BigInt(index) });
    if (index % 3 !== 0) continue;
    const paid = await payAtDesk(books, admin, { target, count: 1, day: '2026-03-10', splitFen: 2_500n });
    payments.set(target.id, paid!);
  }
  await moveEverybodyIn();
});

/** An owner, a vehicle and a space in every house: 崔1栋-101 of the first community, 崔别1栋-101 of the other. */
async function moveEverybodyIn(): Promise<void> {
  await books.company.run(async (ctx) => {
    const now = nowText(ctx);
    for (const [index, { id, kind, communityId, name }] of books.targets.entries()) {
      if (kind !== 'house') continue;
      const residentId = ctx.newId();
      const label = `${communityId === books.company.communityId ? '' : '别'}${name}`;
      await ctx.tx.run(sql`insert into resident (company_id, id, name, pinyin, pinyin_initials, phone, created_at, updated_at)
        values (${ctx.companyId}, ${residentId}, ${`崔${label}`}, 'cui', 'c', ${`1381234560${index}`}, ${now}, ${now})`);
      await ctx.tx.run(sql`insert into occupancy (company_id, id, community_id, house_id, resident_id, role, moved_in_on, created_at, updated_at)
        values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${id}, ${residentId}, 'owner', '2020-01-01', ${now}, ${now})`);
      await ctx.tx.run(sql`insert into vehicle (company_id, id, community_id, plate, house_id, created_at, updated_at)
        values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${`粤B1234${index}`}, ${id}, ${now}, ${now})`);
      await ctx.tx.run(sql`insert into parking_space (company_id, id, community_id, number, type, house_id, created_at, updated_at)
        values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${`A-${name}`}, 'property', ${id}, ${now}, ${now})`);
    }
  });
}

const scopeOf = (person: TestPerson, scope: { buildingIds?: string[]; houseIds?: string[]; communityIds?: string[] }) =>
  admin.call(contract.setStaffScope, {
    params: { id: person.staffId },
    body: { hasAllCommunities: false, communityIds: [], buildingIds: [], houseIds: [], ...scope },
  });

const target = (index: number) => books.targets[index]!;
const yuan = (amountFen: bigint) => formatYuan(fen(amountFen));
const paidFen = (index: number) =>
  payments.get(target(index).id)!.tenders.reduce((sum, tender) => sum + tender.amountFen, 0n);

/** Runs a task to its end as the worker does, and returns it as its person sees it. */
async function finish(person: TestPerson, { taskId }: { taskId: string }) {
  await runTask(server.services, taskHandlers, books.company.id, taskId);
  return person.call(contract.getTask, { params: { id: taskId } });
}

async function cellsOf(person: TestPerson, started: { taskId: string }): Promise<string[]> {
  const task = await finish(person, started);
  expect(task).toMatchObject({ state: 'done' });
  const { url } = await person.call(contract.fileLink, { params: { id: String(task.result!.fileId) } });
  expect((await server.app.inject({ method: 'GET', url })).statusCode).toBe(200);
  const cells: string[] = [];
  const path = server.storedPath(books.company.id, String(task.result!.fileId));
  for await (const row of (await openSpreadsheet({ path })).rows())
    cells.push(...row.cells.map((cell) => cell?.text ?? ''));
  return cells;
}

const exports = (person: TestPerson) => [
  () => person.call(contract.exportEndpoint(contract.houseResource)!, { body: {} }),
  () => person.call(contract.exportEndpoint(contract.billResource)!, { body: {} }),
  () => person.call(contract.exportIncome, { body: {} }),
  () => person.call(contract.exportChargeLedger, { body: {} }),
];

describe('a keeper who sees one building', () => {
  let keeper: TestPerson;
  beforeEach(async () => {
    keeper = await books.company.person('管理员');
    await scopeOf(keeper, { buildingIds: [target(0).buildingId!] });
  });

  it('finds in lists, tree and search that building alone', async () => {
    const listed = await keeper.call(houses.list, { query: {} });
    expect(listed.rows.map((row) => row.number).sort()).toEqual(['1栋-101', '1栋-102']);
    expect(listed.totals.builtArea).toBe('197.00');
    expect(await keeper.call(contract.houseSummary, { query: {} })).toMatchObject({ houses: 2, builtArea: '197.00' });
    expect((await keeper.call(buildings.list, { query: {} })).rows.map((row) => row.name)).toEqual(['1栋']);
    expect((await keeper.call(communities.list, { query: {} })).rows.map((row) => row.name)).toEqual(['翠湖花园']);
    expect((await keeper.call(contract.communityCounts)).rows).toEqual([
      { communityId: books.company.communityId, buildings: 1, houses: 2, residents: 2, parkingSpaces: 2, vehicles: 2 },
    ]);
    expect((await keeper.call(spaces.list, { query: {} })).rows.map((row) => row.number).sort()).toEqual([
      'A-1栋-101',
      'A-1栋-102',
    ]);
    expect((await keeper.call(vehicles.list, { query: {} })).rows.map((row) => row.plate).sort()).toEqual([
      '粤B12340',
      '粤B12341',
    ]);
    expect((await keeper.call(occupancies.list, { query: {} })).rows.map((row) => row.name).sort()).toEqual([
      '崔1栋-101',
      '崔1栋-102',
    ]);
    const tree = async (query: object) =>
      (await keeper.call(contract.estateTree, { query })).nodes.map((node) => [node.label, node.houseCount]);
    expect(await tree({})).toEqual([['翠湖花园', 2]]);
    expect(await tree({ communityId: books.company.communityId })).toEqual([['1栋', 2]]);
    const find = async (q: string) =>
      (await keeper.call(contract.searchEstate, { query: { q } })).rows.map((row) => row.label);
    expect(await find('崔')).toHaveLength(2);
    for (const q of ['1234', '粤B1234', 'cui']) expect((await find(q)).join()).not.toContain('2栋');
    expect(await find('2栋')).toEqual([]);
    expect(await find('粤B12342')).toEqual([]);
  });

  it('counts in bills, receipts, income, ledger and dashboard that building alone', async () => {
    const listed = await keeper.call(bills.list, { query: {} });
    expect(listed.total).toBe(4);
    expect(listed.totals.receivable).toBe(yuan(2n * 10_000n + 2n * 10_001n));
    const receipts = await keeper.call(contract.listReceipts, { query: {} });
    expect(receipts.rows.map((row) => row.total)).toEqual([yuan(paidFen(0))]);
    expect(receipts.totals).toMatchObject({ validCount: 1, validSum: yuan(paidFen(0)) });
    const income = await keeper.call(contract.listIncome, { query: {} });
    expect(income.totals.income).toBe(yuan(paidFen(0)));
    const ledger = await keeper.call(contract.listChargeLedger, { query: {} });
    expect(ledger.rows.map((row) => row.label).sort()).toEqual(['1栋-101', '1栋-102']);
    expect(ledger.totals.receivable).toBe(listed.totals.receivable);
    expect((await keeper.call(contract.ledgerYear, { params: { year: 2026 }, query: {} })).total).toBe(2);
    const figures = await keeper.call(contract.dashboardFigures, { query: {} });
    expect(figures.income.today).toBe(yuan(paidFen(0)));
    expect(figures.counts).toEqual({ communities: 1, houses: 2, residents: 2, parkingSpaces: 2 });
    const charts = await keeper.call(contract.dashboardCharts, { query: {} });
    expect(charts.arrearsByBuilding.map((row) => row.label)).toEqual(['1栋']);
  });

  it('sees what paid there, also for a house elsewhere, and nothing of what was paid for it elsewhere', async () => {
    const pay = async (desk: number, of: number) => {
      const query = { targetKind: 'house' as const, targetId: target(of).id };
      const [bill] = (await admin.call(contract.getDeskAccount, { query })).bills;
      const body = {
        communityId: books.company.communityId,
        targetKind: 'house' as const,
        targetId: target(desk).id,
        bills: [{ id: bill!.id, expected: bill!.toPay }],
        expectedTotal: bill!.toPay,
        tenders: [{ paymentMethodId: books.methods[0]!, amount: bill!.toPay }],
        payerName: '崔春涛',
        receivedOn: '2026-03-10',
        idempotencyKey: `elsewhere-${desk}-${of}`,
      };
      return (await admin.call(contract.takePayment, { body })).id;
    };
    const [here, elsewhere] = [await pay(0, 2), await pay(2, 1)];
    const seen = await asStaff(server.services, books.company.id, keeper.staffId, (ctx) =>
      ctx.tx.ad<{ receipt_id: string }>(
        sql`select distinct receipt_id from allocation where company_id = ${ctx.companyId}`,
      ),
    );
    const receipts = seen.map(({ receipt_id }) => receipt_id);
    expect(receipts.toSorted()).toEqual([here, payments.get(target(0).id)!.receiptId].toSorted());
    expect(receipts).not.toContain(elsewhere);
  });

  it('exports that building alone', async () => {
    for (const start of exports(keeper)) {
      const text = (await cellsOf(keeper, await start())).join(' ');
      expect(text).toContain('1栋-101');
      expect(text).not.toMatch(/2栋|B1-001|云栖里/);
    }
  });

  it('takes and reverses money there, and finds no other house, bill or receipt by its id', async () => {
    const paid = await payAtDesk(books, keeper, { target: target(1), count: 2, day: '2026-03-10', splitFen: 1n });
    await keeper.call(contract.reverseReceipt, { params: { id: paid!.receiptId }, body: { reason: '收错' } });
    const foreign = payments.get(target(3).id)!;
    const statusOf = async (action: Promise<unknown>) => (await refusal(action)).status;
    const other = { params: { id: target(3).id } };
    expect(await statusOf(keeper.call(houses.get, other))).toBe(404);
    expect(await statusOf(keeper.call(contract.getHouseAccount, other))).toBe(404);
    expect(await statusOf(keeper.call(bills.get, { params: { id: foreign.parts[0]!.billId } }))).toBe(404);
    expect(await statusOf(keeper.call(contract.getReceipt, { params: { id: foreign.receiptId } }))).toBe(404);
    const query = { targetKind: 'house' as const, targetId: target(3).id };
    expect(await statusOf(keeper.call(contract.getDeskAccount, { query }))).toBe(404);
    expect(await statusOf(keeper.call(contract.openLedgerTarget, { ...other, query: {} }))).toBe(404);
    const reason = { reason: '收错' };
    expect(
      await statusOf(keeper.call(contract.reverseReceipt, { params: { id: foreign.receiptId }, body: reason })),
    ).toBe(404);
  });

  it('writes nothing outside of it: no building, no house elsewhere, no raising for the community', async () => {
    const { communityId } = books.company;
    const before = await books.company.run((ctx) =>
      ctx.tx.ad(
        sql`select (select count(*)::int from building) as buildings, (select count(*)::int from house) as houses`,
      ),
    );
    const building = await refusal(keeper.call(buildings.create, { body: { communityId, name: '9栋', sortOrder: 0 } }));
    expect(building).toMatchObject({ code: 'scope.outside', status: 403 });
    expect(building.detail).toContain('数据范围');
    const house = {
      communityId,
      buildingId: target(2).buildingId,
      number: '999',
      usage: 'residential',
      status: 'vacant',
      sortOrder: 0,
      builtArea: '60',
    };
    expect((await refusal(keeper.call(houses.create, { body: house }))).code).toBe('reference.notFound');
    const community = (await keeper.call(communities.get, { params: { id: communityId } })) as { version: number };
    const rename = { params: { id: communityId }, body: { version: community.version, name: '改名' } };
    expect((await refusal(keeper.call(communities.update, rename))).code).toBe('scope.outside');
    const order = { communityId, chargeItemIds: [books.items[0]!], monthFrom: '2026-05', monthTo: '2026-05' };
    expect(await refusal(keeper.call(contract.raiseBills, { body: order }))).toMatchObject({
      code: 'scope.wholeCommunity',
      status: 403,
    });
    expect(
      await books.company.run((ctx) =>
        ctx.tx.ad(
          sql`select (select count(*)::int from building) as buildings, (select count(*)::int from house) as houses`,
        ),
      ),
    ).toEqual(before);
    const own = { ...house, buildingId: target(0).buildingId, number: '103' };
    await keeper.call(houses.create, { body: own });
    expect((await keeper.call(houses.list, { query: {} })).total).toBe(3);
    expect((await keeper.call(bindings.list, { query: {} })).total).toBe(0);
    expect((await keeper.call(runs.list, { query: {} })).total).toBe(0);
  });

  it('reads in the audit what is about that building and what they did themselves', async () => {
    await admin.call(contract.reverseReceipt, {
      params: { id: payments.get(target(3).id)!.receiptId },
      body: { reason: '收错' },
    });
    await admin.call(contract.reverseReceipt, {
      params: { id: payments.get(target(0).id)!.receiptId },
      body: { reason: '收错' },
    });
    const { rows } = await keeper.call(contract.listAudit, { query: { action: 'receipt.reverse' } });
    expect(rows.map((row) => row.targetId)).toEqual([payments.get(target(0).id)!.receiptId]);
    expect((await keeper.call(contract.listAudit, { query: { action: 'receipt.take' } })).total).toBe(1);
  });
});

it('a person who sees one single house sees its building on the way to it, and no other house of it', async () => {
  const keeper = await books.company.person('管理员');
  await scopeOf(keeper, { houseIds: [target(1).id] });
  expect((await keeper.call(houses.list, { query: {} })).rows.map((row) => row.number)).toEqual(['1栋-102']);
  const query = { communityId: books.company.communityId };
  expect(
    (await keeper.call(contract.estateTree, { query })).nodes.map((node) => [node.label, node.houseCount]),
  ).toEqual([['1栋', 1]]);
  expect((await keeper.call(bills.list, { query: {} })).total).toBe(2);
  const building = (await keeper.call(buildings.get, { params: { id: target(1).buildingId! } })) as { version: number };
  const rename = { params: { id: target(1).buildingId! }, body: { version: building.version, name: '改名' } };
  expect((await refusal(keeper.call(buildings.update, rename))).code).toBe('scope.outside');
});

it('a scope of a whole community and one building elsewhere adds up', async () => {
  const keeper = await books.company.person('管理员');
  await scopeOf(keeper, { communityIds: [books.company.otherCommunityId], buildingIds: [target(0).buildingId!] });
  expect((await keeper.call(houses.list, { query: {} })).total).toBe(4 + 2);
  expect((await keeper.call(bills.list, { query: {} })).total).toBe(2 * (5 + 2));
  expect((await keeper.call(contract.dashboardFigures, { query: {} })).counts).toMatchObject({
    communities: 2,
    houses: 6,
  });
});

it('a cashier of community A sees nothing of B by list, search, export, address, report or file link', async () => {
  const cashier = await books.company.person('收银员', [books.company.communityId]);
  await admin.call(contract.setStaffGroups, {
    params: { id: cashier.staffId },
    body: {
      permissionGroupIds: (await admin.call(contract.listPermissionGroups)).rows
        .filter((group) => group.name === '收银员' || group.name === '收费主管')
        .map((group) => group.id),
    },
  });
  const own = (await cashier.call(houses.list, { query: {} })).rows;
  expect(own).toHaveLength(4);
  expect((await cashier.call(contract.searchEstate, { query: { q: '崔别' } })).rows).toEqual([]);
  for (const start of exports(cashier))
    expect((await cellsOf(cashier, await start())).join(' ')).not.toMatch(/云栖里|崔别/);
  expect((await refusal(cashier.call(houses.get, { params: { id: target(5).id } }))).status).toBe(404);
  expect((await cashier.call(contract.listIncome, { query: {} })).totals.income).toBe(yuan(paidFen(0) + paidFen(3)));
  // A colleague's file of everything is not opened by its id, and one's own of a wider day not after the scope shrank.
  const whole = await finish(admin, await exports(admin)[0]!());
  const stolen = { params: { id: String(whole.result!.fileId) } };
  expect((await refusal(cashier.call(contract.fileLink, stolen))).code).toBe('file.notFound');
});

it('an engineer cannot open charging: every page and every door of it is refused by name', async () => {
  const engineer = await books.company.person('维修');
  const { permissions } = await engineer.call(contract.currentSession);
  expect(permissions.filter((one) => /^(bill|charge|cashier|receipt|income|standardBinding)/.test(one))).toEqual([]);
  const doors = [
    () => engineer.call(bills.list, { query: {} }),
    () => engineer.call(contract.listReceipts, { query: {} }),
    () => engineer.call(contract.getDeskAccount, { query: { targetKind: 'house', targetId: target(0).id } }),
    () => engineer.call(contract.getHouseAccount, { params: { id: target(0).id } }),
    () => engineer.call(contract.listChargeLedger, { query: {} }),
    () => engineer.call(contract.exportEndpoint(contract.billResource)!, { body: {} }),
    () =>
      engineer.call(contract.voidBills, {
        body: { ids: [payments.get(target(0).id)!.parts[0]!.billId], reason: '试' },
      }),
  ];
  for (const door of doors) {
    const problem = await refusal(door());
    expect(problem).toMatchObject({ code: 'permission.denied', status: 403 });
    expect(problem.detail).toMatch(/^您没有“.+ · .+”的权限，请联系管理员开通$/);
  }
  expect((await engineer.call(houses.list, { query: {} })).total).toBe(8);
});

it('a guard whose rights are taken away while signed in is refused with the next click and stays signed in', async () => {
  const guard = await books.company.person('保安');
  expect((await guard.call(vehicles.list, { query: {} })).total).toBe(8);
  await admin.call(contract.setStaffGroups, { params: { id: guard.staffId }, body: { permissionGroupIds: [] } });
  expect((await refusal(guard.call(vehicles.list, { query: {} }))).detail).toContain('车辆 · 查看');
  expect((await guard.call(contract.currentSession)).permissions).toEqual([]);
});

describe('what a person has already started', () => {
  it('an export ends when the right is taken away, or the scope narrowed, while it runs', async () => {
    const take = (person: TestPerson) =>
      admin.call(contract.setStaffGroups, { params: { id: person.staffId }, body: { permissionGroupIds: [] } });
    const narrow = (person: TestPerson) => scopeOf(person, { buildingIds: [target(0).buildingId!] });
    for (const change of [take, narrow]) {
      const person = await books.company.person('收费主管');
      const { taskId } = await exports(person)[0]!();
      const export_ = taskHandlers.exportResource;
      const handlers = {
        ...taskHandlers,
        exportResource: ((run) =>
          export_({
            ...run,
            // The first report comes while rows are being read.
            report: async (done, total) => {
              await change(person);
              await run.report(done, total);
            },
          })) as typeof export_,
      };
      await runTask(server.services, handlers, books.company.id, taskId);
      const task = await person.call(contract.getTask, { params: { id: taskId } });
      expect(task.state).toBe('failed');
      expect(task.error).toMatch(/权限/);
      expect((await refusal(person.call(contract.fileLink, { params: { id: taskId } }))).code).toBe('file.notFound');
    }
  });

  it('a file of an export is not given once the right is gone, nor an old link opened, nor after the scope shrank', async () => {
    const person = await books.company.person('收费主管');
    const task = await finish(person, await exports(person)[0]!());
    const params = { id: String(task.result!.fileId) };
    const { url } = await person.call(contract.fileLink, { params });
    const open = async () => (await server.app.inject({ method: 'GET', url })).statusCode;
    expect(await open()).toBe(200);
    await scopeOf(person, { communityIds: [books.company.communityId] });
    expect(await open()).toBe(403);
    expect(await refusal(person.call(contract.fileLink, { params }))).toMatchObject({
      code: 'file.scopeChanged',
      status: 403,
    });
    const again = await finish(person, await exports(person)[0]!());
    const fresh = { id: String(again.result!.fileId) };
    const { url: freshUrl } = await person.call(contract.fileLink, { params: fresh });
    await admin.call(contract.setStaffGroups, { params: { id: person.staffId }, body: { permissionGroupIds: [] } });
    expect((await refusal(person.call(contract.fileLink, { params: fresh }))).detail).toContain('房屋 · 导出');
    expect((await server.app.inject({ method: 'GET', url: freshUrl })).statusCode).toBe(403);
  });
});
