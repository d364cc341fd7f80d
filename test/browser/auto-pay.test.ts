import { expect, inject } from 'vitest';
import { alipayChannelInput } from '../../apps/server/src/domains/payments/agreements/agreements.fixture.ts';
import { residentCookie, startResidentSession } from '../../apps/server/src/platform/auth/resident-session.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

scene.test(
  'an office switches automatic payment on, an owner signs on the phone and ends it',
  async ({ open, signIn }) => {
    const company = await makeCompany(scene.services(), '自动缴费物业');
    await makeBilledHouses(company, 1);
    const { page: office } = await signIn(await company.person('管理员'), '/cashier/payment-agreements?tab=plans');
    const siteUrl = inject('product').url;
    const made = await office.request.post('/api/payment-channels', {
      data: { ...alipayChannelInput, settings: { ...alipayChannelInput.settings, siteUrl } },
    });
    expect(made.status()).toBe(200);
    await office.getByRole('button', { name: '设置' }).click();
    const form = office.getByRole('dialog');
    await form.getByRole('switch', { name: '启用自动扣款' }).click();
    await form.getByLabel('每月几日').fill('12');
    await form.getByRole('button', { name: '保存' }).click();
    await office.getByText('已启用').waitFor();
    await office.getByText('每月').first().waitFor();

    const visitor = { ip: '', userAgent: 'test', earlier: undefined };
    const session = { companyId: company.id, phone: '13812345678' };
    const { cookie } = await startResidentSession(scene.services(), session, visitor);
    const { page } = await open('/healthz', { viewport: { width: 390, height: 844 } });
    await page.context().addCookies([{ name: residentCookie, value: cookie, url: siteUrl }]);
    await page.goto(`/m/${company.id.slice(-8)}/`);
    await page.getByRole('link', { name: '自动缴费' }).click();
    await page.getByRole('button', { name: '签约自动缴费' }).click();
    const sheet = page.getByRole('dialog', { name: '签约自动缴费' });
    await sheet.getByText('¥500', { exact: true }).click();
    await sheet.getByRole('button', { name: '去签约' }).click();
    await page.getByText('¥500.00').waitFor();
    await page.getByRole('link', { name: '签约', exact: true }).click();
    await page.getByRole('link', { name: '返回商户' }).click();
    await page.getByText('生效').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)).toBe(false);

    await office.goto('/cashier/payment-agreements');
    const row = office.getByRole('row', { name: /1-101|崔春涛|支付宝/ }).last();
    await row.getByText('生效').waitFor();
    await page.getByRole('button', { name: '解约' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '确认解约' }).click();
    await page.getByText('已解约', { exact: true }).first().waitFor();
    const kept = await company.run((ctx) =>
      ctx.tx.rows<{ state: string; limit_fen: bigint; ended_by: string }>(
        sql`select state, limit_fen, ended_by from payment_agreement where company_id = ${ctx.companyId}`,
      ),
    );
    expect(kept).toEqual([{ state: 'ended', limit_fen: 50_000n, ended_by: 'resident' }]);
  },
);
