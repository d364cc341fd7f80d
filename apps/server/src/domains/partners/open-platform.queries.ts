import { type OpenGrantView, type PartnerKeyView, platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { accessIdOf } from '../../platform/partners/access-id.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';

/** Standing grants of a community with their keys, the newest first; secrets stay where they are. Errors: reference.notFound, scope.wholeCommunity. */
export async function readPlatform(
  ctx: Context,
  communityId: string,
): Promise<{ sharesBankStatements: boolean; grants: OpenGrantView[] }> {
  const community = await requireCommunity(ctx, communityId);
  const grants = await ctx.tx.rows<Omit<OpenGrantView, 'keys'>>(sql`
    select g.id, a.id as "appId", a.name as "appName", a.maker, g.community_id as "communityId", c.name as "communityName", g.scopes,
      g.granted_at as "grantedAt"
    from partner_grant g join partner_app a on a.company_id = g.company_id and a.id = g.partner_app_id
      join community c on c.company_id = g.company_id and c.id = g.community_id
    where g.company_id = ${ctx.companyId} and g.community_id = ${communityId} and g.revoked_at is null order by a.name, g.id`);
  const now = nowText(ctx);
  const keys = await ctx.tx.rows<Omit<PartnerKeyView, 'accessId'> & { grantId: string }>(sql`
    select k.id, k.partner_grant_id as "grantId", k.name, k.scopes, k.allowed_addresses as "allowedAddresses", k.requests_per_minute as "requestsPerMinute",
      k.secret_tail as "secretTail", k.created_at as "createdAt", s.name as "createdByName", k.ends_at as "endsAt", k.revoked_at as "revokedAt",
      u.last_used_at as "lastUsedAt", coalesce(u.last_address, '') as "lastAddress",
      case when k.revoked_at is not null or k.secret_sealed is null then 'revoked' when k.ends_at <= ${now} then 'ended' when k.ends_at is not null then 'ending'
        else 'active' end as state
    from partner_key k join staff s on s.company_id = k.company_id and s.id = k.created_by
      left join partner_key_use u on u.company_id = k.company_id and u.partner_key_id = k.id
    where k.company_id = ${ctx.companyId} and k.community_id = ${communityId} order by k.created_at desc, k.id desc`);
  const byGrant = Map.groupBy(keys, (key) => key.grantId);
  return {
    sharesBankStatements: community.shares,
    grants: grants.map((grant) => ({
      ...grant,
      keys: (byGrant.get(grant.id) ?? []).map(({ grantId: _, ...key }) => ({
        ...key,
        accessId: accessIdOf({ companyId: ctx.companyId, keyId: key.id }),
      })),
    })),
  };
}

/** A community in sight, seen whole. Errors: reference.notFound (422), scope.wholeCommunity (403). */
export async function requireCommunity(ctx: Context, communityId: string): Promise<{ name: string; shares: boolean }> {
  const row = await ctx.tx.first<{
    name: string;
    shares: boolean;
  }>(sql`select name, shares_bank_statements as shares from community
    where company_id = ${ctx.companyId} and id = ${communityId}`);
  if (!row) throw platformFail('reference.notFound', { label: '小区' });
  requireWholeCommunity(ctx, communityId, '开放平台');
  return row;
}
