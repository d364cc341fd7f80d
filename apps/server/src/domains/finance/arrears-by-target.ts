import type { LedgerFilter, TargetKind } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { whereBills } from './charge-ledger.queries.ts';

interface TargetArrearsRow {
  target_id: string;
  target_kind: TargetKind;
  label: string;
  community_name: string;
  outstanding: bigint;
  earliest: string;
}

/** What each house or parking space owes over the bills that match, most first; names are looked up for those shown alone. */
export function arrearsByTarget(ctx: Context, filter: LedgerFilter, count: number): Promise<TargetArrearsRow[]> {
  return ctx.tx.ad<TargetArrearsRow>(sql`
    select g.target_id, g.target_kind, coalesce(ct.label, '') as label, c.name as community_name, g.outstanding, g.earliest
    from (select b.target_id, b.target_kind, b.community_id, sum(b.outstanding_fen)::bigint as outstanding, min(b.period_from) as earliest
      from bill b where ${whereBills(ctx, filter)} and b.outstanding_fen > 0 group by 1, 2, 3
      order by outstanding desc, b.target_id limit ${count}) g
    join community c on c.company_id = ${ctx.companyId} and c.id = g.community_id
    left join charge_target ct on ct.company_id = ${ctx.companyId} and ct.id = g.target_id
    order by g.outstanding desc, c.sort_order, c.name, coalesce(ct.name, '') collate natural_order`);
}
