import * as contract from '@anlin/contract';
import { openSpreadsheet } from '@anlin/spreadsheet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishedTask } from '../../../test/finished-task.ts';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { addBill, type Books, makeBooks, payAtDesk } from './finance.fixture.ts';

let server: TestApp;
let books: Books;
let manager: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
  books = await makeBooks(await server.company());
  manager = await books.company.person('管理员');
  for (const [index, target] of books.targets.entries()) {
    for (const month of ['2026-02', '2026-03']) {
      await addBill(books, { target, itemId: books.items[index % 2]!, month, amountFen: 10_000n + BigInt(index) });
    }
    if (index % 3 === 0) await payAtDesk(books, manager, { target, count: 1, day: '2026-03-10', splitFen: 2_500n });
  }
});
afterAll(() => server.stop());

const query = { pageSize: 500 };
const all = <T extends { call: TestPerson['call'] }>(person: T) => ({
  income: () => person.call(contract.listIncome, { query }),
  ledger: () => person.call(contract.listChargeLedger, { query }),
  year: () => person.call(contract.ledgerYear, { params: { year: 2026 }, query }),
  figures: () => person.call(contract.dashboardFigures, { query: {} }),
  charts: () => person.call(contract.dashboardCharts, { query: {} }),
});

async function exported(person: TestPerson, start: () => Promise<{ taskId: string }>): Promise<string[][]> {
  const { taskId } = await start();
  const task = await finishedTask(person, taskId);
  if (task.state !== 'done') throw new Error(task.error ?? 'the export failed');
  const path = server.storedPath(books.company.id, taskId);
  const rows: string[][] = [];
  for await (const row of (await openSpreadsheet({ path })).rows())
    rows.push(row.cells.map((cell) => cell?.text ?? ''));
  return rows;
}

describe('a cashier of one community', () => {
  it('sees nothing of the other community in lists, totals and charts', async () => {
    const cashier = await books.company.person('项目经理', [books.company.communityId]);
    const [own, whole] = [all(cashier), all(manager)];
    const income = await own.income();
    expect(new Set(income.rows.map((row) => row.communityName))).toEqual(new Set(['翠湖花园']));
    const asked = await manager.call(contract.listIncome, {
      query: { ...query, communityId: books.company.communityId },
    });
    expect(income.totals).toEqual(asked.totals);
    expect(income.total).toBeLessThan((await whole.income()).total);
    const ledger = await own.ledger();
    expect(new Set(ledger.rows.map((row) => row.communityName))).toEqual(new Set(['翠湖花园']));
    expect(ledger.totals).toEqual(
      (await manager.call(contract.listChargeLedger, { query: { ...query, communityId: books.company.communityId } }))
        .totals,
    );
    const year = await own.year();
    expect(year.total).toBe(4);
    expect(year.totals.receivable).not.toBe((await whole.year()).totals.receivable);
    expect((await own.figures()).income.today).toBe(income.totals.income);
    expect((await own.figures()).counts).toMatchObject({ communities: 1, houses: 4, parkingSpaces: 1 });
    expect((await own.charts()).arrearsByBuilding.every((row) => row.communityName === '翠湖花园')).toBe(true);
  });

  it('gets nothing by asking for the other community, and 404 for its houses', async () => {
    const cashier = await books.company.person('项目经理', [books.company.communityId]);
    const communityId = books.company.otherCommunityId;
    expect((await cashier.call(contract.listIncome, { query: { communityId } })).total).toBe(0);
    const ledger = await cashier.call(contract.listChargeLedger, { query: { communityId } });
    expect(ledger).toMatchObject({ rows: [], total: 0, totals: { receivable: '0.00', rate: null } });
    const foreign = books.targets.find((one) => one.communityId === communityId)!;
    const problem = await refusal(cashier.call(contract.openLedgerTarget, { params: { id: foreign.id }, query: {} }));
    expect(problem).toMatchObject({ status: 404, code: 'resource.notFound' });
  });

  it('exports only what the community’s lists show, with a line of totals', async () => {
    await server.startWorker();
    const cashier = await books.company.person('项目经理', [books.company.communityId]);
    const income = await cashier.call(contract.listIncome, { query });
    const rows = await exported(cashier, () => cashier.call(contract.exportIncome, { body: {} }));
    expect(rows).toHaveLength(income.total + 2);
    expect(rows.flat()).not.toContain('云栖里');
    expect(rows.at(-1)).toContain(`合计 ${income.total} 笔`);
    expect(Number(rows.at(-1)?.[10])).toBe(Number(income.totals.income));
    const summary = await exported(cashier, () => cashier.call(contract.exportIncome, { body: { as: 'summary' } }));
    const byDay = Map.groupBy(income.rows, (row) => `${row.day} ${row.methodName}`);
    expect(
      summary
        .slice(1, -1)
        .map((row) => [`${row[0]} ${row[1]}`, Number(row[2])])
        .sort(),
    ).toEqual([...byDay].map(([day, rows]) => [day, rows.length]).sort());
    const column = (index: number) =>
      summary.slice(1, -1).reduce((sum, row) => sum + Number(row[index]) * 100, 0) / 100;
    expect([column(3), column(4), Number(summary.at(-1)?.[3])]).toEqual([
      ...[Number(income.totals.income), Number(income.totals.principal), Number(income.totals.income)],
    ]);
    const ledger = await cashier.call(contract.listChargeLedger, { query });
    const sheet = await exported(cashier, () => cashier.call(contract.exportChargeLedger, { body: {} }));
    expect(sheet).toHaveLength(ledger.total + 2);
    expect(Number(sheet.at(-1)?.[3])).toBe(Number(ledger.totals.receivable));
    expect(sheet.flat()).not.toContain('云栖里');
  });
});

