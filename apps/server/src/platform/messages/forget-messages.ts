import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';

/** How long the log of what was sent is kept: it names people and what they were told. */
const keptDays = 180;

/** Deletes ended deliveries past their time, at most 1,000 in one go, and codes asked for days ago. Returns how many deliveries. */
export async function forgetMessages(ctx: Context): Promise<number> {
  const before = (days: number) =>
    ctx.clock
      .now()
      .subtract({ hours: 24 * days })
      .toString();
  await ctx.tx.run(sql`delete from sign_in_code where created_at < ${before(2)}`);
  await ctx.tx.run(
    sql`delete from subscription_consent where company_id = ${ctx.companyId} and given_at is null and asked_at < ${before(1)}`,
  );
  return ctx.tx.run(sql`delete from message_delivery where company_id = ${ctx.companyId} and id = any (array(
    select id from message_delivery where company_id = ${ctx.companyId} and ended_at < ${before(keptDays)}
    order by ended_at limit 1000))`);
}
