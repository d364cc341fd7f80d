import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject } from 'vitest';
import { onServer, urlOfDatabase } from '../../apps/server/test/database.ts';
import { openScene } from './harness/index.ts';
import { type ServerProcess, startServerProcess } from './harness/server-process.ts';

const scene = openScene();
const name = `anlin_setup_${process.pid}`;
const { databaseUrl } = inject('product');
let product: ServerProcess;
let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'anlin-setup-'));
  await onServer(databaseUrl, (client) => client.query(`create database ${name}`));
  product = await startServerProcess(fileURLToPath(new URL('../..', import.meta.url)), {
    DATABASE_URL: urlOfDatabase(databaseUrl, name),
    ANLIN_HOME: home,
    ANLIN_DEMO: '0',
  });
}, 90_000);
afterAll(async () => {
  await product?.stop();
  await onServer(databaseUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
  rmSync(home, { recursive: true, force: true });
});

describe('an installation nobody has set up', () => {
  scene.test(
    'leads from the address to a signed-in administrator with a company and its first community',
    async ({ open }) => {
      const code = /初始化码 {2}(\S+)/.exec(product.said())?.[1] ?? '';
      const { page, expectRefusal } = await open(`${product.url}/`);
      expectRefusal(/^401 GET /);
      expectRefusal(/^403 POST \/api\/setup\/code/);
      const next = () => page.getByRole('button', { name: /^下一步/ }).click();
      await page.getByLabel('初始化码', { exact: true }).fill('aaaa-2222-aaaa');
      await next();
      await page.getByText('初始化码不对').waitFor();
      await page.getByLabel('初始化码', { exact: true }).fill(code);
      await next();
      await page.getByLabel('公司名称').fill('春晖物业');
      await next();
      await page.getByLabel('小区名称').fill('翠湖花园');
      await page.getByLabel('小区代码').fill('chhy');
      await next();
      await page.getByLabel('姓名').fill('陈春晖');
      await page.getByLabel('手机号').fill('13900000000');
      await page.getByLabel('密码', { exact: true }).fill('cuihu2026x');
      await page.getByLabel('再输一次密码').fill('cuihu2026x');
      await page.getByRole('button', { name: '完成并进入' }).click();
      await page.getByRole('heading', { level: 1, name: '工作台' }).waitFor();
      await page.goto(`${product.url}/estate/communities`);
      await page.getByText('翠湖花园').first().waitFor();
      await page.goto(`${product.url}/organisation/company`);
      await expect.poll(() => page.getByLabel('公司名称').inputValue()).toBe('春晖物业');

      const late = await open(`${product.url}/setup`);
      late.expectRefusal(/^401 GET /);
      await late.page.waitForURL(/\/sign-in/);
    },
  );
});
