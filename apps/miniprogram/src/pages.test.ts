import { expect, test } from 'vitest';
import { configuration } from './config.ts';
import { problemsOf } from './configuration.ts';
import { oneAtATime } from './next-step.ts';
import { openSite } from './open-site.ts';
import { scanAddress } from './scan.ts';
import { askSubscription } from './subscribe.ts';
import { filledIn, stubWechat } from './wechat.fixture.ts';

const home = 'https://wuye.example.com/m/0a1b2c3d/';
const template = 'template_of_a_bill_01';
const ask = '019a0000-0000-7000-8000-000000000001';

test("opens the company's residents' client, with WeChat's sign-in code where there is one", async () => {
  expect(await openSite(stubWechat({ code: 'c0de+/' }).wechat, filledIn, {})).toEqual({
    address: `${home}?wxCode=c0de%2B%2F`,
  });
  expect(await openSite(stubWechat().wechat, filledIn, {})).toEqual({ address: home });
});

test.each([
  [{ to: encodeURIComponent('/m/0a1b2c3d/payments/1?wxPay=ok') }, `${home}payments/1?wxPay=ok`],
  [{ q: encodeURIComponent(`${home}houses`) }, `${home}houses`],
])('opens the page of the site that %j asks for', async (query, address) => {
  expect(await openSite(stubWechat().wechat, filledIn, query)).toEqual({ address });
});

test.each([undefined, 'ours'])(
  'never hands on a sign-in code that a scanned address brings (own code: %s)',
  async (code) => {
    const stub = stubWechat(code === undefined ? {} : { code });
    const q = encodeURIComponent(`${home}dues?wxCode=theirs&wx%43ode=theirs`);
    const own = code === undefined ? '' : `?wxCode=${code}`;
    expect(await openSite(stub.wechat, filledIn, { q })).toEqual({ address: `${home}dues${own}` });
  },
);

test.each([{ to: 'https%3A%2F%2Fevil.cn' }, { q: '%2F%2Fevil.cn' }, { to: '%E0%A4%A' }])(
  'does not open %j and asks for no sign-in code',
  async (query) => {
    const { wechat, asked } = stubWechat({ code: 'c' });
    expect(await openSite(wechat, filledIn, query)).toEqual({ sentence: '这个地址不是本物业的，不能打开。' });
    expect(asked('login')).toEqual([]);
  },
);

test('says what is not filled in yet, as it is before a company fills it in', async () => {
  expect(problemsOf(filledIn)).toEqual([]);
  expect(await openSite(stubWechat().wechat, configuration, {})).toEqual({
    sentence: '小程序还没有配置好：还没有填写站点地址（siteAddress）；还没有填写公司代码（companyCode）。',
  });
  const wrong = { siteAddress: 'http://wuye.example.com/', companyCode: 'ABC', appId: '' };
  expect(problemsOf(wrong)).toHaveLength(3);
  expect(problemsOf({ ...filledIn, siteAddress: 'http://127.0.0.1:3000' })).toEqual([]);
});

test.each([
  [`${home}houses`, { kind: 'go', path: '/m/0a1b2c3d/houses' }],
  ['https://evil.cn/', { kind: 'say', sentence: '这不是本物业的二维码，没有打开。' }],
  ['/m/0a1b2c3d/', { kind: 'say', sentence: '这不是本物业的二维码，没有打开。' }],
  [{ errMsg: 'scanCode:fail cancel' }, { kind: 'back' }],
  [{ errMsg: 'scanCode:fail no permission' }, { kind: 'say', sentence: '没有扫成：no permission' }],
])('scanned %j', async (scanned, step) => {
  expect(await scanAddress(stubWechat({ scanned }).wechat, filledIn)).toEqual(step);
});

test('asks for the notices that the site names, and tells which were accepted under the name of the question', async () => {
  const other = 'template_of_a_repair_1';
  const { wechat, asked } = stubWechat({ subscription: { [template]: 'reject', [other]: 'accept', errMsg: 'ok' } });
  const ids = `${template}%2C${other}`;
  const back = encodeURIComponent('/m/0a1b2c3d/reminders');
  expect(await askSubscription(wechat, filledIn, { ids, ask, back })).toEqual({
    kind: 'go',
    path: `/m/0a1b2c3d/reminders?wxAccepted=${other}&wxAsk=${ask}`,
  });
  expect(await askSubscription(wechat, filledIn, { ids: template, ask })).toEqual({
    kind: 'go',
    path: `/m/0a1b2c3d/?wxAccepted=&wxAsk=${ask}`,
  });
  expect(asked('requestSubscribeMessage').map(({ tmplIds }) => tmplIds)).toEqual([[template, other], [template]]);
});

test.each([
  [{ ids: 'a', ask }, '通知模板编号格式不对'],
  [{ ids: Array(4).fill(template).join(','), ask }, '一次最多开启 3 种通知'],
  [{ ids: template, ask, back: 'https://evil.cn' }, '返回地址不是本物业的'],
  [{ ids: template }, '请从“消息提醒”重新打开'],
  [{ ask }, '还没有设置通知模板'],
])('does not ask for notices with %j', async (query, sentence) => {
  const { wechat, asked } = stubWechat();
  expect(await askSubscription(wechat, filledIn, query)).toMatchObject({ sentence: expect.stringContaining(sentence) });
  expect(asked('requestSubscribeMessage')).toEqual([]);
});

test('a resident who switched notices off in WeChat is told where to switch them on', async () => {
  const subscription = { errCode: 20004, errMsg: 'requestSubscribeMessage:fail The main switch is switched off' };
  const step = await askSubscription(stubWechat({ subscription }).wechat, filledIn, { ids: template, ask });
  expect(step).toMatchObject({ sentence: expect.stringContaining('通知管理') });
});

test('the second of two taps does nothing, and a later one works again', async () => {
  let count = 0;
  const act = oneAtATime(async () => {
    count += 1;
    return { kind: 'back' };
  });
  expect(await Promise.all([act(), act()])).toEqual([{ kind: 'back' }, { kind: 'stay' }]);
  await act();
  expect(count).toBe(2);
});
