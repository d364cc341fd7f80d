import * as contract from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, emulatorAccounts, startEmulator } from '../../../../../tools/emulator/start-emulator.ts';
import { finishedTask } from '../../../test/finished-task.ts';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { addBuilding, addHouse } from '../charging/charging.fixture.ts';

let emulator: Emulator;
let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
const { appId, secret } = emulatorAccounts.wechat[0]!;
const wechat = () => emulator.officialAccount.of(appId);

beforeAll(async () => {
  emulator = await startEmulator();
  server = await startTestApp({ gateway: emulator.url });
  company = await server.company();
  admin = await company.person('管理员');
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});

const setChannel = (appSecret: string, version: number) =>
  admin.call(contract.saveChannel, {
    params: { channel: 'wechat' },
    body: { provider: 'wechat', isOn: true, settings: { appId }, secrets: { appSecret }, templates: {}, version },
  });
const dues: contract.MenuAction = { kind: 'function', function: 'dues' };
const menu: contract.OfficialMenuContent = [
  {
    name: '缴费',
    action: null,
    entries: [
      { name: '物业缴费', action: dues },
      { name: '缴费说明', action: { kind: 'url', url: 'https://wy.example.com/help?a=1' } },
      {
        name: '小程序',
        action: { kind: 'miniProgram', appId: 'wxminiprogram', pagePath: 'pages/index/index', url: '' },
      },
    ],
  },
  { name: '报修电话', action: { kind: 'keyword', keyword: '报修' }, entries: [] },
];
const readMenu = () => admin.call(contract.getOfficialMenu);
const saveMenu = async (draft: contract.OfficialMenuContent) => {
  const { version } = await readMenu();
  await admin.call(contract.saveOfficialMenu, { body: { menu: draft, version } });
  return version + 1;
};
const publish = (version: number) => admin.call(contract.publishOfficialMenu, { body: { version } });

describe('the binding', () => {
  it('is looked through point by point, from nothing to all good', async () => {
    const states = async () =>
      Object.fromEntries(
        (await admin.call(contract.testOfficialAccount)).checks.map(({ label, state }) => [label, state]),
      );
    expect(Object.values(await states()).filter((state) => state === 'good')).toEqual([]);
    await setChannel('wrong-secret', 0);
    const [keys] = (await admin.call(contract.testOfficialAccount)).checks;
    expect(keys).toMatchObject({ state: 'bad', text: 'AppSecret 不对，请到“消息渠道”重新填写（40001）' });
    await setChannel(secret, 1);
    const body = { name: '翠湖', originalId: '', siteUrl: 'https://wy.example.com', isOn: true, version: 0 };
    await admin.call(contract.saveOfficialAccount, {
      body: { ...body, mode: 'plain', token: 'AnlinToken1', encodingAesKey: '' },
    });
    expect(await states()).toEqual({
      'AppID 与 AppSecret': 'good',
      模板消息: 'good',
      'Token 与密钥': 'good',
      本系统的网址: 'good',
      服务器地址: 'bad',
      收到的消息: 'unknown',
    });
    emulator.faults.plan('wechat', ['serverError']);
    expect((await states())['AppID 与 AppSecret']).toBe('bad');
  });
});

