import type { TargetKind } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { SignedInResident } from '../../platform/resident-boundary.ts';

/** A house, parking space or vehicle of somebody's own, and since when it is theirs to know about. */
export interface OwnTarget {
  kind: TargetKind;
  id: string;
  name: string;
  communityId: string;
  timeZone: string;
  /** Day on which somebody moved in who does not own it: bills of times before are not theirs. Null for owners. */
  livesSince: string | null;
  /** Day on which it was last handed over: what was paid before is the former owners'. */
  ownedSince: string | null;
}

/**
 * Targets in the data scope, of one community or all, houses first. Row-level security says which; a parking space or vehicle
 * goes with its main house, as its bills do.
 */
export function readOwnTargets(
  ctx: Context,
  resident: SignedInResident,
  communityId: string | null,
): Promise<OwnTarget[]> {
  return ctx.tx.rows<OwnTarget>(sql`
    with own as (
      select t.id, t.kind, t.label as name, t.house_id, t.community_id from charge_target t
        where t.company_id = ${ctx.companyId} and t.house_id = any (${[...resident.houseIds]}::uuid[])
    )
    select t.kind, t.id, t.name, t.community_id as "communityId", c.time_zone as "timeZone",
      case when s.is_owner then null else s.lives_since end as "livesSince",
      (select max(o.handed_over_on) from ownership_change o where o.company_id = ${ctx.companyId} and o.house_id = t.house_id) as "ownedSince"
    from own t join community c on c.company_id = ${ctx.companyId} and c.id = t.community_id
    left join house h on h.company_id = ${ctx.companyId} and t.kind = 'house' and h.id = t.id
    cross join lateral (select bool_or(o.role = 'owner') as is_owner, min(o.moved_in_on) as lives_since from occupancy o
      where o.company_id = ${ctx.companyId} and o.house_id = t.house_id and o.resident_id = ${resident.residentId} and o.moved_out_on is null) s
    where ${communityId}::uuid is null or t.community_id = ${communityId}
    order by t.kind, h.sort_order, t.name, t.id`);
}

/** Whether a bill is theirs to see: not a former owner's, not of a time before they lived there. */
export function isOwnBill(target: OwnTarget, bill: { debtorResidentId: string | null; periodTo: string }): boolean {
  return bill.debtorResidentId === null && (target.livesSince === null || bill.periodTo > target.livesSince);
}

/** First day whose receipts are theirs to see; empty: all. */
export function receiptsSince({ livesSince, ownedSince }: OwnTarget): string {
  return [livesSince ?? '', ownedSince ?? ''].sort().at(-1)!;
}
