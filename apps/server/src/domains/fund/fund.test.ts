import {
  addFundInterest,
  depositFund,
  fundAccountResource,
  fundDocumentResource,
  fundMovementResource,
  fundPage,
  payFundProject,
  planFundProject,
  previewFundDraw,
  publishFund,
  resourceEndpoints,
  reverseFundDocument,
  voteOnFundProject,
} from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { verifyBooks } from '../finance/index.ts';
import { importFundOpenings } from './index.ts';

let server: TestApp;
let company: TestCompany;
let accountant: TestPerson;
let houses: string[];
let keys = 0;
const key = () => `fund-key-${++keys}`;
const areas = ['98.50', '120.37', '63.11'];

beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  accountant = await company.person('财务');
  houses = await company.run(async (ctx) => {
    const buildingId = ctx.newId();
    const now = nowText(ctx);
    await ctx.tx.run(sql`insert into building (company_id, id, community_id, name, created_at, updated_at)
      values (${ctx.companyId}, ${buildingId}, ${company.communityId}, '1栋', ${now}, ${now})`);
    const ids = areas.map(() => ctx.newId());
    for (const [place, id] of ids.entries())
      await ctx.tx.run(sql`insert into house (company_id, id, community_id, building_id, number, full_name, search_key, usage, built_area, created_at, updated_at)
        values (${ctx.companyId}, ${id}, ${company.communityId}, ${buildingId}, ${`10${place + 1}`}, ${`1栋10${place + 1}`}, ${`1-10${place + 1}`},
          'residential', ${areas[place]}, ${now}, ${now})`);
    return ids;
  });
});
afterAll(() => server.stop());

const unsound = async () => (await company.run(verifyBooks)).checks.filter(({ wrong }) => wrong > 0);
const deposit = (rate: string, over: object = {}, by = accountant) =>
  by.call(depositFund, {
    body: { communityId: company.communityId, rate, bookedOn: '2026-03-01', idempotencyKey: key(), ...over },
  });
const accounts = async () => {
  const { rows } = await accountant.call(resourceEndpoints(fundAccountResource).list, { query: {} });
  return rows.map(({ balance, firstDeposit, isLow }) => [balance, firstDeposit, isLow]);
};
const project = async (budget: string) =>
  (
    await accountant.call(planFundProject, {
      body: {
        communityId: company.communityId,
        name: '更换电梯钢丝绳',
        reason: '到期',
        contractor: '安梯公司',
        budget,
      },
    })
  ).id;
const vote = (id: string, over: object = {}) =>
  accountant.call(voteOnFundProject, {
    params: { id },
    body: { votedOn: '2026-03-05', partHeads: 3, partArea: '281.98', agreedHeads: 2, agreedArea: '218.87', ...over },
  });
const pay = (id: string, idempotencyKey = key()) =>
  accountant.call(payFundProject, { params: { id }, body: { bookedOn: '2026-03-10', idempotencyKey } });
const reverse = (id: string, by = accountant) =>
  by.call(reverseFundDocument, { params: { id }, body: { reason: '录错', idempotencyKey: key() } });

it('pays in area × rate, adds a year’s interest that adds up to the fen, and knows each house’s balance', async () => {
  // 98.50 × 80 = 7880.00; 120.37 × 80 = 9629.60; 63.11 × 80 = 5048.80: together 22558.40.
  const same = key();
  const twice = await Promise.all([1, 2].map(() => deposit('80', { idempotencyKey: same })));
  expect(twice[0]).toEqual(twice[1]);
  expect(twice[0]).toMatchObject({ total: '22558.40', accountCount: 3 });
  expect(await accounts()).toEqual([
    ['7880.00', '7880.00', false],
    ['9629.60', '9629.60', false],
    ['5048.80', '5048.80', false],
  ]);
  const interest = (year: number) =>
    accountant.call(addFundInterest, {
      body: { communityId: company.communityId, year, rate: '1.5', bookedOn: '2026-03-02', idempotencyKey: key() },
    });
  // 22558.40 × 1.5 % = 338.376 → 338.38; shares 118.20, 144.444, 75.732 of 338.376, the fen to the largest remainder.
  expect((await interest(2025)).total).toBe('338.38');
  expect((await refusal(interest(2025))).code).toBe('fund.interestTwice');
  expect((await accounts()).map(([balance]) => balance)).toEqual(['7998.20', '9774.05', '5124.53']);
  expect((await refusal(deposit('80', { bookedOn: '2026-03-11' }))).code).toBe('fund.futureDay');
  expect((await refusal(deposit('0'))).code).toBe('fund.nothing');
  expect(await unsound()).toEqual([]);
});

