import { Header, Pax } from 'tar';

/** One entry of an archive. The body must be consumed before the next entry is asked for; what is left is skipped. */
export type TarEntry = { path: string; type: string; size: number; body: AsyncGenerator<Buffer> };

const blockBytes = 512;
const mostExtendedHeaderBytes = 64 * 1024;

/**
 * Reads a tar archive from a stream of bytes, one entry after the other, holding one chunk in memory.
 * @throws Error when a header's checksum is wrong or the bytes end too early
 */
export async function* readTar(chunks: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const bytes = new ByteQueue(chunks);
  let extended: Pax | undefined;
  for (;;) {
    const block = await bytes.take(blockBytes);
    if (block.every((byte) => byte === 0)) return;
    const header = new Header(block, 0);
    if (!header.cksumValid) throw new Error('tar header checksum');
    const size = extended?.size ?? header.size ?? 0;
    if (header.type === 'ExtendedHeader') {
      if (size > mostExtendedHeaderBytes) throw new Error('tar extended header too long');
      extended = Pax.parse((await bytes.take(size)).toString('utf8'), undefined, false);
      await bytes.skip(paddingOf(size));
      continue;
    }
    const path = extended?.path ?? header.path ?? '';
    extended = undefined;
    const body = bytes.stream(size);
    yield { path, type: header.type, size, body };
    for await (const _ of body) {
      // Whatever the caller left is passed over.
    }
    await bytes.skip(paddingOf(size));
  }
}

function paddingOf(size: number): number {
  return (blockBytes - (size % blockBytes)) % blockBytes;
}

// A cursor over a stream of chunks. State of one archive being read, hence an object with methods.
class ByteQueue {
  readonly #chunks: AsyncIterator<Buffer>;
  #current: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.stream(count)) parts.push(part);
    return Buffer.concat(parts);
  }

  async skip(count: number): Promise<void> {
    for await (const _ of this.stream(count)) {
      // Padding carries nothing.
    }
  }

  async *stream(count: number): AsyncGenerator<Buffer> {
    let left = count;
    while (left > 0) {
      if (this.#current.length === 0) await this.#refill();
      const part = this.#current.subarray(0, left);
      this.#current = this.#current.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  async #refill(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done) throw new Error('unexpected end of archive');
    this.#current = next.value;
  }
}
