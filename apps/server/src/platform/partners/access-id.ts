/** What an app's key is called outside: names the company too, so that the key is found under its row-level security like any other row. */
const prefix = 'ak_';
const pattern = /^ak_([\w-]{22})([\w-]{22})$/;

export interface KeyPlace {
  companyId: string;
  keyId: string;
}

export function accessIdOf({ companyId, keyId }: KeyPlace): string {
  return prefix + shorten(companyId) + shorten(keyId);
}

/** Undefined for anything that is no key of ours; whether it opens anything, the database says. */
export function readAccessId(text: string): KeyPlace | undefined {
  const [, company, key] = pattern.exec(text) ?? [];
  if (!company || !key) return undefined;
  const place = { companyId: lengthen(company), keyId: lengthen(key) };
  // The last character carries four spare bits: only one writing of an id is taken.
  return accessIdOf(place) === text ? place : undefined;
}

const shorten = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');

function lengthen(short: string): string {
  const hex = Buffer.from(short, 'base64url').toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
