import {
  type ApportionmentTerms,
  apportionmentResource,
  billResource,
  createApportionment,
  deleteApportionment,
  getApportionment,
  getBillHistory,
  listApportionmentRuns,
  previewApportionment,
  redoApportionmentRun,
  resourceEndpoints,
  runApportionment,
  updateApportionment,
  voidApportionmentRun,
} from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { addMeter, type MeteredEstate, makeEstate, typeIn } from './metering.fixture.ts';

let server: TestApp;
let company: TestCompany;
let estate: MeteredEstate;
let supervisor: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  company = await server.company(`安居物业 ${server.services.newId()}`);
  supervisor = await company.person('收费主管');
  estate = await makeEstate(company);
});

const define = async (terms: Partial<ApportionmentTerms>) => {
  const body = {
    name: '公共用水',
    chargeItemId: estate.itemId,
    total: { source: 'amount', amount: '1000.00' } as const,
    basis: 'equal' as const,
    selection: { targetKind: 'house' as const, communityId: company.communityId },
    ...terms,
  };
  return (await supervisor.call(createApportionment, { body })).id;
};
const preview = (id: string, month = '2026-03') =>
  supervisor.call(previewApportionment, { params: { id }, body: { month } });
const run = (id: string, expectedTotal: string, month = '2026-03', person = supervisor) =>
  person.call(runApportionment, { params: { id }, body: { month, expectedTotal } });
const amounts = async (id: string) => (await preview(id)).lines.map((line) => line.amount);
const bills = async (states = '["due"]') => {
  const query = { page: 1, pageSize: 50, sort: 'targetLabel', filter: `{"state":${states}}` };
  const { rows } = await supervisor.call(resourceEndpoints(billResource).list, { query });
  return rows as (Record<string, string> & { id: string })[];
};

describe('a shared cost among houses', () => {
  it('23 and 24: equally and by area, previewed and then billed once, each bill saying its share', async () => {
    const equal = await define({});
    expect(await amounts(equal)).toEqual(['333.34', '333.33', '333.33']);
    const byArea = await define({ name: '电梯维修', basis: 'builtArea' });
    expect(await amounts(byArea)).toEqual(['291.93', '321.79', '386.28']);
    expect(await bills()).toEqual([]);
    const done = await run(byArea, '1000.00');
    expect(done).toMatchObject({ billCount: 3, total: '1000.00' });
    const raised = await bills();
    expect(raised.map((bill) => [bill.targetLabel, bill.receivable, bill.raisedHow, bill.dueOn])).toEqual([
      ['1栋-101', '291.93', 'apportionment', '2026-04-09'],
      ['1栋-102', '321.79', 'apportionment', '2026-04-09'],
      ['1栋-103', '386.28', 'apportionment', '2026-04-09'],
    ]);
    const { sentence, basis, history } = await supervisor.call(getBillHistory, { params: { id: raised[1]!.id } });
    expect(basis.map((one) => [one.label, one.link?.kind])).toContainEqual(['公摊', 'apportionment']);
    expect(basis.at(-1)!.text).toContain('电梯维修 2026-');
    expect(sentence).toBe('1000.00元按建筑面积分摊，98.5 ÷ 306.1，分得 321.79元');
    expect(history[0]).toMatchObject({ what: '公摊生成', who: expect.stringContaining('收费主管') });
  });

  it('25: what a master meter lost, by usage, at a price, adds up to 50 × 3.03', async () => {
    const master = await addMeter(supervisor, company, { number: 'M1', isMaster: true });
    const subs: string[] = [];
    for (const [index, houseId] of estate.houseIds.entries())
      subs.push(await addMeter(supervisor, company, { number: `S${index}`, houseId, parentId: master }));
    const id = await define({
      total: { source: 'loss', meterId: master, price: '3.03' },
      basis: 'usage',
      meterKind: 'coldWater',
    });
    expect((await refusal(preview(id))).detail).toBe('总表 M1 在 2026-03 还没有抄，本月没有可分摊的金额');
    await typeIn(supervisor, '2026-03', [
      { meterId: master, current: '1200' },
      { meterId: subs[0]!, current: '350' },
      { meterId: subs[1]!, current: '500' },
    ]);
    expect((await refusal(preview(id))).detail).toContain('还有 1 块分表在 2026-03 没有抄');
    await typeIn(supervisor, '2026-03', [{ meterId: subs[2]!, current: '300' }]);
    const seen = await preview(id);
    expect(seen).toMatchObject({
      total: '151.50',
      totalText: '总表 1200 − 分表 1150 = 50m³，× 3.03元/m³',
      problems: [],
    });
    // 151.50 × 350, 500 and 300 ÷ 1150 = 46.1086…, 65.8695…, 39.5217…: the odd fen goes to the largest remainder.
    expect(seen.lines.map((line) => line.amount)).toEqual(['46.11', '65.87', '39.52']);
    await run(id, '151.50');
    const { sentence } = await supervisor.call(getBillHistory, { params: { id: (await bills())[0]!.id } });
    expect(sentence).toBe(
      '总表 1200 − 分表 1150 = 50m³，× 3.03元/m³ = 151.50元\n151.50元按用量分摊，350 ÷ 1150，分得 46.11元',
    );
  });

  it('vacant houses count a percentage; own weights, heads and formulas work, and whoever cannot be weighed stops it', async () => {
    await company.run((ctx) =>
      ctx.tx.run(
        sql`update house set status = case when number = '103' then 'vacant' else 'ownerOccupied' end where company_id = ${ctx.companyId}`,
      ),
    );
    const [first, second, third] = estate.houseIds;
    const half = await define({ total: { source: 'amount', amount: '300.00' }, vacantPercent: '50' });
    expect(await amounts(half)).toEqual(['120.00', '120.00', '60.00']);
    const formula = await define({
      name: '公式',
      basis: 'formula',
      formula: 'if(建筑面积 > 100, 2, 1)',
      total: { source: 'amount', amount: '400.00' },
    });
    expect(await amounts(formula)).toEqual(['100.00', '100.00', '200.00']);
    expect((await refusal(define({ name: '坏公式', basis: 'formula', formula: '面积 * 2' }))).detail).toContain(
      '看不懂',
    );
    const weights = await define({
      name: '权重',
      basis: 'weights',
      weights: [
        { houseId: first, weight: '3' },
        { houseId: second, weight: '1' },
      ],
    });
    expect((await preview(weights)).problems).toEqual([{ targetLabel: '1栋-103', reason: '没有填写权重' }]);
    expect(await refusal(run(weights, '1000.00'))).toMatchObject({ status: 422, code: 'apportionment.badWeights' });
    const { version, terms } = await supervisor.call(getApportionment, { params: { id: weights } });
    const mended = {
      ...(terms as ApportionmentTerms),
      weights: [
        { houseId: first, weight: '3' },
        { houseId: second, weight: '1' },
        { houseId: third, weight: '0' },
      ],
    };
    await supervisor.call(updateApportionment, { params: { id: weights }, body: { version, terms: mended } });
    expect(await run(weights, '1000.00')).toMatchObject({ billCount: 2 });
    const heads = await define({ name: '人数', basis: 'headcount' });
    expect((await refusal(preview(heads))).code).toBe('apportionment.noWeight');
  });
});

