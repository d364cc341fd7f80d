import { createHash, type KeyObject, sign, verify, X509Certificate } from 'node:crypto';
import { ChannelRefusal } from '../payment-channel.ts';
import type { UnionPayKeys } from './unionpay-account.ts';

export type UnionPayFields = Readonly<Record<string, string>>;

/**
 * Signature of version 5.1.0, method 01 (open.unionpay.com, 平台接入接口规范): fields that are not empty, sorted by name and joined;
 * the hex of their SHA-256 is signed with RSA and SHA-256.
 */
export function signedDigest(fields: UnionPayFields): Buffer {
  const text = Object.keys(fields)
    .filter((name) => name !== 'signature' && fields[name] !== '')
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&');
  return Buffer.from(createHash('sha256').update(text, 'utf8').digest('hex'));
}

export function signUnionPay(fields: UnionPayFields, privateKey: KeyObject): string {
  return sign('sha256', signedDigest(fields), privateKey).toString('base64');
}

/**
 * Whether a message is UnionPay's: its certificate comes along and is only as good as who issued it and whom it names, for the
 * issuer gives certificates to others as well.
 */
export function isFromUnionPay(fields: UnionPayFields, keys: UnionPayKeys, now: Temporal.Instant): boolean {
  if (fields.version !== '5.1.0' || fields.signMethod !== '01' || !fields.signature) return false;
  const certificate = readCertificate(fields.signPubKeyCert ?? '');
  if (!certificate || !isUnionPays(certificate, keys, now)) return false;
  return verify('sha256', signedDigest(fields), certificate.publicKey, Buffer.from(fields.signature, 'base64'));
}

/** Throws ChannelRefusal when a message is not UnionPay's. */
export function requireUnionPay(fields: UnionPayFields, keys: UnionPayKeys, now: Temporal.Instant): void {
  if (!isFromUnionPay(fields, keys, now)) throw new ChannelRefusal('银联报文的签名不对');
}

function readCertificate(text: string): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(text);
    return certificate.publicKey.asymmetricKeyType === 'rsa' ? certificate : undefined;
  } catch {
    return undefined;
  }
}

/** The name is `041@<number>@<owner>@<number>`, or the owner alone in UnionPay's trial ground. */
function isUnionPays(certificate: X509Certificate, keys: UnionPayKeys, now: Temporal.Instant): boolean {
  const name = /(?:^|\n)CN=(.+)/.exec(certificate.subject)?.[1] ?? '';
  return (name.split('@')[2] ?? name) === keys.ownerName && isTrusted(certificate, keys.trusted, now);
}

/** Whether a certificate is one of those in the settings, or issued by one, and both are valid. */
function isTrusted(leaf: X509Certificate, trusted: readonly X509Certificate[], now: Temporal.Instant): boolean {
  if (!isValidAt(leaf, now)) return false;
  if (trusted.some((one) => one.fingerprint256 === leaf.fingerprint256)) return true;
  const issuer = trusted.find((one) => leaf.checkIssued(one) && leaf.verify(one.publicKey));
  return issuer !== undefined && isValidAt(issuer, now);
}

function isValidAt({ validFromDate, validToDate }: X509Certificate, now: Temporal.Instant): boolean {
  return validFromDate.getTime() <= now.epochMilliseconds && now.epochMilliseconds <= validToDate.getTime();
}
