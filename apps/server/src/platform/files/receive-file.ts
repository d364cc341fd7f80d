import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { platformFail } from '@anlin/contract';
import type { FileStore } from './file-store.ts';
import { headBytes, mediaTypeOf, pictureTypes } from './media-type.ts';
import { makeSmall, mostPictureBytes, preparePicture, type SmallSize, smallSizes } from './prepare-picture.ts';

export interface ReceivedFile {
  sizeBytes: number;
  sha256: Buffer;
  mediaType: string;
}

/**
 * Takes in what a browser sends: a picture without its metadata and with a thumbnail, anything else as it is, in flat
 * memory. `claimedType` is the browser's word for it. Errors: those of `preparePicture`, file.tooLarge (413).
 */
export async function receiveFile(
  files: FileStore,
  companyId: string,
  id: string,
  { content, claimedType }: { content: Readable; claimedType: string },
): Promise<ReceivedFile> {
  const { head, whole } = await peek(content);
  const mediaType = mediaTypeOf(head, claimedType);
  if (!pictureTypes.has(mediaType)) return { ...(await files.write(companyId, id, whole)), mediaType };
  const prepared = await onDisk(whole, (path) => preparePicture(() => readFile(path), mediaType));
  if (prepared.thumbnail) await files.write(companyId, smallOf(id, 'thumbnail'), Readable.from([prepared.thumbnail]));
  return { ...(await files.write(companyId, id, Readable.from([prepared.content]))), mediaType };
}

/** A smaller one of a stored picture as WebP, made now if there is none yet; undefined for a GIF, shown as it is. */
export async function readSmall(
  files: FileStore,
  companyId: string,
  file: { id: string; mediaType: string },
  size: SmallSize,
): Promise<Buffer | undefined> {
  if (file.mediaType === 'image/gif') return undefined;
  const key = smallOf(file.id, size);
  const made = await files.head(companyId, key, mostSmallBytes).catch(() => undefined);
  if (made) return made;
  const read = async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of files.read(companyId, file.id)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };
  const small = await makeSmall(read, file.mediaType, size);
  await files.write(companyId, key, Readable.from([small]));
  return small;
}

/** Forgets a file's bytes with all that was made of them. */
export async function removeFile(files: FileStore, companyId: string, id: string): Promise<void> {
  for (const size of smallSizes) await files.remove(companyId, smallOf(id, size));
  await files.remove(companyId, id);
}

/** 1080 × 1080 pixels of WebP at this quality are far below. */
const mostSmallBytes = 4 * 1024 * 1024;

const smallOf = (id: string, size: SmallSize) => `${id}.${size}`;

/** The first bytes, and all bytes including those. */
async function peek(content: Readable): Promise<{ head: Buffer; whole: Readable }> {
  const rest = content.iterator() as AsyncIterator<Buffer>;
  let head = Buffer.alloc(0);
  while (head.length < headBytes) {
    const step = await rest.next();
    if (step.done) break;
    head = Buffer.concat([head, step.value]);
  }
  async function* all() {
    if (head.length > 0) yield head;
    yield* { [Symbol.asyncIterator]: () => rest };
  }
  return { head, whole: Readable.from(all(), { objectMode: false }) };
}

/** Pictures wait for their turn to be decoded on the disk, not in memory. */
async function onDisk<T>(content: Readable, work: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'anlin-picture-'));
  const path = join(folder, randomUUID());
  try {
    await pipeline(content, limited(mostPictureBytes), createWriteStream(path, { mode: 0o600 }));
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function limited(mostBytes: number) {
  return async function* (source: AsyncIterable<Buffer>) {
    let bytes = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw platformFail('file.tooLarge', { limit: `图片 ${mostBytes / 1024 / 1024} MB` });
      yield chunk;
    }
  };
}
