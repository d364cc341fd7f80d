import { buffer } from 'node:stream/consumers';
import { openSpreadsheet } from '@anlin/spreadsheet';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { choose } from './harness/choose.ts';
import { openScene } from './harness/index.ts';

const administrator = '19900000001';
const scene = openScene();

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('fields a company adds to its houses', () => {
  scene.test(
    'are filled in a house, filtered by, exported, and put away with their values',
    async ({ signIn }) => {
      const { page } = await signIn(administrator, '/system/custom-fields');
      await page.getByText('房屋还没有自定义字段').waitFor();
      await addField(page, '装修押金', '数字');
      await addField(page, '验房结论', '单选', ['合格', '待整改']);

      await page.goto('/estate/houses');
      await page.getByRole('columnheader', { name: '装修押金' }).waitFor();
      await page.getByRole('button', { name: '修改', exact: true }).first().click();
      const form = page.getByRole('dialog');
      await form.getByLabel('装修押金').fill('2000.50');
      // What only shops have is asked for shops alone.
      const scope = form.getByLabel('经营范围');
      await form.getByLabel('房屋朝向').waitFor();
      expect(await scope.count()).toBe(0);
      await choose(page, form, '房屋类型', '商铺');
      for (const label of ['经营范围', '租赁状态', '月租金']) await form.getByLabel(label).waitFor();
      await choose(page, form, '房屋类型', '住宅');
      await scope.waitFor({ state: 'detached' });
      await choose(page, form, '验房结论', '待整改');
      await form.locator('input[type=file]').setInputFiles([
        { name: '客厅.png', mimeType: 'image/png', buffer: png },
        { name: '验房单.pdf', mimeType: 'application/pdf', buffer: Buffer.from('PDF') },
      ]);
      await form.getByRole('button', { name: '移除验房单.pdf' }).waitFor();
      await form.getByRole('button', { name: '移除客厅.png' }).waitFor();
      await form.getByRole('button', { name: '保存' }).click();
      await form.waitFor({ state: 'detached' });

      await page.getByRole('button', { name: '更多筛选' }).click();
      await choose(page, page.getByRole('search'), '验房结论', '待整改');
      await page.keyboard.press('Escape');
      await page.getByText('共 1 条房屋').waitFor();
      await page.getByRole('cell', { name: '2,000.50' }).waitFor();

      await page.getByRole('button', { name: '导出', exact: false }).last().click();
      await page.getByText('已开始导出').waitFor();
      expect(await exportedCells()).toEqual(expect.arrayContaining(['装修押金', '验房结论', '2000.50', '待整改']));

      const title = page.locator('.ant-table-row .ant-btn-link').first();
      await title.click();
      const drawer = page.getByRole('dialog');
      await drawer.getByText('验房单.pdf').waitFor();
      await drawer.getByRole('img', { name: '客厅.png' }).waitFor();

      await page.goto('/system/custom-fields');
      const row = page.getByRole('row').filter({ hasText: '验房结论' });
      await row.getByRole('button', { name: '删除' }).click();
      await page.getByText('有 1 条房屋填过这个字段').waitFor();
      await page.getByRole('button', { name: '停用' }).click();
      await row.getByText('已停用').waitFor();
      await row.getByRole('button', { name: '恢复' }).click();
      await row.getByRole('button', { name: '修改' }).waitFor();
    },
    180_000,
  );

  scene.test(
    'are set for many houses at once, and print with the list',
    async ({ signIn }) => {
      const { page } = await signIn(administrator, '/estate/houses');
      await choose(page, page, '房屋状态', '出租');
      await page.keyboard.press('Escape');
      const count = await countLet();
      await page.getByText(`共 ${count} 条房屋`).waitFor();
      await page.getByRole('button', { name: '批量修改' }).click();
      const drawer = page.getByRole('dialog', { name: `批量修改 ${count} 条房屋` });
      await choose(page, drawer, '要修改的项', '房屋朝向');
      await page.keyboard.press('Escape');
      await drawer.getByRole('textbox', { name: '房屋朝向' }).fill('坐北朝南');
      await drawer.getByRole('button', { name: '修改', exact: true }).click();
      await page.getByRole('button', { name: `修改 ${count} 条` }).click();
      await drawer.waitFor({ state: 'detached' });
      await expect.poll(() => countLet(`and orientation = '坐北朝南'`), { timeout: 120_000 }).toBe(count);

      await page.getByRole('button', { name: 'printer 打印' }).click();
      await page.getByText('房屋状态：出租').first().waitFor();
      await page.emulateMedia({ media: 'print' });
      const sheet = page.locator('.print-list');
      await sheet.waitFor();
      await expect.poll(() => sheet.locator('tbody tr').count()).toBe(count);
      expect(await sheet.innerText()).toContain('房屋状态：出租');
    },
    180_000,
  );
});

/** Let houses of the demo's company. */
async function countLet(more = ''): Promise<number> {
  const { rows } = await scene.services().ownerPool.query<{ count: number }>(
    `select count(*)::int as count from house where status = 'let' ${more}
     and company_id = (select company_id from staff where phone = $1)`,
    [administrator],
  );
  return rows[0]!.count;
}

async function addField(page: Page, label: string, kind: string, options: readonly string[] = []): Promise<void> {
  await page.getByRole('button', { name: '新增字段' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('名称').fill(label);
  await choose(page, form, '类型', kind);
  for (const [index, option] of options.entries())
    await form.getByLabel(`选项 ${index + 1}`, { exact: true }).fill(option);
  await form.getByRole('button', { name: '保存' }).click();
  await form.waitFor({ state: 'detached' });
  await page.getByRole('cell', { name: label, exact: true }).waitFor();
}

/** Cells of the export the demo's company started last, once it is done. */
async function exportedCells(): Promise<string[]> {
  const { ownerPool, files } = scene.services();
  const last = async () => {
    const { rows } = await ownerPool.query<{ company_id: string; id: string; state: string }>(
      `select company_id, id, state from task where kind = 'exportResource'
       and company_id = (select company_id from staff where phone = $1) order by created_at desc, id desc limit 1`,
      [administrator],
    );
    return rows[0]!;
  };
  await expect.poll(async () => (await last()).state, { timeout: 120_000 }).toBe('done');
  const { company_id, id } = await last();
  const bytes = await buffer(files.read(company_id, id));
  const cells: string[] = [];
  for await (const row of (await openSpreadsheet({ bytes })).rows()) cells.push(...row.cells.map((cell) => cell.text));
  return cells;
}
