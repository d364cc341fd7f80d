import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { Call, Post, Provider, Reply } from './provider.ts';

export interface AliyunSmsAccount {
  accessKeyId: string;
  accessKeySecret: string;
  signName: string;
  /** Texts by template code, with ${name}. */
  templates: Readonly<Record<string, string>>;
}

const host = 'dysmsapi.aliyuncs.com';
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const plain = /^[A-Za-z0-9\-_.~]$/;
const escaped = (text: string) =>
  [...Buffer.from(text, 'utf8')]
    .map((byte) => String.fromCharCode(byte))
    .map((sign) => (plain.test(sign) ? sign : `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`))
    .join('');

/** Checks an ACS3-HMAC-SHA256 signature from the document alone; null when it fits, otherwise the provider's error code. */
function signatureProblem({ headers, query, text }: Call, account: AliyunSmsAccount): string | null {
  const parsed = /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([\w;-]+),Signature=([0-9a-f]{64})$/.exec(
    String(headers.authorization ?? ''),
  );
  if (!parsed) return 'IncompleteSignature';
  const [, id = '', signed = '', signature = ''] = parsed;
  if (id !== account.accessKeyId) return 'InvalidAccessKeyId.NotFound';
  const names = signed.split(';');
  const needed = [
    'host',
    'x-acs-action',
    'x-acs-content-sha256',
    'x-acs-date',
    'x-acs-signature-nonce',
    'x-acs-version',
  ];
  if (!needed.every((name) => names.includes(name))) return 'SignatureDoesNotMatch';
  // Every header of the provider's own that is sent must be signed.
  if (Object.keys(headers).some((name) => name.startsWith('x-acs-') && !names.includes(name)))
    return 'SignatureDoesNotMatch';
  if (headers['x-acs-content-sha256'] !== hash(text)) return 'SignatureDoesNotMatch';
  const pairs = [...query].map(([name, value]) => `${escaped(name)}=${escaped(value)}`).sort();
  const headerOf = (name: string) => (name === 'host' ? host : String(headers[name] ?? '').trim());
  const canonical = `POST\n/\n${pairs.join('&')}\n${names.map((name) => `${name}:${headerOf(name)}\n`).join('')}\n${signed}\n${hash(text)}`;
  const expected = createHmac('sha256', account.accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${hash(canonical)}`)
    .digest('hex');
  return expected === signature ? null : 'SignatureDoesNotMatch';
}

/** Alibaba Cloud SMS: SendSms and QuerySendDetails. Like the real one it sends a repeated request again. */
export function aliyunSmsProvider(account: AliyunSmsAccount): Provider {
  const sent: { phone: string; day: string; outId: string }[] = [];
  const nonces = new Set<string>();
  const reply = (code: string, more: object = {}, status = 200): Reply => ({
    status,
    json: { Code: code, Message: code === 'OK' ? 'OK' : `${code} (emulator)`, RequestId: randomUUID(), ...more },
  });
  const send = (query: URLSearchParams, day: string, post: Post): Reply => {
    const of = (name: string) => query.get(name) ?? '';
    if (of('SignName') !== account.signName) return reply('isv.SMS_SIGNATURE_ILLEGAL');
    const template = account.templates[of('TemplateCode')];
    if (template === undefined) return reply('isv.SMS_TEMPLATE_ILLEGAL');
    if (!/^1\d{10}$/.test(of('PhoneNumbers'))) return reply('isv.MOBILE_NUMBER_ILLEGAL');
    const params = JSON.parse(of('TemplateParam') || '{}') as Record<string, unknown>;
    const names = [...template.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
    if (names.some((name) => typeof params[name] !== 'string')) return reply('isv.TEMPLATE_MISSING_PARAMETERS');
    const text = template.replace(/\$\{(\w+)\}/g, (_, name: string) => String(params[name]));
    const serial = post.deliver({
      provider: 'aliyunSms',
      to: of('PhoneNumbers'),
      text: `【${of('SignName')}】${text}`,
      reference: of('OutId'),
      raw: Object.fromEntries(query),
    });
    sent.push({ phone: of('PhoneNumbers'), day, outId: of('OutId') });
    return reply('OK', { BizId: `${serial}^0` });
  };
  return {
    name: 'aliyunSms',
    hosts: [host],
    answer(call, post, fault) {
      const problem = signatureProblem(call, account);
      if (problem) return reply(problem, {}, 400);
      const nonce = String(call.headers['x-acs-signature-nonce']);
      if (nonces.has(nonce)) return reply('SignatureNonceUsed', {}, 400);
      nonces.add(nonce);
      if (fault === 'rateLimit') return reply('isv.BUSINESS_LIMIT_CONTROL');
      if (fault === 'invalidToken') return reply('isp.SYSTEM_ERROR');
      const day = new Date(Date.parse(String(call.headers['x-acs-date'])) + 8 * 3_600_000).toISOString().slice(0, 10);
      const action = String(call.headers['x-acs-action']);
      if (action === 'SendSms') return send(call.query, day.replaceAll('-', ''), post);
      if (action !== 'QuerySendDetails') return reply('InvalidAction.NotFound', {}, 404);
      const found = sent.filter(
        (one) => one.phone === call.query.get('PhoneNumber') && one.day === call.query.get('SendDate'),
      );
      return reply('OK', {
        TotalCount: found.length,
        SmsSendDetailDTOs: {
          SmsSendDetailDTO: found.map((one) => ({ PhoneNum: one.phone, SendStatus: 3, OutId: one.outId })),
        },
      });
    },
  };
}
