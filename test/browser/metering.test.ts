import { describe, expect } from 'vitest';
import { addBuilding, addHouse } from '../../apps/server/src/domains/charging/charging.fixture.ts';
import { createChargeStandard } from '../../apps/server/src/domains/charging/index.ts';
import { nowText } from '../../apps/server/src/platform/context.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { choose } from './harness/choose.ts';
import { type Company, makeCompany, thisMonth } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('reading meters', () => {
  scene.test(
    'a typist goes down the sheet by Enter alone, answers a roll-over and a leap where they show, and raises the bills',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '抄表物业');
      await addMeters(company);
      const { page } = await signIn(await company.person('收费主管'), '/charging/read-meters');
      const dial = (house: string) => page.getByLabel(new RegExp(`^1栋-${house} W\\d 本期止度$`));
      await dial('101').click();
      await page.keyboard.type('115');
      await page.getByText('45.45').waitFor();
      await page.keyboard.press('Enter');
      await page.keyboard.type('6');
      await page.keyboard.press('Enter');
      await page.getByText(/读数 6 低于上期 99990/).waitFor();
      await page.keyboard.type('1130');
      await page.keyboard.press('Enter');
      await page.getByText('3 条待确认').or(page.getByText('2 条待确认')).waitFor();
      await page.keyboard.press('F2');
      await page.keyboard.press('Space');
      await page.keyboard.press('Enter');
      await page.getByText('1 条待确认').waitFor();
      await page.keyboard.press('F2');
      await page.keyboard.type('消防管漏水');
      await page.keyboard.press('Enter');
      await page.getByText('已抄 3').waitFor();
      expect(await readingsOf(company)).toEqual([
        ['W1', '15', 'normal', ''],
        ['W2', '16', 'rolledOver', ''],
        ['W3', '1030', 'leap', '消防管漏水'],
      ]);
      await page.getByRole('button', { name: '生成账单' }).click();
      await page.getByRole('dialog').getByRole('button', { name: '生成账单' }).click();
      await page.getByText('已生成 3 张账单，合计 3,214.83 元').waitFor();
      await page.goto('/charging/bills');
      await page.getByText('3,120.90').first().waitFor();
      expect(await billsOf(company, 'meter')).toEqual(['312090', '4545', '4848']);
    },
  );
});

describe('readings that stand in a spreadsheet', () => {
  scene.test(
    'are pasted as a column: each figure goes to its row and is saved, an empty line leaves its row alone',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '粘贴物业');
      await addMeters(company);
      const { page } = await signIn(await company.person('收费主管'), '/charging/read-meters');
      const first = page.getByLabel(/^1栋-101 W1 本期止度$/);
      await first.click();
      await first.evaluate((input) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text', '115\r\n\r\n112\r\n');
        input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
      });
      await page.getByText('已填入 2 个读数').waitFor();
      await page.getByText('已抄 2').waitFor();
      expect(await readingsOf(company)).toEqual([
        ['W1', '15', 'normal', ''],
        ['W3', '12', 'normal', ''],
      ]);
    },
  );
});

