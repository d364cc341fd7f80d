import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, realpath, rm, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { BackupArchive } from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import { type BackupNote, noteEnding, readNote } from './backup-note.ts';
import { spareArchives } from './spare-archives.ts';

/** Names are given by us alone, so that what else lies in a folder is never touched. */
const archiveName = /^anlin-backup-\d{8}-\d{6}\.tar\.zst$/;
const partialName = /^anlin-backup-\d{8}-\d{6}\.tar\.zst\.partial-[0-9a-f]{8}$/;

/** Such as anlin-backup-20261121-093000.tar.zst, by the clock of the zone. */
export function nameArchive(now: Temporal.Instant, timeZone: string): string {
  const time = now.toZonedDateTimeISO(timeZone).toPlainDateTime().toString({ smallestUnit: 'second' });
  return `anlin-backup-${time.replaceAll(/[-:]/g, '').replace('T', '-')}.tar.zst`;
}

/** Where archives go: the folder of the settings, or `backups` in the data folder. */
export function backupFolderOf(home: string, folder: string): string {
  return folder === '' ? join(home, 'backups') : resolve(folder);
}

/** Makes the folder and tries to write there. Errors: backup.folderUnusable (422). */
export async function checkBackupFolder(home: string, folder: string): Promise<void> {
  const refuse = (reason: string) => platformFail('backup.folderUnusable', { folder, reason });
  if (folder !== '' && (!isAbsolute(folder) || folder.includes('\0')))
    throw refuse('须写完整路径，如 /mnt/backup/anlin');
  const target = backupFolderOf(home, folder);
  try {
    // The folder above must be there: a disk that is not mounted is to be noticed, not written beside.
    await mkdir(target, { mode: 0o700 }).catch(ignoreExisting);
    const probe = join(target, `.anlin-${randomUUID()}`);
    await (await open(probe, 'wx', 0o600)).close();
    await rm(probe);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') throw refuse('它的上级文件夹不存在');
    throw refuse(code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? '没有写入权限' : `无法写入（${code}）`);
  }
  const real = await realpath(target);
  // A backup of the uploads that lies among the uploads would hold itself.
  for (const inner of ['database', 'files', 'logs']) {
    const path = relative(join(await realpath(home), inner), real);
    if (path === '' || !(path.startsWith('..') || isAbsolute(path))) throw refuse('它在数据目录的内部文件夹里');
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

export type KnownArchive = BackupArchive & { path: string; note: BackupNote | null };

/** The archives of a folder, newest first. A folder that is missing has none. */
export async function listArchives(folder: string): Promise<KnownArchive[]> {
  const names = (await readdir(folder).catch(() => []))
    .filter((name) => archiveName.test(name))
    .sort()
    .reverse();
  const listed: KnownArchive[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (!found) continue;
    const note = await readNote(path);
    listed.push({
      name,
      path,
      note,
      kind: note?.kind ?? 'unknown',
      createdAt: note?.createdAt ?? Temporal.Instant.fromEpochMilliseconds(Math.round(found.mtimeMs)).toString(),
      sizeBytes: found.size,
      contents: note?.contents ?? null,
      verifiedAt: note?.verifiedAt ?? null,
      problem: note?.problem ?? '',
    });
  }
  return listed;
}

/** Path of an archive of the folder, by its name alone. Errors: backup.notFound (404). */
export async function findArchive(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  if (!archiveName.test(name) || !(await stat(path).catch(() => null))) throw platformFail('backup.notFound');
  return path;
}

/** Removes scheduled archives beyond those to keep, and what killed backups left. Returns the names that went. */
export async function tidyFolder(
  folder: string,
  keep: { daily: number; weekly: number; timeZone: string },
): Promise<string[]> {
  const archives = await listArchives(folder);
  const spare = spareArchives(
    archives.filter((one) => one.kind === 'scheduled'),
    keep,
  );
  for (const { path } of spare) {
    await rm(path, { force: true });
    await rm(path + noteEnding, { force: true });
  }
  for (const name of await readdir(folder)) {
    if (partialName.test(name)) await rm(join(folder, name), { force: true });
  }
  return spare.map(({ name }) => name);
}
