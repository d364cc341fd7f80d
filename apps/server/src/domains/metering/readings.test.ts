import {
  billResource,
  checkReadings,
  deleteReading,
  getBillHistory,
  getReadingGrid,
  listMeterLosses,
  meterReadingResource,
  meterResource,
  raiseReadings,
  replaceMeter,
  resourceEndpoints,
  saveReadings,
  summariseReadings,
  takePayment,
  voidBills,
} from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { createChargeStandard } from '../charging/index.ts';
import { addMeter, type MeteredEstate, makeEstate, typeIn } from './metering.fixture.ts';

let server: TestApp;
let company: TestCompany;
let estate: MeteredEstate;
let supervisor: TestPerson;
let admin: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  company = await server.company(`安居物业 ${server.services.newId()}`);
  supervisor = await company.person('收费主管');
  admin = await company.person('管理员');
  estate = await makeEstate(company);
});

const waterMeter = (number: string, more: object = {}) =>
  addMeter(supervisor, company, {
    number,
    houseId: estate.houseIds[0],
    chargeStandardId: estate.standardId,
    ...more,
  });

const bills = async () => {
  const query = { page: 1, pageSize: 50, filter: '{"state":["due","paid","partlyPaid"]}' };
  const { rows } = await supervisor.call(resourceEndpoints(billResource).list, { query });
  return rows as (Record<string, string> & { id: string })[];
};

async function pay(billId: string, amount: string): Promise<void> {
  const methodId = await company.run(async (ctx) => {
    const id = ctx.newId();
    await ctx.tx.run(
      sql`insert into payment_method (company_id, id, key, name, is_cash) values (${ctx.companyId}, ${id}, 'cash', '现金', true)`,
    );
    return id;
  });
  await admin.call(takePayment, {
    body: {
      communityId: company.communityId,
      targetKind: 'house',
      targetId: estate.houseIds[0],
      bills: [{ id: billId, expected: amount }],
      expectedTotal: amount,
      tenders: [{ paymentMethodId: methodId, amount }],
      receivedOn: '2026-03-10',
      idempotencyKey: `pay-${billId}`,
    },
  });
}

