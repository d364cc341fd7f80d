import { type Configuration, problemsOf } from './configuration.ts';
import { type PageQuery, readValue } from './page-query.ts';
import { pathOnSite, withoutQuery, withQuery } from './site-address.ts';
import type { Wechat } from './wechat.ts';

/** Longest wait for WeChat's sign-in code, in milliseconds: without one the site opens all the same. */
const loginTimeoutMs = 3000;

/**
 * The address to show: the path in `to` (this mini-program's own pages), the scanned address in `q` (WeChat's 扫普通链接二维码),
 * or the residents' client. WeChat's sign-in code goes along as `wxCode`; it is good for five minutes, once, and only
 * with the secret of the mini-program.
 */
export async function openSite(
  wechat: Pick<Wechat, 'login'>,
  configuration: Configuration,
  query: PageQuery,
): Promise<{ address: string } | { sentence: string }> {
  const problems = problemsOf(configuration);
  if (problems.length > 0) return { sentence: `小程序还没有配置好：${problems.join('；')}。` };
  const asked = readValue(query, 'to') || readValue(query, 'q');
  const path = pathOnSite(configuration.siteAddress, asked || `/m/${configuration.companyCode}/`);
  if (path === null) return { sentence: '这个地址不是本物业的，不能打开。' };
  const code = await askLoginCode(wechat);
  // Also without one: what a scanned address calls a code is somebody else's.
  const whole = code === '' ? withoutQuery(path, 'wxCode') : withQuery(path, { wxCode: code });
  return { address: `${configuration.siteAddress}${whole}` };
}

const askLoginCode = (wechat: Pick<Wechat, 'login'>): Promise<string> =>
  new Promise((resolve) => {
    wechat.login({ timeout: loginTimeoutMs, success: ({ code }) => resolve(code), fail: () => resolve('') });
  });
