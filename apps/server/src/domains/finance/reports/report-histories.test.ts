import * as contract from '@anlin/contract';
import { parseYuan } from '@anlin/money';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp } from '../../../../test/test-app.ts';
import { asStaff } from '../../../platform/boundary.ts';
import type { Context } from '../../../platform/context.ts';
import { empty, identifier, sql } from '../../../platform/database/sql.ts';
import { makeDesk } from '../../cashier/cashier.fixture.ts';
import { offsetPrepaid } from '../../cashier/offset-prepaid.ts';
import { verifyBooks } from '../verify-books.ts';
import { history, type Life, live, pay, returnHeld, yuan } from './report-histories.fixture.ts';
import { type Model, receivedOfYears, total, type Wanted } from './report-histories.model.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

const everything = { from: '2000-01-01', to: '2099-12-31' };

type Cells = Record<string, bigint>;

const read = (life: Life, report: contract.ReportKey, query: object = {}) =>
  life.person.call(contract.readReport, { params: { report }, query: { ...everything, pageSize: 2000, ...query } });

/** What the receivable report must say. */
function receivable(model: Model, { from = '', ...wanted }: Wanted): Cells {
  const net = (part: Wanted) =>
    total(model, ['receivable', 'refundedPrincipal'], part) - total(model, ['discount', 'waiver', 'principal'], part);
  const inDays = { ...wanted, from };
  return {
    opening: net({ ...wanted, to: dayBefore(from) }),
    receivable: total(model, 'receivable', inDays),
    discount: total(model, 'discount', inDays),
    waiver: total(model, 'waiver', inDays),
    received: total(model, 'principal', inDays),
    receivedCurrent: receivedOfYears(model, 'same', inDays),
    receivedPast: receivedOfYears(model, 'earlier', inDays),
    receivedAhead: receivedOfYears(model, 'later', inDays),
    refunded: total(model, 'refundedPrincipal', inDays),
    closing: net(wanted),
  };
}

const dayBefore = (day: string) => (day === '' ? '' : Temporal.PlainDate.from(day).subtract({ days: 1 }).toString());
const inYuan = (cells: Cells) => Object.fromEntries(Object.entries(cells).map(([key, amount]) => [key, yuan(amount)]));

async function compareReceivable(life: Life): Promise<void> {
  const { model, desk, houses } = life;
  const ranges = [everything, { from: '2026-01-01', to: '2026-12-31' }, { from: '2026-01-15', to: '2026-01-31' }];
  for (const range of ranges) {
    const byItem = await read(life, 'receivable', { ...range, groupBy: 'item' });
    expect({ range, ...byItem.totals }).toEqual({ range, ...inYuan(receivable(model, range)) });
    for (const row of byItem.rows)
      expect({ range, ...row.cells }).toEqual({
        range,
        ...inYuan(receivable(model, { ...range, itemId: row.keys[0]! })),
      });
    const byHouse = await read(life, 'receivable', { ...range, groupBy: 'target' });
    for (const row of byHouse.rows)
      expect(row.cells).toEqual(inYuan(receivable(model, { ...range, houseId: row.keys[0]! })));
    const byMonth = await read(life, 'receivable', { ...range, groupBy: 'month' });
    for (const row of byMonth.rows) {
      const month = row.keys[0]!;
      const first = `${month}-01` < range.from ? range.from : `${month}-01`;
      const last = `${month}-31` > range.to ? range.to : `${month}-31`;
      expect({ month, ...row.cells }).toEqual({ month, ...inYuan(receivable(model, { from: first, to: last })) });
    }
    const oneHouse = await read(life, 'receivable', { ...range, targetId: houses[0] });
    expect(oneHouse.totals).toEqual(inYuan(receivable(model, { ...range, houseId: houses[0]! })));
    const oneItem = await read(life, 'receivable', { ...range, chargeItemId: desk.feeItemId, groupBy: 'building' });
    expect(oneItem.totals).toEqual(inYuan(receivable(model, { ...range, itemId: desk.feeItemId })));
  }
}

