import {
  approveApproval,
  createApprovalFlow,
  depositResource,
  forfeitDeposit,
  getDeskAccount,
  isPendingApproval,
  keepDeposit,
  listPackageOffers,
  movePrepaidMoney,
  offsetCommunity,
  offsetTarget,
  prepaidAccountResource,
  prepaidMovementResource,
  prepaidPackageResource,
  resourceEndpoints,
  reverseReceipt,
  takePayment,
  takeRefund,
} from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { untilWaiting } from '../../../test/lock-waits.ts';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { taskHandlers } from '../../app.ts';
import { sql } from '../../platform/database/sql.ts';
import { runTask } from '../../platform/tasks/run-task.ts';
import {
  countBreaches,
  type DeskFixture,
  makeDesk,
  noBreaches,
  type PaymentBody,
  paymentFor,
} from './cashier.fixture.ts';
import { offsetDuePrepaid } from './offset-community.ts';

let server: TestApp;
let desk: DeskFixture;
let cashier: TestPerson;
let manager: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.clock.set('2026-03-10T02:00:00Z');
  desk = await makeDesk(await server.company());
  cashier = await desk.company.person('收银员');
  manager = await desk.company.person('管理员');
});
// Whatever a test did, the books add up afterwards.
afterEach(async () => expect(await desk.company.run(countBreaches)).toEqual(noBreaches));

const prepaidAccounts = resourceEndpoints(prepaidAccountResource);
const prepaidMovements = resourceEndpoints(prepaidMovementResource);
const deposits = resourceEndpoints(depositResource);
const packages = resourceEndpoints(prepaidPackageResource);

function cash(total: string, over: Partial<PaymentBody>): PaymentBody {
  const tenders = [{ paymentMethodId: desk.methods.cash, amount: total }];
  return { ...paymentFor(desk, []), expectedTotal: total, tenders, ...over };
}
const atHouse = (targetId = desk.houseId) => ({ targetKind: 'house' as const, targetId });

async function topUp(amount: string, over: { chargeItemId?: string; houseId?: string; packageId?: string } = {}) {
  const { chargeItemId = null, houseId = desk.houseId, packageId } = over;
  const line = { ...atHouse(houseId), chargeItemId, amount, ...(packageId ? { packageId } : {}) };
  const { id: receiptId } = await cashier.call(takePayment, {
    body: cash(amount, { ...atHouse(houseId), topUps: [line] }),
  });
  return { receiptId, ...(await accountOf(chargeItemId, houseId)) };
}
async function accountOf(chargeItemId: string | null = null, houseId = desk.houseId) {
  const row = await desk.company.run((ctx) =>
    ctx.tx.first<{
      id: string;
      balance_fen: bigint;
      bonus_fen: bigint;
    }>(sql`select id, balance_fen, bonus_fen from prepaid_account
      where company_id = ${ctx.companyId} and target_id = ${houseId} and charge_item_id is not distinct from ${chargeItemId}::uuid`),
  );
  return row!;
}
async function takeDeposit(amount: string): Promise<string> {
  const line = { chargeItemId: desk.depositItemId, amount, holderName: '崔春涛' };
  await cashier.call(takePayment, { body: cash(amount, { deposits: [line] }) });
  const rows = (await manager.call(deposits.list, { query: { sort: '-takenOn' } })).rows;
  return String(rows.at(0)!.id);
}
const setAutomatic = (which: string, hour = 3) =>
  desk.company.run((ctx) =>
    ctx.tx.run(sql`update community set automatic_offset = ${which}, automatic_offset_hour = ${hour}
      where company_id = ${ctx.companyId} and id = ${desk.company.communityId}`),
  );
const billRow = (id: string) =>
  desk.company.run((ctx) =>
    ctx.tx.first<{ outstanding_fen: bigint; offset_fen: bigint; late_fee_received_fen: bigint }>(
      sql`select outstanding_fen, offset_fen, late_fee_received_fen from bill where id = ${id}`,
    ),
  );
const offsetReceipts = () =>
  desk.company.run((ctx) =>
    ctx.tx.rows<{ number: string; total_fen: bigint; cashier_staff_id: string | null }>(
      sql`select number, total_fen, cashier_staff_id from receipt where company_id = ${ctx.companyId} and kind = 'offset' order by number`,
    ),
  );

