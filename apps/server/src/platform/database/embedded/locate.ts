import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { EmbeddedDatabaseError, explainDiskFull, systemErrorCode } from './embedded-error.ts';
import { type RunAs, spawnIdentity } from './run-as.ts';

/** Where everything of one embedded database lies. All paths absolute. */
export type DatabaseLocation = {
  home: string;
  /** `<home>/database`: password, port, lock and log; owned by us. */
  folder: string;
  /** Parent of the data folder and of the binaries: `folder`, unless PostgreSQL's user cannot get there. */
  reachableFolder: string;
  dataDirectory: string;
};

const pointerName = 'location';
const ownerName = 'belongs-to';

/** Folder for databases whose home PostgreSQL's user cannot reach (a home below root's 0700 folder). */
export const defaultReachableRoot = '/var/lib/anlin';

/**
 * Decides where the database lies and creates the folders. Normally `<home>/database/data`. When we are root and the
 * home lies below a folder that PostgreSQL's user may not enter (0700), we do not loosen a folder somebody closed on
 * purpose: the data goes to `<reachableRoot>/<random>` and `<home>/database/location` points there.
 */
export function locateDatabase(home: string, runAs: RunAs, reachableRoot: string): DatabaseLocation {
  const absoluteHome = resolve(home);
  try {
    makeFolder(absoluteHome, runAs);
    const folder = join(realpathSync(absoluteHome), 'database');
    makeFolder(folder, runAs);
    const reachableFolder = readPointer(folder) ?? chooseReachableFolder(folder, runAs, reachableRoot);
    refuseCopiedHome(folder, reachableFolder);
    return { home: dirname(folder), folder, reachableFolder, dataDirectory: join(reachableFolder, 'data') };
  } catch (error) {
    throw explainFolder(explainDiskFull(error, absoluteHome), absoluteHome);
  }
}

/** The location of a database that exists already, or null; creates nothing. */
export function findDatabase(home: string): DatabaseLocation | null {
  const folder = join(resolve(home), 'database');
  const reachableFolder = readPointer(folder) ?? folder;
  const dataDirectory = join(reachableFolder, 'data');
  return existsSync(dataDirectory) ? { home: resolve(home), folder, reachableFolder, dataDirectory } : null;
}

// A folder we make ourselves lets PostgreSQL's group pass through and nobody else in.
function makeFolder(folder: string, runAs: RunAs): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true });
  if (process.platform === 'win32') return;
  chmodSync(folder, runAs ? 0o710 : 0o700);
  if (runAs) chownSync(folder, 0, runAs.gid);
}

function readPointer(folder: string): string | null {
  const pointer = join(folder, pointerName);
  return existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : null;
}

function chooseReachableFolder(folder: string, runAs: RunAs, reachableRoot: string): string {
  if (existsSync(join(folder, 'data')) || runAs === null || canEnter(folder, runAs)) return folder;
  mkdirSync(reachableRoot, { recursive: true, mode: 0o755 });
  const reachableFolder = join(realpathSync(reachableRoot), randomUUID());
  makeFolder(reachableFolder, runAs);
  if (!canEnter(reachableFolder, runAs)) {
    throw new EmbeddedDatabaseError(
      'home-unusable',
      `系统账号 ${runAs.name} 无法进入 ${folder}，也无法进入 ${reachableRoot}。` +
        '请把 ANLIN_HOME 设为一个普通账号可以进入的目录（例如 /srv/anlin），或改用普通用户启动。',
    );
  }
  writeFileSync(join(reachableFolder, ownerName), `${folder}\n`, { mode: 0o600 });
  writeFileSync(join(folder, pointerName), `${reachableFolder}\n`, { mode: 0o600 });
  return reachableFolder;
}

// Asks the kernel by really going there as that user: mode bits alone miss ACLs and mandatory access control.
function canEnter(folder: string, runAs: RunAs): boolean {
  const result = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { cwd: '/', ...spawnIdentity(runAs) });
  return result.status === 0;
}

// A home copied with its pointer would be a second door to the first home's data. Moving a home is fine.
function refuseCopiedHome(folder: string, reachableFolder: string): void {
  if (reachableFolder === folder) return;
  const ownerFile = join(reachableFolder, ownerName);
  if (!existsSync(ownerFile)) {
    throw new EmbeddedDatabaseError(
      'home-unusable',
      `数据库本体应在 ${reachableFolder}（见 ${join(folder, pointerName)}），但那里已经没有了。` +
        '请找回该目录；若确已丢失，请在新的 ANLIN_HOME 中恢复备份。',
    );
  }
  const owner = readFileSync(ownerFile, 'utf8').trim();
  if (owner === folder) return;
  if (readPointer(owner) === reachableFolder) {
    throw new EmbeddedDatabaseError(
      'home-copied',
      `${dirname(folder)} 是从 ${dirname(owner)} 复制来的，但两者指向同一份数据库（${reachableFolder}）。` +
        '复制数据请用备份与恢复：npm run backup，然后 npm run restore。',
    );
  }
  writeFileSync(ownerFile, `${folder}\n`, { mode: 0o600 });
}

function explainFolder(error: unknown, home: string): unknown {
  const code = systemErrorCode(error);
  if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS' && code !== 'ENOTDIR') return error;
  return new EmbeddedDatabaseError(
    'home-unusable',
    `数据目录 ${home} 无法读写（${code}）。请检查目录的属主和权限，或把 ANLIN_HOME 设为另一个可写目录。`,
    error,
  );
}
