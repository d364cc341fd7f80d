import { describe, expect } from 'vitest';
import { openScene } from './harness/index.ts';

// 孙丽娟 of the demo: a cashier who sees 锦澜府 alone.
const cashier = '19900000004';
const scene = openScene();

describe('what a cashier of one community sees', () => {
  scene.test('is that community alone, in lists, tree and search', async ({ signIn }) => {
    const { page } = await signIn(cashier, '/estate/houses');
    await page.getByRole('heading', { level: 1, name: '房屋' }).waitFor();
    const count = await scene.services().ownerPool.query<{ count: string }>(
      "select count(*) from house h join community c on (c.company_id, c.id) = (h.company_id, h.community_id) where c.code = 'JLF'",
    );
    const expected = Number(count.rows[0]?.count).toLocaleString('zh-CN');
    await page.getByText(`共 ${expected} 条房屋`).waitFor();
    const words = await page.locator('main, #root').first().innerText();
    for (const other of ['溪山云墅', '汇景中心', '桂花苑']) expect(words).not.toContain(other);
    await page.goto('/cashier/desk');
    await page.getByRole('combobox', { name: '查找房屋或住户' }).fill('溪山');
    await page.getByText('没有找到').first().waitFor();
  });

  scene.test('has no menu entries without the right, and a forbidden address says whom to ask', async ({ signIn }) => {
    const { page } = await signIn(cashier);
    const menu = page.getByRole('navigation', { name: '主菜单' });
    const words = await menu.innerText();
    expect(words).toContain('收银台');
    for (const forbidden of ['生成账单', '收费标准', '收费台账', '操作日志']) expect(words).not.toContain(forbidden);
    for (const [address, title] of [
      ['/charging/raise-bills', '生成账单'],
      ['/finance/charge-ledger', '收费台账'],
    ] as const) {
      await page.goto(address);
      await page.getByText(`您没有查看“${title}”的权限`).waitFor();
      await page.getByText('请联系管理员开通').waitFor();
    }
  });
});
