import { stat } from 'node:fs/promises';
import { BackupError } from './backup-error.ts';
import type { KnownArchive } from './backup-folder.ts';
import { listDataFolder, listFilesFolder } from './data-folder.ts';
import { type DiskSpace, sizeText } from './disk-space.ts';

/** Stays free whatever is backed up: the database needs room to write its log. */
const reserveBytes = 1024 ** 3;
/** What compressing leaves of a database and its uploads, before there is a backup to tell. */
const usualRatio = 0.6;
const margin = 1.2;

/** Bytes that a backup of both folders has to copy. */
export async function bytesToCopy(dataDirectory: string, filesDirectory: string): Promise<number> {
  let bytes = 0;
  for (const sources of [listDataFolder(dataDirectory), listFilesFolder(filesDirectory)]) {
    for await (const source of sources) {
      if (source.kind === 'file') bytes += (await stat(source.from).catch(() => null))?.size ?? 0;
    }
  }
  return bytes;
}

/**
 * Refuses to begin what would not fit, so that a backup never fills the disk the database writes to.
 * @param archives earlier ones: how far they could be compressed says how far this one can
 * @throws BackupError `disk-full`
 */
export function refuseWithoutRoom(
  folder: string,
  space: DiskSpace,
  copyBytes: number,
  archives: readonly KnownArchive[] = [],
): void {
  const earlier = archives.find((one) => one.contents !== null);
  const ratio = earlier?.contents
    ? Math.min(
        1,
        (margin * earlier.sizeBytes) / Math.max(1, earlier.contents.databaseBytes + earlier.contents.uploadBytes),
      )
    : usualRatio;
  const neededBytes = Math.ceil(copyBytes * ratio);
  if (space.freeBytes >= neededBytes + reserveBytes) return;
  throw new BackupError(
    'disk-full',
    `磁盘空间不够，没有开始备份：这次约需 ${sizeText(neededBytes)}，另须留出 ${sizeText(reserveBytes)}，` +
      `而 ${folder} 所在的磁盘只剩 ${sizeText(space.freeBytes)}。请清理空间，或换一个文件夹。`,
  );
}
