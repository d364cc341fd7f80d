import {
  addStandardPrice,
  bindStandard,
  changeStandardPrice,
  chargeStandardResource,
  countBindingTargets,
  createChargeStandard,
  deleteChargeStandard,
  deleteStandardBinding,
  endStandardBindings,
  listStandardPrices,
  resourceEndpoints,
  standardBindingResource,
  updateChargeStandard,
  updateStandardBinding,
} from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { addBuilding, addHouse, addItem, addManyHouses } from './charging.fixture.ts';
import { raiseBills } from './raise-bills.ts';

let server: TestApp;
let company: TestCompany;
let supervisor: TestPerson;
let buildingId: string;
let otherBuildingId: string;
let tagId: string;
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  supervisor = await company.person('收费主管');
  await company.run(async (ctx) => {
    const { communityId } = company;
    buildingId = await addBuilding(ctx, communityId, '1栋');
    otherBuildingId = await addBuilding(ctx, communityId, '2栋');
    await addManyHouses(ctx, { communityId, buildingId, count: 40 });
    tagId = ctx.newId();
    await ctx.tx.run(
      sql`insert into tag (company_id, id, name, created_at, updated_at) values (${ctx.companyId}, ${tagId}, '低保', now(), now())`,
    );
    for (const [number, usage] of [
      ['201', 'shop'],
      ['202', 'shop'],
      ['203', 'residential'],
    ] as const) {
      const houseId = await addHouse(ctx, { communityId, buildingId: otherBuildingId, number, builtArea: '80', usage });
      if (number === '201')
        await ctx.tx.run(
          sql`insert into house_tag (company_id, community_id, house_id, tag_id) values (${ctx.companyId}, ${communityId}, ${houseId}, ${tagId})`,
        );
    }
  });
});
afterAll(() => server.stop());

let items = 0;
async function newStandard(price = '2.80', name = '住宅'): Promise<{ itemId: string; standardId: string }> {
  items += 1;
  const itemId = await company.run((ctx) => addItem(ctx, { name: `物业管理费 ${items}` }));
  return { itemId, standardId: await addStandardTo(itemId, price, name) };
}

async function addStandardTo(chargeItemId: string, price: string, name: string): Promise<string> {
  const body = { chargeItemId, name, method: 'unitPrice', quantitySource: 'builtArea', everyMonths: 1, price } as const;
  return (await supervisor.call(createChargeStandard, { body })).id;
}

const wholeCommunity = () => ({ targetKind: 'house' as const, communityId: company.communityId });
const countBindings = () =>
  company.run(async (ctx) => {
    const row = await ctx.tx.first<{ count: number }>(
      sql`select count(*)::int count from standard_binding where company_id = ${ctx.companyId}`,
    );
    return row!.count;
  });

