import { type Wall, wallFail } from '@anlin/contract';
import { asSystem } from '../../../platform/boundary.ts';
import type { Context } from '../../../platform/context.ts';
import { nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { readShareToken } from '../../../platform/links/share-token.ts';
import { withinCommunity } from '../../../platform/links/within-community.ts';
import type { Services } from '../../../platform/services.ts';
import { readDashboardCharts, readDashboardFigures } from '../read-dashboard.ts';

/** What a screen on a wall shows (FIN-7): the dashboard's figures by the dashboard's functions. */
export async function readWall(ctx: Context, { communityId }: { communityId?: string | undefined }): Promise<Wall> {
  const row = await ctx.tx.first<{ company: string; community: string | null }>(sql`
    select o.name as company, (select c.name from community c where c.company_id = o.id and c.id = ${communityId ?? null}::uuid) as community
    from company o where o.id = ${ctx.companyId}`);
  return {
    title: row?.community ?? row?.company ?? '',
    at: nowText(ctx),
    figures: await readDashboardFigures(ctx, { communityId }),
    charts: await readDashboardCharts(ctx, { communityId }),
  };
}

/**
 * The same behind a link, with nobody signed in: within the link's community alone, also for row-level security. Error: wall.linkInvalid
 * (404) for a token that was made up, altered or taken back; which of these is not told.
 */
export async function openWall(services: Services, token: string): Promise<Wall> {
  const link = readShareToken(services.secret, 'wall', token);
  if (!link) throw wallFail('wall.linkInvalid');
  return asSystem(services, link.companyId, async (ctx) => {
    const row = await ctx.tx.first<{ community_id: string | null }>(sql`
      select community_id from wall_link where company_id = ${ctx.companyId} and id = ${link.linkId} and revoked_at is null`);
    if (!row) throw wallFail('wall.linkInvalid');
    await ctx.tx.run(sql`update wall_link set last_opened_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${link.linkId}
      and (last_opened_at is null or last_opened_at < ${nowText(ctx)}::timestamptz - interval '10 minutes')`);
    if (row.community_id === null) return readWall(ctx, {});
    return readWall(await withinCommunity(ctx, row.community_id), { communityId: row.community_id });
  });
}
