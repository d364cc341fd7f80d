import { fitTemplateValue } from '@anlin/contract';
import { callWithToken, type TokenSource, type WechatReply } from './access-token.ts';
import { type Answer, type ChannelAdapter, type ChannelSetup, type Outgoing, unreachable } from './channel.ts';
import { callProvider } from './http-call.ts';

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

/** Each field of the provider's template with the fact mapped to it; WeChat refuses values that are too long. */
function templateData(setup: ChannelSetup, message: Outgoing): Record<string, { value: string }> {
  const fields = Object.entries(setup.templates[message.eventKind]?.fields ?? {});
  return Object.fromEntries(
    fields
      .filter(([, field]) => field !== '')
      .map(([fact, field]) => [field, { value: fitTemplateValue(field, message.facts[fact] ?? '').value }]),
  );
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
      data: templateData(setup, message),
      ...(message.url === undefined ? {} : { url: message.url }),
      client_msg_id: message.deliveryId,
    };
    const path = (token: string) => `/cgi-bin/message/template/send?access_token=${token}`;
    return callWithToken(wechatTokens(setup), outside, host, path, body).then(judge, unreachable);
  },
};

/** A subscription is used up by each message, so a second one is refused with 43101 unless the resident agreed again. */
export const miniProgramAdapter: ChannelAdapter = {
  async send(setup, message, outside) {
    const template = setup.templates[message.eventKind];
    if (!template) return noTemplate;
    const body = {
      touser: message.address,
      template_id: template.templateId,
      data: templateData(setup, message),
      miniprogram_state: 'formal',
      lang: 'zh_CN',
    };
    const path = (token: string) => `/cgi-bin/message/subscribe/send?access_token=${token}`;
    return callWithToken(wechatTokens(setup), outside, host, path, body).then(judge, unreachable);
  },
};
