import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { listPaymentMethods, reverseReceipt, takePayment } from '../../apps/server/src/domains/cashier/index.ts';
import type { Context } from '../../apps/server/src/platform/context.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { choose } from './harness/choose.ts';
import { type Billed, type Company, makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('what the office reads about money', () => {
  scene.test(
    'is the same on the dashboard, in the income detail, in the charge ledger and in the database',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '对账物业');
      const billed = await makeBilledHouses(company, 5);
      const accountant = await company.person('财务');
      // Five bills of 275.80: three paid, one of them reversed again.
      const receipts: string[] = [];
      for (const houseId of billed.houseIds.slice(0, 3)) receipts.push(await pay(company, billed, houseId));
      await asFirstPerson(company, (ctx) => reverseReceipt(ctx, { receiptId: receipts[2]!, reason: '收错房号' }));
      expect(await sumsOf(company)).toEqual({ receivable: 137_900n, received: 55_160n, receipts: 55_160n });

      const { page } = await signIn(accountant, '/dashboard');
      const today = card(page, '收入').getByRole('link').first();
      expect(await today.innerText()).toBe('551.60');
      const bills = card(page, '本月账单');
      expect(await bills.innerText()).toMatch(/40(\.0+)?%/);
      expect(await bills.innerText()).toContain('1,379.00');
      expect(await bills.innerText()).toContain('827.40');

      await today.click();
      await page.getByRole('heading', { level: 1, name: '收入明细' }).waitFor();
      await page.getByText('收入合计 551.60').waitFor();
      const rows = page.getByRole('row').filter({ hasText: '275.80' });
      await expect.poll(() => rows.count()).toBe(4);
      expect(await rows.filter({ hasText: '-275.80' }).count()).toBe(1);

      await page.goto('/finance/charge-ledger');
      const totals = page.getByText(/^共\s*5\s*个/).locator('..');
      await totals.waitFor();
      expect((await totals.innerText()).replace(/\s+/g, ' ')).toMatch(
        /应收 1,379\.00.*实收 551\.60.*未收 827\.40.*收缴率 40/,
      );
      await page.getByText('1栋-104').first().click();
      await page.getByRole('dialog').getByText('物业管理费').first().waitFor();

      // The report says the same; behind what was received stand three receipts and a reversal.
      await page.goto('/finance/reports');
      const table = page.getByRole('table').filter({ hasText: '合计' }).last();
      await page.getByRole('heading', { name: '每个月应收多少，收了多少，还差多少？' }).waitFor();
      await choose(page, page, '汇总方式', '按收费项目');
      const item = page.getByRole('row').filter({ hasText: '物业管理费' });
      await item.getByText('1,379.00').first().waitFor();
      await item.getByRole('button', { name: '551.60' }).first().click();
      const lines = page.getByRole('dialog').filter({ hasText: '应收实收 · 实收（物业管理费）' });
      await lines.getByText('共 4 条，合计 551.60').waitFor();
      expect(await lines.getByRole('row').filter({ hasText: '-275.80' }).count()).toBe(1);
      await lines
        .getByRole('button', { name: /^收款 / })
        .first()
        .click();
      await page.getByRole('heading', { level: 1, name: '收据' }).waitFor();
      await page.goBack();
      await lines
        .getByRole('button', { name: 'Close' })
        .or(lines.getByRole('button', { name: '关闭' }))
        .first()
        .click();
      await table.getByText('827.40').first().waitFor();
      await page.getByRole('button', { name: /导出$/ }).click();
      await page.getByText('已开始导出').waitFor();
      const [task] = await company.run((ctx) =>
        ctx.tx.rows<{ input: object }>(
          sql`select input from task where company_id = ${ctx.companyId} and kind = 'exportReport'`,
        ),
      );
      expect(task?.input).toMatchObject({ report: 'receivable', groupBy: 'item' });
    },
  );

  scene.test('opens from a figure of the demo’s dashboard as the rows behind it', async ({ signIn }) => {
    const { page } = await signIn('19900000005', '/dashboard');
    const link = card(page, '往期欠费').getByRole('link').first();
    const sum = await link.innerText();
    await link.click();
    await page.getByRole('heading', { level: 1, name: '收费台账' }).waitFor();
    await page.getByText(`未收 ${sum}`).waitFor();
  });
});

const card = (page: Page, title: string) =>
  page
    .locator('.ant-card')
    .filter({ has: page.locator('.ant-card-head-title', { hasText: new RegExp(`^${title}$`) }) });

async function pay(company: Company, billed: Billed, houseId: string): Promise<string> {
  return asFirstPerson(company, async (ctx) => {
    const bill = await ctx.tx.first<{ id: string }>(
      sql`select id from bill where company_id = ${ctx.companyId} and target_id = ${houseId}`,
    );
    const [method] = await listPaymentMethods(ctx);
    const taken = await takePayment(ctx, {
      communityId: billed.communityId,
      targetKind: 'house',
      targetId: houseId,
      bills: [{ id: bill!.id, expected: '275.80' }],
      expectedTotal: '275.80',
      tenders: [{ paymentMethodId: method!.id, amount: '275.80', reference: '' }],
      payerName: '崔春涛',
      receivedOn: Temporal.Now.plainDateISO('Asia/Shanghai').toString(),
      note: '',
      idempotencyKey: `money-${houseId}`,
    });
    return taken.id;
  });
}

/** Money is taken and given back by people, not by the system. */
function asFirstPerson<T>(company: Company, work: (ctx: Context) => Promise<T>): Promise<T> {
  return company.run(async (ctx) => {
    const person = await ctx.tx.first<{ id: string; name: string }>(
      sql`select id, name from staff where company_id = ${ctx.companyId} limit 1`,
    );
    return work({ ...ctx, actor: { kind: 'staff', id: person!.id, name: person!.name } });
  });
}

async function sumsOf(company: Company) {
  const row = await company.run((ctx) =>
    ctx.tx.first<{ receivable: string; received: string; receipts: string }>(sql`select
      (select sum(receivable_fen)::text from bill where company_id = ${ctx.companyId} and voided_at is null) as receivable,
      (select sum(received_fen)::text from bill where company_id = ${ctx.companyId} and voided_at is null) as received,
      (select sum(total_fen)::text from receipt where company_id = ${ctx.companyId} and reversed_at is null) as receipts`),
  );
  return {
    receivable: BigInt(row!.receivable),
    received: BigInt(row!.received),
    receipts: BigInt(row!.receipts),
  };
}
