import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import {
  addBuilding,
  addHouse,
  addItem,
  addManyHouses,
  addStandard,
} from '../../apps/server/src/domains/charging/charging.fixture.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { choose, enterDay } from './harness/choose.ts';
import { type Company, makeCompany, thisMonth } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('setting prices', () => {
  scene.test(
    'adds 住宅 2.80 and 商铺 4.50, refuses a negative price, and raises a price from a day on',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '定价物业');
      await company.run((ctx) => addItem(ctx, { name: '物业管理费' }));
      const { page } = await signIn(await company.person('收费主管'), '/charging/charge-standards');
      const form = await openStandardForm(page);
      await choose(page, form, '收费项目', '物业管理费');
      await form.getByLabel('标准名称').fill('住宅 2.80');
      await form.getByLabel('价格', { exact: true }).fill('-1');
      await form.getByRole('button', { name: '保存' }).click();
      await form.getByText('价格应为不小于 0 的数字，最多六位小数').waitFor();
      expect(await pricesOf(company)).toEqual([]);
      await form.getByLabel('价格', { exact: true }).fill('2.80');
      await form.getByRole('button', { name: '保存' }).click();
      await page.getByText('收费标准已保存').waitFor();
      await form.waitFor({ state: 'detached' });

      const second = await openStandardForm(page);
      await choose(page, second, '收费项目', '物业管理费');
      await second.getByLabel('标准名称').fill('商铺 4.50');
      await second.getByLabel('价格', { exact: true }).fill('4.50');
      await second.getByRole('button', { name: '保存' }).click();
      await page.getByRole('button', { name: '商铺 4.50' }).click();
      await page.getByRole('tab', { name: '价格历史' }).click();
      await enterDay(page, '从', '2030-01-16');
      await page.getByLabel('起，新价格').fill('4.80');
      await page.getByRole('button', { name: '新价格' }).click();
      await page.getByText('新价格已保存').waitFor();
      expect(await pricesOf(company)).toEqual([
        { name: '住宅 2.80', starts_on: null, price: '2.80' },
        { name: '商铺 4.50', starts_on: null, price: '4.50' },
        { name: '商铺 4.50', starts_on: '2030-01-16', price: '4.80' },
      ]);
    },
  );
});

describe('binding and raising', () => {
  scene.test(
    'binds 300 dwellings and 2 shops by usage, refuses to bind them twice, and raises exactly the previewed sum, once',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '出账物业');
      await makeEstate(company);
      const { page, expectRefusal } = await signIn(await company.person('收费主管'), '/charging/standard-bindings');
      await bind(page, '住宅 2.80', '住宅', '绑定 300 套房屋');
      await page.getByText('已绑定 300 个').waitFor();
      await bind(page, '商铺 4.50', '商铺', '绑定 2 套房屋');
      await page.getByText('共 302 条标准绑定').waitFor();
      expect(await bindingsOf(company)).toEqual([
        { name: '住宅 2.80', count: 300 },
        { name: '商铺 4.50', count: 2 },
      ]);

      expectRefusal(/^409 POST \/api\/standard-bindings$/);
      await bind(page, '商铺 4.50', '住宅', '绑定 300 套房屋');
      const refusal = page.getByRole('alert').filter({ hasText: '整批没有绑定' });
      await refusal.waitFor();
      expect(await refusal.innerText()).toMatch(/有 300 个对象.*已绑定“住宅 2.80”/s);
      expect((await bindingsOf(company)).map(({ count }) => count)).toEqual([300, 2]);

      const expected = await expectedFen(company);
      await page.goto('/charging/raise-bills');
      await order(page);
      const button = page.getByRole('button', { name: '生成 302 张账单' });
      await button.waitFor();
      await page.getByText(yuan(expected), { exact: true }).first().waitFor();
      await page
        .getByText(/^60\.\d+㎡|^\d+\.\d{2}㎡ × 2\.80元\/㎡·月/)
        .first()
        .waitFor();
      expect(await billsOf(company)).toMatchObject({ count: 0 });
      await button.click();
      await page.getByRole('button', { name: '生成 302 张', exact: true }).click();
      await page.getByText(`已生成 302 张账单，应收合计 ${yuan(expected)} 元`).waitFor({ timeout: 120_000 });
      expect(await billsOf(company)).toEqual({ count: 302, sum: expected });

      await page.getByRole('button', { name: '查看这批账单' }).click();
      await page.getByText('共 302 条账单').waitFor();
      await page.getByText(`应收合计 ${yuan(expected)}`).waitFor();
      await page.getByRole('button', { name: '2栋-S1' }).click();
      await page.getByRole('tab', { name: '算法与记录' }).click();
      await page.getByText('100.00㎡ × 4.50元/㎡·月 × 1个月 = 450.00元').waitFor();
      await page.getByText('25.47 元（税率 6%，不含税 424.53 元）').waitFor();
      await page.getByRole('button', { name: '商铺 4.50' }).click();
      await page.getByRole('tab', { name: '价格历史' }).waitFor();

      await page.goto('/charging/raise-bills');
      await order(page);
      await page.getByText('已生成（302 张）').waitFor();
      expect(await page.getByRole('button', { name: '生成 0 张账单' }).isDisabled()).toBe(true);
      expect(await billsOf(company)).toEqual({ count: 302, sum: expected });
    },
    150_000,
  );
});

