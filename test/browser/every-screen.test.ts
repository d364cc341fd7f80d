import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { screens } from '../../apps/admin/src/screens/index.tsx';
import { desktop, laptop, openScene } from './harness/index.ts';
import { repeatedIds, sidewaysOverflow, unnamedControls } from './harness/page-checks.ts';

const administrator = '19900000001';
const scene = openScene();

describe('every screen of the menu, with the data of the demo', () => {
  scene.test(
    'opens without complaints, fits 1440×900 and 1280×720, names its controls and has its chapter of the manual',
    async ({ signIn }) => {
      const { page } = await signIn(administrator);
      for (const screen of screens) {
        await page.setViewportSize(desktop);
        await page.goto(screen.path);
        await page.getByRole('heading', { level: 1, name: screen.title }).waitFor();
        await settle(page);
        await checkLook(page, screen.path);
        await page.setViewportSize(laptop);
        await checkLook(page, `${screen.path} at 1280×720`);
        await openManual(page, screen.path);
      }
    },
    180_000,
  );

  scene.test(
    'shows itself in dark mode without complaints',
    async ({ signIn }) => {
      const { page } = await signIn(administrator, '/', { colorScheme: 'dark' });
      for (const screen of screens.filter((one) => !one.isUnlisted)) {
        await page.goto(screen.path);
        await page.getByRole('heading', { level: 1, name: screen.title }).waitFor();
        const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        expect(brightnessOf(background), `${screen.path} is dark`).toBeLessThan(60);
      }
    },
    120_000,
  );
});

async function checkLook(page: Page, where: string): Promise<void> {
  expect(await sidewaysOverflow(page), `${where} scrolls sideways by`).toBe(0);
  expect(await unnamedControls(page), `controls without a name on ${where}`).toEqual([]);
  expect(await repeatedIds(page), `ids used twice on ${where}`).toEqual([]);
}

/** Rows, figures and charts are there when nothing loads any more. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.locator('.ant-skeleton-active, .ant-spin-spinning').first().waitFor({ state: 'detached' });
}

async function openManual(page: Page, where: string): Promise<void> {
  const link = page.getByRole('link', { name: '使用手册' });
  expect(await link.count(), `${where} links its chapter of the manual`).toBe(1);
  await link.click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('heading').first().waitFor();
  expect((await drawer.innerText()).length, `the chapter of ${where} says something`).toBeGreaterThan(100);
}

function brightnessOf(colour: string): number {
  return Math.max(...(colour.match(/\d+/g) ?? ['255']).slice(0, 3).map(Number));
}
