import type { BackupRun } from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { enqueueJob } from '../jobs/enqueue-job.ts';

declare module '../jobs/enqueue-job.ts' {
  interface Jobs {
    runBackup: { runId: string };
  }
}

/** One backup or verification is under way at a time; whoever does it holds this lock, and a process that dies drops it. */
export const backupLockKey = `hashtextextended('backup', 0)`;

/** Writes down that a backup or a verification is to be made, and its job. Errors: backup.running (409). */
export async function requestRun(ctx: Context, kind: BackupRun['kind'], archive: string): Promise<string> {
  await ctx.tx.rows(sql`select pg_advisory_xact_lock(hashtext('anlin-backup-run'))`);
  const open = await ctx.tx.first(
    sql`select id from backup_run where company_id = ${ctx.companyId} and state in ('queued', 'running') limit 1`,
  );
  if (open) throw platformFail('backup.running');
  const id = ctx.newId();
  const requestedBy = ctx.actor.kind === 'staff' ? ctx.actor.name : '';
  await ctx.tx.run(sql`insert into backup_run (company_id, id, kind, state, archive, requested_by, created_at)
    values (${ctx.companyId}, ${id}, ${kind}, 'queued', ${archive}, ${requestedBy}, ${nowText(ctx)})`);
  await enqueueRun(ctx, id);
  if (ctx.actor.kind === 'staff') {
    await recordAudit(ctx, {
      action: kind === 'verification' ? 'backup.verify' : 'backup.start',
      targetKind: 'backup',
      targetId: id,
      targetLabel: archive,
    });
  }
  return id;
}

export const enqueueRun = (ctx: Context, id: string): Promise<void> =>
  enqueueJob(ctx, 'runBackup', { runId: id }, `backup ${id}`);

interface RunRow {
  id: string;
  kind: BackupRun['kind'];
  state: BackupRun['state'];
  archive: string;
  done_bytes: bigint;
  total_bytes: bigint | null;
  error: string;
  requested_by: string;
  created_at: string;
  finished_at: string | null;
}

/** The last ten, newest first. */
export async function latestRuns(ctx: Context): Promise<BackupRun[]> {
  const rows =
    await ctx.tx.rows<RunRow>(sql`select id, kind, state, archive, done_bytes, total_bytes, error, requested_by, created_at,
    finished_at from backup_run where company_id = ${ctx.companyId} order by created_at desc, id desc limit 10`);
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    state: row.state,
    archive: row.archive,
    doneBytes: Number(row.done_bytes),
    totalBytes: row.total_bytes === null ? null : Number(row.total_bytes),
    error: row.error,
    requestedBy: row.requested_by,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  }));
}

/** Scheduled backups tried since a moment, newest first. */
export async function scheduledSince(
  ctx: Context,
  since: Temporal.Instant,
): Promise<{ state: string; created_at: string }[]> {
  return ctx.tx.rows<{ state: string; created_at: string }>(sql`select state, created_at from backup_run
    where company_id = ${ctx.companyId} and kind = 'scheduled' and created_at >= ${since.toString()} order by created_at desc`);
}

/** Forgets what was done long ago. */
export async function forgetRuns(ctx: Context): Promise<void> {
  const before = ctx.clock.now().subtract({ hours: 24 * 400 });
  await ctx.tx.run(sql`delete from backup_run where company_id = ${ctx.companyId} and state in ('done', 'failed')
    and created_at < ${before.toString()}`);
}
