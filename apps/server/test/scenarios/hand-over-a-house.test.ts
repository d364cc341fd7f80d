import {
  approveApproval,
  createApprovalFlow,
  getApproval,
  getHouseAccount,
  handOverHouse,
  houseRelations,
  isPendingApproval,
  listOwners,
  moveIn,
  previewHandover,
} from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addBuilding,
  addHouse,
  addItem,
  addParkingSpace,
  addStandard,
  bindHouses,
} from '../../src/domains/charging/charging.fixture.ts';
import { bindStandard, raiseBills } from '../../src/domains/charging/index.ts';
import { sql } from '../../src/platform/database/sql.ts';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../test-app.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
  server.clock.set('2026-03-20T02:00:00Z');
});
afterAll(() => server.stop());

interface Scene {
  company: TestCompany;
  admin: TestPerson;
  houseId: string;
  stays: Record<'owner' | 'wife' | 'tenant', string>;
}

/**
 * A house of 98.50 ㎡ at 2.80 with a parking space at 150.00 a month, bills of February and March; owned by 崔春涛, who
 * lives there with his wife and lets a room.
 */
async function openScene(): Promise<Scene> {
  const company = await server.company();
  const { communityId } = company;
  const admin = await company.person('管理员');
  const { houseId, itemIds } = await company.run(async (ctx) => {
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    const house = await addHouse(ctx, { communityId, buildingId, number: '1201', builtArea: '98.50' });
    const spaceId = await addParkingSpace(ctx, { communityId, number: 'B1-007' });
    await ctx.tx.run(
      sql`update parking_space set house_id = ${house} where company_id = ${ctx.companyId} and id = ${spaceId}`,
    );
    const fee = await addItem(ctx, { name: '物业管理费' });
    const parking = await addItem(ctx, { name: '车位费' });
    const byArea = await addStandard(ctx, { chargeItemId: fee, name: '住宅 2.80', price: '2.80' });
    const bySpace = await addStandard(ctx, {
      chargeItemId: parking,
      name: '车位 150',
      price: '150',
      quantitySource: 'one',
    });
    await bindHouses(ctx, { communityId, chargeStandardId: byArea, houseIds: [house], startsOn: '2026-01-01' });
    await bindStandard(ctx, {
      chargeStandardId: bySpace,
      selection: { targetKind: 'parkingSpace', communityId, parkingSpaceIds: [spaceId] },
      startsOn: '2026-01-01',
      endsOn: null,
      ownPrice: '120',
      ownQuantity: null,
      ownAmount: null,
      note: '老业主价',
      skipOverlapping: false,
    });
    return { houseId: house, itemIds: [fee, parking] };
  });
  await raise(company, itemIds, '2026-02', '2026-03');
  const live = async (name: string, phone: string, role: 'owner' | 'family' | 'tenant') =>
    (
      await admin.call(moveIn, {
        params: { id: houseId },
        body: { name, phone, role, movedInOn: '2020-01-01' },
      })
    ).occupancyId;
  const stays = {
    owner: await live('崔春涛', '13800000001', 'owner'),
    wife: await live('李芳', '13800000002', 'family'),
    tenant: await live('赵租', '13800000003', 'tenant'),
  };
  return { company, admin, houseId, stays };
}

function raise(company: TestCompany, chargeItemIds: string[], monthFrom: string, monthTo: string) {
  return raiseBills(
    { transaction: company.run, report: async () => {}, taskId: null },
    { communityId: company.communityId, chargeItemIds, monthFrom, monthTo, raisedHow: 'manual' },
  );
}

function order(scene: Scene, more: Partial<Parameters<typeof bodyOf>[1]> = {}) {
  return { params: { id: scene.houseId }, body: bodyOf(scene, more) };
}

function bodyOf(
  { stays }: Scene,
  more: { arrears?: 'stay' | 'takeOver' | 'mustBePaid'; splitBills?: boolean; handedOverOn?: string; phone?: string },
) {
  const { phone = '13900000009', ...rest } = more;
  return {
    handedOverOn: '2026-03-16',
    newOwners: [{ name: '周敏', phone }],
    leavingOccupancyIds: [stays.owner, stays.wife],
    arrears: 'stay' as const,
    splitBills: true,
    note: '',
    ...rest,
  };
}

async function snapshot(company: TestCompany): Promise<string> {
  const tables = [
    'bill',
    'standard_binding',
    'occupancy',
    'resident',
    'ownership_change',
    'audit_entry',
    'raising_run',
  ];
  const texts = await company.run(async (ctx) => {
    const all: string[] = [];
    for (const table of tables) {
      const { rows } = await ctx.tx.client.query(
        `select md5(coalesce(string_agg(t::text, ',' order by id), '')) print from ${table} t`,
      );
      all.push(rows[0].print);
    }
    return all;
  });
  return texts.join(' ');
}

