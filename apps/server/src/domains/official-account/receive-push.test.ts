import * as contract from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emulatorAccounts } from '../../../../../tools/emulator/start-emulator.ts';
import {
  makePush,
  openAnswer,
  type PushSetting,
  pushXml,
  verifyUrl,
} from '../../../../../tools/emulator/wechat-push.ts';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { chooseReply, type ReplyRule } from './choose-reply.ts';
import { forgetPushes } from './forget-pushes.ts';
import { aesKeyOf, openMessage, sealMessage } from './push-crypto.ts';
import { readPushXml } from './push-xml.ts';

let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
let setting: PushSetting;
const encodingAesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const appId = emulatorAccounts.wechat[0]!.appId;
const original = 'gh_0123456789ab';

beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  admin = await company.person('管理员');
  await bind(admin);
  setting = settingOf(company);
  await admin.call(contract.createOfficialReply, {
    body: { moment: 'follow', keywords: [], isOn: true, content: { kind: 'text', text: '欢迎关注', links: ['dues'] } },
  });
  await admin.call(contract.createOfficialReply, {
    body: {
      moment: 'keyword',
      keywords: [
        { match: 'contains', text: '物业费' },
        { match: 'exact', text: '缴费' },
      ],
      isOn: true,
      content: {
        kind: 'card',
        title: '物业缴费',
        description: '点开缴费',
        pictureUrl: '',
        link: { kind: 'function', function: 'dues' },
      },
    },
  });
});
afterAll(() => server.stop());

const settingOf = ({ id }: TestCompany): PushSetting => ({
  url: `/api/official-account-callbacks/${id}`,
  token: 'AnlinToken1',
  appId,
  encodingAesKey,
  to: original,
});

async function bind(person: TestPerson): Promise<void> {
  await person.call(contract.saveChannel, {
    params: { channel: 'wechat' },
    body: {
      provider: 'wechat',
      isOn: true,
      settings: { appId },
      secrets: { appSecret: emulatorAccounts.wechat[0]!.secret },
      templates: {},
      version: 0,
    },
  });
  await person.call(contract.saveOfficialAccount, { body: { ...account, version: 0 } });
}

const account = {
  name: '翠湖物业',
  originalId: original,
  mode: 'aes' as const,
  siteUrl: 'https://wy.example.com/',
  isOn: true,
  token: 'AnlinToken1',
  encodingAesKey,
};

const seconds = () => Math.floor(server.clock.now().epochMilliseconds / 1000);
let numbers = 0;
const messageOf = (from: string, fields: Record<string, string | number>) => {
  numbers += 1;
  const own: Record<string, number> = 'Event' in fields ? {} : { MsgId: 1_000_000 + numbers };
  return pushXml({ ToUserName: original, FromUserName: from, CreateTime: seconds(), ...own, ...fields });
};
const text = (from: string, content: string) => messageOf(from, { MsgType: 'text', Content: content });
const event = (from: string, name: string, more: Record<string, string> = {}) =>
  messageOf(from, { MsgType: 'event', Event: name, ...more });

async function post({ url, body }: { url: string; body: string }, how = setting) {
  const response = await server.app.inject({
    method: 'POST',
    url,
    payload: body,
    headers: { 'content-type': 'text/xml' },
  });
  return { ...openAnswer(how, response.statusCode, response.body), type: String(response.headers['content-type']) };
}
const send = (xml: string) => post(makePush(setting, xml, seconds()));
const followers = async () => (await admin.call(contract.listOfficialFollowers, { query: {} })).rows;
const noted = async () => (await admin.call(contract.getOfficialAccount)).refusal;

