import { type Configuration, mostTemplates, templateIdPattern } from './configuration.ts';
import { type NextStep, say } from './next-step.ts';
import { type PageQuery, readValue } from './page-query.ts';
import { pathOnSite, withQuery } from './site-address.ts';
import { reasonOf, type SubscribeFailure, type Wechat } from './wechat.ts';

type SubscribeRequest = { templateIds: string[]; back: string } | { sentence: string };

/** The templates in `ids`, parted by commas, or those of the configuration; then to `back`. */
export function readSubscribeRequest(configuration: Configuration, query: PageQuery): SubscribeRequest {
  const asked = readValue(query, 'ids').split(',').filter(Boolean);
  const templateIds = asked.length > 0 ? asked : [...configuration.templateIds];
  if (templateIds.length === 0) return { sentence: '物业还没有设置通知模板，暂时不能开启微信通知。' };
  if (templateIds.length > mostTemplates) return { sentence: `一次最多开启 ${mostTemplates} 种通知。` };
  if (templateIds.some((id) => !templateIdPattern.test(id))) return { sentence: '通知模板编号格式不对，请联系物业。' };
  const back = readValue(query, 'back') || `/m/${configuration.companyCode}/`;
  const path = pathOnSite(configuration.siteAddress, back);
  return path === null ? { sentence: '返回地址不是本物业的。' } : { templateIds, back: path };
}

/** Codes of WeChat's refusals that a resident can do something about. Source: wx.requestSubscribeMessage. */
const refusals: Readonly<Record<number, string>> = {
  10002: '网络不通，请稍后再试。',
  10003: '网络不通，请稍后再试。',
  20004: '您在微信里关闭了本小程序的通知，请点右上角“…”→ 设置 → 通知管理，打开后再试。',
};

/**
 * Asks whether notices may come, which WeChat allows only upon a tap; leads back with `wxAccepted`, the templates that were
 * accepted, parted by commas. Each acceptance is good for one message.
 */
export function askSubscription(
  wechat: Pick<Wechat, 'requestSubscribeMessage'>,
  configuration: Configuration,
  query: PageQuery,
): Promise<NextStep> {
  const request = readSubscribeRequest(configuration, query);
  if ('sentence' in request) return Promise.resolve(say(request.sentence));
  const { templateIds, back } = request;
  const refusal = (failure: SubscribeFailure) => refusals[failure.errCode] ?? `没有开启：${reasonOf(failure)}`;
  return new Promise((resolve) => {
    wechat.requestSubscribeMessage({
      tmplIds: templateIds,
      success: (reply) => {
        const accepted = templateIds.filter((id) => reply[id] === 'accept');
        resolve({ kind: 'go', path: withQuery(back, { wxAccepted: accepted.join(',') }) });
      },
      fail: (failure) => resolve(say(refusal(failure))),
    });
  });
}
