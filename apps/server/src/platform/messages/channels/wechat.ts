import { fitTemplateValue } from '@anlin/contract';
import { notSubscribed, notSubscribedCode } from '../consents.ts';
import { callWithToken, type TokenSource, type WechatReply } from './access-token.ts';
import {
  type Answer,
  type ChannelAdapter,
  type ChannelSetup,
  type Outgoing,
  unknownArrival,
  unreachable,
} from './channel.ts';
import { callProvider, isNeverConnected } from './http-call.ts';

/**
 * 公众号 template messages and mini-program subscription messages (developers.weixin.qq.com: sendTemplateMessage,
 * sendSubscribeMessage, getStableAccessToken).
 */

const host = 'api.weixin.qq.com';

export const wechatTokens = (setup: ChannelSetup): TokenSource => ({
  key: `wechat ${setup.settings.appId} ${setup.secrets.appSecret}`,
  fetchToken: (outside, isForced) =>
    callProvider(outside, host, '/cgi-bin/stable_token', {
      body: {
        grant_type: 'client_credential',
        appid: setup.settings.appId,
        secret: setup.secrets.appSecret,
        force_refresh: isForced,
      },
    }),
});

/** Too many calls: of the day, and of the minute. */
const limited = new Set([45009, 45011]);
const passing = new Set([-1, 40001, 40014, 42001, 50002]);

export function judge(reply: WechatReply & { msgid?: number | string }): Answer {
  const code = reply.errcode ?? 0;
  const base = { code: String(code), answer: reply.errmsg ?? '' };
  if (code === 0) return { ...base, outcome: 'sent', providerId: String(reply.msgid ?? '') };
  if (limited.has(code)) return { ...base, outcome: 'limited' };
  return { ...base, outcome: passing.has(code) ? 'unreachable' : 'refused' };
}

/** Each field of the provider's template with the fact mapped to it, as WeChat takes it. */
function fitFields(setup: ChannelSetup, message: Outgoing) {
  const fields = Object.entries(setup.templates[message.eventKind]?.fields ?? {});
  return fields
    .filter(([, field]) => field !== '')
    .map(([fact, field]) => ({ field, ...fitTemplateValue(field, message.facts[fact] ?? '') }));
}

const noTemplate: Answer = { outcome: 'refused', code: '', answer: '这种通知还没有设置模板编号，请到“消息渠道”填写' };

/** `client_msg_id` keeps a message from being sent twice to one openid within ten minutes. */
export const wechatAdapter: ChannelAdapter = {
  async send(setup, message, outside) {
    const template = setup.templates[message.eventKind];
    if (!template) return noTemplate;
    const body = {
      touser: message.address,
      template_id: template.templateId,
      data: Object.fromEntries(fitFields(setup, message).map(({ field, value }) => [field, { value }])),
      ...(message.url === undefined ? {} : { url: message.url }),
      client_msg_id: message.deliveryId,
    };
    const path = (token: string) => `/cgi-bin/message/template/send?access_token=${token}`;
    return callWithToken(wechatTokens(setup), outside, host, path, body).then(judge, unreachable);
  },
};

/** Page of the mini-program a message opens: that of the message in its web-view, or its first. */
function pageOf({ url }: Outgoing): string {
  const home = 'pages/index/index';
  if (url === undefined) return home;
  const { pathname, search } = new URL(url);
  return `${home}?to=${encodeURIComponent(`${pathname}${search}`)}`;
}

/** Answers whose code says the message was not taken: it may be tried again, or never. */
function judgeSubscription(reply: WechatReply): Answer {
  const answer = judge(reply);
  return answer.code === notSubscribedCode ? { ...answer, answer: notSubscribed } : answer;
}

/**
 * Mini-program subscription messages (developers.weixin.qq.com: sendMessage). Each uses up one agreement of the person, see
 * `consents.ts`. WeChat knows no repetition by any number of ours.
 */
export const miniProgramAdapter: ChannelAdapter = {
  isBlind: true,
  async send(setup, message, outside) {
    const template = setup.templates[message.eventKind];
    if (!template) return noTemplate;
    const fitted = fitFields(setup, message);
    const bad = fitted.find((one) => one.isBad);
    if (bad) return { outcome: 'refused', code: '', answer: `模板字段 ${bad.field}：${bad.problem}` };
    const body = {
      touser: message.address,
      template_id: template.templateId,
      page: pageOf(message),
      data: Object.fromEntries(fitted.map(({ field, value }) => [field, { value }])),
      miniprogram_state: 'formal',
      lang: 'zh_CN',
    };
    let isHandedOver = false;
    const path = (token: string) => {
      isHandedOver = true;
      return `/cgi-bin/message/subscribe/send?access_token=${token}`;
    };
    try {
      return judgeSubscription(await callWithToken(wechatTokens(setup), outside, host, path, body));
    } catch (error) {
      return isHandedOver && !isNeverConnected(error) ? unknownArrival : unreachable(error);
    }
  },
};
