import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build, type Plugin } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filledIn, stubWechat } from './wechat.fixture.ts';

const dist = mkdtempSync(join(tmpdir(), 'anlin-miniprogram-'));
afterAll(() => rmSync(dist, { recursive: true, force: true }));

/** What a company would have written into config.ts. */
const fillIn: Plugin = {
  name: 'fill-in',
  enforce: 'pre',
  load: (id) =>
    id.endsWith('/src/config.ts') ? `export const configuration = ${JSON.stringify(filledIn)};` : undefined,
};

beforeAll(async () => {
  await build({
    configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
    plugins: [fillIn],
    build: { outDir: dist },
    logLevel: 'error',
  });
});

const files = () =>
  readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
const readJson = (name: string) => JSON.parse(readFileSync(join(dist, name), 'utf8'));

test('the main package is at most 2 MB, as WeChat demands, and has all parts of every page', () => {
  const bytes = files().reduce((sum, file) => sum + statSync(file).size, 0);
  expect(bytes).toBeGreaterThan(5_000);
  expect(bytes).toBeLessThanOrEqual(2 * 1024 * 1024);
  const { pages } = readJson('app.json') as { pages: string[] };
  expect(pages).toEqual(['index', 'pay', 'scan', 'subscribe'].map((name) => `pages/${name}/${name}`));
  for (const page of pages) {
    for (const part of ['js', 'json', 'wxml'])
      expect(existsSync(join(dist, `${page}.${part}`)), `${page}.${part}`).toBe(true);
  }
  expect(existsSync(join(dist, readJson('app.json').sitemapLocation))).toBe(true);
  expect(readJson('project.config.json')).toMatchObject({ appid: 'touristappid', compileType: 'miniprogram' });
});

test('the pages name only handlers that their scripts have', () => {
  for (const name of ['index', 'pay', 'scan', 'subscribe']) {
    const { definition } = openPage(name);
    const template = readFileSync(join(dist, 'pages', name, `${name}.wxml`), 'utf8');
    const handlers = [...template.matchAll(/\bbind\w+="(\w+)"/g)].map((match) => match[1] ?? '');
    expect(handlers).not.toEqual([]);
    for (const handler of handlers) expect(typeof definition[handler], `${name}: ${handler}`).toBe('function');
  }
});

test('the site opens in the built page', async () => {
  const { page } = openPage('index');
  page.onLoad?.({});
  await settle();
  expect(page.data.address).toBe('https://wuye.example.com/m/0a1b2c3d/?wxCode=c0de');
  page.onPageFailed?.();
  expect(page.data).toMatchObject({ address: '', sentence: '页面没有打开，请检查网络后再试。' });
});

test('the built page of payments leads back to the site, and says what is missing', async () => {
  const { page, launched } = openPage('pay');
  page.onLoad?.({});
  await settle();
  expect(page.data.sentence).toContain('缺少');
  const query = { timeStamp: '1', nonceStr: 'n', package: 'prepay_id%3Dw', signType: 'RSA', paySign: 's' };
  page.onLoad?.({ ...query, back: '%2Fm%2F0a1b2c3d%2Fpayments%2F1' });
  await settle();
  expect(launched).toEqual([`/pages/index/index?to=${encodeURIComponent('/m/0a1b2c3d/payments/1?wxPay=ok')}`]);
});

interface BuiltPage {
  data: Record<string, unknown>;
  setData: (values: object) => void;
  onLoad?: (query: object) => void;
  onPageFailed?: () => void;
  [handler: string]: unknown;
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Runs a page as WeChat would: modules by `require`, and no globals but the language's own, `wx`, `App` and `Page`. */
function openPage(name: string) {
  const launched: string[] = [];
  const defined: object[] = [];
  const { wechat } = stubWechat({ code: 'c0de' });
  const context = createContext({
    wx: {
      ...wechat,
      reLaunch: ({ url }: { url: string }) => launched.push(url),
      navigateBack: () => launched.push('back'),
    },
    App: () => {},
    Page: (definition: object) => defined.push(definition),
    getCurrentPages: () => [{}],
  });
  const loaded = new Map<string, object>();
  const load = (path: string): object => {
    const known = loaded.get(path);
    if (known) return known;
    const exports = {};
    loaded.set(path, exports);
    const run = runInContext(`(function (exports, require) {${readFileSync(path, 'utf8')}\n})`, context);
    run(exports, (target: string) => load(join(dirname(path), target)));
    return exports;
  };
  load(join(dist, 'app.js'));
  load(join(dist, 'pages', name, `${name}.js`));
  const definition = defined[0] as BuiltPage;
  const page: BuiltPage = {
    ...definition,
    data: { ...definition.data },
    setData(values: object) {
      Object.assign(page.data, values);
    },
  };
  return { definition, page, launched };
}
