import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSpreadsheet, writeSpreadsheet } from '@anlin/spreadsheet';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { choose } from './harness/choose.ts';
import { type Company, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();
const spreadsheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const ownData = (name: string) =>
  fileURLToPath(new URL(`../../packages/spreadsheet/test-data/${name}`, import.meta.url));
// The whole file, where the machine has the real-shaped data beside the repository.
const wholeFile = fileURLToPath(new URL('../../../shared/data/houses.xlsx', import.meta.url));

const headings = ['楼宇', '单元', '房号', '用途', '房本大小', '业主', '联系电话'];
const rows = [
  ['1栋', '1单元', '101', '住宅', '98.50', '崔春涛', '13812345678'],
  ['1栋', '1单元', '102', '住宅', '89.36', '欧阳思远', '13912345679'],
  ['1栋', '1单元', '103', '住宅', '很大', '', ''],
  ['1栋', '1单元', '', '住宅', '76.00', '', ''],
  ['商铺', '', 'S-01', '商铺', '１２１．４４', '单于芳', '13712345670'],
];

describe('a company brings its houses', () => {
  scene.test('in a small file with one strange heading and two wrong rows, twice', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '导入物业');
    const { page } = await signIn(await company.person('管理员'), '/estate/communities');
    await addCommunity(page, '翠湖花园', 'CHHY');
    await page.goto('/estate/houses');
    await page.getByRole('button', { name: 'import 导入' }).click();
    await choose(page, page, '导入到小区', '翠湖花园');
    await upload(page, '房屋.xlsx', await smallFile());

    await page.getByText('必填的列还没有对应：建筑面积').waitFor();
    await choose(page, page, '“房本大小”对应到', '建筑面积');
    await page.getByText('必填的列还没有对应').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '检查数据' }).click();

    await page.getByText('共 2 处问题').waitFor();
    const wrong = page.getByRole('row').filter({ hasText: /请填写|应为数字/ });
    await expect.poll(() => wrong.count()).toBe(2);
    const problems = await wrong.allInnerTexts();
    expect(problems[0]).toMatch(/4\s+房本大小\s+很大\s+建筑面积应为数字/);
    expect(problems[1]).toMatch(/5\s+房号\s+（空）\s+请填写房号/);
    expect(await countHouses(company)).toBe(0);
    await page.getByRole('button', { name: '导入没有问题的 3 行' }).click();

    await page.getByText('导入完成，有 2 行没有导入').waitFor();
    expect(await figure(page, '新增')).toBe(3);
    const failed = await download(page, '下载失败的行');
    expect(failed).toHaveLength(1 + 2);
    expect(failed[1]).toMatch(/103 .*很大/);
    expect(await housesOf(company)).toEqual([
      { number: '101', built_area: '98.50', owner: '崔春涛' },
      { number: '102', built_area: '89.36', owner: '欧阳思远' },
      { number: 'S-01', built_area: '121.44', owner: '单于芳' },
    ]);

    await page.getByRole('button', { name: '再导入一个文件' }).click();
    await upload(page, '房屋.xlsx', await smallFile('建筑面积'));
    await page.getByRole('button', { name: '检查数据' }).click();
    await page.getByRole('button', { name: '导入没有问题的 3 行' }).click();
    await page.getByText('导入完成').first().waitFor();
    expect(await figure(page, '新增')).toBe(0);
    expect(await figure(page, '已存在，未改动')).toBe(3);
    expect(await countHouses(company)).toBe(3);
  });

  scene.test('as a picture renamed to .xlsx is told so in Chinese, and nothing is kept', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '图片物业');
    await company.community('翠湖花园', 'CHHY');
    const { page, expectRefusal } = await signIn(await company.person('管理员'), '/estate/houses/import');
    expectRefusal(/^4\d\d POST \/api\//);
    await choose(page, page, '导入到小区', '翠湖花园');
    const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    await upload(page, '房屋.xlsx', picture);
    const alert = page.getByRole('alert').filter({ hasText: '这个文件没有打开' });
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/图片/);
    expect(await countHouses(company)).toBe(0);
  });

  scene.test(
    'as the field has them: every good row comes in, every wrong row is named',
    async ({ signIn }) => {
      const isWhole = existsSync(wholeFile);
      const [all, bad] = isWhole ? [1402, 8] : [209, 8];
      const company = await makeCompany(scene.services(), '整册物业');
      await company.community('翠湖花园', 'CHHY');
      const { page } = await signIn(await company.person('管理员'), '/estate/houses/import');
      await choose(page, page, '导入到小区', '翠湖花园');
      await upload(page, '房屋.xlsx', readFileSync(isWhole ? wholeFile : ownData('houses.xlsx')));
      await page.getByText(/全部 \d+ 列都已识别/).waitFor();
      await page.getByRole('button', { name: '检查数据' }).click();
      await page.getByText(`共 ${bad} 处问题`).waitFor({ timeout: 120_000 });
      await page.getByRole('button', { name: /导入没有问题的/ }).click();
      await page.getByText(`导入完成，有 ${bad} 行没有导入`).waitFor({ timeout: 120_000 });
      expect(await figure(page, '新增')).toBe(all - bad);
      expect(await countHouses(company)).toBe(all - bad);
      await page.getByRole('button', { name: '查看房屋列表' }).click();
      await page.getByText(`共 ${(all - bad).toLocaleString('zh-CN')} 条房屋`).waitFor();
    },
    180_000,
  );
});

