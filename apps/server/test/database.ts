import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

/** What the global set-up hands to every test worker. */
export type TestServer = {
  /** postgres:// of a role that may create databases. */
  adminUrl: string;
  /** Name of the migrated database that others are copied from. */
  template: string;
  /** First part of every database name of this run. */
  prefix: string;
};

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer;
  }
}

export type TestDatabase = {
  url: string;
  name: string;
  /** Ends every connection to the database and removes it. */
  drop(): Promise<void>;
};

/**
 * Gives the calling test file a database of its own, copied from the migrated template (about 50 ms). Drop it in
 * `afterAll`; what is forgotten goes with the run.
 * @param template another database to copy from, such as one that a test has filled
 */
export async function createTestDatabase(template?: string): Promise<TestDatabase> {
  const server = inject('testServer');
  const name = `${server.prefix}_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  await onServer(server.adminUrl, (client) => copyDatabase(client, name, template ?? server.template));
  return {
    url: urlOfDatabase(server.adminUrl, name),
    name,
    drop: () =>
      onServer(server.adminUrl, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

/** The same server and role, another database. */
export function urlOfDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs some statements on a connection of their own. */
export async function onServer<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

// A template is locked while it is copied, so files starting together must wait for one another (55006: in use).
async function copyDatabase(client: Client, name: string, template: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(`create database ${name} template ${template}`);
      return;
    } catch (error) {
      const isBusy = typeof error === 'object' && error !== null && 'code' in error && error.code === '55006';
      if (!isBusy || attempt === 600) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
