import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asSystem } from '../boundary.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { putEvent } from '../outbox/put-event.ts';
import type { Services } from '../services.ts';
import { backupFolderOf, nameArchive } from './backup-folder.ts';
import { backupLockKey, enqueueRun, forgetRuns, requestRun, scheduledSince } from './backup-runs.ts';
import { backupTimeZone, type KeptSettings, lastDue, readBackupSettings } from './backup-settings.ts';
import { isDiskLow, sizeText } from './disk-space.ts';
import { keepLog, stopKeepingLog } from './keep-log.ts';
import { findOperator, operatorsOf } from './operator.ts';
import { finishRun } from './run-backup.ts';

/** After a failure the night's backup is tried again, so often and so much later. */
const mostTries = 3;
const retryMinutes = 15;
const tellAgainHours = 24;

/** What is done every minute: looks at the disk, begins the backup that is due, keeps the log. Of the operating company alone. */
export async function lookAfterBackups(services: Services, companyId: string): Promise<void> {
  if ((await findOperator(services)) !== companyId) return;
  const settings = await asSystem(services, companyId, readBackupSettings);
  const isLow = await watchDisk(services, companyId, settings);
  if (!services.installation.embedded) return;
  await takeUpRuns(services, companyId);
  if (settings.isOn) await beginWhenDue(services, companyId, settings);
  await keepLogSafely(services, companyId, settings, isLow);
}

/** Tells when the disk becomes nearly full, and once a day while it stays so. */
async function watchDisk(services: Services, companyId: string, settings: KeptSettings): Promise<boolean> {
  const { home, measureDisk } = services.installation;
  const space = await measureDisk(home);
  const now = services.clock.now();
  if (!isDiskLow(space)) {
    if (settings.diskLowSince)
      await asSystem(services, companyId, (ctx) =>
        ctx.tx.run(
          sql`update backup_setting set disk_low_since = null, disk_told_at = null where company_id = ${companyId}`,
        ),
      );
    return false;
  }
  const told = settings.diskToldAt && Temporal.Instant.from(settings.diskToldAt).add({ hours: tellAgainHours });
  if (told && Temporal.Instant.compare(now, told) < 0) return true;
  services.logger.warn({ freeBytes: space.freeBytes, totalBytes: space.totalBytes }, 'disk nearly full');
  await asSystem(services, companyId, async (ctx) => {
    const at = nowText(ctx);
    await ctx.tx.run(sql`insert into backup_setting (company_id, id, due_from, disk_low_since, disk_told_at, updated_at)
      values (${companyId}, ${ctx.newId()}, ${at}, ${at}, ${at}, ${at})
      on conflict (company_id) do update set disk_low_since = coalesce(backup_setting.disk_low_since, excluded.disk_low_since),
        disk_told_at = excluded.disk_told_at`);
    await putEvent(ctx, 'disk.low', {
      staffIds: await operatorsOf(ctx),
      folder: home,
      free: sizeText(space.freeBytes),
    });
  });
  return true;
}

/** Gives a job to what waits without one, and ends what a killed process left. */
async function takeUpRuns(services: Services, companyId: string): Promise<void> {
  const open = await asSystem(services, companyId, (ctx) =>
    ctx.tx.rows<{ id: string; kind: 'scheduled' | 'manual' | 'verification'; archive: string; state: string }>(
      sql`select id, kind, archive, state from backup_run where company_id = ${companyId} and state in ('queued', 'running')`,
    ),
  );
  if (open.length === 0) return;
  const { rows } = await services.ownerPool.query<{ free: boolean }>(
    `select pg_try_advisory_xact_lock(${backupLockKey}) as free`,
  );
  if (!rows[0]?.free) return;
  for (const run of open) {
    if (run.state === 'queued') await asSystem(services, companyId, (ctx) => enqueueRun(ctx, run.id));
    else await finishRun(services, companyId, run.id, run, '服务在途中停止了，没有完成。');
  }
}

async function beginWhenDue(services: Services, companyId: string, settings: KeptSettings): Promise<void> {
  const now = services.clock.now();
  const due = lastDue(now, settings.atTime);
  if (settings.dueFrom && Temporal.Instant.compare(due, settings.dueFrom) < 0) return;
  await asSystem(services, companyId, async (ctx) => {
    const [latest, ...earlier] = await scheduledSince(ctx, due);
    if (latest && latest.state !== 'failed') return;
    if (latest && earlier.length + 1 >= mostTries) return;
    const next = latest && Temporal.Instant.from(latest.created_at).add({ minutes: retryMinutes });
    if (next && Temporal.Instant.compare(now, next) < 0) return;
    const open = await ctx.tx.first(
      sql`select id from backup_run where company_id = ${companyId} and state in ('queued', 'running') limit 1`,
    );
    // Somebody's own backup goes first; a minute later it is looked at again.
    if (open) return;
    await forgetRuns(ctx);
    await requestRun(ctx, 'scheduled', nameArchive(now, backupTimeZone));
  });
}

/**
 * Keeping the log never holds up anything else: what goes wrong is written down for the page, told once, and tried
 * again. On a disk that is nearly full it stops, because log that is held back would fill it.
 */
async function keepLogSafely(
  services: Services,
  companyId: string,
  settings: KeptSettings,
  isLow: boolean,
): Promise<void> {
  const { installation, ownerPool, clock } = services;
  const { home, embedded } = installation;
  if (!embedded) return;
  const isKept = settings.isOn && settings.isContinuous;
  let problem = '';
  if (!isKept || isLow) {
    await stopKeepingLog(ownerPool);
    if (isKept) problem = '磁盘快满了，日志没有保留。清理空间后会自动重新开始。';
  } else {
    const folder = backupFolderOf(home, settings.folder);
    problem = await mkdir(folder, { recursive: true, mode: 0o700 })
      .then(() =>
        keepLog({ pool: ownerPool, ...embedded, filesDirectory: join(home, 'files'), folder, now: clock.now() }),
      )
      .then(
        () => '',
        (error: Error) => {
          services.logger.error({ err: error }, 'log not kept');
          return `日志没有保留：${error.message}`;
        },
      );
  }
  if (problem === settings.continuousProblem) return;
  await asSystem(services, companyId, async (ctx) => {
    await ctx.tx.run(sql`update backup_setting set continuous_problem = ${problem} where company_id = ${companyId}`);
    if (problem !== '')
      await putEvent(ctx, 'backup.failed', { staffIds: await operatorsOf(ctx), kind: 'log', reason: problem });
  });
}
