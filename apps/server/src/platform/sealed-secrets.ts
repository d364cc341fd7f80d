import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Secrets of providers at rest: AES-256-GCM under a key derived from the installation's secret (`secret.key` in the data
 * folder, or ANLIN_SECRET_KEY). The key is not in backups: a backup that gets lost gives no provider's password away, and
 * whoever restores to another machine brings `secret.key` along or types the secrets again.
 */

const ivBytes = 12;
const tagBytes = 16;

const keyOf = (secret: Buffer) => Buffer.from(hkdfSync('sha256', secret, '', 'anlin channel secrets', 32));

/** Seals name → value; `place` ties it to its row, so that it opens nowhere else. */
export function sealSecrets(secret: Buffer, place: string, values: Readonly<Record<string, string>>): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), iv);
  cipher.setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(values), 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** Opens what was sealed; null when this installation's key is another, as after a restore without it. */
export function openSecrets(secret: Buffer, place: string, sealed: Buffer): Record<string, string> | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), sealed.subarray(0, ivBytes));
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
    const text = Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]);
    return JSON.parse(text.toString('utf8')) as Record<string, string>;
  } catch {
    return null;
  }
}