async function compareMoney(life: Life): Promise<void> {
  const { model, person } = life;
  const income = await read(life, 'income', { groupBy: 'method' });
  const deposits = total(model, 'deposit') - total(model, 'depositReturned');
  const moneyFen = total(model, 'money') - total(model, 'refundedMoney');
  expect(income.totals).toMatchObject({
    income: yuan(moneyFen),
    deposit: yuan(deposits),
    prepaid: yuan(total(model, 'topUp') - total(model, 'prepaidReturned')),
    other: yuan(total(model, 'other')),
    refunded: yuan(total(model, 'refundedMoney')),
    reversed: yuan(total(model, 'undoneMoney')),
    prepaidOffset: yuan(total(model, 'used')),
    depositOffset: yuan(total(model, 'depositUsed')),
  });
  const byDay = await read(life, 'income', { groupBy: 'day' });
  for (const { keys, cells } of byDay.rows) {
    const on = { from: keys[0]!, to: keys[0]! };
    expect(cells.income).toBe(yuan(total(model, 'money', on) - total(model, 'refundedMoney', on)));
  }
  const detail = await person.call(contract.listIncome, { query: { pageSize: 500 } });
  expect(detail.totals).toMatchObject({
    income: yuan(moneyFen),
    deposit: yuan(deposits),
    offset: yuan(total(model, ['used', 'depositUsed'])),
    refunded: yuan(-total(model, 'refundedMoney')),
    discount: yuan(total(model, 'discount')),
  });
  expect((await read(life, 'refunds')).totals.total).toBe(yuan(total(model, 'refundedMoney')));
  const dashboard = await person.call(contract.dashboardFigures, { query: {} });
  const until = { to: '2026-03-10' };
  const since = (from: string) =>
    yuan(total(model, 'money', { from, ...until }) - total(model, 'refundedMoney', { from, ...until }));
  expect(dashboard.income).toEqual({
    today: since('2026-03-10'),
    month: since('2026-03-01'),
    year: since('2026-01-01'),
  });
}

async function compareHeld(life: Life): Promise<void> {
  const { model } = life;
  const prepaid = await read(life, 'prepaid', { groupBy: 'target' });
  expect(prepaid.totals).toMatchObject({
    opening: '0.00',
    topUp: yuan(total(model, 'topUp')),
    bonus: yuan(total(model, 'bonus')),
    depositIn: yuan(total(model, 'depositKept')),
    used: yuan(total(model, 'used')),
    returned: yuan(total(model, 'prepaidReturned')),
    closing: yuan(prepaidHeld(model)),
  });
  const deposit = await read(life, 'deposit', { from: '2026-01-01', groupBy: 'month' });
  const since = { from: '2026-01-01' };
  expect(deposit.totals).toEqual({
    opening: yuan(depositHeld(model, { to: '2025-12-31' })),
    taken: yuan(total(model, 'deposit', since)),
    offset: yuan(total(model, 'depositUsed', since)),
    returned: yuan(total(model, 'depositReturned', since)),
    toPrepaid: yuan(total(model, 'depositKept', since)),
    forfeited: yuan(total(model, 'depositForfeited', since)),
    closing: yuan(depositHeld(model)),
  });
  const given = await read(life, 'reductions');
  expect(given.totals).toMatchObject({
    discount: yuan(total(model, 'discount')),
    waiver: yuan(total(model, 'waiver')),
    lateFeeWaiver: yuan(total(model, 'lateFeeWaived')),
    total: yuan(total(model, ['discount', 'waiver', 'lateFeeWaived'])),
  });
  const late = await read(life, 'lateFees');
  expect(late.totals).toEqual({
    received: yuan(total(model, 'lateFee')),
    refunded: yuan(total(model, 'refundedLateFee')),
    net: yuan(total(model, 'lateFee') - total(model, 'refundedLateFee')),
    waived: yuan(total(model, 'lateFeeWaived')),
  });
}

const prepaidHeld = (model: Model) =>
  total(model, ['topUp', 'bonus', 'depositKept']) - total(model, ['used', 'prepaidReturned']);
