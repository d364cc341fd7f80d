import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const keepBytes = 10 * 1024 * 1024;
const tailBytes = 4000;

/** Path of PostgreSQL's own log. At each start a log that has grown large moves aside, replacing the one before it. */
export function prepareServerLog(folder: string): string {
  const path = join(folder, 'postgresql.log');
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > keepBytes) renameSync(path, `${path}.1`);
  return path;
}

export function sizeOfLog(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** What was written after `offset`, at most the last 4,000 bytes of it. */
export function readLogSince(path: string, offset: number): string {
  const size = sizeOfLog(path);
  const from = Math.max(offset, size - tailBytes);
  if (size <= from) return '';
  const buffer = Buffer.alloc(size - from);
  const handle = openSync(path, 'r');
  try {
    const read = readSync(handle, buffer, 0, buffer.length, from);
    return buffer.subarray(0, read).toString('utf8');
  } finally {
    closeSync(handle);
  }
}
