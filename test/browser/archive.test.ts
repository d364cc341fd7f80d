import { describe, expect } from 'vitest';
import { openArchive } from '../../apps/server/src/platform/archive/open-archive.ts';
import { openScene } from './harness/index.ts';

const administrator = '19900000001';
const scene = openScene();

describe('everything the company owns', () => {
  scene.test(
    'is exported in the background, downloaded, and holds every bill there is',
    async ({ signIn }) => {
      const { page } = await signIn(administrator, '/system/archive');
      await page.getByText('还没有导出过').waitFor();
      await page.getByRole('button', { name: '开始导出' }).click();
      await page.getByText('已开始导出').waitFor();
      const row = page.getByRole('main').getByRole('listitem').filter({ hasText: '导出整个公司的数据' });
      await row.getByRole('button', { name: '下载' }).waitFor({ timeout: 120_000 });
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        row.getByRole('button', { name: '下载' }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(/-全部数据-\d{4}-\d{2}-\d{2}\.zip$/);
      const archive = await openArchive(await download.path());
      const bills = archive.manifest.tables.find(({ name }) => name === 'bill')!;
      let counted = 0;
      for await (const batch of archive.rows(bills)) counted += batch.length;
      archive.close();
      const { rows } = await scene
        .services()
        .ownerPool.query<{ bills: number }>(
          `select count(*)::int as bills from bill where company_id = (select company_id from task where kind = 'archiveCompany' limit 1)`,
        );
      expect(counted).toBe(rows[0]!.bills);
      expect(counted).toBeGreaterThan(1000);
    },
    180_000,
  );
});