it('is drawn only after a lawful vote, shared to the fen, never below zero, and given back whole', async () => {
  const id = await project('16000.00');
  expect((await refusal(pay(id))).code).toBe('fund.projectState');
  expect(await vote(id, { partHeads: 1, partArea: '120.37', agreedHeads: 1, agreedArea: '120.37' })).toEqual({
    isPassed: false,
  });
  expect((await refusal(pay(id))).code).toBe('fund.projectState');
  // Two of three heads are two thirds, but 161.61 of 281.98 ㎡ are not.
  expect(await vote(id, { partHeads: 2, partArea: '161.61', agreedHeads: 2, agreedArea: '161.61' })).toEqual({
    isPassed: false,
  });
  // Half is not more than half.
  expect(await vote(id, { agreedHeads: 2, agreedArea: '140.99' })).toEqual({ isPassed: false });
  expect((await refusal(vote(id, { agreedHeads: 4 }))).code).toBe('fund.voteFigures');
  expect(await vote(id)).toEqual({ isPassed: true });
  const preview = await accountant.call(previewFundDraw, { params: { id } });
  expect(preview).toMatchObject({ houseCount: 3, heads: 3, area: '281.98', shortCount: 0 });
  // One owner of two houses is one head of two, and three of them cannot have taken part.
  await company.run(async (ctx) => {
    const [residentId, now] = [ctx.newId(), nowText(ctx)];
    await ctx.tx.run(sql`insert into resident (company_id, id, name, pinyin, pinyin_initials, phone, created_at, updated_at)
      values (${ctx.companyId}, ${residentId}, '崔春涛', 'cuichuntao', 'cct', '', ${now}, ${now})`);
    for (const houseId of houses.slice(0, 2))
      await ctx.tx.run(sql`insert into occupancy (company_id, id, community_id, house_id, resident_id, role, moved_in_on, created_at, updated_at)
        values (${ctx.companyId}, ${ctx.newId()}, ${company.communityId}, ${houseId}, ${residentId}, 'owner', '2020-01-01', ${now}, ${now})`);
  });
  expect(await accountant.call(previewFundDraw, { params: { id } })).toMatchObject({ houseCount: 3, heads: 2 });
  expect((await refusal(vote(id))).code).toBe('fund.voteFigures');
  await company.run((ctx) => ctx.tx.run(sql`delete from occupancy where company_id = ${ctx.companyId}`));
  const before = await accounts();
  const paid = await Promise.allSettled([pay(id), pay(id)]);
  expect(paid.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const { rows, totals } = await accountant.call(resourceEndpoints(fundMovementResource).list, {
    query: { filter: JSON.stringify({ kind: ['draw'] }) },
  });
  expect([rows.length, totals.amount]).toEqual([3, '-16000.00']);
  // 5589.05, 6829.99 and 3580.96 of 16000 by area; what is left of the first is under 30 %? No: 2409.15 of 7880.
  expect((await accounts()).map(([balance]) => balance)).toEqual(['2409.15', '2944.06', '1543.57']);
  const short = await project('100000.00');
  await vote(short);
  expect(await refusal(pay(short))).toMatchObject({ code: 'fund.short', params: { count: 3 } });
  expect((await accountant.call(previewFundDraw, { params: { id: short } })).shortCount).toBe(3);

  const documents = await accountant.call(resourceEndpoints(fundDocumentResource).list, { query: {} });
  const documentOf = (kind: string) => String(documents.rows.find((row) => row.kind === kind)?.id);
  expect((await refusal(reverse(documentOf('deposit')))).code).toBe('fund.short');
  await reverse(documentOf('draw'));
  expect(await accounts()).toEqual(before);
  expect((await refusal(reverse(documentOf('draw')))).code).toBe('fund.reversed');
  await pay(id);
  expect((await accounts()).map(([, , isLow]) => isLow)).toEqual([false, false, false]);
  const more = await project('1000.00');
  await vote(more);
  await pay(more);
  expect((await accounts()).map(([, , isLow]) => isLow)).toEqual([true, true, true]);
  expect(await unsound()).toEqual([]);
});

it('takes opening balances once for a house, publishes nothing personal, and keeps others out', async () => {
  const other = company.otherCommunityId;
  const openings = [{ rowNumber: 2, houseId: houses[0]!, balanceFen: 100n as never, firstDepositFen: 0n as never }];
  const place = { communityId: company.communityId, importId: 'i1' };
  expect(await company.run((ctx) => importFundOpenings(ctx, place, openings))).toBe(0);
  const url = fundPage.path.replace(':company', company.id);
  expect((await server.app.inject({ url: url.replace(':community', company.communityId) })).statusCode).toBe(404);
  const { path } = await accountant.call(publishFund, { body: { communityId: company.communityId } });
  const page = await server.app.inject({ url: path });
  expect(page.body).toContain('翠湖花园专项维修资金公示');
  expect(page.body).toContain('更换电梯钢丝绳');
  expect(page.body).toContain('16,000.00');
  expect(page.body).not.toContain('1栋10');
  expect((await server.app.inject({ url: url.replace(':community', other) })).statusCode).toBe(404);

  const elsewhere = await company.person('财务', [other]);
  expect((await refusal(deposit('80', {}, elsewhere))).code).toBe('reference.notFound');
  expect((await elsewhere.call(resourceEndpoints(fundAccountResource).list, { query: {} })).rows).toEqual([]);
  const cashier = await company.person('收银员');
  expect((await refusal(deposit('80', {}, cashier))).code).toBe('permission.denied');
  expect((await refusal(deposit('80', { buildingIds: [houses[0]] }))).code).toBe('reference.notFound');
});
