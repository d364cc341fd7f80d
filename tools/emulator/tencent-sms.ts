import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { Call, Post, Provider, Reply } from './provider.ts';

export interface SmsAccount {
  secretId: string;
  secretKey: string;
  sdkAppId: string;
  signName: string;
  /** Texts by template id, with {1}, {2} … */
  templates: Readonly<Record<string, string>>;
}

const host = 'sms.tencentcloudapi.com';
const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** Checks a TC3-HMAC-SHA256 signature from the document alone; null when it fits, otherwise the provider's error code. */
function signatureProblem({ headers, text }: Call, account: SmsAccount): string | null {
  const parsed =
    /^TC3-HMAC-SHA256 Credential=([^/]+)\/(\d{4}-\d\d-\d\d)\/(\w+)\/tc3_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/.exec(
      String(headers.authorization ?? ''),
    );
  if (!parsed) return 'AuthFailure.SignatureFailure';
  const [, id = '', day = '', service = '', signed = '', signature = ''] = parsed;
  if (id !== account.secretId) return 'AuthFailure.SecretIdNotFound';
  const timestamp = String(headers['x-tc-timestamp'] ?? '');
  const values: Record<string, string> = {
    'content-type': String(headers['content-type'] ?? ''),
    host,
    'x-tc-action': String(headers['x-tc-action'] ?? '').toLowerCase(),
  };
  const names = signed.split(';');
  if (!['content-type', 'host'].every((name) => names.includes(name))) return 'AuthFailure.SignatureFailure';
  const canonical = `POST\n/\n\n${names.map((name) => `${name}:${values[name] ?? ''}\n`).join('')}\n${signed}\n${hash(text)}`;
  const toSign = `TC3-HMAC-SHA256\n${timestamp}\n${day}/${service}/tc3_request\n${hash(canonical)}`;
  const step = (key: string | Buffer, words: string) => createHmac('sha256', key).update(words).digest();
  const key = step(step(step(`TC3${account.secretKey}`, day), service), 'tc3_request');
  return step(key, toSign).toString('hex') === signature ? null : 'AuthFailure.SignatureFailure';
}

interface SendRequest {
  PhoneNumberSet: string[];
  SmsSdkAppId: string;
  SignName: string;
  TemplateId: string;
  TemplateParamSet: string[];
  SessionContext?: string;
}

/** Tencent Cloud SMS: SendSms and PullSmsSendStatusByPhoneNumber. Like the real one it sends a repeated request again. */
export function tencentSmsProvider(account: SmsAccount): Provider {
  const reply = (response: object): Reply => ({ json: { Response: { ...response, RequestId: randomUUID() } } });
  const fail = (code: string): Reply => reply({ Error: { Code: code, Message: `${code} (emulator)` } });
  const reports: { phone: string; serial: string; context: string }[] = [];
  const send = (body: SendRequest, post: Post): Reply => {
    const phone = body.PhoneNumberSet[0] ?? '';
    const status = (code: string, serial = '') =>
      reply({
        SendStatusSet: [
          {
            SerialNo: serial,
            PhoneNumber: phone,
            Fee: code === 'Ok' ? 1 : 0,
            SessionContext: body.SessionContext ?? '',
            Code: code,
            Message: code === 'Ok' ? 'send success' : code,
            IsoCode: 'CN',
          },
        ],
      });
    if (body.SmsSdkAppId !== account.sdkAppId) return fail('UnauthorizedOperation.SmsSdkAppIdVerifyFail');
    if (body.SignName !== account.signName) return status('FailedOperation.SignatureIncorrectOrUnapproved');
    const template = account.templates[body.TemplateId];
    if (template === undefined) return status('FailedOperation.TemplateIncorrectOrUnapproved');
    if (!/^\+861\d{10}$/.test(phone)) return status('InvalidParameterValue.IncorrectPhoneNumber');
    const count = new Set(template.match(/\{\d+\}/g)).size;
    if (count !== body.TemplateParamSet.length)
      return status('FailedOperation.TemplateParamSetNotMatchApprovedTemplate');
    const text = template.replace(/\{(\d+)\}/g, (_, place: string) => body.TemplateParamSet[Number(place) - 1] ?? '');
    const serial = post.deliver({
      provider: 'sms',
      to: phone,
      text: `【${body.SignName}】${text}`,
      reference: body.SessionContext ?? '',
      raw: body,
    });
    reports.push({ phone, serial, context: body.SessionContext ?? '' });
    return status('Ok', serial);
  };
  return {
    name: 'sms',
    hosts: [host],
    answer(call, post, fault) {
      const problem = signatureProblem(call, account);
      if (problem) return fail(problem);
      if (fault === 'rateLimit') return fail('RequestLimitExceeded');
      if (fault === 'invalidToken') return fail('InternalError');
      const action = String(call.headers['x-tc-action']);
      if (action === 'SendSms') return send(JSON.parse(call.text) as SendRequest, post);
      if (action !== 'PullSmsSendStatusByPhoneNumber') return fail('InvalidAction');
      const { PhoneNumber } = JSON.parse(call.text) as { PhoneNumber: string };
      return reply({
        PullSmsSendStatusSet: reports
          .filter((one) => one.phone === PhoneNumber)
          .map((one) => ({
            SerialNo: one.serial,
            PhoneNumber: one.phone,
            ReportStatus: 'SUCCESS',
            SessionContext: one.context,
          })),
      });
    },
  };
}
