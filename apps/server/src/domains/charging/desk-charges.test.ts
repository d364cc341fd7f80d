import * as contract from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { addBuilding, addHouse, addItem, addParkingSpace, addStandard, bindHouses } from './charging.fixture.ts';

let server: TestApp;
let company: TestCompany;
let cashier: TestPerson;
let houseId: string;
let spaceId: string;
let feeId: string;
let stallId: string;
beforeAll(async () => {
  // It is 2026-03-10 in Shanghai.
  server = await startTestApp();
  company = await server.company();
  cashier = await company.person('收银员');
  await company.run(async (ctx) => {
    const { communityId } = company;
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    houseId = await addHouse(ctx, { communityId, buildingId, number: '101', builtArea: '98.50' });
    spaceId = await addParkingSpace(ctx, { communityId, number: 'A-1' });
    feeId = await addItem(ctx, { name: '物业费' });
    const liftId = await addItem(ctx, { name: '电梯费' });
    const terms = { communityId, houseIds: [houseId], startsOn: '2026-01-01' };
    const fee = await addStandard(ctx, { chargeItemId: feeId, price: '2.80' });
    const lift = await addStandard(ctx, {
      chargeItemId: liftId,
      price: '1',
      everyMonths: 3,
      quantitySource: 'innerArea',
    });
    await bindHouses(ctx, { ...terms, chargeStandardId: fee });
    await bindHouses(ctx, { ...terms, chargeStandardId: lift });
    stallId = await addItem(ctx, { name: '摆摊费' });
    await ctx.tx.run(sql`update charge_item set kind = 'oneOff', precision = 'jiao' where id = ${stallId}`);
  });
});
afterAll(() => server.stop());

const onHouse = () => ({ targetKind: 'house' as const, targetId: houseId });
const day = { periodFrom: '2026-03-10', periodTo: '2026-03-11', dueOn: '2026-03-20' };

it('raises a target up to a month as previewed, goes on from there, and never twice', async () => {
  const toMay = { ...onHouse(), monthTo: '2026-05' };
  const preview = await cashier.call(contract.previewAdvance, { body: toMay });
  expect(preview.lines.map((line) => [line.chargeItemLabel, line.periodFrom, line.amount])).toEqual(
    ['2026-03-01', '2026-04-01', '2026-05-01'].map((from) => ['物业费', from, '275.80']),
  );
  // The inner area is not known: told for each quarter, and not billed.
  expect(preview.failures).toEqual(
    Array.from({ length: 2 }, () => ({ targetLabel: '1栋-101', reason: '没有填写套内面积，请先在档案中填写' })),
  );
  const charged = await cashier.call(contract.chargeAdvance, { body: toMay });
  expect(charged).toMatchObject({ billCount: 3, sum: '827.40', failures: preview.failures });
  expect(charged.billIds).toHaveLength(3);
  expect(await cashier.call(contract.chargeAdvance, { body: { ...toMay, chargeItemIds: [feeId] } })).toMatchObject({
    billCount: 0,
  });
  const further = await cashier.call(contract.chargeAdvance, {
    body: { ...toMay, monthTo: '2026-06', chargeItemIds: [feeId] },
  });
  expect(further).toMatchObject({ billCount: 1, sum: '275.80', failures: [] });
  const bills = await company.run((ctx) =>
    ctx.tx.rows(sql`select raised_how, count(*)::int count, count(distinct period_from)::int periods from bill
      where company_id = ${ctx.companyId} and target_id = ${houseId} group by 1`),
  );
  expect(bills).toEqual([{ raised_how: 'advance', count: 4, periods: 4 }]);
});

it('refuses months gone by or too far off, and what lies out of sight', async () => {
  const at = (monthTo: string) => cashier.call(contract.chargeAdvance, { body: { ...onHouse(), monthTo } });
  expect((await refusal(at('2026-02'))).code).toBe('advance.monthPast');
  expect((await refusal(at('2029-04'))).code).toBe('advance.monthTooFar');
  const elsewhere = await company.person('收银员', [company.otherCommunityId]);
  const body = { ...onHouse(), monthTo: '2026-04' };
  expect((await refusal(elsewhere.call(contract.chargeAdvance, { body }))).code).toBe('reference.notFound');
  const guard = await company.person('维修');
  expect((await refusal(guard.call(contract.chargeAdvance, { body }))).status).toBe(403);
});

it('charges once by amount, by count or by area, rounded as the item says, however often the button is pressed', async () => {
  const charge = (
    price: contract.EndpointRequest<typeof contract.chargeOneOff>['body']['price'],
    key = server.services.newId(),
  ) =>
    cashier.call(contract.chargeOneOff, {
      body: { ...onHouse(), chargeItemId: stallId, price, ...day, note: '三月集市', key },
    });
  expect(await charge({ by: 'amount', amount: '120.55' })).toMatchObject({
    amount: '120.60',
    sentence: '120.55元 = 120.55元，四舍五入到角为 120.60元',
  });
  const key = server.services.newId();
  const byCount = await charge({ by: 'count', unitPrice: '12.5', count: '3' }, key);
  expect(byCount).toMatchObject({ amount: '37.50', sentence: '3 × 12.50元 = 37.50元' });
  expect(await charge({ by: 'count', unitPrice: '12.5', count: '3' }, key)).toEqual(byCount);
  expect(await charge({ by: 'area', unitPrice: '2' })).toMatchObject({
    amount: '197.00',
    sentence: '98.50㎡ × 2.00元/㎡ = 197.00元',
  });
  const { sentence, history } = await cashier.call(contract.getBillHistory, { params: { id: byCount.id } });
  expect([sentence, history[0]]).toEqual([
    '3 × 12.50元 = 37.50元',
    expect.objectContaining({ what: '临时收费', amount: '37.50', who: expect.not.stringContaining('系统') }),
  ]);
  const account = await cashier.call(contract.getHouseAccount, { params: { id: houseId } });
  expect(
    account.months.flatMap((month) => month.bills).filter((bill) => bill.chargeItemLabel === '摆摊费'),
  ).toHaveLength(3);
});

it('refuses an item that is not one-off, an area that is not known, and nothing to pay', async () => {
  const body = {
    ...onHouse(),
    chargeItemId: stallId,
    price: { by: 'amount' as const, amount: '1' },
    ...day,
    key: server.services.newId(),
  };
  const refused = async (changes: Partial<contract.EndpointRequest<typeof contract.chargeOneOff>['body']>) =>
    (await refusal(cashier.call(contract.chargeOneOff, { body: { ...body, ...changes } }))).code;
  expect(await refused({ chargeItemId: feeId })).toBe('oneOff.wrongItem');
  expect(await refused({ targetKind: 'parkingSpace', targetId: spaceId, price: { by: 'area', unitPrice: '2' } })).toBe(
    'oneOff.noArea',
  );
  expect(await refused({ price: { by: 'amount', amount: '0' } })).toBe('oneOff.nothingToPay');
  expect(await refused({ periodTo: day.periodFrom })).toBe('request.invalid');
});
