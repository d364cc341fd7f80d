import { describe, expect } from 'vitest';
import { addBuilding, addHouse } from '../../apps/server/src/domains/charging/charging.fixture.ts';
import { moveIn } from '../../apps/server/src/domains/estate/index.ts';
import { submitApplication } from '../../apps/server/src/domains/residents/index.ts';
import { nowText } from '../../apps/server/src/platform/context.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { choose } from './harness/choose.ts';
import { type Company, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

async function prepare(name: string): Promise<{ company: Company; communityId: string; houseId: string }> {
  const company = await makeCompany(scene.services(), name);
  const communityId = await company.community('住户园', 'ZH');
  const houseId = await company.run(async (ctx) => {
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    return addHouse(ctx, { communityId, buildingId, number: '101', builtArea: '90.00' });
  });
  return { company, communityId, houseId };
}

const live = (company: Company, houseId: string, name: string, phone: string) =>
  company.run((ctx) =>
    moveIn(ctx, { houseId, name, phone, sex: null, role: 'owner', movedInOn: '2025-01-01', validUntil: null }),
  );

describe('people and the houses they live in', () => {
  scene.test('reviews an application from the console into a house', async ({ signIn }) => {
    const { company, communityId } = await prepare('审核物业');
    await company.run((ctx) =>
      submitApplication(ctx, {
        ...{ communityId, name: '申小请', phone: '13611112222', sex: null, houseId: null, role: null },
        ...{ note: '1栋101的业主', source: 'resident', isPhoneVerified: true },
      }),
    );
    const { page } = await signIn(await company.person('客服'), '/dashboard');
    await page
      .getByRole('link', { name: /入住审核/ })
      .filter({ hasText: '1' })
      .click();
    await page.getByRole('button', { name: '通过' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('注册说明：1栋101的业主').waitFor();
    await choose(page, dialog, '迁入的房屋', '101');
    await dialog.getByRole('button', { name: '通过并迁入' }).click();
    await page.getByText('已通过并迁入').waitFor();
    const { rows } = await scene
      .services()
      .ownerPool.query(
        `select r.name, o.role, o.moved_in_how, r.is_phone_verified from occupancy o join resident r on r.id = o.resident_id where o.company_id = $1`,
        [company.id],
      );
    expect(rows).toEqual([{ name: '申小请', role: 'owner', moved_in_how: 'review', is_phone_verified: true }]);
    await page.goto(new URL('/estate/residents', page.url()).href);
    await page.getByRole('button', { name: '申小请' }).waitFor();
  });

  scene.test('enters an id card, shows it by asking, and the audit tells who looked', async ({ signIn }) => {
    const { company, houseId } = await prepare('证件物业');
    const { residentId } = await live(company, houseId, '郑小证', '13633334444');
    const { page } = await signIn(
      await company.person('管理员', { name: '查看的人' }),
      `/estate/residents/file?id=${residentId}`,
    );
    await page.getByRole('button', { name: '登记证件' }).click();
    await page.getByLabel('身份证号', { exact: true }).fill('11010519491231002x');
    await page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
    await page.getByText('110***********002X').waitFor();
    await page.getByRole('button', { name: '查看完整证件号' }).click();
    await page.getByText('11010519491231002X').waitFor();
    const { rows } = await scene
      .services()
      .ownerPool.query(`select 1 from resident t where company_id = $1 and position('19491231002' in t::text) > 0`, [
        company.id,
      ]);
    expect(rows).toEqual([]);
    await page.goto(new URL('/system/audit', page.url()).href);
    const entry = page.getByRole('row').filter({ hasText: '查看住户完整证件号' });
    await entry.waitFor();
    expect(await entry.innerText()).toContain('查看的人');
  });

  scene.test(
    'brings people in from a sheet, tags them and gives them a field of the company’s own',
    async ({ signIn }) => {
      const { company } = await prepare('住户导入物业');
      await company.run((ctx) =>
        ctx.tx.run(sql`insert into tag (company_id, id, name, created_at, updated_at)
        values (${ctx.companyId}, ${ctx.newId()}, '独居老人', ${nowText(ctx)}, ${nowText(ctx)})`),
      );
      await company.run((ctx) =>
        ctx.tx.run(sql`insert into custom_field (company_id, id, resource, key, kind, label, created_at, updated_at)
        values (${ctx.companyId}, ${ctx.newId()}, 'resident', 'c1', 'text', '客户等级', ${nowText(ctx)}, ${nowText(ctx)})`),
      );
      const { page } = await signIn(await company.person('管理员'), '/estate/residents');
      await page.getByRole('button', { name: 'import 导入' }).first().click();
      await choose(page, page, '导入到小区', '住户园');
      const sheet =
        '姓名,手机号,身份证号,房屋,客户等级\n钱来来,13677778888,11010519491231002x,1栋-101,重点\n孙错错,,110105194912310020,1栋-101,\n';
      await page
        .locator('input[type=file]')
        .setInputFiles({ name: '住户.csv', mimeType: 'text/csv', buffer: Buffer.from(sheet) });
      await page.getByText('110***********002x').first().waitFor();
      await page.getByRole('button', { name: '检查数据' }).click();
      await page.getByText('不是有效的 18 位居民身份证号').waitFor();
      expect(await page.getByText('19491231').count()).toBe(0);
      await page.getByRole('button', { name: '导入没有问题的 1 行' }).click();
      await page.getByText('导入完成').first().waitFor();

      await page.goto(new URL('/estate/residents', page.url()).href);
      // Of the list: what opens over it has rows with the same name.
      const row = page.getByRole('main').getByRole('row').filter({ hasText: '钱来来' });
      await row.getByText('重点').waitFor();
      await row.getByRole('checkbox').check();
      await page.getByRole('button', { name: '设置标签' }).click();
      const tagging = page.getByRole('dialog');
      await choose(page, tagging, '贴上的标签', '独居老人');
      await page.keyboard.press('Escape');
      await tagging.getByRole('button', { name: '设置 1 位' }).click();
      await row.getByText('独居老人').waitFor();
      await page.getByRole('button', { name: '钱来来' }).click();
      const drawer = page.getByRole('dialog');
      await drawer.getByRole('tab', { name: '个人资料' }).click();
      await drawer.getByRole('button', { name: '修改资料' }).click();
      const form = page.getByRole('dialog', { name: '修改住户' });
      await form.getByLabel('客户等级').fill('普通');
      await form.getByRole('button', { name: /保\s*存/ }).click();
      await page.getByText('住户已保存').waitFor();
      await row.getByText('普通').waitFor();
      const { rows } = await scene
        .services()
        .ownerPool.query(
          `select r.name, r.phone, r.has_id_card, v.text_value from resident r join custom_value v on v.owner_id = r.id where r.company_id = $1`,
          [company.id],
        );
      expect(rows).toEqual([{ name: '钱来来', phone: '13677778888', has_id_card: true, text_value: '普通' }]);
    },
  );

  scene.test('moves somebody out and erases them; the list no longer finds them', async ({ signIn }) => {
    const { company, houseId } = await prepare('注销物业');
    await live(company, houseId, '忘小川', '13655556666');
    const { page } = await signIn(await company.person('管理员'), '/estate/residents');
    await page.getByRole('button', { name: '忘小川' }).click();
    await page.getByRole('dialog').getByRole('tab', { name: '个人资料' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '住户档案' }).click();
    await page.getByRole('button', { name: '迁出' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: '迁 出' })
      .or(page.getByRole('dialog').getByRole('button', { name: '迁出' }))
      .last()
      .click();
    await page.getByText('忘小川已迁出').waitFor();
    await page.getByRole('button', { name: '更多' }).hover();
    await page.getByRole('menuitem', { name: '注销（清除个人信息）' }).click();
    const dialog = page.getByRole('dialog', { name: /注销/ });
    await dialog.getByLabel('原因').fill('本人书面申请');
    await dialog.getByRole('button', { name: /注\s?销/ }).click();
    await page.getByText('已注销，个人信息已清除').waitFor();
    await page.getByText('已注销住户').first().waitFor();
    const { rows } = await scene
      .services()
      .ownerPool.query(`select name, phone from resident where company_id = $1`, [company.id]);
    expect(rows).toEqual([{ name: '已注销住户', phone: '' }]);
    await page.goto(new URL('/estate/residents?q=忘小川', page.url()).href);
    await page
      .getByText('没有符合条件')
      .or(page.getByText(/没有.*住户/))
      .first()
      .waitFor();
  });
});
