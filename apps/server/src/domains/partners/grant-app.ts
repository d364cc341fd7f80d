import { type PartnerScope, partnerFail, partnerScopes, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import { readApp } from './edit-app.ts';

const label = '授权';

/**
 * Grants an app some of what it asks for, in communities the person sees whole: all of them or none. Errors: partnerGrant.notAsked (422),
 * partnerGrant.standing (409), reference.notFound, scope.wholeCommunity, resource.notFound.
 */
export async function grantApp(
  ctx: Context,
  appId: string,
  input: { communityIds: readonly string[]; scopes: readonly PartnerScope[] },
): Promise<{ grantIds: string[] }> {
  const app = await readApp(ctx, appId);
  const scopes = [...new Set(input.scopes)];
  for (const scope of scopes)
    if (!app.askedScopes.includes(scope))
      throw partnerFail('partnerGrant.notAsked', { scope: partnerScopes[scope].label });
  const grantIds: string[] = [];
  for (const communityId of [...new Set(input.communityIds.map((one) => one.toLowerCase()))].sort()) {
    const name = await requirePlace(ctx, communityId);
    const id = ctx.newId();
    const isNew =
      await ctx.tx.run(sql`insert into partner_grant (company_id, id, community_id, partner_app_id, scopes, granted_by, granted_at)
      values (${ctx.companyId}, ${id}, ${communityId}, ${app.id}, ${scopes}::text[], ${ctx.actor.id}, ${nowText(ctx)}) on conflict do nothing`);
    if (isNew === 0) throw partnerFail('partnerGrant.standing', { community: name });
    grantIds.push(id);
    await recordAudit(ctx, {
      action: 'partnerApp.grant',
      targetKind: 'partnerApp',
      targetId: app.id,
      targetLabel: app.name,
      communityId,
      after: { scopes },
    });
  }
  return { grantIds };
}

async function requirePlace(ctx: Context, communityId: string): Promise<string> {
  const row = await ctx.tx.first<{ name: string }>(
    sql`select name from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  if (!row) throw platformFail('reference.notFound', { label: '小区' });
  requireWholeCommunity(ctx, communityId, '给第三方应用授权');
  return row.name;
}

export interface LockedGrant {
  id: string;
  communityId: string;
  appId: string;
  appName: string;
  scopes: PartnerScope[];
  isRevoked: boolean;
}

/** Locks a grant, so that it is not taken back meanwhile. Errors: `notFound` where none is in sight, partnerGrant.revoked (409). */
export async function lockGrant(ctx: Context, id: string, notFound: Error): Promise<LockedGrant> {
  const row = await ctx.tx.first<LockedGrant>(sql`
    select g.id, g.community_id as "communityId", a.id as "appId", a.name as "appName", g.scopes, g.revoked_at is not null as "isRevoked"
    from partner_grant g join partner_app a on a.company_id = g.company_id and a.id = g.partner_app_id
    where g.company_id = ${ctx.companyId} and g.id = ${id} for update of g`);
  if (!row) throw notFound;
  requireWholeCommunity(ctx, row.communityId, '给第三方应用授权');
  if (row.isRevoked) throw partnerFail('partnerGrant.revoked');
  return row;
}

/** Takes a grant back: its keys and pushes end with this transaction. Errors: resource.notFound, partnerGrant.revoked (409). */
export async function revokeGrant(ctx: Context, id: string): Promise<void> {
  const grant = await lockGrant(ctx, id, platformFail('resource.notFound', { label }));
  const now = nowText(ctx);
  await ctx.tx.run(sql`update partner_grant set revoked_at = ${now}, revoked_by = ${ctx.actor.id}
    where company_id = ${ctx.companyId} and id = ${id}`);
  await ctx.tx.run(sql`update partner_key set revoked_at = ${now}
    where company_id = ${ctx.companyId} and partner_grant_id = ${id} and revoked_at is null`);
  await recordAudit(ctx, {
    action: 'partnerApp.revoke',
    targetKind: 'partnerApp',
    targetId: grant.appId,
    targetLabel: grant.appName,
    communityId: grant.communityId,
    before: { scopes: grant.scopes },
  });
}
