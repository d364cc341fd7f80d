import { asSystem } from '../../platform/boundary.ts';
import { businessDay } from '../../platform/clock.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Services } from '../../platform/services.ts';
import { followTag } from './follow-tag.ts';

interface Following {
  id: string;
  time_zone: string;
  followed_on: string | null;
  ends_on: string | null;
  change_ids: string[];
}

/**
 * Makes bindings follow their tags (EST-9): at once where a tag was put on or taken off (`tag_change`, written by a
 * trigger, whichever way it was tagged), and otherwise once for each day of the community's own zone. Each tag binding
 * in a transaction of its own; changes are forgotten only with what they brought about.
 */
export async function followTags(services: Services, companyId: string): Promise<void> {
  const following = await asSystem(services, companyId, (ctx) =>
    ctx.tx.rows<Following>(sql`select t.id, c.time_zone, t.followed_on, t.ends_on,
        array(select x.id from tag_change x where x.company_id = t.company_id and x.tag_id = t.tag_id and x.community_id = t.community_id) change_ids
      from tag_binding t join community c on c.company_id = t.company_id and c.id = t.community_id
      where t.company_id = ${companyId} order by t.id`),
  );
  for (const one of following) {
    const today = businessDay(services.clock, one.time_zone).toString();
    const isOver = one.ends_on !== null && one.ends_on <= today;
    const isDue = one.change_ids.length > 0 || one.followed_on === null || one.followed_on < today;
    if (isDue && !isOver) await asSystem(services, companyId, (ctx) => followTag(ctx, one.id));
  }
  const done = [...new Set(following.flatMap((one) => one.change_ids))];
  if (done.length === 0) return;
  await asSystem(services, companyId, (ctx) =>
    ctx.tx.run(sql`delete from tag_change where company_id = ${companyId} and id = any (${done}::uuid[])`),
  );
}
