import * as contract from '@anlin/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { taskHandlers } from '../../src/app.ts';
import { type DeskFixture, makeDesk, type PaymentBody, paymentFor } from '../../src/domains/cashier/cashier.fixture.ts';
import { verifyBooks } from '../../src/domains/finance/index.ts';
import { wizard } from '../../src/domains/imports/imports.fixture.ts';
import { sql } from '../../src/platform/database/sql.ts';
import { runTask } from '../../src/platform/tasks/run-task.ts';
import { enterAsResident } from '../resident-person.ts';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../test-app.ts';

/** Vehicles as charge targets (CHG-5): a monthly card by displacement, from the binding to the books. */

const vehicles = contract.resourceEndpoints(contract.vehicleResource);
const bindings = contract.resourceEndpoints(contract.standardBindingResource);
const bills = contract.resourceEndpoints(contract.billResource);
const accounts = contract.resourceEndpoints(contract.prepaidAccountResource);
const deposits = contract.resourceEndpoints(contract.depositResource);
const households = contract.resourceEndpoints(contract.dunningHouseholdResource);
const tags = contract.resourceEndpoints(contract.tagResource);

let server: TestApp;
let desk: DeskFixture;
let admin: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.clock.set('2026-03-20T02:00:00Z');
  desk = await makeDesk(await server.company());
  admin = await desk.company.person('管理员');
});
// Whatever a test did, the books add up afterwards.
afterEach(async () =>
  expect((await desk.company.run(verifyBooks)).checks.filter(({ wrong }) => wrong > 0)).toEqual([]),
);

const addVehicle = async (plate: string, more: Record<string, unknown> = {}) =>
  (
    await admin.call(vehicles.create, {
      body: { communityId: desk.company.communityId, plate, houseIds: [desk.houseId], ...more },
    })
  ).id;

/** A standard of the water item, which has no late fee: the figures below are the principal alone. */
const addStandard = (name: string, rule: { formula: string } | { price: string }) =>
  admin.call(contract.createChargeStandard, {
    body: {
      chargeItemId: desk.waterItemId,
      name,
      method: 'formula' in rule ? 'formula' : 'fixed',
      quantitySource: 'one',
      everyMonths: 1,
      ...rule,
    },
  });

const bindAll = (chargeStandardId: string, startsOn: string, vehicleIds?: string[]) =>
  admin.call(contract.bindStandard, {
    body: {
      chargeStandardId,
      startsOn,
      selection: {
        targetKind: 'vehicle',
        communityId: desk.company.communityId,
        ...(vehicleIds ? { vehicleIds } : {}),
      },
    },
  });

async function raise(month: string) {
  const body = {
    communityId: desk.company.communityId,
    chargeItemIds: [desk.waterItemId],
    monthFrom: month,
    monthTo: month,
  };
  const preview = await admin.call(contract.previewBills, { body });
  const { taskId } = await admin.call(contract.raiseBills, { body });
  await runTask(server.services, taskHandlers, desk.company.id, taskId);
  const task = await admin.call(contract.getTask, { params: { id: taskId } });
  expect(task.state).toBe('done');
  const { billCount, raisingRunId } = task.result as { billCount: number; raisingRunId: string };
  expect(preview.toRaise.count).toBe(billCount);
  return { billCount, raisingRunId };
}

const billsByLabel = async () => {
  const { rows } = await admin.call(bills.list, { query: { sort: 'targetLabel' } });
  return rows.map((row) => [row.targetLabel, row.periodFrom, row.receivable, row.ownerName]);
};

const accountOf = (targetId: string, person = admin, include?: string) =>
  person.call(contract.getDeskAccount, { query: { targetKind: 'vehicle', targetId, include } });
const at = (targetId: string): Pick<PaymentBody, 'targetKind' | 'targetId' | 'receivedOn'> => ({
  targetKind: 'vehicle',
  targetId,
  receivedOn: '2026-03-20',
});