describe('handing over a house in the middle of a month', () => {
  it('charges the old owner to the day before and the new one from the day, to the fen', async () => {
    const scene = await openScene();
    const { admin, company, houseId } = scene;
    const before = await snapshot(company);
    const told = await admin.call(previewHandover, order(scene));
    expect(await snapshot(company)).toBe(before);
    // March has 31 days; the old owner has 15 of them.
    // Fee: 98.50 × 2.80 = 275.80; × 15/31 = 133.4516… → 133.45; × 16/31 = 142.3483… → 142.35; together 275.80.
    // Space at the own price 120.00: × 15/31 = 58.0645… → 58.06; × 16/31 = 61.9354… → 61.94; together 120.00.
    expect(told).toMatchObject({
      formerOwners: ['崔春涛'],
      newOwners: ['周敏'],
      leaving: [
        { name: '崔春涛', role: 'owner' },
        { name: '李芳', role: 'family' },
      ],
      voidedSum: '395.80',
      raisedBeforeSum: '191.51',
      raisedAfterSum: '204.29',
      // February: 275.80 + 120.00.
      arrearsSum: '395.80',
    });
    const amounts = (lines: typeof told.voided) =>
      lines.map((line) => `${line.targetLabel} ${line.periodText} ${line.amount}`).sort();
    expect(amounts(told.raisedBefore)).toEqual([
      '1栋-1201 2026年3月1日至3月15日 133.45',
      '车位 B1-007 2026年3月1日至3月15日 58.06',
    ]);
    expect(amounts(told.raisedAfter)).toEqual([
      '1栋-1201 2026年3月16日至3月31日 142.35',
      '车位 B1-007 2026年3月16日至3月31日 61.94',
    ]);
    const done = await admin.call(handOverHouse, order(scene));
    expect(done).toEqual(told);

    const { people } = await admin.call(houseRelations, { params: { id: houseId } });
    expect(people.map(({ name, movedInOn, movedOutOn }) => [name, movedInOn, movedOutOn])).toEqual([
      ['周敏', '2026-03-16', null],
      ['赵租', '2020-01-01', null],
      ['崔春涛', '2020-01-01', '2026-03-16'],
      ['李芳', '2020-01-01', '2026-03-16'],
    ]);
    const account = await admin.call(getHouseAccount, { params: { id: houseId } });
    const bills = account.months.flatMap((month) => month.bills);
    expect(
      bills
        .filter((bill) => bill.formerOwner === '崔春涛')
        .map((bill) => bill.periodTo)
        .sort(),
    ).toEqual(['2026-03-01', '2026-03-01', '2026-03-16', '2026-03-16']);
    expect(bills.filter((bill) => bill.formerOwner === '').map((bill) => bill.periodFrom)).toEqual([
      '2026-03-16',
      '2026-03-16',
    ]);
    const bindings = await company.run((ctx) =>
      ctx.tx.rows(sql`select starts_on, ends_on, own_price::numeric(8, 2)::text price, note from standard_binding
        where company_id = ${ctx.companyId} order by target_kind, starts_on`),
    );
    expect(bindings).toEqual([
      { starts_on: '2026-01-01', ends_on: '2026-03-16', price: null, note: '' },
      { starts_on: '2026-03-16', ends_on: null, price: null, note: '' },
      { starts_on: '2026-01-01', ends_on: '2026-03-16', price: '120.00', note: '老业主价' },
      { starts_on: '2026-03-16', ends_on: null, price: '120.00', note: '老业主价' },
    ]);
    const history = await admin.call(listOwners, { params: { id: houseId } });
    expect(history.owners.map(({ name, from, until }) => [name, from, until])).toEqual([
      ['周敏', '2026-03-16', null],
      ['崔春涛', '2020-01-01', '2026-03-16'],
    ]);
    expect(history.changes).toMatchObject([
      {
        formerOwners: ['崔春涛'],
        newOwners: ['周敏'],
        arrears: 'stay',
        arrearsSum: '395.80',
        voidedCount: 2,
        raisedCount: 4,
      },
    ]);
  });

  it('goes on by itself: April is raised once, for the new owner alone', async () => {
    const scene = await openScene();
    await scene.admin.call(handOverHouse, order(scene));
    const items = await scene.company.run((ctx) => ctx.tx.rows<{ id: string }>(sql`select id from charge_item`));
    const outcome = await raise(
      scene.company,
      items.map((item) => item.id),
      '2026-03',
      '2026-04',
    );
    expect([outcome.billCount, outcome.sumFen]).toEqual([2, 39_580n]);
  });

  it('lets the new owner take over what is unpaid, while what was paid stays with who paid it', async () => {
    const scene = await openScene();
    await scene.company.run((ctx) =>
      ctx.tx.run(
        sql`update bill set received_fen = receivable_fen where company_id = ${ctx.companyId} and target_kind = 'house' and period_from = '2026-02-01'`,
      ),
    );
    await scene.admin.call(handOverHouse, order(scene, { arrears: 'takeOver' }));
    const { months } = await scene.admin.call(getHouseAccount, { params: { id: scene.houseId } });
    const bills = months.flatMap((month) => month.bills);
    expect(bills.filter((bill) => bill.formerOwner !== '').map((bill) => bill.state)).toEqual(['paid']);
    expect(bills.filter((bill) => bill.formerOwner === '')).toHaveLength(5);
  });

  it('refuses arrears where they must be paid first, and changes nothing', async () => {
    const scene = await openScene();
    const before = await snapshot(scene.company);
    const refused = await refusal(scene.admin.call(handOverHouse, order(scene, { arrears: 'mustBePaid' })));
    expect(refused.detail).toContain('1栋-1201 还有 2 张未缴清的账单，共 395.80 元');
    expect(await snapshot(scene.company)).toBe(before);
  });

  it('refuses a paid bill that reaches beyond the day, and unpaid ones unless they are to be cut', async () => {
    const scene = await openScene();
    const uncut = await refusal(scene.admin.call(handOverHouse, order(scene, { splitBills: false })));
    expect(uncut.detail).toContain('2026-03-16 之后已有 2 张未收款的账单，共 395.80 元');
    await scene.company.run((ctx) =>
      ctx.tx.run(
        sql`update bill set received_fen = 100 where company_id = ${ctx.companyId} and period_from = '2026-03-01'`,
      ),
    );
    const paid = await refusal(scene.admin.call(handOverHouse, order(scene)));
    expect(paid).toMatchObject({ status: 409, code: 'standardBinding.paidBeyond' });
    expect(paid.detail).toContain('或先撤销收款');
  });

  it('refuses a day to come, nobody leaving, the same person again, and whoever may not', async () => {
    const scene = await openScene();
    const codeOf = async (body: object) =>
      (await refusal(scene.admin.call(handOverHouse, { ...order(scene), body: { ...bodyOf(scene, {}), ...body } })))
        .code;
    expect(await codeOf({ handedOverOn: '2026-03-21' })).toBe('ownership.future');
    expect(await codeOf({ leavingOccupancyIds: [scene.stays.tenant] })).toBe('ownership.nobodyLeaves');
    expect(await codeOf({ leavingOccupancyIds: [scene.houseId] })).toBe('ownership.notLiving');
    expect(await codeOf({ newOwners: [{ name: '崔春涛', phone: '13800000001' }] })).toBe('ownership.sameOwner');
    expect(await codeOf({ newOwners: [] })).toBe('request.invalid');
    const cashier = await scene.company.person('收银员');
    expect((await refusal(cashier.call(handOverHouse, order(scene)))).code).toBe('permission.denied');
    const elsewhere = await scene.company.person('管理员', [scene.company.otherCommunityId]);
    expect((await refusal(elsewhere.call(handOverHouse, order(scene)))).status).toBe(404);
  });
});

