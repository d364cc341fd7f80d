import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';

/** A plan for each community that reminds three days before the due day; off, so that the demo sends nothing by itself. */
export async function writeDunning(ctx: Context): Promise<void> {
  const communities = await ctx.tx.rows<{ id: string }>(
    sql`select id from community where company_id = ${ctx.companyId} order by id`,
  );
  const ids = communities.map(() => ctx.newId());
  await ctx.tx.run(sql`
    insert into dunning_plan (company_id, id, community_id, name, moment, days, channels, is_enabled, created_at, updated_at)
    select ${ctx.companyId}, n.id, n.community_id, '到期提醒', 'beforeDue', 3, array['wechat', 'sms'], false, ${nowText(ctx)}, ${nowText(ctx)}
    from unnest(${ids}::uuid[], ${communities.map((one) => one.id)}::uuid[]) as n (id, community_id)`);
}
