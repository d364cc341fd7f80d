import { asSystem } from '../../platform/boundary.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Sweep } from '../../platform/jobs/worker.ts';

/** Longer than a message may be old: whatever comes after that is refused by its time. */
const rememberedHours = 24;

/** Forgets messages that were taken, once nobody can send them again. */
export const forgetPushes: Sweep = async (services, companyId) => {
  await asSystem(services, companyId, (ctx) => {
    const before = ctx.clock.now().subtract({ hours: rememberedHours }).toString();
    return ctx.tx.run(sql`delete from official_push where company_id = ${ctx.companyId} and id = any (array(
      select id from official_push where company_id = ${ctx.companyId} and at < ${before} order by at limit 5000))`);
  });
};
