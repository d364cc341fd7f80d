import {
  type AttachedFile,
  type applyMicroSiteToAll as applyEndpoint,
  type EndpointReply,
  type EndpointRequest,
  estateFail,
  type getMicroSite,
  type MicroSiteContent,
  type MicroSiteTile,
  platformFail,
  type saveMicroSite as saveEndpoint,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkFiles, useFiles } from '../../platform/files/file-use.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';

interface SiteRow {
  name: string;
  /** Null while nothing was saved. */
  id: string | null;
  version: number | null;
  content: MicroSiteContent | null;
}

const nothing: MicroSiteContent = { notice: '', banners: [], tiles: [], topMenu: [], bottomMenu: [] };

/** What was saved, also before there were banners and menus. */
export const contentOf = (saved: Partial<MicroSiteContent> | null): MicroSiteContent => ({ ...nothing, ...saved });

async function readSite(ctx: Context, communityId: string): Promise<SiteRow> {
  const row = await ctx.tx.first<SiteRow>(sql`select c.name, s.id, s.version, s.content from community c
    left join micro_site s on s.company_id = c.company_id and s.community_id = c.id
    where c.company_id = ${ctx.companyId} and c.id = ${communityId}`);
  if (!row) throw platformFail('resource.notFound', { label: '小区' });
  requireWholeCommunity(ctx, communityId, '编辑微站');
  return row;
}

/** The content of a community's micro-site (EST-2). Errors: resource.notFound, scope.wholeCommunity. */
export async function readMicroSite(ctx: Context, communityId: string): Promise<EndpointReply<typeof getMicroSite>> {
  const { version, content: saved } = await readSite(ctx, communityId);
  const content = contentOf(saved);
  const others = await otherCommunities(ctx, communityId);
  const banners = await readBanners(ctx, content.banners);
  return { version: version ?? 0, content, banners, otherCount: others.length };
}

async function readBanners(ctx: Context, ids: readonly string[]): Promise<AttachedFile[]> {
  const rows = await ctx.tx.rows<Omit<AttachedFile, 'sizeBytes'> & { sizeBytes: bigint }>(sql`
    select f.id, f.name, f.media_type as "mediaType", f.size_bytes as "sizeBytes"
    from unnest(${[...ids]}::uuid[]) with ordinality as b (id, place)
      join file f on f.company_id = ${ctx.companyId} and f.id = b.id order by b.place`);
  return rows.map((row) => ({ ...row, sizeBytes: Number(row.sizeBytes) }));
}

type Saved = EndpointRequest<typeof saveEndpoint>['body'] & { communityId: string };

/** Saves it; `version` is the one it was read with, 0 for a first one. Errors: resource.notFound, scope.wholeCommunity, resource.changed, file.typeRefused. */
export async function saveMicroSite(ctx: Context, { communityId, version, content }: Saved): Promise<void> {
  const before = await readSite(ctx, communityId);
  const field = { path: 'content.banners', label: '轮播图', accept: 'image' as const };
  await checkFiles(ctx, field, content.banners, contentOf(before.content).banners);
  const id = before.id ?? ctx.newId();
  const text = JSON.stringify(content);
  const written =
    version === 0
      ? await ctx.tx.run(sql`insert into micro_site (company_id, id, community_id, content, updated_at)
          values (${ctx.companyId}, ${id}, ${communityId}, ${text}::jsonb, ${nowText(ctx)})
          on conflict (company_id, community_id) do nothing`)
      : await ctx.tx.run(sql`update micro_site set content = ${text}::jsonb, version = version + 1, updated_at = ${nowText(ctx)}
          where company_id = ${ctx.companyId} and community_id = ${communityId} and version = ${version}`);
  if (written === 0) throw platformFail('resource.changed', { label: '微站' });
  await useFiles(ctx, { resource: 'microSite', id, communityId: null }, content.banners);
  await recordAudit(ctx, {
    action: 'microSite.save',
    targetKind: 'microSite',
    targetId: communityId,
    targetLabel: before.name,
    communityId,
    before: before.content === null ? undefined : titlesOf(contentOf(before.content)),
    after: titlesOf(content),
  });
}

/** What the audit keeps: service phones and long texts stay out of it. */
const titlesOf = ({ notice, banners, tiles, topMenu, bottomMenu }: MicroSiteContent) => ({
  notice,
  banners: banners.length,
  tiles: tiles.map(titleOf),
  topMenu: topMenu.map(titleOf),
  bottomMenu: bottomMenu.map(titleOf),
});

const titleOf = ({ title, isShown }: MicroSiteTile) => (isShown ? title : `${title}（隐藏）`);

/** Communities the actor sees whole, but for this one, in the order of their ids: they are written in that order. */
async function otherCommunities(ctx: Context, communityId: string): Promise<string[]> {
  const rows = await ctx.tx.rows<{ id: string }>(sql`select id from community
    where company_id = ${ctx.companyId} and id <> ${communityId} order by id`);
  const { wholeCommunityIds: whole } = ctx;
  return rows.map(({ id }) => id).filter((id) => whole === '*' || whole.includes(id));
}

type Applied = EndpointRequest<typeof applyEndpoint>['body'] & { communityId: string };

/**
 * Writes what was saved for this community to every other one the actor sees whole, all or none, and returns how many.
 * Errors: resource.notFound, scope.wholeCommunity, resource.changed, microSite.countChanged.
 */
export async function applyMicroSiteToAll(ctx: Context, input: Applied): Promise<number> {
  const { communityId, version, expectedCount } = input;
  const site = await readSite(ctx, communityId);
  if (site.version !== version) throw platformFail('resource.changed', { label: '微站' });
  const others = await otherCommunities(ctx, communityId);
  if (others.length !== expectedCount) throw estateFail('microSite.countChanged', { count: others.length });
  const ids = others.map(() => ctx.newId());
  await ctx.tx.run(sql`insert into micro_site (company_id, id, community_id, content, updated_at)
    select ${ctx.companyId}, t.id, t.community_id, ${JSON.stringify(site.content)}::jsonb, ${nowText(ctx)}
    from unnest(${ids}::uuid[], ${others}::uuid[]) as t (id, community_id) order by t.community_id
    on conflict (company_id, community_id)
      do update set content = excluded.content, version = micro_site.version + 1, updated_at = excluded.updated_at`);
  await useBannersIn(ctx, others, contentOf(site.content).banners);
  await recordAudit(ctx, {
    action: 'microSite.applyToAll',
    targetKind: 'microSite',
    targetId: communityId,
    targetLabel: site.name,
    communityId,
    after: { communities: others.length },
  });
  return others.length;
}

/** From now on the sites of these communities have exactly these pictures. */
async function useBannersIn(ctx: Context, communityIds: readonly string[], banners: readonly string[]): Promise<void> {
  const sites = sql`select s.id from micro_site s
    where s.company_id = ${ctx.companyId} and s.community_id = any (${[...communityIds]}::uuid[])`;
  await ctx.tx.run(sql`delete from file_use where company_id = ${ctx.companyId} and resource = 'microSite'
    and owner_id = any (array(${sites})) and file_id <> all (${[...banners]}::uuid[])`);
  await ctx.tx.run(sql`insert into file_use (company_id, file_id, resource, owner_id, community_id)
    select ${ctx.companyId}, b.id, 'microSite', s.id, null
    from (${sites}) s cross join unnest(${[...banners]}::uuid[]) as b (id) on conflict do nothing`);
}
