import {
  billResource,
  getBillHistory,
  getDeskAccount,
  getHouseAccount,
  resourceEndpoints,
  reverseReceipt,
  takePayment,
  voidBills,
} from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { addBuilding, addHouse, addItem, addStandard, bindHouses } from './charging.fixture.ts';
import { raiseBills } from './raise-bills.ts';

let server: TestApp;
let company: TestCompany;
let supervisor: TestPerson;
let admin: TestPerson;
let houseId: string;
let itemId: string;
let methodId: string;
let billIds: string[];
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

/** A house with bills of 200.00 for January, February and March. */
beforeEach(async () => {
  company = await server.company(`安居物业 ${server.services.newId()}`);
  supervisor = await company.person('收费主管');
  admin = await company.person('管理员');
  const { communityId } = company;
  await company.run(async (ctx) => {
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    houseId = await addHouse(ctx, { communityId, buildingId, number: '101', builtArea: '100.00' });
    itemId = await addItem(ctx, { name: '物业管理费' });
    const chargeStandardId = await addStandard(ctx, { chargeItemId: itemId, price: '2.00' });
    await bindHouses(ctx, { communityId, chargeStandardId, houseIds: [houseId], startsOn: '2026-01-01' });
    methodId = ctx.newId();
    await ctx.tx.run(sql`insert into payment_method (company_id, id, key, name, is_cash)
      values (${ctx.companyId}, ${methodId}, 'cash', '现金', true)`);
  });
  await raise();
  billIds = await standingBills();
});

const raise = () =>
  raiseBills(
    { transaction: company.run, report: async () => {}, taskId: null },
    {
      communityId: company.communityId,
      chargeItemIds: [itemId],
      monthFrom: '2026-01',
      monthTo: '2026-03',
      raisedHow: 'manual',
    },
  );

const standingBills = () =>
  company.run(async (ctx) => {
    const rows = await ctx.tx.rows<{ id: string }>(
      sql`select id from bill where company_id = ${ctx.companyId} and voided_at is null order by period_from`,
    );
    return rows.map((row) => row.id);
  });

const voidAs = (person: TestPerson, ids: string[], reason = '面积录错') =>
  person.call(voidBills, { body: { ids, reason } });

const pay = (ids: string[], key: string) =>
  admin.call(takePayment, {
    body: {
      communityId: company.communityId,
      targetKind: 'house',
      targetId: houseId,
      bills: ids.map((id) => ({ id, expected: '200.00' })),
      expectedTotal: `${200 * ids.length}.00`,
      tenders: [{ paymentMethodId: methodId, amount: `${200 * ids.length}.00` }],
      receivedOn: '2026-03-10',
      idempotencyKey: `${key}-${houseId}`,
    },
  });

