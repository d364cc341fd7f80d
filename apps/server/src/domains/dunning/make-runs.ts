import type { DunningChannel, DunningSelection, TargetKind } from '@anlin/contract';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { HouseholdBills } from './household-bills.ts';

interface NewRuns {
  households: readonly HouseholdBills[];
  channels: readonly DunningChannel[];
  chosenBy: DunningSelection['by'] | 'plan';
  planId?: string;
  taskId?: string;
}

const chunkNotices = 2000;

/**
 * Writes who is to be told what: a run for each community and a waiting notice for each household and channel. What is
 * owed is worked out again when they are sent. A plan that ran on this day already writes nothing.
 */
export async function makeRuns(ctx: Context, runs: NewRuns): Promise<void> {
  const channels = [...new Set(runs.channels)];
  for (const [communityId, households] of Map.groupBy(runs.households, (one) => one.communityId)) {
    const day = await today(ctx, communityId);
    const runId = ctx.newId();
    const made = await ctx.tx.run(sql`
      insert into dunning_run (company_id, id, community_id, plan_id, task_id, day, chosen_by, household_count, created_at, created_by)
      values (${ctx.companyId}, ${runId}, ${communityId}, ${runs.planId ?? null}, ${runs.taskId ?? null}, ${day}, ${runs.chosenBy},
        ${households.length}, ${nowText(ctx)}, ${ctx.actor.id})
      on conflict (company_id, plan_id, day) do nothing`);
    if (made === 0) continue;
    const notices = households.flatMap((household) =>
      channels.map((channel) => ({
        id: ctx.newId(),
        target_kind: household.targetKind,
        target_id: household.targetId,
        channel,
        bill_ids: household.billIds,
      })),
    );
    for (let from = 0; from < notices.length; from += chunkNotices)
      await insertWaiting(ctx, { runId, communityId, day }, notices.slice(from, from + chunkNotices));
  }
}

interface WaitingNotice {
  id: string;
  target_kind: TargetKind;
  target_id: string;
  channel: DunningChannel;
  bill_ids: readonly string[];
  newcomer_id?: string;
}

export async function insertWaiting(
  ctx: Context,
  run: { runId: string; communityId: string; day: string },
  notices: readonly WaitingNotice[],
): Promise<void> {
  await ctx.tx.run(sql`
    insert into dunning_notice (company_id, id, community_id, run_id, target_kind, target_id, channel, newcomer_id, state, day, bill_ids, created_at)
    select ${ctx.companyId}, x.id, ${run.communityId}, ${run.runId}, x.target_kind, x.target_id, x.channel, x.newcomer_id, 'waiting', ${run.day},
      x.bill_ids, ${nowText(ctx)}
    from jsonb_to_recordset(${JSON.stringify(notices)}::jsonb) x (id uuid, target_kind text, target_id uuid, channel text, newcomer_id uuid, bill_ids uuid[])
    on conflict (company_id, run_id, target_id, channel, newcomer_id) do nothing`);
}

async function today(ctx: Context, communityId: string): Promise<string> {
  const row = await ctx.tx.first<{ time_zone: string }>(
    sql`select time_zone from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  return businessDay(ctx.clock, row!.time_zone).toString();
}
