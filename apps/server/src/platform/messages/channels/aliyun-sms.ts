import { randomUUID } from 'node:crypto';
import { aliyunAuthorization, aliyunQuery, emptyBodyHash } from './aliyun-signature.ts';
import { type Answer, type ChannelAdapter, type ChannelSetup, type Outside, unreachable } from './channel.ts';
import { callProvider } from './http-call.ts';

const host = 'dysmsapi.aliyuncs.com';
const version = '2017-05-25';

interface AliyunReply {
  Code?: string;
  Message?: string;
  BizId?: string;
  SmsSendDetailDTOs?: { SmsSendDetailDTO?: { OutId?: string }[] };
}

function callAliyun(
  setup: ChannelSetup,
  outside: Outside,
  action: string,
  query: Readonly<Record<string, string>>,
): Promise<AliyunReply> {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'x-acs-action': action,
    'x-acs-content-sha256': emptyBodyHash,
    'x-acs-date': outside.now.toString({ smallestUnit: 'second' }),
    'x-acs-signature-nonce': randomUUID(),
    'x-acs-version': version,
  };
  const authorization = aliyunAuthorization({
    query,
    headers: { ...headers, host },
    body: '',
    accessKeyId: setup.settings.accessKeyId ?? '',
    accessKeySecret: setup.secrets.accessKeySecret ?? '',
  });
  return callProvider(outside, host, `/?${aliyunQuery(query)}`, { body: '', headers: { ...headers, authorization } });
}

/** What a person can do about the commonest refusals; others are told in the provider's own words. */
const explanations: Readonly<Record<string, string>> = {
  'isv.BUSINESS_LIMIT_CONTROL': '对同一号码发送太频繁，被阿里云限流，稍后会再试',
  'isv.DAY_LIMIT_CONTROL': '超过了在阿里云设置的每日发送上限',
  'isv.MONTH_LIMIT_CONTROL': '超过了在阿里云设置的每月发送上限',
  'isv.SMS_TEMPLATE_ILLEGAL': '短信模板不存在或没有审核通过，请在阿里云短信控制台查看，并核对“消息渠道”里的模板编号',
  'isv.SMS_SIGNATURE_ILLEGAL': '短信签名不存在或没有审核通过，请在阿里云短信控制台查看，并核对“消息渠道”里的短信签名',
  'isv.TEMPLATE_MISSING_PARAMETERS': '模板里的变量没有填全，请在“消息渠道”写明每项内容对应的变量名',
  'isv.MOBILE_NUMBER_ILLEGAL': '手机号格式不对',
  'isv.AMOUNT_NOT_ENOUGH': '阿里云账户余额不足，请充值',
  'isv.OUT_OF_SERVICE': '阿里云短信服务已停机，请充值',
  'isp.RAM_PERMISSION_DENY': '这个 AccessKey 没有短信服务的权限，请在阿里云访问控制中授权',
  'InvalidAccessKeyId.NotFound': 'AccessKey ID 不存在，请核对',
  SignatureDoesNotMatch: 'AccessKey Secret 不对，请重新填写',
};

function judge({ Code: code = '', Message: message = '', BizId: providerId = '' }: AliyunReply): Answer {
  if (code === 'OK') return { outcome: 'sent', code, answer: message, providerId };
  const answer = explanations[code] ? `${explanations[code]}（${message}）` : message;
  if (/^isv\.(BUSINESS|DAY|MONTH)_LIMIT_CONTROL$|^Throttling/.test(code)) return { outcome: 'limited', code, answer };
  const mayPass =
    /^isp\.(SYSTEM_ERROR|GATEWAY_ERROR|UNKNOWN)|^(ServiceUnavailable|InternalError)/.test(code) || code === '';
  return { outcome: mayPass ? 'unreachable' : 'refused', code, answer };
}

/** The days on which a message may have gone out, as the provider counts them. */
function sendDates(from: Temporal.Instant, to: Temporal.Instant): string[] {
  const dayOf = (at: Temporal.Instant) =>
    at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString().replaceAll('-', '');
  return [...new Set([dayOf(from), dayOf(to)])];
}

/**
 * Alibaba Cloud SMS (SendSms, 2017-05-25). It has no key against sending twice; `OutId` carries the delivery's id and comes
 * back with the details of a phone's day, so a message that was handed over when the process died is looked up first.
 */
export const aliyunSmsAdapter: ChannelAdapter = {
  async send(setup, message, outside) {
    const template = setup.templates[message.eventKind];
    if (!template)
      return { outcome: 'refused', code: '', answer: '这种通知还没有设置短信模板编号，请到“消息渠道”填写' };
    const params = Object.fromEntries(
      Object.entries(template.fields)
        .filter(([, name]) => name !== '')
        .map(([fact, name]) => [name, message.facts[fact] ?? '']),
    );
    return callAliyun(setup, outside, 'SendSms', {
      PhoneNumbers: message.address,
      SignName: setup.settings.signName ?? '',
      TemplateCode: template.templateId,
      TemplateParam: JSON.stringify(params),
      OutId: message.deliveryId,
    }).then(judge, unreachable);
  },
  async find(setup, message, outside) {
    for (const SendDate of sendDates(message.createdAt, outside.now)) {
      const reply = await callAliyun(setup, outside, 'QuerySendDetails', {
        PhoneNumber: message.address,
        SendDate,
        PageSize: '50',
        CurrentPage: '1',
      }).catch(() => undefined);
      if (reply?.SmsSendDetailDTOs?.SmsSendDetailDTO?.some((one) => one.OutId === message.deliveryId))
        return { outcome: 'found', code: 'OK', answer: '中断前已发出，按发送记录核实' };
    }
    return null;
  },
};
