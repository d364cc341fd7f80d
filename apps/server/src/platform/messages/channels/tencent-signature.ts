import { createHash, createHmac } from 'node:crypto';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

export interface TencentCall {
  host: string;
  service: string;
  action: string;
  body: string;
  /** Seconds since 1970. */
  timestamp: number;
  secretId: string;
  secretKey: string;
}

/** The `Authorization` of Tencent Cloud's API 3.0, method TC3-HMAC-SHA256 (cloud.tencent.com/document/api/382/52071). */
export function tencentAuthorization(call: TencentCall): string {
  const day = new Date(call.timestamp * 1000).toISOString().slice(0, 10);
  const signedHeaders = 'content-type;host;x-tc-action';
  const canonical = [
    'POST',
    '/',
    '',
    'content-type:application/json; charset=utf-8',
    `host:${call.host}`,
    `x-tc-action:${call.action.toLowerCase()}`,
    '',
    signedHeaders,
    sha256(call.body),
  ].join('\n');
  const scope = `${day}/${call.service}/tc3_request`;
  const toSign = ['TC3-HMAC-SHA256', call.timestamp, scope, sha256(canonical)].join('\n');
  const key = hmac(hmac(hmac(`TC3${call.secretKey}`, day), call.service), 'tc3_request');
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  return `TC3-HMAC-SHA256 Credential=${call.secretId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}
