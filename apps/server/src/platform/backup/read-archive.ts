import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { BackupError, damaged } from './backup-error.ts';
import { dataRoot, filesRoot, type Manifest, type ManifestFile, manifestPath, manifestSchema } from './manifest.ts';
import { readTar, type TarEntry } from './tar-read.ts';

/** What to do with an archive's contents as they pass; both may be omitted to only check the archive. */
export type ArchiveSink = {
  folder?(path: string): Promise<void>;
  file?(path: string, body: AsyncIterable<Buffer>): Promise<void>;
  /** Hears of every file's bytes as they pass. */
  progress?(count: number): void;
};

/**
 * Reads a whole archive, checking every path as it comes and every size and SHA-256 against the manifest at the end.
 * What the sink wrote may be used only after this has returned.
 * @throws BackupError `damaged`, or `not-a-backup`
 */
export async function readArchive(archive: string, sink: ArchiveSink = {}): Promise<Manifest> {
  const seen: ManifestFile[] = [];
  let manifest: Manifest | undefined;
  for await (const entry of entriesOf(archive)) {
    if (manifest) throw damaged(archive, '清单之后还有内容');
    if (entry.path === manifestPath) manifest = await readManifest(archive, entry);
    else await passEntry(archive, entry, sink, seen);
  }
  if (!manifest) throw damaged(archive, '没有文件清单');
  compareWithManifest(archive, manifest, seen);
  return manifest;
}

// Decompression and tar errors say that bytes are wrong; errors of the sink are the sink's own and pass unchanged.
async function* entriesOf(archive: string): AsyncGenerator<TarEntry> {
  const source = createReadStream(archive, { highWaterMark: 1024 * 1024 });
  const decompress = await chooseDecompressor(archive);
  source.on('error', (error) => decompress.destroy(error));
  source.pipe(decompress);
  const entries = readTar(decompress);
  try {
    for (;;) {
      const next = await entries.next().catch((error) => {
        throw damaged(archive, '内容无法解读', error);
      });
      if (next.done) break;
      yield { ...next.value, body: explainBody(archive, next.value.body) };
    }
    // Reading on to the end makes the decompressor check its own checksum.
    await readOn(archive, decompress);
  } finally {
    source.destroy();
    decompress.destroy();
  }
}

async function readOn(archive: string, decompress: AsyncIterable<Buffer>): Promise<void> {
  try {
    for await (const _ of decompress) {
      // Nothing but the archive's end is left.
    }
  } catch (error) {
    throw damaged(archive, '结尾不完整', error);
  }
}

async function* explainBody(archive: string, body: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  for (;;) {
    const next = await body.next().catch((error) => {
      throw damaged(archive, '内容中断或无法解读', error);
    });
    if (next.done) return;
    yield next.value;
  }
}

async function chooseDecompressor(archive: string) {
  const handle = await open(archive, 'r');
  const magic = Buffer.alloc(4);
  try {
    await handle.read(magic, 0, 4, 0);
  } finally {
    await handle.close();
  }
  if (magic.readUInt32LE(0) === 0xfd2fb528) return createZstdDecompress();
  if (magic[0] === 0x1f && magic[1] === 0x8b) return createGunzip();
  throw new BackupError('not-a-backup', `${archive} 不是安邻的备份文件（应为 .tar.zst 或 .tar.gz）。`);
}

async function passEntry(archive: string, entry: TarEntry, sink: ArchiveSink, seen: ManifestFile[]): Promise<void> {
  const path = checkPath(archive, entry);
  if (entry.type === 'Directory') {
    await sink.folder?.(path);
    return;
  }
  const hash = createHash('sha256');
  const hashed = async function* () {
    for await (const chunk of entry.body) {
      hash.update(chunk);
      sink.progress?.(chunk.length);
      yield chunk;
    }
  };
  if (sink.file) await sink.file(path, hashed());
  for await (const _ of hashed()) {
    // Hashes what the sink left, which is everything when the archive is only being checked.
  }
  seen.push({ path, size: entry.size, sha256: hash.digest('hex') });
}

// An archive may come from anywhere: nothing in it may point outside the folder it is unpacked to.
function checkPath(archive: string, entry: TarEntry): string {
  const path = entry.path.replace(/\/$/, '');
  const parts = path.split('/');
  const isPlain = entry.type === 'File' || entry.type === 'OldFile' || entry.type === 'Directory';
  const isInside = parts[0] === dataRoot || parts[0] === filesRoot;
  const isClean = parts.every((part) => part !== '' && part !== '.' && part !== '..') && !/[\\:\0]/.test(path);
  if (!isPlain || !isInside || !isClean) throw damaged(archive, `含有不允许的条目 ${JSON.stringify(entry.path)}`);
  return path;
}

async function readManifest(archive: string, entry: TarEntry): Promise<Manifest> {
  const parts: Buffer[] = [];
  for await (const part of entry.body) parts.push(part);
  try {
    return manifestSchema.parse(JSON.parse(Buffer.concat(parts).toString('utf8')));
  } catch (error) {
    throw damaged(archive, '文件清单无法解读', error);
  }
}

function compareWithManifest(archive: string, manifest: Manifest, seen: ManifestFile[]): void {
  const expected = new Map(manifest.files.map((file) => [file.path, file]));
  for (const file of seen) {
    const wanted = expected.get(file.path);
    if (!wanted || wanted.size !== file.size || wanted.sha256 !== file.sha256) {
      throw damaged(archive, `${file.path} 与清单不符`);
    }
    expected.delete(file.path);
  }
  const [missing] = expected.keys();
  if (missing !== undefined) throw damaged(archive, `缺少 ${missing}`);
}
