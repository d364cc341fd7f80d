import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';

/**
 * A plan of collection for the years the demo tells of, of every community: nineteen twentieths of an average month's bills, in
 * whole hundreds of yuan. Months that are still to come are planned like the others.
 */
export async function writePlans(ctx: Context): Promise<void> {
  await ctx.tx.run(sql`
    with billed as (
      select b.community_id, sum(b.receivable_fen) / count(distinct date_trunc('month', b.period_from)) as month_fen,
        min(b.period_from) as first, max(b.period_from) as last
      from bill b where b.company_id = ${ctx.companyId} and b.voided_at is null group by b.community_id
    )
    insert into collection_plan (company_id, id, community_id, year, month_fen, updated_at)
    select ${ctx.companyId}, gen_random_uuid(), community_id, y, array_fill((round(month_fen * 0.95 / 10000) * 10000)::bigint, array[12]), ${nowText(ctx)}
    from billed, generate_series(extract(year from first)::int, extract(year from last)::int) y order by community_id, y`);
}
