import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type FileStore, measuring, placeOf } from './file-store.ts';

/** Files on the local disk, below `folder`. */
export function diskFileStore(folder: string): FileStore {
  const path = (companyId: string, fileId: string) => join(folder, placeOf(companyId, fileId));
  return {
    read: (companyId, fileId) => createReadStream(path(companyId, fileId)),
    remove: (companyId, fileId) => rm(path(companyId, fileId), { force: true }),
    withLocalCopy: (companyId, fileId, work) => work(path(companyId, fileId)),
    async head(companyId, fileId, count) {
      const handle = await open(path(companyId, fileId));
      try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
    async write(companyId, fileId, content) {
      const target = path(companyId, fileId);
      await mkdir(dirname(target), { recursive: true });
      // Two who make the same thumbnail at once write apart; the last to end is kept.
      const partial = `${target}.${randomUUID().slice(0, 8)}.partial`;
      const { through, measured } = measuring();
      try {
        await pipeline(content, through, createWriteStream(partial));
        const handle = await open(partial);
        await handle.sync();
        await handle.close();
        await rename(partial, target);
      } catch (error) {
        await rm(partial, { force: true });
        throw error;
      }
      return measured();
    },
  };
}
