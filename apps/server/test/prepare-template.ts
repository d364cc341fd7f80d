import { onServer } from './database.ts';

/**
 * Prepares the database every test database is copied from. This is the place to run the migrations.
 * @param url of a fresh, empty UTF-8 database, as its owner and as a superuser
 */
export async function prepareTemplate(url: string): Promise<void> {
  await onServer(url, async (client) => {
    const { rows } = await client.query<{ encoding: string }>("select current_setting('server_encoding') as encoding");
    if (rows[0]?.encoding !== 'UTF8') throw new Error(`The test server's encoding is ${rows[0]?.encoding}, not UTF8`);
  });
}
