import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type ClaimedHome, claimHome, findBinariesPackage, findDatabase } from '../database/embedded/index.ts';
import { BackupError } from './backup-error.ts';
import { dataRoot, filesRoot, type Manifest } from './manifest.ts';
import { readArchive } from './read-archive.ts';

export type RestoreBackupOptions = {
  archive: string;
  /** ANLIN_HOME to restore into: missing or empty. */
  home: string;
  log?: (message: string) => void;
  /** Where data goes when root's home cannot be reached by PostgreSQL's user. */
  reachableRoot?: string;
  /** Adds to what was unpacked and found whole, before it is put in place. */
  extend?: (unpacked: Unpacked) => Promise<void>;
  /** Works on what is in place, while nobody else can use the home. A failure takes everything back. */
  finish?: (claimed: ClaimedHome) => Promise<void>;
};

export type Unpacked = { manifest: Manifest; data: string; files: string; account: ClaimedHome['account'] };

export type RestoreResult = { home: string; createdAt: string; fileCount: number };

const unfinishedFilesPrefix = 'files.new-';
// The supervisor clears folders of this prefix away, so a restore that is killed leaves nothing behind for long.
const unfinishedDataPrefix = 'data.new-';

/**
 * Restores an archive into an empty home. Everything is unpacked beside its place and compared with the manifest
 * first; only then do two renames put files and database in place. The next start gives the database a new password.
 * @throws BackupError; the home is then as it was
 */
export async function restoreBackup(options: RestoreBackupOptions): Promise<RestoreResult> {
  const log = options.log ?? (() => {});
  const home = resolve(options.home);
  if (!existsSync(options.archive)) {
    throw new BackupError('not-a-backup', `找不到备份文件：${resolve(options.archive)}`);
  }
  refuseUsedHome(home);
  const existedBefore = existsSync(home);
  const claimed = claimHome(home, options.reachableRoot);
  try {
    log('正在解开并逐个校验文件…');
    const manifest = await unpackAndPlace(options, claimed);
    await options.finish?.(claimed);
    claimed.lock.release();
    return { home, createdAt: manifest.createdAt, fileCount: manifest.files.length };
  } catch (error) {
    claimed.lock.release();
    await removeOwnFolders(claimed, existedBefore);
    throw explainDiskFull(error, home);
  }
}

async function unpackAndPlace(
  { archive, extend }: RestoreBackupOptions,
  { location, account }: ClaimedHome,
): Promise<Manifest> {
  const freshData = join(location.reachableFolder, unfinishedDataPrefix + randomUUID());
  const freshFiles = join(location.home, unfinishedFilesPrefix + randomUUID());
  const roots: Record<string, string> = { [dataRoot]: freshData, [filesRoot]: freshFiles };
  // Only the database's folder changes hands: the files are read and written by us alone.
  const owners: Record<string, ClaimedHome['account']> = { [dataRoot]: account, [filesRoot]: null };
  const place = (path: string) => {
    const [root = '', ...rest] = path.split('/');
    return { target: join(roots[root]!, ...rest), owner: owners[root] ?? null };
  };
  const madeFolders = new Set<string>();
  const makeFolder = async (path: string) => {
    if (madeFolders.has(path)) return;
    madeFolders.add(path);
    if (path.includes('/')) await makeFolder(dirname(path));
    const { target, owner } = place(path);
    await mkdir(target, { recursive: true, mode: 0o700 });
    if (owner) await withHandle(target, 'r', (handle) => handle.chown(owner.uid, owner.gid));
  };
  const manifest = await readArchive(archive, {
    folder: makeFolder,
    async file(path, body) {
      await makeFolder(dirname(path));
      const { target, owner } = place(path);
      await withHandle(target, 'wx', async (handle) => {
        for await (const chunk of body) await handle.writeFile(chunk);
        if (owner) await handle.chown(owner.uid, owner.gid);
      });
    },
  });
  refuseOtherMajorVersion(manifest, freshData);
  await extend?.({ manifest, data: freshData, files: freshFiles, account });
  await syncAll([...manifest.files.map((file) => file.path), ...madeFolders].map((path) => place(path).target));
  if (existsSync(freshFiles)) await rename(freshFiles, join(location.home, filesRoot));
  // The data folder comes last: its presence is what makes a home a home.
  await rename(freshData, location.dataDirectory);
  if (process.platform !== 'win32') await withHandle(location.reachableFolder, 'r', (handle) => handle.sync());
  return manifest;
}

// A damaged archive is not worth waiting for the disk; a good one has to be on it before the renames.
async function syncAll(paths: string[]): Promise<void> {
  const isWindows = process.platform === 'win32';
  for (const path of paths) {
    // Windows flushes only what is open for writing, and no folders.
    if (isWindows && statSync(path).isDirectory()) continue;
    await withHandle(path, isWindows ? 'r+' : 'r', (handle) => handle.sync());
  }
}

async function withHandle(path: string, flags: string, work: (handle: FileHandle) => Promise<unknown>): Promise<void> {
  const handle = await open(path, flags, 0o600);
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}

// What a restore that was killed left behind does not count as contents.
function refuseUsedHome(home: string): void {
  if (!existsSync(home)) return;
  const names = readdirSync(home).filter((name) => !name.startsWith(unfinishedFilesPrefix));
  const isUnused = names.every((name) => name === 'database') && findDatabase(home) === null;
  if (isUnused) return;
  throw new BackupError(
    'target-not-empty',
    `恢复的目标目录不是空的：${home}。为避免覆盖现有数据，只能恢复到空目录或尚不存在的目录；请另选目录（--home），或先移走其中的内容。`,
  );
}

function refuseOtherMajorVersion(manifest: Manifest, data: string): void {
  const inBackup = Number.parseInt(readFileSync(join(data, 'PG_VERSION'), 'utf8'), 10);
  const ours = Number.parseInt(findBinariesPackage().version, 10);
  if (inBackup === ours) return;
  throw new BackupError(
    'other-major-version',
    `备份来自 PostgreSQL ${manifest.postgresVersion}，本程序内置的是 PostgreSQL ${ours}，不能直接恢复。请用制作该备份的安邻版本恢复。`,
  );
}

async function removeOwnFolders({ location }: ClaimedHome, existedBefore: boolean): Promise<void> {
  const isOurs = (name: string) => name.startsWith(unfinishedFilesPrefix) || name.startsWith(unfinishedDataPrefix);
  for (const folder of [location.home, location.reachableFolder]) {
    for (const name of readdirSync(folder).filter(isOurs))
      await rm(join(folder, name), { recursive: true, force: true });
  }
  await rm(join(location.home, filesRoot), { recursive: true, force: true });
  await rm(location.folder, { recursive: true, force: true });
  if (location.reachableFolder !== location.folder)
    await rm(location.reachableFolder, { recursive: true, force: true });
  if (!existedBefore && basename(location.home) !== '') await rm(location.home, { recursive: true, force: true });
}

function explainDiskFull(error: unknown, home: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new BackupError('disk-full', `磁盘空间不足，恢复没有完成：${home}。请清理空间或换一个磁盘后重试。`, error);
}