describe('a monthly card', () => {
  it('is bound to vehicles, priced by displacement, raised once, and says who cannot be billed', async () => {
    const small = await addVehicle('粤B10001', { displacement: '1.6L' });
    await addVehicle('粤B10002', { displacement: '1998mL' });
    const unknown = await addVehicle('粤B10003', { houseIds: [], ownerName: '车主甲' });
    const standard = await addStandard('月卡', { formula: 'if(排量 > 1.6, 400, 300)' });
    const tried = await admin.call(contract.tryChargeStandard, {
      body: {
        chargeStandardId: standard.id,
        chargeItemId: desk.waterItemId,
        method: 'formula',
        formula: 'if(排量 > 1.6, 400, 300)',
        quantitySource: 'one',
        everyMonths: 1,
        price: null,
        targetKind: 'vehicle',
        targetId: small,
        day: '2026-03-01',
      },
    });
    expect(tried).toMatchObject({ targetLabel: '车辆 粤B10001', amount: '300.00' });
    const counted = await admin.call(contract.countBindingTargets, {
      body: { selection: { targetKind: 'vehicle', communityId: desk.company.communityId } },
    });
    expect(counted.targetCount).toBe(3);
    expect(await bindAll(standard.id, '2026-03-01')).toEqual({ boundCount: 3, skippedCount: 0 });
    const again = await refusal(bindAll(standard.id, '2026-03-16', [small]));
    expect(again).toMatchObject({ code: 'standardBinding.overlap' });
    expect(again.detail).toContain('车辆 粤B10001');
    const bound = await admin.call(bindings.list, { query: { q: '粤B10002' } });
    expect(bound.rows).toMatchObject([{ targetKind: 'vehicle', targetLabel: '车辆 粤B10002', state: 'active' }]);

    const first = await raise('2026-03');
    expect(first.billCount).toBe(2);
    expect(await billsByLabel()).toEqual([
      ['车辆 粤B10001', '2026-03-01', '300.00', '崔春涛'],
      ['车辆 粤B10002', '2026-03-01', '400.00', '崔春涛'],
    ]);
    const failures = await admin.call(contract.listRaisingFailures, { params: { id: first.raisingRunId }, query: {} });
    expect(failures.rows).toMatchObject([{ targetKind: 'vehicle', targetId: unknown, targetLabel: '车辆 粤B10003' }]);
    const { version } = await admin.call(vehicles.get, { params: { id: unknown } });
    await admin.call(vehicles.update, { params: { id: unknown }, body: { version, displacement: '1.5T' } });
    expect((await raise('2026-03')).billCount).toBe(1);
    expect((await raise('2026-03')).billCount).toBe(0);
    // A vehicle of no house shows the owner it names.
    expect((await billsByLabel()).at(2)).toEqual(['车辆 粤B10003', '2026-03-01', '300.00', '车主甲']);
    const gone = await refusal(admin.call(vehicles.remove, { params: { id: small } }));
    expect(gone).toMatchObject({ status: 409, code: 'resource.inUse' });
  });

  it('from the 16th costs 16 of 31 days: 300 × 16 ÷ 31 = 154.84, by a tag that is followed', async () => {
    const tag = await admin.call(tags.create, { body: { name: '月卡', color: 'blue', sortOrder: 1 } });
    const [one, two] = [await addVehicle('粤B20001', { tags: [tag.id] }), await addVehicle('粤B20002')];
    const standard = await addStandard('月卡', { price: '300' });
    const following = await admin.call(contract.createTagBinding, {
      body: {
        communityId: desk.company.communityId,
        tagId: tag.id,
        targetKind: 'vehicle',
        chargeStandardId: standard.id,
        startsOn: '2026-03-16',
        joinsOn: 'sameDay',
      },
    });
    expect(following).toMatchObject({ joined: 1, ended: 0, conflicts: 0 });
    await raise('2026-03');
    expect(await billsByLabel()).toEqual([['车辆 粤B20001', '2026-03-16', '154.84', '崔春涛']]);
    for (const [id, names] of [
      [one, []],
      [two, [tag.id]],
    ] as const) {
      const { version } = await admin.call(vehicles.get, { params: { id } });
      await admin.call(vehicles.update, { params: { id }, body: { version, tags: [...names] } });
    }
    expect(await admin.call(contract.followTagBinding, { params: { id: following.id } })).toMatchObject({
      joined: 1,
      ended: 1,
    });
    // Whether a vehicle has a tag is a name of formulas.
    const names = await admin.call(contract.listFormulaNames);
    expect(names.names.map(({ name }) => name)).toEqual(expect.arrayContaining(['标签_月卡', '排量', '同户车辆数']));
  });
});

