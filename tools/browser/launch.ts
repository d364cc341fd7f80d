import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from './find-browser.ts';

const quietly = [
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  // Slips print themselves: without this the print dialog would wait for a person.
  '--disable-print-preview',
];

/** Starts a browser without a window, in Chinese; it talks to nothing but what the test opens. */
export function launch(say: (message: string) => void = console.log): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: findBrowser(say),
    headless: true,
    timeout: 60_000,
    // Without it a file with a Chinese name is downloaded under no name.
    env: { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
    args: [...quietly, '--lang=zh-CN', ...(isRoot ? ['--no-sandbox'] : [])],
  });
}
