import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { PostgresBinaries } from './binaries.ts';
import { ownerRole } from './connect.ts';
import { diskFull, EmbeddedDatabaseError } from './embedded-error.ts';
import type { DatabaseLocation } from './locate.ts';
import { makeOwnerPassword, writeOwnerPassword } from './owner-password.ts';
import type { RunAs } from './run-as.ts';
import { runProgram } from './run-program.ts';

const unfinishedPrefix = 'data.new-';

/** Whether the data folder was finished once. It only ever appears whole, by a rename. */
export function isInitialised(location: DatabaseLocation): boolean {
  return existsSync(join(location.dataDirectory, 'PG_VERSION'));
}

/** Refuses a data folder written by another major version: PostgreSQL cannot open it, and guessing would risk it. */
export function refuseOtherMajorVersion(location: DatabaseLocation, binaries: PostgresBinaries): void {
  const major = Number.parseInt(readFileSync(join(location.dataDirectory, 'PG_VERSION'), 'utf8'), 10);
  if (major === binaries.major) return;
  throw new EmbeddedDatabaseError(
    'other-major-version',
    `数据目录 ${location.dataDirectory} 由 PostgreSQL ${major} 创建，本程序内置的是 PostgreSQL ${binaries.major}，不能直接打开。` +
      '数据没有改动。请用创建它的安邻版本启动并导出，或在新目录中恢复备份。',
  );
}

/** Removes what a start that died inside initdb left behind. Call only while holding the home's lock. */
export function removeUnfinishedClusters(location: DatabaseLocation): void {
  for (const name of readdirSync(location.reachableFolder)) {
    if (name.startsWith(unfinishedPrefix)) {
      rmSync(join(location.reachableFolder, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    }
  }
}

/**
 * Makes the data folder: initdb works in a folder beside it which is renamed when it is complete and on disk, so a
 * crash at any moment leaves either nothing or a whole cluster.
 */
export async function initialiseCluster(
  location: DatabaseLocation,
  binaries: PostgresBinaries,
  runAs: RunAs,
): Promise<void> {
  refuseForeignContents(location.dataDirectory);
  const fresh = join(location.reachableFolder, unfinishedPrefix + randomUUID());
  mkdirSync(fresh, { mode: 0o700 });
  const password = makeOwnerPassword();
  const passwordFile = `${fresh}.password`;
  try {
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    for (const path of runAs ? [fresh, passwordFile] : []) chownSync(path, runAs!.uid, runAs!.gid);
    await runInitdb(fresh, passwordFile, location, binaries, runAs);
    writeOwnerPassword(location.folder, password);
    rmSync(location.dataDirectory, { recursive: true, force: true });
    renameSync(fresh, location.dataDirectory);
    syncFolder(location.reachableFolder);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(fresh, { recursive: true, force: true });
  }
}

async function runInitdb(
  target: string,
  passwordFile: string,
  location: DatabaseLocation,
  binaries: PostgresBinaries,
  runAs: RunAs,
): Promise<void> {
  const args = [
    `--pgdata=${target}`,
    `--username=${ownerRole}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    // Without these three the cluster becomes SQL_ASCII on a machine whose locale is C.
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
  ];
  const { status, output } = await runProgram(binaries.initdb, args, { runAs, cwd: location.reachableFolder });
  if (status === 0) {
    if (process.platform !== 'win32') chmodSync(target, 0o700);
    return;
  }
  if (/No space left on device|Disk quota exceeded/.test(output)) throw diskFull(location.reachableFolder);
  throw new EmbeddedDatabaseError(
    'initialise-failed',
    `内置数据库初始化失败（${location.reachableFolder}）。PostgreSQL 的说明：\n${output.trim().slice(-2000)}`,
  );
}

// A data folder without PG_VERSION that is not empty was not made by us; it is not ours to delete.
function refuseForeignContents(dataDirectory: string): void {
  if (!existsSync(dataDirectory) || readdirSync(dataDirectory).length === 0) return;
  throw new EmbeddedDatabaseError(
    'initialise-failed',
    `${dataDirectory} 不是完整的数据库目录，却也不是空目录。为避免误删，启动已中止；请确认后移走该目录，或从备份恢复。`,
  );
}

// A rename is only certain to survive a power cut once the folder holding the name is on disk.
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
