import { type KeyObject, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { type ChannelAccount, ChannelRefusal, ChannelSilence, type Outside } from '../payment-channel.ts';
import { readPublicKey } from '../pem.ts';
import { jsonOf, refusalOf, sendWechat } from './call-wechat.ts';
import { openResource, sealedResource } from './wechat-resource.ts';
import { isSignedBy } from './wechat-signature.ts';

/** How far a signature's time may be from ours, either way. */
const windowSeconds = 300;
/** Certificates change: they are asked for again after this long, and at once for a serial that is not known, but not all the time. */
const freshMs = 12 * 3600 * 1000;
const pauseMs = 60 * 1000;

interface Kept {
  certificates: ReadonlyMap<string, X509Certificate>;
  fetchedMs: number;
}
const kept = new Map<string, Kept>();

/** The four headers by which WeChat Pay signs. */
export interface WechatSignature {
  timestamp: string;
  nonce: string;
  signature: string;
  serial: string;
}

/**
 * Whether WeChat Pay signed this: the time within five minutes of ours, the serial one of its present keys (the public key of the
 * settings, or a platform certificate, fetched when it is not known), the signature right. Says why not; null when all is well.
 */
export async function signatureProblem(
  account: ChannelAccount,
  signed: WechatSignature,
  body: Buffer,
  outside: Outside,
): Promise<string | null> {
  const { timestamp, nonce, signature, serial } = signed;
  if (!/^\d{1,12}$/.test(timestamp) || nonce === '' || nonce.length > 128 || signature === '') return '签名的头不完整';
  if (Math.abs(outside.now.epochMilliseconds / 1000 - Number(timestamp)) > windowSeconds) return '时间相差超过 5 分钟';
  const key = await keyOf(account, serial, outside);
  if (!key) return '签名的证书或公钥不认识';
  return isSignedBy(key, [timestamp, nonce], body, signature) ? null : '签名不对';
}

async function keyOf(account: ChannelAccount, serial: string, outside: Outside): Promise<KeyObject | undefined> {
  const { settings } = account;
  if (settings.mode !== 'certificate')
    return serial === settings.publicKeyId && serial !== '' ? readPublicKey(settings.publicKey ?? '') : undefined;
  const certificate = await certificateOf(account, serial, outside);
  if (!certificate) return undefined;
  const ms = outside.now.epochMilliseconds;
  const isValid = certificate.validFromDate.getTime() <= ms && ms <= certificate.validToDate.getTime();
  return isValid ? certificate.publicKey : undefined;
}

async function certificateOf(
  account: ChannelAccount,
  serial: string,
  outside: Outside,
): Promise<X509Certificate | undefined> {
  const place = `${outside.gateway ?? ''} ${account.id} ${account.merchantId}`;
  const now = outside.now.epochMilliseconds;
  const known = kept.get(place);
  const ageMs = known ? Math.abs(now - known.fetchedMs) : Number.POSITIVE_INFINITY;
  const found = known?.certificates.get(serial);
  if (found && ageMs < freshMs) return found;
  if (ageMs < pauseMs) return found;
  try {
    const certificates = await fetchCertificates(account, outside);
    kept.set(place, { certificates, fetchedMs: now });
    return certificates.get(serial);
  } catch (error) {
    // What is known stays good while WeChat Pay does not answer.
    if (error instanceof ChannelSilence && found) return found;
    throw error;
  }
}

const certificateList = z.object({
  data: z.array(z.object({ serial_no: z.string().max(64), encrypt_certificate: sealedResource })).max(20),
});

/**
 * The platform certificates by serial. They come sealed with the merchant's own key, and the answer is signed by one of them:
 * both must fit. Throws ChannelRefusal, ChannelSilence.
 */
async function fetchCertificates(account: ChannelAccount, outside: Outside): Promise<Map<string, X509Certificate>> {
  const answer = await sendWechat(account, outside, { method: 'GET', path: '/v3/certificates' });
  if (answer.status !== 200) throw refusalOf(answer);
  const parsed = certificateList.safeParse(jsonOf(answer.body));
  if (!parsed.success) throw new ChannelSilence('the list of certificates cannot be read');
  const certificates = new Map<string, X509Certificate>();
  for (const { serial_no: serial, encrypt_certificate: sealed } of parsed.data.data) {
    const certificate = readX509(openResource(account, sealed));
    if (certificate && BigInt(`0x${certificate.serialNumber}`) === BigInt(`0x${serial}`))
      certificates.set(serial, certificate);
  }
  const signed = signatureOf((name) => answer.headers.get(name) ?? undefined);
  const signer = certificates.get(signed.serial);
  if (!signer || !isSignedBy(signer.publicKey, [signed.timestamp, signed.nonce], answer.body, signed.signature))
    throw new ChannelRefusal('平台证书的签名不对');
  return certificates;
}

function readX509(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** Reads the headers; absent ones are empty. */
export function signatureOf(header: (name: string) => string | undefined): WechatSignature {
  return {
    timestamp: header('wechatpay-timestamp') ?? '',
    nonce: header('wechatpay-nonce') ?? '',
    signature: header('wechatpay-signature') ?? '',
    serial: header('wechatpay-serial') ?? '',
  };
}
