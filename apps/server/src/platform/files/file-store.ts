import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Where the bytes of files are. Rows of table `file` say what they are and who may see them. */
export interface FileStore {
  /** Writes all of it or nothing; flushed to the disk before it returns. */
  write(companyId: string, fileId: string, content: Readable): Promise<{ sizeBytes: number; sha256: Buffer }>;
  read(companyId: string, fileId: string): Readable;
  /** The first `count` bytes, or all there are. */
  head(companyId: string, fileId: string, count: number): Promise<Buffer>;
  /** Forgets a file; one that is not there is no error. */
  remove(companyId: string, fileId: string): Promise<void>;
  /** Path for libraries that need one, and for writers of large files. */
  path(companyId: string, fileId: string): string;
}

/** Files on the local disk under `folder/<company>/<last two of id>/<id>`; names given by people are never used as paths. */
export function diskFileStore(folder: string): FileStore {
  const path = (companyId: string, fileId: string) => join(folder, companyId, fileId.slice(34, 36), fileId);
  return {
    path,
    read: (companyId, fileId) => createReadStream(path(companyId, fileId)),
    remove: (companyId, fileId) => rm(path(companyId, fileId), { force: true }),
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
      const hash = createHash('sha256');
      let sizeBytes = 0;
      const measure = new Transform({
        transform(chunk: Buffer, _, done) {
          hash.update(chunk);
          sizeBytes += chunk.length;
          done(null, chunk);
        },
      });
      try {
        await pipeline(content, measure, createWriteStream(partial));
        const handle = await open(partial);
        await handle.sync();
        await handle.close();
        await rename(partial, target);
      } catch (error) {
        await rm(partial, { force: true });
        throw error;
      }
      return { sizeBytes, sha256: hash.digest() };
    },
  };
}
