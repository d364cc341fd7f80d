import { asSystem } from '../../platform/boundary.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Sweep } from '../../platform/jobs/worker.ts';

const keptDays = 180;

/** Removes what is of no use any more: nonces and answers past their time, pushes that ended half a year ago. */
export const forgetOver: Sweep = (services, companyId) =>
  asSystem(services, companyId, async (ctx) => {
    const now = nowText(ctx);
    await ctx.tx.run(sql`delete from partner_nonce where company_id = ${companyId} and expires_at <= ${now}`);
    await ctx.tx.run(sql`delete from partner_answer where company_id = ${companyId} and expires_at <= ${now}`);
    const before = ctx.clock
      .now()
      .subtract({ hours: keptDays * 24 })
      .toString();
    await ctx.tx.run(sql`delete from webhook_delivery where company_id = ${companyId} and id = any (array(
      select id from webhook_delivery where company_id = ${companyId} and ended_at < ${before} limit 1000))`);
  });
