import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, idParams } from '../wire.ts';

const tag = '住户端';
const base = '/api/resident/wechat/subscriptions';

/** WeChat asks about three templates at most. */
export const mostSubscriptionTemplates = 3;

const subscription = z.object({
  /** Kind of event. */
  kind: z.string(),
  /** As WeChat shows it when it asks. */
  title: z.string(),
  /** How many messages may still come. */
  left: z.number(),
});
export type OwnSubscription = z.infer<typeof subscription>;

export const listOwnSubscriptions = defineEndpoint({
  id: 'household.subscriptions',
  method: 'GET',
  path: base,
  access: 'resident',
  summary: '小程序订阅消息：物业会发哪些，各还能收几条',
  tag,
  reply: z.object({ rows: z.array(subscription) }),
});

export const askOwnSubscriptions = defineEndpoint({
  id: 'household.askSubscriptions',
  method: 'POST',
  path: `${base}/asks`,
  access: 'resident',
  summary: '小程序订阅消息：准备询问住户；不指定时为一条也收不到的那几种，都收得到时为空',
  tag,
  body: z.strictObject({ kinds: z.array(z.string().max(60)).max(mostSubscriptionTemplates).optional() }),
  reply: z.object({
    /** To be named with the answer; null where there is nothing to ask. */
    askId: id.nullable(),
    templateIds: z.array(z.string()),
  }),
});

export const answerOwnSubscriptions = defineEndpoint({
  id: 'household.answerSubscriptions',
  method: 'POST',
  path: `${base}/asks/:id/answer`,
  access: 'resident',
  summary: '小程序订阅消息：住户同意了哪些模板；同意一次能收一条',
  tag,
  params: idParams,
  body: z.strictObject({ accepted: z.array(z.string().max(100)).max(mostSubscriptionTemplates) }),
  reply: z.object({ count: z.number() }),
});
