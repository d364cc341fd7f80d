import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { choose } from './harness/choose.ts';
import { type Company, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

/** The whole file, where the machine has the real-shaped data beside the repository; otherwise our cut-down. */
function dataFile(name: string): Buffer {
  const whole = fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
  const own = fileURLToPath(new URL(`../../packages/spreadsheet/test-data/${name}`, import.meta.url));
  return readFileSync(existsSync(whole) ? whole : own);
}

describe('the wizard brings in other lists', () => {
  scene.test(
    'parking spaces and vehicles as the field has them, with the houses they belong to',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '车位车辆物业');
      await company.community('翠湖花园', 'CHHY');
      const { page } = await signIn(await company.person('管理员'), '/estate/houses/import');
      await choose(page, page, '导入到小区', '翠湖花园');
      await importFile(page, '房屋.xlsx', dataFile('houses.xlsx'));
      const houses = await countOf(company, 'house');
      expect(houses).toBeGreaterThan(200);
      for (const [path, name, table] of [
        ['parking-spaces', 'parking-spaces.xlsx', 'parking_space'],
        ['vehicles', 'vehicles-gbk.csv', 'vehicle'],
      ] as const) {
        await page.goto(`/estate/${path}/import`);
        await choose(page, page, '导入到小区', '翠湖花园');
        const good = await importFile(page, name, dataFile(name));
        expect(await figure(page, '新增')).toBe(good);
        expect(await countOf(company, table)).toBe(good);
        expect(await linkedOf(company, table)).toBeGreaterThan(0);
      }
    },
    180_000,
  );

  scene.test(
    'with columns of another system matched once, kept under a name and proposed to the next file',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '对应关系物业');
      await company.community('翠湖花园', 'CHHY');
      const { page } = await signIn(await company.person('管理员'), '/estate/houses/import');
      await choose(page, page, '导入到小区', '翠湖花园');
      await upload(page, '一月.csv', '栋座,门牌,计价面积,产权人\n3栋,301,88.5,欧阳思远\n3栋,302,90,司徒婉清\n');
      await page.getByText('必填的列还没有对应：楼宇').waitFor();
      await choose(page, page, '“栋座”对应到', '楼宇');
      await page.getByText('全部 4 列都已识别').waitFor();
      await page.getByRole('button', { name: '保存对应关系为…' }).click();
      const dialog = page.getByRole('dialog', { name: '保存对应关系' });
      await dialog.getByLabel('名称').fill('新视窗房屋档案导出表');
      await dialog.getByRole('button', { name: /保\s*存/ }).click();
      await page.getByText('对应关系已保存').waitFor();
      await page.getByRole('button', { name: '换一个文件' }).click();
      await upload(page, '二月.csv', '备用,产权人,计价面积,门牌,栋座\nx,慕容雪,77,303,3栋\n');
      await page.getByText('已按保存的对应关系“新视窗房屋档案导出表”识别').waitFor();
      await page.getByText('已识别 4 列，1 列没有识别').waitFor();
      await page.getByRole('button', { name: '检查数据' }).click();
      await page.getByRole('button', { name: '导入没有问题的 1 行' }).click();
      await page.getByText('导入完成').first().waitFor();
      expect(await numbersOf(company)).toEqual(['303']);
    },
  );

  scene.test('a part of the rows, chosen by number and by ticking, taken back from the history', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '选行物业');
    await company.community('翠湖花园', 'CHHY');
    const { page } = await signIn(await company.person('管理员'), '/estate/houses/import');
    await choose(page, page, '导入到小区', '翠湖花园');
    const lines = Array.from({ length: 130 }, (_, index) => `1栋,${101 + index},80,业主${index}`);
    await upload(page, '一百三十套.csv', `楼栋,房号,面积,姓名\n${lines.join('\n')}\n`);
    await page.getByRole('button', { name: '检查数据' }).click();
    await page.getByText('选择一部分行').click();
    await page.getByLabel('要导入的行号').fill('2-4、100');
    const rows = page.getByLabel('选择要导入的行');
    await rows.getByText('共 130 行').waitFor();
    await rows.getByLabel('搜索要导入的行').fill('业主120');
    await rows.getByLabel('搜索要导入的行').press('Enter');
    await rows.getByText('共 1 行').waitFor();
    await rows.getByRole('row').filter({ hasText: '业主120' }).getByRole('checkbox').check();
    await page.reload();
    // What was typed is gone with the page, what was checked is not.
    await page.getByText('选择一部分行').click();
    await page.getByLabel('要导入的行号').fill('2-4、100');
    await page.getByRole('row').filter({ hasText: '业主7' }).first().getByRole('checkbox').check();
    await page.getByRole('button', { name: '导入所选的行' }).click();
    await page.getByText('导入完成').first().waitFor();
    expect(await figure(page, '新增')).toBe(5);
    expect(await figure(page, '没有选择')).toBe(125);
    expect(await numbersOf(company)).toEqual(['101', '102', '103', '108', '199']);

    await page.goto('/system/imports');
    const record = page.getByRole('row').filter({ hasText: '一百三十套.csv' });
    await record.getByText('已完成').waitFor();
    await record.getByRole('button', { name: /撤\s*销/ }).click();
    await page.getByText('删除它新增的 5 行').waitFor();
    await page.getByRole('button', { name: '撤销导入' }).click();
    await record.getByText('已撤销').waitFor({ timeout: 120_000 });
    expect(await countOf(company, 'house')).toBe(0);
    expect(await countOf(company, 'resident')).toBe(0);
  });

  scene.test('and says what stands in the way of taking an import back', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '撤不掉物业');
    await company.community('翠湖花园', 'CHHY');
    const { page } = await signIn(await company.person('管理员'), '/estate/houses/import');
    await choose(page, page, '导入到小区', '翠湖花园');
    await importFile(page, '两套.csv', Buffer.from('楼栋,房号,面积\n1栋,101,80\n1栋,102,80\n'));
    await company.run((ctx) =>
      ctx.tx.run(
        sql`update house set note = '改过', version = version + 1 where company_id = ${ctx.companyId} and number = '101'`,
      ),
    );
    await page.getByRole('button', { name: '撤销这次导入' }).click();
    await page.getByRole('button', { name: '撤销导入' }).click();
    await page.getByText('房屋 1 条在导入后被修改过').first().waitFor({ timeout: 120_000 });
    expect(await countOf(company, 'house')).toBe(2);
  });
});

