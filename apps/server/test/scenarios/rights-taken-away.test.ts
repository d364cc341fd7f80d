import * as contract from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { taskHandlers } from '../../src/app.ts';
import { type DeskFixture, makeDesk, paymentFor } from '../../src/domains/cashier/cashier.fixture.ts';
import { addStandard, bindHouses } from '../../src/domains/charging/charging.fixture.ts';
import { type Sql, sql } from '../../src/platform/database/sql.ts';
import { runTask } from '../../src/platform/tasks/run-task.ts';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../test-app.ts';

let server: TestApp;
let desk: DeskFixture;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  desk = await makeDesk(await server.company());
  await desk.bill({ amountFen: 27580n, month: '2026-03' });
});

const accountFor = (person: TestPerson) =>
  person.call(contract.getDeskAccount, { query: { targetKind: 'house', targetId: desk.houseId } });

/** What a person who sits at the open desk sends when the button is pressed. */
const press = async (person: TestPerson, bills: Awaited<ReturnType<typeof accountFor>>['bills']) =>
  refusal(person.call(contract.takePayment, { body: paymentFor(desk, bills) }));

async function documentCount(): Promise<number> {
  const row = await desk.company.run((ctx) =>
    ctx.tx.first<{ count: number }>(
      sql`select ((select count(*) from receipt) + (select count(*) from allocation) + (select count(*) from receipt_reversal)
        + (select count(*) from audit_entry where action like 'receipt.%') + (select count(*) from number_counter))::int as count`,
    ),
  );
  return row!.count;
}

const takeGroups = (person: TestPerson) =>
  desk.company.run((ctx) =>
    ctx.tx.run(
      sql`delete from staff_permission_group where company_id = ${ctx.companyId} and staff_id = ${person.staffId}`,
    ),
  );

const changeStaff = (person: TestPerson, change: Sql) =>
  desk.company.run((ctx) =>
    ctx.tx.ad(sql`update staff set ${change} where company_id = ${ctx.companyId} and id = ${person.staffId}`),
  );

it('a cashier whose rights are taken away while the desk is open collects nothing more, and is told which right is missing', async () => {
  const cashier = await desk.company.person('收银员', [desk.company.communityId]);
  const { bills } = await accountFor(cashier);
  await takeGroups(cashier);
  const problem = await press(cashier, bills);
  expect(problem).toMatchObject({ code: 'permission.denied', status: 403 });
  expect(problem.detail).toContain('收银');
  expect((await refusal(accountFor(cashier))).code).toBe('permission.denied');
  expect(await documentCount()).toBe(0);
  // The person is still signed in, and the screen learns that nothing is left to do here.
  expect((await cashier.call(contract.currentSession)).permissions).toEqual([]);
});

it('a cashier whose community is taken away finds neither the house nor the bill, nor the receipts taken there', async () => {
  const cashier = await desk.company.person('收银员', [desk.company.communityId]);
  const { bills } = await accountFor(cashier);
  const taken = await cashier.call(contract.takePayment, { body: paymentFor(desk, bills) });
  await desk.bill({ amountFen: 6060n, month: '2026-04' });
  const open = (await accountFor(cashier)).bills;
  const before = await documentCount();
  await desk.company.run((ctx) =>
    ctx.tx.run(sql`update staff_community set community_id = ${desk.company.otherCommunityId}
      where company_id = ${ctx.companyId} and staff_id = ${cashier.staffId}`),
  );
  expect(await press(cashier, open)).toMatchObject({ code: 'reference.notFound', status: 422 });
  expect((await refusal(accountFor(cashier))).status).toBe(404);
  const params = { id: taken.id };
  expect((await refusal(cashier.call(contract.getReceipt, { params }))).status).toBe(404);
  const body = { reason: '收错' };
  expect((await refusal(cashier.call(contract.reverseReceipt, { params, body }))).status).toBe(404);
  expect((await cashier.call(contract.listReceipts, { query: {} })).totals.validCount).toBe(0);
  expect(await documentCount()).toBe(before);
});

it.each([
  ['is disabled', sql`disabled_at = now()`],
  ['no longer works here from today on', sql`expires_on = '2026-03-10'`],
])('the open session of a person who %s ends at once, and the person cannot sign in again', async (_, change) => {
  const cashier = await desk.company.person('收银员');
  const { bills } = await accountFor(cashier);
  await changeStaff(cashier, change);
  expect(await press(cashier, bills)).toMatchObject({ code: 'session.expired', status: 401 });
  expect((await refusal(cashier.call(contract.currentSession))).status).toBe(401);
  expect(await documentCount()).toBe(0);
  const { rows } = await server.services.ownerPool.query<{ phone: string }>(
    `select a.phone from account a join session s on s.account_id = a.id where s.staff_id = $1`,
    [cashier.staffId],
  );
  const again = await server.app.inject({
    method: 'POST',
    url: '/api/session',
    payload: { phone: rows[0]!.phone, password: 'anlin2026' },
  });
  expect(again.json()).toMatchObject({ code: 'signIn.disabled', status: 403 });
});

it('bills that a person asked for are not raised when the right is gone, or the person, before their turn comes', async () => {
  const { communityId } = desk.company;
  await desk.company.run(async (ctx) => {
    const chargeStandardId = await addStandard(ctx, { chargeItemId: desk.feeItemId, price: '2.80' });
    await bindHouses(ctx, { communityId, chargeStandardId, houseIds: [desk.houseId], startsOn: '2026-01-01' });
  });
  const order = { communityId, chargeItemIds: [desk.feeItemId], monthFrom: '2026-05', monthTo: '2026-05' };
  const ask = async () => {
    const supervisor = await desk.company.person('收费主管');
    return { supervisor, taskId: (await supervisor.call(contract.raiseBills, { body: order })).taskId };
  };
  const rightless = await ask();
  await takeGroups(rightless.supervisor);
  const disabled = await ask();
  await changeStaff(disabled.supervisor, sql`disabled_at = now()`);
  const expired = await ask();
  await changeStaff(expired.supervisor, sql`expires_on = '2026-03-10'`);
  const narrowed = await ask();
  await changeStaff(narrowed.supervisor, sql`has_all_communities = false`);
  for (const { taskId } of [rightless, disabled, expired, narrowed])
    await runTask(server.services, taskHandlers, desk.company.id, taskId);
  const tasks = await desk.company.run((ctx) =>
    ctx.tx.rows<{ state: string; error: string }>(
      sql`select state, error from task where company_id = ${ctx.companyId} order by created_at, id`,
    ),
  );
  const words = ['权限', '停用或已到期', '停用或已到期', '小区'];
  expect(tasks.map((task) => task.state)).toEqual(words.map(() => 'failed'));
  for (const [index, word] of words.entries()) expect(tasks[index]!.error).toContain(word);
  const raised = await desk.company.run((ctx) =>
    ctx.tx.rows(sql`select id from bill where company_id = ${ctx.companyId} and period_from = '2026-05-01'`),
  );
  expect(raised).toEqual([]);
});
