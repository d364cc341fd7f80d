import type { Configuration } from './configuration.ts';
import { type NextStep, say } from './next-step.ts';
import { type PageQuery, readValue } from './page-query.ts';
import { pathOnSite, withQuery } from './site-address.ts';
import { reasonOf, type SubscribeFailure, type Wechat } from './wechat.ts';

/** WeChat asks for at most three templates at once. */
const mostTemplates = 3;
const templateIdPattern = /^[\w-]{16,64}$/;
const askIdPattern = /^[0-9a-f-]{36}$/;

/** What the residents' client wants asked: templates, and the name under which the server counts the answer. */
interface Subscription {
  templateIds: string[];
  askId: string;
}

/** From `ids`, parted by commas, and `ask`. */
export function readSubscription(query: PageQuery): Subscription | { sentence: string } {
  const templateIds = readValue(query, 'ids').split(',').filter(Boolean);
  const askId = readValue(query, 'ask');
  if (templateIds.length === 0) return { sentence: '物业还没有设置通知模板，暂时不能开启微信通知。' };
  if (templateIds.length > mostTemplates) return { sentence: `一次最多开启 ${mostTemplates} 种通知。` };
  if (templateIds.some((id) => !templateIdPattern.test(id))) return { sentence: '通知模板编号格式不对，请联系物业。' };
  if (!askIdPattern.test(askId)) return { sentence: '页面打开得不对，请从“消息提醒”重新打开。' };
  return { templateIds, askId };
}

/** Codes of WeChat's refusals that a resident can do something about. Source: wx.requestSubscribeMessage. */
const refusals: Readonly<Record<number, string>> = {
  10002: '网络不通，请稍后再试。',
  10003: '网络不通，请稍后再试。',
  20004: '您在微信里关闭了本小程序的通知，请点右上角“…”→ 设置 → 通知管理，打开后再试。',
};

type Asking = Pick<Wechat, 'requestSubscribeMessage'>;

/** What the site is told of an answer: `wxAccepted`, the templates that were accepted, parted by commas, and `wxAsk`. */
export type SubscriptionAnswer = { wxAccepted: string; wxAsk: string };

/**
 * Asks whether messages may come, which WeChat allows upon a tap and when a payment has just ended. Each acceptance is good for one
 * message.
 */
export const askWechat = (
  wechat: Asking,
  { templateIds, askId }: Subscription,
): Promise<SubscriptionAnswer | { failure: SubscribeFailure }> =>
  new Promise((resolve) => {
    wechat.requestSubscribeMessage({
      tmplIds: templateIds,
      success: (reply) =>
        resolve({ wxAccepted: templateIds.filter((id) => reply[id] === 'accept').join(','), wxAsk: askId }),
      fail: (failure) => resolve({ failure }),
    });
  });

/** Upon a tap: asks, and leads to `back` with the answer. */
export async function askSubscription(
  wechat: Asking,
  configuration: Configuration,
  query: PageQuery,
): Promise<NextStep> {
  const subscription = readSubscription(query);
  if ('sentence' in subscription) return say(subscription.sentence);
  const back = pathOnSite(configuration.siteAddress, readValue(query, 'back') || `/m/${configuration.companyCode}/`);
  if (back === null) return say('返回地址不是本物业的。');
  const answer = await askWechat(wechat, subscription);
  if (!('failure' in answer)) return { kind: 'go', path: withQuery(back, answer) };
  return say(refusals[answer.failure.errCode] ?? `没有开启：${reasonOf(answer.failure)}`);
}
