import type { TargetKind } from '@anlin/contract';
import { chargeTargetKinds, platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** A house, parking space or vehicle as a charge needs to know it. */
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
  const row = await ctx.tx.first<ChargeTarget>(sql`
    select t.id, t.label, t.community_id "communityId", c.time_zone "timeZone", t.area::text area
    from charge_target t join community c on c.company_id = t.company_id and c.id = t.community_id
    where t.company_id = ${ctx.companyId} and t.kind = ${target.targetKind} and t.id = ${target.targetId}`);
  if (!row) throw platformFail('reference.notFound', { label: chargeTargetKinds[target.targetKind] });
  return row;
}