describe('people who may not', () => {
  it('are refused by name of the right: lists, exports and dashboard', async () => {
    const guard = await books.company.person('维修');
    const refused = await refusal(guard.call(contract.listIncome, { query: {} }));
    expect(refused).toMatchObject({ status: 403, detail: expect.stringContaining('收入明细 · 查看') });
    expect((await refusal(guard.call(contract.listChargeLedger, { query: {} }))).status).toBe(403);
    expect((await refusal(guard.call(contract.ledgerYear, { params: { year: 2026 }, query: {} }))).status).toBe(403);
    const cashier = await books.company.person('收银员');
    expect((await refusal(cashier.call(contract.exportIncome, { body: {} }))).status).toBe(403);
    expect((await refusal(cashier.call(contract.exportChargeLedger, { body: {} }))).status).toBe(403);
  });

  it('of another company see none of it', async () => {
    const stranger = await (await server.company('邻家物业')).person('管理员');
    expect(await stranger.call(contract.listIncome, { query: {} })).toMatchObject({
      total: 0,
      totals: { income: '0.00' },
    });
    expect((await stranger.call(contract.listChargeLedger, { query: {} })).total).toBe(0);
    expect((await stranger.call(contract.incomeChoices, { query: {} })).methods).toEqual([]);
    const target = books.targets[0]!;
    expect(
      (await refusal(stranger.call(contract.openLedgerTarget, { params: { id: target.id }, query: {} }))).status,
    ).toBe(404);
  });
});

describe('wrong filters', () => {
  it('are refused in Chinese', async () => {
    const problem = await refusal(manager.call(contract.listIncome, { query: { from: '3月1日' } }));
    expect(problem).toMatchObject({ status: 422, detail: expect.stringContaining('日期应写成') });
    expect((await refusal(manager.call(contract.listChargeLedger, { query: { monthFrom: '2026-13' } }))).status).toBe(
      422,
    );
  });

  it('find by part of the number or the payer, and take signs of a pattern as they are', async () => {
    const find = async (q: string) => (await manager.call(contract.listIncome, { query: { q } })).total;
    expect(await find('CH202603-000001')).toBe(2);
    expect(await find('春涛')).toBeGreaterThan(4);
    expect(await find('%')).toBe(0);
  });
});

describe('a house of the ledger', () => {
  it('opens into its items, each with the earliest unpaid month', async () => {
    const target = books.targets[0]!;
    const opened = await manager.call(contract.openLedgerTarget, { params: { id: target.id }, query: {} });
    expect(opened).toMatchObject({
      label: '1栋-101',
      items: [
        { label: '物业管理费', billCount: 2, receivable: '200.00', received: '100.00', earliestUnpaid: '2026-03' },
      ],
      totals: { outstanding: '100.00', rate: '50.00' },
    });
  });
});