describe('readings of the worked examples', () => {
  it('17, 18 and 19: roll-over, a changed dial and a multiplier with loss become usage and bills that say how', async () => {
    const rolling = await waterMeter('W1', { initialReading: '99990' });
    const changed = await waterMeter('W2', { initialReading: '1231', houseId: estate.houseIds[1] });
    const multiplied = await waterMeter('E1', {
      kind: 'electricity',
      initialReading: '12.5',
      multiplier: '40',
      lossShare: '0.02',
      houseId: estate.houseIds[2],
    });
    const lower = await supervisor.call(checkReadings, {
      body: { month: '2026-02', readings: [{ meterId: rolling, current: '6' }] },
    });
    expect(lower.rows[0]).toMatchObject({ usage: null, amount: null, issues: [{ kind: 'lower' }] });
    expect(lower.rows[0]!.issues[0]!.text).toContain('读数 6 低于上期 99990：表盘满转了请勾选“满转”');
    const { saved, returned } = await typeIn(
      supervisor,
      '2026-02',
      [
        { meterId: rolling, current: '6', isRolledOver: true },
        { meterId: changed, current: '5', replaced: { closing: '1240', opening: '0' } },
        { meterId: multiplied, current: '14.0' },
      ],
      true,
    );
    expect(returned).toEqual([]);
    expect(saved.map((one) => [one.usage, one.amount])).toEqual([
      ['16', '48.48'],
      ['14', '42.42'],
      ['61.2', '185.44'],
    ]);
    expect(saved[1]!.sentence).toBe('用量 旧表 (1240 − 1231) + 新表 (5 − 0) = 14m³\n14m³ × 3.03元/m³ = 42.42元');
    const { sentence, basis, history } = await supervisor.call(getBillHistory, { params: { id: saved[0]!.billId! } });
    expect(basis.map((one) => one.link?.kind)).toEqual(['house', 'chargeStandard', 'meterReading']);
    expect(basis[2]!.text).toContain('起度 99990，止度 6');
    expect(sentence).toBe('用量 (6 − 99990 + 100000（满转）) = 16m³\n16m³ × 3.03元/m³ = 48.48元');
    expect(history[0]).toMatchObject({ what: '抄表生成', who: expect.stringContaining('收费主管') });
    const raised = await bills();
    expect(raised).toHaveLength(3);
    expect(raised[0]).toMatchObject({
      raisedHow: 'meter',
      periodFrom: '2026-02-01',
      lastDay: '2026-02-28',
      dueOn: '2026-04-09',
    });
    const { rows } = await supervisor.call(resourceEndpoints(meterReadingResource).list, {
      query: { page: 1, pageSize: 50 },
    });
    expect(rows.map((row) => row.outcome).sort()).toEqual(['normal', 'replaced', 'rolledOver']);
  });

  it('25: a master meter of 1,200 over sub-meters of 1,150 lost 50; unread ones are counted apart', async () => {
    const master = await addMeter(supervisor, company, { number: 'M1', isMaster: true });
    const subs = [
      await waterMeter('S1', { parentId: master }),
      await waterMeter('S2', { parentId: master, houseId: estate.houseIds[1] }),
    ];
    await typeIn(supervisor, '2026-03', [
      { meterId: master, current: '1200' },
      { meterId: subs[0]!, current: '650' },
    ]);
    const losses = () =>
      supervisor.call(listMeterLosses, { query: { communityId: company.communityId, month: '2026-03' } });
    expect((await losses()).rows[0]).toMatchObject({ subUsage: '650', subCount: 2, unreadCount: 1 });
    await typeIn(supervisor, '2026-03', [{ meterId: subs[1]!, current: '500' }]);
    expect((await losses()).rows[0]).toMatchObject({
      usage: '1200',
      subUsage: '1150',
      unreadCount: 0,
      loss: '50',
      lossPercent: '4.17',
    });
    const { rows } = await supervisor.call(summariseReadings, {
      query: { communityId: company.communityId, monthFrom: '2026-01', monthTo: '2026-03', by: 'building' },
    });
    expect(rows).toMatchObject([{ group: '1栋', kind: 'coldWater', meterCount: 2, usage: '1150', receivable: '0.00' }]);
  });
});

describe('tiers', () => {
  const tier = (upTo: string | null, price: string, perHead = '0') => ({ upTo, perHead, price });
  const tiered = (name: string, span: 'month' | 'year', tiers: ReturnType<typeof tier>[]) =>
    company.run(async (ctx) => {
      const { id } = await createChargeStandard(ctx, {
        ...{ chargeItemId: estate.itemId, name, method: 'tiers', quantitySource: 'meterUsage', quantityUnit: 'm³' },
        ...{ everyMonths: 1, alignment: 'natural', note: '', price: null, quantityFieldId: null, formula: null },
        tiers: { span, freeHeads: 0, tiers },
      });
      return id;
    });

  it('15: 20 m³ in a month cost 12 × 3.03 + 6 × 4.23 + 2 × 6.71', async () => {
    const chargeStandardId = await tiered('月阶梯', 'month', [
      tier('12', '3.03'),
      tier('18', '4.23'),
      tier(null, '6.71'),
    ]);
    const meterId = await waterMeter('W1', { chargeStandardId });
    const { saved } = await typeIn(supervisor, '2026-03', [{ meterId, current: '20' }], true);
    expect(saved[0]).toMatchObject({ amount: '75.16' });
    expect(saved[0]!.sentence).toContain('12m³ × 3.03元/m³ + 6m³ × 4.23元/m³ + 2m³ × 6.71元/m³ = 75.16元');
  });

  it('16: by the year, 210 used before across a replaced meter, 20 now: 6 + 14', async () => {
    const chargeStandardId = await tiered('年阶梯', 'year', [tier('216', '3.03'), tier(null, '4.23')]);
    const old = await waterMeter('W1', { chargeStandardId });
    await typeIn(supervisor, '2025-12', [{ meterId: old, current: '50' }]);
    await typeIn(supervisor, '2026-01', [{ meterId: old, current: '260', confirmation: '已核实' }]);
    const { id } = await supervisor.call(replaceMeter, {
      params: { id: old },
      body: { version: 1, number: 'W1-2', closing: '260', opening: '0', replacedOn: '2026-02-01' },
    });
    const { saved } = await typeIn(supervisor, '2026-02', [{ meterId: id, current: '20' }], true);
    expect(saved[0]).toMatchObject({ usage: '20', amount: '77.40' });
    expect(saved[0]!.sentence).toContain('本年已用 210m³，6m³ × 3.03元/m³ + 14m³ × 4.23元/m³ = 77.40元');
  });
});

