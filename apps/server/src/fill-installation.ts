import { demoResident, demoSignIns, loadDemo } from './demo/index.ts';
import { makeSetupCode } from './domains/organisation/index.ts';
import { companyIds } from './platform/boundary.ts';
import type { Config } from './platform/config.ts';
import type { Services } from './platform/services.ts';

/**
 * Sees that somebody can sign in: an installation without a company gets the demo, or a code with which its first company is
 * opened in the browser. Returns the lines that say how; none in an installation that is in use.
 */
export async function fillInstallation(
  services: Services,
  config: Pick<Config, 'isDemo' | 'host'>,
  say: (message: string) => void,
): Promise<string[]> {
  const isEmpty = (await companyIds(services)).length === 0;
  if (isEmpty && !config.isDemo) return sayHowToSetUp(services);
  if (isEmpty) await fillWithDemo(services, say);
  const signIns = await demoSignIns(services);
  if (signIns.length === 0) return [];
  const resident = await demoResident(services);
  return ['', '演示账号（数据均为虚构）：', ...signIns, ...(resident ? [resident] : []), ...warnings(config.host)];
}

async function fillWithDemo(services: Services, say: (message: string) => void): Promise<void> {
  say('正在载入演示数据…');
  const startedMs = performance.now();
  const counts = await loadDemo(services);
  if (!counts) return;
  const { communities, houses, bills, receipts } = counts;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  say(`演示数据已载入：${communities} 个小区，${houses} 套房屋，${bills} 张账单，${receipts} 张收据（${seconds} 秒）`);
}

async function sayHowToSetUp(services: Services): Promise<string[]> {
  const code = await makeSetupCode(services);
  return [
    '',
    '这里还没有物业公司。请在浏览器打开上面的地址，输入初始化码，按提示创建公司、第一个小区和管理员：',
    `初始化码  ${code}`,
    '（每次启动换一个新码；公司创建后作废。请勿告诉无关的人）',
  ];
}

function warnings(host: string): string[] {
  const isLocal = host === 'localhost' || host === '::1' || host.startsWith('127.');
  const hint = '正式使用：设置 ANLIN_DEMO=0 和另一个 ANLIN_HOME 后启动。重置演示数据：npm run demo:reset';
  return isLocal ? [hint] : [hint, `注意：服务监听在 ${host}，演示密码是公开的，请勿在演示中录入真实数据。`];
}
