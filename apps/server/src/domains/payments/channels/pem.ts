import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { ChannelRefusal } from './payment-channel.ts';

/** Keys and certificates as people paste them into settings: PEM, or the bare base64 that channels' own tools give. */

const bytesOf = (text: string) => Buffer.from(text.replace(/-----[^-]+-----/g, '').replace(/\s+/g, ''), 'base64');

/** A private key, PKCS#8 or PKCS#1. Throws ChannelRefusal when it is none. */
export function readPrivateKey(text: string): KeyObject {
  const der = bytesOf(text);
  for (const type of ['pkcs8', 'pkcs1'] as const) {
    try {
      return createPrivateKey({ key: der, format: 'der', type });
    } catch {
      // The other form is tried next.
    }
  }
  throw new ChannelRefusal('收款渠道的商户私钥读不出来，请到“收款渠道”重新填写');
}

/** A public key. Throws ChannelRefusal when it is none. */
export function readPublicKey(text: string): KeyObject {
  try {
    return createPublicKey({ key: bytesOf(text), format: 'der', type: 'spki' });
  } catch {
    throw new ChannelRefusal('收款渠道的平台公钥读不出来，请到“收款渠道”重新填写');
  }
}

/** Every certificate of a PEM file that this machine can read; those of other algorithms (SM2) are passed over. */
export function readCertificates(text: string): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      const certificate = new X509Certificate(block);
      return certificate.publicKey.asymmetricKeyType === 'rsa' ? [certificate] : [];
    } catch {
      return [];
    }
  });
}

/** The first certificate of a PEM file. Throws ChannelRefusal when there is none. */
export function readCertificate(text: string, what: string): X509Certificate {
  const first = readCertificates(text)[0];
  if (!first) throw new ChannelRefusal(`收款渠道的${what}读不出来，请到“收款渠道”重新填写`);
  return first;
}
