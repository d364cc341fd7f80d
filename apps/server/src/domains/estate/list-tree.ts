import type { TreeNode } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';

interface NodeRow {
  kind: TreeNode['kind'];
  id: string;
  label: string;
  house_count: bigint;
}

/** The next level of the tree below a community, a building or a unit; without a parent, the communities (EST-11). */
export async function listTree(
  ctx: Context,
  parent: { communityId?: string | undefined; buildingId?: string | undefined; unitId?: string | undefined },
): Promise<TreeNode[]> {
  const rows = await ctx.tx.rows<NodeRow>(levelBelow(ctx.companyId, parent));
  return rows.map((row) => ({ kind: row.kind, id: row.id, label: row.label, houseCount: Number(row.house_count) }));
}

function levelBelow(companyId: string, parent: Parameters<typeof listTree>[1]): Sql {
  if (parent.unitId) {
    return sql`select 'house' as kind, id, full_name as label, 1::bigint as house_count from house
      where company_id = ${companyId} and unit_id = ${parent.unitId} order by sort_order, full_name collate natural_order`;
  }
  if (parent.buildingId) return belowBuilding(companyId, parent.buildingId);
  if (parent.communityId) {
    return sql`select 'building' as kind, b.id, b.name as label, coalesce(n.count, 0) as house_count from building b
      left join (select h.building_id, count(*) from house h
        where h.company_id = ${companyId} and h.community_id = ${parent.communityId} group by h.building_id) n on n.building_id = b.id
      where b.company_id = ${companyId} and b.community_id = ${parent.communityId} order by b.sort_order, b.name collate natural_order`;
  }
  return sql`select 'community' as kind, c.id, c.name as label, coalesce(n.count, 0) as house_count from community c
    left join (select h.community_id, count(*) from house h where h.company_id = ${companyId} group by h.community_id) n on n.community_id = c.id
    where c.company_id = ${companyId} order by c.sort_order, c.name collate natural_order`;
}

/** Units first, then the houses that belong to none. */
function belowBuilding(companyId: string, buildingId: string): Sql {
  return sql`select kind, id, label, house_count from (
      select 'unit' as kind, u.id, u.name as label, coalesce(n.count, 0) as house_count, 0 as place, u.sort_order from unit u
        left join (select h.unit_id, count(*) from house h
          where h.company_id = ${companyId} and h.building_id = ${buildingId} group by h.unit_id) n on n.unit_id = u.id
        where u.company_id = ${companyId} and u.building_id = ${buildingId}
      union all select 'house', h.id, h.full_name, 1, 1, h.sort_order from house h
        where h.company_id = ${companyId} and h.building_id = ${buildingId} and h.unit_id is null) below
    order by place, sort_order, label collate natural_order`;
}
