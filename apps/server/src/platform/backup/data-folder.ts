import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupError } from './backup-error.ts';
import { dataRoot, filesRoot } from './manifest.ts';
import type { ArchiveSource } from './tar-write.ts';

// PostgreSQL's manual, "Making a Base Backup Using the Low Level API": contents that a backup leaves out because the
// server makes them anew, and files that would harm a restored copy.
const emptiedFolders = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
const omittedFiles = new Set([
  'postmaster.pid',
  'postmaster.pid.stale',
  'postmaster.opts',
  'backup_label',
  'backup_label.old',
  'tablespace_map',
  'tablespace_map.old',
  'backup_manifest',
  'postgresql.auto.conf.tmp',
  'current_logfiles.tmp',
]);
const controlFile = 'global/pg_control';

/** Everything of the data folder that belongs into a backup but the log, control file last. */
export async function* listDataFolder(dataDirectory: string): AsyncGenerator<ArchiveSource> {
  if ((await readdir(join(dataDirectory, 'pg_tblspc'))).length > 0) {
    throw new BackupError(
      'unsupported-layout',
      '数据库使用了表空间（tablespace），内置备份不支持。请改用 pg_basebackup。',
    );
  }
  yield { kind: 'folder', path: dataRoot };
  yield* listFolder(dataDirectory, '');
  for (const part of ['pg_wal', 'pg_wal/archive_status', 'pg_wal/summaries']) {
    if (part !== 'pg_wal') yield { kind: 'folder', path: `${dataRoot}/${part}` };
  }
  yield { kind: 'file', path: `${dataRoot}/${controlFile}`, from: join(dataDirectory, controlFile) };
}

async function* listFolder(dataDirectory: string, folder: string): AsyncGenerator<ArchiveSource> {
  const entries = await readdir(join(dataDirectory, folder), { withFileTypes: true }).catch(ignoreVanished);
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (/^pgsql_tmp|^pg_internal\.init/.test(entry.name) || omittedFiles.has(path) || path === controlFile) continue;
    if (entry.isDirectory()) {
      yield { kind: 'folder', path: `${dataRoot}/${path}` };
      if (!emptiedFolders.has(path)) yield* listFolder(dataDirectory, path);
    } else if (entry.isFile()) {
      yield { kind: 'file', path: `${dataRoot}/${path}`, from: join(dataDirectory, path) };
    }
  }
}

/** The log segments `first` to `last` (names of 24 hexadecimal digits) and the history of time lines. */
export async function* listWal(dataDirectory: string, first: string, last: string): AsyncGenerator<ArchiveSource> {
  const names = await readdir(join(dataDirectory, 'pg_wal'));
  const isNeeded = (name: string) =>
    /^[0-9A-F]{8}\.history$/.test(name) || (/^[0-9A-F]{24}$/.test(name) && name >= first && name <= last);
  const needed = names.filter(isNeeded).sort();
  if (!needed.includes(first) || !needed.includes(last)) {
    throw new Error(`Log segments ${first} to ${last} are not all in pg_wal`);
  }
  for (const name of needed) {
    yield { kind: 'file', path: `${dataRoot}/pg_wal/${name}`, from: join(dataDirectory, 'pg_wal', name) };
  }
}

/** The uploaded files; those still being written (`.partial`) belong to nobody yet. */
export async function* listFilesFolder(filesDirectory: string): AsyncGenerator<ArchiveSource> {
  yield { kind: 'folder', path: filesRoot };
  if (existsSync(filesDirectory)) yield* listUploads(filesDirectory, filesRoot);
}

async function* listUploads(folder: string, path: string): AsyncGenerator<ArchiveSource> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(ignoreVanished)) {
    const inside = `${path}/${entry.name}`;
    if (entry.isDirectory()) {
      yield { kind: 'folder', path: inside };
      yield* listUploads(join(folder, entry.name), inside);
    } else if (entry.isFile() && !entry.name.endsWith('.partial')) {
      yield { kind: 'file', path: inside, from: join(folder, entry.name) };
    }
  }
}

function ignoreVanished(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
