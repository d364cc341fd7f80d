import { describe, expect } from 'vitest';
import { addBuilding, addHouse, addItem } from '../../apps/server/src/domains/charging/charging.fixture.ts';
import { createChargeStandard } from '../../apps/server/src/domains/charging/index.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { choose, enterDay } from './harness/choose.ts';
import { makeCompany, thisMonth } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();
const tier = (upTo: string | null, price: string) => ({ upTo, perHead: '0', price });

describe('a charge standard by formula', () => {
  scene.test(
    'is typed with the names offered, told its mistake, tried on a house, saved, bound, and billed as tried',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '公式物业');
      const communityId = await company.community('翠湖花园', 'GSHY');
      const houseId = await company.run(async (ctx) => {
        const buildingId = await addBuilding(ctx, communityId, '1栋');
        await addItem(ctx, { name: '物业管理费' });
        const id = await addHouse(ctx, { communityId, buildingId, number: '1201', builtArea: '98.50' });
        await ctx.tx.run(sql`update house set floor = 12 where company_id = ${ctx.companyId} and id = ${id}`);
        return id;
      });
      const { page } = await signIn(await company.person('收费主管'), '/charging/charge-standards');
      await page.getByRole('button', { name: '新增收费标准' }).first().click();
      const form = page.getByRole('dialog', { name: '新增收费标准' });
      await choose(page, form, '收费项目', '物业管理费');
      await form.getByLabel('标准名称').fill('面积加电梯');
      await choose(page, form, '计价方式', '公式');
      const editor = form.getByRole('textbox', { name: '公式', exact: true });
      await editor.click();
      // The names are offered while typing; Enter takes the first.
      await page.keyboard.insertText('建筑');
      await form.getByRole('option', { name: /建筑面积/ }).waitFor();
      await page.keyboard.press('Enter');
      await page.keyboard.type(' * ');
      await page.keyboard.insertText('单价');
      await page.keyboard.type(' + ');
      await page.keyboard.insertText('电梯费');
      await form.getByText('第 13 个字：没有叫“电梯费”的字段，请从列出的名称中选择').first().waitFor();
      for (let typed = 0; typed < '电梯费'.length; typed += 1) await page.keyboard.press('Backspace');
      await page.keyboard.insertText('楼层 * 0.5');
      await form.getByText('没有叫“电梯费”').first().waitFor({ state: 'detached' });
      // Escape closes what is offered, never the form with all that was typed.
      await page.keyboard.press('Escape');
      await form.getByLabel('单价', { exact: true }).fill('2.80');

      await form.getByText('试算：用一套真实的房屋看看每一步').click();
      await choose(page, form, '试算对象', '1201');
      await form.getByRole('button', { name: '试算', exact: true }).click();
      // 98.50 × 2.80 = 275.80, and 12 × 0.5 = 6.
      await form.getByText('281.80 元').first().waitFor();
      await form.getByText('98.5 × 2.8').waitFor();
      await form.getByRole('button', { name: '保存' }).click();
      await page.getByText('收费标准已保存').waitFor();

      await page.goto('/charging/standard-bindings');
      await page.getByRole('button', { name: '绑定标准' }).first().click();
      const drawer = page.getByRole('dialog', { name: '绑定收费标准' });
      await choose(page, drawer, '收费标准', '面积加电梯');
      await choose(page, drawer, '小区', '翠湖花园');
      await enterDay(drawer, '开始日期', `${thisMonth()}-01`);
      await drawer.getByText('已选 1 套房屋').waitFor();
      await drawer.getByRole('button', { name: '绑定', exact: true }).click();
      await page.getByRole('button', { name: '绑定 1 套房屋', exact: true }).click();
      await page.getByText('已绑定 1 个').waitFor();

      await page.goto('/charging/raise-bills');
      await page.getByTitle('物业管理费').first().waitFor();
      await page.getByRole('button', { name: '预览', exact: true }).click();
      await page.getByText('281.80').first().waitFor();
      await page.getByRole('button', { name: '生成 1 张账单' }).click();
      await page.getByRole('button', { name: '生成 1 张', exact: true }).click();
      await page.getByText('已生成 1 张账单，应收合计 281.80 元').waitFor({ timeout: 120_000 });
      const bills = await company.run((ctx) =>
        ctx.tx.rows(sql`select receivable_fen::int fen, calculation ->> 'x' formula from bill
          where company_id = ${ctx.companyId} and target_id = ${houseId} and voided_at is null`),
      );
      expect(bills).toEqual([{ fen: 28180, formula: '建筑面积 * 单价 + 楼层 * 0.5' }]);
    },
  );

  scene.test('by tiers is changed from a day on, and its history tells both tables', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '阶梯物业');
    await company.community('翠湖花园', 'JTHY');
    const standardId = await company.run(async (ctx) => {
      const tiers = { span: 'year' as const, freeHeads: 0, tiers: [tier('216', '3.03'), tier(null, '4.23')] };
      const { id } = await createChargeStandard(ctx, {
        ...{ chargeItemId: await addItem(ctx, { name: '水费' }), name: '居民用水', method: 'tiers', everyMonths: 1 },
        ...{ quantitySource: 'meterUsage', quantityUnit: 'm³', quantityFieldId: null, formula: null, tiers },
        ...{ alignment: 'natural', note: '', price: null },
      });
      return id;
    });
    const { page } = await signIn(await company.person('收费主管'), '/charging/charge-standards');
    await page
      .getByRole('row', { name: /居民用水/ })
      .getByRole('button', { name: '修改' })
      .click();
    const form = page.getByRole('dialog', { name: '修改收费标准' });
    await form.getByLabel('第 1 档单价').fill('3.50');
    await enterDay(form, '新阶梯从哪天起', '2027-03-16');
    await form.getByRole('button', { name: '保存' }).click();
    await page.getByText('收费标准已保存').waitFor();
    await page.getByRole('button', { name: '居民用水' }).click();
    await page.getByRole('tab', { name: '公式与阶梯历史' }).click();
    await page.getByText('0 至 216 m³：3.50 元').waitFor();
    await page.getByText('0 至 216 m³：3.03 元').waitFor();
    const kept = await company.run((ctx) =>
      ctx.tx.rows(sql`select holds_until, tiers -> 'tiers' -> 0 ->> 'price' price from charge_standard_rule
        where company_id = ${ctx.companyId} and charge_standard_id = ${standardId}`),
    );
    expect(kept).toEqual([{ holds_until: '2027-03-16', price: '3.03' }]);
  });
});
