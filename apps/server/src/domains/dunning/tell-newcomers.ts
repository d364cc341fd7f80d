import type { DunningChannel, TargetKind } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { insertWaiting } from './make-runs.ts';

/** How far back: what was raised in these days, and messages of these days. */
const daysBack = 7;
const hoursBetween = 1;

interface NewcomerRow {
  run_id: string;
  community_id: string;
  target_kind: TargetKind;
  target_id: string;
  channel: DunningChannel;
  day: string;
  newcomer_id: string;
  bill_ids: string[];
}

/**
 * Whoever came into a house after it was told, and not a week later, is told what was raised for it in the last seven days
 * (PAY-6): alone, once, by the same channel. Looked for once an hour. They are sent like all notices, without using up
 * the household's turn.
 */
export async function findNewcomers(ctx: Context): Promise<void> {
  if (!(await isTime(ctx))) return;
  const since = ctx.clock
    .now()
    .subtract({ hours: 24 * daysBack })
    .toString();
  const rows = await ctx.tx.rows<NewcomerRow>(sql`
    select n.run_id, n.community_id, n.target_kind, n.target_id, n.channel, n.day, o.newcomer_id, b.bill_ids
    from dunning_notice n join dunning_last l on l.company_id = n.company_id and l.notice_id = n.id
      join lateral (select o.resident_id as newcomer_id from occupancy o where o.company_id = n.company_id and o.house_id = n.target_id
        and o.moved_out_on is null group by 1 having min(o.created_at) > n.sent_at) o on not o.newcomer_id = any (n.recipient_ids)
      join lateral (select array_agg(b.id order by b.period_from, b.id) as bill_ids from bill b
        where b.company_id = n.company_id and b.target_id = any (array(select n.target_id
          union all select s.id from charge_target s where s.company_id = n.company_id and s.house_id = n.target_id))
          and b.outstanding_fen > 0 and b.withheld_in is null and b.raised_at >= ${since}) b on b.bill_ids is not null
    where n.company_id = ${ctx.companyId} and n.state = 'sent' and n.sent_at >= ${since} and n.newcomer_id is null
      and not exists (select from dunning_notice x where x.company_id = n.company_id and x.target_id = n.target_id and x.channel = n.channel
        and x.newcomer_id = o.newcomer_id and x.created_at >= ${since})`);
  for (const row of rows) {
    await insertWaiting(ctx, { runId: row.run_id, communityId: row.community_id, day: row.day }, [
      {
        id: ctx.newId(),
        target_kind: row.target_kind,
        target_id: row.target_id,
        channel: row.channel,
        bill_ids: row.bill_ids,
        newcomer_id: row.newcomer_id,
      },
    ]);
  }
}

/** Whether an hour has passed, and that it is looked for now; only one worker gets a yes. */
async function isTime(ctx: Context): Promise<boolean> {
  const before = ctx.clock.now().subtract({ hours: hoursBetween }).toString();
  const marked = await ctx.tx.run(sql`
    insert into dunning_setting (company_id, id, newcomers_seen_at, version, updated_at)
    select ${ctx.companyId}, ${ctx.newId()}, ${nowText(ctx)}, 0, ${nowText(ctx)}
    where exists (select from dunning_last where company_id = ${ctx.companyId})
    on conflict (company_id) do update set newcomers_seen_at = excluded.newcomers_seen_at
    where dunning_setting.newcomers_seen_at is null or dunning_setting.newcomers_seen_at <= ${before}`);
  return marked > 0;
}
