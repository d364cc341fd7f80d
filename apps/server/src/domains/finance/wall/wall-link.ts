import {
  type EndpointReply,
  type listWallLinks as listEndpoint,
  platformFail,
  wallFail,
  wallPagePath,
} from '@anlin/contract';
import { recordAudit } from '../../../platform/audit/record-audit.ts';
import type { Context } from '../../../platform/context.ts';
import { nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { shareToken } from '../../../platform/links/share-token.ts';
import { requireWholeCommunity } from '../../../platform/rights/require-right.ts';

const pathOf = (ctx: Context, secret: Buffer, linkId: string) =>
  wallPagePath(shareToken(secret, 'wall', { companyId: ctx.companyId, linkId }));

interface LinkRow {
  id: string;
  name: string;
  community_id: string | null;
  community_name: string | null;
  created_at: string;
  created_by: string;
  last_opened_at: string | null;
  revoked_at: string | null;
}

/** Links to screens on walls, those that open first. */
export async function listWallLinks(ctx: Context, secret: Buffer): Promise<EndpointReply<typeof listEndpoint>> {
  const rows = await ctx.tx.rows<LinkRow>(sql`
    select l.id, l.name, l.community_id, c.name as community_name, l.created_at, s.name as created_by, l.last_opened_at, l.revoked_at
    from wall_link l join staff s on s.company_id = l.company_id and s.id = l.created_by
    left join community c on c.company_id = l.company_id and c.id = l.community_id
    where l.company_id = ${ctx.companyId} order by l.revoked_at is not null, l.id desc limit 200`);
  return {
    rows: rows.map((row) => ({
      id: row.id,
      name: row.name,
      communityId: row.community_id,
      communityName: row.community_name ?? '全部小区',
      createdAt: row.created_at,
      createdBy: row.created_by,
      lastOpenedAt: row.last_opened_at,
      revokedAt: row.revoked_at,
      path: row.revoked_at === null ? pathOf(ctx, secret, row.id) : '',
    })),
  };
}

/**
 * Makes a link for a screen: one community, or with null the whole company. Errors: reference.notFound (422), scope.wholeCommunity,
 * wall.allRequired (403).
 */
export async function createWallLink(
  ctx: Context,
  secret: Buffer,
  { communityId, name }: { communityId: string | null; name: string },
): Promise<{ id: string; path: string }> {
  if (communityId === null && ctx.wholeCommunityIds !== '*') throw wallFail('wall.allRequired');
  if (communityId !== null) {
    const known = await ctx.tx.first(
      sql`select 1 from community where company_id = ${ctx.companyId} and id = ${communityId}`,
    );
    if (!known) throw platformFail('reference.notFound', { label: '小区' });
    requireWholeCommunity(ctx, communityId, '生成电视墙链接');
  }
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into wall_link (company_id, id, community_id, name, created_at, created_by)
    values (${ctx.companyId}, ${id}, ${communityId}, ${name}, ${nowText(ctx)}, ${ctx.actor.id})`);
  await recordAudit(ctx, {
    action: 'wallLink.create',
    targetKind: 'wallLink',
    targetId: id,
    targetLabel: name,
    communityId,
    after: { communityId },
  });
  return { id, path: pathOf(ctx, secret, id) };
}

/** Takes a link back; one that was taken back before stays so. Error: resource.notFound. */
export async function revokeWallLink(ctx: Context, id: string): Promise<void> {
  const row = await ctx.tx.first<{ name: string; community_id: string | null; revoked_at: string | null }>(
    sql`select name, community_id, revoked_at from wall_link where company_id = ${ctx.companyId} and id = ${id} for update`,
  );
  if (!row) throw platformFail('resource.notFound', { label: '电视墙链接' });
  if (row.revoked_at !== null) return;
  await ctx.tx.run(sql`update wall_link set revoked_at = ${nowText(ctx)}, revoked_by = ${ctx.actor.id}
    where company_id = ${ctx.companyId} and id = ${id}`);
  await recordAudit(ctx, {
    action: 'wallLink.revoke',
    targetKind: 'wallLink',
    targetId: id,
    targetLabel: row.name,
    communityId: row.community_id,
  });
}
