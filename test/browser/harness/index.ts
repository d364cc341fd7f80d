import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, inject, test } from 'vitest';
import { openServices, type RunningServices } from '../../../apps/server/src/platform/start-services.ts';
import { launch } from '../../../tools/browser/launch.ts';
import { watchPage } from './watch-page.ts';

export const desktop = { width: 1440, height: 900 };
export const laptop = { width: 1280, height: 720 };
export const demoPassword = 'anlin2026';

/** Far more than any step needs: a busy machine is no reason to fail. */
const actionMs = 45_000;

export interface Person {
  page: Page;
  context: BrowserContext;
  /** A refusal this test provokes on purpose, such as `/^409 POST \/api\/receipts$/`. */
  expectRefusal(pattern: RegExp): void;
}

export interface Visit {
  /** A page of a fresh browser profile, signed in as the person with this phone, at this address. */
  signIn(phone: string, address?: string, options?: VisitOptions): Promise<Person>;
  /** The same, nobody signed in. */
  open(address: string, options?: VisitOptions): Promise<Person>;
}

interface VisitOptions {
  password?: string;
  viewport?: { width: number; height: number };
  colorScheme?: 'light' | 'dark';
  /** What the browser calls itself, where another program's is meant. */
  userAgent?: string;
}

export interface Scene {
  /** The product's own services on its database: to prepare a test and to check its outcome. */
  services(): RunningServices;
  /** One test. Fails on anything unexpected in the console or among the requests; pictures every page when it fails. */
  test(name: string, work: (visit: Visit) => Promise<void>, timeoutMs?: number): void;
}

/** One browser for a test file; every test gets fresh profiles. */
export function openScene(): Scene {
  const { url, databaseUrl, home, pictures } = inject('product');
  let browser: Browser | undefined;
  let services: RunningServices | undefined;
  beforeAll(async () => {
    services = await openServices({ databaseUrl, home, logLevel: 'silent', maxConnections: 4 });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await services?.stop();
  });
  return {
    services: () => services!,
    test: (name, work, timeoutMs = 240_000) =>
      test(
        name,
        async () => {
          const people: { page: Page; context: BrowserContext; problems: string[] }[] = [];
          const open: Visit['open'] = async (address, options = {}) => {
            const context = await openContext(browser!, url, options);
            const page = await context.newPage();
            const { problems, expectRefusal } = watchPage(page);
            people.push({ page, context, problems });
            await page.goto(address);
            return { page, context, expectRefusal };
          };
          const signIn: Visit['signIn'] = async (phone, address = '/', options = {}) => {
            const person = await open('/sign-in', options);
            await enter(person.page, phone, options.password ?? demoPassword);
            await person.page.getByRole('heading', { level: 1 }).waitFor();
            await person.page.getByRole('navigation', { name: '主菜单' }).waitFor();
            if (address !== '/') await person.page.goto(address);
            return person;
          };
          try {
            await work({ open, signIn });
            const problems = people.flatMap((person) => person.problems);
            if (problems.length > 0) throw new Error(`the pages complained:\n${[...new Set(problems)].join('\n')}`);
          } catch (error) {
            await takePictures(people, pictures, name);
            throw error;
          } finally {
            await Promise.all(people.map(({ context }) => context.close()));
          }
        },
        timeoutMs,
      ),
  };
}

async function openContext(browser: Browser, baseURL: string, options: VisitOptions): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL,
    viewport: options.viewport ?? desktop,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    colorScheme: options.colorScheme ?? 'light',
    reducedMotion: 'reduce',
    ...(options.userAgent === undefined ? {} : { userAgent: options.userAgent }),
    acceptDownloads: true,
  });
  context.setDefaultTimeout(actionMs);
  // There is no printer here: asking for one may take longer than a test, and stops the page meanwhile.
  await context.addInitScript(() => {
    window.print = () => {
      document.documentElement.dataset.printed = 'yes';
    };
  });
  return context;
}

/** Fills in the sign-in page as a person does. */
export async function enter(page: Page, phone: string, password: string): Promise<void> {
  await page.getByLabel('手机号').fill(phone);
  await page.getByRole('textbox', { name: '密码', exact: true }).fill(password);
  await page.keyboard.press('Enter');
}

async function takePictures(people: readonly { page: Page }[], folder: string, name: string): Promise<void> {
  for (const [index, { page }] of people.entries()) {
    const path = join(folder, `${name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80)}-${index + 1}.png`);
    try {
      await page.screenshot({ path, timeout: 10_000 });
      console.log(`picture of the failure: ${path} (${page.url()})`);
    } catch (error) {
      console.log(`no picture of the failure: ${String(error)}`);
    }
  }
}
