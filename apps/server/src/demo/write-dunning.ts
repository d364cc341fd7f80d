import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';

/** A plan for each community that reminds three days before the due day; off, so that the demo sends nothing by itself. */
export async function writeDunning(ctx: Context): Promise<void> {
  await ctx.tx.run(sql`
    insert into dunning_plan (company_id, id, community_id, name, moment, days, channels, is_enabled, created_at, updated_at)
    select c.company_id, gen_random_uuid(), c.id, '到期提醒', 'beforeDue', 3, array['wechat', 'sms'], false, ${nowText(ctx)}, ${nowText(ctx)}
    from community c where c.company_id = ${ctx.companyId}`);
}
