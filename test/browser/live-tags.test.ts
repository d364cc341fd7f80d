import { describe, expect } from 'vitest';
import {
  addBuilding,
  addHouse,
  addItem,
  addStandard,
} from '../../apps/server/src/domains/charging/charging.fixture.ts';
import { followTags } from '../../apps/server/src/domains/charging/index.ts';
import { tagIds } from '../../apps/server/src/domains/estate/index.ts';
import { choose } from './harness/choose.ts';
import { makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('a standard that follows a tag', () => {
  scene.test('a house that gets the tag later is in the preview of bills', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '标签物业');
    const communityId = await company.community('标签园', 'BQ');
    await company.run(async (ctx) => {
      const buildingId = await addBuilding(ctx, communityId, '1栋');
      for (const number of ['101', '102']) {
        await addHouse(ctx, { communityId, buildingId, number, builtArea: '100.00' });
      }
      await addStandard(ctx, {
        chargeItemId: await addItem(ctx, { name: '清运费' }),
        name: '清运 2 元',
        price: '2',
        quantitySource: 'builtArea',
      });
      await tagIds(ctx, ['商户']);
    });
    const { page } = await signIn(await company.person('管理员'), '/charging/standard-bindings');
    await page.getByRole('button', { name: '绑定标准' }).first().click();
    const drawer = page.getByRole('dialog', { name: '绑定收费标准' });
    await choose(page, drawer, '收费标准', '清运');
    await choose(page, drawer, '标签', '商户');
    await page.keyboard.press('Escape');
    await drawer.getByLabel(/^跟随标签/).check();
    await drawer.getByLabel('开始日期').fill('2026-01-01');
    await page.keyboard.press('Enter');
    await drawer.getByRole('button', { name: /^绑\s?定$/ }).click();
    await page.getByRole('button', { name: '绑定并跟随标签' }).click();
    await page.getByText(/已绑定 0 个/).waitFor();
    await page.getByRole('button', { name: /^tags 跟随标签/ }).click();
    await page.getByText('有标签 0 套房屋，已绑定 0').waitFor();

    await page.goto(new URL('/estate/houses', page.url()).href);
    await page.getByRole('row').filter({ hasText: '1栋-102' }).getByRole('checkbox').check();
    await page.getByRole('button', { name: '设置标签' }).click();
    const tagging = page.getByRole('dialog');
    await choose(page, tagging, '贴上的标签', '商户');
    await page.keyboard.press('Escape');
    await tagging.getByRole('button', { name: '设置 1 套' }).click();
    await page.getByText('已设置 1 套房屋的标签').waitFor();
    await page.getByRole('row').filter({ hasText: '1栋-102' }).getByText('商户').waitFor();
    await followTags(scene.services(), company.id);

    await page.goto(new URL('/charging/standard-bindings', page.url()).href);
    const bound = page.getByRole('row').filter({ hasText: '1栋-102' });
    await bound.getByText('商户').waitFor();
    const { rows } = await scene
      .services()
      .ownerPool.query(
        `select ends_on, tag_binding_id is not null as follows from standard_binding where company_id = $1`,
        [company.id],
      );
    expect(rows).toEqual([{ ends_on: null, follows: true }]);
    await page.goto(new URL('/charging/raise-bills', page.url()).href);
    await page.getByTitle('清运费').first().waitFor();
    await page.getByRole('button', { name: '预览', exact: true }).click();
    await page.getByText('1栋-102').first().waitFor();
  });
});