describe('dividing a shared cost', () => {
  scene.test('defines it, looks at everybody’s share, and bills it', async ({ signIn }) => {
    const company = await makeCompany(scene.services(), '公摊物业');
    await addMeters(company);
    const { page } = await signIn(await company.person('收费主管'), '/charging/apportionments');
    await page.getByRole('button', { name: '新增公摊' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('名称').fill('公共照明');
    await choose(page, form, '收费项目', '水费');
    await form.getByRole('textbox', { name: '金额' }).fill('1000');
    await form.getByRole('button', { name: '保存' }).click();
    await page.getByText('公摊已保存').waitFor();
    await page.getByRole('button', { name: '分摊', exact: true }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('386.28').waitFor();
    expect(await billsOf(company, 'apportionment')).toEqual([]);
    await drawer.getByRole('button', { name: '生成 3 张账单' }).click();
    await page.getByRole('button', { name: '生成 3 张', exact: true }).click();
    await page.getByText('已生成 3 张账单，合计 1,000.00 元').waitFor();
    expect(await billsOf(company, 'apportionment')).toEqual(['29193', '32179', '38628']);
    await page.getByRole('button', { name: '公共照明' }).click();
    await page.getByRole('tab', { name: '历史' }).click();
    await page.getByRole('cell', { name: '按建筑面积' }).waitFor();
    // Nothing has changed since: the month is looked at again, and there is nothing to raise.
    await page.getByRole('button', { name: '重新分摊' }).click();
    await page.getByText('结果没有变化，不用重出账单').waitFor();
    expect(await page.getByRole('button', { name: '重新分摊' }).last().isDisabled()).toBe(true);
  });
});

/** Three houses with a water meter each, read last month; the second stands just before its highest figure. */
async function addMeters(company: Company): Promise<void> {
  const communityId = await company.community('翠湖花园', 'CHHY');
  const last = Temporal.PlainYearMonth.from(thisMonth()).subtract({ months: 1 });
  await company.run(async (ctx) => {
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    const itemId = ctx.newId();
    await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, created_at, updated_at)
      values (${ctx.companyId}, ${itemId}, '水费', 'metered', ${nowText(ctx)}, ${nowText(ctx)})`);
    const { id: standardId } = await createChargeStandard(ctx, {
      ...{ chargeItemId: itemId, name: '自来水', method: 'unitPrice', quantitySource: 'meterUsage', everyMonths: 1 },
      ...{ quantityUnit: 'm³', quantityFieldId: null, formula: null, tiers: null },
      ...{ alignment: 'natural', note: '', price: '3.03' },
    });
    for (const [index, [area, previous]] of [
      ['89.36', '100'],
      ['98.50', '99990'],
      ['118.24', '100'],
    ].entries()) {
      const houseId = await addHouse(ctx, { communityId, buildingId, number: `10${index + 1}`, builtArea: area! });
      const meterId = ctx.newId();
      await ctx.tx.run(sql`insert into meter (company_id, id, community_id, number, kind, house_id, charge_standard_id, created_at, updated_at)
        values (${ctx.companyId}, ${meterId}, ${communityId}, ${`W${index + 1}`}, 'coldWater', ${houseId}, ${standardId}, ${nowText(ctx)}, ${nowText(ctx)})`);
      for (const back of [2, 1, 0])
        await ctx.tx.run(sql`insert into meter_reading (company_id, id, community_id, meter_id, month, previous, current, multiplier, digits, loss_share,
            counted, usage, outcome, read_on, created_at, updated_at)
          values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${meterId}, ${last.subtract({ months: back }).toPlainDate({ day: 1 }).toString()},
            ${Number(previous) - 10 * (back + 1)}, ${Number(previous) - 10 * back}, 1, 5, 0, 10, 10, 'normal', '2026-01-31', ${nowText(ctx)}, ${nowText(ctx)})`);
    }
  });
}

const readingsOf = (company: Company) =>
  company.run(async (ctx) => {
    const rows = await ctx.tx.rows<{ number: string; usage: string; outcome: string; confirmation: string }>(sql`
      select m.number, trim_scale(r.usage)::text as "usage", r.outcome, r.confirmation from meter_reading r join meter m on m.company_id = r.company_id and m.id = r.meter_id
      where r.company_id = ${ctx.companyId} and r.month = ${`${thisMonth()}-01`} order by m.number`);
    return rows.map((row) => [row.number, row.usage, row.outcome, row.confirmation]);
  });

const billsOf = (company: Company, raisedHow: string) =>
  company.run(async (ctx) => {
    const rows = await ctx.tx.rows<{ fen: string }>(
      sql`select receivable_fen::text fen from bill where company_id = ${ctx.companyId} and raised_how = ${raisedHow} order by 1`,
    );
    return rows.map((row) => row.fen);
  });
