import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import { Client } from 'pg';
import { BackupError } from './backup-error.ts';
import { listDataFolder, listFilesFolder, listWal } from './data-folder.ts';
import { dataRoot, type Manifest, type ManifestFile, manifestPath } from './manifest.ts';
import { readArchive } from './read-archive.ts';
import { type ArchiveSource, tarEnd, writeTarEntry } from './tar-write.ts';

export type CreateBackupOptions = {
  /** postgres:// of the running embedded server, as a superuser. */
  url: string;
  /** That server's data folder on this machine. */
  dataDirectory: string;
  /** Folder of the uploaded files; may be missing. */
  filesDirectory: string;
  /** The archive to write; must not exist. Compressed by zstd, or by gzip when the name ends in `.gz`. */
  target: string;
  log?: (message: string) => void;
  /** The clock; the archive says when it was made. */
  now?: () => Temporal.Instant;
  /** Hears of bytes as they are copied, and again as they are verified. */
  onBytes?: (count: number) => void;
  /** Name of the chain of kept log the archive can be rolled forward with (see keep-log.ts). */
  chain?: string | undefined;
};

export type BackupResult = { archive: string; sizeBytes: number; fileCount: number; manifest: Manifest };

/**
 * Copies the running database and the files into one archive, then reads the archive back and checks every byte
 * against its manifest. People go on working meanwhile; the copy holds everything committed before this was called.
 * Until the check has passed the archive has the name `<target>.partial-…`, so a file named `target` is a whole one.
 */
export async function createBackup(options: CreateBackupOptions): Promise<BackupResult> {
  const log = options.log ?? (() => {});
  const target = resolve(options.target);
  if (existsSync(target)) {
    throw new BackupError('target-exists', `备份文件已存在，不会覆盖：${target}。请换一个文件名。`);
  }
  await mkdir(dirname(target), { recursive: true });
  const partial = `${target}.partial-${randomUUID().slice(0, 8)}`;
  try {
    log('正在备份数据库和文件…');
    await writeArchive(options, partial, target.endsWith('.gz') ? 'gzip' : 'zstd');
    log('正在校验备份…');
    const manifest = await readArchive(partial, options.onBytes ? { progress: options.onBytes } : {});
    await rename(partial, target);
    await syncFolder(dirname(target));
    const { size } = await stat(target);
    return { archive: target, sizeBytes: size, fileCount: manifest.files.length, manifest };
  } catch (error) {
    await rm(partial, { force: true });
    throw explainDiskFull(error, target);
  }
}

async function writeArchive(
  options: CreateBackupOptions,
  partial: string,
  compression: 'gzip' | 'zstd',
): Promise<void> {
  const client = new Client({ connectionString: options.url });
  client.on('error', () => {});
  await client.connect();
  try {
    await pipeline(
      Readable.from(counted(archiveBytes(client, options), options.onBytes), {
        objectMode: false,
        highWaterMark: 1024 * 1024,
      }),
      makeCompressor(compression),
      createWriteStream(partial, { mode: 0o600, flags: 'wx' }),
    );
  } finally {
    await client.end().catch(() => {});
  }
  const handle = await open(partial, 'r+');
  await handle.sync();
  await handle.close();
}

async function* counted(bytes: AsyncIterable<Buffer>, onBytes?: (count: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    onBytes?.(chunk.length);
    yield chunk;
  }
}

function makeCompressor(compression: 'gzip' | 'zstd') {
  if (compression === 'gzip') return createGzip({ level: 4 });
  return createZstdCompress({
    params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
  });
}

// The order matters: the database first, the files last. A file is on disk before the row that names it is committed,
// so every file that a row of the copy names is still to come.
async function* archiveBytes(client: Client, options: CreateBackupOptions): AsyncGenerator<Buffer> {
  const written: ManifestFile[] = [];
  const postgresVersion = await startBackup(client);
  for await (const source of listDataFolder(options.dataDirectory)) yield* writeTarEntry(source, written);
  const stopped = await stopBackup(client);
  for (const source of stopped.labels) yield* writeTarEntry(source, written);
  for await (const source of listWal(options.dataDirectory, stopped.firstWal, stopped.lastWal)) {
    yield* writeTarEntry(source, written);
  }
  for await (const source of listFilesFolder(options.filesDirectory)) yield* writeTarEntry(source, written);
  const manifest: Manifest = {
    format: 'anlin-backup-1',
    createdAt: (options.now ?? Temporal.Now.instant)().toString(),
    postgresVersion,
    platform: `${process.platform}-${process.arch}`,
    files: [...written],
    ...(options.chain === undefined ? {} : { log: { chain: options.chain, lastSegment: stopped.lastWal } }),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  yield* writeTarEntry({ kind: 'bytes', path: manifestPath, bytes }, written);
  yield tarEnd();
}

// The temporary slot keeps PostgreSQL from recycling log that the copy still needs; it goes with the connection.
async function startBackup(client: Client): Promise<string> {
  const slot = `anlin_backup_${randomUUID().replaceAll('-', '')}`;
  await client.query('select pg_create_physical_replication_slot($1, true, true)', [slot]);
  await client.query("select pg_backup_start('anlin', true)");
  const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version");
  return String(rows[0]?.version);
}

type StoppedBackup = { labels: ArchiveSource[]; firstWal: string; lastWal: string };

async function stopBackup(client: Client): Promise<StoppedBackup> {
  const { rows } = await client.query<{ label: string; map: string; last_wal: string }>(
    'select labelfile as label, spcmapfile as map, pg_walfile_name(lsn) as last_wal from pg_backup_stop(false)',
  );
  const row = rows[0];
  const firstWal = /^START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)/m.exec(row?.label ?? '')?.[1];
  if (!row || !firstWal) throw new Error('pg_backup_stop gave no usable backup label');
  // The segment with the end of the copy is closed, so that it no longer changes while we read it.
  await client.query('select pg_switch_wal()');
  const label: ArchiveSource = { kind: 'bytes', path: `${dataRoot}/backup_label`, bytes: Buffer.from(row.label) };
  const labels = [label];
  if (row.map.trim() !== '') {
    labels.push({ kind: 'bytes', path: `${dataRoot}/tablespace_map`, bytes: Buffer.from(row.map) });
  }
  return { labels, firstWal, lastWal: row.last_wal };
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}

function explainDiskFull(error: unknown, target: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new BackupError('disk-full', `磁盘空间不足，备份没有完成：${target}。请清理空间或换一个磁盘后重试。`, error);
}
