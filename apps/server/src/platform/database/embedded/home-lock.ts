import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EmbeddedDatabaseError } from './embedded-error.ts';

export type HomeLock = { release(): void };

const sqliteBusy = 5;

/**
 * One server per home folder. The lock is the operating system's own file lock (taken through SQLite, which is inside
 * Node on every platform): the kernel drops it when the process ends in whatever way, so `kill -9` leaves nothing
 * behind and a reused process id cannot fake it. The file's existence means nothing; only the lock does.
 *
 * Never open `server.lock` with fs in the same process: closing such a handle would drop a POSIX lock.
 */
export function lockHome(folder: string): HomeLock {
  const holderFile = join(folder, 'server.pid');
  const database = takeLock(folder, holderFile);
  writeFileSync(holderFile, `${process.pid}\n`, { mode: 0o644 });
  let isHeld = true;
  return {
    release() {
      if (!isHeld) return;
      isHeld = false;
      database.close();
    },
  };
}

function takeLock(folder: string, holderFile: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(folder, 'server.lock'), { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    if (isBusy(error)) throw inUse(folder, holderFile);
    throw new EmbeddedDatabaseError(
      'home-unusable',
      `无法锁定数据目录 ${folder}。请检查目录的属主和权限（应由启动安邻的同一用户使用），以及磁盘是否可写。`,
      error,
    );
  }
}

function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === sqliteBusy;
}

function inUse(folder: string, holderFile: string): EmbeddedDatabaseError {
  let holder = '';
  try {
    holder = `（进程号 ${readFileSync(holderFile, 'utf8').trim()}）`;
  } catch {
    // The holder has not written its number yet; the message does without.
  }
  return new EmbeddedDatabaseError(
    'home-in-use',
    `数据目录正被另一个安邻服务使用${holder}：${folder}。同一数据目录只能启动一个服务；` +
      '请先停止正在运行的服务，或为本次启动设置另一个 ANLIN_HOME。',
  );
}
