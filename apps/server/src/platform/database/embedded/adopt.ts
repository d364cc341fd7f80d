import { setTimeout as sleep } from 'node:timers/promises';
import { probe } from './connect.ts';
import { EmbeddedDatabaseError } from './embedded-error.ts';
import type { RunningPostmaster } from './launch.ts';
import { readPostmasterPid } from './postmaster-pid.ts';
import { postgresProcessState } from './process-state.ts';

const patienceMs = 15 * 60_000;

/**
 * Finds the PostgreSQL that outlived a killed server: reads `postmaster.pid`, connects, and compares the data folder.
 * Waits for one that is still starting up or shutting down. Null when none is running (any more).
 */
export async function adoptPostmaster(
  dataDirectory: string,
  password: string,
  log: (message: string) => void,
): Promise<RunningPostmaster | null> {
  const deadline = Date.now() + patienceMs;
  for (let attempt = 1; Date.now() < deadline; attempt++) {
    const found = readPostmasterPid(dataDirectory);
    if (!found || postgresProcessState(found.pid) !== 'running') return null;
    const answer = found.port > 0 ? await probe(found.port, password, dataDirectory) : null;
    if (answer?.kind === 'ready') return { pid: found.pid, port: found.port, version: answer.version };
    if (answer?.kind === 'wrong-password') throw wrongPassword(dataDirectory, found.pid);
    // Somebody else on the port it names: the file is stale and its number was given to another PostgreSQL.
    if (answer?.kind === 'somebody-else') return null;
    if (attempt === 100) log('上次的数据库进程正在启动或停止，等待其完成…');
    await sleep(50);
  }
  throw new EmbeddedDatabaseError(
    'still-shutting-down',
    `数据目录 ${dataDirectory} 上有一个既不接受连接也不退出的数据库进程，请结束该进程后重试。`,
  );
}

function wrongPassword(dataDirectory: string, pid: number): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    'start-failed',
    `数据目录 ${dataDirectory} 上已有数据库在运行（进程号 ${pid}），但口令文件与它不符。请先停止该进程（kill -INT ${pid}），再重新启动。`,
  );
}
