import * as contract from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { taskHandlers } from '../../app.ts';
import { sql } from '../../platform/database/sql.ts';
import { runTask } from '../../platform/tasks/run-task.ts';
import { addBuilding, addHouse, addItem } from './charging.fixture.ts';

let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
let houseIds: string[];
let buildingIds: string[];
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  admin = await company.person('管理员');
  await company.run(async (ctx) => {
    const { communityId } = company;
    buildingIds = [await addBuilding(ctx, communityId, '1栋'), await addBuilding(ctx, communityId, '2栋')];
    const house = { communityId, builtArea: '98.50' };
    houseIds = [
      await addHouse(ctx, { ...house, buildingId: buildingIds[0]!, number: '101' }),
      await addHouse(ctx, { ...house, buildingId: buildingIds[1]!, number: '201' }),
    ];
  });
});
afterAll(() => server.stop());

const bills = contract.resourceEndpoints(contract.billResource);
const standards = contract.resourceEndpoints(contract.chargeStandardResource);
let made = 0;
const newItem = () => {
  made += 1;
  return company.run((ctx) => addItem(ctx, { name: `项目${made}` }));
};
const usual = { quantitySource: 'one', everyMonths: 1 } as const;

async function newStandard(given: Record<string, unknown>) {
  const chargeItemId = await newItem();
  const body = { chargeItemId, name: '标准', ...usual, ...given };
  const { id: chargeStandardId } = await admin.call(contract.createChargeStandard, { body: body as never });
  return { chargeItemId, chargeStandardId };
}

const bind = (chargeStandardId: string, terms: Record<string, unknown> = {}, ids = houseIds) =>
  admin.call(contract.bindStandard, {
    body: {
      chargeStandardId,
      selection: { targetKind: 'house', communityId: company.communityId, houseIds: ids },
      startsOn: '2026-01-01',
      ...terms,
    },
  });

async function raise(chargeItemId: string, month: string) {
  const order = { communityId: company.communityId, chargeItemIds: [chargeItemId], monthFrom: month, monthTo: month };
  const { taskId } = await admin.call(contract.raiseBills, { body: order });
  await runTask(server.services, taskHandlers, company.id, taskId);
  const { result } = await admin.call(contract.getTask, { params: { id: taskId } });
  const { rows } = await admin.call(bills.list, {
    query: { filter: JSON.stringify({ chargeItemId: [chargeItemId] }), sort: 'periodFrom,targetLabel' },
  });
  return { result: result as unknown as contract.RaisingResult, rows };
}
const amounts = (rows: readonly Readonly<Record<string, unknown>>[]) =>
  rows.map((row) => `${String(row.targetLabel).replace('-', '')} ${row.receivable}`);

