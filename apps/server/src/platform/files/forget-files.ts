import { asSystem } from '../boundary.ts';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { enqueueJob } from '../jobs/enqueue-job.ts';
import type { Services } from '../services.ts';
import { removeFile } from './receive-file.ts';

/**
 * Forgets those of the files that nothing uses any more, bytes included: those go when the transaction has committed, by a
 * job that is tried again until the store has done it.
 */
export async function forgetFiles(ctx: Context, fileIds: readonly string[]): Promise<void> {
  if (fileIds.length === 0) return;
  const rows = await ctx.tx.rows<{ id: string }>(sql`select id from forget_files(${[...fileIds]}::uuid[]) as f (id)`);
  if (rows.length > 0) await enqueueJob(ctx, 'removeFiles', { fileIds: rows.map(({ id }) => id) });
}

/** The job: removes the bytes of files that are registered no more. */
export async function removeForgottenFiles(services: Services, companyId: string, fileIds: readonly string[]) {
  const kept = await asSystem(services, companyId, (ctx) =>
    ctx.tx.rows<{ id: string }>(
      sql`select id from file where company_id = ${ctx.companyId} and id = any (${[...fileIds]}::uuid[])`,
    ),
  );
  const isKept = new Set(kept.map(({ id }) => id));
  for (const id of fileIds) if (!isKept.has(id)) await removeFile(services.files, companyId, id);
}
