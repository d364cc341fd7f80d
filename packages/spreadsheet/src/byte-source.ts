import { open } from 'node:fs/promises';
import { damaged } from './spreadsheet.errors.ts';

/** Where a file's bytes come from: a path on disk, or memory. */
export type SpreadsheetSource = { readonly path: string } | { readonly bytes: Uint8Array };

/** Random access to the bytes of a file. */
export interface ByteSource {
  readonly size: number;
  /** Exactly `length` bytes from `offset`; throws `damaged` beyond the end. */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

export async function openBytes(source: SpreadsheetSource): Promise<ByteSource> {
  return 'path' in source ? openFile(source.path) : openMemory(source.bytes);
}

/** Opens, uses and surely closes. */
export async function withBytes<T>(source: SpreadsheetSource, use: (bytes: ByteSource) => Promise<T>): Promise<T> {
  const bytes = await openBytes(source);
  try {
    return await use(bytes);
  } finally {
    await bytes.close();
  }
}

const PIECE_BYTES = 64 * 1024;

/** The bytes from `start` up to `end`, in pieces of 64 KB. */
export async function* readPieces(bytes: ByteSource, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end; at += PIECE_BYTES) {
    yield await bytes.read(at, Math.min(PIECE_BYTES, end - at));
  }
}

async function openFile(path: string): Promise<ByteSource> {
  const handle = await open(path, 'r');
  const { size } = await handle.stat();
  return {
    size,
    async read(offset, length) {
      checkRange(offset, length, size);
      const buffer = Buffer.allocUnsafeSlow(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(buffer, done, length - done, offset + done);
        if (bytesRead === 0) throw damaged('truncated');
        done += bytesRead;
      }
      return buffer;
    },
    close: () => handle.close(),
  };
}

function openMemory(data: Uint8Array): ByteSource {
  const buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return {
    size: buffer.length,
    async read(offset, length) {
      checkRange(offset, length, buffer.length);
      return buffer.subarray(offset, offset + length);
    },
    async close() {},
  };
}

function checkRange(offset: number, length: number, size: number): void {
  if (!(offset >= 0 && length >= 0 && offset + length <= size)) throw damaged('truncated');
}
