import { describe, expect } from 'vitest';
import { makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('what a community shows of itself', () => {
  scene.test('phones entered in the settings stand on the page its code leads to', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '小区码物业');
    await company.community('翠湖花园一期（含商业街与公寓）', 'CHHY');
    const { page } = await signIn(await company.person('管理员'), '/estate/communities');
    await page.getByRole('button', { name: '修改' }).first().click();
    const drawer = page.getByRole('dialog');
    await drawer.getByLabel('服务电话', { exact: true }).fill('0755-12345678');
    await drawer.getByLabel('其他服务电话').fill('工程 0755-87654321\n夜间值班 13800138000');
    const place = async (label: string, typed: string, chosen: string) => {
      await drawer.getByLabel(label, { exact: true }).fill(typed);
      await page.locator('.ant-select-item-option').filter({ hasText: chosen }).click();
    };
    await place('省', '北京', '北京市');
    await drawer.getByLabel('区县').click();
    await page.locator('.ant-select-item-option').filter({ hasText: '海淀区' }).click();
    await place('省', '四川', '四川省');
    await expect.poll(() => drawer.getByLabel('区县').inputValue()).toBe('');
    await place('市', '成', '成都市');
    await drawer.getByLabel('区县').fill('东部新区');
    await drawer.getByRole('button', { name: /^保\s?存$/ }).click();
    await drawer.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '小区码' }).click();
    const code = page.getByRole('dialog');
    await code.getByRole('img', { name: /的小区码/ }).waitFor();
    const address = await code.getByRole('link', { name: '打开页面' }).getAttribute('href');
    await page.context().clearCookies();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(address ?? '');
    await page.getByRole('heading', { name: '翠湖花园一期（含商业街与公寓）' }).waitFor();
    await page.getByText('成都市东部新区').waitFor();
    expect(await page.getByRole('link', { name: /夜间值班/ }).getAttribute('href')).toBe('tel:13800138000');
    expect(await page.getByRole('link', { name: /服务电话/ }).innerText()).toContain('0755-12345678');
    await page.getByText('工作人员核实后登记入住').waitFor();
  });
});
