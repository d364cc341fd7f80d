import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { listPaymentMethods, takePayment } from '../../apps/server/src/domains/cashier/index.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('undoing at the desk', () => {
  scene.test(
    'a part is refunded, the bill owes again, is waived, and a voided one comes back from the bin',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '退款物业');
      const billed = await makeBilledHouses(company, 2);
      const phone = await company.person('管理员');
      const [houseId] = billed.houseIds;
      const receipt = await company.run(async (system) => {
        const person = await system.tx.first<{ id: string; name: string }>(
          sql`select id, name from staff where company_id = ${company.id} limit 1`,
        );
        const ctx = { ...system, actor: { kind: 'staff' as const, id: person!.id, name: person!.name } };
        const [method] = await listPaymentMethods(ctx);
        const bill = await ctx.tx.first<{ id: string }>(
          sql`select id from bill where company_id = ${ctx.companyId} and target_id = ${houseId}`,
        );
        return takePayment(ctx, {
          communityId: billed.communityId,
          targetKind: 'house',
          targetId: houseId!,
          bills: [{ id: bill!.id, expected: '275.80' }],
          expectedTotal: '275.80',
          tenders: [{ paymentMethodId: method!.id, amount: '275.80', reference: '' }],
          payerName: '崔春涛',
          receivedOn: Temporal.Now.plainDateISO('Asia/Shanghai').toString(),
          note: '',
          idempotencyKey: 'browser-undo-1',
        });
      });
      const { page } = await signIn(phone, `/cashier/receipts?id=${receipt.id}`);
      await page.getByRole('button', { name: '更多' }).click();
      await page.locator('.ant-dropdown').getByRole('menuitem', { name: '退款' }).click();
      await page.getByLabel(/^本次退 /).fill('75.80');
      await page.getByLabel('退款原因').fill('面积多算');
      await page.getByRole('button', { name: '退 75.80 元' }).click();
      await page.getByText('面积多算').first().waitFor();

      await page.goto('/charging/bills');
      await waiveFirst(page);
      const [bill] = await company.run((ctx) =>
        ctx.tx.rows<{ refunded_fen: bigint; waived_fen: bigint; outstanding_fen: bigint }>(
          sql`select refunded_fen, waived_fen, outstanding_fen from bill where company_id = ${ctx.companyId} and target_id = ${houseId}`,
        ),
      );
      expect(bill).toEqual({ refunded_fen: 7580n, waived_fen: 7580n, outstanding_fen: 0n });

      const other = page.getByRole('row').filter({ hasText: '待缴' });
      await other.getByRole('button', { name: '操作' }).click();
      await page.locator('.ant-dropdown').getByRole('menuitem', { name: '作废' }).click();
      await page.getByLabel('作废原因').fill('重复');
      await page.getByRole('button', { name: '作废 1 张' }).click();
      await page.getByRole('row').filter({ hasText: '已作废' }).waitFor();
      await page.goto('/cashier/recycle-bin?kind=bill');
      await page.getByRole('button', { name: '恢复' }).click();
      await page.getByLabel('恢复原因').fill('没有重复');
      await page.getByRole('dialog').getByRole('button', { name: '恢复', exact: true }).click();
      await page.getByText('回收站是空的').waitFor();
      const standing = await company.run((ctx) =>
        ctx.tx.first<{ count: number }>(
          sql`select count(*)::int as count from bill where company_id = ${ctx.companyId} and voided_at is null`,
        ),
      );
      expect(standing!.count).toBe(2);
    },
  );
});

async function waiveFirst(page: Page): Promise<void> {
  const row = page.getByRole('row').filter({ hasText: '部分缴纳' });
  await row.getByRole('button', { name: '操作' }).click();
  await page.getByRole('menuitem', { name: '减免' }).click();
  await page.getByRole('button', { name: '减免全部本金' }).click();
  await page.getByLabel('减免原因').fill('空置');
  await page.getByRole('button', { name: '减免 75.80 元' }).click();
  await page.getByRole('row').filter({ hasText: '已缴清' }).waitFor();
}
