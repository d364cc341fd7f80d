import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { removeAbandonedHome } from '../apps/server/src/platform/database/embedded/index.ts';
import { launch } from './browser/launch.ts';
import { type Picture, phoneViewport, pictures, viewport } from './screenshots/pictures.ts';
import { prepareClients } from './start/clients.mjs';

/**
 * `npm run screenshots`: starts the product with demo data in a folder of its own and takes the pictures of the README
 * into docs/screenshots. A picture whose page is not there is named at the end, and the exit code is 1.
 * Names of pictures after `--` take only those.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'docs/screenshots');
const say = (message: string) => console.log(message);
const account = { phone: '19900000001', password: 'anlin2026' };

interface Product {
  url: string;
  stop(): Promise<void>;
}

async function startProduct(): Promise<Product> {
  const home = mkdtempSync(join(tmpdir(), 'anlin-screenshots-'));
  const server = spawn(process.execPath, [join(root, 'apps/server/src/main.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ANLIN_HOME: home, ANLIN_DEMO: '1', ANLIN_LOG: 'warn', HOST: '127.0.0.1', PORT: '0' },
  });
  const stop = async () => {
    await ended(server);
    await removeAbandonedHome(home);
  };
  try {
    return { url: await addressOf(server), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Reads what the server prints until it says where it listens. */
function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const url = /安邻已启动：(http:\/\/\S+)/.exec(printed)?.[1];
      if (url) resolve(url.replace('localhost', '127.0.0.1'));
    });
    server.once('exit', (code) => reject(new Error(`服务没有启动（退出码 ${code}）：\n${printed}`)));
    setTimeout(() => reject(new Error(`服务 3 分钟内没有启动：\n${printed}`)), 180_000).unref();
  });
}

function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    server.once('exit', () => resolve());
    server.kill('SIGTERM');
  });
}

async function openPage(browser: Browser, url: string, { isDark, isPhone }: Picture): Promise<Page> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: isPhone ? phoneViewport : viewport,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    colorScheme: isDark ? 'dark' : 'light',
  });
  return context.newPage();
}

async function takeAll(product: Product, browser: Browser, names: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const picture of pictures) {
    if (names.length > 0 && !names.includes(picture.name)) continue;
    const page = await openPage(browser, product.url, picture);
    try {
      if (!picture.isSignedOut) await page.request.post('/api/session', { data: account });
      await picture.open(page);
      await page.waitForLoadState('networkidle');
      // Charts and drawers move into place.
      await page.waitForTimeout(800);
      await page.screenshot({ path: join(target, `${picture.name}.png`) });
      say(`✓ ${picture.name} ${picture.title}`);
    } catch (error) {
      const [reason] = String(error).split('\n');
      missing.push(`${picture.name}（${picture.title}）：${reason}`);
      say(`✗ ${picture.name} ${picture.title}`);
    } finally {
      await page.context().close();
    }
  }
  return missing;
}

const names = process.argv.slice(2);
mkdirSync(target, { recursive: true });
prepareClients(root, process.execPath, say);
const browser = await launch(say);
const product = await startProduct().catch(async (error: Error) => {
  await browser.close();
  throw error;
});
try {
  const missing = await takeAll(product, browser, names);
  if (missing.length > 0) {
    console.error(`\n缺少 ${missing.length} 张图片：\n${missing.join('\n')}`);
    process.exitCode = 1;
  }
} finally {
  await browser.close();
  await product.stop();
}
