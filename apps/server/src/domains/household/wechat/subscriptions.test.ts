import * as contract from '@anlin/contract';
import type { LightMyRequestResponse } from 'fastify';
import { symbols } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, emulatorAccounts, startEmulator } from '../../../../../../tools/emulator/start-emulator.ts';
import { enterAsResident, type TestResident } from '../../../../test/resident-person.ts';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../../test/test-app.ts';
import { taskHandlers } from '../../../app.ts';
import { sql } from '../../../platform/database/sql.ts';
import { forgetMessages } from '../../../platform/messages/forget-messages.ts';
import { sendMessages } from '../../../platform/messages/send-messages.ts';
import { dispatchOutbox } from '../../../platform/outbox/dispatch-outbox.ts';
import { putEvent } from '../../../platform/outbox/put-event.ts';
import { runTask } from '../../../platform/tasks/run-task.ts';
import { type DeskFixture, makeDesk } from '../../cashier/cashier.fixture.ts';

const mini = emulatorAccounts.wechat[1]!;
const ownerPhone = '13812345678';
const paid = 'MINI-paid-000000001';

let server: TestApp;
let emulator: Emulator;
let company: TestCompany;
let desk: DeskFixture;
let admin: TestPerson;
let owner: TestResident;
/** Everything the server says or writes to its log while the tests run. */
const told: string[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ minuteMs: 3_600_000 });
  server = await startTestApp({ gateway: emulator.url });
  const ask = server.app.inject.bind(server.app) as (request: never) => Promise<LightMyRequestResponse>;
  const listen = async (request: never) => {
    const answer = await ask(request);
    told.push(JSON.stringify(answer.headers), answer.body);
    return answer;
  };
  Object.assign(server.app, { inject: listen });
  const { logger } = server.services;
  logger.level = 'trace';
  Object.assign(logger, { [symbols.streamSym]: { write: (line: string) => told.push(line) } });
  company = await server.company();
  desk = await makeDesk(company);
  admin = await company.person('管理员');
  await setUpChannels(admin);
  await tell('receipt.taken', ['miniProgram', 'sms'], 'first');
  owner = await enterFromMini(ownerPhone, '崔');
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});
beforeEach(async () => {
  emulator.arrived.length = 0;
  emulator.faults.clear();
  emulator.subscriptions.withdraw(openIdOf('崔'));
  await company.run((ctx) => ctx.tx.client.query('delete from subscription_consent'));
});

async function setUpChannels(person: TestPerson): Promise<void> {
  const { secretId, sdkAppId, signName, secretKey } = emulatorAccounts.sms;
  const base = { isOn: true, version: 0 };
  await person.call(contract.saveChannel, {
    params: { channel: 'sms' },
    body: {
      ...base,
      provider: 'tencent',
      settings: { secretId, sdkAppId, signName, region: 'ap-guangzhou' },
      secrets: { secretKey },
      templates: { 'receipt.taken': { templateId: '1002', fields: { 金额: '1', 收据号: '2' } } },
    },
  });
  await person.call(contract.saveChannel, {
    params: { channel: 'miniProgram' },
    body: {
      ...base,
      provider: 'miniProgram',
      settings: { appId: mini.appId },
      secrets: { appSecret: mini.secret },
      templates: {},
    },
  });
  await person.call(contract.syncOfficialTemplates, { query: { account: 'miniProgram' } });
  await map('receipt.taken', { 金额: 'amount1', 收据号: 'character_string2' });
}

const templates = () => admin.call(contract.listOfficialTemplates, { query: { account: 'miniProgram' } });
const map = async (kind: string, fields: Record<string, string>, templateId = paid) =>
  admin.call(contract.saveOfficialTemplate, {
    params: { kind },
    query: { account: 'miniProgram' },
    body: { mapping: { templateId, fields }, version: (await templates()).version },
  });