describe('a formula', () => {
  it.each([
    ['deep nesting', `${'('.repeat(1900)}1`, 'tooDeep'],
    ['a tower of signs', `${'-'.repeat(1900)}1`, 'tooDeep'],
    ['a huge number', '9'.repeat(1900), 'badNumber'],
    ['a prototype name', 'constructor', 'unknownName'],
    ['another', '__proto__ + 1', 'unknownName'],
    ['a function of objects', 'toString()', 'unknownFunction'],
    ['members', '建筑面积.constructor', 'unexpectedCharacter'],
    ['an exponent', '9 ** 9 ** 9', 'unexpectedToken'],
    ['exponent notation', '1e999999', 'badNumber'],
    ['a name it does not know', '建筑面积 * 面积', 'unknownName'],
    ['a division by zero', '建筑面积 / (2 - 2)', 'divisionByZero'],
    ['numbers nobody could owe', '9999999999 * 9999999999 * 9999999999', 'outOfRange'],
    ['decimals beyond reason', 'round(1, 99999999)', 'badValue'],
    ['text that breaks off', 'tier(用量, [[12', 'unexpectedEnd'],
  ])('with %s is refused, with its place, and nothing is written', async (_, formula, code) => {
    const chargeItemId = await newItem();
    const body = { chargeItemId, name: '坏', ...usual, method: 'formula' as const, formula, price: '1' };
    const problem = await refusal(admin.call(contract.createChargeStandard, { body }));
    expect(problem).toMatchObject({ status: 422, code: 'chargeStandard.badFormula', fields: [{ path: 'formula' }] });
    expect(problem.detail).toMatch(/第 \d+ 个字：/);
    expect(problem.detail).not.toContain(`（${code}）`);
    const { total } = await admin.call(standards.list, {
      query: { filter: JSON.stringify({ chargeItemId: [chargeItemId] }) },
    });
    expect(total).toBe(0);
  });

  it('longer than 2,000 characters is refused, and the longest product of numbers comes to an end', async () => {
    const chargeItemId = await newItem();
    const body = { chargeItemId, name: '长', ...usual, method: 'formula' as const, price: '1' };
    const tooLong = { ...body, formula: '1+'.repeat(1001) };
    expect((await refusal(admin.call(contract.createChargeStandard, { body: tooLong }))).status).toBe(422);
    const factors = `${'99999999999999999999*'.repeat(90)}1`;
    const tried = admin.call(contract.tryChargeStandard, {
      body: { ...body, ...onHouse(), name: undefined, formula: factors } as never,
    });
    expect((await refusal(tried)).detail).toContain('结果太大');
  });

  const onHouse = () => ({ targetKind: 'house' as const, targetId: houseIds[0]!, day: '2026-03-10' });

  it('is tried on a house with every step, and bills what it showed', async () => {
    const formula = 'round(建筑面积 * 单价 + if(楼层 > 7, 20, 5), 1)';
    const method = 'formula' as const;
    await company.run((ctx) => ctx.tx.run(sql`update house set floor = 12 where id = ${houseIds[0]}`));
    const chargeItemId = await newItem();
    const body = { chargeItemId, ...usual, method, formula, price: '2.83', ...onHouse() };
    const tried = await admin.call(contract.tryChargeStandard, { body });
    // 98.50 × 2.83 + 20 = 298.755, to one decimal 298.8.
    expect(tried).toMatchObject({
      targetLabel: '1栋-101',
      amount: '298.80',
      values: [
        { name: '建筑面积', value: '98.50' },
        { name: '单价', value: '2.83' },
        { name: '楼层', value: '12' },
      ],
    });
    expect(tried.steps.map((step) => `${step.text} = ${step.value}`)).toEqual([
      '98.5 × 2.83 = 278.755',
      '12 > 7 = 1',
      '278.755 + 20 = 298.755',
      'round(298.755, 1) = 298.8',
    ]);
    const { id } = await admin.call(contract.createChargeStandard, {
      body: { chargeItemId, name: '公式', ...usual, method, formula, price: '2.83' },
    });
    await bind(id);
    const { result, rows } = await raise(chargeItemId, '2026-03');
    expect(amounts(rows)).toEqual(['1栋101 298.80']);
    // The other house has no floor: reported, never billed as 0.
    expect(result).toMatchObject({
      failedCount: 1,
      failures: [{ targetLabel: '2栋-201', reason: '没有填写“楼层”，请先在档案中填写' }],
    });
  });

  it('changed later leaves bills as they are, and the new ones tell their version', async () => {
    const { chargeItemId, chargeStandardId } = await newStandard({
      method: 'formula',
      formula: '建筑面积 * 1',
      price: '0',
    });
    await bind(chargeStandardId, {}, [houseIds[0]!]);
    await raise(chargeItemId, '2026-01');
    await admin.call(contract.updateChargeStandard, {
      params: { id: chargeStandardId },
      body: { version: 1, formula: '建筑面积 * 2' },
    });
    const { rows } = await raise(chargeItemId, '2026-02');
    expect(amounts(rows)).toEqual(['1栋101 98.50', '1栋101 197.00']);
    const kept = await company.run((ctx) =>
      ctx.tx.rows(sql`select r.rule_version, r.formula, (select array_agg(b.calculation ->> 'w' order by b.period_from) from bill b
        where b.company_id = r.company_id and b.charge_standard_id = r.charge_standard_id) told
      from charge_standard_rule r where r.charge_standard_id = ${chargeStandardId}`),
    );
    expect(kept).toEqual([{ rule_version: 1, formula: '建筑面积 * 1', told: [null, '2'] }]);
    const other = await refusal(
      admin.call(contract.updateChargeStandard, {
        params: { id: chargeStandardId },
        body: { version: 2, everyMonths: 3 },
      }),
    );
    expect(other.code).toBe('chargeStandard.raised');
  });

  it('changed from a day on holds from that day, a bill across it is cut and tells both; what stands keeps its formula', async () => {
    const { chargeItemId, chargeStandardId } = await newStandard({
      method: 'formula',
      formula: '建筑面积 * 单价',
      price: '1',
    });
    await bind(chargeStandardId, {}, [houseIds[0]!]);
    await raise(chargeItemId, '2026-01');
    const params = { id: chargeStandardId };
    const change = (version: number, formula: string, ruleFrom: string | null) =>
      admin.call(contract.updateChargeStandard, { params, body: { version, formula, ruleFrom } });
    expect(await refusal(change(1, '建筑面积 * 单价', '2026-02-15'))).toMatchObject({
      ...{ status: 422, code: 'chargeStandard.ruleDateUnused' },
    });
    expect(await change(1, '建筑面积 * 2 + 楼层', '2026-02-15')).toEqual({ ok: true, keptBillCount: 0 });
    expect(await refusal(change(2, '建筑面积 * 3', '2026-02-15'))).toMatchObject({
      ...{ status: 409, code: 'chargeStandard.ruleDateTooEarly' },
    });
    expect(await refusal(change(2, '用量 * 3', null))).toMatchObject({ code: 'chargeStandard.ruleMeterMixed' });
    // Whatever day it will hold from, what is tried is the formula in the form.
    const formula = '建筑面积 * 2 + 楼层';
    const target = { targetKind: 'house', targetId: houseIds[0]!, day: '2026-01-01' } as const;
    const tried = await admin.call(contract.tryChargeStandard, {
      body: { chargeItemId, chargeStandardId, method: 'formula', quantitySource: 'one', formula, ...target },
    });
    expect(tried).toMatchObject({ amount: '209.00' });
    const { rows } = await raise(chargeItemId, '2026-02');
    const later = await raise(chargeItemId, '2026-03');
    // 98.50 × 14/28 + (197 + 12) × 14/28 = 49.25 + 104.50.
    expect(amounts(rows)).toEqual(['1栋101 98.50', '1栋101 153.75']);
    expect(amounts(later.rows)).toEqual(['1栋101 98.50', '1栋101 153.75', '1栋101 209.00']);
    const sentenceOf = async (index: number) =>
      (await admin.call(contract.getBillHistory, { params: { id: String(later.rows[index]!.id) } })).sentence;
    expect(await sentenceOf(1)).toBe(
      [
        '公式 建筑面积 * 单价，其中 建筑面积 = 98.50，楼层 = 12，单价 = 1.00',
        '2026-02-15起 公式 建筑面积 * 2 + 楼层',
        '98.50元/月 × 14/28个月 = 49.25元',
        '209.00元/月 × 14/28个月（2026-02-15起） = 104.50元',
        '合计 153.75元',
      ].join('\n'),
    );
    expect(await sentenceOf(2)).toBe(
      '公式 建筑面积 * 2 + 楼层，其中 建筑面积 = 98.50，楼层 = 12\n209.00元/月 × 1个月 = 209.00元',
    );
    const rule = () => admin.call(contract.getStandardRule, { params });
    expect((await rule()).history).toEqual([
      { version: 1, formula: '建筑面积 * 单价', tiers: null, from: null, until: '2026-02-15' },
      { version: 2, formula: '建筑面积 * 2 + 楼层', tiers: null, from: '2026-02-15', until: null },
    ]);
    // What bills were raised by cannot be taken back; a change nobody was billed by can.
    const takeBack = () => admin.call(contract.takeBackStandardRule, { params });
    expect(await refusal(takeBack())).toMatchObject({ status: 409, code: 'chargeStandard.ruleRaised' });
    await change(2, '建筑面积 * 9', '2026-06-01');
    await takeBack();
    expect((await rule()).history).toMatchObject([{ until: '2026-02-15' }, { formula: '建筑面积 * 2 + 楼层' }]);
    expect(amounts((await raise(chargeItemId, '2026-06')).rows).at(-1)).toBe('1栋101 209.00');
  });

  it('reads a custom field, also after it was renamed; the count of people; the parking spaces and vehicles', async () => {
    const { id: fieldId } = await admin.call(contract.createCustomField, {
      body: { resource: 'house', kind: 'decimal', label: '电梯 层数（层）' },
    });
    const { names } = await admin.call(contract.listFormulaNames);
    expect(names).toContainEqual(expect.objectContaining({ name: '电梯层数层', key: `custom:${fieldId}` }));
    const { version } = await admin.call(contract.resourceEndpoints(contract.houseResource).get, {
      params: { id: houseIds[0]! },
    });
    const field = (await admin.call(contract.listCustomFields, { query: { resource: 'house' } })).rows[0]!;
    await admin.call(contract.resourceEndpoints(contract.houseResource).update, {
      params: { id: houseIds[0]! },
      body: { version, custom: { [field.key]: '12.5' } },
    });
    for (const name of ['张三', '李四', '王五'])
      await admin.call(contract.moveIn, {
        params: { id: houseIds[0]! },
        body: { name, role: 'owner', movedInOn: '2026-01-01' },
      });
    const formula = '电梯层数层 * 2 + 住户人数 * 10 + 车位数 + 车辆数';
    const { chargeItemId, chargeStandardId } = await newStandard({ method: 'formula', formula, price: '0' });
    await bind(chargeStandardId, {}, [houseIds[0]!]);
    await admin.call(contract.updateCustomField, {
      params: { id: fieldId },
      body: { version: field.version, label: '层数' },
    });
    expect(amounts((await raise(chargeItemId, '2026-01')).rows)).toEqual(['1栋101 55.00']);
    // The same field as the quantity of a plain standard, in a unit of its own.
    const custom = {
      method: 'unitPrice',
      quantitySource: 'custom',
      quantityFieldId: fieldId,
      quantityUnit: '层',
      price: '3',
    };
    const byField = await newStandard(custom);
    await bind(byField.chargeStandardId);
    const { result, rows } = await raise(byField.chargeItemId, '2026-01');
    expect(amounts(rows)).toEqual(['1栋101 37.50']);
    expect(result.failures).toEqual([{ targetLabel: '2栋-201', reason: '没有填写“层数”，请先在档案中填写' }]);
    const { sentence } = await admin.call(contract.getBillHistory, { params: { id: String(rows[0]!.id) } });
    expect(sentence).toBe('12.5层 × 3.00元/层·月 × 1个月 = 37.50元');
    const headcount = await newStandard({ method: 'unitPrice', quantitySource: 'headcount', price: '10' });
    await bind(headcount.chargeStandardId, {}, [houseIds[0]!]);
    expect(amounts((await raise(headcount.chargeItemId, '2026-01')).rows)).toEqual(['1栋101 30.00']);
  });
});

