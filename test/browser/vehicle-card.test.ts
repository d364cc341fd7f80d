import { describe, expect } from 'vitest';
import { addItem, addStandard } from '../../apps/server/src/domains/charging/charging.fixture.ts';
import { choose } from './harness/choose.ts';
import { makeBilledHouses, makeCompany, thisMonth } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('a monthly card of a vehicle', () => {
  scene.test('is bound by its plate, raised, and taken at the desk by the plate', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '月卡物业');
    const { communityId } = await makeBilledHouses(company, 1);
    await company.run(async (ctx) => {
      const chargeItemId = await addItem(ctx, { name: '停车管理费' });
      await addStandard(ctx, { chargeItemId, name: '机动车月卡', price: '300', quantitySource: 'one' });
      await ctx.tx.client.query(
        `insert into vehicle (company_id, id, community_id, plate, owner_name, created_at, updated_at)
          values ($1, $2, $3, '粤B88888', '车主', now(), now())`,
        [ctx.companyId, ctx.newId(), communityId],
      );
    });
    const { page, context } = await signIn(await company.person('管理员'), '/charging/standard-bindings');
    await page.getByRole('button', { name: '绑定标准' }).first().click();
    const drawer = page.getByRole('dialog', { name: '绑定收费标准' });
    await choose(page, drawer, '收费标准', '机动车月卡');
    await drawer.getByText('车辆', { exact: true }).click();
    await choose(page, drawer, '车辆', '88888');
    await page.keyboard.press('Escape');
    await drawer.getByText('已选 1 辆车').waitFor();
    await drawer.getByLabel('开始日期').fill(`${thisMonth()}-01`);
    await page.keyboard.press('Enter');
    await drawer.getByRole('button', { name: /^绑\s?定$/ }).click();
    await page.getByRole('button', { name: '绑定 1 辆车' }).click();
    await page.getByText('已绑定 1 个').waitFor();
    await page.getByRole('row').filter({ hasText: '车辆 粤B88888' }).waitFor();

    await page.goto(new URL('/charging/raise-bills', page.url()).href);
    await page.getByTitle('停车管理费').first().waitFor();
    await page.getByRole('button', { name: '预览', exact: true }).click();
    await page.getByRole('button', { name: '生成 1 张账单' }).click();
    await page.getByRole('button', { name: '生成 1 张', exact: true }).click();
    await page.getByText('已生成 1 张账单，应收合计 300.00 元').waitFor({ timeout: 60_000 });

    await page.goto(new URL('/cashier/desk', page.url()).href);
    await page.getByRole('combobox', { name: '查找房屋或住户' }).waitFor();
    await page.keyboard.press('F2');
    await page.keyboard.type('88888');
    await page.getByRole('option', { name: /车辆 粤B88888/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('grid', { name: '未收账单' }).waitFor();
    await page.keyboard.press('Enter');
    const [slip] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('Enter')]);
    await page.getByText('收款成功').waitFor();
    await slip.getByText('车辆 粤B88888').first().waitFor();
    const { rows } = await scene.services().ownerPool.query(
      `select r.target_kind, v.plate, r.total_fen from receipt r join vehicle v on v.company_id = r.company_id and v.id = r.target_id
        where r.company_id = $1`,
      [company.id],
    );
    expect(rows).toEqual([{ target_kind: 'vehicle', plate: '粤B88888', total_fen: 30000n }]);
  });
});
