import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runMigrations } from 'graphile-worker';
import type pg from 'pg';
import { measureDisk } from './backup/disk-space.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { startEmbedded } from './database/embedded/index.ts';
import { migrate } from './database/migrate.ts';
import { createPool } from './database/pool.ts';
import { diskFileStore } from './files/disk-file-store.ts';
import { proveS3, s3FileStore } from './files/s3-file-store.ts';
import type { S3Settings } from './files/s3-settings.ts';
import { newId } from './ids.ts';
import { createLogger } from './logger.ts';
import { readVaultKeys, vaultOf } from './secrets/index.ts';
import type { Services } from './services.ts';

export interface RunningServices extends Services {
  databaseUrl: string;
  /** Connections of background work, which nobody waits for; otherwise like `pool`. */
  backgroundPool: pg.Pool;
  /** Closes connections and, where it is ours, the database. */
  stop(): Promise<void>;
}

/**
 * Transactions of requests at one time; whoever comes then waits for one to end. More at once take longer together: two cores
 * book more payments in a second for eight than for twenty-four (docs/bench.md).
 */
export const mostConnections = 10;
/** The same of background work, so that exports and imports take no turn from people. */
const mostInBackground = 8;

/** Opens the database (embedded unless `DATABASE_URL` names one), brings its structure up to date and opens the pools. */
export async function startServices(
  config: Pick<Config, 'databaseUrl' | 'home' | 'logLevel'> & Partial<Pick<Config, 'gateway' | 's3'>>,
  say: (message: string) => void = () => {},
): Promise<RunningServices> {
  await mkdir(config.home, { recursive: true });
  if (config.s3) await proveS3(config.s3);
  const embedded = config.databaseUrl ? undefined : await startEmbedded({ home: config.home, log: say });
  const databaseUrl = config.databaseUrl ?? embedded!.url;
  try {
    const services = await openServices({ ...config, databaseUrl, dataDirectory: embedded?.dataDirectory });
    return {
      ...services,
      async stop() {
        await services.stop();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** The same on a database that already runs. */
export async function openServices(options: {
  databaseUrl: string;
  home: string;
  logLevel?: string;
  clock?: Clock;
  maxConnections?: number;
  gateway?: string | undefined;
  s3?: S3Settings | undefined;
  /** Of the embedded database, where it is that. */
  dataDirectory?: string | undefined;
}): Promise<RunningServices> {
  const { databaseUrl, home, dataDirectory } = options;
  await migrate(databaseUrl);
  const ownerPool = createPool({ url: databaseUrl, as: 'owner', max: 12 });
  const pool = createPool({ url: databaseUrl, as: 'application', max: options.maxConnections ?? mostConnections });
  // Opens no connection before the first work.
  const backgroundPool = createPool({ url: databaseUrl, as: 'application', max: mostInBackground });
  await runMigrations({ pgPool: ownerPool });
  return {
    pool,
    backgroundPool,
    ownerPool,
    clock: options.clock ?? systemClock,
    newId,
    files: options.s3 ? s3FileStore(options.s3) : diskFileStore(join(home, 'files')),
    secret: await readSecret(home),
    vault: vaultOf(await readVaultKeys(home)),
    gateway: options.gateway,
    logger: createLogger(options.logLevel === 'silent' ? undefined : join(home, 'logs'), options.logLevel ?? 'info'),
    installation: { home, embedded: dataDirectory ? { url: databaseUrl, dataDirectory } : null, measureDisk },
    databaseUrl,
    async stop() {
      await pool.end();
      await backgroundPool.end();
      await ownerPool.end();
    },
  };
}

/** The installation's own secret, made once and readable by its owner alone. */
async function readSecret(home: string): Promise<Buffer> {
  const path = join(home, 'secret.key');
  try {
    return await readFile(path);
  } catch {
    await mkdir(home, { recursive: true });
    await writeFile(path, randomBytes(32), { mode: 0o600, flag: 'wx' }).catch(() => {});
    await chmod(path, 0o600);
    return readFile(path);
  }
}
