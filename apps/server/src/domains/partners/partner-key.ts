import { randomBytes } from 'node:crypto';
import { type PartnerScope, partnerFail, partnerScopes, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { accessIdOf } from '../../platform/partners/access-id.ts';
import { readNetwork } from '../../platform/partners/address-list.ts';
import { keySecretPlace } from '../../platform/partners/admit-request.ts';
import { lockGrant } from './grant-app.ts';

const label = '密钥';
/** Of one grant, that work at the same time. */
const mostKeys = 5;
const mostDays = 5 * 366;

interface KeySetting {
  name: string;
  allowedAddresses: readonly string[];
  requestsPerMinute: number;
  endsAt: string | null;
}

export interface NewKey {
  id: string;
  accessId: string;
  secret: string;
}

/** Errors: reference.notFound, partnerGrant.revoked, partnerKey.scopeNotGranted, partnerKey.badAddress, partnerKey.badEnd, partnerKey.tooMany. */
export async function createKey(
  ctx: Context,
  { partnerGrantId, scopes, ...setting }: KeySetting & { partnerGrantId: string; scopes: readonly PartnerScope[] },
): Promise<NewKey> {
  const grant = await lockGrant(ctx, partnerGrantId, platformFail('reference.notFound', { label: '授权' }));
  for (const scope of scopes)
    if (!grant.scopes.includes(scope))
      throw partnerFail('partnerKey.scopeNotGranted', { scope: partnerScopes[scope].label });
  check(ctx, setting);
  await refuseTooMany(ctx, grant.id);
  const key = await writeKey(ctx, { ...setting, grantId: grant.id, communityId: grant.communityId, scopes });
  await audit(
    ctx,
    'create',
    { id: key.id, communityId: grant.communityId, appName: grant.appName },
    { scopes, ...setting },
  );
  return key;
}

/** Errors: resource.notFound, partnerKey.ended (409), partnerKey.badAddress, partnerKey.badEnd. */
export async function updateKey(ctx: Context, id: string, setting: KeySetting): Promise<void> {
  const key = await lockKey(ctx, id);
  check(ctx, setting);
  await ctx.tx.run(sql`update partner_key set name = ${setting.name}, allowed_addresses = ${unique(setting.allowedAddresses)}::text[],
      requests_per_minute = ${setting.requestsPerMinute}, ends_at = ${setting.endsAt} where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(ctx, 'update', key, setting);
}

/**
 * A new key with the settings of the old one, which goes on working until the time chosen. Errors: resource.notFound, partnerKey.ended (409),
 * partnerKey.badEnd, partnerKey.tooMany.
 */
export async function rotateKey(ctx: Context, id: string, oldEndsAt: string | null): Promise<NewKey> {
  const key = await lockKey(ctx, id);
  if (oldEndsAt !== null) requireSoon(ctx, oldEndsAt);
  // Longer than it would have worked anyway it does not.
  const ends = oldEndsAt ?? nowText(ctx);
  await ctx.tx.run(sql`update partner_key set ends_at = least(coalesce(ends_at, ${ends}), ${ends}::timestamptz)
    where company_id = ${ctx.companyId} and id = ${id}`);
  await refuseTooMany(ctx, key.grantId);
  const made = await writeKey(ctx, { ...key, endsAt: key.endsAt });
  await audit(ctx, 'rotate', key, { oldEndsAt: ends, replacedBy: made.accessId });
  return made;
}

/** At once. Errors: resource.notFound, partnerKey.ended (409). */
export async function revokeKey(ctx: Context, id: string): Promise<void> {
  const key = await lockKey(ctx, id);
  await ctx.tx.run(
    sql`update partner_key set revoked_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${id}`,
  );
  await audit(ctx, 'revoke', key, undefined);
}

interface LockedKey extends KeySetting {
  id: string;
  communityId: string;
  grantId: string;
  appName: string;
  scopes: PartnerScope[];
}

async function lockKey(ctx: Context, id: string): Promise<LockedKey> {
  const found = await ctx.tx.first<{ grantId: string }>(
    sql`select partner_grant_id as "grantId" from partner_key where company_id = ${ctx.companyId} and id = ${id}`,
  );
  if (!found) throw platformFail('resource.notFound', { label });
  // The grant first, as everywhere.
  const grant = await lockGrant(ctx, found.grantId, platformFail('resource.notFound', { label }));
  const row = await ctx.tx.first<Omit<LockedKey, 'appName' | 'grantId'> & { isEnded: boolean }>(sql`
    select id, community_id as "communityId", name, scopes, allowed_addresses as "allowedAddresses", requests_per_minute as "requestsPerMinute",
      ends_at as "endsAt", revoked_at is not null or coalesce(ends_at <= ${nowText(ctx)}, false) as "isEnded"
    from partner_key where company_id = ${ctx.companyId} and id = ${id} for update`);
  if (!row) throw platformFail('resource.notFound', { label });
  const { isEnded, ...key } = row;
  if (isEnded) throw partnerFail('partnerKey.ended');
  return { ...key, grantId: grant.id, appName: grant.appName };
}

function check(ctx: Context, { allowedAddresses, endsAt }: KeySetting): void {
  for (const address of allowedAddresses)
    if (!readNetwork(address)) throw partnerFail('partnerKey.badAddress', { address });
  if (endsAt !== null) requireSoon(ctx, endsAt);
}

function requireSoon(ctx: Context, moment: string): void {
  const at = Temporal.Instant.from(moment);
  const now = ctx.clock.now();
  const isSoon =
    Temporal.Instant.compare(at, now) > 0 && Temporal.Instant.compare(at, now.add({ hours: mostDays * 24 })) <= 0;
  if (!isSoon) throw partnerFail('partnerKey.badEnd', { days: mostDays });
}

async function refuseTooMany(ctx: Context, grantId: string): Promise<void> {
  const row = await ctx.tx.first<{ count: number }>(sql`select count(*)::int as count from partner_key
    where company_id = ${ctx.companyId} and partner_grant_id = ${grantId} and revoked_at is null and (ends_at is null or ends_at > ${nowText(ctx)})`);
  if ((row?.count ?? 0) >= mostKeys) throw partnerFail('partnerKey.tooMany', { most: mostKeys });
}

/** The secret has 256 bits; it is sealed, because a signature can only be checked with it (ADR 0057). */
async function writeKey(
  ctx: Context,
  key: KeySetting & { grantId: string; communityId: string; scopes: readonly PartnerScope[] },
): Promise<NewKey> {
  const id = ctx.newId();
  const place = { companyId: ctx.companyId, keyId: id };
  const secret = randomBytes(32).toString('base64url');
  await ctx.tx.run(sql`insert into partner_key (company_id, id, community_id, partner_grant_id, name, scopes, allowed_addresses, requests_per_minute,
      secret_sealed, secret_tail, created_by, created_at, ends_at)
    values (${ctx.companyId}, ${id}, ${key.communityId}, ${key.grantId}, ${key.name}, ${unique(key.scopes)}::text[], ${unique(key.allowedAddresses)}::text[],
      ${key.requestsPerMinute}, ${ctx.vault.seal(secret, keySecretPlace(place))}, ${secret.slice(-4)}, ${ctx.actor.id}, ${nowText(ctx)}, ${key.endsAt})`);
  return { id, accessId: accessIdOf(place), secret };
}

function audit(
  ctx: Context,
  verb: string,
  key: { id: string; communityId: string; appName: string },
  after: object | undefined,
): Promise<void> {
  return recordAudit(ctx, {
    action: `partnerKey.${verb}`,
    targetKind: 'partnerKey',
    targetId: key.id,
    targetLabel: key.appName,
    communityId: key.communityId,
    after,
  });
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