describe('tiers', () => {
  const tier = (upTo: string | null, perHead: string, price: string) => ({ upTo, perHead, price });
  const water = { method: 'tiers', quantitySource: 'meterUsage', quantityUnit: 'm³' };

  it('grow with the people, and without readings a run leaves them to the meters', async () => {
    const tiers = { span: 'month', freeHeads: 2, tiers: [tier('12', '3', '3.03'), tier(null, '0', '4.23')] };
    const { chargeItemId, chargeStandardId } = await newStandard({ ...water, tiers });
    await bind(chargeStandardId, { ownQuantity: '20' }, [houseIds[0]!]);
    await bind(chargeStandardId, {}, [houseIds[1]!]);
    const { result, rows } = await raise(chargeItemId, '2026-01');
    // Three people: the first tier ends at 15. 15 × 3.03 + 5 × 4.23 = 66.60.
    expect(amounts(rows)).toEqual(['1栋101 66.60']);
    expect(result.failedCount).toBe(0);
  });

  it('of a year changed from a day on: the bill across is cut by days, what was used goes on, and each part is told', async () => {
    const before = { span: 'year' as const, freeHeads: 0, tiers: [tier('40', '0', '1'), tier(null, '0', '2')] };
    const after = { span: 'year' as const, freeHeads: 0, tiers: [tier('60', '0', '3'), tier(null, '0', '5')] };
    const { chargeItemId, chargeStandardId } = await newStandard({ ...water, tiers: before });
    await bind(chargeStandardId, { ownQuantity: '31' }, [houseIds[1]!]);
    await raise(chargeItemId, '2026-01');
    const params = { id: chargeStandardId };
    const change = (version: number, tiers: typeof before, ruleFrom: string | null) =>
      admin.call(contract.updateChargeStandard, { params, body: { version, tiers, ruleFrom } });
    expect(await refusal(change(1, before, '2026-02-15'))).toMatchObject({ code: 'chargeStandard.ruleDateUnused' });
    expect(await change(1, after, '2026-02-15')).toEqual({ ok: true, keptBillCount: 0 });
    const tooEarly = await refusal(change(2, before, '2026-02-15'));
    expect(tooEarly).toMatchObject({ status: 409, code: 'chargeStandard.ruleDateTooEarly' });
    expect(tooEarly.detail).toContain('已有从 2026-02-15 起的阶梯');
    const order = { communityId: company.communityId, chargeItemIds: [chargeItemId] };
    const previewed = await admin.call(contract.previewBills, {
      body: { ...order, monthFrom: '2026-02', monthTo: '2026-02', lineKind: 'changed' },
    });
    expect(previewed.lines).toMatchObject([{ amount: '72.50', reason: expect.stringContaining('计价规则变化') }]);
    await raise(chargeItemId, '2026-02');
    const { rows } = await raise(chargeItemId, '2026-03');
    // January 31 × 1. February 14 + 14 days: 15.5 from 31 (9 × 1 + 6.5 × 2 = 22.00), 15.5 from 46.5 (13.5 × 3 + 2 × 5 = 50.50).
    // March from 62: 31 × 5.
    expect(amounts(rows)).toEqual(['2栋201 31.00', '2栋201 72.50', '2栋201 155.00']);
    const { sentence } = await admin.call(contract.getBillHistory, { params: { id: String(rows[1]!.id) } });
    expect(sentence).toBe(
      [
        '用量 31m³ 的 14/28，计 15.5m³，本年已用 31m³，9m³ × 1.00元/m³ + 6.5m³ × 2.00元/m³ = 22.00元',
        '2026-02-15起 用量 31m³ 的 14/28，计 15.5m³，本年已用 46.5m³，13.5m³ × 3.00元/m³ + 2m³ × 5.00元/m³ = 50.50元',
        '合计 72.50元',
      ].join('\n'),
    );
    const rule = () => admin.call(contract.getStandardRule, { params });
    expect((await rule()).history).toMatchObject([
      { version: 1, tiers: before, from: null, until: '2026-02-15' },
      { version: 2, tiers: after, from: '2026-02-15', until: null },
    ]);
    const takeBack = () => admin.call(contract.takeBackStandardRule, { params });
    expect(await refusal(takeBack())).toMatchObject({ status: 409, code: 'chargeStandard.ruleRaised' });
    await change(2, before, '2026-06-01');
    await takeBack();
    expect(await rule()).toMatchObject({ tiers: after, history: [{ until: '2026-02-15' }, { tiers: after }] });
    expect(amounts((await raise(chargeItemId, '2026-06')).rows).at(-1)).toBe('2栋201 155.00');
  });

  it.each([
    [
      'a last tier that ends',
      [tier('12', '0', '3')],
      'tiers.tiers.0.upTo',
      '最后一档的上限应留空，否则超出部分没有价格',
    ],
    [
      'limits that fall',
      [tier('12', '0', '3'), tier('10', '0', '4'), tier(null, '0', '5')],
      'tiers.tiers.1.upTo',
      '第 2 档的上限应比上一档大',
    ],
    [
      'growth that falls',
      [tier('12', '3', '3'), tier('18', '2', '4'), tier(null, '0', '5')],
      'tiers.tiers.1.perHead',
      '第 2 档的每人增加不能比上一档小',
    ],
  ])('with %s are refused at their place', async (_, rows, path, message) => {
    const chargeItemId = await newItem();
    const tiers = { span: 'month' as const, freeHeads: 0, tiers: rows };
    const body = { chargeItemId, name: '坏', ...usual, ...water, tiers };
    expect(await refusal(admin.call(contract.createChargeStandard, { body: body as never }))).toMatchObject({
      code: 'chargeStandard.badTiers',
      fields: [{ path, message }],
    });
  });
});