describe('voiding bills nothing was paid on', () => {
  it('takes them off what is owed, keeps why and by whom, and lets the period be raised again', async () => {
    expect(await voidAs(supervisor, billIds.slice(0, 2))).toEqual({ voidedCount: 2, sum: '400.00' });
    const account = await supervisor.call(getHouseAccount, { params: { id: houseId } });
    expect(account).toMatchObject({ outstanding: '200.00', billCount: 1 });
    const desk = await admin.call(getDeskAccount, { query: { targetKind: 'house', targetId: houseId } });
    expect(desk.bills.map((bill) => bill.id)).toEqual([billIds[2]]);
    const { history } = await supervisor.call(getBillHistory, { params: { id: billIds[0]! } });
    expect(history.at(-1)).toMatchObject({
      what: '作废',
      detail: '面积录错',
      who: expect.stringContaining('收费主管'),
    });
    expect(await raise()).toMatchObject({ billCount: 2, sumFen: 40000n });
    expect(await standingBills()).toHaveLength(3);
    const audits = await company.run((ctx) =>
      ctx.tx.rows(
        sql`select target_label, after from audit_entry where company_id = ${ctx.companyId} and action = 'bill.void'`,
      ),
    );
    expect(audits).toEqual([
      { target_label: '2 张账单', after: { state: 'void', voidedCount: 2, sum: '400.00', reason: '面积录错' } },
    ]);
  });

  it('refuses a paid one with the number of its receipt, and then voids none of those chosen', async () => {
    const { id, number } = await pay([billIds[1]!], 'paid');
    const problem = await refusal(voidAs(supervisor, billIds));
    expect(problem).toMatchObject({ status: 409, code: 'bill.paid' });
    expect(problem.detail).toContain(`“物业管理费 2026年2月”已由收据 ${number} 收款`);
    expect(await standingBills()).toEqual(billIds);
    await admin.call(reverseReceipt, { params: { id }, body: { reason: '收错' } });
    expect(await voidAs(supervisor, billIds)).toMatchObject({ voidedCount: 3 });
  });

  it('refuses a second time, without a reason, without the right, and what is out of sight', async () => {
    await voidAs(supervisor, [billIds[0]!]);
    expect(await refusal(voidAs(supervisor, billIds))).toMatchObject({ status: 409, code: 'bill.alreadyVoided' });
    expect(await refusal(voidAs(supervisor, billIds, '  '))).toMatchObject({
      status: 422,
      fields: [{ path: 'reason', message: '请填写作废原因' }],
    });
    expect(await refusal(voidAs(await company.person('收银员'), billIds))).toMatchObject({ status: 403 });
    const local = await company.person('收费主管', [company.otherCommunityId]);
    expect(await refusal(voidAs(local, billIds))).toMatchObject({ status: 404 });
    const stranger = await (await server.company('别家物业')).person('管理员');
    expect(await refusal(voidAs(stranger, billIds))).toMatchObject({ status: 404 });
    expect(await standingBills()).toEqual(billIds.slice(1));
  });

  it('never lets the same bill be both paid and voided, whoever comes first', async () => {
    for (const [round, id] of billIds.entries()) {
      const outcomes = await Promise.allSettled([pay([id], `race-${round}`), voidAs(supervisor, [id])]);
      expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    }
    const wrong = await company.run((ctx) =>
      ctx.tx.rows(sql`select b.id from bill b left join bill_void v on v.company_id = b.company_id and v.bill_id = b.id
        where b.company_id = ${ctx.companyId} and ((b.voided_at is not null) <> (v.id is not null) or (b.voided_at is not null and b.received_fen <> 0)
          or (b.voided_at is null and b.received_fen <> 20000))`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('overdue bills', () => {
  it('are found by the filter: past the pay-by date and still owed', async () => {
    // Pay-by dates: 31 January, 3 March, 31 March; today is 10 March.
    const { list } = resourceEndpoints(billResource);
    const find = async (isOverdue: boolean) => {
      const found = await supervisor.call(list, {
        query: { filter: JSON.stringify({ isOverdue }), sort: 'periodFrom' },
      });
      return found.rows.map((row) => row.id);
    };
    expect(await find(true)).toEqual(billIds.slice(0, 2));
    expect(await find(false)).toEqual(billIds.slice(2));
    await pay([billIds[0]!], 'overdue');
    expect(await find(true)).toEqual([billIds[1]]);
  });

  it('show the owner’s phone with its middle hidden from whoever may not see it', async () => {
    await company.run(async (ctx) => {
      const residentId = ctx.newId();
      await ctx.tx.run(sql`insert into resident (company_id, id, name, pinyin, pinyin_initials, phone, created_at, updated_at)
        values (${ctx.companyId}, ${residentId}, '崔春涛', 'cuichuntao', 'cct', '13812345678', now(), now())`);
      await ctx.tx.run(sql`insert into occupancy (company_id, id, community_id, house_id, resident_id, role, moved_in_on, created_at, updated_at)
        values (${ctx.companyId}, ${ctx.newId()}, ${company.communityId}, ${houseId}, ${residentId}, 'owner', '2020-01-01', now(), now())`);
    });
    const { list } = resourceEndpoints(billResource);
    expect((await supervisor.call(list, { query: {} })).rows[0]).toMatchObject({ ownerPhone: '138****5678' });
    expect((await admin.call(list, { query: {} })).rows[0]).toMatchObject({ ownerPhone: '13812345678' });
  });
});
