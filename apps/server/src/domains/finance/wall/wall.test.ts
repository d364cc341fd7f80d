import * as contract from '@anlin/contract';
import { fen, formatYuan, parseYuan, sumFen } from '@anlin/money';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../../../../test/test-app.ts';
import { sql } from '../../../platform/database/sql.ts';
import { shareToken } from '../../../platform/links/share-token.ts';
import { addBill, type Books, makeBooks, payAtDesk } from '../finance.fixture.ts';
import { planOfDay } from '../plan-progress.ts';

let server: TestApp;
let books: Books;
let manager: TestPerson;
/** Every target has a February bill; every other one paid it on 10 March. */
beforeAll(async () => {
  server = await startTestApp();
  books = await makeBooks(await server.company());
  manager = await books.company.person('管理员');
  for (const [index, target] of books.targets.entries()) {
    await addBill(books, { target, itemId: books.items[1]!, month: '2026-02', amountFen: 10_000n + BigInt(index) });
    if (index % 2 === 0) await payAtDesk(books, manager, { target, count: 1, day: '2026-03-10', splitFen: 0n });
  }
});
afterAll(() => server.stop());

const plansOf = (person: TestPerson) =>
  person.call(contract.readCollectionPlans, { params: { year: 2026 }, query: {} });
const save = (person: TestPerson, communityId: string, version: number, months: string[]) =>
  person.call(contract.saveCollectionPlan, { params: { year: 2026, communityId }, body: { version, months } });
const months = Array.from({ length: 12 }, (_, index) => `${(index + 1) * 100}.00`);
const openLink = async (path: string) => {
  const response = await server.app.inject({ url: path.replace('/wall/', '/api/wall/links/') });
  return { status: response.statusCode, body: response.json() };
};

describe('the plan of collection', () => {
  it('is saved by year and community, and stands beside the income on the dashboard', async () => {
    const { communityId, otherCommunityId } = books.company;
    const empty = await manager.call(contract.dashboardFigures, { query: {} });
    expect(empty.plan).toBeNull();
    expect(await save(manager, communityId, 0, months)).toEqual({ version: 1 });
    expect((await refusal(save(manager, communityId, 0, months))).code).toBe('resource.changed');
    const figures = await manager.call(contract.dashboardFigures, { query: { communityId } });
    expect(figures.plan).toMatchObject({
      month: { plan: '300.00' },
      year: { plan: '7800.00' },
      today: { plan: formatYuan(planOfDay(fen(30_000n), Temporal.PlainDate.from('2026-03-10'))) },
      communityCount: 1,
    });
    const rate = (part: string, whole: string) => (Number(parseYuan(part)) / Number(parseYuan(whole))) * 100;
    expect(Number(figures.plan!.month.rate)).toBeCloseTo(rate(figures.income.month, '300.00'), 2);
    expect(
      (await manager.call(contract.dashboardFigures, { query: { communityId: otherCommunityId } })).plan,
    ).toBeNull();
    const last = await manager.call(contract.readCollectionPlans, { params: { year: 2027 }, query: { communityId } });
    expect(last.rows[0]!.lastYear.months).toEqual(months);
    expect(last.rows[0]!.lastYear.income[2]).toBe(figures.income.month);
  });

  it('is changed only by those who see the whole community and may edit it', async () => {
    const { communityId, otherCommunityId } = books.company;
    const elsewhere = await books.company.person('财务', [otherCommunityId]);
    expect((await plansOf(elsewhere)).rows.map((row) => row.communityId)).toEqual([otherCommunityId]);
    expect((await refusal(save(elsewhere, communityId, 0, months))).status).toBe(404);
    const reader = await books.company.person('收费主管');
    expect((await refusal(save(reader, otherCommunityId, 0, months))).code).toBe('permission.denied');
  });

  it('shares a month out over its days to the fen, never a negative day', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 12n), fc.integer({ min: 1, max: 12 }), (amount, month) => {
        const first = Temporal.PlainDate.from({ year: 2028, month, day: 1 });
        const days = Array.from({ length: first.daysInMonth }, (_, index) =>
          planOfDay(fen(amount), first.add({ days: index })),
        );
        expect(sumFen(days)).toBe(amount);
        expect(days.every((one) => one >= 0n)).toBe(true);
      }),
    );
  });
});

