import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';

/**
 * Signatures and encryption of messages between WeChat and this server (developers.weixin.qq.com: 消息加解密说明).
 * AES-256-CBC, the first half of the key as the initial vector, filled up to 32 bytes; inside: 16 random bytes, the length
 * as four bytes, the message, the AppID.
 */

const blockBytes = 32;
const randomLength = 16;
const lengthBytes = 4;

/** SHA-1 over the parts in order of their text, in hexadecimal. */
export function signatureOf(...parts: readonly string[]): string {
  return createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex');
}

/** Compares without telling by time how much was right. */
export function isSameSignature(given: string, right: string): boolean {
  const [left, other] = [Buffer.from(given), Buffer.from(right)];
  return left.length === other.length && timingSafeEqual(left, other);
}

/** 43 letters and digits are 32 bytes; null for anything else. */
export function aesKeyOf(encodingAesKey: string): Buffer | null {
  if (!/^[0-9A-Za-z]{43}$/.test(encodingAesKey)) return null;
  return Buffer.from(`${encodingAesKey}=`, 'base64');
}

/** The message within, if it was encrypted with this key for this AppID; null otherwise, whatever is wrong. */
export function openMessage(encrypted: string, key: Buffer, appId: string): string | null {
  if (!/^[0-9A-Za-z+/]+={0,2}$/.test(encrypted)) return null;
  const bytes = Buffer.from(encrypted, 'base64');
  if (bytes.length === 0 || bytes.length % 16 !== 0) return null;
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(bytes), decipher.final()]);
  const filling = padded.at(-1) ?? 0;
  if (filling < 1 || filling > blockBytes || filling > padded.length) return null;
  if (!padded.subarray(-filling).every((byte) => byte === filling)) return null;
  const plain = padded.subarray(0, -filling);
  if (plain.length < randomLength + lengthBytes) return null;
  const start = randomLength + lengthBytes;
  const end = start + plain.readUInt32BE(randomLength);
  if (end > plain.length || plain.subarray(end).toString('utf8') !== appId) return null;
  return plain.subarray(start, end).toString('utf8');
}

/** `random` are 16 bytes. */
export function sealMessage(message: string, key: Buffer, appId: string, random: Buffer): string {
  const text = Buffer.from(message);
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([random, length, text, Buffer.from(appId)]);
  const filling = blockBytes - (plain.length % blockBytes);
  const padded = Buffer.concat([plain, Buffer.alloc(filling, filling)]);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}
