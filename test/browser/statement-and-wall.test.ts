import { describe, expect } from 'vitest';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('what is shown to people who sign in nowhere', () => {
  scene.test('an owner opens the statement the office sent, on a phone, until it is taken back', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '对账单物业');
    await makeBilledHouses(company, 1);
    const { page } = await signIn(await company.person('管理员'), '/finance/statements');
    await page.getByLabel('业主', { exact: true }).fill('崔春');
    await page
      .getByTitle(/崔春涛/)
      .first()
      .click();
    await page.getByRole('heading', { name: /崔春涛/ }).waitFor();
    await page.getByText('275.80元').first().waitFor();
    await page.getByRole('button', { name: '发给业主' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: '生成链接' }).click();
    await dialog.getByRole('img', { name: '对账单二维码' }).waitFor();
    const address = (await dialog.getByRole('link', { name: '打开对账单' }).getAttribute('href')) ?? '';
    await dialog.getByRole('button', { name: /^完\s?成$/ }).click();

    const phone = await page
      .context()
      .browser()!
      .newContext({ viewport: { width: 390, height: 844 } });
    const seen = await phone.newPage();
    await seen.goto(address);
    await seen.getByRole('heading', { name: /业主对账单/ }).waitFor();
    const text = await seen.locator('body').innerText();
    for (const part of ['崔春涛 138****5678', '275.80', '计算：', '物业管理费']) expect(text).toContain(part);
    expect(await seen.evaluate(() => document.documentElement.scrollWidth)).toBe(390);

    await page.getByRole('button', { name: '已发链接' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('1 次').waitFor();
    await drawer.getByRole('button', { name: '撤回' }).click();
    await page
      .getByRole('tooltip')
      .getByRole('button', { name: /^撤\s?回$/ })
      .click();
    await drawer.getByText('已撤回').waitFor();
    await seen.reload();
    await seen.getByText('链接已失效').waitFor();
    await phone.close();
  });

  scene.test('a plan typed for the year stands on the dashboard and on a screen on the wall', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '电视墙物业');
    const { communityId } = await makeBilledHouses(company, 2);
    const { page } = await signIn(await company.person('管理员'), '/finance/collection-plans');
    await page.getByRole('button', { name: '快速填写' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('全年总额平均分').click();
    await dialog.getByRole('spinbutton', { name: '全年总额' }).fill('12000');
    await dialog.getByRole('button', { name: '填入表格' }).click();
    await page.getByRole('button', { name: /^保存/ }).click();
    await page.getByText('已保存').waitFor();
    const kept = await company.run((ctx) =>
      ctx.tx.first<{ months: string[] }>(
        sql`select month_fen::text[] as months from collection_plan where company_id = ${ctx.companyId} and community_id = ${communityId}`,
      ),
    );
    expect(kept?.months).toEqual(Array(12).fill('100000'));

    await page.goto('/dashboard');
    await page.getByText('本月计划').waitFor();
    await page.getByRole('button', { name: '电视墙链接' }).click();
    const links = page.getByRole('dialog');
    await links.getByLabel('放在哪里').fill('大堂');
    await links.getByRole('button', { name: '生成链接' }).click();
    const address = (await links.getByRole('link', { name: '打开' }).first().getAttribute('href')) ?? '';

    const television = await page
      .context()
      .browser()!
      .newContext({ viewport: { width: 1920, height: 1080 } });
    const screen = await television.newPage();
    await screen.goto(address);
    await screen.getByText('每分钟更新').waitFor();
    await screen.getByText('计划 1,000.00').waitFor();
    await screen.getByText('欠费最多的房屋、车位、车辆').waitFor();
    expect(await screen.locator('body').innerText()).toContain('1栋-101');
    await television.close();
  });
});
