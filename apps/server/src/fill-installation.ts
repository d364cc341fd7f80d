import { fillNewCompany } from './app.ts';
import { demoSignIns, loadDemo } from './demo/index.ts';
import { companyIds } from './platform/boundary.ts';
import { openFirstCompany } from './platform/company/open-first-company.ts';
import type { Config } from './platform/config.ts';
import type { Services } from './platform/services.ts';

/**
 * Sees that somebody can sign in: an installation without a company gets the demo, or its first company. Returns the lines
 * that say who signs in how; none in an installation that is in use.
 */
export async function fillInstallation(
  services: Services,
  config: Pick<Config, 'isDemo' | 'adminPhone' | 'host'>,
  say: (message: string) => void,
): Promise<string[]> {
  const isEmpty = (await companyIds(services)).length === 0;
  if (isEmpty && !config.isDemo) return openForUse(services, config.adminPhone);
  if (isEmpty) await fillWithDemo(services, say);
  const signIns = await demoSignIns(services);
  return signIns.length === 0 ? [] : ['', '演示账号（数据均为虚构）：', ...signIns, ...warnings(config.host)];
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

async function openForUse(services: Services, adminPhone: string): Promise<string[]> {
  const signIn = await openFirstCompany(services, adminPhone, fillNewCompany);
  if (!signIn) return [];
  return [
    '',
    '已创建第一家物业公司和管理员。初始密码只显示这一次，首次登录时须修改：',
    `手机号  ${signIn.phone}`,
    `密码    ${signIn.password}`,
  ];
}

function warnings(host: string): string[] {
  const isLocal = host === 'localhost' || host === '::1' || host.startsWith('127.');
  const hint = '正式使用：设置 ANLIN_DEMO=0 和另一个 ANLIN_HOME 后启动。重置演示数据：npm run demo:reset';
  return isLocal ? [hint] : [hint, `注意：服务监听在 ${host}，演示密码是公开的，请勿在演示中录入真实数据。`];
}
