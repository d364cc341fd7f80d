import type { ByteSource } from './byte-source.ts';
import { damaged, SpreadsheetError } from './spreadsheet.errors.ts';
import type { SpreadsheetLimits } from './spreadsheet.limits.ts';

/** One part of the archive, as its central directory declares it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly uncompressedBytes: number;
  readonly headerOffset: number;
}

export type ZipDirectory = ReadonlyMap<string, ZipEntry>;

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_HEADER_BYTES = 30;
const COMMENT_BYTES_MAX = 0xffff;
const RATIO_MATTERS_FROM_BYTES = 20 * 1024 * 1024;

/** Reads and judges the central directory: nothing is unpacked before every declared figure is within the limits. */
export async function readZipDirectory(bytes: ByteSource, limits: SpreadsheetLimits): Promise<ZipDirectory> {
  const end = await findEnd(bytes);
  if (end.entryCount > limits.zipEntries) throw damaged('zipEntries', { limit: limits.zipEntries });
  const directory = await bytes.read(end.directoryOffset, end.directoryBytes);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let index = 0; index < end.entryCount; index += 1) {
    if (at + ENTRY_BYTES > directory.length || directory.readUInt32LE(at) !== ENTRY_SIGNATURE) throw damaged('zip');
    const { entry, next } = readEntry(directory, at);
    if (entries.has(entry.name)) throw damaged('zipDuplicate');
    entries.set(entry.name, entry);
    at = next;
  }
  judgeSizes([...entries.values()], end.directoryOffset, limits);
  return entries;
}

interface DirectoryEnd {
  readonly entryCount: number;
  readonly directoryBytes: number;
  readonly directoryOffset: number;
}

async function findEnd(bytes: ByteSource): Promise<DirectoryEnd> {
  const tailBytes = Math.min(bytes.size, END_BYTES + COMMENT_BYTES_MAX);
  const tailOffset = bytes.size - tailBytes;
  const tail = await bytes.read(tailOffset, tailBytes);
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    const end = {
      entryCount: tail.readUInt16LE(at + 10),
      directoryBytes: tail.readUInt32LE(at + 12),
      directoryOffset: tail.readUInt32LE(at + 16),
    };
    const isZip64 =
      end.entryCount === 0xffff || end.directoryBytes === 0xffffffff || end.directoryOffset === 0xffffffff;
    return isZip64 ? readZip64End(bytes, tailOffset + at) : end;
  }
  throw damaged('truncated');
}

async function readZip64End(bytes: ByteSource, endOffset: number): Promise<DirectoryEnd> {
  const locator = await bytes.read(endOffset - ZIP64_LOCATOR_BYTES, ZIP64_LOCATOR_BYTES);
  if (locator.readUInt32LE(0) !== ZIP64_LOCATOR_SIGNATURE) throw damaged('zip');
  const record = await bytes.read(safeNumber(locator.readBigUInt64LE(8)), 56);
  if (record.readUInt32LE(0) !== ZIP64_END_SIGNATURE) throw damaged('zip');
  return {
    entryCount: safeNumber(record.readBigUInt64LE(32)),
    directoryBytes: safeNumber(record.readBigUInt64LE(40)),
    directoryOffset: safeNumber(record.readBigUInt64LE(48)),
  };
}

function readEntry(directory: Buffer, at: number): { entry: ZipEntry; next: number } {
  const flags = directory.readUInt16LE(at + 8);
  if (flags & 1) throw new SpreadsheetError('encrypted');
  const methodNumber = directory.readUInt16LE(at + 10);
  if (methodNumber !== 0 && methodNumber !== 8) throw damaged('zipMethod');
  const nameEnd = at + ENTRY_BYTES + directory.readUInt16LE(at + 28);
  const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
  const next = extraEnd + directory.readUInt16LE(at + 32);
  if (next > directory.length) throw damaged('zip');
  const sizes = [
    directory.readUInt32LE(at + 24),
    directory.readUInt32LE(at + 20),
    directory.readUInt32LE(at + 42),
  ] as const;
  const [uncompressedBytes, compressedBytes, headerOffset] = widen(sizes, directory.subarray(nameEnd, extraEnd));
  const entry: ZipEntry = {
    name: directory
      .toString('utf8', at + ENTRY_BYTES, nameEnd)
      .replaceAll('\\', '/')
      .replace(/^\/+/, ''),
    method: methodNumber === 8 ? 'deflated' : 'stored',
    crc32: directory.readUInt32LE(at + 16),
    compressedBytes,
    uncompressedBytes,
    headerOffset,
  };
  return { entry, next };
}

/** Where a 32-bit figure is full, the 64-bit one stands in the ZIP64 extra field, in the same order. */
function widen(sizes: readonly [number, number, number], extra: Buffer): [number, number, number] {
  const wide: [number, number, number] = [...sizes];
  if (!sizes.includes(0xffffffff)) return wide;
  let at = 0;
  while (at + 4 <= extra.length) {
    const fieldEnd = at + 4 + extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 0x0001) {
      let from = at + 4;
      for (let index = 0; index < wide.length; index += 1) {
        if (wide[index] !== 0xffffffff) continue;
        if (from + 8 > Math.min(fieldEnd, extra.length)) throw damaged('zip');
        wide[index] = safeNumber(extra.readBigUInt64LE(from));
        from += 8;
      }
      return wide;
    }
    at = fieldEnd;
  }
  throw damaged('zip');
}

function safeNumber(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged('zip');
  return Number(value);
}

/** Refuses too much, too dense, and parts that lie over each other (one packed block counted many times). */
function judgeSizes(entries: ZipEntry[], directoryOffset: number, limits: SpreadsheetLimits): void {
  let total = 0;
  for (const entry of entries) {
    total += entry.uncompressedBytes;
    const isDense = entry.uncompressedBytes > entry.compressedBytes * limits.compressionRatio;
    if (isDense && entry.uncompressedBytes > RATIO_MATTERS_FROM_BYTES) {
      throw tooMuchUnpacked(entry.uncompressedBytes, limits);
    }
  }
  if (total > limits.uncompressedBytes) throw tooMuchUnpacked(total, limits);
  let free = 0;
  for (const entry of entries.sort((a, b) => a.headerOffset - b.headerOffset)) {
    if (entry.headerOffset < free) throw damaged('zipOverlap');
    free = entry.headerOffset + LOCAL_HEADER_BYTES + entry.compressedBytes;
  }
  if (free > directoryOffset) throw damaged('zipOverlap');
}

function tooMuchUnpacked(actualBytes: number, limits: SpreadsheetLimits): SpreadsheetError {
  return new SpreadsheetError('tooLarge', { what: 'unpacked', limitBytes: limits.uncompressedBytes, actualBytes });
}
