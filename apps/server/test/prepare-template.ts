import { runMigrations } from 'graphile-worker';
import { migrate } from '../src/platform/database/migrate.ts';

/**
 * Prepares the database every test database is copied from: our migrations and the job queue's.
 * @param url of a fresh, empty UTF-8 database, as its owner and as a superuser
 */
export async function prepareTemplate(url: string): Promise<void> {
  await migrate(url);
  await runMigrations({ connectionString: url });
}
