import {
  endOtherSessions,
  endStaffSessions,
  getDelivery,
  listDeliveries,
  listSessions,
  listStaffSessions,
  type Problem,
  saveChannel,
  saveSignInPolicy,
} from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, emulatorAccounts, startEmulator } from '../../../../../tools/emulator/start-emulator.ts';
import {
  refusal,
  signInAs,
  startTestApp,
  type TestApp,
  type TestCompany,
  type TestPerson,
} from '../../../test/test-app.ts';
import { createStaff } from '../company/create-company.ts';
import { sendMessages } from '../messages/send-messages.ts';
import { dispatchOutbox } from '../outbox/dispatch-outbox.ts';

let emulator: Emulator;
let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
let day = 10;

beforeAll(async () => {
  emulator = await startEmulator();
  server = await startTestApp({ gateway: emulator.url });
  company = await server.company();
  admin = await company.person('管理员');
  const { sms, wecom } = emulatorAccounts;
  const { secretId, secretKey, sdkAppId, signName } = sms;
  const codeTemplate = { 'signIn.code': { templateId: '1001', fields: { 验证码: '1', 有效分钟: '2' } } };
  await admin.call(saveChannel, {
    params: { channel: 'sms' },
    body: {
      provider: 'tencent',
      isOn: true,
      settings: { secretId, sdkAppId, signName, region: 'ap-guangzhou' },
      secrets: { secretKey },
      templates: codeTemplate,
      version: 0,
    },
  });
  await admin.call(saveChannel, {
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
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});
// A day of its own for each test: limits on codes are counted by the day.
beforeEach(() => {
  day += 1;
  server.clock.set(`2026-03-${day}T02:00:00Z`);
  emulator.arrived.length = 0;
});

let phones = 0;
async function clerk(): Promise<{ phone: string; staffId: string }> {
  phones += 1;
  const phone = `135${String(phones).padStart(8, '0')}`;
  const staffId = await company.run((ctx) =>
    createStaff(ctx, {
      name: `职员${phones}`,
      phone,
      password: 'anlin2026',
      position: '',
      groups: ['客服'],
      communityIds: '*',
    }),
  );
  return { phone, staffId };
}

let addresses = 0;
/** Every request comes from an address of its own: the limit of the address is not what is tested. */
async function post(url: string, payload: object, cookie?: string) {
  addresses += 1;
  return server.app.inject({
    method: 'POST',
    url,
    payload,
    headers: { 'x-forwarded-for': `10.0.${addresses >> 8}.${addresses & 255}`, ...(cookie ? { cookie } : {}) },
  });
}
const problemOf = (response: { json(): Problem }) => response.json();
const policy = (way: 'password' | 'passwordOrCode' | 'passwordAndCode', hasWecom = false) =>
  admin.call(saveSignInPolicy, { body: { way, hasWecom } });

/** The code as it arrived on the phone. */
async function codeFor(phone: string): Promise<string> {
  expect((await post('/api/session/code', { phone })).statusCode).toBe(200);
  await company.run(dispatchOutbox);
  await sendMessages(server.services, company.id);
  return /】(\d{6})是/.exec(emulator.arrived.findLast((one) => one.to === `+86${phone}`)?.text ?? '')?.[1] ?? '';
}

describe('a code by SMS', () => {
  it('lets a person in once, and neither the database nor the log knows it', async () => {
    await policy('passwordOrCode');
    const { phone } = await clerk();
    const code = await codeFor(phone);
    expect(code).toMatch(/^\d{6}$/);
    const { rows } = await admin.call(listDeliveries, { query: { eventKind: 'signIn.code' } });
    const log = await admin.call(getDelivery, { params: { id: rows[0]!.id } });
    expect(JSON.stringify([rows, log])).not.toContain(code);
    const stored = await server.services.ownerPool.query(
      'select (select json_agg(d)::text from message_delivery d) || (select json_agg(e)::text from outbox_event e) || (select json_agg(c)::text from sign_in_code c) as text',
    );
    expect(stored.rows[0].text).not.toContain(`"${code}"`);
    const entered = await post('/api/session/by-code', { phone, code });
    expect(entered.statusCode).toBe(200);
    expect(problemOf(await post('/api/session/by-code', { phone, code })).code).toBe('signIn.codeWrong');
  });

  it('is over after five minutes, and after five wrong tries', async () => {
    await policy('passwordOrCode');
    const { phone } = await clerk();
    const late = await codeFor(phone);
    server.clock.set(server.clock.now().add({ minutes: 5 }).toString());
    expect(problemOf(await post('/api/session/by-code', { phone, code: late })).code).toBe('signIn.codeWrong');
    const code = await codeFor(phone);
    const wrong = code === '000000' ? '000001' : '000000';
    await Promise.all([1, 2, 3, 4, 5].map(() => post('/api/session/by-code', { phone, code: wrong })));
    expect(problemOf(await post('/api/session/by-code', { phone, code })).code).toBe('signIn.codeWrong');
  });

  it('answers the same for a phone nobody has, and sends nothing', async () => {
    await policy('passwordOrCode');
    const { phone } = await clerk();
    const known = await post('/api/session/code', { phone });
    const unknown = await post('/api/session/code', { phone: '13100000000' });
    expect([unknown.statusCode, unknown.body]).toEqual([known.statusCode, known.body]);
    const again = [
      await post('/api/session/code', { phone }),
      await post('/api/session/code', { phone: '13100000000' }),
    ];
    const [left, right] = again.map((one) => problemOf(one));
    expect([left!.code, left!.detail]).toEqual(['signIn.codeTooOften', '验证码获取太频繁，请 60 秒后再试']);
    expect([right!.code, right!.detail]).toEqual([left!.code, left!.detail]);
  });

  it('is sent at most five times an hour to one phone, and twenty from one address', async () => {
    await policy('passwordOrCode');
    const { phone } = await clerk();
    for (let count = 0; count < 5; count += 1) {
      expect((await post('/api/session/code', { phone })).statusCode).toBe(200);
      server.clock.set(server.clock.now().add({ seconds: 61 }).toString());
    }
    expect(problemOf(await post('/api/session/code', { phone })).code).toBe('signIn.codeTooOften');
    const fromOne = (number: number) =>
      server.app.inject({
        method: 'POST',
        url: '/api/session/code',
        payload: { phone: `132000000${number + 10}` },
        headers: { 'x-forwarded-for': '10.9.9.9' },
      });
    const answers = [];
    for (let count = 0; count < 21; count += 1) answers.push((await fromOne(count)).statusCode);
    expect(answers.filter((status) => status === 200)).toHaveLength(20);
    expect(answers.at(-1)).toBe(429);
  });

  it('does not open a company that wants passwords, and is wanted besides the password by one that wants both', async () => {
    const { phone } = await clerk();
    await policy('passwordAndCode');
    const alone = await post('/api/session', { phone, password: 'anlin2026' });
    expect(problemOf(alone).code).toBe('signIn.codeRequired');
    expect(alone.headers['set-cookie']).toBeUndefined();
    const code = await codeFor(phone);
    expect(problemOf(await post('/api/session/by-code', { phone, code })).code).toBe('signIn.codeOff');
    server.clock.set(server.clock.now().add({ seconds: 61 }).toString());
    const second = await codeFor(phone);
    expect(problemOf(await post('/api/session', { phone, password: 'wrong-one-1', code: second })).code).toBe(
      'signIn.wrong',
    );
    expect((await post('/api/session', { phone, password: 'anlin2026', code: second })).statusCode).toBe(200);
    await policy('password');
    server.clock.set(server.clock.now().add({ minutes: 2 }).toString());
    expect(await codeFor(phone)).toBe(second);
  });
});

describe('a code that came through one company’s channel', () => {
  const password = 'anlin2026';
  /** A company of somebody else’s, with a channel of its own whose messages it reads. */
  async function otherCompany(name: string): Promise<{ other: TestCompany; setPolicy: typeof policy }> {
    const other = await server.company(name);
    const boss = await other.person('管理员');
    const { secretId, secretKey, sdkAppId, signName } = emulatorAccounts.sms;
    await boss.call(saveChannel, {
      params: { channel: 'sms' },
      body: {
        provider: 'tencent',
        isOn: true,
        settings: { secretId, sdkAppId, signName, region: 'ap-guangzhou' },
        secrets: { secretKey },
        templates: { 'signIn.code': { templateId: '1001', fields: { 验证码: '1', 有效分钟: '2' } } },
        version: 0,
      },
    });
    return {
      other,
      setPolicy: (way, hasWecom = false) => boss.call(saveSignInPolicy, { body: { way, hasWecom } }),
    };
  }
  const employ = (at: TestCompany, phone: string) =>
    at.run((ctx) =>
      createStaff(ctx, { name: '兼职会计', phone, password, position: '', groups: ['客服'], communityIds: '*' }),
    );
  /** One request; the codes as each company's channel carried them. */
  async function codesFor(phone: string, companies: readonly TestCompany[]): Promise<string[]> {
    emulator.arrived.length = 0;
    expect((await post('/api/session/code', { phone })).statusCode).toBe(200);
    for (const one of companies) {
      await one.run(dispatchOutbox);
      await sendMessages(server.services, one.id);
    }
    return emulator.arrived
      .filter((one) => one.to === `+86${phone}`)
      .map((one) => /】(\d{6})是/.exec(one.text)?.[1] ?? '');
  }
  const cookieOf = (response: Awaited<ReturnType<typeof post>>) =>
    String(response.headers['set-cookie'] ?? '').split(';')[0] ?? '';
  const switchTo = (cookie: string, companyId: string) => post('/api/session/company', { companyId }, cookie);

  it('opens that company and never another one of the same person, at signing in and at switching', async () => {
    const { other: hostile, setPolicy } = await otherCompany('窥信物业');
    await policy('passwordOrCode');
    await setPolicy('passwordOrCode');
    const phone = '13900007001';
    await employ(company, phone);
    // Whoever keeps a company of their own enters somebody's phone there, and reads what its channel sends.
    await employ(hostile, phone);
    const codes = await codesFor(phone, [company, hostile]);
    expect(codes).toHaveLength(2);
    const [own, read] = codes as [string, string];
    expect(own).not.toBe(read);
    const entered = await post('/api/session/by-code', { phone, code: read });
    expect(entered.statusCode).toBe(200);
    expect(entered.json().company.id).toBe(hostile.id);
    const refused = await switchTo(cookieOf(entered), company.id);
    expect([refused.statusCode, problemOf(refused).code]).toEqual([403, 'session.companyRefused']);
    // The code of the company itself opens it; it is spent with the other one.
    expect(problemOf(await post('/api/session/by-code', { phone, code: own })).code).toBe('signIn.codeWrong');
    server.clock.set(server.clock.now().add({ seconds: 61 }).toString());
    const [again] = await codesFor(phone, [company, hostile]);
    const home = await post('/api/session/by-code', { phone, code: again });
    expect(home.json().company.id).toBe(company.id);
    expect((await switchTo(cookieOf(home), hostile.id)).statusCode).toBe(403);
  });

  it('does not count as the second proof where another company wants a password and a code', async () => {
    const { other: hostile, setPolicy } = await otherCompany('窥信二号');
    await policy('passwordAndCode');
    await setPolicy('passwordOrCode');
    const phone = '13900007002';
    await employ(company, phone);
    await employ(hostile, phone);
    const [own, read] = (await codesFor(phone, [company, hostile])) as [string, string];
    expect([own, read]).toEqual([expect.stringMatching(/^\d{6}$/), expect.stringMatching(/^\d{6}$/)]);
    const entered = await post('/api/session', { phone, password, code: read });
    expect(entered.json().company.id).toBe(hostile.id);
    expect((await switchTo(cookieOf(entered), company.id)).statusCode).toBe(403);
    server.clock.set(server.clock.now().add({ seconds: 61 }).toString());
    const [fresh] = (await codesFor(phone, [company, hostile])) as [string, string];
    const home = await post('/api/session', { phone, password, code: fresh });
    expect(home.json().company.id).toBe(company.id);
    // The password alone is enough for the other one.
    expect((await switchTo(cookieOf(home), hostile.id)).statusCode).toBe(200);
    await policy('password');
  });
});

const startWecom = async (companyId = company.id) => {
  const response = await post('/api/session/wecom/start', { companyId, isInWecom: false });
  const cookie = String(response.headers['set-cookie'] ?? '').split(';')[0] ?? '';
  return { response, cookie, url: response.json<{ url: string }>().url };
};
/** What the browser brings back after the person chose their name on WeCom's page. */
const chooseInWecom = async (url: string, name: string) => {
  const page = await (await fetch(url)).text();
  const link = new RegExp(`href="([^"]+)">${name}<`).exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const query = new URL(link).searchParams;
  return { code: query.get('code') ?? '', state: query.get('state') ?? '' };
};

describe('signing in by WeCom', () => {
  it('knows the person by the WeCom account, takes a code once, and only from the browser that began', async () => {
    await policy('password', true);
    const { staffId } = await clerk();
    await server.services.ownerPool.query(`update staff set wecom_user_id = 'lina' where id = $1`, [staffId]);
    const { url, cookie } = await startWecom();
    const back = await chooseInWecom(url, '李娜');
    expect(problemOf(await post('/api/session/wecom', back)).code).toBe('signIn.wecomState');
    const entered = await post('/api/session/wecom', back, cookie);
    expect(entered.json().staff.id).toBe(staffId);
    expect(problemOf(await post('/api/session/wecom', back, cookie)).code).toBe('signIn.wecomCode');
  });

  it('tells an unknown person whom to ask, refuses an old state, and is closed where it is not switched on', async () => {
    await policy('password', true);
    const { url, cookie } = await startWecom();
    const unknown = problemOf(await post('/api/session/wecom', await chooseInWecom(url, '未登记员工'), cookie));
    expect(unknown.detail).toContain('企业微信账号 stranger 还没有对应的员工');
    const back = await chooseInWecom(url, '李娜');
    server.clock.set(server.clock.now().add({ minutes: 11 }).toString());
    expect(problemOf(await post('/api/session/wecom', back, cookie)).code).toBe('signIn.wecomState');
    await policy('password', false);
    expect(problemOf((await startWecom()).response).code).toBe('signIn.wecomOff');
  });
});

describe('a person who may not sign in on a PC', () => {
  it('is refused there by every way, and comes in on the phone', async () => {
    await policy('passwordOrCode', true);
    const { phone, staffId } = await clerk();
    await server.services.ownerPool.query(
      `update staff set wecom_user_id = case when id = $1 then 'lina' end, may_sign_in_pc = id <> $1 where id = $1 or wecom_user_id = 'lina'`,
      [staffId],
    );
    const wrong = await post('/api/session', { phone, password: 'anlin2026' });
    expect(problemOf(wrong).code).toBe('signIn.clientRefused');
    const code = await codeFor(phone);
    expect(problemOf(await post('/api/session/by-code', { phone, code })).code).toBe('signIn.clientRefused');
    const { url, cookie } = await startWecom();
    const refused = await post('/api/session/wecom', await chooseInWecom(url, '李娜'), cookie);
    expect(problemOf(refused).code).toBe('signIn.clientRefused');
    server.clock.set(server.clock.now().add({ minutes: 2 }).toString());
    const onPhone = { phone, code: await codeFor(phone), client: 'phone' };
    expect((await post('/api/session/by-code', onPhone)).statusCode).toBe(200);
    const { rows } = await server.services.ownerPool.query('select client from session where staff_id = $1', [staffId]);
    expect(rows).toEqual([{ client: 'phone' }]);
  });
});

describe('sessions', () => {
  it('change at every sign-in, and the old one of the same browser ends', async () => {
    await policy('password');
    const { phone } = await clerk();
    const person = await signInAs(server.app, phone, 'anlin2026');
    const again = await post('/api/session', { phone, password: 'anlin2026' }, person.cookie);
    expect(again.statusCode).toBe(200);
    expect((await refusal(person.call(listSessions))).code).toBe('session.expired');
  });

  it('are ended by their owner all at once, and by the administrator for a member of the staff', async () => {
    const { phone, staffId } = await clerk();
    const [one, two] = [await signInAs(server.app, phone, 'anlin2026'), await signInAs(server.app, phone, 'anlin2026')];
    expect(await two.call(endOtherSessions)).toEqual({ ended: 1 });
    expect((await refusal(one.call(listSessions))).code).toBe('session.expired');
    const { rows } = await admin.call(listStaffSessions, { query: {} });
    expect(rows.map((row) => row.staffId)).toContain(staffId);
    expect(await admin.call(endStaffSessions, { params: { id: staffId } })).toEqual({ ended: 1 });
    expect((await refusal(two.call(listSessions))).code).toBe('session.expired');
    const stranger = await (await server.company('别家物业')).person('管理员');
    expect((await refusal(stranger.call(endStaffSessions, { params: { id: staffId } }))).status).toBe(404);
  });

  it('a way of signing in that nobody could use cannot be switched on', async () => {
    const other = await (await server.company('新公司')).person('管理员');
    const refused = await refusal(other.call(saveSignInPolicy, { body: { way: 'passwordAndCode', hasWecom: false } }));
    expect(refused.detail).toBe('请先在“消息渠道”中设置并启用短信，再开通这种登录方式');
  });
});
