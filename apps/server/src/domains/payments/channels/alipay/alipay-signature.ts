import { type KeyObject, sign, verify } from 'node:crypto';

/** Method RSA2 of Alipay's open platform (opendocs.alipay.com, 签名与验签): SHA256withRSA over UTF-8, in base64. */

/** The text that is signed: parameters that are not empty, sorted by name. */
export function signedText(parameters: Readonly<Record<string, string>>): string {
  return Object.keys(parameters)
    .filter((name) => name !== 'sign' && parameters[name] !== '')
    .sort()
    .map((name) => `${name}=${parameters[name]}`)
    .join('&');
}

/** The text a notify is checked by: as above, without `sign_type`. */
export function notifyText(parameters: Readonly<Record<string, string>>): string {
  const { sign_type: _signType, ...rest } = parameters;
  return signedText(rest);
}

export function signRsa2(text: string, privateKey: KeyObject): string {
  return sign('sha256', Buffer.from(text, 'utf8'), privateKey).toString('base64');
}

export function isSignedRsa2(text: string, signature: string, publicKey: KeyObject): boolean {
  if (publicKey.asymmetricKeyType !== 'rsa') return false;
  return verify('sha256', Buffer.from(text, 'utf8'), publicKey, Buffer.from(signature, 'base64'));
}
