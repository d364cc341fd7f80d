import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { findRunningEmbedded, removeAbandonedHome } from '../../apps/server/src/platform/database/embedded/index.ts';
import { openServices, type RunningServices } from '../../apps/server/src/platform/start-services.ts';
import { makeCompany } from './harness/company.ts';
import { demoPassword, enter, openScene } from './harness/index.ts';
import { type ServerProcess, startServerProcess } from './harness/server-process.ts';

const scene = openScene();
const home = mkdtempSync(join(tmpdir(), 'anlin-backup-'));
let product: ServerProcess;
let services: RunningServices;
let administrator: string;

// Only the embedded database is backed up, so this product has one of its own.
beforeAll(async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  product = await startServerProcess(root, { ANLIN_HOME: home, ANLIN_DEMO: '0' });
  const running = await findRunningEmbedded(home);
  services = await openServices({ databaseUrl: running!.url, home, logLevel: 'silent', maxConnections: 4 });
  administrator = await (await makeCompany(services, '备份物业')).person('管理员', { name: '周管理' });
}, 90_000);
afterAll(async () => {
  await services?.stop();
  await product?.stop();
  await removeAbandonedHome(home);
});

/** An hour that is far off: the backup of the night must not begin beside the one that is asked for. */
function distantTime(): string {
  const { hour } = Temporal.Now.zonedDateTimeISO('Asia/Shanghai');
  return `${String((hour + 12) % 24).padStart(2, '0')}:30`;
}

describe('the page of backups', () => {
  scene.test(
    'sets the hour, makes a backup on the server and verifies it',
    async ({ open }) => {
      const atTime = distantTime();
      const { page, expectRefusal } = await open(`${product.url}/sign-in?next=/system/backup`);
      expectRefusal(/^401 GET /);
      await enter(page, administrator, demoPassword);
      await page.getByText('自动备份没有打开').waitFor();
      await page.getByRole('button', { name: /设\s*置/ }).click();
      const drawer = page.getByRole('dialog', { name: '备份设置' });
      await drawer.getByRole('switch', { name: '每天自动备份' }).click();
      await drawer.getByLabel('几点备份（北京时间）').fill(atTime);
      const folder = drawer.getByLabel('服务器上的文件夹');
      await folder.fill('/proc/nowhere/backups');
      expectRefusal(/^422 PUT \/api\/backups\/settings$/);
      await drawer.getByRole('button', { name: /保\s*存/ }).click();
      await drawer.getByText('不能使用').waitFor();
      await folder.fill('');
      await drawer.getByRole('button', { name: /保\s*存/ }).click();
      await page.getByText(`每天 ${atTime}，保留最近 7 天、4 周的`).waitFor();

      await page.getByRole('button', { name: '立即备份' }).click();
      const row = page.getByRole('row', { name: /anlin-backup-.*完好/ });
      await row.waitFor({ timeout: 120_000 });
      const name = /anlin-backup-\d{8}-\d{6}\.tar\.zst/.exec(await row.innerText())![0];
      const place = await page.locator('.ant-descriptions code').innerText();
      expect(existsSync(join(place, name))).toBe(true);
      expect(await page.getByRole('link', { name: /下载/ }).count()).toBe(0);

      await row.getByRole('button', { name: /校\s*验/ }).click();
      const { ownerPool } = services;
      const verified = async () =>
        (await ownerPool.query<{ state: string }>(`select state from backup_run where kind = 'verification'`)).rows[0]
          ?.state;
      await expect.poll(verified, { timeout: 120_000 }).toBe('done');
    },
    300_000,
  );
});
