import { describe, expect, inject } from 'vitest';
import { wechatSettings } from '../../apps/server/src/domains/payments/payments.fixture.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('collection codes', () => {
  scene.test(
    'staff hang up a code, a stranger scans it and pays, and staff say whose the money is',
    async ({ open, signIn }) => {
      const company = await makeCompany(scene.services(), '扫码缴费物业');
      await makeBilledHouses(company, 1);
      const { page } = await signIn(await company.person('管理员'), '/cashier/collection-codes');
      const made = await page.request.post('/api/payment-channels', {
        data: {
          ...wechatSettings,
          settings: { ...wechatSettings.settings, siteUrl: inject('product').url },
          communityId: null,
          applications: ['fees'],
          surplus: 'prepaid',
          isOn: true,
        },
      });
      expect(made.status()).toBe(200);

      await page.getByRole('button', { name: '新增收款码' }).click();
      const form = page.getByRole('dialog', { name: '新增收款码' });
      if ((await form.locator('.ant-select-selection-item, .ant-select-content-value').count()) === 0) {
        await form.getByLabel('小区', { exact: true }).click();
        await page.locator('.ant-select-item-option').first().click();
      }
      await form.getByLabel('名称').fill('服务中心前台');
      await form.getByRole('button', { name: /^保\s?存$/ }).click();
      const shown = page.getByRole('dialog', { name: /服务中心前台/ });
      await shown.getByRole('img', { name: /服务中心前台的收款码/ }).waitFor();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        shown.getByRole('button', { name: '保存 PNG' }).click(),
      ]);
      expect(file.suggestedFilename()).toContain('服务中心前台收款码.png');
      const address = (await shown.getByRole('link', { name: '打开页面' }).getAttribute('href'))!;
      await shown.getByRole('button', { name: /^打\s?印$/ }).click();
      const printing = page.getByRole('dialog', { name: '打印 1 张收款码' });
      await page.evaluate(() => {
        window.print = () => {};
      });
      await printing.getByText('A5 海报').click();
      await page.locator('.print-codes .code-poster').filter({ hasText: '扫码缴费' }).waitFor({ state: 'attached' });
      await printing.getByRole('button', { name: /^打\s?印$/ }).click();
      await printing.waitFor({ state: 'detached' });

      const phone = (await open(new URL(address).pathname, { viewport: { width: 390, height: 844 } })).page;
      await phone.getByRole('button', { name: '手机号登录，查账缴费' }).waitFor();
      await phone.getByRole('button', { name: '不登录，直接付款' }).click();
      await phone.getByLabel('金额（元）').fill('300');
      await phone.getByLabel('备注（必填）').fill('1栋101 十一月');
      expect(await phone.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)).toBe(false);
      await phone.getByRole('button', { name: '支付', exact: true }).click();
      await phone.getByRole('link', { name: '支付', exact: true }).click();
      await phone.getByRole('link', { name: '返回商户' }).click();
      await phone.getByRole('heading', { name: '支付成功' }).waitFor();

      await page.goto('/cashier/collections');
      const row = page.getByRole('row', { name: /服务中心前台.*300\.00.*1栋101 十一月.*待认领/ });
      await row.getByRole('button', { name: '认领' }).click();
      const assign = page.getByRole('dialog', { name: /认领 300\.00 元/ });
      await assign.getByRole('combobox', { name: '房屋' }).click();
      await page.locator('.ant-select-item-option').first().click();
      await assign.getByText('275.80').waitFor();
      await assign.getByRole('button', { name: /^认\s?领$/ }).click();
      await page.getByText('24.20 元存为预存款').waitFor();
      await page.getByRole('row', { name: /300\.00.*已认领/ }).waitFor();
      const books = await company.run((ctx) =>
        ctx.tx.first(sql`select (select sum(outstanding_fen)::int from bill where company_id = ${ctx.companyId}) as owed,
        (select sum(balance_fen)::int from prepaid_account where company_id = ${ctx.companyId}) as prepaid,
        (select sum(held_fen)::int from deposit where company_id = ${ctx.companyId}) as held`),
      );
      expect(books).toEqual({ owed: 0, prepaid: 2420, held: 0 });
    },
  );
});
