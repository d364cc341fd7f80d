import { describe, expect } from 'vitest';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('dunning', () => {
  scene.test(
    'a household is asked by short message, opens what is due, and the list shows it as read',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '催缴物业');
      await makeBilledHouses(company, 2);
      await company.run((ctx) =>
        ctx.tx.run(sql`insert into message_channel (company_id, id, channel, provider, is_on, settings, updated_at)
        values (${company.id}, ${ctx.newId()}, 'sms', 'development', true, '{"signName":"安居"}', now())`),
      );
      const { page } = await signIn(await company.person('管理员'), '/charging/dunning');
      await page.getByRole('button', { name: '设置与短信余量' }).click();
      const drawer = page.getByRole('dialog');
      await drawer.getByPlaceholder('https://wy.example.com').fill(new URL(page.url()).origin);
      await drawer.getByRole('button', { name: '保存设置' }).click();
      await page.getByText('催缴设置已保存').waitFor();
      await page.keyboard.press('Escape');
      await drawer.waitFor({ state: 'hidden' });

      await page.getByRole('button', { name: '全部发送催缴' }).click();
      const dialog = page.getByRole('dialog', { name: '发送催缴' });
      await dialog.getByText('渠道没有启用 2 户').waitFor();
      await dialog.getByRole('checkbox', { name: '微信', exact: true }).uncheck();
      await dialog.getByRole('checkbox', { name: '短信' }).check();
      await dialog.getByText('没有在住的住户 1 户').waitFor();
      await dialog.getByRole('button', { name: '发送 1 条' }).click();
      await page.getByText('正在催缴 2 户').waitFor();

      await expect.poll(() => sentText(company), { timeout: 120_000 }).toContain('/pay/');
      const address = /https?:\S+\/pay\/\S+/.exec(await sentText(company))![0];
      const phone = await page
        .context()
        .browser()!
        .newContext({ viewport: { width: 390, height: 844 } });
      const seen = await phone.newPage();
      await seen.goto(address);
      await seen.getByRole('heading', { name: '翠湖花园 待缴费用' }).waitFor();
      const text = await seen.locator('body').innerText();
      for (const part of ['275.80', '1栋-101', '计算：']) expect(text).toContain(part);
      expect(text).not.toContain('崔春涛');
      expect(await seen.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      await phone.close();

      await page.reload();
      await page.getByRole('row').filter({ hasText: '1栋-101' }).getByText('已读').waitFor();
      await page.getByText('催缴记录', { exact: true }).click();
      await page.getByRole('row').filter({ hasText: '1栋-102' }).getByText('没有在住的住户').waitFor();
    },
  );
});

async function sentText(company: { id: string; run: Awaited<ReturnType<typeof makeCompany>>['run'] }): Promise<string> {
  const row = await company.run((ctx) =>
    ctx.tx.first<{ answer: string }>(
      sql`select answer from message_attempt where company_id = ${company.id} order by id desc limit 1`,
    ),
  );
  return row?.answer ?? '';
}
