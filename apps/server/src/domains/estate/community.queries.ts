import type { communityCounts, EndpointReply } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

type Counts = EndpointReply<typeof communityCounts>['rows'];

/** How much there is in each visible community (EST-1). Residents are people who live there now, each counted once. */
export async function countCommunities(ctx: Context): Promise<Counts> {
  const { companyId } = ctx;
  const rows = await ctx.tx.rows<Record<string, bigint> & { id: string }>(sql`select c.id,
      (select count(*) from building b where b.company_id = ${companyId} and b.community_id = c.id) as buildings,
      (select count(*) from house h where h.company_id = ${companyId} and h.community_id = c.id) as houses,
      (select count(distinct o.resident_id) from occupancy o
        where o.company_id = ${companyId} and o.community_id = c.id and o.moved_out_on is null) as residents,
      (select count(*) from parking_space p where p.company_id = ${companyId} and p.community_id = c.id) as spaces,
      (select count(*) from vehicle v where v.company_id = ${companyId} and v.community_id = c.id) as vehicles
    from community c where c.company_id = ${companyId} order by c.sort_order, c.name collate natural_order`);
  return rows.map((row) => ({
    communityId: row.id,
    buildings: Number(row.buildings),
    houses: Number(row.houses),
    residents: Number(row.residents),
    parkingSpaces: Number(row.spaces),
    vehicles: Number(row.vehicles),
  }));
}