const depositHeld = (model: Model, wanted: Wanted = {}) =>
  total(model, 'deposit', wanted) -
  total(model, ['depositUsed', 'depositReturned', 'depositKept', 'depositForfeited'], wanted);

/** What is owed, from five sides: the reports, the charge ledger, the journal and the independent books. */
async function compareOwed(life: Life): Promise<void> {
  const { model, person, desk } = life;
  const owed = yuan(receivable(model, {}).closing!);
  expect((await read(life, 'arrears', { groupBy: 'target' })).totals.outstanding).toBe(owed);
  const ledger = await person.call(contract.listChargeLedger, { query: { groupBy: 'item' } });
  expect(ledger.totals.outstanding).toBe(owed);
  const collection = await read(life, 'collection');
  const standing = [...model.bills.values()].filter(({ isVoid }) => !isVoid).reduce((sum, bill) => sum + bill.fen, 0n);
  expect(ledger.totals.receivable).toBe(yuan(standing));
  expect(parseYuan(collection.totals.due!) - parseYuan(collection.totals.received!)).toBe(parseYuan(owed));
  expect(collection.totals.rate).toBe(ledger.totals.rate);
  const journal = await desk.company.run((ctx) =>
    ctx.tx.rows<{ account: string; fen: bigint }>(
      sql`select account, sum(amount_fen)::bigint as fen from journal_line where company_id = ${ctx.companyId} group by 1`,
    ),
  );
  const balance = (account: string) => journal.find((line) => line.account === account)?.fen ?? 0n;
  expect(yuan(balance('receivable'))).toBe(owed);
  expect(balance('money')).toBe(total(model, 'money') - total(model, 'refundedMoney'));
  expect(-balance('income')).toBe(total(model, 'receivable'));
  expect(balance('discount')).toBe(total(model, 'discount'));
  expect(balance('waiver')).toBe(total(model, 'waiver'));
  expect(-balance('lateFeeIncome')).toBe(total(model, 'lateFee') - total(model, 'refundedLateFee'));
  expect(-balance('prepaid')).toBe(prepaidHeld(model));
  expect(-balance('deposit')).toBe(depositHeld(model));
  expect(-balance('otherIncome')).toBe(total(model, 'other'));
  expect(-balance('forfeitIncome')).toBe(total(model, 'depositForfeited'));
  expect(balance('prepaidBonus')).toBe(total(model, 'bonus'));
  expect(journal.reduce((sum, line) => sum + line.fen, 0n)).toBe(0n);
}

/** The trial balance adds each table up by itself; the journal says the same line by line, of each document its balance. */
async function compareJournal(life: Life): Promise<void> {
  const ranges = [
    { from: '2000-01-01', to: '2099-12-31' },
    { from: '2026-01-01', to: '2026-03-09' },
    { from: '2025-12-20', to: '2026-01-15' },
    { from: '2026-03-10', to: '2026-03-10' },
  ];
  for (const { from, to } of ranges) {
    const shown = await life.person.call(contract.readTrialBalance, { query: { from, to } });
    const lines = await life.desk.company.run((ctx) =>
      ctx.tx.rows<{ key: string; opening: bigint; debit: bigint; credit: bigint }>(sql`
        select d.account as key, coalesce(sum(d.fen) filter (where not d.within), 0)::bigint as opening,
          coalesce(sum(greatest(d.fen, 0)) filter (where d.within), 0)::bigint as debit,
          coalesce(sum(greatest(-d.fen, 0)) filter (where d.within), 0)::bigint as credit
        from (select account, day >= ${from}::date as within, document, document_id, sum(amount_fen) as fen from journal_line
          where company_id = ${ctx.companyId} and day <= ${to}::date group by 1, 2, 3, 4) d
        group by 1 having bool_or(d.fen <> 0) order by 1`),
    );
    expect(
      shown.rows.map(({ key, opening, debit, credit }) => ({ key, opening, debit, credit })).toSorted(byKey),
    ).toEqual(
      lines
        .map(({ key, opening, debit, credit }) => ({
          key,
          opening: yuan(opening),
          debit: yuan(debit),
          credit: yuan(credit),
        }))
        .toSorted(byKey),
    );
  }
}