async function upload(page: Page, name: string, content: Buffer | string): Promise<void> {
  const buffer = typeof content === 'string' ? Buffer.from(content) : content;
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
}

/** From the file to the result; how many rows were good. */
async function importFile(page: Page, name: string, content: Buffer): Promise<number> {
  await upload(page, name, content);
  await page.getByRole('button', { name: '检查数据' }).click();
  const button = page.getByRole('button', { name: /导入没有问题的/ });
  await button.waitFor({ timeout: 120_000 });
  const good = Number((await button.innerText()).replace(/\D/g, ''));
  await button.click();
  await page.getByText('导入完成').first().waitFor({ timeout: 120_000 });
  return good;
}

async function figure(page: Page, title: string): Promise<number> {
  const box = page.locator('dl > div').filter({ has: page.locator('dt', { hasText: new RegExp(`^${title}$`) }) });
  return Number((await box.locator('dd').innerText()).replace(/\D/g, ''));
}

function countOf(company: Company, table: string): Promise<number> {
  return company.run(async (ctx) => {
    const { rows } = await ctx.tx.client.query(`select count(*)::int as count from ${table} where company_id = $1`, [
      ctx.companyId,
    ]);
    return rows[0].count;
  });
}

function linkedOf(company: Company, table: string): Promise<number> {
  return countOf(company, `(select * from ${table} where house_id is not null) linked`);
}

function numbersOf(company: Company): Promise<string[]> {
  return company.run(async (ctx) => {
    const rows = await ctx.tx.rows<{ number: string }>(
      sql`select number from house where company_id = ${ctx.companyId} order by number`,
    );
    return rows.map((row) => row.number);
  });
}
