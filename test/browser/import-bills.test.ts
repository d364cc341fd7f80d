import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openSpreadsheet } from '@anlin/spreadsheet';
import { describe, expect } from 'vitest';
import { addBuilding, addHouse } from '../../apps/server/src/domains/charging/charging.fixture.ts';
import { addDefaultChargeItems } from '../../apps/server/src/domains/charging/index.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { choose } from './harness/choose.ts';
import { type Company, makeCompany } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();
const file = readFileSync(
  fileURLToPath(new URL('../../packages/spreadsheet/test-data/bills-other-system.xlsx', import.meta.url)),
);

describe('a company that changes its system', () => {
  scene.test('brings bills and what was paid on them, and sees both in its lists', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '搬家物业');
    const rows = await billRows();
    const communityId = await company.community('翠湖花园', 'CH');
    await makeHouses(company, communityId, new Set(rows.map((row) => row.house)));
    const { page } = await signIn(await company.person('管理员'), '/charging/bills');
    await page.getByRole('button', { name: 'import 导入' }).click();
    await page.locator('input[type=file]').setInputFiles({
      name: '应收费用明细表.xlsx',
      mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      buffer: file,
    });
    await choose(page, page, '“数量”对应到', '备注');
    await page.getByRole('button', { name: '检查数据' }).click();
    await page.getByRole('button', { name: `导入没有问题的 ${rows.length} 行` }).click();
    await page.getByText('导入的欠费现在催缴吗？').waitFor();
    await page.getByRole('button', { name: '以后再说' }).click();
    await page.getByText('已选择：以后再说').waitFor();
    expect(await booksOf(company)).toEqual({
      bills: rows.length,
      notes: rows.length,
      receivable: sum(rows.map((row) => row.amount)),
      received: sum(rows.map((row) => row.paid)),
    });
    await page.getByRole('button', { name: '查看账单列表' }).first().click();
    await page.getByText('1-1-101').first().waitFor();
  });
});

const sum = (texts: readonly string[]) =>
  texts.reduce((all, text) => all + BigInt(Math.round(Number(text) * 100)), 0n).toString();

async function billRows() {
  const book = await openSpreadsheet({ bytes: file });
  const rows: { house: string; amount: string; paid: string }[] = [];
  for await (const { cells } of book.rows(0)) {
    const [, house, , , , , amount, , paid] = cells.map((cell) => cell.text);
    if (/^(\d+-\d+-\d+|S\d+)$/.test(house ?? '')) rows.push({ house: house!, amount: amount!, paid: paid! });
  }
  return rows;
}

function makeHouses(company: Company, communityId: string, numbers: ReadonlySet<string>): Promise<void> {
  return company.run(async (ctx) => {
    await addDefaultChargeItems(ctx);
    const buildingId = await addBuilding(ctx, communityId, '一期');
    for (const number of numbers) await addHouse(ctx, { communityId, buildingId, number, builtArea: '89.77' });
  });
}

function booksOf(company: Company) {
  return company.run((ctx) =>
    ctx.tx.first(sql`select count(*)::int as bills, count(*) filter (where note like '%.%')::int as notes, sum(receivable_fen)::text as receivable, sum(received_fen)::text as received
      from bill where company_id = ${ctx.companyId} and voided_at is null`),
  );
}
