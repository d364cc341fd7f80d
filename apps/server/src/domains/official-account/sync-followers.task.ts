import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { WechatReply } from '../../platform/messages/channels/access-token.ts';
import type { ChannelSetup, Outside } from '../../platform/messages/channels/channel.ts';
import { startTask } from '../../platform/tasks/start-task.ts';
import type { TaskHandler } from '../../platform/tasks/task.ts';
import { answerMs, askWechat, readWechat } from './ask-wechat.ts';

declare module '../../platform/tasks/task.ts' {
  interface TaskInputs {
    syncFollowers: Record<string, never>;
  }
}

/** Error: officialAccount.noChannel (409). */
export async function startFollowerSync(ctx: Context): Promise<string> {
  await readWechat(ctx);
  const title = '同步公众号关注者';
  return startTask(ctx, 'syncFollowers', {
    title,
    communityId: null,
    input: {},
    permission: 'officialAccount.publish',
  });
}

interface ListReply extends WechatReply {
  total?: number;
  count?: number;
  data?: { openid?: readonly string[] };
  next_openid?: string;
}
interface InfoReply extends WechatReply {
  user_info_list?: readonly { openid?: string; subscribe?: number; subscribe_time?: number }[];
}

/** WeChat gives so many openids in one answer, and tells when so many people began to follow. */
const pageSize = 10_000;
const infoSize = 100;
const mostPages = 1000;

/**
 * Reads everybody who follows the account, no transaction being open meanwhile: who is new is added, who is gone is marked. Somebody who
 * came or went while it ran is left as the event said. Repeated, it does the same.
 */
export const syncFollowersTask: TaskHandler<Record<string, never>> = async (run) => {
  const { setup, now } = await run.transaction(async (ctx) => ({ setup: await readWechat(ctx), now: ctx.clock.now() }));
  const appId = setup.settings.appId ?? '';
  const outside: Outside = { gateway: run.gateway, now, timeoutMs: answerMs };
  const openIds = await readOpenIds(setup, outside, (done, total) => run.report(done, total));
  const counts = { following: openIds.length, added: 0, left: 0 };
  for (let from = 0; from < openIds.length; from += pageSize) {
    const chunk = openIds.slice(from, from + pageSize);
    counts.added += await run.transaction((ctx) => addFollowers(ctx, appId, chunk, now.toString()));
    await run.report(from + chunk.length, openIds.length);
  }
  counts.left = await run.transaction((ctx) => markLeft(ctx, appId, openIds, now.toString()));
  await fillDays(setup, outside, run.transaction);
  return counts;
};

async function readOpenIds(
  setup: ChannelSetup,
  outside: Outside,
  report: (done: number, total: number | null) => Promise<void>,
): Promise<string[]> {
  const found = new Set<string>();
  let next = '';
  for (let page = 0; page < mostPages; page += 1) {
    const query = next === '' ? '' : `?next_openid=${encodeURIComponent(next)}`;
    const reply = await askWechat<ListReply>(setup, outside, `/cgi-bin/user/get${query}`);
    const before = found.size;
    for (const one of reply.data?.openid ?? []) if (/^[\w-]{1,64}$/.test(one)) found.add(one);
    await report(found.size, reply.total ?? null);
    next = reply.next_openid ?? '';
    if (next === '' || found.size === before || found.size >= (reply.total ?? 0)) break;
  }
  return [...found];
}

/** Returns how many were not there, or had left. */
async function addFollowers(ctx: Context, appId: string, openIds: readonly string[], at: string): Promise<number> {
  const ids = openIds.map(() => ctx.newId());
  return ctx.tx.run(sql`insert into official_follower (company_id, id, app_id, open_id, changed_at)
    select ${ctx.companyId}::uuid, n.id, ${appId}::text, n.open_id, ${at}::timestamptz from unnest(${ids}::uuid[], ${[...openIds]}::text[]) n (id, open_id)
    on conflict (company_id, app_id, open_id) do update set is_following = true, left_at = null, changed_at = excluded.changed_at
    where not official_follower.is_following and official_follower.changed_at < excluded.changed_at`);
}

function markLeft(ctx: Context, appId: string, openIds: readonly string[], at: string): Promise<number> {
  return ctx.tx.run(sql`update official_follower f set is_following = false, left_at = ${at}, changed_at = ${at}
    where f.company_id = ${ctx.companyId} and f.app_id = ${appId} and f.is_following and f.changed_at < ${at}
      and not exists (select from unnest(${[...openIds]}::text[]) n (open_id) where n.open_id = f.open_id)`);
}

/** Since when: of those of whom it is not known. */
async function fillDays(
  setup: ChannelSetup,
  outside: Outside,
  transaction: <T>(work: (ctx: Context) => Promise<T>) => Promise<T>,
): Promise<void> {
  const appId = setup.settings.appId ?? '';
  const unknown = await transaction((ctx) =>
    ctx.tx.rows<{ open_id: string }>(sql`select open_id from official_follower
      where company_id = ${ctx.companyId} and app_id = ${appId} and is_following and followed_at is null order by id limit ${infoSize * mostPages}`),
  );
  for (let from = 0; from < unknown.length; from += infoSize) {
    const chunk = unknown.slice(from, from + infoSize);
    const reply = await askWechat<InfoReply>(setup, outside, '/cgi-bin/user/info/batchget', {
      user_list: chunk.map((one) => ({ openid: one.open_id, lang: 'zh_CN' })),
    });
    const known = (reply.user_info_list ?? []).flatMap(({ openid, subscribe_time: seconds }) =>
      openid && seconds ? [{ openid, at: Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toString() }] : [],
    );
    await transaction((ctx) =>
      ctx.tx.run(sql`update official_follower f set followed_at = n.at
        from unnest(${known.map((one) => one.openid)}::text[], ${known.map((one) => one.at)}::timestamptz[]) n (open_id, at)
        where f.company_id = ${ctx.companyId} and f.app_id = ${appId} and f.open_id = n.open_id and f.followed_at is null`),
    );
  }
}
