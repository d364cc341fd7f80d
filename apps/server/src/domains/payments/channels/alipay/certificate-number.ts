import { createHash, type X509Certificate } from 'node:crypto';

/** Certificates that Alipay counts in a root's number: those signed with RSA (opendocs.alipay.com, 证书 SN). */
const rsaSignatures = '1.2.840.113549.1.1';

/** Alipay's number of a certificate: MD5 of its issuer's name, last part first, and its serial number in decimals. */
export function certificateNumber(certificate: X509Certificate): string {
  const issuer = certificate.issuer.split('\n').toReversed().join(',');
  return createHash('md5')
    .update(`${issuer}${BigInt(`0x${certificate.serialNumber}`)}`)
    .digest('hex');
}

/** Alipay's number of its root file: those of its RSA certificates, joined. */
export function rootCertificateNumber(roots: readonly X509Certificate[]): string {
  return roots
    .filter((one) => one.signatureAlgorithmOid.startsWith(rsaSignatures))
    .map(certificateNumber)
    .join('_');
}
