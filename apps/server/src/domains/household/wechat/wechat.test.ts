import * as contract from '@anlin/contract';
import type { LightMyRequestResponse } from 'fastify';
import { symbols } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, emulatorAccounts, startEmulator } from '../../../../../../tools/emulator/start-emulator.ts';
import { enterAsResident, residentWith, type TestResident } from '../../../../test/resident-person.ts';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../../../../test/test-app.ts';
import { asSystem } from '../../../platform/boundary.ts';
import { sql } from '../../../platform/database/sql.ts';
import { moveIn } from '../../estate/index.ts';
import { channelInput, makePayments, type PaymentsFixture } from '../../payments/payments.fixture.ts';

const [officialAccount, miniProgram] = emulatorAccounts.wechat;
const ownerPhone = '13812345678';
const tenantPhone = '13812345679';

let server: TestApp;
let emulator: Emulator;
let at: PaymentsFixture;
let admin: TestPerson;
/** Everything the server says or writes to its log while the tests run. */
const told: string[] = [];

/** Fills in an account at WeChat, as the company's administrator does. */
async function setUp(person: TestPerson, channel: 'wechat' | 'miniProgram', settings: Record<string, string> = {}) {
  const account = channel === 'wechat' ? officialAccount! : miniProgram!;
  const { rows } = await person.call(contract.listChannels);
  await person.call(contract.saveChannel, {
    params: { channel },
    body: {
      provider: channel,
      isOn: true,
      settings: { appId: account.appId, ...settings },
      secrets: { appSecret: account.secret },
      templates: {},
      version: rows.find((row) => row.channel === channel)!.version,
    },
  });
}

beforeAll(async () => {
  emulator = await startEmulator({ minuteMs: 3_600_000 });
  emulator.clock.set('2026-03-10T02:00:00Z');
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
  at = await makePayments(server, emulator);
  admin = await at.company.person('管理员');
  await at.company.run((ctx) =>
    moveIn(ctx, {
      houseId: at.desk.houseId,
      name: '陈静',
      phone: tenantPhone,
      sex: null,
      role: 'family',
      movedInOn: '2025-01-01',
      validUntil: null,
    }),
  );
  await setUp(admin, 'wechat');
  await setUp(admin, 'miniProgram');
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});

const enter = (phone = ownerPhone) => enterAsResident(server, at.company.id, phone);
const openIdOf = (person: string, account = officialAccount!) =>
  emulator.wechatIdentity.openIdOf(account.appId, person);

/** What WeChat sends a browser back with, the phone being somebody's. */
async function comeBack(url: string, person: string): Promise<{ code: string; state: string; back: URL }> {
  emulator.wechatIdentity.be(person);
  const answer = await fetch(url, { redirect: 'manual' });
  expect(answer.status).toBe(302);
  const back = new URL(answer.headers.get('location')!);
  const { code = '', state = '' } = Object.fromEntries(back.searchParams);
  return { code, state, back };
}

const leave = (resident: TestResident, page = 'dues') =>
  resident.call(contract.startWechatAuthorisation, { body: { page } });

/** A resident's browser goes to WeChat and back; the phone is `person`'s. */
async function bind(resident: TestResident, person: string): Promise<void> {
  const { code, state } = await comeBack((await leave(resident)).url, person);
  await resident.call(contract.takeWechatCode, { body: { code, state } });
}

const knows = async (resident: TestResident, account: contract.WechatAccountKind = 'wechat') =>
  (await resident.call(contract.getWechatIdentity, { query: { account } })).isKnown;

const addresses = () =>
  at.company.run((ctx) =>
    ctx.tx.rows<{ phone: string; channel: string; address: string }>(sql`select r.phone, a.channel, a.address
      from channel_address a join resident r on r.company_id = a.company_id and r.id = a.resident_id
      where a.company_id = ${ctx.companyId} order by r.phone, a.channel`),
  );

const here = () => ({ communityId: at.company.communityId });
const monthBill = (month: string) =>
  at.desk.bill({ amountFen: 10_000n, month, dueOn: '2026-12-31', itemId: at.desk.waterItemId });
