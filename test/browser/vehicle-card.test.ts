import { describe, expect } from 'vitest';
import { addItem, addStandard } from '../../apps/server/src/domains/charging/charging.fixture.ts';
import { nowText } from '../../apps/server/src/platform/context.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { choose, enterDay } from './harness/choose.ts';
import { makeCompany, thisMonth } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('a monthly card of a vehicle', () => {
  scene.test(
    'is bound by its plate, raised, taken at the desk, and stands in the books of the vehicle',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '月卡物业');
      const communityId = await company.community('翠湖花园', 'CHHY');
      await company.run(async (ctx) => {
        const chargeItemId = await addItem(ctx, { name: '停车管理费' });
        await addStandard(ctx, { chargeItemId, name: '机动车月卡', price: '300', quantitySource: 'one' });
        await ctx.tx.run(sql`insert into vehicle (company_id, id, community_id, plate, owner_name, created_at, updated_at)
        values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, '粤B88888', '单于芳', ${nowText(ctx)}, ${nowText(ctx)})`);
      });
      const { page, context } = await signIn(await company.person('管理员'), '/charging/standard-bindings');
      await page.getByRole('button', { name: '绑定标准' }).first().click();
      const drawer = page.getByRole('dialog', { name: '绑定收费标准' });
      await choose(page, drawer, '收费标准', '机动车月卡');
      await choose(page, drawer, '小区', '翠湖花园');
      await drawer.getByRole('radio', { name: '车辆' }).check();
      await choose(page, drawer, '车辆', '88888');
      await page.keyboard.press('Escape');
      await enterDay(drawer, '开始日期', `${thisMonth()}-01`);
      await drawer.getByText('已选 1 辆车').waitFor();
      await drawer.getByRole('button', { name: '绑定', exact: true }).click();
      await page.getByRole('button', { name: '绑定 1 辆车' }).click();
      await page.getByRole('main').getByRole('row').filter({ hasText: '车辆 粤B88888' }).waitFor();
      await drawer.waitFor({ state: 'detached' });

      await page.goto('/charging/raise-bills');
      await page.getByTitle('停车管理费').first().waitFor();
      await page.getByRole('button', { name: '预览', exact: true }).click();
      await page.getByRole('button', { name: '生成 1 张账单' }).click();
      await page.getByRole('button', { name: '生成 1 张', exact: true }).click();
      await page.getByText('已生成 1 张账单，应收合计 300.00 元').waitFor({ timeout: 120_000 });

      await page.goto('/cashier/desk');
      await page.getByRole('combobox', { name: '查找房屋或住户' }).waitFor();
      await page.keyboard.press('F2');
      await page.keyboard.type('88888');
      await page.getByRole('option', { name: /车辆 粤B88888/ }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('grid', { name: '未收账单' }).waitFor();
      const [slip] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('F9')]);
      await page.getByText('收款成功').waitFor();
      await slip.getByText('车辆 粤B88888').first().waitFor();
      await slip.getByText('叁佰元整').first().waitFor();
      const receipts = await company.run((ctx) =>
        ctx.tx.rows(sql`select r.target_kind, v.plate, r.total_fen from receipt r
        join vehicle v on v.company_id = r.company_id and v.id = r.target_id where r.company_id = ${ctx.companyId}`),
      );
      expect(receipts).toEqual([{ target_kind: 'vehicle', plate: '粤B88888', total_fen: 30_000n }]);

      await page.goto('/estate/vehicles');
      await page.getByRole('button', { name: '粤B88888' }).click();
      await page.getByRole('dialog').getByRole('tab', { name: '账单' }).click();
      await page.getByRole('dialog').getByText('停车管理费').first().waitFor();
      await page.getByRole('dialog').getByText('已缴清').first().waitFor();
    },
  );
});
