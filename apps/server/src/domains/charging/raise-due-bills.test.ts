import { listRaisingFailures, raisingRunResource, resourceEndpoints } from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { addBuilding, addHouse, addItem, addStandard, bindHouses } from './charging.fixture.ts';
import { raiseDueBills } from './raise-due-bills.ts';

let server: TestApp;
let company: TestCompany;
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  await company.run(async (ctx) => {
    const { communityId } = company;
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    const houseId = await addHouse(ctx, { communityId, buildingId, number: '101', builtArea: '98.50' });
    const bind = async (name: string, raiseOffset: number, isRaisedAutomatically: boolean, month = false) => {
      const shift = month ? { raiseSide: 'after', raiseUnit: 'month' } : {};
      const chargeItemId = await addItem(ctx, { name, raiseOffset, isRaisedAutomatically, ...shift });
      const chargeStandardId = await addStandard(ctx, { chargeItemId, price: '2.80' });
      await bindHouses(ctx, { communityId, chargeStandardId, houseIds: [houseId], startsOn: '2025-01-01' });
    };
    await bind('物业费', 0, true);
    await bind('车位费', 5, true);
    await bind('电梯费', 0, false);
    await bind('公摊费用', 1, true, true);
  });
});
afterAll(() => server.stop());

async function sweepAt(instant: string): Promise<string[]> {
  server.clock.set(instant);
  await raiseDueBills(server.services, company.id);
  const rows = await company.run((ctx) =>
    ctx.tx.rows<{ bill: string }>(sql`select i.name || ' ' || to_char(b.period_from, 'YYYY-MM') bill from bill b
      join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id where b.company_id = ${ctx.companyId} order by 1`),
  );
  return rows.map((row) => row.bill);
}

it('raises each month by itself on the day in the community’s zone, days ahead or months after where the item says so, and catches up', async () => {
  // 2026-03-10 in Shanghai: the present month, and of what is raised a month afterwards the month before.
  expect(await sweepAt('2026-03-10T02:00:00Z')).toEqual(['公摊费用 2026-02', '物业费 2026-03', '车位费 2026-03']);
  // 26 March 23:59 in Shanghai is six days ahead of April; one minute later it is five.
  expect(await sweepAt('2026-03-26T15:59:00Z')).toHaveLength(3);
  expect(await sweepAt('2026-03-26T16:00:00Z')).toEqual([
    '公摊费用 2026-02',
    '物业费 2026-03',
    '车位费 2026-03',
    '车位费 2026-04',
  ]);
  expect(await sweepAt('2026-03-31T16:00:00Z')).toContain('物业费 2026-04');
  // The server stood still for two months.
  expect(await sweepAt('2026-06-05T02:00:00Z')).toEqual(
    ['公摊费用', '物业费', '车位费'].flatMap((name) =>
      (name === '公摊费用' ? ['02', '03', '04', '05'] : ['03', '04', '05', '06']).map(
        (month) => `${name} 2026-${month}`,
      ),
    ),
  );
  const runs = await company.run((ctx) =>
    ctx.tx.rows<{ bill_count: number }>(
      sql`select bill_count from raising_run where company_id = ${ctx.companyId} order by id`,
    ),
  );
  // One run for each time of raising: ahead, at once, a month after.
  expect(runs.map((run) => run.bill_count).sort()).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2]);
});

it('what a night could not bill is listed with whom, why and what to do, and says when it was billed after all', async () => {
  server.clock.set('2026-07-10T02:00:00Z');
  const own = await server.company();
  const supervisor = await own.person('收费主管');
  const houseId = await own.run(async (ctx) => {
    const { communityId } = own;
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    const houseIds = [
      await addHouse(ctx, { communityId, buildingId, number: '101', builtArea: '98.50' }),
      await addHouse(ctx, { communityId, buildingId, number: '102', builtArea: '0' }),
    ];
    const chargeItemId = await addItem(ctx, { name: '物业费', isRaisedAutomatically: true });
    const chargeStandardId = await addStandard(ctx, { chargeItemId, price: '2.80' });
    await bindHouses(ctx, { communityId, chargeStandardId, houseIds, startsOn: '2025-01-01' });
    return houseIds[1]!;
  });
  const runs = async () =>
    (await supervisor.call(resourceEndpoints(raisingRunResource).list, { query: { page: 1, pageSize: 10 } })).rows;
  const failuresOf = (id: string, person = supervisor) =>
    person.call(listRaisingFailures, { params: { id }, query: {} });
  await raiseDueBills(server.services, own.id);
  const [run] = await runs();
  const runId = String(run!.id);
  expect(run).toMatchObject({ raisedHow: 'auto', months: '2026-07', billCount: 1, failedCount: 1, hasFailures: true });
  const failure = {
    ...{ targetKind: 'house', targetId: houseId, targetLabel: '1栋-102', chargeItemLabel: '物业费' },
    ...{ periodFrom: '2026-07-01', reason: '建筑面积为 0，请先在档案中填写建筑面积' },
  };
  expect(await failuresOf(runId)).toMatchObject({ total: 1, rows: [{ ...failure, isRaisedSince: false }] });
  await own.run((ctx) =>
    ctx.tx.run(sql`update house set built_area = 50 where company_id = ${ctx.companyId} and id = ${houseId}`),
  );
  server.clock.set('2026-07-11T02:00:00Z');
  await raiseDueBills(server.services, own.id);
  expect(await failuresOf(runId)).toMatchObject({ total: 1, rows: [{ ...failure, isRaisedSince: true }] });
  const elsewhere = await own.person('收费主管', [own.otherCommunityId]);
  expect(await refusal(failuresOf(runId, elsewhere))).toMatchObject({ status: 404 });
  const stranger = await (await server.company('别家物业')).person('管理员');
  expect(await refusal(failuresOf(runId, stranger))).toMatchObject({ status: 404 });
  // Three months later nobody asks any more.
  server.clock.set('2026-11-11T02:00:00Z');
  await raiseDueBills(server.services, own.id);
  const later = await own.person('收费主管');
  expect(await failuresOf(runId, later)).toMatchObject({ total: 0 });
});