let keys = 0;
const pay = (person: TestResident, billId: string, place: contract.ClientPlace) => {
  keys += 1;
  return person.call(contract.startOwnPayment, {
    body: {
      ...here(),
      bills: [{ id: billId, expected: '100.00' }],
      expectedTotal: '100.00',
      channelKind: 'wechat',
      place,
      key: `in-wechat-${keys}`,
    },
  });
};
const parametersOf = ({ started }: Awaited<ReturnType<typeof pay>>) => {
  if (started.kind !== 'parameters') throw new Error(`started ${started.kind}`);
  return started.parameters;
};
const look = (person: TestResident, key: string) =>
  person.call(contract.getOwnPayment, { params: { key }, query: { asks: 'yes' } });

describe('the WeChat account of a resident', () => {
  it('is learnt silently by way of WeChat, comes back to the page, and is kept for messages of this company', async () => {
    const owner = await enter();
    expect(await knows(owner)).toBe(false);
    const { url } = await leave(owner, 'dues?from=home');
    const asked = new URL(url);
    expect(asked.searchParams.get('scope')).toBe('snsapi_base');
    expect(asked.hash).toBe('#wechat_redirect');
    const { code, state, back } = await comeBack(url, '崔');
    expect(back.pathname).toBe(`${contract.residentClientPath(at.company.id)}dues`);
    expect(back.searchParams.get('from')).toBe('home');
    await owner.call(contract.takeWechatCode, { body: { code, state } });
    expect(await knows(owner)).toBe(true);
    expect(await addresses()).toEqual([{ phone: ownerPhone, channel: 'wechat', address: openIdOf('崔') }]);
    const audit = await admin.call(contract.listAudit, { query: { action: 'resident.wechatBind' } });
    expect(audit.rows).toHaveLength(1);
  });

  it('is not taken with a state that was used, is over, or is of another session', async () => {
    const owner = await enter();
    const { code, state } = await comeBack((await leave(owner)).url, '崔');
    const body = { code, state };
    const stranger = await enter('13700008888');
    expect((await refusal(stranger.call(contract.takeWechatCode, { body }))).code).toBe('household.wechatState');
    const elsewhere = await enter();
    expect((await refusal(elsewhere.call(contract.takeWechatCode, { body }))).code).toBe('household.wechatState');
    await owner.call(contract.takeWechatCode, { body });
    expect((await refusal(owner.call(contract.takeWechatCode, { body }))).code).toBe('household.wechatState');
    const late = await comeBack((await leave(owner)).url, '崔');
    const now = server.clock.now();
    server.clock.set(now.add({ minutes: 11 }).toString());
    const tooLate = owner.call(contract.takeWechatCode, { body: { code: late.code, state: late.state } });
    expect((await refusal(tooLate)).code).toBe('household.wechatState');
    server.clock.set(now.toString());
  });

  it('is not learnt from a code that was used, was given for another application, or is made up', async () => {
    const owner = await enter();
    const first = await comeBack((await leave(owner)).url, '崔');
    await owner.call(contract.takeWechatCode, { body: { code: first.code, state: first.state } });
    const take = async (code: string) => {
      const { state } = await comeBack((await leave(owner)).url, '崔');
      return refusal(owner.call(contract.takeWechatCode, { body: { code, state } }));
    };
    expect(await take(first.code)).toMatchObject({ code: 'household.wechatCode', status: 422 });
    expect(await take(emulator.wechatIdentity.loginCode(miniProgram!.appId))).toMatchObject({
      code: 'household.wechatCode',
    });
    expect((await take('0123456789abcdef')).detail).toContain('微信没有确认您的身份');
    // The mini-program takes its own codes alone.
    const { code } = await comeBack((await leave(owner)).url, '崔');
    const wrong = owner.call(contract.takeMiniProgramCode, { body: { code } });
    expect((await refusal(wrong)).code).toBe('household.wechatCode');
    expect((await addresses()).map(({ channel }) => channel)).toEqual(['wechat']);
  });

  it('is asked for again later when WeChat gives no answer', async () => {
    const owner = await enter();
    const { code, state } = await comeBack((await leave(owner)).url, '崔');
    emulator.faults.plan('wechatIdentity', ['serverError']);
    const silent = await refusal(owner.call(contract.takeWechatCode, { body: { code, state } }));
    expect(silent).toMatchObject({ code: 'household.wechatSilent', status: 503 });
    expect(await knows(owner)).toBe(false);
    await bind(owner, '崔');
    expect(await knows(owner)).toBe(true);
  });

  it('leads nowhere but to the residents’ client of the company', async () => {
    const owner = await enter();
    const back = await comeBack((await leave(owner, 'collect/a-b.c_d')).url, '崔');
    expect(back.back.pathname).toBe(`${contract.residentClientPath(at.company.id)}collect/a-b.c_d`);
    for (const page of [
      '//evil.cn',
      'a/../b',
      'a..b',
      'a/.b',
      'https://evil.cn/',
      '../..',
      'a\\b',
      '?next=//evil.cn',
      '.evil.cn/',
    ])
      expect((await refusal(leave(owner, page))).code).toBe('request.invalid');
  });

  it('is whoever signed in there last: the one before gets no messages there any more', async () => {
    const [owner, tenant] = [await enter(), await enter(tenantPhone)];
    await bind(owner, '共用的手机');
    await bind(tenant, '共用的手机');
    expect(await addresses()).toEqual([{ phone: tenantPhone, channel: 'wechat', address: openIdOf('共用的手机') }]);
    // The owner is asked again, and may have another account by now.
    expect(await knows(owner)).toBe(false);
    await bind(owner, '崔');
    expect(await addresses()).toHaveLength(2);
    // A person with two accounts is not sent to WeChat by each of them in turn.
    const second = await enter();
    await bind(second, '崔的工作微信');
    expect([await knows(owner), await knows(second)]).toEqual([true, true]);
  });

  it('is forgotten with signing out and with another phone number', async () => {
    const owner = await enter();
    await bind(owner, '崔');
    await owner.call(contract.signOutResident);
    const left = async () => (await addresses()).filter((row) => row.phone !== tenantPhone);
    expect(await left()).toEqual([]);
    await bind(await enter(), '崔');
    expect(await left()).toHaveLength(1);
    const rename = (from: string, to: string) =>
      at.company.run((ctx) =>
        ctx.tx.run(sql`update resident set phone = ${to} where company_id = ${ctx.companyId} and phone = ${from}`),
      );
    await rename(ownerPhone, '13812340000');
    expect(await left()).toEqual([]);
    await rename('13812340000', ownerPhone);
  });

  it('of one company is not seen from another, not even with its state', async () => {
    const other = await server.company('别家物业');
    const theirs = await other.person('管理员');
    const neighbour = await enterAsResident(server, other.id, ownerPhone);
    expect(await neighbour.call(contract.getWechatIdentity, { query: { account: 'wechat' } })).toEqual({
      isOn: false,
      isKnown: false,
    });
    expect((await refusal(leave(neighbour))).code).toBe('household.wechatOff');
    await setUp(theirs, 'wechat');
    const owner = await enter();
    const { code, state } = await comeBack((await leave(owner)).url, '崔');
    const foreign = neighbour.call(contract.takeWechatCode, { body: { code, state } });
    expect((await refusal(foreign)).code).toBe('household.wechatState');
    // The same account at the same 公众号 is another resident's there.
    await bind(owner, '崔');
    expect(await knows(neighbour)).toBe(false);
  });
});

