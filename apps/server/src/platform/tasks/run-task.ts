import { DomainError, type Permission } from '@anlin/contract';
import { asSystem } from '../boundary.ts';
import type { Client, Context } from '../context.ts';
import { nowText } from '../context.ts';
import { isConnectionLoss } from '../database/connection-loss.ts';
import { sql } from '../database/sql.ts';
import { putEvent } from '../outbox/put-event.ts';
import type { Services } from '../services.ts';
import { keepRights } from './keep-rights.ts';
import { TaskCancelled, type TaskHandler, type TaskHandlers, type TaskKind } from './task.ts';

interface TaskRow {
  kind: TaskKind;
  title: string;
  state: string;
  input: never;
  progress: unknown;
  created_by: string;
  client: Client;
  permission: Permission | null;
}

const reportEveryMs = 300;

/**
 * Runs one task unless somebody else is running it: the runner holds an advisory lock on its own connection, which
 * PostgreSQL releases when the process dies, however it dies.
 */
export async function runTask(
  services: Services,
  handlers: TaskHandlers,
  companyId: string,
  taskId: string,
): Promise<void> {
  const lock = await services.ownerPool.connect();
  let isSound = false;
  try {
    const { rows } = await lock.query<{ got: boolean }>(`select pg_try_advisory_lock(${taskLockKey}) as got`, [taskId]);
    try {
      if (rows[0]?.got) await runLocked(services, handlers, companyId, taskId);
    } finally {
      if (rows[0]?.got) await lock.query(`select pg_advisory_unlock(${taskLockKey})`, [taskId]);
    }
    isSound = true;
  } finally {
    // A connection that was lost must not go to the next who asks, and one that kept the lock gives it back by closing.
    lock.release(!isSound);
  }
}

/** SQL of the lock's key for `$1`, the task id. */
export const taskLockKey = `hashtextextended('task ' || $1::text, 0)`;

async function runLocked(services: Services, handlers: TaskHandlers, companyId: string, taskId: string): Promise<void> {
  const task = await asSystem(services, companyId, async (ctx) => {
    await ctx.tx.run(
      sql`update task set state = 'running' where company_id = ${companyId} and id = ${taskId} and state = 'queued'`,
    );
    return ctx.tx.first<TaskRow>(
      sql`select kind, title, state, input, progress, created_by, client, permission from task where company_id = ${companyId} and id = ${taskId}`,
    );
  });
  if (task?.state !== 'running') return;
  const handler = handlers[task.kind] as TaskHandler<unknown> | undefined;
  const outcome = await attempt(services, companyId, taskId, task, handler);
  await asSystem(services, companyId, (ctx) => finish(ctx, taskId, task, outcome));
}

type Outcome =
  | { state: 'done'; result: Record<string, unknown> }
  | { state: 'failed'; error: string }
  | { state: 'cancelled' };

async function attempt(
  services: Services,
  companyId: string,
  taskId: string,
  task: TaskRow,
  handler: TaskHandler<unknown> | undefined,
): Promise<Outcome> {
  if (!handler) return { state: 'failed', error: '当前版本不认识这种任务，请升级后重试' };
  let lastReport = 0;
  const rights = keepRights(services, { companyId, staffId: task.created_by, client: task.client }, task.permission);
  try {
    const result = await handler({
      taskId,
      companyId,
      input: task.input,
      savedProgress: task.progress,
      files: services.files,
      gateway: services.gateway,
      transaction: rights.transaction,
      async report(done, total) {
        if (Date.now() - lastReport < reportEveryMs && done !== total) return;
        lastReport = Date.now();
        await asSystem(services, companyId, (ctx) => reportProgress(ctx, taskId, done, total));
        // A task of one long transaction began with the rights of then.
        await rights.check();
      },
      async save(ctx, progress) {
        await ctx.tx.run(
          sql`update task set progress = ${JSON.stringify(progress)} where company_id = ${companyId} and id = ${taskId}`,
        );
      },
    });
    return { state: 'done', result };
  } catch (error) {
    // The task is as it was; the job fails and the task is taken up again once the database is back.
    if (isConnectionLoss(error)) throw error;
    if (error instanceof TaskCancelled) return { state: 'cancelled' };
    if (error instanceof DomainError) return { state: 'failed', error: error.message };
    services.logger.error({ err: error, taskId, kind: task.kind }, 'task failed');
    return { state: 'failed', error: `服务器出错，任务没有完成。已完成的部分有效，可重新执行。任务编号 ${taskId}` };
  }
}

async function reportProgress(ctx: Context, taskId: string, done: number, total: number | null): Promise<void> {
  const row = await ctx.tx.first<{ state: string }>(sql`update task set done = ${done}, total = ${total}
    where company_id = ${ctx.companyId} and id = ${taskId} returning state`);
  if (row?.state === 'cancelled') throw new TaskCancelled();
}

async function finish(ctx: Context, taskId: string, task: TaskRow, outcome: Outcome): Promise<void> {
  const result = outcome.state === 'done' ? JSON.stringify(outcome.result) : null;
  const error = outcome.state === 'failed' ? outcome.error : null;
  await ctx.tx.run(sql`update task set state = ${outcome.state}, result = ${result}, error = ${error}, finished_at = ${nowText(ctx)},
    done = case when ${outcome.state} = 'done' then coalesce(total, done) else done end
    where company_id = ${ctx.companyId} and id = ${taskId}`);
  await putEvent(ctx, 'task.finished', {
    taskId,
    staffId: task.created_by,
    title: task.title,
    state: outcome.state,
    error,
  });
}
