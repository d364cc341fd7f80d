/**
 * Where the residents' client runs, which decides how it can pay: `wechat` the browser inside WeChat, as pages of a 公众号
 * open there, `miniProgram` the web-view of our mini-program, `alipay` the browser inside Alipay.
 */
export const clientPlaces = ['browser', 'wechat', 'miniProgram', 'alipay'] as const;
export type ClientPlace = (typeof clientPlaces)[number];

/**
 * By what browsers call themselves. WeCom's calls itself WeChat's too, but knows no 公众号. Source: developers.weixin.qq.com
 * (web-view: `miniProgram` in the name since WeChat 7.0), opendocs.alipay.com.
 */
export function placeOf(userAgent: string): ClientPlace {
  if (/AlipayClient/i.test(userAgent)) return 'alipay';
  if (!/MicroMessenger/i.test(userAgent) || /wxwork/i.test(userAgent)) return 'browser';
  return /miniProgram/i.test(userAgent) ? 'miniProgram' : 'wechat';
}
