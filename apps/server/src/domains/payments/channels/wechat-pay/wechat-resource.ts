import { createDecipheriv } from 'node:crypto';
import { z } from 'zod';
import { type ChannelAccount, ChannelRefusal } from '../payment-channel.ts';

/** What WeChat Pay encrypts with the merchant's APIv3 key: AES-256-GCM, the tag behind the text. */
export const sealedResource = z.object({
  algorithm: z.literal('AEAD_AES_256_GCM'),
  ciphertext: z.string().max(200_000),
  nonce: z.string().min(1).max(32),
  associated_data: z.string().max(64).default(''),
});

const tagBytes = 16;

/** The text inside. Throws ChannelRefusal when the key is another or one bit was changed. */
export function openResource(account: ChannelAccount, sealed: z.output<typeof sealedResource>): string {
  const key = Buffer.from(account.secrets.apiV3Key ?? '', 'utf8');
  const bytes = Buffer.from(sealed.ciphertext, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'utf8'), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(sealed.associated_data, 'utf8'));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]).toString('utf8');
  } catch {
    throw new ChannelRefusal('内容解不开：APIv3 密钥不对，或内容被改动');
  }
}