const byKey = (left: { key: string }, right: { key: string }) => (left.key < right.key ? -1 : 1);

/**
 * Who sees one house sees the allocations of its receipts, and what moved on its prepaid accounts and deposits, and no more;
 * what may be invoiced comes out the same receipt by receipt and added up of all. */
async function compareScope({ desk, person, houses }: Life): Promise<void> {
  const keeper = await desk.company.person('管理员');
  await person.call(contract.setStaffScope, {
    params: { id: keeper.staffId },
    body: { hasAllCommunities: false, communityIds: [], buildingIds: [], houseIds: [houses[0]!] },
  });
  const rows = (house: string | null) => sql`
    select 'allocation' as name, a.id from allocation a
      ${house ? sql`join receipt r on r.company_id = a.company_id and r.id = a.receipt_id and r.target_id = ${house}` : empty}
    union all select 'prepaid_movement', m.id from prepaid_movement m
      ${house ? sql`join prepaid_account p on p.company_id = m.company_id and p.id = m.prepaid_account_id and p.target_id = ${house}` : empty}
    union all select 'deposit_movement', m.id from deposit_movement m
      ${house ? sql`join deposit d on d.company_id = m.company_id and d.id = m.deposit_id and d.target_id = ${house}` : empty}
    order by 1, 2`;
  const invoiceable = (view: string) =>
    sql`select id, invoiceable_fen, left_fen, state, target_label from ${identifier(view)} order by id`;
  for (const as of [
    desk.company.run,
    (work: (ctx: Context) => Promise<object[]>) => asStaff(server.services, desk.company.id, keeper.staffId, work),
  ]) {
    const [list, sums] = await Promise.all(
      ['receipt_invoicing_list', 'receipt_invoicing_sums'].map((view) => as((ctx) => ctx.tx.ad(invoiceable(view)))),
    );
    expect(sums).toEqual(list);
  }
  const seen = await asStaff(server.services, desk.company.id, keeper.staffId, (ctx) => ctx.tx.ad(rows(null)));
  expect(seen).toEqual(await desk.company.run((ctx) => ctx.tx.ad(rows(houses[0]!))));
}

/** Behind every figure of every report are rows that add up to it. */
async function compareRows(life: Life): Promise<void> {
  for (const report of contract.reportKeys) {
    const { columns } = contract.reportOf(report);
    const range = { from: '2026-01-01', to: '2026-12-31' };
    const { totals } = await read(life, report, range);
    for (const [column, { hasNoRows }] of Object.entries(columns)) {
      if (hasNoRows) continue;
      const query = { ...range, column, pageSize: 2000 };
      const lines = await life.person.call(contract.listReportLines, { params: { report }, query });
      const sum = lines.rows.reduce((all, { amount }) => all + Math.round(Number(amount) * 100), 0);
      expect({ report, column, sum: lines.sum, rows: sum }).toEqual({
        report,
        column,
        sum: totals[column] ?? '0',
        rows: Math.round(Number(totals[column] ?? 0) * 100),
      });
    }
  }
}

describe('any history of everything money does', () => {
  it('gives the same figures in every report, ledger, income detail, dashboard, journal and verify as adding up by hand', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (deeds) => {
        const life = await live(server, deeds);
        await compareReceivable(life);
        await compareMoney(life);
        await compareHeld(life);
        await compareOwed(life);
        await compareJournal(life);
        await compareScope(life);
        await compareRows(life);
        const report = await life.desk.company.run(verifyBooks);
        expect(report.checks.filter(({ wrong }) => wrong > 0)).toEqual([]);
      }),
      { numRuns: 3, endOnFailure: true },
    );
  }, 120_000);
});

