import { describe, expect } from 'vitest';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { type Company, makeBilledHouses, makeCompany, thisMonth } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

/** Pays the first bill in full by a receipt, and says who invoices. The secret opens nowhere: no provider is called. */
async function receiveAndSetUp(company: Company, communityId: string): Promise<void> {
  await company.run(async (ctx) => {
    const bill = await ctx.tx.first<{ id: string; target_id: string; fen: bigint }>(
      sql`select id, target_id, receivable_fen as fen from bill where company_id = ${ctx.companyId} order by id limit 1`,
    );
    const { id, target_id, fen } = bill!;
    const receiptId = ctx.newId();
    const method = await ctx.tx.first<{ id: string }>(
      sql`select id from payment_method where company_id = ${ctx.companyId} and key = 'cash'`,
    );
    const day = `${thisMonth()}-01`;
    await ctx.tx.run(sql`insert into receipt (company_id, id, community_id, number, total_fen, payer_name, target_kind, target_id, received_on, received_at, kind,
        idempotency_key, request_hash)
      values (${ctx.companyId}, ${receiptId}, ${communityId}, 'FP-000001', ${fen}, '崔付款', 'house', ${target_id}, ${day}, ${`${day}T00:00:00+08:00`}, 'import',
        'browser-invoice', 'x')`);
    await ctx.tx.run(sql`insert into receipt_tender (company_id, id, community_id, receipt_id, payment_method_id, amount_fen)
      values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${receiptId}, ${method!.id}, ${fen})`);
    await ctx.tx.run(sql`insert into allocation (company_id, id, community_id, receipt_id, bill_id, principal_fen)
      values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${receiptId}, ${id}, ${fen})`);
    await ctx.tx.run(sql`update bill set received_fen = ${fen} where company_id = ${ctx.companyId} and id = ${id}`);
    await ctx.tx.run(sql`insert into invoice_seller (company_id, id, name, tax_number, issuer_name, provider, host, app_key, sealed_secret,
        created_at, updated_at)
      values (${ctx.companyId}, ${ctx.newId()}, '安居物业', '91440300708461136T', '周敏', 'gateway', 'invoice.example.com', 'k', 'x', now(), now())`);
  });
}

describe('invoices and the maintenance fund', () => {
  scene.test('a receipt is invoiced in part, and the fund is paid in by area and published', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '开票物业');
    const { communityId } = await makeBilledHouses(company, 2);
    await receiveAndSetUp(company, communityId);
    const phone = await company.person('财务');

    const { page } = await signIn(phone, '/finance/uninvoiced');
    const row = page.getByRole('row', { name: /FP-000001/ });
    await row.getByRole('button', { name: '开票' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/FP-000001 .* 金额/).fill('100.00');
    await dialog.getByLabel('抬头名称').fill('崔春涛');
    await dialog.getByRole('button', { name: /开票 100\.00 元/ }).click();
    await page.getByRole('row', { name: /FP-000001.*开了一部分/ }).waitFor();
    const issued = await company.run((ctx) =>
      ctx.tx.first(sql`select state, gross_fen, tax_fen from invoice where company_id = ${ctx.companyId}`),
    );
    expect(issued).toEqual({ state: 'issuing', gross_fen: 10_000n, tax_fen: 566n });
    await page.goto('/finance/invoices');
    await page.getByRole('row', { name: /开具中.*崔春涛.*100\.00/ }).waitFor();

    // From the bill itself: what its receipt has left, made out to who paid it.
    await page.goto('/charging/bills');
    await page
      .getByRole('row', { name: /已缴清/ })
      .getByRole('button', { name: '开票' })
      .click();
    await page.getByLabel('抬头名称').and(page.locator('[value="崔付款"]')).waitFor();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /取\s*消/ })
      .click();
    await page.goto('/cashier/receipts');
    await page.getByRole('row', { name: /FP-000001/ }).click();
    await page.getByText('已开票 100.00').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: '开票' }).click();
    await page.getByLabel('抬头名称').and(page.locator('[value="崔付款"]')).waitFor();
    await page.keyboard.press('Escape');

    await page.goto('/finance/maintenance-fund');
    await page.getByRole('button', { name: '归集' }).click();
    await page.getByLabel('单价（元/平方米）').fill('80');
    await page.getByRole('dialog').getByRole('button', { name: '归集' }).click();
    await page
      .getByRole('row', { name: /101.*7,880\.00.*7,880\.00/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: '公示' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '公示' }).click();
    const path = await page.getByRole('link', { name: '打开公示页' }).getAttribute('href');
    await page.goto(path!);
    await page.getByText('15,760.00 元').waitFor();
  });
});