describe('the address of message push', () => {
  it('proves itself to whoever knows the token, and to nobody else', async () => {
    const get = (url: string) => server.app.inject({ method: 'GET', url });
    const good = await get(verifyUrl(setting, seconds(), '7291583470123'));
    expect({ status: good.statusCode, body: good.body }).toEqual({ status: 200, body: '7291583470123' });
    expect(good.headers['content-type']).toContain('text/plain');
    expect((await admin.call(contract.getOfficialAccount)).verifiedAt).not.toBeNull();
    const wrong = [
      verifyUrl({ ...setting, token: 'Guessed' }, seconds(), '1'),
      verifyUrl(setting, seconds() - 301, '1'),
      verifyUrl(setting, seconds() + 301, '1'),
      verifyUrl(setting, seconds(), '<script>alert(1)</script>'),
      verifyUrl(setting, seconds(), '1').replace('nonce=1024', 'nonce=1025'),
      setting.url,
      verifyUrl({ ...setting, url: `/api/official-account-callbacks/${admin.staffId}` }, seconds(), '1'),
    ];
    const answers = await Promise.all(wrong.map(get));
    expect(answers.map((one) => [one.statusCode, one.json().code])).toEqual(
      wrong.map(() => [401, 'officialAccount.refused']),
    );
  });

  it('answers a follower in the safe mode, encrypted and signed, and remembers who follows', async () => {
    const welcome = await send(event('oFollower1', 'subscribe'));
    expect(welcome.status).toBe(200);
    expect(welcome.raw).not.toContain('欢迎');
    expect(welcome.message).toContain('<![CDATA[oFollower1]]>');
    expect(welcome.message).toContain(
      `欢迎关注\n<a href="https://wy.example.com/m/${company.id.slice(-8)}/dues">物业缴费</a>`,
    );
    const card = await send(text('oFollower1', '怎么交物业费？'));
    expect(card.message).toContain('<MsgType><![CDATA[news]]></MsgType>');
    expect(card.message).toContain('<Title><![CDATA[物业缴费]]></Title>');
    const touched = await send(event('oFollower1', 'CLICK', { EventKey: '缴费' }));
    expect(touched.message).toContain('<Title><![CDATA[物业缴费]]></Title>');
    expect((await send(text('oFollower1', '你好'))).raw).toBe('success');
    expect((await send(event('oFollower1', 'VIEW', { EventKey: 'https://wy.example.com' }))).raw).toBe('success');
    expect((await followers())[0]).toMatchObject({ openIdMasked: 'oFo****wer1', state: 'following', isBound: false });
  });

  it('marks who left, and an older event that comes late undoes nothing', async () => {
    await send(event('oLeaver', 'subscribe'));
    const early = makePush(
      setting,
      pushXml({
        ToUserName: original,
        FromUserName: 'oLeaver',
        CreateTime: seconds() - 60,
        MsgType: 'event',
        Event: 'subscribe',
      }),
      seconds(),
    );
    expect((await send(event('oLeaver', 'unsubscribe'))).raw).toBe('success');
    await post(early);
    expect((await followers()).find((one) => one.openIdMasked === maskOf('oLeaver'))).toMatchObject({ state: 'left' });
    await send(event('oLeaver', 'subscribe', { EventKey: 'again' }));
    expect((await followers()).find((one) => one.openIdMasked === maskOf('oLeaver'))).toMatchObject({
      state: 'following',
      leftAt: null,
    });
  });

  it('takes a message once however often it is repeated, answers alike, and forgets it after a day', async () => {
    const count = async () =>
      company.run(async (ctx) => (await ctx.tx.client.query('select count(*)::int as n from official_push')).rows[0].n);
    const xml = text('oRepeat', '物业费');
    const before = await count();
    const same = makePush(setting, xml, seconds());
    const answers = await Promise.all([post(same), post(same), send(xml), send(xml)]);
    expect(answers.map((one) => one.message.includes('物业缴费'))).toEqual([true, true, true, true]);
    expect(await count()).toBe(before + 1);
    server.clock.set('2026-03-11T03:00:00Z');
    expect((await post(same)).status).toBe(401);
    await forgetPushes(server.services, company.id);
    expect(await count()).toBe(0);
    server.clock.set('2026-03-10T02:00:00Z');
  });
});

const maskOf = (openId: string) => `${openId.slice(0, 3)}****${openId.slice(openId.length > 7 ? -4 : -1)}`;