describe('checking what is typed', () => {
  it('a leap, a zero and a month left out are not saved until somebody says why', async () => {
    const meterId = await waterMeter('W1');
    for (const [month, current] of [
      ['2025-08', '10'],
      ['2025-09', '21'],
      ['2025-10', '30'],
    ] as const)
      expect((await typeIn(supervisor, month, [{ meterId, current }])).saved).toHaveLength(1);
    const leap = await typeIn(supervisor, '2025-11', [{ meterId, current: '930' }]);
    expect(leap.saved).toEqual([]);
    expect(leap.returned[0]!.issues).toEqual([
      { kind: 'leap', text: '用量 900m³，是平时（10m³）的 90 倍，请核对读数' },
    ]);
    const zero = await typeIn(supervisor, '2025-11', [{ meterId, current: '30' }]);
    expect(zero.returned[0]!.issues.map((issue) => issue.kind)).toEqual(['zero']);
    const gap = await typeIn(supervisor, '2026-01', [{ meterId, current: '45' }]);
    expect(gap.returned[0]!.issues[0]!.text).toBe('2025-10 之后漏抄 2 个月，本期用量是 3 个月的');
    const confirmed = await typeIn(supervisor, '2025-11', [
      { meterId, current: '930', confirmation: '水管爆裂，已现场核实' },
    ]);
    expect(confirmed.saved[0]).toMatchObject({ usage: '900' });
    const { rows } = await supervisor.call(getReadingGrid, {
      query: { communityId: company.communityId, month: '2025-11' },
    });
    expect(rows[0]).toMatchObject({
      label: '1栋-101',
      previous: '30',
      previousMonth: '2025-10',
      usual: '10',
      reading: { outcome: 'leap', confirmation: '水管爆裂，已现场核实' },
    });
  });

  it('says in words what cannot be: a coming month, too many digits, a meter out of use, another’s change', async () => {
    const meterId = await waterMeter('W1');
    const problemOf = async (month: string, reading: object) =>
      (await typeIn(supervisor, month, [{ meterId, current: '10', ...reading }])).returned[0]?.problem;
    expect(await problemOf('2026-04', {})).toBe('2026-04 还没有到，不能抄表');
    expect(await problemOf('2026-03', { current: '100000' })).toContain('超过表盘位数（5 位）');
    expect(await problemOf('2026-03', { isRolledOver: true })).toContain('不是满转');
    expect(await problemOf('2026-03', {})).toBeUndefined();
    expect(await problemOf('2026-03', { current: '12' })).toBe('2026-03 的读数刚由他人录入或改过，请刷新后再改');
    expect((await refusal(typeIn(supervisor, '2026-03', [{ meterId, current: '1e5' }]))).status).toBe(422);
    expect(
      await refusal(typeIn(supervisor, '2026-03', [{ meterId: server.services.newId(), current: '1' }])),
    ).toMatchObject({ status: 422, code: 'reference.notFound' });
  });
});