describe('paying inside WeChat', () => {
  it('is made out to the account of this session, opens in WeChat alone for that account, and is booked by the server’s own asking', async () => {
    const owner = await enter();
    const billId = await monthBill('2026-01');
    expect((await refusal(pay(owner, billId, 'wechat'))).code).toBe('household.wechatNeeded');
    await bind(owner, '崔');
    const opened = await pay(owner, billId, 'wechat');
    const parameters = parametersOf(opened);
    expect(parameters).toMatchObject({ appId: officialAccount!.appId, signType: 'RSA' });
    // The sheet was closed and opened again: the same order.
    expect((await pay(owner, billId, 'wechat')).orderId).toBe(opened.orderId);
    const byAnother = emulator.wechatPay.invoke(parameters, openIdOf('别人'));
    expect(byAnother.err_msg).toBe('get_brand_wcpay_request:fail');
    const changed = emulator.wechatPay.invoke({ ...parameters, package: 'prepay_id=wx1' }, openIdOf('崔'));
    expect(changed.err_desc).toContain('签名');
    expect((await look(owner, opened.orderId)).state).toBe('paying');
    expect(emulator.wechatPay.invoke(parameters, openIdOf('崔')).err_msg).toBe('get_brand_wcpay_request:ok');
    const paid = await look(owner, opened.orderId);
    expect(paid).toMatchObject({ state: 'paid', amount: '100.00' });
    expect(paid.receiptId).not.toBeNull();
    const order = await at.company.run((ctx) =>
      ctx.tx.first<{ way: string; open_id: string }>(
        sql`select way, open_id from payment_order where company_id = ${ctx.companyId} and id = ${opened.orderId}`,
      ),
    );
    // The openid is of no use any more.
    expect(order).toEqual({ way: 'jsapi', open_id: '' });
  });

  it('pays from the account of each session, not from that of the same person’s other phone', async () => {
    const [first, second] = [await enter(), await enter()];
    await bind(first, '崔');
    await bind(second, '崔的工作微信');
    const billId = await monthBill('2026-02');
    const [one, two] = [await pay(first, billId, 'wechat'), await pay(second, billId, 'wechat')];
    expect(two.orderId).not.toBe(one.orderId);
    const orderOf = ({ orderNo }: typeof one) => emulator.wechatPay.orders.get(orderNo)!.openId;
    expect([orderOf(one), orderOf(two)]).toEqual([openIdOf('崔'), openIdOf('崔的工作微信')]);
    emulator.wechatPay.invoke(parametersOf(two), openIdOf('崔的工作微信'));
    expect((await look(second, two.orderId)).state).toBe('paid');
  });

  it('pays in the mini-program with the code of its sign-in', async () => {
    const owner = await enter();
    const billId = await monthBill('2026-03');
    expect((await refusal(pay(owner, billId, 'miniProgram'))).code).toBe('household.wechatNeeded');
    emulator.wechatIdentity.be('崔');
    const code = emulator.wechatIdentity.loginCode(miniProgram!.appId);
    await owner.call(contract.takeMiniProgramCode, { body: { code } });
    const again = owner.call(contract.takeMiniProgramCode, { body: { code } });
    expect((await refusal(again)).detail).toContain('凭证已用过');
    expect(await knows(owner, 'miniProgram')).toBe(true);
    // Another openid than the 公众号's, for the same person.
    expect((await refusal(pay(owner, billId, 'wechat'))).code).toBe('household.wechatNeeded');
    const channel = channelInput();
    const settings = { ...channel.settings, miniProgramAppId: miniProgram!.appId };
    const { rows } = await at.accountant.call(contract.listPaymentChannels);
    const { applications, surplus } = rows[0]!;
    const body = { ...channel, applications, surplus, settings, secrets: {}, version: rows[0]!.version };
    const { kind: _kind, communityId: _community, ...update } = body;
    expect((await refusal(pay(owner, billId, 'miniProgram'))).code).toBe('household.wechatNeeded');
    await at.accountant.call(contract.updatePaymentChannel, { params: { id: at.channelId }, body: update });
    const opened = await pay(owner, billId, 'miniProgram');
    const openId = openIdOf('崔', miniProgram!);
    expect(parametersOf(opened).appId).toBe(miniProgram!.appId);
    expect(emulator.wechatPay.invoke(parametersOf(opened), openId).err_msg).toBe('get_brand_wcpay_request:ok');
    expect((await look(owner, opened.orderId)).state).toBe('paid');
  });

  it('offers in each place what opens there, and nothing in WeChat while its merchant is of another 公众号', async () => {
    const owner = await enter();
    const kinds = async (place: contract.ClientPlace) =>
      (await owner.call(contract.listOwnPaymentWays, { query: { ...here(), place } })).channels.map(({ kind }) => kind);
    expect(await kinds('browser')).toEqual(['wechat']);
    expect(await kinds('wechat')).toEqual(['wechat']);
    expect(await kinds('miniProgram')).toEqual(['wechat']);
    expect(await kinds('alipay')).toEqual([]);
    await setUp(admin, 'wechat', { appId: 'wxofanother' });
    expect(await kinds('wechat')).toEqual([]);
    await setUp(admin, 'wechat');
  });

  it('lets whoever was sent a link pay from their own WeChat, known to that browser for an hour', async () => {
    const owner = await enter();
    const billId = await monthBill('2026-04');
    const { path } = await owner.call(contract.sharePayment, { body: { ...here(), billIds: [billId] } });
    const token = path.split('/').at(-1)!;
    const post = (what: string, payload: object, cookie = '') =>
      server.app.inject({ method: 'POST', url: `/api/pay-links/${token}${what}`, payload, headers: { cookie } });
    const body = { expectedTotal: '100.00', channelKind: 'wechat', place: 'wechat', key: 'friend-attempt' };
    expect((await post('/payments', body)).json().code).toBe('household.wechatNeeded');
    const left = await post('/wechat', {});
    const cookie = String(left.headers['set-cookie']).split(';')[0]!;
    const { code, state, back } = await comeBack(left.json().url, '朋友');
    expect(back.pathname).toBe(path);
    // Another browser cannot bring it, nor a resident's session.
    expect((await post('/wechat/code', { code, state }, 'anlin_wechat=x')).json().code).toBe('household.wechatState');
    expect((await refusal(owner.call(contract.takeWechatCode, { body: { code, state } }))).code).toBe(
      'household.wechatState',
    );
    expect((await post('/wechat/code', { code, state }, cookie)).statusCode).toBe(200);
    expect((await post('/wechat', {}, cookie)).json()).toEqual({ url: null });
    const opened = (await post('/payments', body, cookie)).json();
    expect(emulator.wechatPay.orders.get(opened.orderNo)!.openId).toBe(openIdOf('朋友'));
    expect(emulator.wechatPay.invoke(opened.started.parameters, openIdOf('朋友')).err_msg).toContain('ok');
    const result = await server.app.inject({ url: `/api/pay-links/${token}/payments/friend-attempt?asks=yes` });
    expect(result.json()).toMatchObject({ state: 'paid' });
    // A friend's account is nobody's address.
    expect((await addresses()).map(({ address }) => address)).not.toContain(openIdOf('朋友'));
  });
});