async function tell(
  kind: string,
  residentChannels: ('sms' | 'wechat' | 'miniProgram')[],
  residentWay: 'all' | 'first',
): Promise<void> {
  const { rows } = await admin.call(contract.listNotifications);
  await admin.call(contract.saveNotification, {
    params: { kind },
    body: {
      personalChannels: [],
      residentChannels,
      residentWay,
      subscribers: [],
      version: rows.find((one) => one.kind === kind)!.version,
    },
  });
}

const openIdOf = (person: string) => emulator.wechatIdentity.openIdOf(mini.appId, person);

/** Somebody opens the residents' client in the mini-program, on the phone of `person`. */
async function enterFromMini(phone: string, person: string): Promise<TestResident> {
  const resident = await enterAsResident(server, company.id, phone);
  emulator.wechatIdentity.be(person);
  const code = emulator.wechatIdentity.loginCode(mini.appId);
  await resident.call(contract.takeMiniProgramCode, { body: { code } });
  return resident;
}

/** A resident is asked, allows everything at WeChat, and their phone tells us. */
async function agree(resident = owner, person = '崔', kind = 'receipt.taken'): Promise<string> {
  const { askId, templateIds } = await resident.call(contract.askOwnSubscriptions, {
    body: { kinds: [kind] },
  });
  for (const templateId of templateIds) emulator.subscriptions.agree(openIdOf(person), templateId);
  const body = { accepted: templateIds };
  expect(await resident.call(contract.answerOwnSubscriptions, { params: { id: askId! }, body })).toEqual({ count: 1 });
  return askId!;
}

const left = async (resident = owner) =>
  (await resident.call(contract.listOwnSubscriptions)).rows.find((row) => row.kind === 'receipt.taken')?.left;

let numbers = 0;
/** Money is taken for the owner's house; returns the receipt's number. */
async function pay(totalFen = '27580'): Promise<string> {
  numbers += 1;
  const number = `CH-${String(numbers).padStart(4, '0')}`;
  await company.run((ctx) =>
    putEvent(ctx, 'receipt.taken', {
      receiptId: desk.houseId,
      communityId: company.communityId,
      totalFen,
      number,
      targetKind: 'house',
      targetId: desk.houseId,
    }),
  );
  await company.run(dispatchOutbox);
  return number;
}
const send = () => sendMessages(server.services, company.id);
const advance = (minutes: number) => server.clock.set(server.clock.now().add({ minutes }).toString());
const came = () => emulator.arrived.map(({ provider, text }) => `${provider} ${text}`);

/** The deliveries of a receipt, oldest first. */
const log = async (number: string) =>
  await company.run((ctx) =>
    ctx.tx.rows<{
      id: string;
      told: string;
    }>(sql`select id, concat_ws(' ', channel, state, attempt_count, last_answer) as told
        from message_delivery where company_id = ${company.id} and body like ${`%${number}%`} order by id`),
  );
const logOf = async (number: string) => (await log(number)).map((row) => row.told);

