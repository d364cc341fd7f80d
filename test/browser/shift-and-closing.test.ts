import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('the end of the day', () => {
  scene.test(
    'a closed day refuses a receipt until it is reopened, and the cashier counts and hands over what was taken',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '结账物业');
      const { communityId, houseIds } = await makeBilledHouses(company, 2);
      await company.person('财务', { name: '陈财务' });
      const { page, expectRefusal } = await signIn(await company.person('管理员', { name: '孙主管' }));
      const yesterday = Temporal.Now.plainDateISO('Asia/Shanghai').subtract({ days: 1 }).toString();

      await page.goto(`/finance/closing?community=${communityId}`);
      await page.getByRole('button', { name: '日结' }).click();
      await page.getByRole('dialog').getByText('收款净额', { exact: true }).first().waitFor();
      await page.getByRole('button', { name: /^结账：/ }).click();
      await page.getByText(`翠湖花园 已结到 ${yesterday}`).waitFor();

      const desk = `/cashier/desk?desk=house:${houseIds[0]}`;
      await page.goto(desk);
      await collectFor(page, yesterday);
      expectRefusal(/^409 POST \/api\/receipts$/);
      await page.getByText(`该小区的账已结到 ${yesterday}`).waitFor();

      await page.goto(`/finance/closing?community=${communityId}`);
      await page.getByRole('row').filter({ hasText: '日结' }).click();
      await page.getByText('入账账单', { exact: true }).locator('..').getByRole('button').click();
      const journal = page.getByRole('dialog').filter({ hasText: /收费收入：.* 至 / });
      await journal.getByText(/^共 \d+ 笔，借方/).waitFor();
      await journal.getByRole('button', { name: '关闭' }).first().click();
      await journal.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: '反结', exact: true }).click();
      await page.getByLabel('反结原因').fill('漏记一张收据');
      await page.getByRole('dialog', { name: /^反结/ }).getByRole('button', { name: '反结', exact: true }).click();
      await page.getByText('翠湖花园 还没有结过账').waitFor();

      await page.goto(desk);
      await collectFor(page, yesterday);
      await page.getByText('收款成功').waitFor();

      await page.goto(`/cashier/shifts?community=${communityId}`);
      await page.getByRole('button', { name: '交班', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: /^交班/ });
      await dialog.getByLabel('100 元的张数').fill('2');
      await dialog.getByLabel('50 元的张数').fill('1');
      await dialog.getByLabel('5 元的张数').fill('5');
      await dialog.getByLabel('差额原因').fill('找零多付');
      await dialog.getByLabel('接收人').click();
      await page.locator('.ant-select-item-option').filter({ hasText: '陈财务' }).click();
      await dialog.getByRole('button', { name: '交班 275.00 元' }).click();
      const row = page.getByRole('row').filter({ hasText: '短款' });
      await row.waitFor();
      expect(await row.innerText()).toMatch(/275\.80\s+275\.00\s+-0\.80/);
      const [shift] = await company.run((ctx) =>
        ctx.tx.rows<{ expected_fen: bigint; difference_fen: bigint; movements: number }>(
          sql`select s.expected_fen, s.difference_fen, (select count(*)::int from income_movement m where m.company_id = s.company_id
            and m.shift_id = s.id) as movements from shift s where s.company_id = ${ctx.companyId}`,
        ),
      );
      expect(shift).toEqual({ expected_fen: 27580n, difference_fen: -80n, movements: 1 });
      await row.getByRole('button', { name: /^JBCHHY/ }).click();
      await page.getByRole('tab', { name: '明细' }).click();
      await page.getByRole('button', { name: /^CHHY\d{6}-000001$/ }).click();
      await page.getByRole('dialog').getByText('崔春涛').first().waitFor();
    },
  );
});

/** Pays what the house owes in cash, entered for an earlier day. */
async function collectFor(page: Page, day: string): Promise<void> {
  await page.getByRole('grid', { name: '未收账单' }).waitFor();
  await page.getByLabel('收款日期').fill(day);
  await page.keyboard.press('Enter');
  await page.getByPlaceholder('补录须写明原因').fill('昨天的收据漏记');
  await page.keyboard.press('F9');
}
