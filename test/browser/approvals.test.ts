import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { addBuilding, addHouse } from '../../apps/server/src/domains/charging/charging.fixture.ts';
import type { Context } from '../../apps/server/src/platform/context.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { choose, enterDay } from './harness/choose.ts';
import { type Company, makeBilledHouses, makeCompany, thisMonth } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('approvals', () => {
  scene.test(
    'a clerk asks to delete a house, nothing happens, the manager compares and agrees, and the audit names both',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '审批物业');
      const communityId = await company.community('翠湖花园', 'CHHY');
      await company.run(async (ctx) => {
        const buildingId = await addBuilding(ctx, communityId, '1栋');
        await addHouse(ctx, { communityId, buildingId, number: '101', builtArea: '98.50' });
        await ctx.tx.run(sql`update permission_group set permissions = permissions || '{house.delete}'
          where company_id = ${ctx.companyId} and name = '客服'`);
      });
      const admin = await company.person('管理员', { name: '何管理' });
      const manager = await company.person('项目经理', { name: '王经理' });
      const clerk = await company.person('客服', { name: '周客服' });

      const { page: flows } = await signIn(admin, '/system/approval-flows');
      await flows.getByText('还没有审批流程').waitFor();
      await flows.getByRole('button', { name: '新增审批流程' }).click();
      const form = flows.getByRole('dialog', { name: '新增审批流程' });
      await choose(flows, form, '操作类型', '删除房屋');
      await form.getByLabel('流程名称').fill('删除房屋须经理同意');
      await choose(flows, form, '第 1 级', '王经理');
      await flows.keyboard.press('Escape');
      await form.getByRole('button', { name: '保存' }).click();
      await flows.getByText('审批流程已保存').waitFor();
      await flows.getByRole('cell', { name: '王经理' }).waitFor();

      const { page, expectRefusal } = await signIn(clerk, '/estate/houses');
      expectRefusal(/^422 DELETE \/api\/houses\//);
      await page
        .getByRole('row', { name: /1栋-101/ })
        .getByRole('button', { name: '删除' })
        .click();
      await page
        .getByRole('dialog', { name: /删除房屋“1栋-101”/ })
        .getByRole('button', { name: '删除', exact: true })
        .click();
      await page.getByLabel('申请理由').fill('重复录入');
      await page.getByRole('button', { name: '提交申请' }).click();
      await page.getByText('已提交审批').waitFor();
      expect(await countHouses(company)).toBe(1);

      await page.goto('/approvals?view=requested');
      await page.getByRole('button', { name: '删除房屋' }).click();
      const own = page.getByRole('dialog', { name: /删除房屋/ });
      await own.getByText('重复录入').first().waitFor();
      expect(await own.getByRole('button', { name: '同意', exact: true }).count()).toBe(0);

      const { page: desk } = await signIn(manager, '/approvals');
      await desk.getByText('待我审批 1').waitFor();
      await desk.getByRole('button', { name: '删除房屋' }).click();
      const drawer = desk.getByRole('dialog', { name: /删除房屋/ });
      await drawer
        .getByRole('row', { name: /建筑面积/ })
        .getByText('98.50㎡')
        .waitFor();
      await drawer.getByRole('button', { name: '同意', exact: true }).click();
      await desk.getByRole('dialog', { name: /^同意/ }).getByRole('button', { name: '同意', exact: true }).click();
      await desk.getByText('已同意', { exact: true }).waitFor();
      await desk.getByText('已通过').first().waitFor();
      expect(await countHouses(company)).toBe(0);

      await flows.goto('/system/audit');
      await flows.getByRole('cell', { name: '周客服（王经理 同意）' }).waitFor();
    },
    240_000,
  );

  scene.test(
    'a house changes hands: previewed, done, and its bills cut in two',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '过户物业');
      await makeBilledHouses(company, 1);
      await company.run(moveToLastMonth);
      const { page } = await signIn(await company.person('管理员'), '/estate/houses');
      await page.getByRole('button', { name: '1栋-101' }).click();
      await page.getByRole('tab', { name: '业主与过户' }).click();
      await page.getByRole('button', { name: '办理过户' }).click();
      const drawer = page.getByRole('dialog', { name: '过户 1栋-101' });
      const day = dayOfHandover();
      await enterDay(drawer, '过户日', day);
      await drawer.getByLabel('新业主1 姓名').fill('周敏');
      await drawer.getByLabel('新业主1 电话').fill('13900001111');
      await drawer.getByRole('button', { name: '预览', exact: true }).click();
      const preview = drawer.getByRole('region', { name: '过户预览' });
      await preview.getByText('崔春涛 → 周敏').waitFor();
      await preview.getByText('作废 1 张').waitFor();
      expect(await billsOf(company)).toHaveLength(1);
      await drawer.getByRole('button', { name: '确认过户' }).click();
      await page.getByText('1栋-101 已过户给 周敏').waitFor();
      await ownersShown(page);
      const bills = await billsOf(company);
      expect(bills.map((bill) => bill.debtor)).toEqual(['崔春涛', null]);
      expect(bills.reduce((sum, bill) => sum + bill.fen, 0n)).toBe(27_580n);
      await page.getByRole('tab', { name: '账单' }).click();
      await page.getByText('原业主 崔春涛').waitFor();
    },
    180_000,
  );
});

/** The binding and its bill a month back: whatever the day is today, a day within that month has passed. */
async function moveToLastMonth(ctx: Context): Promise<void> {
  await ctx.tx.run(
    sql`update standard_binding set starts_on = starts_on - interval '1 month' where company_id = ${ctx.companyId}`,
  );
  await ctx.tx.run(sql`update bill set period_from = period_from - interval '1 month', period_to = period_to - interval '1 month'
    where company_id = ${ctx.companyId}`);
}

function dayOfHandover(): string {
  return `${Temporal.PlainYearMonth.from(thisMonth()).subtract({ months: 1 }).toString()}-10`;
}

/** The drawer names the same people while it closes. */
async function ownersShown(page: Page): Promise<void> {
  await page.getByRole('dialog', { name: /^过户/ }).waitFor({ state: 'hidden' });
  await page.getByRole('row', { name: /周敏.*至今/ }).waitFor();
  await page.getByRole('row', { name: /崔春涛/ }).waitFor();
}

function countHouses(company: Company): Promise<number> {
  return company.run(async (ctx) => {
    const row = await ctx.tx.first<{ count: number }>(
      sql`select count(*)::int as count from house where company_id = ${ctx.companyId}`,
    );
    return row!.count;
  });
}

function billsOf(company: Company) {
  return company.run((ctx) =>
    ctx.tx.rows<{ debtor: string | null; fen: bigint }>(sql`select r.name debtor, b.receivable_fen fen from bill b
      left join resident r on r.company_id = b.company_id and r.id = b.debtor_resident_id
      where b.company_id = ${ctx.companyId} and b.voided_at is null order by b.period_from`),
  );
}
