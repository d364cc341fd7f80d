import { describe, expect } from 'vitest';
import { addBuilding, addHouse } from '../../apps/server/src/domains/charging/charging.fixture.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('an administrator', () => {
  scene.test(
    'changes a group, and the menu of a person who is signed in follows',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '权限物业');
      const guardPhone = await company.person('保安', { name: '门岗小赵' });
      const { page: guard, expectRefusal } = await signIn(guardPhone, '/estate/houses');
      expectRefusal(/^403 GET \/api\/vehicles/);
      const menu = guard.getByRole('navigation', { name: '主菜单' });
      await menu.getByText('车辆', { exact: true }).waitFor();

      const { page } = await signIn(await company.person('管理员'), '/system/permission-groups');
      await page.getByRole('row', { name: /保安/ }).getByRole('button', { name: '编辑' }).click();
      const drawer = page.getByRole('dialog');
      expect(await drawer.getByRole('checkbox', { name: '车辆 查看' }).isChecked()).toBe(true);
      await drawer.getByRole('checkbox', { name: '车辆 查看' }).uncheck();
      await drawer.getByRole('checkbox', { name: '账单 查看', exact: true }).check();
      await drawer.getByRole('button', { name: /^保\s?存$/ }).click();
      await page.getByText('已保存“保安”').waitFor();

      // The guard clicks on: refused where the right is gone, and the menu is the new one.
      await menu.getByText('车辆', { exact: true }).click();
      await menu.getByText('账单', { exact: true }).waitFor();
      await menu.getByText('车辆', { exact: true }).waitFor({ state: 'detached' });
      const { rows } = await scene
        .services()
        .ownerPool.query<{ permissions: string[] }>(
          `select permissions from permission_group where company_id = $1 and built_in = '保安'`,
          [company.id],
        );
      expect(rows[0]!.permissions).toContain('bill.view');
      expect(rows[0]!.permissions).not.toContain('vehicle.view');
    },
    120_000,
  );

  scene.test(
    'narrows a person to one building, and their list of houses shows it alone',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '范围物业');
      const communityId = await company.community('翠湖花园', 'CHHY');
      await company.run(async (ctx) => {
        for (const name of ['3栋', '5栋']) {
          const buildingId = await addBuilding(ctx, communityId, name);
          for (const number of ['101', '102'])
            await addHouse(ctx, { communityId, buildingId, number, builtArea: '90' });
        }
      });
      const keeperPhone = await company.person('客服', { name: '管家小林' });
      const keeper = (await signIn(keeperPhone, '/estate/houses')).page;
      await keeper.getByText('共 4 条房屋').waitFor();

      const { page } = await signIn(await company.person('管理员'), '/system/staff-rights');
      await page.getByRole('button', { name: '管家小林' }).click();
      const drawer = page.getByRole('dialog');
      await drawer.getByRole('tab', { name: '数据范围' }).click();
      await drawer.getByRole('radio', { name: /只看指定/ }).check();
      const tree = drawer.getByRole('tree');
      await tree.locator('.ant-tree-switcher').first().click();
      await tree.getByText('3栋').waitFor();
      await tree.locator('.ant-tree-treenode', { hasText: '3栋' }).locator('.ant-tree-checkbox').click();
      await drawer.getByText('整栋：翠湖花园 3栋').waitFor();
      await drawer.getByRole('button', { name: '保存数据范围' }).click();
      await page.getByText('已保存，管家小林').waitFor();

      await keeper.reload();
      await keeper.getByText('共 2 条房屋').waitFor();
      const words = await keeper.locator('#root').innerText();
      expect(words).toContain('3栋-101');
      expect(words).not.toContain('5栋');
      const kept = await company.run((ctx) =>
        ctx.tx.rows<{
          name: string;
        }>(sql`select b.name from staff_building l join building b on b.company_id = l.company_id and b.id = l.building_id
        where l.company_id = ${ctx.companyId}`),
      );
      expect(kept.map((row) => row.name)).toEqual(['3栋']);
      await drawer.getByRole('tab', { name: '有效权限和来源' }).click();
      await drawer.getByRole('row', { name: /房屋 查看 客服/ }).waitFor();
    },
    120_000,
  );
});
