import { realpathSync } from 'node:fs';
import { Client } from 'pg';
import { systemErrorCode } from './embedded-error.ts';

/** The role that owns the schema and runs migrations; the application's own, weaker role is made by migrations. */
export const ownerRole = 'anlin';
/** The application's database. */
export const databaseName = 'anlin';

export function ownerUrl(port: number, password: string, database: string = databaseName): string {
  return `postgres://${ownerRole}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

/** Answer of one attempt to reach the server of a data folder. */
export type Probe =
  | { kind: 'ready'; version: string }
  | { kind: 'not-yet' }
  | { kind: 'wrong-password' }
  | { kind: 'somebody-else' };

/**
 * Connects once and asks the server which data folder it serves. `not-yet`: nobody listens, or it is starting up or
 * shutting down. `somebody-else`: another database listens on that port.
 */
export async function probe(port: number, password: string, dataDirectory: string): Promise<Probe> {
  const client = new Client({
    connectionString: ownerUrl(port, password, 'postgres'),
    connectionTimeoutMillis: 2000,
    query_timeout: 5000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query(
      "select current_setting('data_directory') as folder, current_setting('server_version') as version",
    );
    const isOurs = realpathSync(String(rows[0].folder)) === realpathSync(dataDirectory);
    return isOurs ? { kind: 'ready', version: String(rows[0].version) } : { kind: 'somebody-else' };
  } catch (error) {
    const code = systemErrorCode(error);
    return code === '28P01' || code === '28000' ? { kind: 'wrong-password' } : { kind: 'not-yet' };
  } finally {
    await client.end().catch(() => {});
  }
}

/** Creates the application's database when a first start did not get that far. */
export async function ensureDatabase(port: number, password: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl(port, password, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`create database ${databaseName} owner ${ownerRole}`);
  } finally {
    await client.end();
  }
}
