import { type Answer, type ChannelAdapter, type ChannelSetup, type Outside, unreachable } from './channel.ts';
import { callProvider } from './http-call.ts';
import { tencentAuthorization } from './tencent-signature.ts';

const host = 'sms.tencentcloudapi.com';
const version = '2021-01-11';

interface TencentReply {
  Response: {
    Error?: { Code: string; Message: string };
    SendStatusSet?: { SerialNo: string; Code: string; Message: string }[];
    PullSmsSendStatusSet?: { SerialNo: string; SessionContext?: string }[];
  };
}

function callTencent(setup: ChannelSetup, outside: Outside, action: string, payload: object): Promise<TencentReply> {
  const body = JSON.stringify(payload);
  const timestamp = Math.floor(outside.now.epochMilliseconds / 1000);
  const authorization = tencentAuthorization({
    host,
    service: 'sms',
    action,
    body,
    timestamp,
    secretId: setup.settings.secretId ?? '',
    secretKey: setup.secrets.secretKey ?? '',
  });
  return callProvider(outside, host, '/', {
    body,
    headers: {
      authorization,
      'x-tc-action': action,
      'x-tc-version': version,
      'x-tc-timestamp': String(timestamp),
      'x-tc-region': setup.settings.region ?? '',
    },
  });
}

/** A phone of the mainland as E.164. */
const international = (phone: string) => (phone.startsWith('+') ? phone : `+86${phone}`);

function judge(reply: TencentReply): Answer {
  const status = reply.Response.SendStatusSet?.[0];
  const code = reply.Response.Error?.Code ?? status?.Code ?? '';
  const answer = reply.Response.Error?.Message ?? status?.Message ?? '';
  if (code === 'Ok') return { outcome: 'sent', code, answer, providerId: status?.SerialNo ?? '' };
  if (/LimitExceeded/.test(code)) return { outcome: 'limited', code, answer };
  const mayPass = /^(InternalError|FailedOperation\.(ContainSensitiveWord)?$|RequestLimit)/.test(code) || code === '';
  return { outcome: mayPass ? 'unreachable' : 'refused', code, answer };
}

/**
 * Tencent Cloud SMS (SendSms, 2021-01-11). It has no key against sending twice; `SessionContext` carries the delivery's
 * id and comes back with the status report, so a message that was handed over when the process died is looked up first.
 */
export const tencentSmsAdapter: ChannelAdapter = {
  async send(setup, message, outside) {
    const template = setup.templates[message.eventKind];
    if (!template)
      return { outcome: 'refused', code: '', answer: '这种通知还没有设置短信模板编号，请到“消息渠道”填写' };
    const params = Object.entries(template.fields)
      .filter(([, place]) => place !== '')
      .sort(([, left], [, right]) => Number(left) - Number(right))
      .map(([fact]) => message.facts[fact] ?? '');
    const payload = {
      PhoneNumberSet: [international(message.address)],
      SmsSdkAppId: setup.settings.sdkAppId,
      SignName: setup.settings.signName,
      TemplateId: template.templateId,
      TemplateParamSet: params,
      SessionContext: message.deliveryId,
    };
    return callTencent(setup, outside, 'SendSms', payload).then(judge, unreachable);
  },
  async find(setup, message, outside) {
    const seconds = (at: Temporal.Instant) => Math.floor(at.epochMilliseconds / 1000);
    const reply = await callTencent(setup, outside, 'PullSmsSendStatusByPhoneNumber', {
      BeginTime: seconds(message.createdAt),
      EndTime: seconds(outside.now),
      Offset: 0,
      Limit: 100,
      PhoneNumber: international(message.address),
      SmsSdkAppId: setup.settings.sdkAppId,
    }).catch(() => undefined);
    const found = reply?.Response.PullSmsSendStatusSet?.find((one) => one.SessionContext === message.deliveryId);
    return found
      ? { outcome: 'found', code: 'Ok', answer: '中断前已发出，按回执核实', providerId: found.SerialNo }
      : null;
  },
};

/** Sends nothing: the message log is where it ends. Only for demo companies, which show there what a phone would show. */
export const developmentSmsAdapter: ChannelAdapter = {
  send: async (_setup, message) => ({
    outcome: 'sent',
    code: 'development',
    answer: `只记录，没有真正发送。短信内容：${message.title}：${message.body}`,
    providerId: message.deliveryId,
  }),
};