describe('dividing month after month', () => {
  it('happens once a month whoever presses at once; one that does not repeat happens once at all', async () => {
    const monthly = await define({ repeats: true });
    const tries = await Promise.allSettled([run(monthly, '1000.00'), run(monthly, '1000.00'), run(monthly, '1000.00')]);
    expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect(await bills()).toHaveLength(3);
    expect(await refusal(run(monthly, '1000.00'))).toMatchObject({ status: 409, code: 'apportionment.alreadyRun' });
    await run(monthly, '1000.00', '2026-04');
    const single = await define({ name: '一次性' });
    expect(await refusal(run(single, '999.00'))).toMatchObject({ status: 409, code: 'apportionment.totalChanged' });
    await run(single, '1000.00');
    expect((await refusal(run(single, '1000.00', '2026-04'))).detail).toBe(
      '“一次性”只分摊一次，已在 2026-03 完成。要每月分摊请勾选“每月重复”',
    );
    const { rows } = await supervisor.call(resourceEndpoints(apportionmentResource).list, {
      query: { page: 1, pageSize: 10 },
    });
    expect(rows.map((row) => [row.name, row.runCount])).toEqual([
      ['公共用水', 2],
      ['一次性', 1],
    ]);
  });

  it('taken back it voids its bills and can be done again, unless somebody has paid', async () => {
    const id = await define({});
    const { id: runId } = await run(id, '1000.00');
    const takeBack = () =>
      supervisor.call(voidApportionmentRun, { params: { id: runId }, body: { reason: '金额录错' } });
    const [first] = await bills();
    await company.run((ctx) =>
      ctx.tx.run(sql`update bill set received_fen = 100 where company_id = ${ctx.companyId} and id = ${first!.id}`),
    );
    expect(await refusal(takeBack())).toMatchObject({ status: 409, code: 'apportionment.runPaid' });
    await company.run((ctx) =>
      ctx.tx.run(sql`update bill set received_fen = 0 where company_id = ${ctx.companyId} and id = ${first!.id}`),
    );
    expect(await takeBack()).toEqual({ voidedCount: 3 });
    expect((await refusal(takeBack())).code).toBe('apportionment.runVoided');
    await run(id, '1000.00');
    const { rows } = await supervisor.call(listApportionmentRuns, { params: { id } });
    expect(rows.map((row) => [row.month, row.voidReason, row.outstanding])).toEqual([
      ['2026-03', null, '1000.00'],
      ['2026-03', '金额录错', '0.00'],
    ]);
    expect(await refusal(supervisor.call(deleteApportionment, { params: { id } }))).toMatchObject({
      code: 'apportionment.hasRuns',
    });
  });

  it('divided once more, a month writes nothing where nothing changed, and else only what changed', async () => {
    const id = await define({ basis: 'builtArea', repeats: true });
    const { id: runId } = await run(id, '1000.00');
    const redo = (expectedTotal = '1000.00', person = supervisor) =>
      person.call(redoApportionmentRun, { params: { id: runId }, body: { expectedTotal } });
    const rowsOfBills = () =>
      company.run((ctx) =>
        ctx.tx.rows<{
          id: string;
          receivable_fen: bigint;
          is_voided: boolean;
        }>(sql`select b.id, b.receivable_fen, b.voided_at is not null is_voided
          from bill b join house h on h.company_id = b.company_id and h.id = b.target_id
          where b.company_id = ${ctx.companyId} order by b.voided_at nulls first, h.number, b.id`),
      );
    const before = await rowsOfBills();
    expect((await preview(id)).redo).toEqual({
      ...{ addedCount: 0, changedCount: 0, droppedCount: 0, keptCount: 3, blocked: [] },
    });
    expect(await redo()).toEqual({ addedCount: 0, changedCount: 0, droppedCount: 0, keptCount: 3, total: '1000.00' });
    expect(await rowsOfBills()).toEqual(before);

    // 89.36 and 98.50 stay, 118.24 becomes 98.50: 1000 × 89.36 ÷ 286.36 = 312.05…, × 98.50 ÷ 286.36 = 343.97… twice.
    await company.run((ctx) =>
      ctx.tx.run(sql`update house set built_area = 98.50 where company_id = ${ctx.companyId} and number = '103'`),
    );
    const seen = await preview(id);
    expect(seen.lines.map((line) => [line.standing, line.amount])).toEqual([
      ['291.93', '312.06'],
      ['321.79', '343.97'],
      ['386.28', '343.97'],
    ]);
    expect(seen.redo).toMatchObject({ changedCount: 3, keptCount: 0 });
    expect(await refusal(redo('999.00'))).toMatchObject({ code: 'apportionment.totalChanged' });
    const cashier = await company.person('收银员');
    expect(await refusal(redo('1000.00', cashier))).toMatchObject({ status: 403 });
    const stranger = await (await server.company('别家物业')).person('管理员');
    expect(await refusal(redo('1000.00', stranger))).toMatchObject({ status: 404 });
    // One has paid: nobody's bill moves until that is settled.
    const pay = (fen: number) =>
      company.run((ctx) =>
        ctx.tx.run(
          sql`update bill set received_fen = ${fen} where company_id = ${ctx.companyId} and id = ${before[0]!.id}`,
        ),
      );
    await pay(100);
    expect((await preview(id)).redo!.blocked).toEqual([{ targetLabel: '1栋-101', reason: '账单已收款或有减免' }]);
    expect(await refusal(redo())).toMatchObject({ status: 409, code: 'apportionment.redoBlocked' });
    expect((await rowsOfBills()).filter((one) => one.is_voided)).toEqual([]);
    await pay(0);

    const [first, second] = await Promise.all([redo(), redo()]);
    expect([first.changedCount, second.changedCount].sort()).toEqual([0, 3]);
    const after = await rowsOfBills();
    expect(after.filter((one) => !one.is_voided).map((one) => one.receivable_fen)).toEqual([31206n, 34397n, 34397n]);
    expect(after).toHaveLength(6);
    const { rows } = await supervisor.call(listApportionmentRuns, { params: { id } });
    expect(rows).toMatchObject([{ id: runId, total: '1000.00', billCount: 3, outstanding: '1000.00' }]);

    // A house that drops out: its bill goes, the others take its share.
    const { version, terms } = await supervisor.call(getApportionment, { params: { id } });
    await supervisor.call(updateApportionment, {
      params: { id },
      body: {
        version,
        terms: {
          ...(terms as ApportionmentTerms),
          basis: 'equal',
          total: { source: 'amount', amount: '600.00' },
          selection: {
            targetKind: 'house',
            communityId: company.communityId,
            houseIds: estate.houseIds.slice(0, 2),
          },
        },
      },
    });
    expect(await redo('600.00')).toMatchObject({ changedCount: 2, droppedCount: 1, keptCount: 0, total: '600.00' });
    expect((await rowsOfBills()).filter((one) => !one.is_voided).map((one) => one.receivable_fen)).toEqual([
      30000n,
      30000n,
    ]);
  });

  it('is for whoever sees the whole community and holds the right', async () => {
    const id = await define({});
    const cashier = await company.person('收银员');
    expect(await refusal(run(id, '1000.00', '2026-03', cashier))).toMatchObject({
      status: 403,
      code: 'permission.denied',
    });
    const elsewhere = await company.person('收费主管', [company.otherCommunityId]);
    expect(await refusal(run(id, '1000.00', '2026-03', elsewhere))).toMatchObject({ status: 404 });
    const stranger = await (await server.company('别家物业')).person('管理员');
    expect(await refusal(run(id, '1000.00', '2026-03', stranger))).toMatchObject({ status: 404 });
  });
});
