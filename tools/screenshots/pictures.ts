import type { Page } from 'playwright-core';

export const viewport = { width: 1440, height: 900 };
export const phoneViewport = { width: 390, height: 844 };

export interface Picture {
  /** File name without its ending. */
  name: string;
  title: string;
  isDark?: boolean;
  isSignedOut?: boolean;
  /** As a resident sees it. */
  isPhone?: boolean;
  /** Opens the page and whatever is on it, and fails when it is not there. */
  open(page: Page): Promise<void>;
}

const waitMs = 20_000;

/** Opens an address and waits for text that only the right page shows. */
async function visit(page: Page, path: string, text: string): Promise<void> {
  await page.goto(path);
  await page.getByText(text, { exact: false }).first().waitFor({ timeout: waitMs });
  if (await page.getByText('没有这个页面').isVisible()) throw new Error(`没有这个页面：${path}`);
}

interface Rows {
  rows: Record<string, string>[];
}

async function read(page: Page, path: string): Promise<Rows> {
  const response = await page.request.get(path);
  if (!response.ok()) throw new Error(`${path} 回答 ${response.status()}`);
  return (await response.json()) as Rows;
}

async function openDesk(page: Page): Promise<void> {
  const { rows } = await read(page, '/api/houses?pageSize=200');
  const house = await firstWithDebts(page, rows);
  await visit(page, `/cashier/desk?desk=house:${house}`, '应付合计');
}

/** Signs the demo's owner in on the phone, with the code that staff read in the log, and shows what is due. */
async function openPhone(page: Page): Promise<void> {
  const owner = '19900001000';
  await visit(page, '/m/', '住户登录');
  await page.getByLabel('手机号').fill(owner);
  await page.getByRole('button', { name: '获取验证码' }).click();
  let code: string | undefined;
  for (let look = 0; look < 50 && !code; look += 1) {
    await page.waitForTimeout(200);
    const log = await (await page.request.get('/api/message-deliveries?pageSize=5&sort=-createdAt')).text();
    code = /登录验证码：(\d{6})/.exec(log)?.[1];
  }
  await page.getByLabel('验证码').fill(code ?? '');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.getByText('待缴费用').waitFor({ timeout: waitMs });
}

/** The first house that owes something for several months, so that the desk has something to show. */
async function firstWithDebts(page: Page, rows: readonly Record<string, string>[]): Promise<string> {
  for (const { id } of rows) {
    const response = await page.request.get(`/api/cashier/account?targetKind=house&targetId=${id}`);
    if (!response.ok()) continue;
    const { bills } = (await response.json()) as { bills: unknown[] };
    if (bills.length >= 3) return id!;
  }
  throw new Error('前 200 套房屋都没有欠费');
}

async function openSlip(page: Page): Promise<void> {
  const { rows } = await read(page, '/api/receipts?pageSize=1');
  await visit(page, `/print/receipts/${rows[0]?.id}`, '收据');
}

async function openPreview(page: Page): Promise<void> {
  await visit(page, '/charging/raise-bills', '预览');
  // Community and items are filled in already; next month has bills to raise.
  await page.getByTitle('物业费').first().waitFor({ timeout: waitMs });
  const next = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' })
    .format(Date.now() + 20 * 86_400_000)
    .slice(0, 7);
  for (const placeholder of ['起始月', '结束月']) {
    await page.getByPlaceholder(placeholder).fill(next);
    await page.keyboard.press('Enter');
  }
  await page.getByRole('button', { name: '预览' }).click();
  await page.getByText('元/㎡·月').first().waitFor({ timeout: waitMs });
}

/** The pictures of the README, in its order. */
export const pictures: readonly Picture[] = [
  { name: 'phone', title: '住户端', isPhone: true, open: openPhone },
  { name: 'sign-in', title: '登录', isSignedOut: true, open: (page) => visit(page, '/sign-in', '密码') },
  { name: 'dashboard', title: '工作台', open: (page) => visit(page, '/dashboard', '工作台') },
  { name: 'houses', title: '房屋', open: (page) => visit(page, '/estate/houses', '锦澜府') },
  { name: 'import', title: '导入房屋', open: (page) => visit(page, '/estate/houses/import', '导入房屋') },
  { name: 'standards', title: '收费标准', open: (page) => visit(page, '/charging/charge-standards', '高层住宅物业费') },
  { name: 'preview', title: '生成账单前的预览', open: openPreview },
  { name: 'bills', title: '账单', open: (page) => visit(page, '/charging/bills', '物业费') },
  { name: 'cashier', title: '收银台', open: openDesk },
  { name: 'slip', title: '收据', open: openSlip },
  { name: 'income', title: '收入明细', open: (page) => visit(page, '/finance/income', '微信') },
  { name: 'ledger', title: '收费台账', open: (page) => visit(page, '/finance/charge-ledger', '1栋1单元101') },
  { name: 'reports', title: '报表', open: (page) => visit(page, '/finance/reports', '应收实收') },
  { name: 'wall', title: '电视墙', open: (page) => visit(page, '/wall', '本月') },
  { name: 'dark', title: '深色模式', isDark: true, open: (page) => visit(page, '/estate/houses', '锦澜府') },
];
