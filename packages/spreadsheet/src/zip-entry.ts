import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { type ByteSource, readPieces } from './byte-source.ts';
import { damaged, isSpreadsheetError, SpreadsheetError } from './spreadsheet.errors.ts';
import type { ZipEntry } from './zip-directory.ts';

const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;

/**
 * The unpacked bytes of one part, as they are pulled. What the directory declared is held to: the first byte beyond
 * the declared size ends it, so a lying archive never costs more than it admitted to; so does a wrong checksum.
 */
export async function* readZipEntry(bytes: ByteSource, entry: ZipEntry): AsyncGenerator<Buffer> {
  const pieces = await packedPieces(bytes, entry);
  let done = 0;
  let checksum = 0;
  try {
    for await (const chunk of entry.method === 'stored' ? pieces : inflate(pieces)) {
      done += chunk.length;
      if (done > entry.uncompressedBytes) throw damaged('zipSize', { part: entry.name });
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  } catch (error) {
    throw isSpreadsheetError(error) ? error : damaged('zip', { part: entry.name }, error);
  }
  if (done !== entry.uncompressedBytes) throw damaged('zipSize', { part: entry.name });
  if (checksum !== entry.crc32) throw damaged('checksum', { part: entry.name });
}

/** A small part as a whole. */
export async function readSmallZipEntry(bytes: ByteSource, entry: ZipEntry, limitBytes: number): Promise<string> {
  if (entry.uncompressedBytes > limitBytes) {
    throw new SpreadsheetError('tooLarge', { what: entry.name, limitBytes, actualBytes: entry.uncompressedBytes });
  }
  const chunks: Buffer[] = [];
  for await (const chunk of readZipEntry(bytes, entry)) chunks.push(chunk);
  return new TextDecoder('utf-8').decode(Buffer.concat(chunks));
}

async function packedPieces(bytes: ByteSource, entry: ZipEntry): Promise<AsyncGenerator<Buffer>> {
  const header = await bytes.read(entry.headerOffset, LOCAL_HEADER_BYTES);
  if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) throw damaged('zip', { part: entry.name });
  const start = entry.headerOffset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + entry.compressedBytes > bytes.size) throw damaged('truncated', { part: entry.name });
  return readPieces(bytes, start, start + entry.compressedBytes);
}

async function* inflate(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const source = Readable.from(pieces);
  const inflater = createInflateRaw({ chunkSize: 64 * 1024 });
  source.on('error', (error) => inflater.destroy(error));
  try {
    for await (const chunk of source.pipe(inflater)) yield chunk as Buffer;
  } finally {
    source.destroy();
    inflater.destroy();
  }
}
