import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Room of the disk a folder lies on, in bytes; `freeBytes` is what we may use of it. */
export interface DiskSpace {
  freeBytes: number;
  totalBytes: number;
}

const gibibyte = 1024 ** 3;

/** Of the nearest folder above that exists, where the folder itself is still to be made. */
export async function measureDisk(folder: string): Promise<DiskSpace> {
  for (let path = folder; ; path = dirname(path)) {
    const found = await statfs(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' || dirname(path) === path) throw error;
      return null;
    });
    if (found) return { freeBytes: found.bavail * found.bsize, totalBytes: found.blocks * found.bsize };
  }
}

/** Nearly full: less than 2 GB left, or less than 5 % unless that is still more than 20 GB. */
export function isDiskLow({ freeBytes, totalBytes }: DiskSpace): boolean {
  return freeBytes < 2 * gibibyte || (freeBytes < totalBytes / 20 && freeBytes < 20 * gibibyte);
}

/** `1.5 GB`, `320 MB`. */
export function sizeText(bytes: number): string {
  const mebibytes = bytes / 1024 / 1024;
  return mebibytes < 1000 ? `${mebibytes.toFixed(mebibytes < 10 ? 1 : 0)} MB` : `${(mebibytes / 1024).toFixed(1)} GB`;
}
