import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/**
 * Numbers what happened in a community and is committed, in the order in which it was written, and returns the last number given. Whoever
 * numbers holds the community's counter until the transaction ends: a reader who goes by the numbers meets them only in rising order, and
 * what is committed later gets a later number (ADR 0057).
 */
export async function numberEvents(ctx: Context, communityId: string): Promise<bigint> {
  await ctx.tx.run(sql`insert into open_event_counter (company_id, community_id, last_sequence)
    values (${ctx.companyId}, ${communityId}, 0) on conflict do nothing`);
  await ctx.tx.rows(sql`select 1 from open_event_counter
    where company_id = ${ctx.companyId} and community_id = ${communityId} for update`);
  // A statement of its own after the lock: it sees what others numbered while this one waited.
  const numbered = await ctx.tx.run(sql`
    with fresh as materialized (
      select e.id, row_number() over (order by e.noted, e.id) as place from open_event e
      where e.company_id = ${ctx.companyId} and e.community_id = ${communityId} and e.sequence is null)
    update open_event e set sequence = c.last_sequence + f.place from fresh f, open_event_counter c
    where e.company_id = ${ctx.companyId} and e.id = f.id and c.company_id = e.company_id and c.community_id = ${communityId}`);
  const row = await ctx.tx.first<{
    last: bigint;
  }>(sql`update open_event_counter set last_sequence = last_sequence + ${numbered}
    where company_id = ${ctx.companyId} and community_id = ${communityId} returning last_sequence as last`);
  return row!.last;
}
