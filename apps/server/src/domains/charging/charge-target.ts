import type { TargetKind } from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** A house or parking space as a charge needs to know it. */
export interface ChargeTarget {
  id: string;
  label: string;
  communityId: string;
  timeZone: string;
  /** Built area of a house, area of a parking space; text, null where it is not known. */
  area: string | null;
}

/** Finds a target the actor may see. Throws reference.notFound (422). */
export async function findChargeTarget(
  ctx: Context,
  target: { targetKind: TargetKind; targetId: string },
): Promise<ChargeTarget> {
  const isHouse = target.targetKind === 'house';
  const row = await ctx.tx.first<ChargeTarget>(sql`
    select t.id, t.label, t.community_id "communityId", c.time_zone "timeZone", t.area::text area
    from (select company_id, id, full_name label, community_id, built_area area from house
        where ${isHouse}::boolean and company_id = ${ctx.companyId} and id = ${target.targetId}
      union all select company_id, id, '车位 ' || number, community_id, area from parking_space
        where not ${isHouse}::boolean and company_id = ${ctx.companyId} and id = ${target.targetId}) t
    join community c on c.company_id = t.company_id and c.id = t.community_id`);
  if (!row) throw platformFail('reference.notFound', { label: isHouse ? '房屋' : '车位' });
  return row;
}
