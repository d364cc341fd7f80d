import type { DunningOrder, dunningResult, EndpointReply, startDunning as startEndpoint } from '@anlin/contract';
import type { z } from 'zod';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { startTask } from '../../platform/tasks/start-task.ts';
import type { TaskHandler } from '../../platform/tasks/task.ts';
import { foresee } from './foresee.ts';
import { makeRuns } from './make-runs.ts';
import { orderedHouseholds } from './preview-dunning.ts';
import { refusalOf } from './refusal-text.ts';
import { sendNotices } from './send-notices.ts';

interface DunningTask {
  households: number;
}

declare module '../../platform/tasks/task.ts' {
  interface TaskInputs {
    sendDunning: DunningTask;
  }
}

/** So many are looked at before the task begins, to say at once that none of them can be told. */
const mostForeseen = 50;

/**
 * Starts telling the chosen households what they owe. Who is asked is settled now; what is owed, and whether the pause is
 * over, when each is told. Throws dunning.nobodyOwes, dunning.tooMany, reference.notFound (422); dunning.allHeld,
 * dunning.unreachable (409) when a few were chosen and none of them can be told.
 */
export async function startDunning(ctx: Context, order: DunningOrder): Promise<EndpointReply<typeof startEndpoint>> {
  const households = await orderedHouseholds(ctx, order);
  if (households.length <= mostForeseen) {
    const foreseen = await foresee(ctx, order, households);
    if (foreseen.every((one) => one.reason !== null)) throw refusalOf(foreseen.find((one) => one.hold) ?? foreseen[0]!);
  }
  const communities = new Set(households.map((one) => one.communityId));
  const communityId = communities.size === 1 ? [...communities][0]! : null;
  const taskId = await startTask(ctx, 'sendDunning', {
    title: `催缴 ${households.length} 户`,
    communityId: null,
    permission: 'dunning.send',
    input: { households: households.length },
  });
  await makeRuns(ctx, { households, channels: order.channels, chosenBy: order.selection.by, taskId });
  await recordAudit(ctx, {
    action: 'dunning.send',
    targetKind: 'dunning',
    targetId: null,
    targetLabel: `${households.length} 户`,
    communityId,
    after: { households: households.length, channels: order.channels, by: order.selection.by, taskId },
  });
  return { taskId, households: households.length };
}

/** The task: a hundred notices in a transaction, until none waits. */
export const sendDunningTask: TaskHandler<DunningTask> = async (run) => {
  const ofTask = sql`n.run_id = any (array(select r.id from dunning_run r where r.company_id = ${run.companyId} and r.task_id = ${run.taskId}))`;
  for (;;) {
    const { sent, counts } = await run.transaction(async (ctx) => ({
      sent: await sendNotices(ctx, ofTask),
      counts: await countStates(ctx, run.taskId),
    }));
    const waiting = counts.waiting ?? 0;
    const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
    await run.report(total - waiting, total);
    if (sent === 0) return resultOf(run.input.households, counts);
  }
};

async function countStates(ctx: Context, taskId: string): Promise<Record<string, number>> {
  const rows = await ctx.tx.rows<{ state: string; count: number }>(sql`
    select n.state, count(*)::int as count from dunning_run r join dunning_notice n on n.company_id = r.company_id and n.run_id = r.id
    where r.company_id = ${ctx.companyId} and r.task_id = ${taskId} group by 1`);
  return Object.fromEntries(rows.map((row) => [row.state, row.count]));
}

function resultOf(households: number, counts: Record<string, number>): z.infer<typeof dunningResult> {
  const { sent = 0, held = 0, unreachable = 0, settled = 0 } = counts;
  return { households, sent, held, unreachable, settled };
}