describe('an agreement in the mini-program', () => {
  it('is good for one message, cut to what WeChat takes; the next event goes by the next channel', async () => {
    expect((await owner.call(contract.listOwnSubscriptions)).rows).toEqual([
      { kind: 'receipt.taken', title: '缴费成功通知', left: 0 },
    ]);
    await agree();
    expect(await left()).toBe(1);
    const first = await pay('123456789');
    expect(await left()).toBe(0);
    const second = await pay();
    expect(await send()).toBe(2);
    expect(came().sort()).toEqual([
      `miniProgram 1234567.89；${first}`,
      `sms 【安邻演示】您的缴费275.80元已收到，收据号${second}。`,
    ]);
    expect(emulator.arrived.find((one) => one.provider === 'miniProgram')).toMatchObject({
      to: openIdOf('崔'),
      raw: { template_id: paid, page: 'pages/index/index' },
    });
    expect(await logOf(first)).toEqual(['miniProgram sent 1 0 ok']);
    expect(emulator.subscriptions.left(openIdOf('崔'), paid)).toBe(0);

    // The same events taken up once more, as after a crash: nothing goes twice, by no channel.
    await company.run((ctx) => ctx.tx.client.query('update outbox_event set dispatched_at = null'));
    await company.run(dispatchOutbox);
    expect(await send()).toBe(0);
  });

  it('goes to everybody told by all channels where there is one, and costs the others nothing', async () => {
    await tell('receipt.taken', ['sms', 'miniProgram'], 'all');
    await agree();
    await pay();
    await pay();
    await send();
    expect(emulator.arrived.map((one) => one.provider).sort()).toEqual(['miniProgram', 'sms', 'sms']);
    await tell('receipt.taken', ['miniProgram', 'sms'], 'first');
  });

  it('taken back in WeChat ends the message as 住户未订阅 without another try, and the next channel gets it', async () => {
    await agree();
    await agree();
    emulator.subscriptions.withdraw(openIdOf('崔'));
    const number = await pay();
    await send();
    expect(await logOf(number)).toEqual(['miniProgram givenUp 1 43101 住户未订阅', 'sms sent 1 Ok send success']);
    // What else they gave for this template is worth nothing either.
    expect(await left()).toBe(0);
    const [refused] = await log(number);
    const { attempts } = await admin.call(contract.getDelivery, { params: { id: refused!.id } });
    expect(attempts).toMatchObject([{ outcome: 'refused', code: '43101', answer: '住户未订阅' }]);
    // A person who sends it again is told the same, and nobody gets it by SMS a second time.
    await admin.call(contract.resendDelivery, { params: { id: refused!.id } });
    await send();
    expect((await logOf(number))[0]).toBe('miniProgram givenUp 2 住户未订阅');
    expect(came()).toHaveLength(1);
  });

  it('outlives a token that is over and a limit of WeChat, and is used once', async () => {
    await agree();
    emulator.faults.plan('wechat', ['invalidToken']);
    const first = await pay();
    await send();
    expect(await logOf(first)).toEqual(['miniProgram sent 1 0 ok']);
    await agree();
    emulator.faults.plan('wechat', ['rateLimit']);
    const second = await pay();
    await send();
    expect((await logOf(second))[0]).toMatch(/^miniProgram failed 1 45009/);
    // It stays kept for its message: another event does not take it.
    const third = await pay();
    advance(3);
    await send();
    expect((await logOf(second))[0]).toBe('miniProgram sent 2 0 ok');
    expect((await logOf(third))[0]).toMatch(/^sms sent/);
  });

  it.each(['lost', 'serverError', 'garbage'] as const)(
    'is never used twice for one event: after %s nobody knows, and nothing is sent again',
    async (fault) => {
      await agree();
      await agree();
      emulator.faults.plan('wechat', [fault]);
      const number = await pay();
      await send();
      expect(await logOf(number)).toEqual([expect.stringMatching(/^miniProgram givenUp 1 没有等到微信的答复/)]);
      advance(240);
      expect(await send()).toBe(0);
      expect(await left()).toBe(1);
      expect(came()).toHaveLength(fault === 'lost' ? 1 : 0);
    },
  );

  it('is not used twice either when the server dies between handing over and writing it down', async () => {
    await agree();
    await agree();
    const number = await pay();
    await send();
    const [sent] = await log(number);
    await company.run((ctx) =>
      ctx.tx.run(sql`update message_delivery set state = 'sending', claimed_until = ${ctx.clock.now().add({ minutes: 2 }).toString()},
        ended_at = null, next_attempt_at = null where company_id = ${company.id} and id = ${sent!.id}`),
    );
    advance(3);
    await send();
    expect(await logOf(number)).toEqual([expect.stringMatching(/^miniProgram givenUp 2 没有等到微信的答复/)]);
    expect(came()).toHaveLength(1);
    expect(await left()).toBe(1);
  });

  it('is given back when WeChat refuses the message for what stands in it', async () => {
    await agree();
    const number = await pay('123456789012');
    await send();
    expect(await logOf(number)).toEqual([
      expect.stringContaining('miniProgram givenUp 1 模板字段 amount1'),
      expect.stringMatching(/^sms sent/),
    ]);
    expect(await left()).toBe(1);
  });
});

