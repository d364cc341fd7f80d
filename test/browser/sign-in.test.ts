import { describe, expect } from 'vitest';
import { createStaff } from '../../apps/server/src/platform/company/create-company.ts';
import { makeCompany } from './harness/company.ts';
import { demoPassword, enter, openScene } from './harness/index.ts';

const scene = openScene();

describe('signing in', () => {
  scene.test('says that phone or password are wrong, without saying which', async ({ open }) => {
    const { page, expectRefusal } = await open('/estate/houses');
    expectRefusal(/^401 POST \/api\/session$/);
    await page.waitForURL(/\/sign-in\?next=/);
    await enter(page, '19900000001', 'not-the-password1');
    const refusal = page.getByRole('alert');
    await refusal.waitFor();
    expect(await refusal.innerText()).toMatch(/手机号或密码/);
  });

  scene.test('makes a new person choose a password of their own before anything opens', async ({ open }) => {
    const company = await makeCompany(scene.services(), '新人物业');
    const phone = await company.person('客服', { name: '周新人', mustChangePassword: true });
    const { page, expectRefusal } = await open('/estate/houses');
    await enter(page, phone, demoPassword);
    await page.getByText('设置您的密码').waitFor();
    expect(await page.getByRole('navigation', { name: '主菜单' }).count()).toBe(0);
    await page.getByLabel('原密码').fill(demoPassword);
    await page.getByLabel('新密码', { exact: true }).fill('short1');
    await page.getByLabel('再输一次新密码').fill('short1');
    expectRefusal(/^422 .*password/);
    await page.getByRole('button', { name: '保存并进入' }).click();
    await page.locator('.ant-form-item-explain-error').first().waitFor();
    await page.getByLabel('新密码', { exact: true }).fill('chunfeng2026');
    await page.getByLabel('再输一次新密码').fill('chunfeng2026');
    await page.getByRole('button', { name: '保存并进入' }).click();
    await page.getByRole('heading', { level: 1, name: '房屋' }).waitFor();
    const rows = await scene
      .services()
      .ownerPool.query('select must_change_password as must from account where phone = $1', [phone]);
    expect(rows.rows).toEqual([{ must: false }]);
  });

  scene.test('asks who works for two companies which one it is today, and lets them change over', async ({ open }) => {
    const [one, two] = [
      await makeCompany(scene.services(), '春风物业'),
      await makeCompany(scene.services(), '秋水物业'),
    ];
    const phone = await one.person('财务', { name: '周会计' });
    const person = { name: '周会计', phone, password: demoPassword, position: '会计', groups: ['财务'] as const };
    await two.run((ctx) => createStaff(ctx, { ...person, communityIds: '*' }));
    const { page } = await open('/sign-in');
    await enter(page, phone, demoPassword);
    await page.getByRole('button', { name: '秋水物业' }).click();
    await page.getByRole('navigation', { name: '主菜单' }).waitFor();
    const menu = page.getByRole('button', { name: /个人菜单/ });
    await menu.click();
    await page.getByText('秋水物业 · 会计').waitFor();
    await page.getByRole('menuitem', { name: '切换公司' }).click();
    await page.getByRole('dialog', { name: '切换公司' }).getByRole('button', { name: '春风物业' }).click();
    await page.waitForURL(/\/(dashboard)?$/);
    await menu.click();
    await page.getByText('春风物业 · 财务').waitFor();
  });

  scene.test(
    'leads back to the page a person was on when their sign-in was ended from another device',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '两台设备物业');
      const phone = await company.person('管理员');
      const left = await signIn(phone, '/estate/tags');
      const other = await signIn(phone);
      await other.page.getByRole('button', { name: /个人菜单/ }).click();
      await other.page.getByRole('menuitem', { name: '登录设备' }).click();
      const devices = other.page.getByRole('dialog', { name: '登录设备' });
      await devices.getByRole('button', { name: '结束' }).click();
      await other.page.locator('.ant-popconfirm-buttons').getByRole('button', { name: '结束' }).click();
      await other.page.getByText('该设备已退出').waitFor();
      left.expectRefusal(/^401 GET /);
      await left.page
        .getByRole('navigation', { name: '主菜单' })
        .getByRole('link', { name: '房屋', exact: true })
        .click();
      await left.page.waitForURL(/\/sign-in/);
      expect(await left.page.getByRole('alert').innerText()).toMatch(/登录/);
      await enter(left.page, phone, demoPassword);
      await left.page.getByRole('heading', { level: 1, name: '房屋' }).waitFor();
    },
  );

  scene.test('keeps dark mode after a reload, and Ctrl-K finds a house by its number', async ({ signIn }) => {
    const { page } = await signIn('19900000001', '/estate/tags');
    await page.getByRole('button', { name: '换成深色' }).click();
    await page.reload();
    await page.getByRole('button', { name: '换成浅色' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /跳到页面/ }).fill('3栋2单元1301');
    await page
      .getByRole('option', { name: /3栋2单元1301/ })
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/estate\/houses\?.*id=/);
    await page.getByRole('dialog').getByText('3栋2单元1301').first().waitFor();
  });
});
