import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresBinaries } from './binaries.ts';
import { EmbeddedDatabaseError } from './embedded-error.ts';
import { readPostmasterPid } from './postmaster-pid.ts';
import { postgresProcessState } from './process-state.ts';
import { runProgram } from './run-program.ts';

// The last checkpoint of a fast shutdown writes at most max_wal_size's worth of pages.
const patienceMs = 120_000;

/** Fast shutdown: open connections are closed, everything acknowledged is on disk, then the process ends. */
export async function stopPostmaster(
  running: { pid: number },
  dataDirectory: string,
  binaries: PostgresBinaries,
): Promise<void> {
  if (process.platform === 'win32') {
    await runProgram(binaries.pgCtl, ['stop', '-m', 'fast', '-D', dataDirectory], { runAs: null, cwd: dataDirectory });
  } else if (postgresProcessState(running.pid) === 'running') {
    sendFastShutdown(running.pid);
  }
  await waitUntilGone(running.pid, dataDirectory, patienceMs);
}

/** Waits until the process ended (a zombie has ended) and no longer names itself in the data folder. */
export async function waitUntilGone(pid: number, dataDirectory: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const isListed = readPostmasterPid(dataDirectory)?.pid === pid;
    const isRunning = process.platform === 'win32' ? isListed : postgresProcessState(pid) === 'running';
    if (!isRunning) return;
    await sleep(20);
  }
  throw new EmbeddedDatabaseError(
    'stop-failed',
    `内置数据库（进程号 ${pid}）在 ${Math.round(timeoutMs / 1000)} 秒内没有停下。它会在写完数据后自行退出；请稍后再启动。`,
  );
}

function sendFastShutdown(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It ended between the look and the signal.
  }
}
