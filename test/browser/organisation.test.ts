import { describe, expect } from 'vitest';
import { choose } from './harness/choose.ts';
import { makeCompany } from './harness/company.ts';
import { demoPassword, enter, openScene } from './harness/index.ts';

const scene = openScene();

describe('the organisation', () => {
  scene.test('is built as a tree, a department is moved, and one with people in it stays', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '组织物业');
    const { page, expectRefusal } = await signIn(await company.person('管理员'), '/organisation/departments');
    const add = async (button: string, name: string) => {
      await page.getByRole('button', { name: button }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('部门名称').fill(name);
      await dialog.getByRole('button', { name: '保存' }).click();
      await page.getByRole('heading', { level: 2, name: new RegExp(`${name}$`) }).waitFor();
      await dialog.waitFor({ state: 'detached' });
    };
    await add('新增部门', '工程部');
    await add('新增下级', '维修组');
    await add('新增部门', '客服部');
    await page.getByRole('tree').getByText('维修组').click();
    await page.getByRole('button', { name: '移动' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('上级').click();
    await page.locator('.ant-select-tree').getByText('客服部', { exact: true }).click();
    await dialog.getByRole('button', { name: '移动' }).click();
    await page.getByRole('heading', { level: 2, name: '客服部 / 维修组' }).waitFor();

    const paths = () =>
      company.run(async (ctx) => {
        const { rows } = await ctx.tx.client.query<{ path: string }>(
          'select department_path(company_id, id) as path from department where company_id = $1 order by 1',
          [ctx.companyId],
        );
        return rows.map((row) => row.path).sort();
      });
    expect(await paths()).toEqual(['客服部', '客服部/维修组', '工程部'].sort());

    await company.run((ctx) =>
      ctx.tx.client.query(
        `insert into staff_department select s.company_id, s.id, d.id from staff s, department d
         where s.company_id = $1 and d.company_id = $1 and d.name = '维修组'`,
        [ctx.companyId],
      ),
    );
    expectRefusal(/^409 DELETE \/api\/departments/);
    await page.getByRole('tree').getByText('客服部').click();
    await page.getByRole('button', { name: '删除' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
    await page.getByText('还有 1 人（管理员）').waitFor();
    expect(await paths()).toHaveLength(3);
  });

  scene.test(
    'gives a department a permission group, which its people and those below hold at once',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '授权物业');
      const guard = await company.person('保安');
      await company.run(async (ctx) => {
        const [top, below] = [ctx.newId(), ctx.newId()];
        await ctx.tx.client.query(
          `insert into department (company_id, id, parent_id, name, created_at, updated_at)
         values ($1, $2, null, '工程部', now(), now()), ($1, $3, $2, '维修组', now(), now())`,
          [ctx.companyId, top, below],
        );
        await ctx.tx.client.query(
          `insert into staff_department select company_id, id, $2 from staff where company_id = $1 and name = '保安'`,
          [ctx.companyId, below],
        );
      });
      const { page: theirs } = await signIn(guard, '/estate/houses');
      const { page } = await signIn(await company.person('管理员'), '/organisation/departments');
      await page.getByRole('tree').getByText('工程部').click();
      await page.getByRole('button', { name: '设置权限组' }).click();
      const dialog = page.getByRole('dialog', { name: '“工程部”的权限组' });
      await dialog.getByRole('checkbox', { name: /^收银员/ }).check();
      await dialog.getByRole('button', { name: '保存' }).click();
      await page.getByText('权限组：收银员', { exact: true }).waitFor();
      await page.getByRole('tree').getByText('维修组').click();
      await page.getByText('权限组：收银员（来自 工程部）').waitFor();
      await theirs.reload();
      await theirs.getByRole('navigation', { name: '主菜单' }).getByText('收银台').first().waitFor();
      const { rows } = await company.run((ctx) =>
        ctx.tx.client.query(
          `select g.name from department_permission_group l join permission_group g on g.company_id = l.company_id
             and g.id = l.permission_group_id where l.company_id = $1`,
          [ctx.companyId],
        ),
      );
      expect(rows).toEqual([{ name: '收银员' }]);
    },
  );

  scene.test(
    'gets a member of the staff, who signs in with the password shown once and must change it',
    async ({ signIn, open }) => {
      const company = await makeCompany(scene.services(), '员工物业');
      const { page } = await signIn(await company.person('管理员'), '/organisation/staff');
      await page.getByRole('button', { name: '新增员工' }).click();
      const form = page.getByRole('dialog');
      const phone = `166${String(Date.now()).slice(-8)}`;
      await form.getByLabel('姓名').fill('高志强');
      await form.getByLabel('手机号').fill(phone);
      await form.getByLabel('工号').fill('A012');
      await form.getByRole('button', { name: '保存' }).click();
      const shown = page.getByRole('dialog', { name: '初始密码' });
      const initial = await shown.locator('tbody td').nth(2).innerText();
      await shown.getByRole('button', { name: '我已记下' }).click();
      await page.getByRole('textbox', { name: /^搜索/ }).fill('gzq');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: '高志强' }).waitFor();

      const other = await open('/sign-in');
      await enter(other.page, phone, initial);
      await other.page.getByRole('heading', { name: '设置您的密码' }).waitFor();
      await other.page.getByLabel('原密码').fill(initial);
      await other.page.getByLabel('新密码', { exact: true }).fill(demoPassword);
      await other.page.getByLabel('再输一次新密码').fill(demoPassword);
      await other.page.getByRole('button', { name: '保存并进入' }).click();
      await other.page.getByRole('heading', { level: 1, name: '工作台' }).waitFor();

      other.expectRefusal(/^401 /);
      await page
        .getByRole('row', { name: /高志强/ })
        .getByRole('button', { name: '停用' })
        .click();
      await page.getByRole('dialog').getByRole('button', { name: '停用 1 人' }).click();
      await page.getByText('已停用 1 人').waitFor();
      await page
        .getByRole('row', { name: /高志强/ })
        .getByText('已停用')
        .waitFor();
      await other.page.reload();
      await other.page.waitForURL(/\/sign-in/);
    },
    120_000,
  );

  scene.test('puts the company’s name and an external contact where people find them', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '旧名物业');
    const { page } = await signIn(await company.person('管理员'), '/organisation/company');
    await page.getByLabel('公司名称').fill('新名物业服务有限公司');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('公司信息已保存').waitFor();
    const name = await company.run((ctx) =>
      ctx.tx.client.query('select name from company where id = $1', [ctx.companyId]),
    );
    expect(name.rows[0].name).toBe('新名物业服务有限公司');

    await page.goto('/organisation/external-contacts');
    await page.getByRole('button', { name: '新增外部联系人' }).first().click();
    const form = page.getByRole('dialog');
    await form.getByLabel('姓名').fill('电梯值班室');
    await choose(page, form, '类别', '维保单位');
    await form.getByLabel('电话').fill('0755-12345678');
    await form.getByRole('button', { name: '保存' }).click();
    await page.getByRole('button', { name: '电梯值班室' }).waitFor();
  });
});
