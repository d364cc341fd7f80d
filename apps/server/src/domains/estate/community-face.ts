import { type MicroSiteContent, platformFail, type ResidentHome } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { phonesOf, picturePath } from './community-page.ts';
import { contentOf } from './micro-site.ts';

/** What a community shows to those who live there: its micro-site and phones (EST-2). Error: resource.notFound. */
export async function readCommunityFace(ctx: Context, communityId: string): Promise<ResidentHome> {
  const row = await ctx.tx.first<{
    service_phone: string;
    other_phones: string;
    pictures: string[];
    micro_site: Partial<MicroSiteContent> | null;
  }>(sql`select c.service_phone, c.other_phones, c.pictures, s.content as micro_site from community c
    left join micro_site s on s.company_id = c.company_id and s.community_id = c.id
    where c.company_id = ${ctx.companyId} and c.id = ${communityId}`);
  if (!row) throw platformFail('resource.notFound', { label: '小区' });
  const { notice, banners, tiles } = contentOf(row.micro_site);
  const shown = banners.length > 0 ? banners : row.pictures;
  return {
    notice,
    banners: shown.map((file) => picturePath(ctx.companyId, communityId, file)),
    tiles: tiles.filter((tile) => tile.isShown),
    phones: phonesOf(row),
  };
}