describe('a reading and its bill', () => {
  it('of two who save and raise at once one wins, and there is one reading and one bill', async () => {
    const meterId = await waterMeter('W1');
    const both = await Promise.all(
      [1, 2, 3].map(() => typeIn(supervisor, '2026-03', [{ meterId, current: '20' }], true)),
    );
    expect(both.flatMap((one) => one.saved)).toHaveLength(1);
    const raise = () =>
      supervisor.call(raiseReadings, { body: { communityId: company.communityId, month: '2026-03' } });
    expect((await Promise.all([raise(), raise()])).map((one) => one.billCount)).toEqual([0, 0]);
    expect(await bills()).toHaveLength(1);
    await supervisor.call(voidBills, { body: { ids: [(await bills())[0]!.id], reason: '重出' } });
    expect((await Promise.all([raise(), raise(), raise()])).map((one) => one.billCount).sort()).toEqual([0, 0, 1]);
    expect(await bills()).toMatchObject([{ receivable: '60.60' }]);
  });

  it('changing it voids and raises the unpaid bill anew, and the next reading follows', async () => {
    const meterId = await waterMeter('W1');
    const first = (await typeIn(supervisor, '2026-01', [{ meterId, current: '20' }], true)).saved[0]!;
    await typeIn(supervisor, '2026-02', [{ meterId, current: '35' }], true);
    const changed = await typeIn(supervisor, '2026-01', [{ meterId, current: '25', version: first.version }]);
    expect(changed.saved[0]).toMatchObject({ usage: '25', amount: '75.75' });
    const sums = (await bills()).map((bill) => [bill.periodFrom, bill.receivable]);
    expect(sums.sort()).toEqual([
      ['2026-01-01', '75.75'],
      ['2026-02-01', '30.30'],
    ]);
    expect(
      await refusal(typeIn(supervisor, '2026-01', [{ meterId, current: '36', version: first.version + 1 }])),
    ).toMatchObject({ code: 'meterReading.nextLower' });
    const february = (await bills()).find((bill) => bill.periodFrom === '2026-02-01')!;
    await pay(february.id, '30.30');
    expect(
      await refusal(typeIn(supervisor, '2026-01', [{ meterId, current: '26', version: first.version + 1 }])),
    ).toMatchObject({ status: 409, code: 'meterReading.nextPaid' });
    const { rows } = await supervisor.call(getReadingGrid, {
      query: { communityId: company.communityId, month: '2026-02' },
    });
    const paid = rows[0]!.reading!;
    expect(paid).toMatchObject({ usage: '10', isPaid: true });
    const again = await typeIn(supervisor, '2026-02', [{ meterId, current: '36', version: paid.version }]);
    expect(again.returned[0]!.problem).toBe('2026-02 的账单已收款，读数不能再改。请先撤销收款');
    expect(await refusal(supervisor.call(deleteReading, { params: { id: paid.id } }))).toMatchObject({
      status: 409,
      code: 'meterReading.paid',
    });
  });

  it('deleting it voids its unpaid bill and lets the month be read again; voiding the bill frees the reading', async () => {
    const meterId = await waterMeter('W1');
    const [january, february] = [
      (await typeIn(supervisor, '2026-01', [{ meterId, current: '20' }], true)).saved[0]!,
      (await typeIn(supervisor, '2026-02', [{ meterId, current: '35' }], true)).saved[0]!,
    ];
    await supervisor.call(deleteReading, { params: { id: january.id } });
    expect(await bills()).toMatchObject([{ periodFrom: '2026-02-01', receivable: '106.05' }]);
    await supervisor.call(voidBills, { body: { ids: [(await bills())[0]!.id], reason: '改价' } });
    const list = resourceEndpoints(meterReadingResource).list;
    expect((await supervisor.call(list, { query: { page: 1, pageSize: 50 } })).rows).toMatchObject([
      { id: february.id, billState: 'none' },
    ]);
    await supervisor.call(deleteReading, { params: { id: february.id } });
    expect((await supervisor.call(list, { query: { page: 1, pageSize: 50 } })).total).toBe(0);
    expect(await refusal(supervisor.call(deleteReading, { params: { id: february.id } }))).toMatchObject({
      status: 404,
    });
  });

  it('a replaced meter keeps its readings, and the new one’s first reading counts both', async () => {
    const old = await waterMeter('W1', { initialReading: '1200' });
    const read = (await typeIn(supervisor, '2026-02', [{ meterId: old, current: '1231' }])).saved[0]!;
    const replace = (closing: string, number = 'W1-2') =>
      supervisor.call(replaceMeter, {
        params: { id: old },
        body: { version: 1, number, closing, opening: '0', replacedOn: '2026-03-05' },
      });
    expect(await refusal(replace('1230'))).toMatchObject({ status: 422, code: 'meter.closingLower' });
    expect(await refusal(replace('1240', 'W1'))).toMatchObject({ code: 'meter.numberTaken' });
    const { id } = await replace('1240');
    expect(await refusal(replace('1250', 'W1-3'))).toMatchObject({ code: 'meter.alreadyReplaced' });
    const { rows } = await supervisor.call(getReadingGrid, {
      query: { communityId: company.communityId, month: '2026-03' },
    });
    expect(rows).toMatchObject([{ meterId: id, number: 'W1-2', previous: '1231' }]);
    const { saved } = await typeIn(supervisor, '2026-03', [{ meterId: id, current: '5' }], true);
    expect(saved[0]).toMatchObject({ usage: '14', amount: '42.42' });
    expect((await typeIn(supervisor, '2026-03', [{ meterId: old, current: '1245' }])).returned[0]!.problem).toContain(
      '已更换',
    );
    expect(await refusal(supervisor.call(deleteReading, { params: { id: read.id } }))).toMatchObject({
      code: 'meterReading.replacedMeter',
    });
    const meters = resourceEndpoints(meterResource);
    const before = await supervisor.call(meters.get, { params: { id } });
    expect(
      await refusal(
        supervisor.call(meters.update, {
          params: { id },
          body: { version: before.version as number, initialReading: '3' },
        }),
      ),
    ).toMatchObject({ status: 409, code: 'meter.hasReadings' });
  });
});

