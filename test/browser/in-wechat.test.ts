import type { Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { configuration } from '../../apps/miniprogram/src/config.ts';
import { createPayer } from '../../apps/miniprogram/src/pay.ts';
import { wechatSettings } from '../../apps/server/src/domains/payments/payments.fixture.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { emulatorAccounts } from '../../tools/emulator/start-emulator.ts';
import { makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';
import { phoneScreen, signInOnPhone, switchOnSms } from './harness/phone.ts';

const scene = openScene();
const ownerPhone = '13812345678';
const phone = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile Safari/537.36 MicroMessenger/8.0.50';
const [officialAccount, miniProgram] = emulatorAccounts.wechat;

/** What a phone does of itself inside WeChat, at the emulator. */
async function onPhone<Reply>(action: 'login' | 'pay' | 'agree', body: object): Promise<Reply> {
  const url = `${inject('product').emulator}/_emulator/wechat-phone/${action}`;
  return (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).json() as Promise<Reply>;
}

/** WeChat's browser has a bridge of its own; the first payment of this phone is given up, as WeChat says it. */
async function injectBridge(page: Page): Promise<void> {
  let count = 0;
  await page.exposeFunction('phonePays', async (parameters: object) => {
    count += 1;
    return count === 1 ? { err_msg: 'get_brand_wcpay_request:cancel' } : onPhone('pay', parameters);
  });
  await page.addInitScript(() => {
    const pays = (parameters: object) =>
      (window as unknown as { phonePays: (given: object) => Promise<object> }).phonePays(parameters);
    Object.assign(window, {
      WeixinJSBridge: {
        invoke: (name: string, parameters: object, reply: (answer: object) => void) =>
          name === 'getBrandWCPayRequest' && void pays(parameters).then(reply),
      },
    });
  });
}

/** WeChat's script, of which the page uses only that it opens pages of the mini-program around it. */
const script = `window.wx = { miniProgram: { navigateTo: ({ url, success }) => { window.openedPage(url); success(); }, reLaunch() {} } };`;

scene.test(
  'a resident in WeChat signs in, pays in WeChat, and in the mini-program by its own page; a stranger pays by a code there',
  async ({ open, signIn }) => {
    const company = await makeCompany(scene.services(), '微信缴费物业');
    const { communityId } = await makeBilledHouses(company, 1);
    await switchOnSms(company);
    const office = await signIn(await company.person('管理员'), '/');
    const { request } = office.page;
    for (const [channel, account] of [
      ['wechat', officialAccount!],
      ['miniProgram', miniProgram!],
    ] as const) {
      const data = {
        provider: channel,
        isOn: true,
        settings: { appId: account.appId },
        secrets: { appSecret: account.secret },
        templates: {},
        version: 0,
      };
      expect((await request.put(`/api/message-channels/${channel}`, { data })).status()).toBe(200);
    }
    // The mini-program tells of deductions; a template of WeChat's stands for them.
    const templates = '/api/official-account/templates';
    expect((await request.post(`${templates}/sync?account=miniProgram`)).status()).toBe(200);
    const { version } = await (await request.get(`${templates}?account=miniProgram`)).json();
    const mapping = { templateId: 'MINI-deduct-0000002', fields: { 房屋: 'thing1', 扣款日: 'date2', 金额: 'amount3' } };
    const mapped = await request.put(`${templates}/deduction.planned?account=miniProgram`, {
      data: { mapping, version },
    });
    expect(mapped.status()).toBe(200);
    const { url } = inject('product');
    const settings = { ...wechatSettings.settings, siteUrl: url, miniProgramAppId: miniProgram!.appId };
    const data = {
      ...wechatSettings,
      settings,
      communityId: null,
      applications: ['fees'],
      surplus: 'prepaid',
      isOn: true,
    };
    expect((await request.post('/api/payment-channels', { data })).status()).toBe(200);
    const home = `/m/${company.id.slice(-8)}`;

    const { page, context } = await open('about:blank', { viewport: phoneScreen, userAgent: phone });
    await injectBridge(page);
    const addresses: string[] = [];
    page.on('framenavigated', (frame) => addresses.push(frame.url()));
    await page.goto(`${home}/dues`);
    await signInOnPhone(page, scene, company, ownerPhone);
    // To WeChat and back, without a word, and nothing of it left in the address.
    await expect.poll(() => addresses.some((one) => one.includes('code=')), { timeout: 120_000 }).toBe(true);
    await page.waitForURL((url) => url.pathname.endsWith('/dues') && url.search === '');
    await page.getByRole('button', { name: '去支付' }).click();
    const sheet = page.getByRole('dialog', { name: '确认支付' });
    await sheet.getByRole('button', { name: '立即支付' }).click();
    await sheet.getByText('还没有付款，可以再付一次').waitFor();
    await sheet.getByRole('button', { name: '立即支付' }).click();
    await page.getByRole('heading', { name: '支付成功' }).waitFor();
    await page.getByRole('link', { name: '看收据' }).click();
    await page.getByText('贰佰柒拾伍元捌角整').waitFor();

    // Somebody nobody knows scans the code in the lobby.
    const asked = { communityId, name: '大堂', purpose: 'held', chargeItemId: null, isRemarkRequired: false };
    const made = await request.post('/api/collection-codes', { data: asked });
    expect(made.status()).toBe(200);
    const sheets = await request.post('/api/collection-codes/sheets', { data: { ids: [(await made.json()).id] } });
    const { page: stranger } = await open('about:blank', { viewport: phoneScreen, userAgent: phone });
    await injectBridge(stranger);
    await stranger.goto((await sheets.json()).rows[0].path);
    await stranger.getByRole('button', { name: '不登录，直接付款' }).click();
    await stranger.waitForURL((address) => address.search === '');
    await stranger.getByRole('textbox', { name: '金额' }).fill('30');
    await stranger.getByRole('button', { name: '支付', exact: true }).click();
    await stranger.getByText('还没有付款，可以再付一次').waitFor();
    await stranger.getByRole('button', { name: '支付', exact: true }).click();
    await stranger.getByRole('heading', { name: '支付成功' }).waitFor();

    const { code } = await onPhone<{ code: string }>('login', { appId: miniProgram!.appId });
    const visit = await open('about:blank', { viewport: phoneScreen, userAgent: `${phone} miniProgram` });
    // A second code within the minute is refused: they signed in here before.
    await visit.context.addCookies(await context.cookies());
    const inside = visit.page;
    let opened = '';
    await inside.exposeFunction('openedPage', (address: string) => {
      opened = address;
    });
    await inside.route('https://res.wx.qq.com/**', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: script }),
    );
    await inside.goto(`${home}/prepaid?wxCode=${code}`);
    await inside.waitForURL((address) => !address.href.includes('wxCode'));
    await inside.getByRole('button', { name: /存入/ }).first().click();
    await inside.getByText('¥200').click();
    await inside.getByRole('button', { name: '立即支付' }).click();
    await expect.poll(() => opened, { timeout: 120_000 }).toContain('/pages/pay/pay?');
    // The mini-program's own page takes it from here, and leads back to the result.
    const pay = createPayer(
      {
        requestPayment: ({ success, fail, ...parameters }) =>
          void onPhone<{ err_msg: string }>('pay', { ...parameters, appId: miniProgram!.appId }).then((reply) =>
            reply.err_msg.endsWith(':ok') ? success() : fail({ errMsg: reply.err_msg }),
          ),
        showModal: ({ content }) => {
          throw new Error(content);
        },
        requestSubscribeMessage: ({ tmplIds, success }) =>
          void Promise.all(
            tmplIds.map((templateId) => onPhone<object>('agree', { appId: miniProgram!.appId, templateId })),
          ).then((replies) => success(Object.assign({}, ...replies))),
      },
      { ...configuration, siteAddress: url, companyCode: company.id.slice(-8), appId: miniProgram!.appId },
    );
    const step = await pay(
      Object.fromEntries(
        [...new URL(opened, url).searchParams].map(([name, value]) => [name, encodeURIComponent(value)]),
      ),
    );
    if (step.kind !== 'go') throw new Error(JSON.stringify(step));
    await inside.goto(step.path);
    await inside.getByRole('heading', { name: '支付成功' }).waitFor();
    await inside.waitForURL((address) => !address.href.includes('wxPay'));
    // WeChat asked right after the payment whether messages may come; the page of reminders knows the answer.
    await inside.getByText('已开启，有新消息时微信提醒您一次').waitFor();
    await inside.getByRole('link', { name: '我的' }).click();
    await inside.getByRole('link', { name: '消息提醒' }).click();
    await inside.getByText('还能收到 1 条').waitFor();
    await inside.getByRole('checkbox', { name: '扣款提醒' }).check();
    await inside.getByRole('button', { name: '开启提醒' }).click();
    await expect
      .poll(() => opened, { timeout: 60_000 })
      .toContain('/pages/subscribe/subscribe?ids=MINI-deduct-0000002&ask=');

    const books = await company.run((ctx) =>
      ctx.tx.rows<{ way: string; state: string; open_id: string }>(
        sql`select way, state, open_id from payment_order where company_id = ${ctx.companyId} and state = 'paid'
          order by way, amount_fen`,
      ),
    );
    expect(books).toEqual([
      { way: 'jsapi', state: 'paid', open_id: '' },
      { way: 'jsapi', state: 'paid', open_id: '' },
      { way: 'miniProgram', state: 'paid', open_id: '' },
    ]);
  },
  120_000,
);
