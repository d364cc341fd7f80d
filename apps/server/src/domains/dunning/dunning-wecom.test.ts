import * as contract from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Emulator, emulatorAccounts, startEmulator } from '../../../../../tools/emulator/start-emulator.ts';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { taskHandlers } from '../../app.ts';
import { sql } from '../../platform/database/sql.ts';
import { sendMessages } from '../../platform/messages/send-messages.ts';
import { dispatchOutbox } from '../../platform/outbox/dispatch-outbox.ts';
import { runTask } from '../../platform/tasks/run-task.ts';
import { type DeskFixture, makeDesk } from '../cashier/cashier.fixture.ts';

let server: TestApp;
let emulator: Emulator;
let company: TestCompany;
let desk: DeskFixture;
let manager: TestPerson;
let ownerId: string;
const kept = 'wmEmulatorOwner00000000000000001';
const gone = 'wmEmulatorGone000000000000000002';

beforeAll(async () => {
  emulator = await startEmulator();
  server = await startTestApp({ gateway: emulator.url });
  company = await server.company();
  desk = await makeDesk(company);
  manager = await company.person('管理员');
  const { wecom } = emulatorAccounts;
  await manager.call(contract.saveChannel, {
    params: { channel: 'wecom' },
    body: {
      provider: 'wecom',
      isOn: true,
      settings: { corpId: wecom.corpId, agentId: wecom.agentId },
      secrets: { secret: wecom.secret },
      templates: {},
      version: 0,
    },
  });
  const { sms: _, ...terms } = await manager.call(contract.readDunningSetting);
  await manager.call(contract.saveDunningSetting, { body: { ...terms, siteUrl: 'https://wy.example.com/' } });
  const owner = await company.run((ctx) =>
    ctx.tx.first<{ id: string }>(sql`select id from resident where company_id = ${ctx.companyId}`),
  );
  ownerId = owner!.id;
  await desk.bill({ amountFen: 27_580n, month: '2026-02', itemId: desk.waterItemId });
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});

const profile = (person = manager) => person.call(contract.getResidentProfile, { params: { id: ownerId } });
async function enter(address: string, person = manager) {
  const { version } = await profile(person);
  return person.call(contract.setResidentWecom, { params: { id: ownerId }, body: { version, address } });
}
async function dun() {
  const { taskId } = await manager.call(contract.startDunning, {
    body: { selection: { by: 'houses', ids: [desk.houseId] }, channels: ['wecom'] },
  });
  await runTask(server.services, taskHandlers, company.id, taskId);
  while ((await company.run(dispatchOutbox)) > 0);
  await sendMessages(server.services, company.id);
}
const household = () =>
  manager.call(contract.resourceEndpoints(contract.dunningHouseholdResource).get, { params: { id: desk.houseId } });

it('staff enter under which WeCom knows a resident; it is shown with its middle hidden, and is one person’s', async () => {
  expect((await profile()).addresses).toEqual([]);
  expect(await refusal(enter('张三'))).toMatchObject({ status: 422 });
  await enter(kept);
  expect((await profile()).addresses).toEqual([{ channel: 'wecom', masked: 'wmEm****001' }]);
  const audited = await company.run((ctx) =>
    ctx.tx.rows<{ row: string }>(
      sql`select to_jsonb(e)::text as row from audit_entry e where company_id = ${ctx.companyId} and action = 'resident.setWecom'`,
    ),
  );
  expect(audited).toHaveLength(1);
  expect(audited[0]!.row).not.toContain(kept);

  const { residentId } = await manager.call(contract.moveIn, {
    params: { id: desk.houseId },
    body: { name: '李四', phone: '13800000002', role: 'family', movedInOn: '2026-03-01' },
  });
  const { version } = await manager.call(contract.getResidentProfile, { params: { id: residentId } });
  const taken = manager.call(contract.setResidentWecom, {
    params: { id: residentId },
    body: { version, address: kept },
  });
  expect(await refusal(taken)).toMatchObject({ status: 409, code: 'resident.wecomTaken' });
  const reader = await company.person('财务');
  expect(await refusal(enter(gone, reader))).toMatchObject({ status: 403 });
});

it('a household is asked to pay by WeCom, and reading the link shows in the list', async () => {
  await dun();
  const message = emulator.arrived.find((one) => one.provider === 'wecom' && one.to === kept);
  expect(message?.text).toContain('275.80');
  expect(await household()).toMatchObject({ wecomState: 'delivered', told: 'unread' });
  const path = new URL(/https:\S+/.exec(message!.text)![0]).pathname;
  expect((await server.app.inject({ url: path })).statusCode).toBe(200);
  expect(await household()).toMatchObject({ wecomState: 'read', told: 'read' });
});

it('whoever no colleague keeps as a contact is not reached, and the list says so', async () => {
  server.clock.set('2026-03-20T02:00:00Z');
  manager = await company.person('管理员');
  await enter(gone);
  await dun();
  expect(emulator.arrived.filter((one) => one.to === gone)).toEqual([]);
  expect(await household()).toMatchObject({ wecomState: 'failed' });
  await enter('');
  expect((await profile()).addresses).toEqual([]);
});
