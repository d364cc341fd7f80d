import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { platformFail } from '@anlin/contract';

/** Where a sealed text stands. It is bound into the seal, so that a value copied to another row or field does not open. */
export interface SealedPlace {
  companyId: string;
  rowId: string;
  /** `resident.idCard` */
  field: string;
}

/** Keeps what must not lie open in the database: id cards, keys of third parties. Only the server's key opens it. */
export interface Vault {
  /** AES-256-GCM: `v1.<key id>.<nonce>.<text and tag>`, all base64url but the id. Twice the same text gives two seals. */
  seal(text: string, place: SealedPlace): string;
  /** What was sealed. Error: secret.unreadable, when the key is another or the seal was moved or changed. */
  open(sealed: string, place: SealedPlace): string;
  /** Blind index (HMAC-SHA256) for exact search and uniqueness within one company and field. */
  blindIndex(text: string, place: Omit<SealedPlace, 'rowId'>): Buffer;
}

const version = 'v1';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * `keys`: 32 bytes each, the present one first, then older ones that still open what they sealed. The blind index
 * stays with the oldest, so that it survives a change of key.
 */
export function vaultOf(keys: readonly Buffer[]): Vault {
  const ring = new Map(keys.map((key) => [keyIdOf(key), derive(key, 'seal')]));
  const [current] = keys;
  const oldest = keys.at(-1);
  if (!current || !oldest) throw new Error('a vault needs a key');
  const currentId = keyIdOf(current);
  const indexKey = derive(oldest, 'index');
  return {
    seal(text, place) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', ring.get(currentId) as Buffer, nonce);
      cipher.setAAD(placeText(place));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return [version, currentId, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
    },
    open(sealed, place) {
      const [given, keyId = '', nonce = '', content = ''] = sealed.split('.');
      const key = ring.get(keyId);
      if (given !== version || !key) throw platformFail('secret.unreadable');
      const bytes = Buffer.from(content, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'));
        decipher.setAAD(placeText(place));
        decipher.setAuthTag(bytes.subarray(-tagBytes));
        return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]).toString('utf8');
      } catch {
        throw platformFail('secret.unreadable');
      }
    },
    blindIndex(text, { companyId, field }) {
      return createHmac('sha256', indexKey).update(`${companyId}/${field}/${text}`).digest();
    },
  };
}

const refuse = (): never => {
  throw platformFail('secret.unreadable');
};

/** For work that has no business with what is sealed: opens and seals nothing. */
export const closedVault: Vault = { seal: refuse, open: refuse, blindIndex: refuse };

/** First eight hexadecimal digits of the key's SHA-256: tells which key sealed, and nothing about it. */
function keyIdOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}

function derive(key: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `anlin ${purpose}`, 32));
}

function placeText({ companyId, rowId, field }: SealedPlace): Buffer {
  return Buffer.from(`${companyId}/${rowId}/${field}`);
}
