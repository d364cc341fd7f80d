import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Header, Pax } from 'tar';
import type { ManifestFile } from './manifest.ts';

/** Something that goes into an archive. `path` is inside the archive, with forward slashes. */
export type ArchiveSource =
  | { kind: 'folder'; path: string }
  | { kind: 'bytes'; path: string; bytes: Buffer }
  | { kind: 'file'; path: string; from: string };

const blockBytes = 512;
const chunkBytes = 256 * 1024;

/**
 * Yields the tar bytes of one source and, for a file, adds what was written to `written`. A file that vanished since it
 * was listed is left out: PostgreSQL removes files while it works, and its log repairs that on restore.
 */
export async function* writeTarEntry(source: ArchiveSource, written: ManifestFile[]): AsyncGenerator<Buffer> {
  if (source.kind === 'folder') {
    yield* headersOf(`${source.path}/`, 'Directory', 0);
  } else if (source.kind === 'bytes') {
    yield* headersOf(source.path, 'File', source.bytes.length);
    yield source.bytes;
    yield paddingAfter(source.bytes.length);
    written.push({ path: source.path, size: source.bytes.length, sha256: sha256Of(source.bytes) });
  } else {
    yield* writeFile(source.path, source.from, written);
  }
}

/** Two empty blocks end a tar archive. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * blockBytes);
}

async function* writeFile(path: string, from: string, written: ManifestFile[]): AsyncGenerator<Buffer> {
  const handle = await open(from, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return;
  try {
    const { size } = await handle.stat();
    yield* headersOf(path, 'File', size);
    const hash = createHash('sha256');
    for (let position = 0; position < size; ) {
      const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, size - position));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      // The size is in the header already. What a table lost by truncation meanwhile is written as zeros; replaying the
      // log truncates it again. What it gained is in the log.
      if (bytesRead === 0) buffer.fill(0);
      const chunk = bytesRead === 0 ? buffer : buffer.subarray(0, bytesRead);
      hash.update(chunk);
      position += chunk.length;
      yield chunk;
    }
    yield paddingAfter(size);
    written.push({ path, size, sha256: hash.digest('hex') });
  } finally {
    await handle.close();
  }
}

function* headersOf(path: string, type: 'File' | 'Directory', size: number): Generator<Buffer> {
  const header = new Header({
    path,
    type,
    size,
    mode: type === 'File' ? 0o600 : 0o700,
    uid: 0,
    gid: 0,
    mtime: new Date(0),
  });
  const block = Buffer.alloc(blockBytes);
  header.encode(block, 0);
  // Names that are long or not ASCII, and sizes beyond 8 GB, need the extended header.
  if (header.needPax) yield new Pax({ path, size }).encode();
  yield block;
}

function paddingAfter(size: number): Buffer {
  return Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes);
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
