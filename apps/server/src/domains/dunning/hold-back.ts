import type { DunningSetting } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import type { WeighedNotice } from './weigh-notices.ts';

/** A household told by this channel not long ago. Days ISO; from `until` on it may be told again. */
export interface Hold {
  since: string;
  until: string;
}

const keyOf = (one: { targetId: string; channel: string }) => `${one.targetId} ${one.channel}`;

/** Days that must lie between two messages, by the channel of `l`. */
const pause = (setting: DunningSetting): Sql => sql`case l.channel when 'wechat' then ${setting.wechatPauseDays}::int
  when 'sms' then ${setting.smsPauseDays}::int else ${setting.wecomPauseDays}::int end`;

/** A message that reached nobody does not count. */
const reachedNobody = sql`exists (select from dunning_notice f where f.company_id = l.company_id and f.id = l.notice_id
  and f.failed_count > 0 and f.failed_count >= cardinality(f.recipient_ids))`;

/** Which of these households were told too lately, by target and channel as `holdOf` reads them. */
export async function readHolds(
  ctx: Context,
  setting: DunningSetting,
  weighed: readonly WeighedNotice[],
): Promise<(one: WeighedNotice) => Hold | undefined> {
  const rows = await ctx.tx.rows<{ target_id: string; channel: string; since: string; until: string }>(sql`
    select l.target_id, l.channel, l.sent_on as since, l.sent_on + ${pause(setting)} as until
    from jsonb_to_recordset(${asJson(weighed)}::jsonb) x (target_id uuid, channel text, day date)
    join dunning_last l on l.company_id = ${ctx.companyId} and l.target_id = x.target_id and l.channel = x.channel
    where l.sent_on + ${pause(setting)} > x.day and not ${reachedNobody}`);
  const holds = new Map(
    rows.map((row) => [
      keyOf({ targetId: row.target_id, channel: row.channel }),
      { since: row.since, until: row.until },
    ]),
  );
  return ({ draft }) => holds.get(keyOf(draft));
}

/**
 * Takes the right to tell these households, each by its channel, until the pause is over; answers which were given it.
 * Two runs meet at the row of the household, so one of them is held back whoever comes first.
 */
export async function takeTurns(
  ctx: Context,
  setting: DunningSetting,
  weighed: readonly WeighedNotice[],
): Promise<ReadonlySet<string>> {
  if (weighed.length === 0) return new Set();
  const rows = await ctx.tx.rows<{ notice_id: string }>(sql`
    insert into dunning_last as l (company_id, id, community_id, target_id, channel, notice_id, sent_on)
    select ${ctx.companyId}, x.last_id, x.community_id, x.target_id, x.channel, x.notice_id, x.day
    from jsonb_to_recordset(${asJson(weighed, ctx)}::jsonb) x (last_id uuid, community_id uuid, target_id uuid, channel text, notice_id uuid, day date)
    order by x.target_id, x.channel
    on conflict (company_id, target_id, channel) do update set notice_id = excluded.notice_id, sent_on = excluded.sent_on
    where l.sent_on + ${pause(setting)} <= excluded.sent_on or ${reachedNobody}
    returning l.notice_id`);
  return new Set(rows.map((row) => row.notice_id));
}

function asJson(weighed: readonly WeighedNotice[], ctx?: Context): string {
  return JSON.stringify(
    weighed.map(({ draft, communityId, day }) => ({
      last_id: ctx?.newId(),
      community_id: communityId,
      target_id: draft.targetId,
      channel: draft.channel,
      notice_id: draft.id,
      day,
    })),
  );
}
