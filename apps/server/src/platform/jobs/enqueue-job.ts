import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';

/** Jobs by name with the shape of what they are given; `companyId` is added by the database. */
export interface Jobs {
  runTask: { taskId: string };
  dispatchOutbox: Record<string, never>;
  sendMessages: Record<string, never>;
  sendWebhooks: Record<string, never>;
  /** Bytes of files that are registered no more. */
  removeFiles: { fileIds: string[] };
  /** Enqueued by triggers of the database: what domains look for by themselves, now and for one company. */
  sweepCompany: Record<string, never>;
}

/**
 * Enqueues in the open transaction: it exists when the transaction commits and never otherwise.
 * A job waiting under the same key is replaced, so that a burst makes one run.
 */
export async function enqueueJob<K extends keyof Jobs>(
  ctx: Context,
  name: K,
  payload: Jobs[K],
  key?: string,
): Promise<void> {
  await ctx.tx.rows(sql`select enqueue_job(${name}, ${JSON.stringify(payload)}, ${key ?? null})`);
}

/** The same for later. A job waiting under the same key keeps the earlier of the two moments. */
export async function enqueueJobAt<K extends keyof Jobs>(
  ctx: Context,
  name: K,
  payload: Jobs[K],
  key: string,
  at: Temporal.Instant,
): Promise<void> {
  await ctx.tx.rows(sql`select enqueue_job_at(${name}, ${JSON.stringify(payload)}, ${key}, ${at.toString()})`);
}