describe('what a phone says of an answer', () => {
  it('counts once, only for what was asked of this person, within the hour', async () => {
    const askId = await agree();
    const answer = (resident: TestResident, id: string, accepted = [paid]) =>
      resident.call(contract.answerOwnSubscriptions, { params: { id }, body: { accepted } });
    expect(await answer(owner, askId)).toEqual({ count: 1 });
    expect(await left()).toBe(1);
    const ask = async () =>
      (await owner.call(contract.askOwnSubscriptions, { body: { kinds: ['receipt.taken'] } })).askId!;
    const neighbour = await neighbourOf();
    expect((await refusal(answer(neighbour, await ask()))).code).toBe('resource.notFound');
    expect(await answer(owner, await ask(), [])).toEqual({ count: 0 });
    expect(await answer(owner, await ask(), ['something-else-000'])).toEqual({ count: 0 });
    const late = await ask();
    advance(61);
    expect((await refusal(answer(owner, late))).code).toBe('resource.notFound');
    expect(await left()).toBe(1);
    // What nobody answered is swept away.
    advance(60 * 25);
    await company.run(forgetMessages);
    expect(await countRows()).toBe(1);
  });

  it('needs a WeChat account that is known, and a kind the company tells; asked for nothing in particular, it is what could not come', async () => {
    const stranger = await enterAsResident(server, company.id, ownerPhone);
    const ask = (resident: TestResident, kinds?: string[]) =>
      resident.call(contract.askOwnSubscriptions, { body: kinds ? { kinds } : {} });
    expect((await refusal(ask(stranger, ['receipt.taken']))).code).toBe('household.wechatNeeded');
    expect((await refusal(ask(owner, ['invoice.issued']))).code).toBe('reference.notFound');
    expect((await ask(owner)).templateIds).toEqual([paid]);
    await agree();
    expect(await ask(owner)).toEqual({ askId: null, templateIds: [] });
  });
});

const countRows = async () =>
  (await company.run((ctx) => ctx.tx.rows(sql`select 1 from subscription_consent where company_id = ${company.id}`)))
    .length;

/** Somebody else of the company, in an account of their own; they live nowhere, so that they can be erased. */
async function neighbourOf(phone = '13812340001', person = '邻居'): Promise<TestResident> {
  await company.run((ctx) =>
    ctx.tx.run(sql`insert into resident (company_id, id, name, pinyin, pinyin_initials, phone, created_at, updated_at)
      values (${company.id}, ${ctx.newId()}, '邻居', 'linju', 'lj', ${phone}, now(), now())`),
  );
  return enterFromMini(phone, person);
}

describe('agreements end with', () => {
  it('the account: another one of the same person, somebody else in it, signing out, and a person who is erased', async () => {
    await agree();
    const other = await enterFromMini(ownerPhone, '崔的第二部手机');
    expect(await countRows()).toBe(0);
    await agree(other, '崔的第二部手机');
    await neighbourOf('13812340002', '崔的第二部手机');
    expect(await countRows()).toBe(0);

    const leaving = await neighbourOf('13812340003', '要走的人');
    await agree(leaving, '要走的人');
    await leaving.call(contract.signOutResident);
    expect(await countRows()).toBe(0);

    const erased = await neighbourOf('13812340004', '注销的人');
    await agree(erased, '注销的人');
    const row = await company.run((ctx) =>
      ctx.tx.first<{ id: string }>(
        sql`select id from resident where company_id = ${company.id} and phone = '13812340004'`,
      ),
    );
    await admin.call(contract.eraseResident, { params: { id: row!.id }, body: { reason: '本人要求' } });
    expect(await countRows()).toBe(0);
    owner = await enterFromMini(ownerPhone, '崔');
  });
});