describe('coming back in WeChat after the session ended', () => {
  const post = (what: string, payload: object, cookie = '') =>
    server.app.inject({ method: 'POST', url: `/api/resident/wechat/sign-in${what}`, payload, headers: { cookie } });
  const leaveToSignIn = async () => {
    const answer = await post('/authorisation', { companyId: at.company.id, page: '' });
    return { url: answer.json().url as string | null, cookie: String(answer.headers['set-cookie']).split(';')[0]! };
  };

  it('needs the phone again unless the company lets its 公众号 open the door', async () => {
    expect((await leaveToSignIn()).url).toBeNull();
  });

  it('lets in whoever signed in there before, for that browser alone, once, and nobody who signed out', async () => {
    await setUp(admin, 'wechat', { signsIn: 'on' });
    const owner = await enter();
    await bind(owner, '崔');
    const { url, cookie } = await leaveToSignIn();
    const { code, state } = await comeBack(url!, '崔');
    const body = { companyId: at.company.id, code, state };
    expect((await post('', body)).json().code).toBe('household.wechatState');
    expect((await post('', body, 'anlin_wechat=other')).json().code).toBe('household.wechatState');
    const entered = await post('', body, cookie);
    expect(entered.json()).toMatchObject({ resident: { name: '崔春涛' } });
    expect((await post('', body, cookie)).json().code).toBe('household.wechatState');
    const set = [entered.headers['set-cookie']].flat().map(String);
    const session = set.find((one) => one.startsWith('anlin_resident='))!.split(';')[0]!;
    const again = residentWith(server, session);
    // The new session pays from the same account at once.
    expect(await knows(again)).toBe(true);
    await again.call(contract.signOutResident);
    const next = await leaveToSignIn();
    const returned = await comeBack(next.url!, '崔');
    const refused = await post('', { ...body, code: returned.code, state: returned.state }, next.cookie);
    expect(refused.json().code).toBe('household.wechatUnknown');
    await setUp(admin, 'wechat');
  });
});

it('never says or logs an openid or a secret', async () => {
  const secrets = [
    ...['崔', '崔的工作微信', '朋友', '共用的手机'].flatMap((one) => [openIdOf(one), openIdOf(one, miniProgram!)]),
    officialAccount!.secret,
    miniProgram!.secret,
  ];
  expect(told.length).toBeGreaterThan(100);
  const text = told.join('\n');
  // The log was listened to.
  expect(text).toContain('"route":"/api/resident/wechat/code"');
  for (const one of secrets) expect(text).not.toContain(one);
  const audits = await asSystem(server.services, at.company.id, (ctx) =>
    ctx.tx.rows<{ text: string }>(
      sql`select audit_entry::text as text from audit_entry where company_id = ${ctx.companyId}`,
    ),
  );
  for (const { text: entry } of audits) for (const one of secrets) expect(entry).not.toContain(one);
});