describe('the automatic offset', () => {
  it('pays whole bills by itself once a day from the chosen hour: 300.00 pays one of two bills of 275.80 and leaves 24.20 (worked example 29)', async () => {
    const january = await desk.bill({ amountFen: 27580n, month: '2026-01', dueOn: '2026-12-31' });
    const february = await desk.bill({ amountFen: 27580n, month: '2026-02', dueOn: '2026-12-31' });
    await topUp('300.00');
    // Nothing is chosen; then it is chosen, but it is 10:00 and not yet 11:00 in Shanghai.
    await offsetDuePrepaid(server.services, desk.company.id);
    await setAutomatic('current', 11);
    await offsetDuePrepaid(server.services, desk.company.id);
    expect(await offsetReceipts()).toEqual([]);
    server.clock.set('2026-03-10T03:00:00Z');
    // Two servers at once, and once more: one receipt.
    await Promise.all([1, 2].map(() => offsetDuePrepaid(server.services, desk.company.id)));
    await offsetDuePrepaid(server.services, desk.company.id);
    expect(await offsetReceipts()).toMatchObject([{ total_fen: 27580n, cashier_staff_id: null }]);
    expect(await billRow(january)).toMatchObject({ outstanding_fen: 0n, offset_fen: 27580n });
    expect(await billRow(february)).toMatchObject({ outstanding_fen: 27580n });
    expect(await accountOf()).toMatchObject({ balance_fen: 2420n });
    // The next day it is topped up meanwhile; what comes later in the day waits for tomorrow.
    await topUp('1000.00');
    await offsetDuePrepaid(server.services, desk.company.id);
    expect(await billRow(february)).toMatchObject({ outstanding_fen: 27580n });
    server.clock.set('2026-03-11T03:00:00Z');
    await offsetDuePrepaid(server.services, desk.company.id);
    expect(await billRow(february)).toMatchObject({ outstanding_fen: 0n });
  });

  it('pays the late fee as of the day, leaves bills of periods to come unless told, and those of a former owner always', async () => {
    const overdue = await desk.bill({ amountFen: 27580n, month: '2026-01', dueOn: '2026-02-08' });
    const ahead = await desk.bill({ amountFen: 10000n, month: '2026-04' });
    const former = await desk.bill({ amountFen: 500n, month: '2026-02', itemId: desk.waterItemId });
    await desk.company.run((ctx) =>
      ctx.tx.run(
        sql`update bill set debtor_resident_id = (select id from resident where company_id = ${ctx.companyId} limit 1) where id = ${former}`,
      ),
    );
    const { id } = await topUp('1000.00');
    const body = { bills: 'current' as const };
    const first = await cashier.call(offsetTarget, { params: { id }, body });
    // 30 days late, 15 of them grace: 275.80 × 0.0005 × 15 = 2.07.
    expect(first).toMatchObject({ billCount: 1, sum: '277.87', left: '722.13' });
    expect(await billRow(overdue)).toMatchObject({
      outstanding_fen: 0n,
      late_fee_received_fen: 207n,
      offset_fen: 27787n,
    });
    expect(await cashier.call(offsetTarget, { params: { id }, body })).toMatchObject({ number: null, billCount: 0 });
    expect(await cashier.call(offsetTarget, { params: { id }, body: { bills: 'all' } })).toMatchObject({
      sum: '100.00',
    });
    expect(await billRow(ahead)).toMatchObject({ outstanding_fen: 0n });
    expect(await billRow(former)).toMatchObject({ outstanding_fen: 500n });
  });

  it.each([
    ['a bank was told to take', sql`withheld_in = 'DK26031001'`],
    ['stays with the owner who left', sql`debtor_resident_id = (select id from resident limit 1)`],
  ])('leaves alone what %s at that moment', async (_, change) => {
    const billId = await desk.bill({ amountFen: 20000n, month: '2026-02', dueOn: '2026-12-31' });
    const { id } = await topUp('300.00');
    const offset = await desk.company.run(async (ctx) => {
      await ctx.tx.ad(sql`update bill set ${change} where company_id = ${ctx.companyId} and id = ${billId}`);
      const asked = cashier.call(offsetTarget, { params: { id }, body: { bills: 'all' } });
      await untilWaiting(server);
      return { asked };
    });
    expect(await offset.asked).toMatchObject({ billCount: 0, left: '300.00' });
    expect(await billRow(billId)).toMatchObject({ outstanding_fen: 20000n });
  });

  it('offsets a whole community as a task, and never twice while the desk draws on the same account', async () => {
    const houseIds = [desk.houseId, await desk.house('1-102'), await desk.house('1-103')];
    for (const houseId of houseIds) {
      await desk.bill({ amountFen: 20000n, month: '2026-02', targetId: houseId, dueOn: '2026-12-31' });
      await topUp('200.00', { houseId });
    }
    const { bills, holdings } = await deskAccount();
    const payment = paymentFor(desk, bills, {
      tenders: [{ paymentMethodId: desk.methods.prepaid, amount: '200.00', prepaidAccountId: holdings }],
    });
    const { taskId } = await cashier.call(offsetCommunity, {
      body: { communityId: desk.company.communityId, bills: 'all' },
    });
    const results = await Promise.allSettled([
      runTask(server.services, taskHandlers, desk.company.id, taskId),
      cashier.call(takePayment, { body: payment }),
    ]);
    expect(results[0]?.status).toBe('fulfilled');
    const left = await desk.company.run((ctx) =>
      ctx.tx.first<{ balance: bigint; owed: bigint }>(sql`select
        (select sum(balance_fen)::bigint from prepaid_account where company_id = ${ctx.companyId}) as balance,
        (select sum(outstanding_fen)::bigint from bill where company_id = ${ctx.companyId}) as owed`),
    );
    expect(left).toEqual({ balance: 0n, owed: 0n });
    const other = await desk.company.person('收银员', [desk.company.otherCommunityId]);
    const unseen = other.call(offsetCommunity, { body: { communityId: desk.company.communityId, bills: 'all' } });
    expect((await refusal(unseen)).code).toBe('reference.notFound');
  });

  async function deskAccount() {
    const account = await cashier.call(getDeskAccount, { query: { targetKind: 'house', targetId: desk.houseId } });
    return { bills: account.bills, holdings: (await accountOf()).id };
  }
});

