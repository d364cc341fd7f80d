import { createSign, createVerify, type KeyObject, randomBytes } from 'node:crypto';

/** Signatures of WeChat Pay APIv3 (pay.weixin.qq.com, 签名与验签): RSA with SHA-256 over lines that each end with a line feed. */

export const newNonce = (): string => randomBytes(16).toString('hex');

/** Base64 signature over the lines. */
export function signLines(privateKey: KeyObject, lines: readonly string[]): string {
  return createSign('RSA-SHA256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .sign(privateKey, 'base64');
}

/** The body is given as it came: one byte changed makes it false. */
export function isSignedBy(publicKey: KeyObject, head: readonly string[], body: Buffer, signature: string): boolean {
  return createVerify('RSA-SHA256')
    .update(head.map((line) => `${line}\n`).join(''))
    .update(body)
    .update('\n')
    .verify(publicKey, signature, 'base64');
}

/** The `Authorization` of a request. `path` with its query, as it stands in the address. */
export function authorizationOf(
  merchant: { merchantId: string; serialNo: string; privateKey: KeyObject },
  request: { method: string; path: string; body: string; seconds: string },
): string {
  const nonce = newNonce();
  const signature = signLines(merchant.privateKey, [
    request.method,
    request.path,
    request.seconds,
    nonce,
    request.body,
  ]);
  return `WECHATPAY2-SHA256-RSA2048 mchid="${merchant.merchantId}",nonce_str="${nonce}",signature="${signature}",timestamp="${request.seconds}",serial_no="${merchant.serialNo}"`;
}
