import { asSystem } from '../boundary.ts';
import { sql } from '../database/sql.ts';
import { enqueueJob } from '../jobs/enqueue-job.ts';
import type { Services } from '../services.ts';
import { taskLockKey } from './run-task.ts';

/** Gives a fresh job to every task whose runner is gone: nobody holds its lock though it has not ended. */
export async function recoverTasks(services: Services, companyId: string): Promise<void> {
  const open = await asSystem(services, companyId, (ctx) =>
    ctx.tx.rows<{ id: string }>(
      sql`select id from task where company_id = ${companyId} and state in ('queued', 'running')`,
    ),
  );
  for (const { id } of open) {
    const { rows } = await services.ownerPool.query<{ free: boolean }>(
      `select pg_try_advisory_xact_lock(${taskLockKey}) as free`,
      [id],
    );
    if (rows[0]?.free)
      await asSystem(services, companyId, (ctx) => enqueueJob(ctx, 'runTask', { taskId: id }, `task ${id}`));
  }
}