describe('in the back office', () => {
  it('templates are those of the mini-program, whole, with who can be told; a test uses one agreement up', async () => {
    const missing = await refusal(map('receipt.taken', { 金额: 'amount1' }));
    expect(missing.detail).toContain('请选择“收据编号”填什么');
    await agree();
    const { events, templates: known } = await templates();
    expect(known).toHaveLength(4);
    expect(events.find((one) => one.kind === 'receipt.taken')).toMatchObject({ isTold: true, agreed: 1 });
    expect(events.find((one) => one.kind === 'bill.dunned')).toMatchObject({ isTold: null });
    const kind = 'receipt.taken';
    const list = async () => (await admin.call(contract.listSubscribers, { params: { kind } })).rows;
    const [subscriber] = await list();
    expect(subscriber).toMatchObject({ residentName: '崔春涛', agreed: 1 });
    const far = await company.person('项目经理', [company.otherCommunityId]);
    expect((await far.call(contract.listSubscribers, { params: { kind } })).rows).toEqual([]);
    const test = () =>
      admin.call(contract.testSubscription, { params: { kind }, body: { subscriberId: subscriber!.id } });
    expect(await test()).toMatchObject({ isSent: true });
    expect(came()).toEqual(['miniProgram 275.80；SJ-000001']);
    expect(await list()).toEqual([]);
    expect((await refusal(test())).code).toBe('subscriber.none');
  });

  it('no reply, log line or audit entry says an openid', async () => {
    const audit = await company.run((ctx) =>
      ctx.tx.rows(sql`select before, after from audit_entry where company_id = ${company.id}`),
    );
    const everything = told.join('\n') + JSON.stringify(audit);
    expect(everything).toContain('缴费成功通知');
    for (const person of ['崔', '邻居', '要走的人']) expect(everything).not.toContain(openIdOf(person));
  });
});

describe('asking residents to pay', () => {
  it('by 微信 reaches whoever agreed in the mini-program and follows no 公众号, and opens the bills there', async () => {
    server.clock.set('2026-03-10T02:00:00Z');
    await map('bill.dunned', { 房屋: 'thing1', 金额: 'amount2', 期限: 'date3' }, 'MINI-due-0000000004');
    const manager = await company.person('管理员');
    const { sms: _, ...terms } = await manager.call(contract.readDunningSetting);
    await manager.call(contract.saveDunningSetting, { body: { ...terms, siteUrl: 'https://wy.example.com' } });
    await desk.bill({ amountFen: 27_580n, month: '2026-02', itemId: desk.waterItemId });
    const order = { selection: { by: 'houses' as const, ids: [desk.houseId] }, channels: ['wechat' as const] };
    const preview = async () => (await manager.call(contract.previewDunning, { body: order })).channels;
    owner = await enterFromMini(ownerPhone, '崔');
    expect(await preview()).toMatchObject([{ sendCount: 0, refused: [{ reason: 'notFollowing', count: 1 }] }]);
    await agree(owner, '崔', 'bill.dunned');
    expect(await preview()).toMatchObject([{ sendCount: 1, refused: [] }]);
    const { taskId } = await manager.call(contract.startDunning, { body: order });
    await runTask(server.services, taskHandlers, company.id, taskId);
    await company.run(dispatchOutbox);
    await send();
    expect(came()).toEqual(['miniProgram 1-101；275.80；2026-02-28']);
    const { page } = emulator.arrived[0]!.raw as { page: string };
    expect(decodeURIComponent(page)).toMatch(/^pages\/index\/index\?to=\/[\w/.-]+$/);
    expect(await preview()).toMatchObject([{ sendCount: 0, refused: [{ reason: 'notFollowing', count: 1 }] }]);
  });
});
