import type { KeyObject } from 'node:crypto';
import { type ChannelAccount, ChannelRefusal } from '../payment-channel.ts';
import { isTrusted, readCertificate, readCertificates, readPrivateKey, readPublicKey } from '../pem.ts';
import { certificateNumber, rootCertificateNumber } from './certificate-number.ts';

/** What an account at Alipay needs to speak and to check what it hears. */
export interface AlipayKeys {
  privateKey: KeyObject;
  /** Alipay's; throws ChannelRefusal where its certificate can't be trusted at the time. */
  publicKeyAt(now: Temporal.Instant): KeyObject;
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
    const publicKey = readPublicKey(settings.alipayPublicKey ?? '');
    return { privateKey, publicKeyAt: () => publicKey, certificateNumbers: {} };
  }
  const [leaf, ...between] = readCertificates(settings.alipayCertificate ?? '');
  if (!leaf) throw new ChannelRefusal('收款渠道的支付宝公钥证书读不出来，请到“收款渠道”重新填写');
  const roots = readCertificates(settings.rootCertificate ?? '');
  return {
    privateKey,
    publicKeyAt(now) {
      if (!isTrusted(leaf, between, roots, now))
        throw new ChannelRefusal('支付宝公钥证书已过期，或不是支付宝根证书签发的，请到“收款渠道”更新证书');
      return leaf.publicKey;
    },
    certificateNumbers: {
      app_cert_sn: certificateNumber(readCertificate(settings.appCertificate ?? '', '应用公钥证书')),
      alipay_root_cert_sn: rootCertificateNumber(roots),
    },
  };
}

/** Host of the gateway: `settings.environment` is `sandbox` for Alipay's own trial ground. */
export const alipayHost = ({ settings }: ChannelAccount) =>
  settings.environment === 'sandbox' ? 'openapi-sandbox.dl.alipaydev.com' : 'openapi.alipay.com';
