import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupRun } from '@anlin/contract';
import { asSystem } from '../boundary.ts';
import { nowText } from '../context.ts';
import { isConnectionLoss } from '../database/connection-loss.ts';
import { sql } from '../database/sql.ts';
import { putEvent } from '../outbox/put-event.ts';
import type { Services } from '../services.ts';
import { BackupError } from './backup-error.ts';
import { backupFolderOf, findArchive, listArchives, tidyFolder } from './backup-folder.ts';
import { noteOf, readNote, writeNote } from './backup-note.ts';
import { backupLockKey } from './backup-runs.ts';
import { backupTimeZone, type KeptSettings, readBackupSettings } from './backup-settings.ts';
import { createBackup } from './create-backup.ts';
import { forgetLog, openChain } from './keep-log.ts';
import { operatorsOf } from './operator.ts';
import { readArchive } from './read-archive.ts';
import { bytesToCopy, refuseWithoutRoom } from './room-for-backup.ts';

const reportEveryMs = 500;

/** Does what a row of `backup_run` asks for, unless somebody else is at it. A failure is written down and told. */
export async function runBackup(services: Services, companyId: string, runId: string): Promise<void> {
  const lock = await services.ownerPool.connect();
  let isSound = false;
  try {
    const { rows } = await lock.query<{ got: boolean }>(`select pg_try_advisory_lock(${backupLockKey}) as got`);
    try {
      if (rows[0]?.got) await runLocked(services, companyId, runId);
    } finally {
      if (rows[0]?.got) await lock.query(`select pg_advisory_unlock(${backupLockKey})`);
    }
    isSound = true;
  } finally {
    // A connection that was lost must not go to the next who asks.
    lock.release(!isSound);
  }
}

interface BegunRun {
  kind: BackupRun['kind'];
  archive: string;
}

async function runLocked(services: Services, companyId: string, runId: string): Promise<void> {
  const begun = await asSystem(services, companyId, async (ctx) => {
    const run = await ctx.tx.first<BegunRun>(sql`update backup_run set state = 'running'
      where company_id = ${companyId} and id = ${runId} and state = 'queued' returning kind, archive`);
    return run && { run, settings: await readBackupSettings(ctx) };
  });
  if (!begun) return;
  const { run, settings } = begun;
  const progress = reportProgress(services, companyId, runId);
  try {
    if (run.kind === 'verification') await verify(services, settings, run, progress);
    else await backUp(services, settings, { ...run, kind: run.kind }, progress);
    await progress.end();
    await finishRun(services, companyId, runId, run, '');
  } catch (error) {
    await progress.end();
    if (isConnectionLoss(error)) throw error;
    if (!(error instanceof BackupError)) services.logger.error({ err: error, runId }, 'backup failed');
    await finishRun(services, companyId, runId, run, reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof BackupError) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return '没有写入备份文件夹的权限，请检查文件夹的属主和权限。';
  if (code === 'ENOENT' || code === 'EIO' || code === 'ENOTDIR')
    return `备份文件夹无法读写（${code}），请检查它所在的磁盘。`;
  return '服务器出错，没有完成。详情见服务器日志。';
}

/** Ends a run, well when there is no reason; otherwise whoever looks after backups is told. */
export async function finishRun(
  services: Services,
  companyId: string,
  runId: string,
  run: BegunRun,
  reason: string,
): Promise<void> {
  await asSystem(services, companyId, async (ctx) => {
    await ctx.tx.run(sql`update backup_run set state = ${reason === '' ? 'done' : 'failed'}, error = ${reason}, finished_at = ${nowText(ctx)}
      where company_id = ${companyId} and id = ${runId}`);
    if (reason === '') return;
    await putEvent(ctx, 'backup.failed', { staffIds: await operatorsOf(ctx), kind: run.kind, reason });
  });
  if (reason !== '') services.logger.error({ runId, kind: run.kind, reason }, 'backup failed');
}

interface Progress {
  setTotal(bytes: number): void;
  add(bytes: number): void;
  end(): Promise<void>;
}

/** Writes twice a second how far it is. */
function reportProgress(services: Services, companyId: string, runId: string): Progress {
  let done = 0;
  let total: number | null = null;
  let writing: Promise<unknown> = Promise.resolve();
  const write = () => {
    writing = writing.then(() =>
      asSystem(services, companyId, (ctx) =>
        ctx.tx.run(sql`update backup_run set done_bytes = ${done}, total_bytes = ${total === null ? null : Math.max(total, done)}
          where company_id = ${companyId} and id = ${runId}`),
      ).catch((error: Error) => services.logger.warn({ err: error }, 'progress of a backup not written')),
    );
  };
  const timer = setInterval(write, reportEveryMs);
  return {
    setTotal(bytes) {
      total = bytes;
    },
    add(bytes) {
      done += bytes;
    },
    async end() {
      clearInterval(timer);
      write();
      await writing;
    },
  };
}

async function backUp(
  { installation, ownerPool, clock, logger }: Services,
  settings: KeptSettings,
  run: { kind: 'scheduled' | 'manual'; archive: string },
  progress: Progress,
): Promise<void> {
  const { home, embedded, measureDisk } = installation;
  if (!embedded)
    throw new BackupError('nothing-to-back-up', '数据在您自己的 PostgreSQL 服务器上，请用该服务器的工具备份。');
  const folder = backupFolderOf(home, settings.folder);
  const filesDirectory = join(home, 'files');
  const keep = { daily: settings.keepDaily, weekly: settings.keepWeekly, timeZone: backupTimeZone };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await tidyFolder(folder, keep);
  const copyBytes = await bytesToCopy(embedded.dataDirectory, filesDirectory);
  refuseWithoutRoom(folder, await measureDisk(folder), copyBytes, await listArchives(folder));
  // Every byte is copied once and read again once.
  progress.setTotal(2 * copyBytes);
  const chain = settings.isContinuous ? await openChain(ownerPool, folder) : undefined;
  const target = join(folder, run.archive);
  const { manifest } = await createBackup({
    ...embedded,
    filesDirectory,
    target,
    chain,
    now: () => clock.now(),
    onBytes: progress.add,
  });
  await writeNote(target, noteOf(manifest, run.kind, clock.now().toString()));
  const gone = await tidyFolder(folder, keep);
  if (gone.length > 0) logger.info({ gone }, 'old backups removed');
  await forgetLog(folder, await listArchives(folder), chain, clock.now().subtract({ hours: 24 * settings.keepDaily }));
}

async function verify(
  { installation, clock }: Services,
  settings: KeptSettings,
  run: BegunRun,
  progress: Progress,
): Promise<void> {
  const path = await findArchive(backupFolderOf(installation.home, settings.folder), run.archive);
  const note = await readNote(path);
  const { contents = null } = note ?? {};
  if (contents) progress.setTotal(contents.databaseBytes + contents.uploadBytes);
  const verifiedAt = clock.now().toString();
  try {
    const manifest = await readArchive(path, { progress: progress.add });
    await writeNote(path, noteOf(manifest, note?.kind ?? 'unknown', verifiedAt));
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    const createdAt =
      note?.createdAt ?? Temporal.Instant.fromEpochMilliseconds(Math.round((await stat(path)).mtimeMs)).toString();
    await writeNote(path, {
      format: 'anlin-backup-note-1',
      kind: note?.kind ?? 'unknown',
      createdAt,
      contents,
      log: note?.log ?? null,
      verifiedAt,
      problem: error.message,
    });
    throw error;
  }
}
