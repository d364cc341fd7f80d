import { officialAccountFail, platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Push } from './open-push.ts';

/** Events that WeChat makes by itself, while the follower does nothing. */
const passive = new Set(['templatesendjobfinish', 'masssendjobfinish', 'unsubscribe']);

/** Keeps who follows the account: by the time of the event, so that an older one that comes late undoes nothing. */
export async function followOf(ctx: Context, appId: string, push: Push): Promise<void> {
  const { openId, event } = push;
  const at = push.createdAt.toString();
  const base = [ctx.companyId, ctx.newId(), appId, openId] as const;
  if (event === 'unsubscribe') {
    await ctx.tx.run(sql`insert into official_follower (company_id, id, app_id, open_id, is_following, left_at, changed_at)
      values (${base[0]}, ${base[1]}, ${base[2]}, ${base[3]}, false, ${at}, ${at})
      on conflict (company_id, app_id, open_id) do update set is_following = false, left_at = excluded.left_at, changed_at = excluded.changed_at
      where official_follower.changed_at <= excluded.changed_at`);
    return;
  }
  if (event === 'subscribe') {
    await ctx.tx.run(sql`insert into official_follower (company_id, id, app_id, open_id, followed_at, last_seen_at, changed_at)
      values (${base[0]}, ${base[1]}, ${base[2]}, ${base[3]}, ${at}, ${at}, ${at})
      on conflict (company_id, app_id, open_id) do update set is_following = true, left_at = null, followed_at = excluded.followed_at,
        last_seen_at = excluded.last_seen_at, changed_at = excluded.changed_at
      where official_follower.changed_at <= excluded.changed_at`);
    return;
  }
  if (passive.has(event)) return;
  // Whoever writes follows: perhaps since before this product knew the account.
  await ctx.tx.run(sql`insert into official_follower (company_id, id, app_id, open_id, last_seen_at, changed_at)
    values (${base[0]}, ${base[1]}, ${base[2]}, ${base[3]}, ${at}, ${at})
    on conflict (company_id, app_id, open_id) do update set last_seen_at = greatest(official_follower.last_seen_at, excluded.last_seen_at)`);
}

/** The openid of somebody who follows. Errors: resource.notFound (404), officialFollower.left (409). */
export async function openIdOf(ctx: Context, appId: string, followerId: string): Promise<string> {
  const row = await ctx.tx.first<{ open_id: string; is_following: boolean }>(
    sql`select open_id, is_following from official_follower where company_id = ${ctx.companyId} and app_id = ${appId} and id = ${followerId}`,
  );
  if (!row) throw platformFail('reference.notFound', { label: '关注者' });
  if (!row.is_following) throw officialAccountFail('officialFollower.left');
  return row.open_id;
}