describe('moving prepaid money', () => {
  it('goes to another house or item in two movements that name each other; what was given stays, and there is never less than nothing', async () => {
    const neighbour = await desk.house('1-102');
    const packageId = await addPackage();
    const { id } = await topUp('960.00', { packageId });
    expect(await accountOf()).toMatchObject({ balance_fen: 100000n, bonus_fen: 4000n });
    const to = { ...atHouse(neighbour), chargeItemId: desk.waterItemId, reason: '卖房转移' };
    const move = (amount: string, person = manager) =>
      person.call(movePrepaidMoney, { params: { id }, body: { ...to, amount } });
    expect((await refusal(move('960.01'))).code).toBe('prepaid.bonusStays');
    expect((await refusal(move('1000.01'))).code).toBe('prepaid.short');
    expect((await refusal(move('1.00', cashier))).status).toBe(403);
    const self = { ...atHouse(), chargeItemId: null, amount: '1.00', reason: '同一账户' };
    expect((await refusal(manager.call(movePrepaidMoney, { params: { id }, body: self }))).code).toBe(
      'prepaid.sameAccount',
    );
    const moved = await move('60.00');
    expect(moved).toMatchObject({ left: '940.00', balance: '60.00' });
    const far = { targetId: await desk.house('9-901', desk.company.otherCommunityId), targetKind: 'house' as const };
    await manager.call(movePrepaidMoney, {
      params: { id },
      body: { ...far, chargeItemId: null, amount: '40.00', reason: '跨小区' },
    });
    // A list of one account with its running balance, newest first, and the totals of what matches.
    const filter = JSON.stringify({ prepaidAccountId: [id] });
    const list = await manager.call(prepaidMovements.list, { query: { filter } });
    expect(list.rows.map((row) => [row.kind, row.amount, row.balance])).toEqual([
      ['moveOut', '-40.00', '900.00'],
      ['moveOut', '-60.00', '940.00'],
      ['bonus', '40.00', '1000.00'],
      ['topUp', '960.00', '960.00'],
    ]);
    const accounts = await manager.call(prepaidAccounts.list, { query: {} });
    expect(accounts.totals).toMatchObject({ balance: '1000.00', bonus: '40.00', paid: '960.00' });
    // One who sees the other community only sees the account there, and can't take from this one.
    const other = await desk.company.person('管理员', [desk.company.otherCommunityId]);
    expect((await other.call(prepaidAccounts.list, { query: {} })).rows).toMatchObject([{ balance: '40.00' }]);
    expect((await refusal(move('1.00', other))).status).toBe(404);
    const stranger = await (await server.company()).person('管理员');
    expect((await refusal(move('1.00', stranger))).status).toBe(404);
  });

  it('keeps balance and movements together whatever is done in whatever order, two at a time', async () => {
    const neighbour = await desk.house('1-102');
    const packageId = await addPackage();
    await topUp('500.00');
    await topUp('500.00', { houseId: neighbour });
    const ids = [(await accountOf()).id, (await accountOf(null, neighbour)).id];
    const step = fc.record({
      kind: fc.constantFrom('package', 'move', 'refund', 'bill'),
      at: fc.integer({ min: 0, max: 1 }),
      amount: fc.integer({ min: 1, max: 400 }),
    });
    let keys = 0;
    const act = async ({ kind, at, amount }: { kind: string; at: number; amount: number }) => {
      keys += 1;
      const id = ids[at]!;
      const houses = [desk.houseId, neighbour];
      const yuan = `${amount}.00`;
      if (kind === 'package') return topUp('960.00', { packageId, houseId: houses[at]! });
      if (kind === 'move') {
        const body = { ...atHouse(houses[1 - at]!), chargeItemId: null, amount: yuan, reason: '转移' };
        return manager.call(movePrepaidMoney, { params: { id }, body });
      }
      if (kind === 'refund')
        return refund({ prepaid: [{ prepaidAccountId: id, amount: yuan }] }, yuan, `step-${amount}-${keys}`);
      await desk
        .bill({
          amountFen: BigInt(amount) * 100n,
          month: '2026-02',
          targetId: houses[at]!,
          dueOn: '2026-12-31',
          itemId: desk.waterItemId,
        })
        .catch(() => {});
      return cashier.call(offsetTarget, { params: { id }, body: { bills: 'all' } });
    };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, step), { minLength: 1, maxLength: 4 }), async (pairs) => {
        for (const pair of pairs) {
          const results = await Promise.allSettled(pair.map(act));
          for (const one of results)
            if (one.status === 'rejected') expect(one.reason.problem?.code).toMatch(/^prepaid\.(short|bonusStays)$/);
        }
        expect(await desk.company.run(countBreaches)).toEqual(noBreaches);
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});

const refund = (lines: object, total: string, key: number | string) =>
  manager.call(takeRefund, {
    body: {
      receiptId: null,
      lines,
      tenders: [{ paymentMethodId: desk.methods.cash, amount: total }],
      reason: '业主要求',
      refundedOn: '2026-03-10',
      idempotencyKey: `refund-${key}-0000`,
    },
  });

async function addPackage(over: object = {}): Promise<string> {
  const body = { name: `充960送40-${Math.random()}`, price: '960.00', credit: '1000.00', isEnabled: true, ...over };
  return (await manager.call(packages.create, { body })).id;
}

describe('packages', () => {
  it('are sold at their price and credit more, while they are on, in their community and on their days; the gift goes last and is not paid out', async () => {
    const packageId = await addPackage({ validFrom: '2026-03-01', validTo: '2026-03-10' });
    const { communityId, otherCommunityId } = desk.company;
    await addPackage({ onlyCommunityId: otherCommunityId });
    await addPackage({ isEnabled: false });
    const offers = (receivedOn: string) => cashier.call(listPackageOffers, { query: { communityId, receivedOn } });
    expect((await offers('2026-03-10')).rows).toMatchObject([{ id: packageId, price: '960.00', credit: '1000.00' }]);
    expect((await offers('2026-03-11')).rows).toEqual([]);
    expect((await refusal(topUp('900.00', { packageId }))).code).toBe('prepaidPackage.changed');
    const low = manager.call(packages.create, {
      body: { name: '亏本', price: '100.00', credit: '99.99', isEnabled: true },
    });
    expect((await refusal(low)).code).toBe('prepaidPackage.credit');
    // One for a single item goes into that item's account, and is sold for no other.
    const ofWater = await addPackage({ price: '50.00', credit: '52.00', chargeItemId: desk.waterItemId });
    expect((await refusal(topUp('50.00', { packageId: ofWater }))).code).toBe('prepaidPackage.changed');
    await topUp('50.00', { packageId: ofWater, chargeItemId: desk.waterItemId });
    expect(await accountOf(desk.waterItemId)).toMatchObject({ balance_fen: 5200n, bonus_fen: 200n });
    const { id, receiptId } = await topUp('960.00', { packageId });
    expect(await accountOf()).toMatchObject({ balance_fen: 100000n, bonus_fen: 4000n });
    await desk.bill({ amountFen: 97000n, month: '2026-02', dueOn: '2026-12-31' });
    await cashier.call(offsetTarget, { params: { id }, body: { bills: 'all' } });
    expect(await accountOf()).toMatchObject({ balance_fen: 3000n, bonus_fen: 3000n });
    expect((await refusal(refund({ prepaid: [{ prepaidAccountId: id, amount: '1.00' }] }, '1.00', 'gift'))).code).toBe(
      'prepaid.bonusStays',
    );
    expect(
      (await refusal(cashier.call(reverseReceipt, { params: { id: receiptId }, body: { reason: '收错' } }))).code,
    ).toBe('receipt.prepaidUsed');
    expect((await refusal(manager.call(packages.remove, { params: { id: packageId }, query: {} }))).status).toBe(409);
    server.clock.set('2026-03-11T02:00:00Z');
    cashier = await desk.company.person('收银员');
    expect(
      (
        await refusal(
          cashier.call(takePayment, {
            body: cash('960.00', {
              receivedOn: '2026-03-11',
              topUps: [{ ...atHouse(), chargeItemId: null, amount: '960.00', packageId }],
            }),
          }),
        )
      ).code,
    ).toBe('prepaidPackage.notOffered');
  });
});

describe('deposits', () => {
  it('kept as prepaid by several people at the same moment all arrive in the one account', async () => {
    await topUp('10.00');
    for (let count = 0; count < 8; count++) await takeDeposit('100.00');
    const { rows } = await manager.call(deposits.list, { query: {} });
    const body = { amount: '50.00', chargeItemId: null, reason: '转预存' };
    const kept = await Promise.all(
      rows.map((row) => manager.call(keepDeposit, { params: { id: String(row.id) }, body })),
    );
    expect(kept.map((one) => Number(one.balance)).sort((one, other) => one - other)).toEqual([
      60, 110, 160, 210, 260, 310, 360, 410,
    ]);
  });

  it('are returned in part, kept as prepaid, offset at the desk and forfeited; the list tells what is still held and since when', async () => {
    const id = await takeDeposit('2000.00');
    await refund({ deposits: [{ depositId: id, amount: '500.00' }] }, '500.00', 'deposit');
    const kept = await manager.call(keepDeposit, {
      params: { id },
      body: { amount: '300.00', chargeItemId: null, reason: '转预存' },
    });
    expect(kept).toMatchObject({ held: '1200.00', balance: '300.00' });
    await desk.bill({ amountFen: 20000n, month: '2026-02', dueOn: '2026-12-31' });
    const { bills } = await cashier.call(getDeskAccount, { query: { targetKind: 'house', targetId: desk.houseId } });
    const tenders = [{ paymentMethodId: desk.methods.deposit, amount: '200.00', depositId: id }];
    await cashier.call(takePayment, { body: paymentFor(desk, bills, { tenders }) });
    const forfeit = (amount: string, person = manager) =>
      person.call(forfeitDeposit, { params: { id }, body: { amount, reason: '损坏公共设施' } });
    expect((await refusal(forfeit('1000.01'))).code).toBe('deposit.short');
    expect((await refusal(forfeit('1.00', cashier))).status).toBe(403);
    const other = await desk.company.person('管理员', [desk.company.otherCommunityId]);
    expect((await refusal(forfeit('1.00', other))).status).toBe(404);
    expect(await forfeit('400.00')).toEqual({ held: '600.00' });
    const list = await manager.call(deposits.list, { query: {} });
    expect(list.rows).toMatchObject([
      {
        state: 'partly',
        takenOn: '2026-03-10',
        taken: '2000.00',
        offset: '500.00',
        returned: '500.00',
        forfeited: '400.00',
        held: '600.00',
      },
    ]);
    expect(list.totals).toMatchObject({ held: '600.00' });
  });

  it('are forfeited only after a yes where the company asks for one', async () => {
    const id = await takeDeposit('800.00');
    const approver = await desk.company.person('管理员');
    await manager.call(createApprovalFlow, {
      body: {
        name: '没收押金',
        action: 'deposit.forfeit',
        isEnabled: true,
        amountFrom: null,
        amountTo: null,
        communityIds: [],
        levels: [{ mode: 'any', approvers: [{ kind: 'person', id: approver.staffId }] }],
      },
    });
    const asked = await manager.call(forfeitDeposit, { params: { id }, body: { amount: '800.00', reason: '损坏' } });
    if (!isPendingApproval(asked)) throw new Error('expected to wait for approval');
    expect((await manager.call(deposits.list, { query: {} })).rows).toMatchObject([{ held: '800.00' }]);
    await approver.call(approveApproval, { params: { id: asked.approvalId }, body: { level: 1, note: '' } });
    expect((await manager.call(deposits.list, { query: {} })).rows).toMatchObject([{ held: '0.00', state: 'closed' }]);
  });
});