describe('money of a vehicle', () => {
  let car: string;
  let visitor: string;
  beforeEach(async () => {
    car = await addVehicle('粤B30001', { brand: '比亚迪', color: '白' });
    visitor = await addVehicle('粤B30002', { houseIds: [], ownerName: '车主乙', ownerPhone: '13900000002' });
    const standard = await addStandard('月卡', { price: '300' });
    await bindAll(standard.id, '2026-02-01');
    await raise('2026-02');
    await raise('2026-03');
  });

  it('is taken by its plate, or with its house, and given back', async () => {
    const cashier = await desk.company.person('收银员', [desk.company.communityId]);
    const search = await cashier.call(contract.searchEstate, { query: { q: '粤B30001' } });
    expect(search.rows.map(({ kind, label }) => [kind, label])).toEqual([
      ['house', '1-101'],
      ['vehicle', '粤B30001'],
    ]);
    const found = await cashier.call(contract.searchEstate, { query: { q: '30002' } });
    expect(found.rows).toMatchObject([{ kind: 'vehicle', id: visitor, label: '粤B30002' }]);
    const account = await accountOf(visitor, cashier);
    expect(account.target).toMatchObject({ kind: 'vehicle', name: '车辆 粤B30002', note: '车主 车主乙' });
    expect(account.bills.map((bill) => [bill.targetName, bill.toPay])).toEqual([
      ['车辆 粤B30002', '300.00'],
      ['车辆 粤B30002', '300.00'],
    ]);
    const [february] = account.bills;
    const receipt = await cashier.call(contract.takePayment, {
      body: paymentFor(desk, [february!], { ...at(visitor), payerName: '车主乙' }),
    });
    const slip = await cashier.call(contract.getReceipt, { params: { id: receipt.id } });
    expect(slip).toMatchObject({ targetKind: 'vehicle', targetName: '车辆 粤B30002', total: '300.00' });
    const listed = await cashier.call(contract.listReceipts, { query: { q: '粤B30002' } });
    expect(listed.rows.map(({ targetName }) => targetName)).toEqual(['车辆 粤B30002']);

    // From the house's account, both of them on one receipt.
    const house = await cashier.call(contract.getDeskAccount, {
      query: { targetKind: 'house', targetId: desk.houseId, include: car },
    });
    expect(house.others).toMatchObject([{ kind: 'vehicle', id: car, name: '车辆 粤B30001', unpaidCount: 2 }]);
    expect(house.bills).toHaveLength(2);
    await cashier.call(contract.takePayment, { body: paymentFor(desk, house.bills, { receivedOn: '2026-03-20' }) });
    expect((await accountOf(car)).bills).toEqual([]);

    await admin.call(contract.takeRefund, {
      body: {
        receiptId: receipt.id,
        lines: { bills: [{ billId: february!.id, principal: '100.00', lateFee: '0.00' }] },
        tenders: [{ paymentMethodId: desk.methods.cash, amount: '100.00' }],
        reason: '只用了半个月',
        afterwards: 'owesAgain',
        refundedOn: '2026-03-20',
        idempotencyKey: 'refund-vehicle-1',
      },
    });
    const refunds = await admin.call(contract.listRefunds, { query: { q: '粤B30002' } });
    expect(refunds.rows.map(({ targetName, total }) => [targetName, total])).toEqual([['车辆 粤B30002', '100.00']]);
    expect((await accountOf(visitor)).bills.map(({ outstanding }) => outstanding)).toEqual(['100.00', '300.00']);
    const history = await admin.call(contract.getVehicleAccount, { params: { id: visitor } });
    expect(history).toMatchObject({ outstanding: '400.00', billCount: 2 });
  });

  it('is kept as prepaid and deposit, offset, moved, waived, and charged once more at the desk', async () => {
    const [first, second] = (await accountOf(car)).bills;
    await admin.call(contract.takePayment, {
      body: {
        ...paymentFor(desk, [], at(car)),
        topUps: [{ targetKind: 'vehicle', targetId: car, chargeItemId: null, amount: '350.00' }],
        deposits: [{ chargeItemId: desk.depositItemId, amount: '50.00' }],
        expectedTotal: '400.00',
        tenders: [{ paymentMethodId: desk.methods.cash, amount: '400.00' }],
      },
    });
    expect((await admin.call(accounts.list, { query: { q: '粤B30001' } })).rows).toMatchObject([
      { targetKind: 'vehicle', targetLabel: '车辆 粤B30001', ownerName: '崔春涛', balance: '350.00' },
    ]);
    const held = (await admin.call(deposits.list, { query: {} })).rows;
    expect(held).toMatchObject([{ targetKind: 'vehicle', targetLabel: '车辆 粤B30001', held: '50.00' }]);
    await admin.call(contract.keepDeposit, {
      params: { id: String(held[0]!.id) },
      body: { amount: '50.00', chargeItemId: null, reason: '卡已退' },
    });
    const [full] = (await admin.call(accounts.list, { query: { q: '粤B30001' } })).rows;
    const offset = await admin.call(contract.offsetTarget, {
      params: { id: String(full!.id) },
      body: { bills: 'all' },
    });
    expect(offset).toMatchObject({ billCount: 1, sum: '300.00', left: '100.00' });
    const [account] = (await admin.call(accounts.list, { query: { q: '粤B30001' } })).rows;
    expect(account).toMatchObject({ balance: '100.00' });
    await admin.call(contract.movePrepaidMoney, {
      params: { id: String(account!.id) },
      body: { targetKind: 'vehicle', targetId: visitor, chargeItemId: null, amount: '40.00', reason: '换车' },
    });
    await admin.call(contract.waiveBills, {
      body: { lines: [{ billId: second!.id, principal: '30.00', lateFee: '0.00' }], reason: '设备检修' },
    });
    expect((await accountOf(car)).bills.map(({ id, outstanding }) => [id, outstanding])).toEqual([
      [second!.id, '270.00'],
    ]);
    expect(first!.id).not.toBe(second!.id);
    const oneOff = await desk.company.run(async (ctx) => {
      const id = ctx.newId();
      await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, created_at, updated_at)
        values (${ctx.companyId}, ${id}, '洗车费', 'oneOff', now(), now())`);
      return id;
    });
    await admin.call(contract.chargeOneOff, {
      body: {
        targetKind: 'vehicle',
        targetId: visitor,
        chargeItemId: oneOff,
        price: { by: 'amount', amount: '25.00' },
        periodFrom: '2026-03-20',
        periodTo: '2026-03-21',
        dueOn: '2026-03-20',
        key: crypto.randomUUID(),
      },
    });
    const advance = await admin.call(contract.chargeAdvance, {
      body: { targetKind: 'vehicle', targetId: visitor, monthTo: '2026-05' },
    });
    expect(advance).toMatchObject({ billCount: 2, sum: '600.00', failures: [] });
  });

  it('goes with the house in arrears, ledger, reports, dunning, statement and on the phone', async () => {
    const ledger = await admin.call(contract.listChargeLedger, { query: { groupBy: 'target', targetKind: 'vehicle' } });
    expect(ledger.rows.map(({ label, outstanding }) => [label, outstanding])).toEqual([
      ['粤B30001', '600.00'],
      ['粤B30002', '600.00'],
    ]);
    const year = await admin.call(contract.ledgerYear, { params: { year: 2026 }, query: { targetKind: 'vehicle' } });
    expect(year.rows.map(({ label, year: { outstanding } }) => [label, outstanding])).toEqual([
      ['粤B30001', '600.00'],
      ['粤B30002', '600.00'],
    ]);
    const owing = await admin.call(households.list, { query: { sort: 'targetLabel' } });
    expect(owing.rows.map(({ targetLabel, ownerName, outstanding }) => [targetLabel, ownerName, outstanding])).toEqual([
      ['1-101', '崔春涛', '600.00'],
      ['车辆 粤B30002', '车主乙', '600.00'],
    ]);
    const preview = await admin.call(contract.previewDunning, {
      body: { selection: { by: 'houses', ids: [desk.houseId, visitor] }, channels: ['sms'] },
    });
    expect(preview).toBeDefined();
    const statement = await admin.call(contract.readStatement, {
      query: { houseId: desk.houseId, from: '2026-01-01', to: '2026-03-31' },
    });
    expect(statement.bills.map(({ place, billed }) => [place, billed])).toEqual([
      ['车辆 粤B30001', '300.00'],
      ['车辆 粤B30001', '300.00'],
    ]);
    const house = await admin.call(contract.getHouseAccount, { params: { id: desk.houseId } });
    expect(house).toMatchObject({ outstanding: '600.00', billCount: 2 });

    const resident = await enterAsResident(server, desk.company.id, '13812345678');
    const dues = await resident.call(contract.listDues, { query: { communityId: desk.company.communityId } });
    expect(dues.places.map(({ kind, name, toPay }) => [kind, name, toPay])).toEqual([
      ['vehicle', '车辆 粤B30001', '600.00'],
    ]);
  });

  it('is seen with the main house, whole or narrowed, and never beyond it', async () => {
    const keeper = await desk.company.person('管理员');
    const other = await desk.house('2-201');
    const { version } = await admin.call(vehicles.get, { params: { id: car } });
    await admin.call(vehicles.update, { params: { id: car }, body: { version, houseIds: [desk.houseId, other] } });
    const scope = (houseIds: string[]) =>
      admin.call(contract.setStaffScope, {
        params: { id: keeper.staffId },
        body: { hasAllCommunities: false, communityIds: [], buildingIds: [], houseIds },
      });
    await scope([desk.houseId]);
    expect((await accountOf(car, keeper)).bills).toHaveLength(2);
    expect((await keeper.call(bills.list, { query: {} })).total).toBe(2);
    expect((await refusal(accountOf(visitor, keeper))).code).toBe('resource.notFound');
    // Another of its houses shows the vehicle and not its money.
    await scope([other]);
    expect((await keeper.call(vehicles.list, { query: {} })).rows.map((row) => row.id)).toEqual([car]);
    expect((await accountOf(car, keeper)).bills).toEqual([]);
    expect((await keeper.call(bills.list, { query: {} })).total).toBe(0);
    const raised = await keeper.call(bindings.list, { query: {} });
    expect(raised.total).toBe(0);
  });

  it('comes and goes by sheets: bindings, bills and opening balances name the plate', async () => {
    const imported = wizard(server, desk.company, admin, 'standardBinding');
    await addVehicle('粤B30003');
    const bound = await imported.all('房屋,车位,车牌,收费标准,开始日期\n,,粤B·30003,月卡,2026-03-01\n', '绑定.csv');
    expect(bound.counts).toMatchObject({ added: 1 });
    const bill = await wizard(server, desk.company, admin, 'bill').all(
      '房屋地址,费用类型,费用金额,开始时间,结束时间\n车辆 粤b·30003,水费,88.00,2025-12-01,2025-12-31\n',
      '账单.csv',
    );
    expect(bill.counts).toMatchObject({ added: 1 });
    const opening = await wizard(server, desk.company, admin, 'prepaidAccount').all(
      '收费对象,余额\n粤B30003,66.00\n',
      '预存.csv',
    );
    expect(opening.counts).toMatchObject({ added: 1 });
    expect((await admin.call(accounts.list, { query: {} })).rows).toMatchObject([
      { targetLabel: '车辆 粤B30003', balance: '66.00' },
    ]);
    expect((await billsByLabel()).filter(([label]) => label === '车辆 粤B30003')).toEqual([
      ['车辆 粤B30003', '2025-12-01', '88.00', '崔春涛'],
    ]);
  });

  it('stays with those who leave when the house is handed over', async () => {
    const relations = await admin.call(contract.houseRelations, { params: { id: desk.houseId } });
    const done = await admin.call(contract.handOverHouse, {
      params: { id: desk.houseId },
      body: {
        handedOverOn: '2026-03-11',
        leavingOccupancyIds: relations.people.map((one) => one.id),
        newOwners: [{ name: '新业主', phone: '13700000001' }],
        arrears: 'stay',
        splitBills: true,
      },
    });
    expect(done).toBeDefined();
    const left = await admin.call(bindings.list, { query: { q: '粤B30001' } });
    expect(left.rows).toMatchObject([{ lastDay: '2026-03-10', state: 'ended' }]);
    // 300 × 10 ÷ 31 days, and nothing for the new owner.
    expect((await billsByLabel()).filter(([label]) => label === '车辆 粤B30001')).toEqual(
      expect.arrayContaining([['车辆 粤B30001', '2026-03-01', '96.77', '崔春涛']]),
    );
  });
});
