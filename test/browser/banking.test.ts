import { describe, expect } from 'vitest';
import { addShippedTemplates } from '../../apps/server/src/domains/banking/index.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('money of banks', () => {
  scene.test('an agreement is withheld from, and the bank’s answer becomes a receipt', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '代扣物业');
    const { houseIds } = await makeBilledHouses(company, 1);
    await company.run(addShippedTemplates);
    const house = await company.run((ctx) =>
      ctx.tx.first<{ full_name: string; number: string }>(
        sql`select full_name, number from house where company_id = ${ctx.companyId} and id = ${houseIds[0]}`,
      ),
    );
    const { page } = await signIn(await company.person('管理员'), '/cashier/bank-agreements');
    await page.getByRole('button', { name: '新增代扣协议' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('房屋').fill(house!.number);
    await page.locator('.ant-select-item-option').getByText(house!.full_name).click();
    await dialog.getByLabel('银行').click();
    await page.locator('.ant-select-item-option').getByText('竖线分隔').click();
    await dialog.getByLabel('账号').fill('6222 0200 0000 0000 001');
    await dialog.getByLabel('户名').fill('崔春涛');
    await dialog.getByRole('button', { name: /保\s*存/ }).click();
    await page.getByRole('row').filter({ hasText: '**** 0001' }).waitFor();

    await page.goto('/cashier/withholding');
    await page.getByRole('button', { name: '生成代扣文件' }).click();
    await page.getByLabel('银行').click();
    await page.locator('.ant-select-item-option').getByText('竖线分隔').click();
    await page.getByRole('button', { name: /^生成（1 户 275.80 元）/ }).click();
    const drawer = page.getByRole('dialog').filter({ hasText: '代扣批次' });
    await drawer.getByRole('button', { name: '读取结果文件' }).click();
    const batch = await company.run((ctx) =>
      ctx.tx.first<{ number: string }>(sql`select number from withholding_batch where company_id = ${ctx.companyId}`),
    );
    const { number } = batch!;
    const answer = `${number}|1|275.80\n${number}-00001|6222020000000000001|275.80|S|\n`;
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: '回盘.txt', mimeType: 'text/plain', buffer: Buffer.from(answer) });
    await page.getByRole('button', { name: '核对并入账' }).click();
    await drawer.getByText('已开收据 1 张').waitFor();
    const bills = await company.run((ctx) =>
      ctx.tx.rows<{ outstanding_fen: bigint; withheld_in: string | null }>(
        sql`select outstanding_fen, withheld_in from bill where company_id = ${ctx.companyId}`,
      ),
    );
    expect(bills).toEqual([{ outstanding_fen: 0n, withheld_in: null }]);
  });

  scene.test('a statement is read, and what is sure is booked with one click', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '对账物业');
    const { houseIds } = await makeBilledHouses(company, 1);
    const house = await company.run((ctx) =>
      ctx.tx.first<{ full_name: string }>(
        sql`select full_name from house where company_id = ${ctx.companyId} and id = ${houseIds[0]}`,
      ),
    );
    const { page } = await signIn(await company.person('管理员'), '/cashier/bank-accounts');
    await page.getByRole('button', { name: '新增公司账户' }).first().click();
    const form = page.getByRole('dialog');
    await form.getByLabel('账户名称').fill('工行收费户');
    await form.getByLabel('账号', { exact: true }).fill('4402000000000000001');
    await page.getByRole('button', { name: /保\s*存/ }).click();
    await page.getByRole('row').filter({ hasText: '4402000000000000001' }).waitFor();

    await page.goto('/cashier/bank-transfers');
    await page.getByRole('button', { name: '读取对账单' }).click();
    const day = Temporal.Now.plainDateISO('Asia/Shanghai').toString();
    const rows = [`${day},275.80,某人,${house!.full_name} 物业费,S1`, `${day},66.00,某公司,货款,S2`];
    const csv = ['交易日期,收入金额,对方户名,附言,流水号', ...rows].join('\n');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: '对账单.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByRole('button', { name: '读取并匹配' }).click();
    await page.getByRole('button', { name: '有把握的 1 笔全部入账（275.80 元）' }).click();
    await page.getByText('待处理 1', { exact: true }).waitFor();
    await page.getByRole('row').filter({ hasText: '货款' }).getByRole('button', { name: '搁置' }).click();
    await page.getByLabel('搁置原因').fill('不是物业费');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /搁\s*置/ })
      .click();
    await page.getByText('没有待处理的转账').waitFor();
    const receipts = await company.run((ctx) =>
      ctx.tx.rows<{ reference: string; total_fen: bigint }>(sql`select t.reference, r.total_fen from receipt r
        join receipt_tender t on t.company_id = r.company_id and t.receipt_id = r.id where r.company_id = ${ctx.companyId}`),
    );
    expect(receipts).toEqual([{ reference: 'S1', total_fen: 27_580n }]);
  });
});
