import { describe, expect } from 'vitest';
import { addDefaultAccounts } from '../../apps/server/src/domains/accounting/index.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { enterDay } from './harness/choose.ts';
import { makeBilledHouses, makeCompany, thisMonth } from './harness/company.ts';
import { openScene } from './harness/index.ts';

const scene = openScene();

describe('vouchers', () => {
  scene.test(
    'of a closed month are mapped to the company’s account, looked at, made, and agree with the trial balance',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '凭证物业');
      await company.run(addDefaultAccounts);
      const { communityId } = await makeBilledHouses(company, 2);
      const phone = await company.person('财务');
      const month = Temporal.PlainYearMonth.from(thisMonth()).subtract({ months: 1 });
      const from = `${month}-01`;
      const to = `${month}-${month.daysInMonth}`;
      // The two bills of 275.80 are last month's, and its books are closed.
      await company.run(async (ctx) => {
        await ctx.tx.run(
          sql`update bill set period_from = ${from}, period_to = ${`${thisMonth()}-01`} where company_id = ${ctx.companyId}`,
        );
        await ctx.tx.run(
          sql`update community_book set closed_until = ${to} where company_id = ${ctx.companyId} and community_id = ${communityId}`,
        );
      });

      const { page } = await signIn(phone, '/finance/account-mapping');
      await page
        .getByRole('row', { name: /^收费收入 6001/ })
        .getByRole('button', { name: '修改' })
        .click();
      await page.getByLabel('科目编码', { exact: true }).fill('6001.01');
      await page.getByRole('button', { name: '保存' }).click();
      await page.getByRole('row', { name: /^收费收入 6001\.01/ }).waitFor();
      // What channels pay out is to be booked from a day on; the accounts for it are there.
      await page.getByRole('row', { name: /^渠道手续费 6603/ }).waitFor();
      await page.getByRole('button', { name: '渠道手续费与结算' }).click();
      const settlement = page.getByRole('dialog', { name: '渠道手续费与结算' });
      await settlement.getByRole('switch', { name: '结算到账记账' }).click();
      await enterDay(settlement, '从哪天的渠道账单起记到账', from);
      await settlement.getByRole('button', { name: '保存' }).click();
      await page.getByText('已保存，对过账的日子已按新设置补记或冲回').waitFor();
      const setting = await company.run((ctx) =>
        ctx.tx.first(sql`select books_fees, fees_from, books_payouts, payouts_from from channel_settlement_setting
          where company_id = ${ctx.companyId}`),
      );
      expect(setting).toEqual({ books_fees: true, fees_from: null, books_payouts: true, payouts_from: from });

      await page.goto('/finance/vouchers');
      await page.getByRole('button', { name: '生成凭证' }).click();
      await page.getByRole('row', { name: /应收计提/ }).click();
      await page.getByRole('row', { name: /6001\.01 主营业务收入.*520\.38/ }).waitFor();
      await page.getByRole('row', { name: /22210107.*31\.22/ }).waitFor();
      await page.getByRole('button', { name: '生成 1 张' }).click();
      await page.getByRole('row', { name: /记-0001.*应收计提.*551\.60.*有效/ }).waitFor();
      const made = await company.run((ctx) =>
        ctx.tx.first<{ number: number; debit_fen: bigint }>(
          sql`select number, debit_fen from voucher where company_id = ${ctx.companyId}`,
        ),
      );
      expect(made).toEqual({ number: 1, debit_fen: 55_160n });
      // From a line of the voucher to the bills it sums up, tax included.
      await page.getByRole('row', { name: /记-0001/ }).click();
      await page.getByRole('row', { name: /6001\.01 主营业务收入.*520\.38/ }).click();
      await page.getByText('共 2 笔，借方 0.00，贷方 551.60').waitFor();
      await page.getByRole('button', { name: /1栋.*101.*物业管理费/ }).waitFor();

      await page.goto(`/finance/trial-balance?from=${from}&to=${to}`);
      await page.getByText('试算平衡', { exact: true }).waitFor();
      await page.getByRole('row', { name: /^应收账款/ }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /1栋.*101.*物业管理费/ })
        .click();
      await page.getByRole('heading', { level: 1, name: '账单' }).waitFor();
    },
  );
});
