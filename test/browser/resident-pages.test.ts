import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { residentCookie, startResidentSession } from '../../apps/server/src/platform/auth/resident-session.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { type Company, makeBilledHouses, makeCompany } from './harness/company.ts';
import { openScene, type Person, type Visit } from './harness/index.ts';
import { repeatedIds, sidewaysOverflow, unnamedControls } from './harness/page-checks.ts';
import { faintTexts, missingLandmarks, smallTargets, unseenFocus } from './harness/sight.ts';

const scene = openScene();
const phoneScreen = { width: 390, height: 844 };
const smallScreen = { width: 360, height: 640 };

/** Opens a page of the residents' client, signed in by a session that is there already. */
async function openSignedIn(open: Visit['open'], company: Company, path: string): Promise<Person> {
  const visitor = { ip: '', userAgent: 'test', earlier: undefined };
  const who = { companyId: company.id, phone: '13812345678' };
  const { cookie } = await startResidentSession(scene.services(), who, visitor);
  const person = await open('/m/offline.html', { viewport: phoneScreen });
  const { origin } = new URL(person.page.url());
  await person.context.addCookies([{ name: residentCookie, value: cookie, url: `${origin}/api/resident` }]);
  await person.page.goto(addressOf(company, path));
  return person;
}

const addressOf = (company: Company, path: string) => `/m/${company.id.slice(-8)}${path}`;

/** Prepaid of the first house, as an opening balance, and who invoices; the host opens nowhere. */
function prepare(company: Company, balanceFen: bigint): Promise<void> {
  return company.run(async (ctx) => {
    const accountId = ctx.newId();
    await ctx.tx.run(sql`insert into prepaid_account (company_id, id, community_id, target_kind, target_id, created_at)
      select b.company_id, ${accountId}, b.community_id, b.target_kind, b.target_id, now() from bill b
      where b.company_id = ${ctx.companyId} order by b.id limit 1`);
    await ctx.tx.run(sql`insert into prepaid_movement (company_id, id, community_id, prepaid_account_id, sequence, kind, amount_fen, bonus_fen, balance_fen,
        note, moved_on, moved_at)
      select company_id, ${ctx.newId()}, community_id, id, 1, 'moveIn', ${balanceFen.toString()}, 0, ${balanceFen.toString()}, '期初', current_date, now()
      from prepaid_account where company_id = ${ctx.companyId} and id = ${accountId}`);
    await ctx.tx.run(sql`update prepaid_account set balance_fen = ${balanceFen.toString()}, movement_count = 1
      where company_id = ${ctx.companyId} and id = ${accountId}`);
    await ctx.tx.run(sql`insert into invoice_seller (company_id, id, name, tax_number, issuer_name, provider, host, app_key, sealed_secret,
        created_at, updated_at)
      values (${ctx.companyId}, ${ctx.newId()}, '安居物业', '91440300708461136T', '周敏', 'gateway', 'invoice.example.com', 'k', 'x', now(), now())`);
  });
}

/** Everything that is wrong with a page for eyes, thumbs, keyboards and screen readers, by day, by night, and large on a small phone. */
async function faultsOf(page: Page, path: string): Promise<string[]> {
  const faults: string[] = [];
  const note = (kind: string, found: readonly string[]) => {
    for (const one of found) faults.push(`${path} ${kind}: ${one}`);
  };
  note('unnamed', await unnamedControls(page));
  note('id twice', await repeatedIds(page));
  note('landmark', await missingLandmarks(page));
  for (const [look, size, isLarge, colorScheme] of [
    ['by day', phoneScreen, false, 'light'],
    ['by night', phoneScreen, false, 'dark'],
    ['large', smallScreen, true, 'light'],
    ['small', smallScreen, false, 'dark'],
  ] as const) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    await page.evaluate((is) => document.documentElement.toggleAttribute('data-large', is), isLarge);
    note(`faint ${look}`, await faintTexts(page));
    note(`small ${look}`, await smallTargets(page));
    const overflow = await sidewaysOverflow(page);
    if (overflow > 0) faults.push(`${path} is ${overflow} px too wide ${look}`);
  }
  await page.evaluate(() => document.documentElement.toggleAttribute('data-large', false));
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(phoneScreen);
  note('focus', await unseenFocus(page, 6));
  return faults;
}