describe('the books of one house', () => {
  it('show what the system offset by itself, a refund, and a bill that was given up whole', async () => {
    server.clock.set('2026-03-10T02:00:00Z');
    const desk = await makeDesk(await server.company());
    const person = await desk.company.person('管理员');
    const life = {
      desk,
      person,
      packageId: '',
      houses: [desk.houseId],
      model: { facts: [], bills: new Map(), receipts: [] },
      day: '2026-03-10',
    };
    await pay(life, {
      do: 'pay',
      house: 0,
      count: 0,
      part: 100,
      split: false,
      more: 1,
      discountFen: 0n,
      waivesLateFee: false,
      fromPrepaid: false,
      fromDeposit: false,
    });
    const { communityId } = desk.company;
    await desk.bill({ amountFen: 10_000n, month: '2026-03', itemId: desk.waterItemId, dueOn: '2026-12-31' });
    const givenUp = await desk.bill({
      amountFen: 5_000n,
      month: '2026-02',
      itemId: desk.feeItemId,
      dueOn: '2026-12-31',
    });
    const lines = [{ billId: givenUp, principal: '50.00', lateFee: '0' }];
    await person.call(contract.waiveBills, { body: { lines, reason: '空置' } });
    await desk.company.run((ctx) =>
      offsetPrepaid(ctx, { communityId, targetKind: 'house', targetId: desk.houseId }, 'current'),
    );
    await returnHeld(life, { pick: 0, fen: 345n });

    const detail = await person.call(contract.listIncome, { query: { sort: 'amount' } });
    expect(detail.rows.map(({ kind, source, amount, staffName }) => [kind, source, amount, staffName])).toEqual([
      ['refund', 'money', '-3.45', expect.stringContaining('管理员')],
      ['receipt', 'prepaid', '100.00', '系统'],
      ['receipt', 'money', '123.45', expect.stringContaining('管理员')],
    ]);
    expect(detail.totals).toMatchObject({ income: '120.00', offset: '100.00', prepaid: '120.00', refunded: '-3.45' });
    const refunded = detail.rows[0]!;
    expect((await person.call(contract.listIncome, { query: { q: refunded.number } })).rows).toEqual([refunded]);
    expect((await person.call(contract.listIncome, { query: { source: 'prepaid' } })).total).toBe(1);

    const bills = await person.call(contract.resourceEndpoints(contract.billResource).list, {
      query: { sort: 'periodFrom' },
    });
    expect(bills.rows.map(({ state }) => state)).toEqual(['waived', 'paid']);
    const grid = await person.call(contract.ledgerYear, { params: { year: 2026 }, query: {} });
    expect(grid.rows[0]?.months.slice(1, 3).map(({ state }) => state)).toEqual(['waived', 'paid']);
  });

  it('are refused where a report is asked for what it does not know, and empty to who sees nothing of them', async () => {
    const desk = await makeDesk(await server.company());
    await desk.bill({ amountFen: 10_000n, month: '2026-03' });
    const person = await desk.company.person('管理员');
    const ask = (query: object, by = person) => by.call(contract.readReport, { params: { report: 'arrears' }, query });
    expect((await ask({})).totals.outstanding).toBe('100.00');
    expect(await refusal(ask({ groupBy: 'method' }))).toMatchObject({ status: 422, code: 'report.unknownGrouping' });
    expect(await refusal(ask({ sort: 'rate' }))).toMatchObject({ status: 422, code: 'report.unknownColumn' });
    expect(await refusal(ask({ from: '2026-05-01', to: '2026-01-01' }))).toMatchObject({ code: 'report.daysReversed' });
    const column = { params: { report: 'collection' as const }, query: { column: 'rate' } };
    expect(await refusal(person.call(contract.listReportLines, column))).toMatchObject({
      code: 'report.unknownColumn',
    });
    const elsewhere = await desk.company.person('管理员', [desk.company.otherCommunityId]);
    expect(await ask({}, elsewhere)).toMatchObject({ rows: [], totals: { outstanding: '0.00', targets: '0' } });
    const stranger = await (await server.company()).person('管理员');
    expect(await ask({}, stranger)).toMatchObject({ rows: [], total: 0 });
    expect(await refusal(ask({}, await desk.company.person('客服')))).toMatchObject({ status: 403 });
  });
});