describe('prices', () => {
  it('differ by community, building and unit from a day on: the narrowest place wins', async () => {
    const { chargeItemId, chargeStandardId } = await newStandard({
      method: 'unitPrice',
      quantitySource: 'builtArea',
      price: '2.80',
    });
    await bind(chargeStandardId);
    const set = (price: string | null, startsOn: string | null, buildingId: string | null = null) =>
      admin.call(contract.setPlacePrice, {
        params: { id: chargeStandardId },
        body: { communityId: company.communityId, buildingId, startsOn, price },
      });
    await set('2.90', '2026-02-01');
    await set('2.00', '2026-03-01', buildingIds[1]!);
    await set(null, '2026-04-01', buildingIds[1]!);
    const raised = [];
    for (const month of ['2026-01', '2026-02', '2026-03', '2026-04'])
      raised.push((await raise(chargeItemId, month)).rows);
    // 98.50 × 2.80, 2.90 from February everywhere, 2.00 in March in building 2.
    expect(amounts(raised.at(-1)!)).toEqual([
      '1栋101 275.80',
      '2栋201 275.80',
      '1栋101 285.65',
      '2栋201 285.65',
      '1栋101 285.65',
      '2栋201 197.00',
      '1栋101 285.65',
      '2栋201 285.65',
    ]);
    const { rows } = await admin.call(contract.listPlacePrices, { params: { id: chargeStandardId } });
    expect(rows.map((row) => [row.placeLabel.split(' ').at(-1), row.startsOn, row.price, row.isInForce])).toEqual([
      [expect.any(String), '2026-02-01', '2.90', true],
      ['2栋', '2026-03-01', '2.00', true],
      ['2栋', '2026-04-01', null, false],
    ]);
    const params = { id: chargeStandardId, placePriceId: rows[1]!.id };
    expect(await refusal(admin.call(contract.deletePlacePrice, { params }))).toMatchObject({
      code: 'chargeStandard.placePriceRaised',
    });
    expect(await refusal(set('1', '2026-02-01'))).toMatchObject({ code: 'chargeStandard.placePriceTaken' });
    expect(await refusal(set('1', null, company.communityId))).toMatchObject({ code: 'reference.notFound' });
  });

  it('are entered at the binding, and a binding without an amount is reported', async () => {
    const { chargeItemId, chargeStandardId } = await newStandard({ method: 'perTarget' });
    await bind(chargeStandardId, { ownAmount: '120.5' }, [houseIds[0]!]);
    await bind(chargeStandardId, {}, [houseIds[1]!]);
    const { result, rows } = await raise(chargeItemId, '2026-01');
    expect(amounts(rows)).toEqual(['1栋101 120.50']);
    expect(result.failures).toEqual([{ targetLabel: '2栋-201', reason: '没有填写金额，请在标准绑定中填写“单独金额”' }]);
    expect(
      await refusal(
        admin.call(contract.addStandardPrice, {
          params: { id: chargeStandardId },
          body: { startsOn: '2026-02-01', price: '1' },
        }),
      ),
    ).toMatchObject({ code: 'chargeStandard.priceUnused' });
  });
});

describe('an item', () => {
  it('of some communities is bound and raised there only, and stays where it is bound', async () => {
    const { chargeItemId, chargeStandardId } = await newStandard({ method: 'fixed', price: '10' });
    const narrow = (communityIds: string[]) =>
      admin.call(contract.setItemCommunities, { params: { id: chargeItemId }, body: { communityIds } });
    await narrow([company.otherCommunityId]);
    expect(await refusal(bind(chargeStandardId))).toMatchObject({ code: 'chargeItem.notInCommunity' });
    await narrow([company.communityId]);
    await bind(chargeStandardId);
    expect(await refusal(narrow([company.otherCommunityId]))).toMatchObject({ code: 'chargeItem.boundElsewhere' });
    expect(await refusal(narrow([chargeItemId]))).toMatchObject({ code: 'reference.notFound' });
    expect((await raise(chargeItemId, '2026-01')).rows).toHaveLength(2);
  });
});