describe('a handover that needs approval', () => {
  it('waits, shows what will happen, and is done by the last yes, or not at all once a bill was paid', async () => {
    const scene = await openScene();
    const { admin, company } = scene;
    const clerk = await company.person('客服');
    await admin.call(createApprovalFlow, {
      body: {
        name: '过户须审批',
        action: 'house.handOver',
        isEnabled: true,
        amountFrom: null,
        amountTo: null,
        communityIds: [company.communityId],
        levels: [{ mode: 'any', approvers: [{ kind: 'person', id: admin.staffId }] }],
      },
    });
    const ask = async () => {
      const reply = await clerk.call(handOverHouse, {
        params: { id: scene.houseId },
        body: { ...bodyOf(scene, {}), reason: '已办产权证' },
      });
      if (!isPendingApproval(reply)) throw new Error('expected a request');
      return reply.approvalId;
    };
    const first = await ask();
    const { changes } = await admin.call(getApproval, { params: { id: first } });
    expect(changes).toContainEqual({ label: '业主', before: '崔春涛', after: '周敏' });
    expect(changes.find(({ label }) => label === '欠费')).toEqual({
      label: '欠费',
      before: '2 张，395.80 元',
      after: '仍由原业主承担',
    });
    await company.run((ctx) =>
      ctx.tx.run(
        sql`update bill set received_fen = 100 where company_id = ${ctx.companyId} and period_from = '2026-02-01' and target_kind = 'house'`,
      ),
    );
    const stale = await admin.call(approveApproval, { params: { id: first }, body: { level: 1 } });
    expect(stale.state).toBe('invalid');
    const second = await ask();
    const done = await admin.call(approveApproval, { params: { id: second }, body: { level: 1 } });
    expect(done).toEqual({ state: 'approved', outcome: '' });
    const history = await admin.call(listOwners, { params: { id: scene.houseId } });
    expect(history.owners[0]?.name).toBe('周敏');
    expect(history.changes[0]?.doneBy).toMatch(/^客服\d+（管理员\d+ 同意）$/);
  });
});
