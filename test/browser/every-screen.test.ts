import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { screens } from '../../apps/admin/src/screens/index.tsx';
import { desktop, laptop, openScene } from './harness/index.ts';
import { repeatedIds, sidewaysOverflow, unnamedControls } from './harness/page-checks.ts';

const administrator = '19900000001';
const scene = openScene();

describe('every screen of the menu, with the data of the demo', () => {
  scene.test(
    'opens, fits 1440×900 and 1280×720, names its controls and has its chapter of the manual',
    async ({ signIn }) => {
      const findings: string[] = [];
      await inLanes(screens, async (lane) => {
        const { page } = await signIn(administrator);
        for (const screen of lane) {
          await page.setViewportSize(desktop);
          await page.goto(screen.path);
          await page.getByRole('heading', { level: 1, name: screen.title, exact: true }).waitFor();
          await settle(page);
          findings.push(...(await judge(page, `${screen.path} at 1440×900`)));
          await page.setViewportSize(laptop);
          findings.push(...(await judge(page, `${screen.path} at 1280×720`)));
          findings.push(...(await judgeManual(page, screen.path)));
        }
      });
      expect(findings).toEqual([]);
    },
    400_000,
  );

  scene.test(
    'is dark in dark mode',
    async ({ signIn }) => {
      await inLanes(
        screens.filter((one) => !one.isUnlisted),
        async (lane) => {
          const { page } = await signIn(administrator, '/', { colorScheme: 'dark' });
          for (const screen of lane) {
            await page.goto(screen.path);
            await page.getByRole('heading', { level: 1, name: screen.title, exact: true }).waitFor();
            const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
            expect(brightnessOf(background), `${screen.path} is dark`).toBeLessThan(60);
          }
        },
      );
    },
    240_000,
  );
});

/** Most of the time a page is waited for: three are looked at side by side. */
async function inLanes<T>(all: readonly T[], work: (lane: readonly T[]) => Promise<void>): Promise<void> {
  await Promise.all([0, 1, 2].map((lane) => work(all.filter((_, place) => place % 3 === lane))));
}

/** What is wrong with the look of a page, one sentence each. */
async function judge(page: Page, where: string): Promise<string[]> {
  // Tables and charts fit themselves to a new width a moment later.
  const fits = page.waitForFunction(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
  await fits.catch(() => undefined);
  const pixels = await sidewaysOverflow(page);
  const unnamed = await unnamedControls(page);
  const repeated = await repeatedIds(page);
  return [
    ...(pixels === 0 ? [] : [`${where} scrolls sideways by ${pixels} px`]),
    ...unnamed.map((html) => `${where} has a control without a name: ${html}`),
    ...repeated.map((id) => `${where} uses the id ${id} twice`),
  ];
}

/** Rows, figures and charts are there when nothing loads any more. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => document.querySelector('.ant-skeleton-active, .ant-spin-spinning') === null);
}

async function judgeManual(page: Page, where: string): Promise<string[]> {
  const link = page.getByRole('link', { name: '使用手册' });
  if ((await link.count()) !== 1) return [`${where} does not link its chapter of the manual`];
  await link.click();
  const drawer = page.getByRole('dialog');
  await drawer.waitFor();
  // The chapter comes after its drawer; a title alone is no chapter.
  const isThere = () =>
    page
      .waitForFunction(() => (document.querySelector('[role=dialog]')?.textContent ?? '').length > 60)
      .then(() => true);
  return (await isThere().catch(() => false)) ? [] : [`the chapter of the manual of ${where} is empty`];
}

function brightnessOf(colour: string): number {
  return Math.max(...(colour.match(/\d+/g) ?? ['255']).slice(0, 3).map(Number));
}
