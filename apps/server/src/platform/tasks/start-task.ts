import type { Permission } from '@anlin/contract';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { enqueueJob } from '../jobs/enqueue-job.ts';
import type { TaskInputs, TaskKind } from './task.ts';

/**
 * Writes the task and its job in the open transaction. Returns the id to watch. `title` is Chinese: 导入房屋. The person
 * must hold `permission` as long as the task runs; without one, being employed is enough.
 */
export async function startTask<K extends TaskKind>(
  ctx: Context,
  kind: K,
  task: { title: string; communityId: string | null; input: TaskInputs[K]; permission?: Permission | undefined },
): Promise<string> {
  if (ctx.actor.id === null) throw new Error('a task needs a person who asked for it');
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into task (company_id, id, community_id, kind, title, state, input, client, permission, created_by, created_at)
    values (${ctx.companyId}, ${id}, ${task.communityId}, ${kind}, ${task.title}, 'queued', ${JSON.stringify(task.input)},
      ${ctx.client}, ${task.permission ?? null}, ${ctx.actor.id}, ${nowText(ctx)})`);
  await enqueueJob(ctx, 'runTask', { taskId: id }, `task ${id}`);
  return id;
}