describe('the menu', () => {
  it('is drafted, published and taken down; WeChat gets links to the pages of this company', async () => {
    await publish(await saveMenu(menu));
    const home = `https://wy.example.com/m/${company.id.slice(-8)}/`;
    expect(wechat().menu).toMatchObject({
      button: [
        {
          name: '缴费',
          sub_button: [
            { type: 'view', name: '物业缴费', url: `${home}dues` },
            { type: 'view', name: '缴费说明', url: 'https://wy.example.com/help?a=1' },
            { type: 'miniprogram', appid: 'wxminiprogram', pagepath: 'pages/index/index', url: home },
          ],
        },
        { type: 'click', name: '报修电话', key: '报修' },
      ],
    });
    const { history, draft } = await readMenu();
    expect(draft).toEqual(menu);
    expect(history.map((one) => [one.kind, one.menu])).toEqual([['publish', menu]]);
    await publish(await saveMenu([]));
    expect(wechat().menu).toBeNull();
  });

  it('is read back as it was published, and as somebody made it on WeChat’s own site', async () => {
    await publish(await saveMenu(menu));
    const version = await saveMenu([]);
    const read = await admin.call(contract.syncOfficialMenu, { body: { version } });
    expect(read).toEqual({ buttons: 2, leftOut: [] });
    const withHome = structuredClone(menu);
    const program = withHome[0]!.entries[2]!;
    program.action = {
      ...program.action,
      url: `https://wy.example.com/m/${company.id.slice(-8)}/`,
    } as contract.MenuAction;
    expect((await readMenu()).draft).toEqual(withHome);
    wechat().menu = null;
    wechat().siteMenu = [
      { name: '服务', sub_button: { list: [{ type: 'view', name: '官网', url: 'https://a.example.com/' }] } },
      { type: 'scancode_push', name: '扫码', key: 'scan' },
      { type: 'click', name: '客服', key: '客服' },
    ];
    const site = await admin.call(contract.syncOfficialMenu, { body: { version: version + 1 } });
    expect(site).toEqual({ buttons: 2, leftOut: ['扫码'] });
    wechat().siteMenu = [];
    const stale = admin.call(contract.syncOfficialMenu, { body: { version } });
    expect((await refusal(stale)).code).toBe('resource.changed');
  });

  it('that breaks WeChat’s rules is kept as a draft and not published; what WeChat says against it is told in Chinese', async () => {
    const broken: contract.OfficialMenuContent = [
      { name: '这个名字太长了', action: dues, entries: [] },
      { name: '好', action: null, entries: [{ name: '网址', action: { kind: 'url', url: 'http://a.example.com' } }] },
      { name: '无', action: null, entries: [] },
    ];
    expect(contract.menuProblems(broken).map((one) => [one.button, one.entry])).toEqual([
      [0, null],
      [1, 0],
      [2, null],
    ]);
    const version = await saveMenu(broken);
    expect((await refusal(publish(version))).detail).toContain('3 处不符合');
    const good = await saveMenu(menu);
    emulator.faults.plan('wechat', ['rateLimit']);
    expect((await refusal(publish(good))).detail).toBe('微信没有接受：今天调用微信的次数已用完，请明天再试（45009）');
    emulator.faults.plan('wechat', ['lost']);
    expect((await refusal(publish(good))).code).toBe('officialAccount.silent');
    // The first token is no longer known: a new one is fetched, and nobody notices.
    emulator.faults.plan('wechat', ['invalidToken']);
    await publish(good);
    expect((await refusal(publish(good - 1))).code).toBe('resource.changed');
    expect((await refusal(admin.call(contract.saveOfficialMenu, { body: { menu, version: 0 } }))).code).toBe(
      'resource.changed',
    );
  });
});

describe('a reply', () => {
  const body = (patch: object = {}) => ({
    moment: 'keyword' as const,
    keywords: [{ match: 'exact' as const, text: '电话' }],
    isOn: true,
    content: { kind: 'text' as const, text: '0755-88886666', links: [] as contract.ResidentFunction[] },
    ...patch,
  });
  const tried = (text: string | null) => admin.call(contract.tryOfficialReply, { body: { text } });

  it('is tried before anybody asks, changed, switched off and deleted', async () => {
    const { id } = await admin.call(contract.createOfficialReply, { body: body() });
    expect(await tried('电话')).toMatchObject({ replyId: id, moment: 'keyword', keyword: '电话' });
    expect(await tried('你好')).toMatchObject({ replyId: null, content: null });
    const { moment: _, ...off } = body({ isOn: false });
    await admin.call(contract.updateOfficialReply, { params: { id }, body: { ...off, version: 1 } });
    expect((await tried('电话')).replyId).toBeNull();
    const stale = admin.call(contract.updateOfficialReply, { params: { id }, body: { ...off, version: 1 } });
    expect((await refusal(stale)).code).toBe('resource.changed');
    const other = await (await server.company('别家')).person('管理员');
    expect((await refusal(other.call(contract.deleteOfficialReply, { params: { id } }))).code).toBe(
      'resource.notFound',
    );
    await admin.call(contract.deleteOfficialReply, { params: { id } });
    expect((await admin.call(contract.listOfficialReplies)).rows).toEqual([]);
  });

  it('of following is there once, needs no keyword, and none is longer than WeChat takes', async () => {
    const create = (patch: object) => admin.call(contract.createOfficialReply, { body: body(patch) });
    const { id } = await create({ moment: 'follow', keywords: [] });
    expect((await tried(null)).replyId).toBe(id);
    expect((await refusal(create({ moment: 'follow' }))).code).toBe('officialReply.taken');
    expect((await refusal(create({ keywords: [] }))).code).toBe('officialReply.noKeyword');
    const long = {
      kind: 'text',
      text: '长'.repeat(600),
      links: ['home', 'dues', 'houses', 'members', 'vehicles', 'profile'],
    };
    expect((await refusal(create({ content: long }))).code).toBe('officialReply.tooLong');
  });
});

