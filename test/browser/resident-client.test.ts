import type { Page } from 'playwright-core';
import { describe, expect, inject } from 'vitest';
import { wechatSettings } from '../../apps/server/src/domains/payments/payments.fixture.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';
import { phoneScreen, signInOnPhone, switchOnSms } from './harness/phone.ts';

const scene = openScene();
const ownerPhone = '13812345678';

const isTooWide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

describe('a resident on the phone', () => {
  scene.test(
    'signs in, sees what is due and why, pays, keeps the receipt, and the office sees it',
    async ({ open, signIn }) => {
      const company = await makeCompany(scene.services(), '手机缴费物业');
      await makeBilledHouses(company, 2);
      await switchOnSms(company);
      const office = await signIn(await company.person('管理员'), '/');
      const made = await office.page.request.post('/api/payment-channels', {
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

      const { page } = await open(`/m/${company.id.slice(-8)}/`, { viewport: phoneScreen });
      await page.getByRole('heading', { name: '手机缴费物业' }).waitFor();
      await signInOnPhone(page, scene, company, ownerPhone);
      const due = page.getByRole('link', { name: /待缴费用/ });
      await due.filter({ hasText: '¥275.80' }).click();
      await page.getByRole('link', { name: /看怎么算的/ }).click();
      await page.getByText('98.50㎡ × 2.80元/㎡·月 × 1个月 = 275.80元').waitFor();
      expect(await isTooWide(page)).toBe(false);
      await page.getByRole('button', { name: '返回' }).click();

      await page.getByRole('button', { name: '去支付' }).click();
      await page.getByRole('dialog', { name: '确认支付' }).getByRole('button', { name: '立即支付' }).click();
      await page.getByRole('link', { name: '支付', exact: true }).click();
      await page.getByRole('link', { name: '返回商户' }).click();
      await page.getByRole('heading', { name: '支付成功' }).waitFor();
      await page.getByRole('link', { name: '看收据' }).click();
      await page.getByText('贰佰柒拾伍元捌角整').waitFor();
      await page.getByText('微信支付', { exact: true }).waitFor();
      await page.getByRole('link', { name: '首页' }).click();
      await page.getByText('都缴清了，谢谢您。').waitFor();

      await office.page.goto('/cashier/receipts');
      await office.page.getByText('275.80').first().waitFor();
      await office.page.getByText('微信支付').first().waitFor();
      const books = await company.run((ctx) =>
        ctx.tx.first<{
          receipts: bigint;
          owed: bigint;
        }>(sql`select (select count(*) from receipt where company_id = ${ctx.companyId}) as receipts,
        (select coalesce(sum(outstanding_fen), 0)::bigint from bill where company_id = ${ctx.companyId}) as owed`),
      );
      // The neighbour's bill is the neighbour's.
      expect(books).toEqual({ receipts: 1n, owed: 27580n });
    },
  );

  scene.test(
    'hands in a vehicle, invites a tenant, reads in large type, and somebody unknown applies for a house',
    async ({ open }) => {
      const company = await makeCompany(scene.services(), '住户登记物业');
      await makeBilledHouses(company, 2);
      await switchOnSms(company);
      const address = `/m/${company.id.slice(-8)}`;
      const { page } = await open(`${address}/vehicle/new`, { viewport: phoneScreen });
      await signInOnPhone(page, scene, company, ownerPhone);
      await page.getByLabel('车牌号码').fill('粤B12345');
      await page.getByRole('button', { name: '提交审核' }).click();
      await page.getByText('待审核').waitFor();
      await page.getByRole('link', { name: '房屋', exact: true }).click();
      await page.getByRole('link', { name: '住户和邀请' }).click();
      await page.getByRole('button', { name: '邀请他人入住' }).click();
      const sheet = page.getByRole('dialog');
      await sheet.getByText('租客').click();
      await sheet.getByRole('button', { name: '生成邀请码' }).click();
      await sheet.getByRole('button', { name: '复制邀请码' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByText(/租客 · 邀请码/).waitFor();
      await page.getByRole('link', { name: '我的' }).click();
      await page.getByLabel('大字版').check();
      expect(await isTooWide(page)).toBe(false);

      const stranger = (await open(`${address}/`, { viewport: phoneScreen })).page;
      await signInOnPhone(stranger, scene, company, '13700009999');
      await stranger.getByRole('button', { name: '申请入住' }).click();
      await stranger.getByLabel('小区').selectOption('翠湖花园');
      await stranger.getByLabel('姓名').fill('李想');
      await stranger.getByLabel('说明', { exact: true }).fill('1栋102，业主');
      await stranger.getByRole('button', { name: '提交申请' }).click();
      await stranger.getByText('待审核').waitFor();
      const waiting = await company.run((ctx) =>
        ctx.tx.first<{ name: string; source: string; is_phone_verified: boolean }>(
          sql`select name, source, is_phone_verified from move_in_application where company_id = ${ctx.companyId}`,
        ),
      );
      expect(waiting).toEqual({ name: '李想', source: 'resident', is_phone_verified: true });
    },
  );
});
