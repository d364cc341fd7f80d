import { type PartnerAppBody, type PartnerAppView, type PartnerGrantView, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

const label = '应用';

/** Registered apps with the grants of communities in sight, standing ones first. */
export async function listApps(ctx: Context): Promise<PartnerAppView[]> {
  const apps = await ctx.tx.rows<Omit<PartnerAppView, 'grants'>>(sql`
    select id, name, maker, description, asked_scopes as "askedScopes", version, created_at as "createdAt"
    from partner_app where company_id = ${ctx.companyId} order by name, id`);
  const grants = await ctx.tx.rows<PartnerGrantView & { appId: string }>(sql`
    select g.id, g.partner_app_id as "appId", g.community_id as "communityId", c.name as "communityName", g.scopes, g.granted_at as "grantedAt",
      s.name as "grantedByName", g.revoked_at as "revokedAt", coalesce(t.name, '') as "revokedByName",
      (select count(*)::int from partner_key k where k.company_id = g.company_id and k.partner_grant_id = g.id and g.revoked_at is null
        and k.revoked_at is null and k.secret_sealed is not null and (k.ends_at is null or k.ends_at > ${nowText(ctx)})) as "keyCount",
      (select max(u.last_used_at) from partner_key k join partner_key_use u on u.company_id = k.company_id and u.partner_key_id = k.id
        where k.company_id = g.company_id and k.partner_grant_id = g.id) as "lastUsedAt"
    from partner_grant g join community c on c.company_id = g.company_id and c.id = g.community_id
      join staff s on s.company_id = g.company_id and s.id = g.granted_by
      left join staff t on t.company_id = g.company_id and t.id = g.revoked_by
    where g.company_id = ${ctx.companyId} order by g.revoked_at desc nulls first, c.name, g.id`);
  const byApp = Map.groupBy(grants, (grant) => grant.appId);
  return apps.map((app) => ({ ...app, grants: (byApp.get(app.id) ?? []).map(({ appId: _, ...grant }) => grant) }));
}

/** Errors: resource.duplicate (409) for a name that is taken. */
export async function createApp(ctx: Context, body: PartnerAppBody): Promise<{ id: string }> {
  const id = ctx.newId();
  await refuseTaken(ctx, id, body.name);
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into partner_app (company_id, id, name, maker, description, asked_scopes, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${body.name}, ${body.maker}, ${body.description}, ${unique(body.askedScopes)}::text[], ${now}, ${now})`);
  await recordAudit(ctx, {
    action: 'partnerApp.create',
    targetKind: 'partnerApp',
    targetId: id,
    targetLabel: body.name,
    after: { maker: body.maker, askedScopes: body.askedScopes },
  });
  return { id };
}

/** What is no longer asked for stays granted until a person takes it back. Errors: resource.notFound, resource.changed, resource.duplicate. */
export async function updateApp(ctx: Context, id: string, body: PartnerAppBody & { version: number }): Promise<void> {
  const before = await readApp(ctx, id);
  if (before.version !== body.version) throw platformFail('resource.changed', { label });
  await refuseTaken(ctx, id, body.name);
  await ctx.tx.run(sql`update partner_app set name = ${body.name}, maker = ${body.maker}, description = ${body.description},
      asked_scopes = ${unique(body.askedScopes)}::text[], version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${id}`);
  await recordAudit(ctx, {
    action: 'partnerApp.update',
    targetKind: 'partnerApp',
    targetId: id,
    targetLabel: body.name,
    before: { name: before.name, maker: before.maker, askedScopes: before.askedScopes },
    after: { name: body.name, maker: body.maker, askedScopes: body.askedScopes },
  });
}

interface AppRow {
  id: string;
  name: string;
  maker: string;
  askedScopes: string[];
  version: number;
}

/** Locked, so that what it asks for holds until a grant is written. Error: resource.notFound. */
export async function readApp(ctx: Context, id: string): Promise<AppRow> {
  const row =
    await ctx.tx.first<AppRow>(sql`select id, name, maker, asked_scopes as "askedScopes", version from partner_app
    where company_id = ${ctx.companyId} and id = ${id} for update`);
  if (!row) throw platformFail('resource.notFound', { label });
  return row;
}

async function refuseTaken(ctx: Context, id: string, name: string): Promise<void> {
  const other = await ctx.tx.first(
    sql`select id from partner_app where company_id = ${ctx.companyId} and name = ${name} and id <> ${id}`,
  );
  if (other) throw platformFail('resource.duplicate', { label, fields: '名称' });
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];
