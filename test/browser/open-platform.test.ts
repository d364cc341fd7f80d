import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { describe, expect, inject } from 'vitest';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { createClient } from '../../examples/third-party-client/client.ts';
import { makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();
const { url } = inject('product');

async function registerAndGrant(page: Page): Promise<void> {
  await page.getByRole('button', { name: '登记应用' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('名称').fill('星河财务');
  await dialog.getByLabel('开发者').fill('星河软件');
  await dialog.getByLabel(/读取房产资料/).check();
  await dialog.getByLabel(/拉取收款/).check();
  await dialog.getByRole('button', { name: /保\s?存/ }).click();
  await page
    .getByRole('row', { name: /星河财务/ })
    .getByRole('button', { name: /授\s?权/ })
    .click();
  await dialog.getByRole('combobox', { name: '小区' }).click();
  await page.locator('.ant-select-item-option').first().click();
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: /授\s?权/ }).click();
  await page.getByText('已授权。请到“开放平台”为小区新建密钥').waitFor();
}

async function makeKey(page: Page): Promise<{ key: string; secret: string }> {
  await page.goto('/system/open-platform');
  await page.getByRole('button', { name: '新建密钥' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '新建', exact: false }).click();
  const shown = page.getByRole('dialog', { name: '请立即保存' });
  await shown.waitFor();
  const [key, secret] = await Promise.all(
    ['密钥编号', '密钥'].map(async (label) => (await shown.getByLabel(label, { exact: true }).innerText()).trim()),
  );
  await page.getByRole('button', { name: '已保存' }).click();
  return { key: key!, secret: secret! };
}

describe('third parties', () => {
  scene.test(
    'an administrator registers an app, grants it, hands out a key that works, is told of pushes, and takes it back',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '开放平台物业');
      await makeBilledHouses(company, 1);
      const { page } = await signIn(await company.person('管理员'), '/system/partner-apps');
      await registerAndGrant(page);
      const client = createClient({ site: url, ...(await makeKey(page)) });
      expect((await client.houses()).rows).toHaveLength(1);

      const receiver = createServer((_, response) => void response.writeHead(204).end());
      await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
      await page.getByRole('tab', { name: '推送地址' }).click();
      await page.getByRole('button', { name: '新增推送地址' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('推送地址').fill(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`);
      await dialog.getByLabel(/账单收款/).check();
      await dialog.getByRole('button', { name: /保\s?存/ }).click();
      await page.getByRole('dialog', { name: '请立即保存' }).getByLabel('签名密钥').waitFor();
      await page.getByRole('button', { name: '已保存' }).click();
      await page.getByRole('row', { name: /星河财务.*账单收款.*已启用/ }).waitFor();
      await page.getByRole('tab', { name: '接口说明' }).click();
      await page.getByText('POST /api/open/v1/bills/sync').waitFor();
      await new Promise((resolve) => receiver.close(resolve));

      await page.goto('/system/partner-apps');
      await page.getByRole('button', { name: /收\s?回/ }).click();
      await page
        .getByRole('tooltip')
        .getByRole('button', { name: /收\s?回/ })
        .click();
      await page.getByText('已收回，密钥和推送立即失效').waitFor();
      await expect(client.houses()).rejects.toThrow('授权已被收回');
      const kept = await company.run((ctx) =>
        ctx.tx.first(
          sql`select count(*)::int as keys from partner_key where company_id = ${ctx.companyId} and revoked_at is not null`,
        ),
      );
      expect(kept).toEqual({ keys: 1 });
    },
  );
});
