import { createHash, type Hash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';

/** What was written. */
export interface StoredBytes {
  sizeBytes: number;
  sha256: Buffer;
}

/** Where the bytes of files are. Rows of table `file` say what they are and who may see them. */
export interface FileStore {
  /** Writes all of it or nothing, replacing what was there; kept safely before it returns. */
  write(companyId: string, fileId: string, content: Readable): Promise<StoredBytes>;
  /** The stream fails when there is no such file. */
  read(companyId: string, fileId: string): Readable;
  /** The first `count` bytes, or all there are; rejects when there is no such file. */
  head(companyId: string, fileId: string, count: number): Promise<Buffer>;
  /** Forgets a file; one that is not there is no error. */
  remove(companyId: string, fileId: string): Promise<void>;
  /** Gives `work` a path on this machine to read the file from, good until it ends. */
  withLocalCopy<T>(companyId: string, fileId: string, work: (path: string) => Promise<T>): Promise<T>;
}

/** `<company>/<last two of id>/<id>`, on disk and in a bucket alike; names given by people are never used. */
export function placeOf(companyId: string, fileId: string): string {
  return `${companyId}/${fileId.slice(34, 36)}/${fileId}`;
}

/** Lets bytes pass and counts and hashes them. */
export function measuring(): { through: Transform; measured(): StoredBytes } {
  const hash: Hash = createHash('sha256');
  let sizeBytes = 0;
  const through = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  return { through, measured: () => ({ sizeBytes, sha256: hash.digest() }) };
}
