import { Logger, type Runner, run } from 'graphile-worker';
import { sealAudit } from '../audit/seal-audit.ts';
import { asSystem, companyIds } from '../boundary.ts';
import { patientPool } from '../database/connection-loss.ts';
import { dispatchOutbox } from '../outbox/dispatch-outbox.ts';
import type { Services } from '../services.ts';
import { recoverTasks } from '../tasks/recover-tasks.ts';
import { runTask } from '../tasks/run-task.ts';
import type { TaskHandlers } from '../tasks/task.ts';

/**
 * Starts taking jobs. Every job may run twice: each is written so that the second time does nothing.
 * Tasks that a killed process left behind are taken up at start and then every minute.
 */
export async function startWorker(services: Services, handlers: TaskHandlers, concurrency = 2): Promise<Runner> {
  const runner = await run({
    pgPool: patientPool(services.ownerPool),
    concurrency,
    noHandleSignals: true,
    logger: new Logger(() => (level, message) => {
      if (level === 'error' || level === 'warning') services.logger.warn({ job: message }, 'job queue');
    }),
    pollInterval: 2000,
    crontab: '* * * * * sweep ?max=1&jobKey=sweep',
    taskList: {
      runTask: async (payload) => {
        const { companyId, taskId } = payload as { companyId: string; taskId: string };
        await runTask(services, handlers, companyId, taskId);
      },
      dispatchOutbox: async (payload) => {
        const { companyId } = payload as { companyId: string };
        while ((await asSystem(services, companyId, dispatchOutbox)) > 0);
      },
      sweep: async () => sweep(services),
    },
  });
  await sweep(services);
  return runner;
}

/** What must happen even if its own job was lost: seal the audit, send what waits, take up orphaned tasks. */
export async function sweep(services: Services): Promise<void> {
  for (const companyId of await companyIds(services)) {
    while ((await asSystem(services, companyId, sealAudit)) > 0);
    while ((await asSystem(services, companyId, dispatchOutbox)) > 0);
    await recoverTasks(services, companyId);
  }
}