describe('charge standards', () => {
  it('reads like 2.80 元/㎡·月 and shows the next price', async () => {
    const { itemId, standardId } = await newStandard();
    await supervisor.call(addStandardPrice, {
      params: { id: standardId },
      body: { startsOn: '2026-07-01', price: '3.1' },
    });
    const { list } = resourceEndpoints(chargeStandardResource);
    const { rows } = await supervisor.call(list, { query: { filter: JSON.stringify({ chargeItemId: [itemId] }) } });
    expect(rows[0]).toMatchObject({
      name: '住宅',
      priceText: '2.80 元/㎡·月',
      nextPriceText: '2026-07-01 起 3.10 元',
      bindingCount: 0,
    });
    const prices = await supervisor.call(listStandardPrices, { params: { id: standardId } });
    expect(prices.rows.map((one) => [one.startsOn, one.price, one.isInForce])).toEqual([
      [null, '2.80', true],
      ['2026-07-01', '3.10', false],
    ]);
  });

  it('refuses a negative price with a clear sentence and writes nothing', async () => {
    const { itemId } = await newStandard();
    const body = {
      chargeItemId: itemId,
      name: '负数',
      method: 'unitPrice',
      quantitySource: 'builtArea',
      everyMonths: 1,
      price: '-2.80',
    } as const;
    const problem = await refusal(supervisor.call(createChargeStandard, { body }));
    expect(problem).toMatchObject({ status: 422 });
    expect(problem.detail).toContain('应为不小于 0 的数字');
    const { list } = resourceEndpoints(chargeStandardResource);
    const { total } = await supervisor.call(list, { query: { filter: JSON.stringify({ chargeItemId: [itemId] }) } });
    expect(total).toBe(1);
  });

  it('refuses a second price on one day, and a fixed amount per area', async () => {
    const { itemId, standardId } = await newStandard();
    const price = { params: { id: standardId }, body: { startsOn: '2026-07-01', price: '3' } };
    await supervisor.call(addStandardPrice, price);
    expect(await refusal(supervisor.call(addStandardPrice, price))).toMatchObject({
      status: 409,
      code: 'chargeStandard.priceDateTaken',
    });
    const body = {
      chargeItemId: itemId,
      name: '固定',
      method: 'fixed',
      quantitySource: 'builtArea',
      everyMonths: 1,
      price: '300',
    } as const;
    expect(await refusal(supervisor.call(createChargeStandard, { body }))).toMatchObject({
      code: 'chargeStandard.fixedHasNoQuantity',
    });
  });

  it('keeps what bills were computed by: only a new price from a day, and says how many bills keep the old one', async () => {
    const { itemId, standardId } = await newStandard();
    await supervisor.call(bindStandard, {
      body: {
        chargeStandardId: standardId,
        selection: { ...wholeCommunity(), buildingIds: [otherBuildingId] },
        startsOn: '2026-01-01',
      },
    });
    await raiseBills(
      { transaction: company.run, report: async () => {}, taskId: null },
      {
        communityId: company.communityId,
        chargeItemIds: [itemId],
        monthFrom: '2026-03',
        monthTo: '2026-03',
        raisedHow: 'manual',
      },
    );
    const { rows } = await supervisor.call(listStandardPrices, { params: { id: standardId } });
    const params = { id: standardId, priceId: rows[0]!.id };
    expect(await refusal(supervisor.call(changeStandardPrice, { params, body: { price: '9' } }))).toMatchObject({
      code: 'chargeStandard.priceRaised',
    });
    expect(
      await refusal(
        supervisor.call(updateChargeStandard, { params: { id: standardId }, body: { version: 1, everyMonths: 3 } }),
      ),
    ).toMatchObject({ code: 'chargeStandard.raised' });
    expect(await refusal(supervisor.call(deleteChargeStandard, { params: { id: standardId } }))).toMatchObject({
      code: 'chargeStandard.bound',
      status: 409,
    });
    const added = await supervisor.call(addStandardPrice, {
      params: { id: standardId },
      body: { startsOn: '2026-03-16', price: '3.10' },
    });
    expect(added.keptBillCount).toBe(3);
  });
});

describe('binding', () => {
  it('binds a chosen building, usages or tags at once, after saying how many', async () => {
    const { standardId } = await newStandard();
    const shops = { ...wholeCommunity(), usages: ['shop'] };
    const counted = await supervisor.call(countBindingTargets, {
      body: { chargeStandardId: standardId, selection: shops, startsOn: '2026-01-01' },
    });
    expect(counted).toMatchObject({ targetCount: 2, quantity: '160', overlapCount: 0, withoutQuantityCount: 0 });
    const bind = (selection: object) =>
      supervisor.call(bindStandard, {
        body: {
          chargeStandardId: standardId,
          selection: { ...wholeCommunity(), ...selection },
          startsOn: '2026-01-01',
        },
      });
    expect(await bind({ tagIds: [tagId] })).toEqual({ boundCount: 1, skippedCount: 0 });
    expect(await bind({ buildingIds: [buildingId] })).toEqual({ boundCount: 40, skippedCount: 0 });
    const { list } = resourceEndpoints(standardBindingResource);
    const { rows, total, totals } = await supervisor.call(list, {
      query: { filter: JSON.stringify({ chargeStandardId: [standardId], buildingId: [otherBuildingId] }) },
    });
    expect(total).toBe(1);
    expect(rows[0]).toMatchObject({ targetLabel: '2栋-201', state: 'active', nextPeriodText: '2026年1月，手动生成' });
    expect(totals.quantity).toBe('80.00');
  });

  it('refuses the whole batch where one house is bound already, with both shown, unless those are skipped', async () => {
    const { itemId, standardId } = await newStandard();
    const shopId = await addStandardTo(itemId, '4.50', '商铺');
    const body = (chargeStandardId: string, more: object) => ({
      chargeStandardId,
      selection: wholeCommunity(),
      startsOn: '2026-01-01',
      ...more,
    });
    await supervisor.call(bindStandard, {
      body: body(shopId, { selection: { ...wholeCommunity(), usages: ['shop'] } }),
    });
    const before = await countBindings();
    const problem = await refusal(supervisor.call(bindStandard, { body: body(standardId, {}) }));
    expect(problem).toMatchObject({ status: 409, code: 'standardBinding.overlap' });
    expect(problem.detail).toContain('2 个对象');
    expect(problem.detail).toContain('2栋-201 已绑定“商铺”（2026-01-01 起）');
    expect(problem.fields).toHaveLength(2);
    expect(await countBindings()).toBe(before);
    expect(await supervisor.call(bindStandard, { body: body(standardId, { skipOverlapping: true }) })).toEqual({
      boundCount: 41,
      skippedCount: 2,
    });
  });

  it('refuses an end that is not after the start, naming the field, and binds nothing', async () => {
    const { standardId } = await newStandard();
    const before = await countBindings();
    const body = {
      chargeStandardId: standardId,
      selection: wholeCommunity(),
      startsOn: '2026-03-01',
      endsOn: '2026-02-01',
    };
    const problem = await refusal(supervisor.call(bindStandard, { body }));
    expect(problem).toMatchObject({
      status: 422,
      fields: [{ path: 'endsOn', message: '结束日期须晚于开始日期，请改正' }],
    });
    expect(await countBindings()).toBe(before);
  });

  it('refuses an empty selection and a community out of sight', async () => {
    const { standardId } = await newStandard();
    const body = {
      chargeStandardId: standardId,
      selection: { ...wholeCommunity(), usages: ['villa'] },
      startsOn: '2026-01-01',
    };
    expect((await refusal(supervisor.call(bindStandard, { body }))).detail).toContain('没有房屋');
    const local = await company.person('收费主管', [company.otherCommunityId]);
    expect(await refusal(local.call(bindStandard, { body: { ...body, selection: wholeCommunity() } }))).toMatchObject({
      status: 422,
      code: 'reference.notFound',
    });
    const stranger = await (await server.company('别家物业')).person('收费主管');
    expect(
      await refusal(stranger.call(bindStandard, { body: { ...body, selection: wholeCommunity() } })),
    ).toMatchObject({ status: 422, code: 'reference.notFound' });
    const cashier = await company.person('收银员');
    expect(await refusal(cashier.call(bindStandard, { body }))).toMatchObject({ status: 403 });
  });
});

