import { Logger, type Runner, run } from 'graphile-worker';
import { sealAudit } from '../audit/seal-audit.ts';
import { runBackup } from '../backup/run-backup.ts';
import { asSystem, companyIds } from '../boundary.ts';
import { nowText } from '../context.ts';
import { patientPool } from '../database/connection-loss.ts';
import { sql } from '../database/sql.ts';
import { removeForgottenFiles } from '../files/forget-files.ts';
import { forgetMessages } from '../messages/forget-messages.ts';
import { sendMessages } from '../messages/send-messages.ts';
import { dispatchOutbox } from '../outbox/dispatch-outbox.ts';
import type { Services } from '../services.ts';
import { recoverTasks } from '../tasks/recover-tasks.ts';
import { runTask } from '../tasks/run-task.ts';
import type { TaskHandlers } from '../tasks/task.ts';
import { isWebhookDue, sendWebhooks } from '../webhooks/send-webhooks.ts';
import { enqueueJob } from './enqueue-job.ts';

/** Work of a domain that looks for itself, company by company, whether something is due; called every minute. */
export type Sweep = (services: Services, companyId: string) => Promise<void>;

/**
 * Starts taking jobs. Every job may run twice: each is written so that the second time does nothing.
 * Tasks that a killed process left behind are taken up at start and then every minute.
 */
export async function startWorker(
  services: Services,
  handlers: TaskHandlers,
  sweeps: readonly Sweep[] = [],
  concurrency = 2,
): Promise<Runner> {
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
      sendMessages: async (payload) => {
        const { companyId } = payload as { companyId: string };
        await sendMessages(services, companyId);
      },
      sendWebhooks: async (payload) => {
        const { companyId } = payload as { companyId: string };
        await sendWebhooks(services, companyId);
      },
      removeFiles: async (payload) => {
        const { companyId, fileIds } = payload as { companyId: string; fileIds: string[] };
        await removeForgottenFiles(services, companyId, fileIds);
      },
      runBackup: async (payload) => {
        const { companyId, runId } = payload as { companyId: string; runId: string };
        await runBackup(services, companyId, runId);
      },
      sweep: async () => sweep(services, sweeps),
      sweepCompany: async (payload) => sweepDomains(services, (payload as { companyId: string }).companyId, sweeps),
    },
  });
  await sweep(services, sweeps);
  return runner;
}

/** What must happen even if its own job was lost: seal the audit, send what waits, take up orphaned tasks, and what domains find due. */
export async function sweep(services: Services, sweeps: readonly Sweep[] = []): Promise<void> {
  for (const companyId of await companyIds(services)) {
    while ((await asSystem(services, companyId, sealAudit)) > 0);
    while ((await asSystem(services, companyId, dispatchOutbox)) > 0);
    await wakeSending(services, companyId);
    while ((await asSystem(services, companyId, forgetMessages)) > 0);
    await recoverTasks(services, companyId);
    await sweepDomains(services, companyId, sweeps);
    await wakePushing(services, companyId);
  }
}

async function sweepDomains(services: Services, companyId: string, sweeps: readonly Sweep[]): Promise<void> {
  for (const one of sweeps) {
    // A domain's failure must not keep the others from their work; it is tried again in a minute.
    await one(services, companyId).catch((error: Error) =>
      services.logger.error({ err: error, companyId }, 'sweep failed'),
    );
  }
}

/** Providers may take their time: the sweep only starts the job, it does not wait for it. */
async function wakeSending(services: Services, companyId: string): Promise<void> {
  await asSystem(services, companyId, async (ctx) => {
    const now = nowText(ctx);
    const due = await ctx.tx.first(sql`select id from message_delivery where company_id = ${companyId}
      and (next_attempt_at <= ${now} or claimed_until <= ${now}) limit 1`);
    if (due) await enqueueJob(ctx, 'sendMessages', {}, `messages ${companyId}`);
  });
}

/** The same for receivers of pushes, who may be anybody. */
async function wakePushing(services: Services, companyId: string): Promise<void> {
  await asSystem(services, companyId, async (ctx) => {
    if (await isWebhookDue(ctx)) await enqueueJob(ctx, 'sendWebhooks', {}, `webhooks ${companyId}`);
  });
}