describe('a screen on a wall', () => {
  it('shows by its link, with nobody signed in, the very figures of the dashboard of its community and no other', async () => {
    const { communityId } = books.company;
    const { path } = await manager.call(contract.createWallLink, { body: { communityId, name: '大堂电视' } });
    const { status, body } = await openLink(path);
    expect(status).toBe(200);
    const query = { communityId };
    expect(body.title).toBe('翠湖花园');
    expect(body.figures).toEqual(await manager.call(contract.dashboardFigures, { query }));
    expect(body.charts).toEqual(await manager.call(contract.dashboardCharts, { query }));
    expect(body.charts.arrearsByTarget.length).toBeGreaterThan(0);
    expect(JSON.stringify(body)).not.toContain('云栖里');
    expect(JSON.stringify(body)).not.toContain('崔春涛');
    const whole = await manager.call(contract.createWallLink, { body: { communityId: null, name: '总部' } });
    const seen = (await openLink(whole.path)).body;
    expect(seen.figures).toEqual(await manager.call(contract.dashboardFigures, { query: {} }));
    expect(seen.figures.income.today).not.toBe(body.figures.income.today);
  });

  it('names the houses that owe most in the order and with the sums of the ledger', async () => {
    const { arrearsByTarget } = await manager.call(contract.dashboardCharts, { query: {} });
    const ledger = await manager.call(contract.listChargeLedger, {
      query: { monthTo: '2026-03', paying: 'owing', sort: '-outstanding', pageSize: 10 },
    });
    const known = ledger.rows.map((row) => [row.key, row.outstanding, row.earliestUnpaid]);
    expect(arrearsByTarget.map((row) => [row.targetId, row.outstanding, row.earliestUnpaid])).toEqual(known);
  });

  it('goes dark when its link is altered, of another kind or company, or taken back', async () => {
    const { communityId } = books.company;
    const { id, path } = await manager.call(contract.createWallLink, { body: { communityId, name: '门岗' } });
    const other = await server.company('别家物业');
    const { secret } = server.services;
    const forged = [
      path.slice(0, -1) + (path.endsWith('A') ? 'B' : 'A'),
      `/wall/${shareToken(secret, 'statement', { companyId: books.company.id, linkId: id })}`,
      `/wall/${shareToken(secret, 'wall', { companyId: other.id, linkId: id })}`,
    ];
    for (const one of forged)
      expect(await openLink(one)).toMatchObject({ status: 404, body: { code: 'wall.linkInvalid' } });
    expect((await openLink(path)).status).toBe(200);
    await manager.call(contract.revokeWallLink, { params: { id } });
    expect((await openLink(path)).status).toBe(404);
    const [row] = (await manager.call(contract.listWallLinks)).rows.filter((one) => one.id === id);
    expect(row).toMatchObject({ path: '', communityName: '翠湖花园' });
    expect(row!.revokedAt).not.toBeNull();
  });

  it('of a community is made by those who see all of it, of the company by those who see every community', async () => {
    const { communityId, otherCommunityId } = books.company;
    const local = await books.company.person('项目经理', [communityId]);
    const make = (id: string | null) =>
      local.call(contract.createWallLink, { body: { communityId: id, name: '项目部' } });
    expect((await refusal(make(null))).code).toBe('wall.allRequired');
    expect((await refusal(make(otherCommunityId))).code).toBe('reference.notFound');
    await make(communityId);
    const seen = (await local.call(contract.listWallLinks)).rows;
    expect(new Set(seen.map((one) => one.communityId))).toEqual(new Set([communityId]));
  });

  it('is asked for a bounded number of times a minute by one address', async () => {
    let last = 200;
    for (let turn = 0; turn < 70 && last !== 429; turn += 1)
      last = (await server.app.inject({ url: '/api/wall/links/x', remoteAddress: '10.9.9.9' })).statusCode;
    expect(last).toBe(429);
  });
});

describe('the charge ledger narrowed to a tag', () => {
  it('adds up the houses and parking spaces with that tag, in the list and in the year', async () => {
    const tagged = books.targets.filter((_, index) => index % 4 === 0);
    const tagId = await books.company.run(async (ctx) => {
      const id = ctx.newId();
      await ctx.tx.run(
        sql`insert into tag (company_id, id, name, created_at, updated_at) values (${ctx.companyId}, ${id}, '重点户', now(), now())`,
      );
      for (const { kind, communityId, id: targetId } of tagged)
        await ctx.tx.run(
          kind === 'house'
            ? sql`insert into house_tag (company_id, community_id, house_id, tag_id) values (${ctx.companyId}, ${communityId}, ${targetId}, ${id})`
            : sql`insert into parking_space_tag (company_id, community_id, parking_space_id, tag_id) values (${ctx.companyId}, ${communityId}, ${targetId}, ${id})`,
        );
      return id;
    });
    const all = await manager.call(contract.listChargeLedger, { query: { pageSize: 500 } });
    const list = await manager.call(contract.listChargeLedger, { query: { tagId } });
    const ids = new Set(tagged.map((one) => one.id));
    const expected = all.rows.filter((row) => ids.has(row.key));
    expect(list.rows.map((row) => row.key).sort()).toEqual([...ids].sort());
    expect(parseYuan(list.totals.receivable)).toBe(sumFen(expected.map((row) => parseYuan(row.receivable))));
    const year = await manager.call(contract.ledgerYear, { params: { year: 2026 }, query: { tagId } });
    expect(year.rows.map((row) => row.targetId).sort()).toEqual(
      tagged
        .filter((one) => one.kind === 'house')
        .map((one) => one.id)
        .sort(),
    );
    expect((await manager.call(contract.ledgerChoices, { query: {} })).tags).toContainEqual({
      id: tagId,
      name: '重点户',
    });
  });
});
