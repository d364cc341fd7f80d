import { statSync } from 'node:fs';
import { chown, copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { recoverCluster } from '../database/embedded/index.ts';
import { BackupError, damaged } from './backup-error.ts';
import { listArchives } from './backup-folder.ts';
import { listFilesFolder } from './data-folder.ts';
import { chainFolder, readChainNote } from './keep-log.ts';
import { nextSegmentName, segmentBytes } from './log-segment.ts';
import { filesRoot } from './manifest.ts';
import { type RestoreBackupOptions, type RestoreResult, restoreBackup, type Unpacked } from './restore-backup.ts';

const decompress = promisify(zstdDecompress);

export type RestoreToMomentOptions = Pick<RestoreBackupOptions, 'home' | 'log' | 'reachableRoot'> & {
  /** The folder of the backups, or one backup in it to begin from. */
  from: string;
  moment: Temporal.Instant;
  /** Where the programs are copied to; beside the data unless several clusters shall share one copy (tests). */
  binariesFolder?: string;
};

/**
 * Restores the last backup before a moment into an empty home and rolls it forward along the kept log: what was
 * committed by the moment is there, what came later is not.
 * @throws BackupError; the home is then as it was
 */
export async function restoreToMoment(options: RestoreToMomentOptions): Promise<RestoreResult> {
  const { moment, log = () => {} } = options;
  const archive = await chooseBase(options);
  log(`从备份 ${archive} 开始，按保留的日志前滚`);
  return restoreBackup({
    archive,
    home: options.home,
    log,
    ...(options.reachableRoot === undefined ? {} : { reachableRoot: options.reachableRoot }),
    extend: (unpacked) => addLog(dirname(archive), archive, unpacked, moment),
    async finish(claimed) {
      log('正在前滚…');
      await recoverCluster(claimed, moment.toString(), options.binariesFolder);
    },
  });
}

async function chooseBase({ from, moment }: RestoreToMomentOptions): Promise<string> {
  const path = resolve(from);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new BackupError('not-a-backup', `找不到备份文件夹或备份文件：${path}`);
  if (!found.isDirectory()) return path;
  const bases = (await listArchives(path)).filter((one) => one.note?.log && one.problem === '');
  const base = bases.find((one) => Temporal.Instant.compare(one.createdAt, moment) <= 0);
  if (base) return base.path;
  const oldest = bases.at(-1);
  throw new BackupError(
    'moment-out-of-reach',
    oldest
      ? `没有在这之前、可以前滚的备份。${path} 中最早可以恢复到 ${oldest.createdAt}。`
      : `${path} 中没有可以前滚的备份（做备份时须已打开“保留日志”）。可以不带 --to，恢复某一份备份本身。`,
  );
}

/** Lays the kept log and the uploads since the backup beside what was unpacked. */
async function addLog(folder: string, archive: string, unpacked: Unpacked, moment: Temporal.Instant): Promise<void> {
  const { manifest, data, files, account } = unpacked;
  const reach = (text: string) => new BackupError('moment-out-of-reach', text);
  if (!manifest.log)
    throw reach(`${archive} 不能前滚：做这份备份时没有打开“保留日志”。可以不带 --to，恢复这份备份本身。`);
  if (Temporal.Instant.compare(moment, manifest.createdAt) < 0)
    throw reach(`要恢复到的时间早于这份备份（${manifest.createdAt}），请换一份更早的备份。`);
  const { chain, lastSegment } = manifest.log;
  const note = await readChainNote(folder, chain);
  if (!note?.until) throw reach(`找不到这份备份之后的日志：${chainFolder(folder, chain)}。`);
  if (Temporal.Instant.compare(moment, note.until) > 0) throw reach(`日志只保留到 ${note.until}，请选这以前的时间。`);
  const names = (await readdir(chainFolder(folder, chain)))
    .filter((name) => /^[0-9A-F]{24}\.zst$/.test(name) && name.slice(0, 24) > lastSegment)
    .sort();
  let expected = nextSegmentName(lastSegment);
  for (const name of names) {
    if (name !== `${expected}.zst`) throw damaged(archive, `之后的日志缺少 ${expected}`);
    const target = join(data, 'pg_wal', expected);
    await writeFile(target, await openSegment(join(chainFolder(folder, chain), name), archive), {
      mode: 0o600,
      flush: true,
    });
    if (account) await chown(target, account.uid, account.gid);
    expected = nextSegmentName(expected);
  }
  if (note.lastSegment !== null && expected <= note.lastSegment) throw damaged(archive, `之后的日志缺少 ${expected}`);
  await addUploads(join(chainFolder(folder, chain), filesRoot), files);
}

async function openSegment(path: string, archive: string): Promise<Buffer> {
  const bytes = await readFile(path)
    .then((packed) => decompress(packed, { maxOutputLength: segmentBytes }))
    .catch((error) => {
      throw damaged(archive, `之后的日志 ${path} 无法解读`, error);
    });
  if (bytes.length !== segmentBytes) throw damaged(archive, `之后的日志 ${path} 不完整`);
  return bytes;
}

async function addUploads(from: string, files: string): Promise<void> {
  for await (const source of listFilesFolder(from)) {
    if (source.kind !== 'file') continue;
    const target = join(files, source.path.slice(filesRoot.length + 1));
    if (await stat(target).catch(() => null)) continue;
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await copyFile(source.from, target);
  }
}
