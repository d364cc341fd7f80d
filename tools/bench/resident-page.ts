import { fileURLToPath } from 'node:url';
import { buildApp } from '../../apps/server/src/app.ts';
import { residentCookie, startResidentSession } from '../../apps/server/src/platform/auth/resident-session.ts';
import { asSystem } from '../../apps/server/src/platform/boundary.ts';
import { nowText } from '../../apps/server/src/platform/context.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { launch } from '../browser/launch.ts';
import { firstViewBytes } from '../first-view/first-view.ts';
import { prepareClients } from '../start/clients.mjs';
import { type Bench, type BenchCompany, type BenchEnvironment, type BenchResult, spreadOf } from './bench.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const phone = '13800000001';
/** A middling phone on a slow mobile network, as Lighthouse has it. */
const slowdown = 4;
const network = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };

/** What a resident waits for: the largest part of the first view, with nothing kept from before; and how much script it takes. */
export const residentPageBench: Bench = {
  name: 'resident-page',
  async run(environment) {
    prepareClients(root, process.execPath, environment.say);
    const company = await environment.freshCompany();
    await addHome(environment, company);
    const visitor = { ip: '', userAgent: 'bench', earlier: undefined };
    const { companyId } = company;
    const { cookie } = await startResidentSession(environment.services, { companyId, phone }, visitor);
    const app = await buildApp(environment.services);
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    const home = `${address}/m/${companyId.slice(-8)}/`;
    const results: BenchResult[] = [];
    for (const [name, path, isSignedIn] of [
      ['signing in', '', false],
      ['home, what is due', '', true],
      ['the list of what is due', 'dues', true],
    ] as const) {
      const times: number[] = [];
      for (let round = 0; round < (environment.isQuick ? 1 : 5); round += 1)
        times.push(await paintSeconds(`${home}${path}`, isSignedIn ? cookie : undefined));
      const seconds = spreadOf(times);
      const bar = { text: '≤ 2.5 s', isReached: seconds.median <= 2.5 };
      results.push({ name: `resident client, ${name}: largest contentful paint`, unit: 's', ours: seconds, bar });
    }
    await app.close();
    const kilobytes = firstViewBytes(`${root}/apps/mobile/dist`, []) / 1000;
    results.push({
      name: 'resident client, script of the first view, gzip',
      unit: 'kB',
      ours: spreadOf([kilobytes]),
      bar: { text: '≤ 220 kB', isReached: kilobytes <= 220 },
    });
    return results;
  },
};

/** A house with an owner and a bill. */
function addHome({ services }: BenchEnvironment, { companyId, communityId }: BenchCompany): Promise<void> {
  return asSystem(services, companyId, async (ctx) => {
    const [building, house, resident, item] = [ctx.newId(), ctx.newId(), ctx.newId(), ctx.newId()];
    const now = nowText(ctx);
    await ctx.tx.run(sql`insert into building (company_id, id, community_id, name, created_at, updated_at)
      values (${companyId}, ${building}, ${communityId}, '1栋', ${now}, ${now})`);
    await ctx.tx.run(sql`insert into house (company_id, id, community_id, building_id, number, full_name, search_key, usage, built_area, created_at, updated_at)
      values (${companyId}, ${house}, ${communityId}, ${building}, '101', '1栋101', '1-101', 'residential', 98.50, ${now}, ${now})`);
    await ctx.tx.run(sql`insert into resident (company_id, id, name, pinyin, pinyin_initials, phone, created_at, updated_at)
      values (${companyId}, ${resident}, '崔春涛', 'cuichuntao', 'cct', ${phone}, ${now}, ${now})`);
    await ctx.tx.run(sql`insert into occupancy (company_id, id, community_id, house_id, resident_id, role, moved_in_on, created_at, updated_at)
      values (${companyId}, ${ctx.newId()}, ${communityId}, ${house}, ${resident}, 'owner', '2020-01-01', ${now}, ${now})`);
    await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, created_at, updated_at)
      values (${companyId}, ${item}, '物业管理费', 'periodic', ${now}, ${now})`);
    await ctx.tx.run(sql`insert into bill (company_id, id, community_id, charge_item_id, target_kind, target_id, period_from, period_to, due_on,
        receivable_fen, raised_how, raised_at, calculation)
      values (${companyId}, ${ctx.newId()}, ${communityId}, ${item}, 'house', ${house}, '2026-01-01', '2026-02-01', '2026-01-31', 27580, 'auto', ${now},
        '{"q":"98.50","u":"㎡","p":"2.80","m":"1","a":"275.80"}')`);
  });
}

/** Opens the page once in a fresh browser on the slow phone and returns when its largest part was painted. */
async function paintSeconds(url: string, cookie: string | undefined): Promise<number> {
  const browser = await launch(() => {});
  try {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' });
    if (cookie !== undefined)
      await context.addCookies([{ name: residentCookie, value: cookie, url: `${new URL(url).origin}/api/resident` }]);
    const page = await context.newPage();
    const devTools = await context.newCDPSession(page);
    await devTools.send('Network.enable');
    await devTools.send('Network.emulateNetworkConditions', network);
    await devTools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    await page.goto(url, { waitUntil: 'networkidle' });
    // In words of the page: Node's own observer knows no paints.
    const milliseconds = await page.evaluate<number>(`new Promise((resolve) => {
      const observer = new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? 0));
      observer.observe({ type: 'largest-contentful-paint', buffered: true });
    })`);
    return milliseconds / 1000;
  } finally {
    await browser.close();
  }
}
