import { statSync } from 'node:fs';
import { adoptPostmaster } from './adopt.ts';
import { installBinaries, type PostgresBinaries, removeOtherBinaries } from './binaries.ts';
import { claimHome } from './claim-home.ts';
import { ensureDatabase, ownerUrl } from './connect.ts';
import { EmbeddedDatabaseError, explainDiskFull } from './embedded-error.ts';
import type { HomeLock } from './home-lock.ts';
import {
  initialiseCluster,
  isInitialised,
  refuseOtherMajorVersion,
  removeUnfinishedClusters,
} from './initialise-cluster.ts';
import { type LaunchPlan, launchPostmaster, type RunningPostmaster } from './launch.ts';
import { type DatabaseLocation, findDatabase } from './locate.ts';
import { readOwnerPassword, resetOwnerPassword } from './owner-password.ts';
import { readPostmasterPid } from './postmaster-pid.ts';
import { postgresProcessState } from './process-state.ts';
import type { RunAs } from './run-as.ts';
import type { PostgresSettings } from './settings.ts';
import { keepRunning } from './supervise.ts';

export type StartEmbeddedOptions = {
  /** ANLIN_HOME: the folder of everything this installation keeps; created when missing. */
  home: string;
  /** Receives short Chinese sentences about what is going on. */
  log?: (message: string) => void;
  /** Where data goes when root's home cannot be reached by PostgreSQL's user. */
  reachableRoot?: string;
  /** Where the programs are copied to; beside the data unless several clusters shall share one copy (tests). */
  binariesFolder?: string;
  /** Overrides of PostgreSQL settings (tests may turn fsync off). */
  settings?: PostgresSettings;
};

export type EmbeddedDatabase = {
  /** postgres:// for the owner role on 127.0.0.1, to the application's database. Contains the password: never log it. */
  url: string;
  dataDirectory: string;
  /** PostgreSQL's version, such as '18.4'. */
  version: string;
  /** True when a PostgreSQL that outlived a killed server was taken over instead of started. */
  adopted: boolean;
  /** Fast shutdown; returns when PostgreSQL has ended and the home is free for another server. May be called twice. */
  stop(): Promise<void>;
};

/**
 * Starts (or takes over) the embedded PostgreSQL of a home folder, initialising it on first use, restarts it when it
 * dies, and holds the home's lock until `stop()`.
 * @throws EmbeddedDatabaseError with a Chinese message for everything an operator can put right
 */
export async function startEmbedded(options: StartEmbeddedOptions): Promise<EmbeddedDatabase> {
  const log = options.log ?? (() => {});
  const { location, account, lock } = claimHome(options.home, options.reachableRoot);
  try {
    return await startLocked(options, location, account, lock, log);
  } catch (error) {
    lock.release();
    throw explainDiskFull(error, location.reachableFolder);
  }
}

async function startLocked(
  options: StartEmbeddedOptions,
  location: DatabaseLocation,
  account: RunAs,
  lock: HomeLock,
  log: (message: string) => void,
): Promise<EmbeddedDatabase> {
  const binariesFolder = options.binariesFolder ?? location.reachableFolder;
  const binaries = installBinaries(binariesFolder);
  removeUnfinishedClusters(location);
  if (isInitialised(location)) {
    refuseOtherMajorVersion(location, binaries);
  } else {
    if (location.reachableFolder !== location.folder) {
      log(`运行数据库的系统账号 ${account?.name} 进不了 ${location.home}，数据库改放在 ${location.reachableFolder}`);
    }
    log('首次启动，正在初始化内置数据库…');
    await initialiseCluster(location, binaries, account);
  }
  const runAs = account && ownerOf(location.dataDirectory, account);
  const { password, adopted } = await unlockOrAdopt(location, binaries, runAs, log);
  const plan: LaunchPlan = { location, binaries, runAs, password, settings: options.settings ?? {}, log };
  const running = adopted ?? (await launchPostmaster(plan));
  if (adopted) log('接管了上次未停止的内置数据库');
  else if (binariesFolder === location.reachableFolder) removeOtherBinaries(binariesFolder, binaries);
  await ensureDatabase(running.port, password);
  const stop = keepRunning(plan, running, lock);
  return {
    url: ownerUrl(running.port, password),
    dataDirectory: location.dataDirectory,
    version: running.version,
    adopted: adopted !== null,
    stop,
  };
}

async function unlockOrAdopt(
  location: DatabaseLocation,
  binaries: PostgresBinaries,
  runAs: RunAs,
  log: (message: string) => void,
): Promise<{ password: string; adopted: RunningPostmaster | null }> {
  const password = readOwnerPassword(location.folder);
  const adopted = await adoptPostmaster(location.dataDirectory, password ?? '', log);
  return { password: password ?? (await resetOwnerPassword(location, binaries, runAs)), adopted };
}

// Data made earlier, perhaps by an ordinary user, stays with its owner; only a folder left to root changes hands.
function ownerOf(dataDirectory: string, account: NonNullable<RunAs>): RunAs {
  const { uid, gid } = statSync(dataDirectory);
  if (uid === 0) {
    throw new EmbeddedDatabaseError(
      'home-unusable',
      `数据目录 ${dataDirectory} 属于 root，而数据库不能以 root 运行。请执行：chown -R ${account.name} ${dataDirectory}，然后重新启动。`,
    );
  }
  return uid === account.uid ? account : { name: String(uid), uid, gid };
}

/**
 * The embedded database of a home that is running at this moment, whoever started it; null when it is stopped or was
 * never made. Takes no lock and changes nothing: for commands that work beside the server, such as a backup.
 */
export async function findRunningEmbedded(home: string): Promise<{ url: string; dataDirectory: string } | null> {
  const location = findDatabase(home);
  const found = location && readPostmasterPid(location.dataDirectory);
  if (!location || !found || postgresProcessState(found.pid) !== 'running') return null;
  const password = readOwnerPassword(location.folder);
  const running = password && (await adoptPostmaster(location.dataDirectory, password, () => {}));
  return running ? { url: ownerUrl(running.port, password), dataDirectory: location.dataDirectory } : null;
}