describe('the pages of the residents’ client', () => {
  scene.test(
    'prepaid pays what is due, and the receipt’s invoice is asked for and seen by the office',
    async ({ open, signIn }) => {
      const company = await makeCompany(scene.services(), '预存开票物业');
      await makeBilledHouses(company, 2);
      await prepare(company, 50_000n);
      const { page } = await openSignedIn(open, company, '/dues');
      await page.getByRole('button', { name: '去支付' }).click();
      const sheet = page.getByRole('dialog', { name: '确认支付' });
      await sheet.getByText('1栋-101 通用预存').waitFor();
      await sheet.getByRole('button', { name: '用预存款支付' }).click();
      await page.getByText('贰佰柒拾伍元捌角整').waitFor();
      await page.getByRole('link', { name: '电子发票' }).click();
      await page.getByText('单位', { exact: true }).click();
      await page.getByLabel('单位名称').fill('云栖商贸有限公司');
      await page.getByLabel('统一社会信用代码').fill('91510100MA61RD0M2L');
      await page.getByRole('button', { name: '申请开票' }).click();
      await page.getByText('待审核').waitFor();
      const books = await company.run((ctx) =>
        ctx.tx.first(sql`select (select count(*)::int from invoice where company_id = ${ctx.companyId} and source = 'resident' and state = 'requested') as invoices,
        (select balance_fen from prepaid_account where company_id = ${ctx.companyId}) as prepaid`),
      );
      expect(books).toEqual({ invoices: 1, prepaid: 22_420n });
      const office = await signIn(await company.person('财务'), '/finance/invoices');
      await office.page.getByRole('row', { name: /待审核.*云栖商贸有限公司/ }).waitFor();
    },
  );

  scene.test(
    'can be read, hit, reached by keyboard and named, by day, by night and in large type, and open without a network',
    async ({ open }) => {
      const company = await makeCompany(scene.services(), '人人可用物业');
      await makeBilledHouses(company, 2);
      await prepare(company, 10_000n);
      const { page, context } = await openSignedIn(open, company, '/');
      await page.getByRole('link', { name: /待缴费用/ }).waitFor();
      const ids = await company.run((ctx) =>
        ctx.tx.first<{ bill: string; account: string; house: string }>(sql`
          select b.id as bill, b.target_id as house, p.id as account from bill b
          join prepaid_account p on p.company_id = b.company_id and p.target_id = b.target_id where b.company_id = ${ctx.companyId}`),
      );
      const paths = [
        '/',
        '/dues',
        `/bills/${ids!.bill}`,
        '/receipts',
        '/prepaid',
        `/prepaid-account/${ids!.account}`,
        '/advance',
      ];
      paths.push(
        '/houses',
        `/members/${ids!.house}`,
        '/vehicles',
        '/vehicle/new',
        '/messages',
        '/profile',
        '/register',
      );
      const faults: string[] = [];
      for (const path of paths) {
        await page.goto(addressOf(company, path));
        await page.getByRole('heading', { level: 1 }).waitFor();
        await expect.poll(() => page.getByRole('status', { name: /正在加载/ }).count()).toBe(0);
        faults.push(...(await faultsOf(page, path)));
      }
      await page.goto(addressOf(company, '/dues'));
      await page.getByRole('button', { name: '去支付' }).click();
      await page.getByRole('dialog').getByText('还要在线支付').waitFor();
      faults.push(...(await faultsOf(page, 'sheet')));
      expect(faults).toEqual([]);

      await page.evaluate(async () => void (await navigator.serviceWorker.ready));
      const offline = await context.newPage();
      await context.setOffline(true);
      await offline.goto(addressOf(company, '/'));
      await offline.getByText('没有网络').first().waitFor();
      await context.setOffline(false);
      await offline.getByRole('button', { name: '再试一次' }).click();
      await offline.getByRole('link', { name: /待缴费用/ }).waitFor();
    },
    90_000,
  );
});
