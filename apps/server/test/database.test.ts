import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, onServer, type TestDatabase } from './database.ts';

describe('a database for each test file', () => {
  let first: TestDatabase;
  let second: TestDatabase;

  beforeAll(async () => {
    [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  });
  afterAll(async () => {
    await first.drop();
    await second.drop();
  });

  it('keeps what one file writes away from the others', async () => {
    await onServer(first.url, (client) => client.query('create table noted (word text)'));
    const seen = await onServer(second.url, (client) => client.query("select to_regclass('noted') as noted"));
    expect(seen.rows[0].noted).toBeNull();
  });

  it('can be copied from a database that a test has filled', async () => {
    await onServer(first.url, async (client) => {
      await client.query("create table houses (name text); insert into houses values ('1幢2单元301')");
    });
    const copy = await createTestDatabase(first.name);
    const { rows } = await onServer(copy.url, (client) => client.query('select name from houses'));
    await copy.drop();
    expect(rows).toEqual([{ name: '1幢2单元301' }]);
  });

  it('is gone after dropping, even while somebody is connected', async () => {
    const doomed = await createTestDatabase();
    const left = await onServer(first.url, async (client) => {
      await doomed.drop();
      return client.query('select 1 from pg_database where datname = $1', [doomed.name]);
    });
    expect(left.rowCount).toBe(0);
  });
});