describe('followers', () => {
  it('are read from WeChat page by page: new ones come in with their day, those gone are marked', async () => {
    const since = Date.parse('2025-05-01T04:00:00Z') / 1000;
    for (const name of ['A', 'B', 'C', 'D', 'E']) wechat().followers.set(`oSync${name}12345`, since);
    await server.startWorker();
    const sync = async () => {
      const { taskId } = await admin.call(contract.syncOfficialFollowers);
      const task = await finishedTask(admin, taskId);
      if (task.state !== 'done') throw new Error(task.error ?? 'failed');
      return task.result;
    };
    expect(await sync()).toMatchObject({ following: 5, added: 5, left: 0 });
    const first = await admin.call(contract.listOfficialFollowers, { query: { from: '2025-05-01', to: '2025-05-01' } });
    expect(first.total).toBe(5);
    wechat().followers.delete('oSyncC12345');
    server.clock.set('2026-03-10T02:05:00Z');
    expect(await sync()).toMatchObject({ following: 4, added: 0, left: 1 });
    const left = await admin.call(contract.listOfficialFollowers, { query: { state: 'left' } });
    expect(left.rows.map((one) => one.openIdMasked)).toEqual(['oSy****2345']);
  }, 120_000);

  it('show the resident they are bound to only to who sees the resident', async () => {
    await company.run(async (ctx) => {
      const buildingId = await addBuilding(ctx, company.communityId, '1幢');
      const houseId = await addHouse(ctx, {
        communityId: company.communityId,
        buildingId,
        number: '101',
        builtArea: '100',
      });
      const residentId = ctx.newId();
      const run = (text: string, values: unknown[]) => ctx.tx.client.query(text, values);
      await run(
        `insert into resident (company_id, id, name, pinyin, pinyin_initials, phone, created_at, updated_at) values ($1, $2, '王业主', 'wangyezhu', 'wyz', '13800001111', now(), now())`,
        [company.id, residentId],
      );
      await run(
        `insert into occupancy (company_id, id, community_id, house_id, resident_id, role, moved_in_on, created_at, updated_at)
         values ($1, $2, $3, $4, $5, 'owner', '2026-01-01', now(), now())`,
        [company.id, ctx.newId(), company.communityId, houseId, residentId],
      );
      await run(
        `insert into channel_address (company_id, id, resident_id, channel, address, created_at) values ($1, $2, $3, 'wechat', 'oSyncA12345', now())`,
        [company.id, ctx.newId(), residentId],
      );
    });
    const bound = async (person: TestPerson) =>
      (await person.call(contract.listOfficialFollowers, { query: { bound: 'yes' } })).rows;
    expect(await bound(admin)).toMatchObject([{ residentName: '王业主', communityNames: ['翠湖花园'], isBound: true }]);
    const near = await company.person('项目经理', [company.communityId]);
    expect(await bound(near)).toMatchObject([{ residentName: '王业主' }]);
    const far = await company.person('项目经理', [company.otherCommunityId]);
    expect(await bound(far)).toMatchObject([
      { residentName: null, residentId: null, communityNames: [], isBound: true },
    ]);
    expect(JSON.stringify(await bound(admin))).not.toContain('oSyncA12345');
    expect(await admin.call(contract.getOfficialAccount)).toMatchObject({ followers: 4, bound: 1 });
    const found = await admin.call(contract.listOfficialFollowers, { query: { q: '王业' } });
    expect(found.total).toBe(1);
  });
});