async function addCommunity(page: Page, name: string, code: string): Promise<void> {
  await page.getByRole('button', { name: '新增小区' }).first().click();
  const form = page.getByRole('dialog', { name: '新增小区' });
  await form.getByLabel('小区名称').fill(name);
  await form.getByLabel('小区代码').fill(code);
  await form.getByRole('button', { name: '保存' }).click();
  await page.getByText('小区已保存').waitFor();
}

async function upload(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: spreadsheetType, buffer });
}

async function smallFile(areaHeading?: string): Promise<Buffer> {
  const titles = headings.map((title) => (title === '房本大小' && areaHeading ? areaHeading : title));
  const folder = mkdtempSync(join(tmpdir(), 'anlin-browser-file-'));
  const path = join(folder, 'houses.xlsx');
  const columns = titles.map((title) => ({ title, kind: 'text' as const }));
  await writeSpreadsheet(path, { sheets: [{ name: '房屋', columns, rows }] });
  const bytes = readFileSync(path);
  rmSync(folder, { recursive: true });
  return bytes;
}

/** The rows of the file a button hands out, each as its texts beside one another. */
async function download(page: Page, button: string): Promise<string[]> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]);
  const book = await openSpreadsheet({ path: await file.path() });
  const found: string[] = [];
  for await (const { cells } of book.rows()) found.push(cells.map((cell) => cell.text).join(' '));
  return found;
}

async function figure(page: Page, title: string): Promise<number> {
  const box = page.locator('dl > div').filter({ has: page.locator('dt', { hasText: new RegExp(`^${title}$`) }) });
  return Number((await box.locator('dd').innerText()).replace(/\D/g, ''));
}

function countHouses(company: Company): Promise<number> {
  return company.run(async (ctx) => {
    const row = await ctx.tx.first<{ count: number }>(
      sql`select count(*)::int as count from house where company_id = ${ctx.companyId}`,
    );
    return row!.count;
  });
}

function housesOf(company: Company) {
  return company.run((ctx) =>
    ctx.tx.rows(sql`select h.number, round(h.built_area, 2)::text as built_area, r.name as owner
      from house h
      join occupancy o on o.company_id = h.company_id and o.house_id = h.id and o.role = 'owner'
      join resident r on r.company_id = o.company_id and r.id = o.resident_id
      where h.company_id = ${ctx.companyId} order by h.number`),
  );
}
