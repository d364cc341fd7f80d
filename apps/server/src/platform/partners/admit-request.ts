import { DomainError, partnerFail } from '@anlin/contract';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { SealedPlace } from '../secrets/index.ts';
import type { Services } from '../services.ts';
import { type KeyPlace, readAccessId } from './access-id.ts';
import { isAllowedAddress } from './address-list.ts';
import { inKeyScope, type KeyRow } from './partner-boundary.ts';
import { isSameText, signRequest } from './signature.ts';

/** How far the clocks of both sides may lie apart, and so how long a nonce is remembered. */
const skewSeconds = 300;
const minuteSeconds = 60;

/** Ties a sealed secret to its key. */
export const keySecretPlace = ({ companyId, keyId }: KeyPlace): SealedPlace => ({
  companyId,
  rowId: keyId,
  field: 'partnerKey.secret',
});

/** What a request says of itself, as it came over the wire. */
export interface Incoming {
  method: string;
  /** Path and query of the request line. */
  target: string;
  header(name: string): string | undefined;
  body: Buffer;
  ip: string;
  requestId: string;
}

/** Where a key stands in its present minute. */
export interface Quota {
  limit: number;
  remaining: number;
  resetSeconds: number;
}

/**
 * Lets a signed request in: known key, right signature, clock within ±300 s, a nonce never seen, an address that is allowed, and not too
 * often. All of it in a transaction of its own, so that a request that is refused later does not come a second time either.
 * `tell` is given the quota also when it is used up. Errors: open.signature…, open.clockSkew, open.replayed, open.keyEnded (401),
 * open.addressRefused (403), open.tooMany (429).
 */
export async function admitRequest(
  services: Pick<Services, 'pool' | 'clock' | 'newId' | 'vault'>,
  incoming: Incoming,
  tell: (quota: Quota) => void,
): Promise<KeyPlace> {
  const [accessId, timestamp, nonce, signature] = [
    'X-Anlin-Key',
    'X-Anlin-Timestamp',
    'X-Anlin-Nonce',
    'X-Anlin-Signature',
  ].map((name) => {
    const value = incoming.header(name.toLowerCase());
    if (!value) throw partnerFail('open.signatureMissing', { header: name });
    return value;
  }) as [string, string, string, string];
  const place = readAccessId(accessId);
  if (!place || !/^\d{1,12}$/.test(timestamp) || !/^[\w-]{16,64}$/.test(nonce))
    throw partnerFail('open.signatureWrong');
  const now = services.clock.now();
  if (Math.abs(now.epochMilliseconds / 1000 - Number(timestamp)) > skewSeconds)
    throw partnerFail('open.clockSkew', { limit: skewSeconds, now: now.toString({ smallestUnit: 'second' }) });
  const origin = { ip: incoming.ip, requestId: incoming.requestId };
  await inKeyScope(services, place, origin, async (ctx, row) => {
    const secret = secretOf(ctx, place, row);
    const { method, target, body } = incoming;
    if (!isSameText(signature, signRequest(secret, { method, target, timestamp, nonce, body })) || !row)
      throw partnerFail('open.signatureWrong');
    if (row.is_ended) throw partnerFail('open.keyEnded');
    if (!isAllowedAddress(row.allowed_addresses, incoming.ip))
      throw partnerFail('open.addressRefused', { address: incoming.ip });
    await rememberNonce(ctx, place.keyId, row.community, nonce);
    const quota = await countUse(ctx, row);
    tell(quota);
    if (quota.remaining < 0) throw partnerFail('open.tooMany', { limit: quota.limit, seconds: quota.resetSeconds });
  });
  return place;
}

/** Of a key that is not there, or not to be opened here, a secret that nobody has: the answer and its time are the same. */
function secretOf(ctx: Context, place: KeyPlace, row: KeyRow | null): string {
  const none = ctx.newId() + ctx.newId();
  if (!row?.secret_sealed) return none;
  try {
    return ctx.vault.open(row.secret_sealed, keySecretPlace(place));
  } catch (error) {
    if (error instanceof DomainError && error.code === 'secret.unreadable') return none;
    throw error;
  }
}

async function rememberNonce(ctx: Context, keyId: string, communityId: string, nonce: string): Promise<void> {
  // Twice the skew: a stamp may lie that far ahead of its arrival.
  const expiresAt = ctx.clock
    .now()
    .add({ seconds: 2 * skewSeconds })
    .toString();
  const isNew =
    await ctx.tx.run(sql`insert into partner_nonce (company_id, partner_key_id, nonce, community_id, expires_at)
    values (${ctx.companyId}, ${keyId}, ${nonce}, ${communityId}, ${expiresAt}) on conflict do nothing`);
  if (isNew === 0) throw partnerFail('open.replayed');
}

/** Counts the request in its minute. A used-up minute counts no further, since the transaction is rolled back. */
async function countUse(ctx: Context, row: KeyRow): Promise<Quota> {
  const now = ctx.clock.now();
  const seconds = Math.floor(now.epochMilliseconds / 1000);
  const minute = Temporal.Instant.fromEpochMilliseconds((seconds - (seconds % minuteSeconds)) * 1000).toString();
  const used = await ctx.tx.first<{ count: number }>(sql`
    insert into partner_key_use as u (company_id, partner_key_id, community_id, minute, request_count, last_used_at, last_address)
    values (${ctx.companyId}, ${row.key_id}, ${row.community}, ${minute}, 1, ${nowText(ctx)}, ${ctx.origin.ip})
    on conflict (company_id, partner_key_id) do update set minute = excluded.minute, last_used_at = excluded.last_used_at,
      last_address = excluded.last_address, request_count = case when u.minute = excluded.minute then u.request_count + 1 else 1 end
    returning request_count as count`);
  return {
    limit: row.requests_per_minute,
    remaining: row.requests_per_minute - used!.count,
    resetSeconds: minuteSeconds - (seconds % minuteSeconds),
  };
}