describe('templates', () => {
  const list = () => admin.call(contract.listOfficialTemplates, { query: {} });
  const map = async (kind: string, mapping: contract.TemplateMapping | null) =>
    admin.call(contract.saveOfficialTemplate, {
      params: { kind },
      query: {},
      body: { mapping, version: (await list()).version },
    });

  it('are read from WeChat, chosen for an event, and tried out on a follower', async () => {
    const before = await map('receipt.taken', { templateId: 'TPL-bill-paid-0002', fields: {} }).catch(() => 'refused');
    expect(before).toBe('refused');
    expect(await admin.call(contract.syncOfficialTemplates, { query: {} })).toEqual({ count: 2 });
    const { templates, events } = await list();
    expect(templates[0]).toMatchObject({
      title: '物业缴费通知',
      fields: [
        { field: 'thing1', label: '房屋地址' },
        { field: 'amount2', label: '缴费金额' },
        { field: 'time3', label: '缴费期限' },
      ],
    });
    expect(events.map((one) => one.kind)).toContain('bill.dunned');
    expect(events.map((one) => one.kind)).not.toContain('signIn.code');
    await map('bill.dunned', {
      templateId: templates[0]!.templateId,
      fields: { 房屋: 'thing1', 金额: 'amount2', 期限: 'time3' },
    });
    const [follower] = (await admin.call(contract.listOfficialFollowers, { query: { bound: 'yes' } })).rows;
    const test = (followerId: string, kind = 'bill.dunned') =>
      admin.call(contract.testOfficialTemplate, { params: { kind }, body: { followerId } });
    expect(await test(follower!.id)).toMatchObject({ isSent: true });
    expect(emulator.arrived.at(-1)).toMatchObject({
      provider: 'wechat',
      to: 'oSyncA12345',
      raw: { data: { thing1: { value: '1幢1单元101' }, amount2: { value: '275.80' }, time3: { value: '2026-12-31' } } },
    });
    const [gone] = (await admin.call(contract.listOfficialFollowers, { query: { state: 'left' } })).rows;
    expect((await refusal(test(gone!.id))).code).toBe('officialFollower.left');
    expect((await refusal(test(admin.staffId))).code).toBe('reference.notFound');
    expect((await refusal(test(follower!.id, 'receipt.taken'))).code).toBe('officialTemplate.notMapped');
    await map('bill.dunned', null);
    expect((await list()).mappings).toEqual({});
  });

  it('refuse an event no resident is told of, a template that is not there, and a field it has not', async () => {
    const code = async (kind: string, mapping: contract.TemplateMapping) => (await refusal(map(kind, mapping))).code;
    const templateId = 'TPL-bill-due-0001';
    expect(await code('task.finished', { templateId, fields: {} })).toBe('officialTemplate.unknownEvent');
    expect(await code('bill.dunned', { templateId: 'TPL-none', fields: {} })).toBe('officialTemplate.unknownTemplate');
    expect(await code('bill.dunned', { templateId, fields: { 金额: 'thing9' } })).toBe('officialTemplate.badFields');
  });

  it('say beforehand what WeChat would say of a value', () => {
    const fit = contract.fitTemplateValue;
    const fine = (value: string) => ({ value, problem: '', isBad: false });
    expect(fit('amount2', '275.80')).toEqual(fine('275.80'));
    expect(fit('amount2', '1,234,567.89元').value).toBe('1234567.89元');
    // A sum or a day is never cut: the beginning of it would be another one.
    for (const [field, value] of [
      ['amount2', '二百'],
      ['amount2', '123456789.50'],
      ['date3', '下个月'],
      ['car_number4', '粤A12345678'],
      ['thing1', ' '.repeat(3)],
    ] as const)
      expect(fit(field, value).isBad, value).toBe(field !== 'thing1');
    expect(fit('date3', '2026-12-31 15:01~16:00')).toEqual(fine('2026-12-31 15:01~16:00'));
    expect(fit('thing1', `一\n二\u0007${'字'.repeat(25)}`).value).toBe(`一 二 ${'字'.repeat(16)}`);
    expect(fit('thing1', '')).toEqual(fine('无'));
    expect(fit('character_string2', 'SJ-000001')).toEqual(fine('SJ-000001'));
    expect(fit('character_string2', '1幢1单元101室')).toMatchObject({ value: '1-1-101', isBad: false });
    expect(fit('character_string2', '收据').problem).toContain('不能有汉字');
    expect(fit('phrase1', '已通过（补）').value).toBe('已通过补');
    expect(fit('name1', '欧阳娜娜第二2').value).toBe('欧阳娜娜第二');
    expect(fit('first', '您好')).toEqual(fine('您好'));
  });
});
