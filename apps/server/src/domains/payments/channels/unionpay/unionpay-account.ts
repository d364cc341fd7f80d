import type { KeyObject, X509Certificate } from 'node:crypto';
import { type ChannelAccount, ChannelRefusal } from '../payment-channel.ts';
import { readCertificates, readPrivateKey } from '../pem.ts';

/** What an account at UnionPay needs to speak and to check what it hears. */
export interface UnionPayKeys {
  privateKey: KeyObject;
  /** Serial number of the merchant's certificate, in decimals. */
  certificateId: string;
  /** UnionPay's own signing certificate, or those that issued it. */
  trusted: readonly X509Certificate[];
  /** What UnionPay's signing certificate must call its owner. */
  ownerName: string;
}

const isTest = ({ settings }: ChannelAccount) => settings.environment === 'test';

/**
 * `settings.certId` and `certificate` (PEM, one or several), `secrets.privateKey`; `settings.environment` is `test` for
 * UnionPay's trial ground. Throws ChannelRefusal when one can't be read.
 */
export function unionPayKeys(account: ChannelAccount): UnionPayKeys {
  const { settings, secrets } = account;
  const trusted = readCertificates(settings.certificate ?? '');
  if (trusted.length === 0) throw new ChannelRefusal('收款渠道的银联验签证书读不出来，请到“收款渠道”重新填写');
  if (!/^\d{1,128}$/.test(settings.certId ?? ''))
    throw new ChannelRefusal('收款渠道的签名证书序列号应为十进制数字，请到“收款渠道”重新填写');
  return {
    privateKey: readPrivateKey(secrets.privateKey ?? ''),
    certificateId: settings.certId!,
    trusted,
    ownerName: isTest(account) ? '00040000:SIGN' : '中国银联股份有限公司',
  };
}

/** Hosts of the full-channel platform (open.unionpay.com). */
export const unionPayHosts = (account: ChannelAccount) =>
  isTest(account)
    ? { gateway: 'gateway.test.95516.com', files: 'filedownload.test.95516.com' }
    : { gateway: 'gateway.95516.com', files: 'filedownload.95516.com' };