describe('ending bindings', () => {
  async function billed() {
    const { itemId, standardId } = await newStandard();
    const selection = { ...wholeCommunity(), buildingIds: [otherBuildingId] };
    await supervisor.call(bindStandard, { body: { chargeStandardId: standardId, selection, startsOn: '2026-01-01' } });
    await raiseBills(
      { transaction: company.run, report: async () => {}, taskId: null },
      {
        communityId: company.communityId,
        chargeItemIds: [itemId],
        monthFrom: '2026-03',
        monthTo: '2026-03',
        raisedHow: 'manual',
      },
    );
    return company.run((ctx) =>
      ctx.tx.rows<{ id: string; version: number }>(
        sql`select id, version from standard_binding where company_id = ${ctx.companyId} and charge_standard_id = ${standardId} order by id`,
      ),
    );
  }

  it('is refused while unpaid bills reach beyond the day, unless they are voided; then the rest can be raised again', async () => {
    const rows = await billed();
    const ids = rows.map((row) => row.id);
    const problem = await refusal(supervisor.call(endStandardBindings, { body: { ids, endsOn: '2026-03-10' } }));
    expect(problem).toMatchObject({ status: 409, code: 'standardBinding.unpaidBeyond' });
    expect(problem.detail).toContain('3 张未收款的账单，共 672.00 元');
    expect(
      await supervisor.call(endStandardBindings, { body: { ids, endsOn: '2026-03-10', voidUnpaid: true } }),
    ).toEqual({ endedCount: 3, voidedCount: 3 });
  });

  it('is refused while a paid bill reaches beyond the day', async () => {
    const rows = await billed();
    await company.run((ctx) =>
      ctx.tx.run(
        sql`update bill set received_fen = 100 where company_id = ${ctx.companyId} and standard_binding_id = ${rows[0]!.id}`,
      ),
    );
    const body = { ids: rows.map((row) => row.id), endsOn: '2026-03-10', voidUnpaid: true };
    const problem = await refusal(supervisor.call(endStandardBindings, { body }));
    expect(problem).toMatchObject({ status: 409, code: 'standardBinding.paidBeyond' });
    expect(problem.detail).toContain('2栋-201 2026年3月');
    expect(await supervisor.call(endStandardBindings, { body: { ...body, endsOn: '2026-04-01' } })).toEqual({
      endedCount: 3,
      voidedCount: 0,
    });
  });

  it('keeps a binding that has bills from being deleted or begun on another day', async () => {
    const [row] = await billed();
    const params = { id: row!.id };
    expect(await refusal(supervisor.call(deleteStandardBinding, { params }))).toMatchObject({
      code: 'standardBinding.hasBills',
    });
    const body = { version: row!.version, startsOn: '2026-02-01' };
    expect(await refusal(supervisor.call(updateStandardBinding, { params, body }))).toMatchObject({
      code: 'standardBinding.hasBills',
    });
    await supervisor.call(updateStandardBinding, { params, body: { version: row!.version, ownPrice: '2.50' } });
    expect(
      await refusal(supervisor.call(updateStandardBinding, { params, body: { version: row!.version, note: '旧' } })),
    ).toMatchObject({ code: 'resource.changed' });
  });
});