async function openStandardForm(page: Page) {
  await page.getByRole('button', { name: '新增收费标准' }).first().click();
  const form = page.getByRole('dialog', { name: '新增收费标准' });
  await form.waitFor();
  return form;
}

/** 300 dwellings of assorted areas, two shops of 100 ㎡, an item with its two standards; nothing bound yet. */
async function makeEstate(company: Company): Promise<void> {
  const communityId = await company.community('翠湖花园', 'CHHY');
  await company.run(async (ctx) => {
    const homes = await addBuilding(ctx, communityId, '1栋');
    await addManyHouses(ctx, { communityId, buildingId: homes, count: 300 });
    const shops = await addBuilding(ctx, communityId, '2栋');
    for (const number of ['S1', 'S2'])
      await addHouse(ctx, { communityId, buildingId: shops, number, builtArea: '100.00', usage: 'shop' });
    const chargeItemId = await addItem(ctx, { name: '物业管理费' });
    await addStandard(ctx, { chargeItemId, name: '住宅 2.80', price: '2.80' });
    await addStandard(ctx, { chargeItemId, name: '商铺 4.50', price: '4.50' });
  });
}

async function bind(page: Page, standard: string, usage: string, confirmation: string): Promise<void> {
  const drawer = page.getByRole('dialog', { name: '绑定收费标准' });
  await drawer.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: '绑定标准' }).click();
  await choose(page, drawer, '收费标准', standard);
  await choose(page, drawer, '小区', '翠湖花园');
  await choose(page, drawer, '房屋用途', usage);
  await page.keyboard.press('Escape');
  await enterDay(drawer, '开始日期', `${thisMonth()}-01`);
  await drawer.getByText(`已选 ${confirmation.replace('绑定 ', '')}`).waitFor();
  await drawer.getByRole('button', { name: '绑定', exact: true }).click();
  await page.getByRole('button', { name: confirmation, exact: true }).click();
}

/** Community, bound items and the current month are there already: one press shows the preview. */
async function order(page: Page): Promise<void> {
  await page.getByTitle('物业管理费').first().waitFor();
  await page.getByRole('button', { name: '预览', exact: true }).click();
}

/** Area × price of every house, rounded half up to the fen, in whole numbers: hundredths of ㎡ × fen / 100. */
async function expectedFen(company: Company): Promise<bigint> {
  const houses = await company.run((ctx) =>
    ctx.tx.rows<{ area: string; usage: string }>(
      sql`select built_area::text as area, usage from house where company_id = ${ctx.companyId}`,
    ),
  );
  return houses.reduce((sum, { area, usage }) => {
    const [whole = '0', decimals = ''] = area.split('.');
    const hundredths = BigInt(whole) * 100n + BigInt(decimals.padEnd(2, '0').slice(0, 2));
    return sum + (hundredths * (usage === 'shop' ? 450n : 280n) + 50n) / 100n;
  }, 0n);
}

/** `12,345.67` */
function yuan(fen: bigint): string {
  const whole = (fen / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  return `${whole}.${(fen % 100n).toString().padStart(2, '0')}`;
}

function pricesOf(company: Company) {
  return company.run((ctx) =>
    ctx.tx.rows(sql`select s.name, p.starts_on, round(p.price, 2)::text as price from charge_standard s
      join charge_standard_price p on p.company_id = s.company_id and p.charge_standard_id = s.id
      where s.company_id = ${ctx.companyId} order by s.name, p.starts_on nulls first`),
  );
}

function bindingsOf(company: Company) {
  return company.run((ctx) =>
    ctx.tx.rows<{ name: string; count: number }>(sql`select s.name, count(*)::int as count from standard_binding b
      join charge_standard s on s.company_id = b.company_id and s.id = b.charge_standard_id
      where b.company_id = ${ctx.companyId} group by s.name order by s.name`),
  );
}

function billsOf(company: Company) {
  return company.run(async (ctx) => {
    const row = await ctx.tx.first<{ count: number; sum: string | null }>(
      sql`select count(*)::int as count, sum(receivable_fen)::text as sum from bill where company_id = ${ctx.companyId} and voided_at is null`,
    );
    return { count: row!.count, sum: BigInt(row!.sum ?? 0) };
  });
}
