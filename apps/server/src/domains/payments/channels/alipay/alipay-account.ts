import type { KeyObject } from 'node:crypto';
import type { ChannelAccount } from '../payment-channel.ts';
import { readCertificate, readCertificates, readPrivateKey, readPublicKey } from '../pem.ts';
import { certificateNumber, rootCertificateNumber } from './certificate-number.ts';

/** What an account at Alipay needs to speak and to check what it hears. */
export interface AlipayKeys {
  privateKey: KeyObject;
  /** Alipay's. */
  publicKey: KeyObject;
  /** Parameters that go along with every request in certificate mode. */
  certificateNumbers: Readonly<Record<string, string>>;
}

/**
 * `settings.mode` says whether `alipayPublicKey` is used, or `appCertificate`, `alipayCertificate` and `rootCertificate`;
 * `secrets.privateKey` is the application's. Throws ChannelRefusal when one can't be read.
 */
export function alipayKeys({ settings, secrets }: ChannelAccount): AlipayKeys {
  const privateKey = readPrivateKey(secrets.privateKey ?? '');
  if (settings.mode !== 'certificate') {
    return { privateKey, publicKey: readPublicKey(settings.alipayPublicKey ?? ''), certificateNumbers: {} };
  }
  return {
    privateKey,
    // Alipay renews its certificate with the same key in it, so neither its number nor its dates decide: the key does.
    publicKey: readCertificate(settings.alipayCertificate ?? '', '支付宝公钥证书').publicKey,
    certificateNumbers: {
      app_cert_sn: certificateNumber(readCertificate(settings.appCertificate ?? '', '应用公钥证书')),
      alipay_root_cert_sn: rootCertificateNumber(readCertificates(settings.rootCertificate ?? '')),
    },
  };
}

/** Host of the gateway: `settings.environment` is `sandbox` for Alipay's own trial ground. */
export const alipayHost = ({ settings }: ChannelAccount) =>
  settings.environment === 'sandbox' ? 'openapi-sandbox.dl.alipaydev.com' : 'openapi.alipay.com';
