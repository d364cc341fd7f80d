import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a shared link opens; a token of one kind opens nothing of another. */
export type SharePurpose = 'wall' | 'statement' | 'dunning' | 'pay' | 'collect';

export interface SharedLink {
  companyId: string;
  linkId: string;
}

const idBytes = 16;
/** Characters of a token. */
export const shareTokenLength = 87;

/**
 * The token of a link that is kept as a row and opens without sign-in: both ids and an HMAC-SHA256 over them and the
 * purpose, in base64url (87 characters). It carries no rights and no end of its own: the row says what it opens and until when,
 * so that it can be taken back.
 */
export function shareToken(secret: Buffer, purpose: SharePurpose, link: SharedLink): string {
  const ids = Buffer.concat([bytesOf(link.companyId), bytesOf(link.linkId)]);
  return `${ids.toString('base64url')}.${signatureOf(secret, purpose, ids)}`;
}

/** The ids in a token, or null when it was not made by this installation for this purpose. Compares in constant time. */
export function readShareToken(secret: Buffer, purpose: SharePurpose, token: string): SharedLink | null {
  const [left = '', right = '', ...rest] = token.split('.');
  const ids = Buffer.from(left, 'base64url');
  if (rest.length > 0 || ids.length !== 2 * idBytes || ids.toString('base64url') !== left) return null;
  const [expected, given] = [Buffer.from(signatureOf(secret, purpose, ids)), Buffer.from(right)];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  return { companyId: idOf(ids.subarray(0, idBytes)), linkId: idOf(ids.subarray(idBytes)) };
}

const signatureOf = (secret: Buffer, purpose: SharePurpose, ids: Buffer) =>
  createHmac('sha256', secret).update(`share/${purpose}/`).update(ids).digest('base64url');

const bytesOf = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');

const idOf = (bytes: Buffer) => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
