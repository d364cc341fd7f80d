import { createHash, createHmac } from 'node:crypto';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** As RFC 3986 wants it: everything but letters, digits and `-_.~`. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

export interface AliyunCall {
  /** Parameters of the action, unencoded. */
  query: Readonly<Record<string, string>>;
  /** Every header that is signed, names in lower case: `host`, those beginning with `x-acs-`, `content-type` where it is sent. */
  headers: Readonly<Record<string, string>>;
  body: string;
  accessKeyId: string;
  accessKeySecret: string;
}

/** The query as it must stand in the address, sorted by name. */
export function aliyunQuery(query: Readonly<Record<string, string>>): string {
  return Object.keys(query)
    .sort()
    .map((name) => `${encoded(name)}=${encoded(query[name]!)}`)
    .join('&');
}

/** The `Authorization` of a POST to `/` of Alibaba Cloud's RPC API, method ACS3-HMAC-SHA256 (help.aliyun.com, V3 版本请求体与签名机制). */
export function aliyunAuthorization(call: AliyunCall): string {
  const names = Object.keys(call.headers).sort();
  const signedHeaders = names.join(';');
  const canonical = [
    'POST',
    '/',
    aliyunQuery(call.query),
    ...names.map((name) => `${name}:${call.headers[name]!.trim()}`),
    '',
    signedHeaders,
    sha256(call.body),
  ].join('\n');
  const signature = createHmac('sha256', call.accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex');
  return `ACS3-HMAC-SHA256 Credential=${call.accessKeyId},SignedHeaders=${signedHeaders},Signature=${signature}`;
}

/** Of an empty body, for `x-acs-content-sha256`. */
export const emptyBodyHash = sha256('');
