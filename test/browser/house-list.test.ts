import { describe, expect } from 'vitest';
import { choose } from './harness/choose.ts';
import { openScene } from './harness/index.ts';

const administrator = '19900000001';
const scene = openScene();

describe('looking for houses, with the data of the demo', () => {
  scene.test('keeps what was filtered in the address, for a reload and for a colleague', async ({ signIn }) => {
    const { page } = await signIn(administrator, '/estate/houses');
    await choose(page, page, '房屋状态', '出租');
    await page.keyboard.press('Escape');
    const { rows } = await scene.services().ownerPool.query<{ count: string; area: string }>(
      `select count(*), round(sum(built_area), 2)::text as area from house
       where status = 'let' and company_id = (select company_id from staff where phone = $1)`,
      [administrator],
    );
    const shown = `共 ${Number(rows[0]?.count).toLocaleString('zh-CN')} 条房屋`;
    const area = rows[0]!.area.replace(/\B(?=(\d{3})+\.)/g, ',');
    await page.getByText(shown).waitFor();
    await page.getByText(`建筑面积合计 ${area}`).waitFor();
    await page.reload();
    await page.getByText(shown).waitFor();
    const colleague = await signIn('19900000002', page.url());
    await colleague.page.getByText(shown).waitFor();
  });

  scene.test(
    'narrows by the tree, finds by the initials of a name, and shows the owner in the drawer',
    async ({ signIn }) => {
      const { rows } = await scene.services().ownerPool.query<{ house: string; name: string; initials: string }>(
        `select h.full_name as house, r.name, r.pinyin_initials as initials from occupancy o
       join resident r on (r.company_id, r.id) = (o.company_id, o.resident_id)
       join house h on (h.company_id, h.id) = (o.company_id, o.house_id)
       join community c on (c.company_id, c.id) = (h.company_id, h.community_id)
       where c.code = 'JLF' and o.role = 'owner' and o.moved_out_on is null and length(r.pinyin_initials) = 3
       order by h.full_name limit 1`,
      );
      const { house, name, initials } = rows[0]!;
      const { page } = await signIn(administrator, '/estate/houses');
      const tree = page.getByRole('tree');
      await tree.getByText('锦澜府').waitFor();
      await tree.getByText('锦澜府').click();
      await page.waitForURL(/community=(?!all)/);
      const box = page.getByRole('search').getByRole('textbox').first();
      await box.fill(initials);
      // Rows of the list before stand until those that match are there.
      const found = page.waitForResponse(
        (response) => new URL(response.url()).searchParams.get('q') === initials && response.ok(),
      );
      await box.press('Enter');
      await found;
      await expect.poll(() => page.locator('.ant-spin-spinning').count()).toBe(0);
      const row = page.getByRole('button', { name: house, exact: true });
      await row.first().click();
      await page.waitForURL(/[?&]id=/);
      const drawer = page.getByRole('dialog');
      await drawer.getByRole('tab', { name: '住户、车位与车辆' }).click();
      await drawer.getByText(name).first().waitFor();
      expect(await drawer.innerText()).toContain('业主本人');
    },
  );

  scene.test('tells that reading takes long, and stops it when asked to', async ({ signIn }) => {
    const { ownerPool } = scene.services();
    const { page } = await signIn(administrator, '/estate/parking-spaces');
    const counted = page.getByText(/^共 [\d,]+ 条车位/);
    await counted.waitFor();
    const holder = await ownerPool.connect();
    try {
      await holder.query('begin');
      await holder.query('lock table anlin.parking_space in access exclusive mode');
      // Words nobody has looked for yet: what was read before would be given again without a look at the table.
      await page.goto('/estate/parking-spaces?q=A00');
      await page.getByText(/已读取 \d+ 秒/).waitFor();
      await page.getByRole('button', { name: '停止' }).click();
      await page
        .getByText(/已按您的要求停止读取/)
        .first()
        .waitFor();
    } finally {
      await holder.query('rollback');
      holder.release();
    }
    await page.reload();
    await counted.waitFor();
  });
});
