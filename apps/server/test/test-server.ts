import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { removeAbandonedHome, startEmbedded } from '../src/platform/database/embedded/index.ts';
import { removeClusterFoldersOfDeadRuns } from './cluster-folder.ts';
import { type TestServer, urlOfDatabase } from './database.ts';

const homePrefix = 'anlin-test-run-';
const databasePrefix = 'anlin_test';

/** Gets a fresh, empty UTF-8 database ready for use as the template: migrations, roles, fixed rows. */
export type PrepareTemplate = (url: string) => Promise<void>;

/**
 * Provides PostgreSQL for one test run: the server of TEST_DATABASE_URL (a superuser's URL) when that is set, else an
 * embedded one in a temporary folder without fsync. First clears away what runs that were killed have left.
 */
export async function startTestServer(
  prepareTemplate: PrepareTemplate,
): Promise<{ server: TestServer; stop(): Promise<void> }> {
  await removeClusterFoldersOfDeadRuns();
  const external = process.env.TEST_DATABASE_URL;
  const { adminUrl, stop: stopPostgres } = external
    ? { adminUrl: external, stop: async () => {} }
    : await startTemporaryPostgres();
  const prefix = `${databasePrefix}_${randomUUID().slice(0, 8)}`;
  const presence = await announceRun(adminUrl, prefix);
  const server = { adminUrl, prefix, template: `${prefix}_template` };
  const stop = async () => {
    await dropDatabases(presence, `${prefix}_`);
    await presence.end();
    await stopPostgres();
  };
  try {
    await dropDatabasesOfDeadRuns(presence);
    await createEmptyDatabase(presence, server.template);
    await prepareTemplate(urlOfDatabase(adminUrl, server.template));
    return { server, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startTemporaryPostgres(): Promise<{ adminUrl: string; stop(): Promise<void> }> {
  await removeHomesOfDeadRuns();
  const home = join(tmpdir(), homePrefix + randomUUID());
  const database = await startEmbedded({
    home,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  return {
    adminUrl: database.url,
    async stop() {
      await database.stop();
      await removeAbandonedHome(home);
    },
  };
}

async function removeHomesOfDeadRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(homePrefix)) continue;
    try {
      await removeAbandonedHome(join(tmpdir(), name));
    } catch {
      // Another user's run; it is theirs to clear.
    }
  }
}

// A run is alive as long as this connection is: the server itself tells the dead runs from the living.
async function announceRun(adminUrl: string, prefix: string): Promise<Client> {
  const client = new Client({ connectionString: adminUrl, application_name: prefix });
  await client.connect();
  return client;
}

async function dropDatabasesOfDeadRuns(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database
      where datname like '${databasePrefix.replace('_', '\\_')}\\_%'
        and substring(datname from '^${databasePrefix}_[0-9a-f]{8}') not in (select application_name from pg_stat_activity)`,
  );
  for (const { name } of rows) await client.query(`drop database if exists ${name} with (force)`);
}

async function dropDatabases(client: Client, start: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'select datname as name from pg_database where starts_with(datname, $1)',
    [start],
  );
  for (const { name } of rows) await client.query(`drop database if exists ${name} with (force)`);
}

// Same rules of text as the embedded cluster has: UTF-8, byte order unless a query asks for Chinese order.
async function createEmptyDatabase(client: Client, name: string): Promise<void> {
  await client.query(`create database ${name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'`);
}
