import { describe, expect } from 'vitest';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('a person who designs what receipts look like', () => {
  scene.test(
    'copies a template, drags a field onto it, saves it, makes it the default, and the desk prints by it',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '打印物业');
      await makeBilledHouses(company, 1);
      const { page, context } = await signIn(await company.person('管理员'), '/system/print-templates');
      const row = page.getByRole('row', { name: /收据 A4/ });
      await row.getByRole('button', { name: '复制' }).click();
      await page.getByLabel('模板名称').fill('前台收据');
      const header = page.getByRole('region', { name: '页眉区' });
      await page
        .getByRole('button', { name: '打印人', exact: true })
        .dragTo(header, { targetPosition: { x: 30, y: 30 } });
      const placed = header.getByRole('button', { name: '元素 打印人' });
      const before = await placed.boundingBox();
      await page.mouse.move(before!.x + 5, before!.y + 5);
      await page.mouse.down();
      await page.mouse.move(before!.x + 45, before!.y + 5, { steps: 4 });
      await page.mouse.up();
      expect((await placed.boundingBox())!.x).toBeGreaterThan(before!.x + 30);
      await placed.press('ArrowDown');
      await page.getByRole('button', { name: '撤销一步' }).click();
      await page.getByRole('button', { name: '重做一步' }).click();
      await page.getByRole('button', { name: '保存模板' }).click();
      await page.getByText('模板已保存').waitFor();
      await page.getByRole('button', { name: '返回列表' }).click();
      await page
        .getByRole('row', { name: /前台收据/ })
        .getByRole('button', { name: '设为默认' })
        .click();
      await page
        .getByRole('row', { name: /前台收据/ })
        .getByText('默认', { exact: true })
        .waitFor();

      await page.goto('/cashier/desk');
      await page.getByRole('combobox', { name: '查找房屋或住户' }).waitFor();
      await page.keyboard.press('F2');
      await page.keyboard.type('崔春涛');
      await page.getByRole('option').first().waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('grid', { name: '未收账单' }).waitFor();
      const [slip] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('F9')]);
      await slip.getByText('打印人：管理员').waitFor();
      expect(await slip.getByText('补打').count()).toBe(0);
      await slip.getByText('贰佰柒拾伍元捌角整').waitFor();
      await slip.close();

      await page.goto('/cashier/receipts');
      await page.getByRole('button', { name: /^CHHY/ }).click();
      await page.getByRole('button', { name: '补打' }).waitFor();
      const [again] = await Promise.all([
        context.waitForEvent('page'),
        page.getByRole('button', { name: '补打' }).click(),
      ]);
      await again.getByText('补打', { exact: true }).waitFor();
      await again.close();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'PDF' }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(/^收据-.*\.pdf$/);
      const counted = () =>
        company.run((ctx) =>
          ctx.tx.first<{ print_count: number }>(
            sql`select print_count from receipt where company_id = ${ctx.companyId}`,
          ),
        );
      await expect.poll(counted).toEqual({ print_count: 3 });
    },
    120_000,
  );
});