describe('whoever may not', () => {
  it('neither reads nor records: without the right, in another community, in another company', async () => {
    const meterId = await waterMeter('W1');
    const cashier = await company.person('收银员');
    expect(await refusal(typeIn(cashier, '2026-03', [{ meterId, current: '5' }]))).toMatchObject({
      status: 403,
      code: 'permission.denied',
    });
    const repairer = await company.person('维修');
    expect(await refusal(typeIn(repairer, '2026-03', [{ meterId, current: '5' }], true))).toMatchObject({
      status: 403,
    });
    expect((await typeIn(repairer, '2026-03', [{ meterId, current: '5' }])).saved).toHaveLength(1);
    const elsewhere = await company.person('收费主管', [company.otherCommunityId]);
    expect(await refusal(typeIn(elsewhere, '2026-03', [{ meterId, current: '9' }]))).toMatchObject({
      code: 'reference.notFound',
    });
    expect(
      await refusal(elsewhere.call(getReadingGrid, { query: { communityId: company.communityId, month: '2026-03' } })),
    ).toMatchObject({ status: 422 });
    const stranger = await (await server.company('别家物业')).person('管理员');
    expect(
      await refusal(stranger.call(saveReadings, { body: { month: '2026-03', readings: [{ meterId, current: '9' }] } })),
    ).toMatchObject({ code: 'reference.notFound' });
  });
});
