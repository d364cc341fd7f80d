import { resourceEndpoints, tagResource } from '@anlin/contract';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { untilWaiting } from '../../../test/lock-waits.ts';
import { startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';

const tags = resourceEndpoints(tagResource);
let server: TestApp;
let person: TestPerson;
let tagId: string;
let url: string;
beforeAll(async () => {
  server = await startTestApp();
  person = await (await server.company()).person('管理员');
  ({ id: tagId } = await person.call(tags.create, { body: { name: '老住户', color: 'blue', sortOrder: 0 } }));
  url = await server.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.stop());

/** Nobody comes to the tags until `work` has ended. */
async function whileLocked(work: (holder: pg.PoolClient) => Promise<void>): Promise<void> {
  const holder = await server.services.ownerPool.connect();
  try {
    await holder.query('begin');
    await holder.query('lock table anlin.tag in access exclusive mode');
    await work(holder);
  } finally {
    await holder.query('rollback');
    holder.release();
  }
}

/** Asks, waits until PostgreSQL works at it, and leaves. */
async function askAndLeave(path: string, init: RequestInit = {}): Promise<void> {
  const leaving = new AbortController();
  const headers = { cookie: person.cookie, 'content-type': 'application/json' };
  const asked = fetch(`${url}${path}`, { ...init, headers, signal: leaving.signal });
  await Promise.all([expect(asked).rejects.toThrow(/abort/i), untilWaiting(server).then(() => leaving.abort())]);
}

const waiting = async () =>
  (
    await server.services.ownerPool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
  ).rows.length;
const patiently = { timeout: 60_000, interval: 20 };

it.each([
  ['a list', tags.list.path],
  ['a single row', () => tags.get.path.replace(':id', tagId)],
])('stops reading %s when whoever asked has left, and the next ones are not met by it', async (_, path) => {
  await whileLocked(async () => {
    await askAndLeave(typeof path === 'string' ? path : path());
    await expect.poll(waiting, patiently).toBe(0);
    // Its connection is given back although the tags are still locked.
    await expect.poll(() => server.services.pool.totalCount - server.services.pool.idleCount, patiently).toBe(0);
  });
  const replies = await Promise.all(Array.from({ length: 20 }, () => person.call(tags.get, { params: { id: tagId } })));
  expect(new Set(replies.map(({ name }) => name))).toEqual(new Set(['老住户']));
});

it('ends nothing that is to be done because whoever asked has left', async () => {
  await whileLocked(() =>
    askAndLeave(tags.create.path, {
      method: 'POST',
      body: JSON.stringify({ name: '新住户', color: 'green', sortOrder: 1 }),
    }),
  );
  const names = async () => (await person.call(tags.list, {})).rows.map(({ name }) => name);
  await expect.poll(names, patiently).toContain('新住户');
});
