import {
  approveApproval,
  createApprovalFlow,
  type EndpointArguments,
  getApproval,
  getDeskAccount,
  getHouseAccount,
  type HandoverHoldings,
  handOverHouse,
  houseRelations,
  isPendingApproval,
  listHandoverHoldings,
  listOwners,
  moveIn,
  previewHandover,
  takePayment,
} from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDefaultPaymentMethods } from '../../src/domains/cashier/index.ts';
import {
  addBuilding,
  addHouse,
  addItem,
  addParkingSpace,
  addStandard,
  bindHouses,
} from '../../src/domains/charging/charging.fixture.ts';
import { bindStandard, raiseBills } from '../../src/domains/charging/index.ts';
import { verifyBooks } from '../../src/domains/finance/index.ts';
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
async function openScene(of?: TestCompany): Promise<Scene> {
  const company = of ?? (await server.company());
  const mark = of ? '二' : '';
  const { communityId } = company;
  const admin = await company.person('管理员');
  const { houseId, itemIds } = await company.run(async (ctx) => {
    const buildingId = await addBuilding(ctx, communityId, of ? '2栋' : '1栋');
    const house = await addHouse(ctx, { communityId, buildingId, number: '1201', builtArea: '98.50' });
    const spaceId = await addParkingSpace(ctx, { communityId, number: `B1-007${mark}` });
    await ctx.tx.run(
      sql`update parking_space set house_id = ${house} where company_id = ${ctx.companyId} and id = ${spaceId}`,
    );
    const fee = await addItem(ctx, { name: `物业管理费${mark}` });
    const parking = await addItem(ctx, { name: `车位费${mark}` });
    const byArea = await addStandard(ctx, { chargeItemId: fee, name: `住宅 2.80${mark}`, price: '2.80' });
    const bySpace = await addStandard(ctx, {
      chargeItemId: parking,
      name: `车位 150${mark}`,
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
    'prepaid_account',
    'prepaid_movement',
    'deposit',
    'deposit_transfer',
    'refund',
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
    expect(done).toEqual({ ...told, changeId: expect.any(String) });

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

describe('a handover of a house with money of the former owner', () => {
  it('shows every account and deposit, leaves one, moves one and gives two back in one refund, and the books stay sound', async () => {
    const scene = await openMoneyScene();
    const { admin, company, houseId, otherHouseId } = scene;
    const seen = await admin.call(listHandoverHoldings, { params: { id: houseId } });
    expect(seen.prepaid.map(({ label, targetLabel, balance, paid }) => [label, targetLabel, balance, paid])).toEqual([
      ['通用预存', '1栋-1201', '520.00', '500.00'],
      ['物业管理费预存', '1栋-1201', '300.00', '300.00'],
    ]);
    expect(seen.deposits.map(({ label, held, holderName }) => [label, held, holderName])).toEqual([
      ['装修押金', '2000.00', '崔春涛'],
      ['钥匙押金', '100.00', ''],
    ]);
    expect(seen.places.map(({ label, isSameCommunity }) => [label, isSameCommunity])).toEqual([['1栋-1301', true]]);
    const holdings = decide(
      seen,
      { 通用预存: 'refund', 物业管理费预存: 'move', 装修押金: 'refund', 钥匙押金: 'move' },
      otherHouseId,
    );
    const body = { ...bodyOf(scene, {}), holdings, refundMethodId: scene.cashId };
    const before = await snapshot(company);
    const told = await admin.call(previewHandover, { params: { id: houseId }, body });
    expect(await snapshot(company)).toBe(before);
    expect(told.arrearsSum).toBe('395.80');
    expect(told.holdings.map(({ label, decision, moved, toLabel }) => [label, decision, moved, toLabel])).toEqual([
      ['通用预存', 'refund', '500.00', ''],
      ['物业管理费预存', 'move', '300.00', '1栋-1301'],
      ['装修押金', 'refund', '2000.00', ''],
      ['钥匙押金', 'move', '100.00', '1栋-1301'],
    ]);
    expect(told.refund).toEqual({ number: '', total: '2500.00', methodName: '现金', payeeName: '崔春涛' });
    const done = await admin.call(handOverHouse, { params: { id: houseId }, body });
    if (isPendingApproval(done)) throw new Error('no approval was asked for');
    expect(done.refund?.number).toMatch(/^T/);
    expect({ ...done, refund: null, changeId: null }).toEqual({ ...told, refund: null });
    // The 20.00 that were given stay with the house; what was kept for the fee and the keys is the other house's.
    const here = await admin.call(getDeskAccount, { query: { targetKind: 'house', targetId: houseId } });
    expect([here.prepaid.map((one) => one.balance), here.deposits]).toEqual([['20.00'], []]);
    const there = await admin.call(getDeskAccount, { query: { targetKind: 'house', targetId: otherHouseId } });
    expect(there.prepaid.map((one) => [one.chargeItemName, one.balance])).toEqual([['物业管理费', '300.00']]);
    expect(there.deposits.map((one) => [one.chargeItemName, one.held])).toEqual([['钥匙押金', '100.00']]);
    const { changes } = await admin.call(listOwners, { params: { id: houseId } });
    expect(changes[0]).toMatchObject({ holdings: done.holdings, refundNumber: done.refund?.number });
    expect(await unsound(company)).toEqual([]);
  });

  it('refuses figures that changed since, money of other houses, places that are not theirs, closed days and missing rights, and writes nothing', async () => {
    const scene = await openMoneyScene();
    const { admin, company, houseId, otherHouseId } = scene;
    const stranger = await openMoneyScene(company);
    const seen = await admin.call(listHandoverHoldings, { params: { id: houseId } });
    const clerk = await company.person('客服');
    const before = await snapshot(company);
    const ask = async (holdings: Holdings, more: object = {}, person = admin) =>
      refusal(
        person.call(handOverHouse, {
          params: { id: houseId },
          body: { ...bodyOf(scene, {}), holdings, refundMethodId: scene.cashId, ...more },
        }),
      );
    const refund = decide(seen, { 通用预存: 'refund' }, otherHouseId);
    const changed = await ask(refund.map((one) => ({ ...one, amount: '519.99' })));
    expect(changed.detail).toBe(
      '1栋-1201 通用预存 现为 520.00 元，与页面上不同，没有办理过户。请重新打开过户页面，核对后再办理',
    );
    const foreign = await stranger.admin.call(listHandoverHoldings, { params: { id: stranger.houseId } });
    expect((await ask(decide(foreign, { 装修押金二: 'refund' }, otherHouseId))).code).toBe('reference.notFound');
    for (const place of [houseId, admin.staffId])
      expect((await ask(decide(seen, { 装修押金: 'move' }, place))).code).toBe('ownership.notTheirs');
    expect((await ask(refund, { refundMethodId: null })).code).toBe('ownership.refundMethod');
    expect((await ask([...refund, ...refund])).code).toBe('request.invalid');
    expect((await ask(refund, {}, clerk)).detail).toContain('退款');
    await company.run((ctx) =>
      ctx.tx.run(sql`update community_book set closed_until = '2026-03-20' where company_id = ${ctx.companyId}`),
    );
    expect(await ask(refund)).toMatchObject({
      status: 409,
      code: 'books.closed',
      detail: expect.stringContaining('2026-03-20'),
    });
    expect(await snapshot(company)).toBe(before);
  });

  it('and a payment from the same prepaid at the same time: one of them is done, the other told why not, nothing is spent twice', async () => {
    const scene = await openMoneyScene();
    const { admin, company, houseId, otherHouseId } = scene;
    const seen = await admin.call(listHandoverHoldings, { params: { id: houseId } });
    const account = await admin.call(getDeskAccount, { query: { targetKind: 'house', targetId: houseId } });
    const february = account.bills.find((bill) => bill.periodFrom === '2026-02-01')!;
    const [handed, paid] = await Promise.allSettled([
      admin.call(handOverHouse, {
        params: { id: houseId },
        body: {
          ...bodyOf(scene, {}),
          holdings: decide(seen, { 通用预存: 'refund' }, otherHouseId),
          refundMethodId: scene.cashId,
        },
      }),
      admin.call(takePayment, {
        body: {
          ...paymentAt(company, houseId),
          bills: [{ id: february.id, expected: february.toPay }],
          expectedTotal: february.toPay,
          tenders: [
            { paymentMethodId: scene.prepaidId, amount: february.toPay, prepaidAccountId: seen.prepaid[0]!.id },
          ],
        },
      }),
    ]);
    expect([handed.status, paid.status].sort()).toEqual(['fulfilled', 'rejected']);
    const loser = handed.status === 'rejected' ? handed.reason : (paid as PromiseRejectedResult).reason;
    expect((await refusal(Promise.reject(loser))).status).toBe(409);
    expect(await unsound(company)).toEqual([]);
  });

  it('waits for whoever approves refunds, though handing over needs nobody: nothing moves before the yes, all of it with the yes', async () => {
    const scene = await openMoneyScene();
    const { admin, company, houseId, otherHouseId } = scene;
    const boss = await company.person('管理员');
    await boss.call(createApprovalFlow, {
      body: {
        name: '大额退款',
        action: 'receipt.refund',
        isEnabled: true,
        amountFrom: '1000.00',
        amountTo: null,
        communityIds: [],
        levels: [{ mode: 'any', approvers: [{ kind: 'person', id: boss.staffId }] }],
      },
    });
    const seen = await admin.call(listHandoverHoldings, { params: { id: houseId } });
    const body = {
      ...bodyOf(scene, {}),
      holdings: decide(seen, { 装修押金: 'refund', 钥匙押金: 'move' }, otherHouseId),
      refundMethodId: scene.cashId,
      reason: '卖房，押金退还',
    };
    const asked = await admin.call(handOverHouse, { params: { id: houseId }, body });
    if (!isPendingApproval(asked)) throw new Error('expected a request');
    const request = await boss.call(getApproval, { params: { id: asked.approvalId } });
    expect(request.changes).toContainEqual({
      label: '1栋-1201 装修押金',
      before: '2000.00 元',
      after: '退给原业主 2000.00 元',
    });
    expect(request.changes).toContainEqual({ label: '退款', before: '', after: '2000.00 元，现金，退给崔春涛' });
    expect((await admin.call(listOwners, { params: { id: houseId } })).changes).toEqual([]);
    const said = await boss.call(approveApproval, { params: { id: asked.approvalId }, body: { level: 1 } });
    expect(said).toEqual({ state: 'approved', outcome: '' });
    const { changes } = await admin.call(listOwners, { params: { id: houseId } });
    expect(changes[0]?.refundNumber).toMatch(/^T/);
    expect(await unsound(company)).toEqual([]);
  });
});

type Holdings = NonNullable<EndpointArguments<typeof handOverHouse>['body']['holdings']>;

/** Decisions by what a holding is called; the rest is not named, and stays. */
function decide(seen: HandoverHoldings, how: Record<string, 'move' | 'refund'>, otherHouseId: string): Holdings {
  const all = [
    ...seen.prepaid.map((one) => ({ kind: 'prepaid' as const, id: one.id, amount: one.balance, label: one.label })),
    ...seen.deposits.map((one) => ({ kind: 'deposit' as const, id: one.id, amount: one.held, label: one.label })),
  ];
  return all.flatMap(({ label, ...one }) => {
    const decision = how[label];
    if (!decision) return [];
    return [{ ...one, decision, to: decision === 'move' ? { kind: 'house' as const, id: otherHouseId } : null }];
  });
}

let payments = 0;
const paymentAt = ({ communityId }: TestCompany, houseId: string) => {
  payments += 1;
  return {
    communityId,
    targetKind: 'house' as const,
    targetId: houseId,
    bills: [],
    receivedOn: '2026-03-20',
    idempotencyKey: `handover-test-${payments}`,
  };
};

/** The scene with 500.00 paid and 20.00 given in general prepaid, 300.00 for the fee, two deposits, and a second house of 崔春涛. */
async function openMoneyScene(of?: TestCompany) {
  const scene = await openScene(of);
  const { admin, company, houseId } = scene;
  const own = await company.run(async (ctx) => {
    await addDefaultPaymentMethods(ctx);
    const methods = await ctx.tx.rows<{ id: string; key: string }>(
      sql`select id, key from payment_method where company_id = ${ctx.companyId}`,
    );
    const house = await ctx.tx.first<{ building_id: string }>(sql`select building_id from house where id = ${houseId}`);
    const otherHouseId = await addHouse(ctx, {
      communityId: company.communityId,
      buildingId: house!.building_id,
      number: '1301',
      builtArea: '98.50',
    });
    const item = async (name: string) => {
      const id = await addItem(ctx, { name });
      await ctx.tx.run(sql`update charge_item set kind = 'deposit' where company_id = ${ctx.companyId} and id = ${id}`);
      return id;
    };
    const fee = await ctx.tx.first<{
      id: string;
    }>(sql`select i.id from charge_item i join bill b on b.charge_item_id = i.id and b.target_id = ${houseId}
      where i.company_id = ${ctx.companyId} limit 1`);
    const packageId = ctx.newId();
    await ctx.tx.run(sql`insert into prepaid_package (company_id, id, name, price_fen, credit_fen, created_at, updated_at)
      values (${ctx.companyId}, ${packageId}, ${`充五百送二十 ${packageId}`}, 50000, 52000, now(), now())`);
    const idOf = (key: string) => methods.find((method) => method.key === key)!.id;
    return {
      otherHouseId,
      packageId,
      feeId: fee!.id,
      renovationId: await item(`装修押金${of ? '二' : ''}`),
      keyId: await item(`钥匙押金${of ? '二' : ''}`),
      cashId: idOf('cash'),
      prepaidId: idOf('prepaid'),
    };
  });
  await admin.call(moveIn, {
    params: { id: own.otherHouseId },
    body: { name: '崔春涛', phone: '13800000001', role: 'owner', movedInOn: '2021-01-01' },
  });
  const at = { targetKind: 'house' as const, targetId: houseId };
  const pay = (total: string, lines: object) =>
    admin.call(takePayment, {
      body: {
        ...paymentAt(company, houseId),
        expectedTotal: total,
        tenders: [{ paymentMethodId: own.cashId, amount: total }],
        ...lines,
      },
    });
  await pay('800.00', {
    topUps: [
      { ...at, chargeItemId: null, amount: '500.00', packageId: own.packageId },
      { ...at, chargeItemId: own.feeId, amount: '300.00' },
    ],
  });
  await pay('2000.00', { deposits: [{ chargeItemId: own.renovationId, amount: '2000.00', holderName: '崔春涛' }] });
  await pay('100.00', { deposits: [{ chargeItemId: own.keyId, amount: '100.00', holderName: '' }] });
  return { ...scene, ...own };
}

const unsound = async (company: TestCompany) =>
  (await company.run(verifyBooks)).checks.filter(({ wrong }) => wrong > 0).map(({ key }) => key);
