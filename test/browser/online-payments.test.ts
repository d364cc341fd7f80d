import type { Page } from 'playwright-core';
import { describe, expect, inject } from 'vitest';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { emulatorAccounts } from '../../tools/emulator/start-emulator.ts';
import { makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();
const { emulator, url } = inject('product');
const { wechatPay } = emulatorAccounts;

async function setUpChannel(page: Page): Promise<void> {
  await page.getByRole('button', { name: '新增' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('名称').fill('微信支付');
  await drawer.getByLabel('商户号').fill(wechatPay.merchantId);
  await drawer.getByLabel('公众号或小程序 AppID').fill(wechatPay.appId);
  await drawer.getByLabel('商户证书序列号').fill(wechatPay.serialNo);
  await drawer.getByLabel('公钥 ID').fill(wechatPay.publicKeyId);
  await drawer.getByLabel('微信支付公钥').fill(wechatPay.publicKey);
  await drawer.getByLabel('商户私钥').fill(wechatPay.privateKey);
  await drawer.getByLabel('APIv3 密钥').fill(wechatPay.apiV3Key);
  await drawer.getByLabel('本系统的网址').fill(url);
  await drawer.getByRole('button', { name: '保存' }).click();
  await page.getByText('已保存', { exact: true }).waitFor();
  await drawer.waitFor({ state: 'detached' });
  await page
    .getByRole('row', { name: /微信支付.*已启用/ })
    .getByRole('button', { name: '修改' })
    .click();
  await drawer.getByRole('button', { name: '测试' }).click();
  await page.getByText('微信支付认得这个商户，密钥正确').waitFor();
  expect(await drawer.getByLabel('商户私钥').inputValue()).toBe('');
}

describe('online payment', () => {
  scene.test(
    'accounts set a channel up, the desk shows a code, the owner pays, and both see it',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '在线收款物业');
      await makeBilledHouses(company, 1);
      const accountant = await signIn(await company.person('财务'), '/cashier/payment-channels');
      await setUpChannel(accountant.page);

      const { page } = await signIn(await company.person('收银员'), '/cashier/desk');
      await page.getByRole('combobox', { name: '查找房屋或住户' }).waitFor();
      await page.keyboard.press('F2');
      await page.keyboard.type('cct');
      await page.getByRole('option').first().waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('grid', { name: '未收账单' }).waitFor();
      await page.getByRole('button', { name: /扫码收款/ }).click();
      await page.getByLabel('收款二维码').waitFor();
      const order = await company.run((ctx) =>
        ctx.tx.first<{ order_no: string }>(sql`select order_no from payment_order where company_id = ${ctx.companyId}`),
      );
      // The owner's phone: the page behind the code.
      expect(await (await fetch(`${emulator}/wx.tenpay.com/${order!.order_no}`)).text()).toContain('275.80');
      await fetch(`${emulator}/wx.tenpay.com/${order!.order_no}/pay`);
      await page.getByText('收款成功').waitFor();
      const bill = await company.run((ctx) =>
        ctx.tx.first(sql`select outstanding_fen as fen from bill where company_id = ${ctx.companyId}`),
      );
      expect(bill).toEqual({ fen: 0n });

      await accountant.page.goto('/cashier/online-payments');
      const row = accountant.page.getByRole('row', { name: /275\.80.*微信支付.*已付款/ });
      await row.getByRole('button').first().click();
      // By its notice or by our asking, whichever came first.
      await accountant.page
        .getByText(/：已付款，入账/)
        .first()
        .waitFor();
    },
  );
});
