import { spawn } from 'node:child_process';
import { closeSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresBinaries } from './binaries.ts';
import { probe } from './connect.ts';
import { diskFull, EmbeddedDatabaseError, explainDiskFull } from './embedded-error.ts';
import type { DatabaseLocation } from './locate.ts';
import { choosePort, rememberPort } from './port.ts';
import { readPostmasterPid } from './postmaster-pid.ts';
import { postgresProcessState } from './process-state.ts';
import { type RunAs, spawnIdentity } from './run-as.ts';
import { postgresEnvironment } from './run-program.ts';
import { prepareServerLog, readLogSince, sizeOfLog } from './server-log.ts';
import { embeddedSettings, type PostgresSettings } from './settings.ts';
import { stopPostmaster } from './stop.ts';

export type RunningPostmaster = { pid: number; port: number; version: string };

export type LaunchPlan = {
  location: DatabaseLocation;
  binaries: PostgresBinaries;
  runAs: RunAs;
  password: string;
  settings: PostgresSettings;
  log: (message: string) => void;
};

// A busy orphan of a killed postmaster ends when its query does; a slow disk may need long to replay the log.
const orphanPatienceMs = 60_000;
const recoveryPatienceMs = 15 * 60_000;
const pollMs = 20;

/**
 * Starts PostgreSQL on an initialised folder and waits until it answers. Retries what passes by itself: a killed
 * postmaster that is still a zombie, orphaned backends that still hold shared memory, a port taken in between.
 * @param fixedPort the port to use and no other, when clients already know it
 */
export async function launchPostmaster(plan: LaunchPlan, fixedPort?: number): Promise<RunningPostmaster> {
  const deadline = Date.now() + orphanPatienceMs;
  for (let attempt = 1; ; attempt++) {
    const port = fixedPort ?? (await choosePort(plan.location.folder));
    const result = await startOnce(plan, port);
    if ('pid' in result) {
      rememberPort(plan.location.folder, port);
      return result;
    }
    const cause = classifyFailure(result.log);
    if (cause === 'disk-full') throw diskFull(plan.location.reachableFolder);
    if (cause === 'fatal' || Date.now() > deadline) throw startFailed(plan, result.log);
    if (cause === 'still-there') moveStalePidAside(plan.location.dataDirectory);
    if (attempt === 1) plan.log('上次的数据库进程尚未完全退出，正在等待…');
    await sleep(Math.min(1000, 100 * attempt));
  }
}

type FailedStart = { log: string };

async function startOnce(plan: LaunchPlan, port: number): Promise<RunningPostmaster | FailedStart> {
  const logPath = prepareServerLog(plan.location.folder);
  const offset = sizeOfLog(logPath);
  const exited = spawnPostmaster(plan, port, logPath);
  let hasExited = false;
  void exited
    .finally(() => {
      hasExited = true;
    })
    .catch(() => {});
  const deadline = Date.now() + recoveryPatienceMs;
  let nextNotice = Date.now() + 5000;
  while (!hasExited && Date.now() < deadline) {
    const answer = await probe(port, plan.password, plan.location.dataDirectory);
    const running = readPostmasterPid(plan.location.dataDirectory);
    if (answer.kind === 'ready' && running) return { pid: running.pid, port, version: answer.version };
    if (answer.kind === 'wrong-password' && running) {
      await stopPostmaster(running, plan.location.dataDirectory, plan.binaries);
      throw wrongPassword(plan.location);
    }
    if (Date.now() > nextNotice) {
      plan.log('数据库正在恢复上次未写完的数据，请稍候…');
      nextNotice = Date.now() + 10_000;
    }
    await sleep(pollMs);
  }
  // One that is still busy recovering after all that time is left to finish; the next start waits for it again.
  if (hasExited) await exited;
  return { log: readLogSince(logPath, offset) };
}

// Detached: Ctrl-C in the terminal must reach our server only, which then stops PostgreSQL in good order.
function spawnPostmaster(plan: LaunchPlan, port: number, logPath: string): Promise<void> {
  const logHandle = openSync(logPath, 'a', 0o600);
  const settings = { ...embeddedSettings(port), ...plan.settings };
  const settingArgs = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const isWindows = process.platform === 'win32';
  // On Windows only pg_ctl can shed an administrator's rights, which PostgreSQL refuses.
  const quoted = settingArgs.map((arg) => `"${arg}"`).join(' ');
  const program = isWindows ? plan.binaries.pgCtl : plan.binaries.postgres;
  const args = isWindows
    ? ['start', '--no-wait', '-D', plan.location.dataDirectory, '-l', logPath, '-o', quoted]
    : ['-D', plan.location.dataDirectory, ...settingArgs];
  const child = spawn(program, args, {
    cwd: plan.location.reachableFolder,
    env: postgresEnvironment(),
    detached: true,
    windowsHide: true,
    stdio: isWindows ? 'ignore' : ['ignore', logHandle, logHandle],
    ...spawnIdentity(plan.runAs),
  });
  child.unref();
  closeSync(logHandle);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(explainDiskFull(error, plan.location.folder)));
    child.once('exit', (code) => {
      if (!(isWindows && code === 0)) resolve();
    });
  });
}

export type FailureCause = 'disk-full' | 'still-there' | 'orphans' | 'port-taken' | 'fatal';

/** Why a start failed, from PostgreSQL's log (its messages are in English: LC_MESSAGES is C). */
export function classifyFailure(log: string): FailureCause {
  if (/No space left on device|Disk quota exceeded/.test(log)) return 'disk-full';
  if (
    /lock file "postmaster\.pid" already exists|bogus data in lock file|lock file "postmaster\.pid" is empty/.test(log)
  )
    return 'still-there';
  if (/pre-existing shared memory block/.test(log)) return 'orphans';
  if (/could not bind|could not create any TCP\/IP sockets/.test(log)) return 'port-taken';
  return 'fatal';
}

// PostgreSQL believes any living process of its user that has the old number, even a zombie or a stranger that got the
// number after a reboot. We know better, and it still checks by itself that nobody holds the shared memory.
function moveStalePidAside(dataDirectory: string): void {
  const pidFile = join(dataDirectory, 'postmaster.pid');
  const stale = readPostmasterPid(dataDirectory);
  if (stale && postgresProcessState(stale.pid) === 'running') return;
  try {
    renameSync(pidFile, `${pidFile}.stale`);
  } catch {
    // It went away by itself, which is just as good.
  }
}

function wrongPassword(location: DatabaseLocation): EmbeddedDatabaseError {
  const file = join(location.folder, 'password');
  return new EmbeddedDatabaseError(
    'start-failed',
    `口令文件 ${file} 与数据库不符。数据没有改动。删除这个文件后重新启动，会自动设置新的口令。`,
  );
}

function startFailed(plan: LaunchPlan, log: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    'start-failed',
    `内置数据库无法启动（${plan.location.dataDirectory}）。数据没有改动。PostgreSQL 的说明：\n${log.trim().slice(-2000)}\n` +
      `完整日志：${join(plan.location.folder, 'postgresql.log')}`,
  );
}
