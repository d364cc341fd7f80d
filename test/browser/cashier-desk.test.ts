import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { addItem } from '../../apps/server/src/domains/charging/charging.fixture.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { choose } from './harness/choose.ts';
import { type Company, makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene, type Person, type Visit } from './harness/index.ts';

const scene = openScene();
// 98.50 ㎡ × 2.80, worked out by hand, and as a slip must write it.
const fee = '275.80';
const feeInWords = '贰佰柒拾伍元捌角整';

interface Desk extends Person {
  company: Company;
  houseIds: string[];
}

async function openDesk(signIn: Visit['signIn'], houseCount = 1): Promise<Desk> {
  const company = await makeCompany(scene.services(), '收款物业');
  const { houseIds } = await makeBilledHouses(company, houseCount);
  const person = await signIn(await company.person('收银员', { name: '孙收银' }), '/cashier/desk');
  return { ...person, company, houseIds };
}

/** Types what the payer says and presses Enter: the house opens with its bills. */
async function find(page: Page, said: string): Promise<void> {
  await page.getByRole('combobox', { name: '查找房屋或住户' }).waitFor();
  await page.keyboard.press('F2');
  await page.keyboard.type(said);
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('grid', { name: '未收账单' }).waitFor();
}

describe('the cashier desk, by keyboard alone', () => {
  scene.test(
    'takes cash in three steps from a name in pinyin to the slip, however often Enter is pressed',
    async ({ signIn }) => {
      const { page, company, context } = await openDesk(signIn);
      await find(page, 'cct');
      await page.keyboard.press('Enter');
      await page.keyboard.type('300');
      await page.getByText('找零').locator('..').filter({ hasText: '24.20' }).waitFor();
      const [slip] = await Promise.all([
        context.waitForEvent('page'),
        page.keyboard.press('Enter').then(() => page.keyboard.press('Enter')),
      ]);
      await page.getByText('收款成功').waitFor();
      expect(await receiptsOf(company)).toEqual([
        { number: expect.stringMatching(/^CHHY\d{6}-000001$/), total_fen: 27580n, reversed: false },
      ]);
      expect(await dueOf(company)).toBe(0n);

      await slip.getByText(feeInWords).waitFor();
      const words = (await slip.locator('article').textContent()) ?? '';
      for (const expected of [
        '收款物业',
        '收款收据',
        '1栋-101',
        '崔春涛',
        '98.50㎡ × 2.80元/㎡·月',
        '收现金 300.00，找零 24.20',
      ])
        expect(words).toContain(expected);
      const [receipt] = await receiptsOf(company);
      expect(words).toContain(`No. ${receipt?.number}`);
    },
  );

  scene.test('finds a house by room, by part of a name, and by the last digits of a phone', async ({ signIn }) => {
    const { page } = await openDesk(signIn, 2);
    await find(page, '1栋-102');
    expect(await page.getByText('崔春涛').count()).toBe(0);
    for (const said of ['5678', '崔春', '1栋-101']) {
      await find(page, said);
      await page.getByText('崔春涛').first().waitFor();
      await page.keyboard.press('F2');
    }
  });

  scene.test(
    'takes WeChat by F9; reversed, the bill is due again and the slip says so on either paper',
    async ({ signIn }) => {
      const { page, company, context } = await openDesk(signIn);
      await find(page, '崔春涛');
      await page.getByRole('radiogroup', { name: '支付方式' }).getByText('微信').click();
      const [slip] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('F9')]);
      await slip.getByText(feeInWords).waitFor();
      expect(await methodsOf(company)).toEqual([{ name: '微信', amount_fen: 27580n }]);
      await slip.close();

      await page.goto('/cashier/receipts');
      await page.getByRole('button', { name: /^CHHY/ }).click();
      await page.getByRole('button', { name: '撤销', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: /撤销收据/ });
      await dialog.getByLabel('撤销原因').fill('收错房号');
      await dialog.getByRole('button', { name: `撤销 ${fee} 元` }).click();
      await page.getByText('1 笔账单恢复未收').waitFor();
      const [receipt] = await receiptsOf(company);
      expect(receipt).toMatchObject({ total_fen: 27580n, reversed: true });
      expect(await dueOf(company)).toBe(27580n);

      const id = new URL(page.url()).searchParams.get('id');
      for (const template of ['receipt-a4', 'receipt-241x93']) {
        await page.goto(`/print/receipts/${id}?template=${template}&preview=1`);
        await page.getByText(feeInWords).waitFor();
        const words = (await page.locator('article').textContent()) ?? '';
        for (const expected of [feeInWords, '已撤销', receipt!.number]) expect(words).toContain(expected);
      }
      await page.goto('/cashier/desk');
      await find(page, '崔春涛');
      await page.getByRole('grid').getByText(fee).first().waitFor();
    },
  );

  scene.test(
    'tells the second of two cashiers that the bill was just paid, and takes nothing twice',
    async ({ signIn }) => {
      const first = await openDesk(signIn);
      const second = await signIn(await first.company.person('收银员', { name: '马收银' }), '/cashier/desk');
      for (const { page } of [first, second]) await find(page, '崔春涛');
      await first.page.keyboard.press('F9');
      await first.page.getByText('收款成功').waitFor();
      second.expectRefusal(/^409 POST \/api\/receipts$/);
      await second.page.keyboard.press('F9');
      await second.page.getByText(/已由收据 CHHY\d{6}-000001 收讫，本次没有收款/).waitFor();
      expect(await receiptsOf(first.company)).toHaveLength(1);
      await second.page.getByText('没有欠费').waitFor();
    },
  );

  scene.test(
    'takes a part of a discounted bill by two methods, keeps the change as prepaid, and pays the next from it',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '收款物业');
      await makeBilledHouses(company, 1);
      const { page } = await signIn(await company.person('管理员', { name: '孙主管' }), '/cashier/desk');
      await find(page, '崔春涛');
      await page.keyboard.press('F7');
      const discount = page.getByRole('dialog', { name: /^优惠/ });
      // The hands stay on the keyboard, and no payment is taken behind a discount that is being typed.
      await discount.locator('input[aria-label="优惠金额"]:focus').waitFor();
      await page.keyboard.type('15.80');
      await page.keyboard.press('F9');
      await discount.getByRole('button', { name: '随本次收款优惠' }).click();
      await page.locator('[role="grid"]:focus').waitFor();
      expect(await receiptsOf(company)).toEqual([]);
      await page.getByLabel('本次收账单').fill('200');
      await page.getByRole('button', { name: '再加一种支付方式' }).click();
      await page.getByLabel('金额', { exact: true }).fill('50');
      await page.getByLabel('收到现金').fill('160');
      await page.getByLabel(/转预存/).check();
      await page.keyboard.press('F9');
      const confirm = page.getByRole('dialog', { name: '核对后收款' });
      await confirm.getByText('优惠 15.80；应付 260.00，还欠 60.00').waitFor();
      await confirm.getByRole('button', { name: '确认收款 210.00 元' }).click();
      await page.getByText('收款成功').waitFor();
      await page.locator('input[aria-label="查找房屋或住户"]:focus').waitFor();
      expect(await receiptsOf(company)).toMatchObject([{ total_fen: 21000n }]);
      expect((await methodsOf(company)).map((one) => one.amount_fen)).toEqual(expect.arrayContaining([16000n, 5000n]));
      expect(await dueOf(company)).toBe(6000n);

      await find(page, '崔春涛');
      await page.getByLabel(/^通用预存/).check();
      await page.getByRole('button', { name: /^收款 60.00 元/ }).click();
      await confirm.getByText('抵扣').waitFor();
      await confirm.getByRole('button', { name: '确认收款 60.00 元' }).click();
      await page.getByText('收款成功').waitFor();
      expect(await dueOf(company)).toBe(0n);
    },
  );

  scene.test('goes on at the desk while a slip waits for a slow printer', async ({ signIn }) => {
    const { page, context } = await openDesk(signIn, 2);
    // The slip's page stands still, as in a browser's own dialog, until the printer has answered.
    const printer = Promise.withResolvers<() => Promise<void>>();
    await context.route('**/slow-printer', (route) => printer.resolve(() => route.fulfill({ body: 'printed' })));
    await context.addInitScript(() => {
      window.print = () => {
        const request = new XMLHttpRequest();
        request.open('GET', '/slow-printer', false);
        request.send();
        document.documentElement.dataset.printed = request.responseText;
      };
    });
    await find(page, '1栋-101');
    const [slip] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('F9')]);
    const finishPrinting = await printer.promise;
    await page.getByText('收款成功').waitFor();
    await find(page, '1栋-102');
    await page.getByRole('button', { name: /^收款 275.80 元/ }).waitFor();
    await finishPrinting();
    await slip.locator('html[data-printed="printed"]').waitFor({ state: 'attached' });
  });

  scene.test(
    'opens a house from the tree, charges something once and prints every bill on a slip of its own',
    async ({ signIn }) => {
      const company = await makeCompany(scene.services(), '收款物业');
      await makeBilledHouses(company, 1);
      await company.run(async (ctx) => {
        const id = await addItem(ctx, { name: '搬家押车费' });
        await ctx.tx.run(
          sql`update charge_item set kind = 'oneOff' where company_id = ${ctx.companyId} and id = ${id}`,
        );
      });
      const { page, context } = await signIn(await company.person('管理员', { name: '孙主管' }), '/cashier/desk');
      await page.getByRole('button', { name: '房屋树' }).click();
      const tree = page.getByRole('navigation', { name: '房屋树' });
      await tree.locator('.ant-tree-switcher').first().click();
      await tree.getByText('101', { exact: false }).click();
      await page.getByRole('grid', { name: '未收账单' }).waitFor();
      await page.getByRole('button', { name: '临时收费' }).click();
      const dialog = page.getByRole('dialog', { name: /记临时收费/ });
      await choose(page, dialog, '收费项目', '搬家押车费');
      await dialog.getByLabel('金额', { exact: true }).fill('24.20');
      await dialog.getByRole('button', { name: '生成账单' }).click();
      await page.getByRole('checkbox', { name: '每笔账单一张' }).check();
      await page.getByRole('button', { name: /^收款 300.00 元/ }).waitFor();
      const [slip] = await Promise.all([context.waitForEvent('page'), page.keyboard.press('F9')]);
      await slip.getByText('（2/2）').first().waitFor();
      const words = (await slip.locator('article').textContent()) ?? '';
      for (const expected of [feeInWords, '贰拾肆元贰角整', '本收据共 2 张，合计 300.00 元'])
        expect(words).toContain(expected);
      expect(await dueOf(company)).toBe(0n);
    },
  );

  scene.test('collects only what is ticked', async ({ signIn }) => {
    const { page, company } = await openDesk(signIn, 2);
    await find(page, '1栋-102');
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: /^收款 0.00 元/ }).waitFor();
    await page.keyboard.press('F9');
    expect(await receiptsOf(company)).toEqual([]);
    await page.keyboard.press('F4');
    await page.getByRole('button', { name: /^收款 275.80 元/ }).waitFor();
    await page.keyboard.press('F9');
    await page.getByText('收款成功').waitFor();
    expect(await dueOf(company)).toBe(27580n);
  });
});

function receiptsOf(company: Company) {
  return company.run((ctx) =>
    ctx.tx.rows<{ number: string; total_fen: bigint; reversed: boolean }>(
      sql`select number, total_fen, reversed_at is not null as reversed from receipt where company_id = ${ctx.companyId} order by number`,
    ),
  );
}

function methodsOf(company: Company) {
  return company.run((ctx) =>
    ctx.tx.rows<{ name: string; amount_fen: bigint }>(sql`select m.name, t.amount_fen from receipt_tender t
      join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id where t.company_id = ${ctx.companyId}`),
  );
}

async function dueOf(company: Company): Promise<bigint> {
  const row = await company.run((ctx) =>
    ctx.tx.first<{ due: string }>(
      sql`select sum(receivable_fen - discount_fen - waived_fen - received_fen)::text as due from bill where company_id = ${ctx.companyId} and voided_at is null`,
    ),
  );
  return BigInt(row!.due);
}
