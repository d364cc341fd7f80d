import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { ArchiveError } from './archive-error.ts';
import {
  type ArchivedFile,
  type ArchivedTable,
  explanationPath,
  type Manifest,
  manifestPath,
  manifestSchema,
  tablePath,
} from './archive-format.ts';
import { byteOrderMark, csvLine, readCsv } from './csv.ts';

/** An archive whose manifest has been read. What comes out of it is checked against the manifest as it passes. */
export interface OpenArchive {
  manifest: Manifest;
  /** Rows of a table, checked when the last has come. */
  rows(table: ArchivedTable): AsyncGenerator<(string | null)[][]>;
  /** Bytes of a file; an error at the end when they are not those of the manifest. */
  file(file: ArchivedFile): Promise<Readable>;
  close(): void;
}

const maxManifestBytes = 256 * 1024 * 1024;

const damaged = (what: string, cause?: unknown) =>
  new ArchiveError(`存档已损坏或不完整（${what}），请重新下载或换用另一份。`, cause);

/** Opens a file as an archive. Throws ArchiveError when it is none, or not a whole one. */
export async function openArchive(path: string): Promise<OpenArchive> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false }).catch((error: Error) => {
    if ('code' in error && error.code === 'ENOENT') throw new ArchiveError(`找不到文件：${path}。`, error);
    throw new ArchiveError('这个文件不是安邻的公司存档，或没有下载完整。', error);
  });
  try {
    const entries = await readEntries(zip);
    const manifest = await readManifest(zip, entries);
    for (const table of manifest.tables) entryAt(entries, tablePath(table.name));
    for (const file of manifest.files) {
      if (entryAt(entries, file.path).uncompressedSize !== file.sizeBytes) throw damaged(file.path);
    }
    await readWhole(zip, entryAt(entries, explanationPath)).catch((error) => {
      throw error instanceof ArchiveError ? error : damaged(explanationPath, error);
    });
    return {
      manifest,
      rows: (table) => readRows(zip, entryAt(entries, tablePath(table.name)), table),
      async file(file) {
        const source = await openEntry(zip, entryAt(entries, file.path));
        return pipeThrough(source, checking(file.path, file.sha256));
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function readEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  } catch (error) {
    throw damaged('目录', error);
  }
  return entries;
}

function entryAt(entries: ReadonlyMap<string, Entry>, path: string): Entry {
  const entry = entries.get(path);
  if (!entry) throw damaged(`缺少 ${path}`);
  return entry;
}

async function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return zip.openReadStreamPromise(entry).catch((error: Error) => {
    throw damaged(entry.fileName, error);
  });
}

async function readManifest(zip: ZipFile, entries: ReadonlyMap<string, Entry>): Promise<Manifest> {
  const entry = entries.get(manifestPath);
  if (!entry || entry.uncompressedSize > maxManifestBytes) throw new ArchiveError('这个文件不是安邻的公司存档。');
  let text: unknown;
  try {
    text = JSON.parse((await readWhole(zip, entry)).toString('utf8'));
  } catch (error) {
    throw damaged('清单', error);
  }
  const parsed = manifestSchema.safeParse(text);
  if (!parsed.success) throw new ArchiveError('这个文件不是安邻的公司存档，或清单被改动过。', parsed.error);
  return parsed.data;
}

/** What the manifest does not vouch for, itself among it, is held against the zip's own sums. */
async function readWhole(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await openEntry(zip, entry)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (crc32(bytes) !== entry.crc32) throw damaged(entry.fileName);
  return bytes;
}

async function* readRows(zip: ZipFile, entry: Entry, table: ArchivedTable): AsyncGenerator<(string | null)[][]> {
  const heading = Buffer.from(byteOrderMark + csvLine(table.columns));
  const source = await openEntry(zip, entry);
  const checked = pipeThrough(source, checking(entry.fileName, table.sha256, heading));
  checked.setEncoding('utf8');
  try {
    for await (const batch of readCsv(checked)) {
      if (batch.some((row) => row.length !== table.columns.length)) throw damaged(entry.fileName);
      yield batch;
    }
  } catch (error) {
    throw error instanceof ArchiveError ? error : damaged(entry.fileName, error);
  } finally {
    source.destroy();
  }
}

function pipeThrough(source: Readable, through: Transform): Transform {
  // Told to whoever reads, who may only come to it later.
  through.on('error', () => {});
  source.on('error', (error) => through.destroy(damaged('压缩内容', error)));
  return source.pipe(through);
}

/** Lets bytes pass, without `heading` that must come first, and fails at the end when their hash is another. */
function checking(name: string, sha256: string, heading = Buffer.alloc(0)): Transform {
  const hash = createHash('sha256');
  let isPastHeading = heading.length === 0;
  let start = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _, done) {
      let bytes = chunk;
      if (!isPastHeading) {
        start = Buffer.concat([start, chunk]);
        if (start.length < heading.length) return done();
        if (!start.subarray(0, heading.length).equals(heading)) return done(damaged(name));
        bytes = start.subarray(heading.length);
        isPastHeading = true;
      }
      hash.update(bytes);
      done(null, bytes);
    },
    flush(done) {
      done(isPastHeading && hash.digest('hex') === sha256 ? null : damaged(name));
    },
  });
}
