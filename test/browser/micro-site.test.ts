import { describe, expect } from 'vitest';
import { communityPagePath } from '../../packages/contract/src/estate/community-page.ts';
import { makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('the micro-site of a community', () => {
  scene.test('shows residents the tiles that were edited, in their order', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '微站物业');
    const communityId = await company.community('翠湖花园', 'CHHY');
    await company.community('云栖里', 'YQL');
    const { page } = await signIn(await company.person('管理员'), `/estate/micro-site?community=${communityId}`);
    await page.getByLabel('通知', { exact: true }).fill('周三上午停水');
    await page.locator('input[type=file]').setInputFiles({ name: '大门.png', mimeType: 'image/png', buffer: png });
    await page.getByRole('button', { name: '移除大门.png' }).waitFor();
    await page.getByLabel('手机预览').getByRole('img', { name: '轮播图' }).waitFor();
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: '添加图标' }).click();
    await dialog.getByLabel('名称').fill('管家电话');
    await dialog.getByLabel('电话号码').fill('0755-12345678');
    await dialog.getByRole('button', { name: /^确\s?定$/ }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '添加图标' }).click();
    await dialog.getByLabel('名称').fill('装修须知');
    await dialog.getByText('看文章').click();
    await dialog.getByLabel('文章标题').fill('装修要先申请');
    await dialog.getByLabel('文章内容').fill('请带图纸到服务中心。');
    await dialog.getByRole('button', { name: /^确\s?定$/ }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '装修须知上移' }).click();
    for (const [list, name, part] of [
      ['顶部菜单', '怎样登记', '住户登记'],
      ['底部菜单', '找物业', '联系我们'],
    ] as const) {
      await page.getByRole('button', { name: `添加${list}` }).click();
      await dialog.getByLabel('名称').fill(name);
      await dialog.getByText('本页的位置').click();
      await dialog.getByText(part, { exact: true }).click();
      await dialog.getByRole('button', { name: /^确\s?定$/ }).click();
      await dialog.waitFor({ state: 'detached' });
    }
    await page.getByLabel('手机预览').getByText('怎样登记').waitFor();
    await page.getByLabel('手机预览').getByText('请带图纸到服务中心。').waitFor();
    await page.getByRole('button', { name: /^保\s?存$/ }).click();
    await page.getByText('已保存', { exact: true }).waitFor();
    await page.getByRole('button', { name: /应用到所有小区（其他 1 个）/ }).click();
    await dialog.getByRole('button', { name: /^应\s?用$/ }).click();
    await page.getByText('已应用到 1 个小区').waitFor();
    await page.context().clearCookies();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(new URL(communityPagePath(company.id, communityId), page.url()).href);
    await page.getByText('周三上午停水').waitFor();
    const banner = page.getByRole('img', { name: '翠湖花园图片1' });
    expect(await banner.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(1);
    expect(await page.locator('.tiles a').allInnerTexts()).toEqual(['装修须知', '管家电话']);
    expect(await page.getByRole('link', { name: '管家电话' }).getAttribute('href')).toBe('tel:0755-12345678');
    const menus = page.getByRole('navigation');
    expect(await menus.allInnerTexts()).toEqual(['怎样登记', '找物业']);
    await page.getByRole('navigation', { name: '底部菜单' }).getByRole('link').click();
    await page.waitForURL(/#phones$/);
    await page.getByRole('link', { name: '装修须知' }).click();
    await page.getByRole('heading', { name: '装修要先申请' }).waitFor();
  });
});