describe('a stranger at the address of message push', () => {
  it('gets nowhere with another key, time, account, encryption or company, and is told nothing', async () => {
    const xml = text('oStranger', '物业费');
    const other = await server.company('别家物业');
    await bind(await other.person('管理员'));
    const pushes = [
      makePush({ ...setting, token: 'Guessed' }, xml, seconds()),
      makePush({ ...setting, encodingAesKey: encodingAesKey.toLowerCase() }, xml, seconds()),
      makePush({ ...setting, appId: 'wxanother' }, xml, seconds()),
      makePush(setting, xml, seconds() - 301),
      makePush(setting, xml, seconds() + 301),
      makePush(setting, xml.replace(original, 'gh_somebodyelse'), seconds()),
      makePush(setting, xml.replace(/<CreateTime>\d+/, `<CreateTime>${seconds() - 4000}`), seconds()),
      makePush({ ...setting, encodingAesKey: null }, xml, seconds()),
      makePush({ ...setting, url: `/api/official-account-callbacks/${admin.staffId}` }, xml, seconds()),
    ];
    const good = makePush(setting, xml, seconds());
    pushes.push({ ...good, body: good.body.replace(/Encrypt><!\[CDATA\[.{4}/, 'Encrypt><![CDATA[AAAA') });
    pushes.push({ ...good, url: good.url.replace(/nonce=\d+/, 'nonce=1') });
    pushes.push({ ...good, url: good.url.replace('&encrypt_type=aes', '') });
    const answers = await Promise.all(pushes.map((one) => post(one)));
    expect(answers.map((one) => one.status)).toEqual(pushes.map(() => 401));
    expect(new Set(answers.map((one) => JSON.parse(one.raw).code))).toEqual(new Set(['officialAccount.refused']));
    expect((await followers()).some((one) => one.openIdMasked === maskOf('oStranger'))).toBe(false);
    expect(await noted()).not.toBe('');
  });

  it('cannot write another company’s followers with its own token', async () => {
    const other = await server.company('第三家物业');
    const person = await other.person('管理员');
    await person.call(contract.saveChannel, {
      params: { channel: 'wechat' },
      body: {
        provider: 'wechat',
        isOn: true,
        settings: { appId },
        secrets: { appSecret: 'x' },
        templates: {},
        version: 0,
      },
    });
    await person.call(contract.saveOfficialAccount, { body: { ...account, token: 'OtherToken', version: 0 } });
    const theirs = { ...settingOf(other), token: 'OtherToken' };
    expect((await post(makePush(theirs, event('oTheirs', 'subscribe'), seconds()), theirs)).status).toBe(200);
    expect(
      (await post(makePush({ ...theirs, url: setting.url }, event('oTheirs', 'subscribe'), seconds()), theirs)).status,
    ).toBe(401);
    expect((await person.call(contract.listOfficialFollowers, { query: {} })).total).toBe(1);
    expect((await followers()).some((one) => one.openIdMasked === maskOf('oTheirs'))).toBe(false);
  });

  it('breaks nothing with bombs, other files, other documents and noise', async () => {
    const bombs = [
      '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>',
      '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Encrypt>&f;</Encrypt></xml>',
      '<xml><![CDATA[',
      '<xml><Encrypt>a</Encrypt>',
      `<xml>${'<a>'.repeat(3000)}</xml>`,
      `<xml><Encrypt>${'A'.repeat(20_000)}</Encrypt></xml>`,
      '<xml><__proto__><polluted>1</polluted></__proto__><Encrypt>x</Encrypt></xml>',
      '<html><Encrypt>x</Encrypt></html>',
      '<xml><?php evil() ?><Encrypt>x</Encrypt></xml>',
      '{"Encrypt":"x"}',
      '',
      '\u0000\uffff<xml>',
    ];
    for (const body of bombs) {
      const { url } = makePush(setting, '<xml></xml>', seconds());
      expect({ body: body.slice(0, 40), status: (await post({ url, body })).status }).toMatchObject({ status: 401 });
      // The same inside of the encryption, where only WeChat could put it.
      expect((await post(makePush(setting, body, seconds()))).status).toBe(401);
    }
    const tooLong = await post({ url: makePush(setting, '<xml></xml>', seconds()).url, body: 'x'.repeat(70_000) });
    expect(tooLong.status).toBe(413);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    // What a person writes may look like anything.
    const odd = await send(text('oFollower1', '<!DOCTYPE a> 物业费 ]]&gt; <b>'));
    expect(odd.message).toContain('物业缴费');
  });
});

describe('in the plain mode', () => {
  it('the signature of one message does not serve for another, and an encrypted one is refused', async () => {
    const shop = await server.company('明文物业');
    const person = await shop.person('管理员');
    await bind(person);
    await person.call(contract.saveOfficialAccount, {
      body: { ...account, mode: 'plain', token: '', encodingAesKey: '', version: 1 },
    });
    await person.call(contract.createOfficialReply, {
      body: {
        moment: 'default',
        keywords: [],
        isOn: true,
        content: { kind: 'text', text: '稍后回复您 ]]> 好', links: [] },
      },
    });
    const plain = { ...settingOf(shop), encodingAesKey: null };
    const first = makePush(plain, text('oPlain', '你好'), seconds());
    const answer = await post(first, plain);
    expect(answer.type).toContain('application/xml');
    expect(readPushXml(answer.message)?.get('Content')).toBe('稍后回复您 ]]> 好');
    expect((await post(first, plain)).message).toBe(answer.message);
    const forged = await post({ url: first.url, body: event('oVictim', 'unsubscribe') }, plain);
    expect(forged.status).toBe(401);
    expect((await person.call(contract.getOfficialAccount)).refusal).toContain('伪造');
    expect((await post(makePush(settingOf(shop), text('oPlain', '你好'), seconds()), plain)).status).toBe(401);
    expect((await person.call(contract.listOfficialFollowers, { query: {} })).total).toBe(1);
  });
});

describe('who may see and set the account', () => {
  it('gives secrets back to nobody, and refuses those without the right', async () => {
    const shown = JSON.stringify(await admin.call(contract.getOfficialAccount));
    expect(shown).not.toContain('AnlinToken1');
    expect(shown).not.toContain(encodingAesKey);
    const kept = await company.run(async (ctx) => (await ctx.tx.client.query('select * from official_account')).rows);
    expect(JSON.stringify(kept)).not.toContain(encodingAesKey);
    const manager = await company.person('项目经理');
    expect((await manager.call(contract.getOfficialAccount)).keptSecrets).toEqual(['token', 'encodingAesKey']);
    const saving = manager.call(contract.saveOfficialAccount, { body: { ...account, version: 1 } });
    expect((await refusal(saving)).code).toBe('permission.denied');
    const cashier = await company.person('收银员');
    expect((await refusal(cashier.call(contract.listOfficialFollowers, { query: {} }))).code).toBe('permission.denied');
    const audit = await company.run(async (ctx) =>
      JSON.stringify((await ctx.tx.client.query(`select * from audit_entry where action like 'official%'`)).rows),
    );
    expect(audit).toContain('officialAccount.save');
    expect(audit).not.toContain(encodingAesKey);
  });

  it('says what is wrong with a setting, and keeps two people from overwriting each other', async () => {
    const save = (patch: Partial<typeof account> & { version?: number }) =>
      refusal(admin.call(contract.saveOfficialAccount, { body: { ...account, version: 1, ...patch } }));
    expect((await save({ siteUrl: 'http://wy.example.com' })).detail).toContain('https');
    expect((await save({ siteUrl: 'https://wy.example.com/x' })).detail).toContain('不带路径');
    expect((await save({ token: '中文' })).detail).toContain('Token');
    expect((await save({ encodingAesKey: 'short' })).detail).toContain('43 位');
    expect((await save({ originalId: 'wx123' })).detail).toContain('gh_');
    expect((await save({ siteUrl: '' })).detail).toBe('启用前请填写“本系统的网址”');
    expect((await save({ version: 0 })).code).toBe('resource.changed');
  });
});

const rule = (id: string, keywords: ReplyRule['keywords'], moment: ReplyRule['moment'] = 'keyword'): ReplyRule => ({
  id,
  moment,
  keywords,
  content: { kind: 'text', text: id, links: [] },
});

describe('choosing a reply', () => {
  it('takes the whole text before a part of it, the longest part before a shorter one, and the default last', () => {
    const rules = [
      rule('费', [{ match: 'contains', text: '费' }]),
      rule('物业费', [{ match: 'contains', text: '物业费' }]),
      rule('全', [{ match: 'exact', text: 'ＡＢＣ 物业费' }]),
      rule('默认', [], 'default'),
      rule('关注', [], 'follow'),
    ];
    const chosen = (text: string) => chooseReply(rules, text)?.rule.id;
    expect(chosen('交费')).toBe('费');
    expect(chosen('我要交物业费')).toBe('物业费');
    expect(chosen(' abc  物业费 ')).toBe('全');
    expect(chosen('你好')).toBe('默认');
    expect(chooseReply(rules.slice(0, 3), '你好')).toBeUndefined();
  });

  it('never answers by a keyword that is not in the text', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string({ minLength: 1 }), { maxLength: 5 }), (said, words) => {
        const rules = words.map((text, index) => rule(String(index), [{ match: 'contains', text }]));
        const chosen = chooseReply(rules, said);
        const plain = (value: string) => value.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
        const fits = words.some((word) => plain(word) !== '' && plain(said).includes(plain(word)));
        expect(chosen !== undefined).toBe(fits);
      }),
    );
  });
});

describe('encryption', () => {
  const key = aesKeyOf(encodingAesKey)!;

  it('opens what it sealed, whatever was said, and nothing for another account', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.uint8Array({ minLength: 16, maxLength: 16 }), (said, random) => {
        const sealed = sealMessage(said, key, appId, Buffer.from(random));
        const written = Buffer.from(said).toString('utf8');
        expect(openMessage(sealed, key, appId)).toBe(written);
        expect(openMessage(sealed, key, 'wxother')).toBeNull();
      }),
    );
  });

  it('never throws over noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(openMessage(Buffer.from(noise).toString('base64'), key, appId)).toBeNull();
      }),
    );
    fc.assert(fc.property(fc.string(), (noise) => void readPushXml(noise)));
  });
});
