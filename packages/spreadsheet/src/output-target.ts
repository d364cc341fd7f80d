import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** Where a file goes: a path, or a stream that is ended when the file is complete. */
export type OutputTarget = string | Writable;

/**
 * Runs `write` on the target. A file is written beside its place and moved there only when complete, so nobody
 * ever finds half a file; on failure nothing is left behind, and a given stream is destroyed.
 */
export async function writeToTarget(target: OutputTarget, write: (stream: Writable) => Promise<void>): Promise<void> {
  if (typeof target !== 'string') return writeToStream(target, write);
  const partial = `${target}.partial`;
  try {
    const file = createWriteStream(partial);
    await once(file, 'open');
    await writeToStream(file, write);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function writeToStream(stream: Writable, write: (stream: Writable) => Promise<void>): Promise<void> {
  const done = finished(stream, { readable: false });
  // When the stream fails first, `write` fails on it too and tells the same error.
  done.catch(() => {});
  try {
    await write(stream);
    stream.end();
    await done;
  } catch (error) {
    stream.destroy();
    throw error;
  }
}
