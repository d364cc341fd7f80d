import { describe, expect } from 'vitest';
import { makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('the console', () => {
  scene.test('keeps favourite functions in the order a person gave them, on every computer', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '常用物业');
    const phone = await company.person('管理员');
    const { page } = await signIn(phone, '/dashboard');
    await page.getByText('没有等您办的事').waitFor();
    await page.getByRole('button', { name: '设置' }).click();
    const dialog = page.getByRole('dialog', { name: '常用功能' });
    const order = dialog.getByRole('list', { name: '常用功能的顺序' });
    await order.getByText('房屋').waitFor();
    await dialog.getByRole('button', { name: '移除账单' }).click();
    await dialog.getByRole('combobox', { name: '添加常用功能' }).fill('数据标签');
    await page.keyboard.press('Enter');
    await order.getByText('数据标签').waitFor();
    await order.getByText('数据标签').dragTo(order.getByText('收银台'));
    await dialog.getByRole('button', { name: '住户上移' }).click();
    const written = page.waitForResponse((response) => response.url().includes('/api/preferences/favourites'));
    await dialog.getByRole('button', { name: '好了' }).click();
    await written;
    const wanted = ['数据标签', '收银台', '住户', '房屋'];
    const bar = (one: typeof page) =>
      one.getByRole('navigation', { name: '常用功能' }).getByRole('link').allInnerTexts();
    await expect.poll(() => bar(page)).toEqual(wanted);
    const other = await signIn(phone, '/estate/tags');
    await other.page.getByRole('heading', { level: 1, name: '数据标签' }).waitFor();
    await expect.poll(() => bar(other.page)).toEqual(wanted);
    await other.page.getByRole('navigation', { name: '常用功能' }).getByRole('link', { name: '收银台' }).click();
    await other.page.waitForURL(/\/cashier\/desk/);
  });
});
