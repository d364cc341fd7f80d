import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestCompany } from '../../../test/test-app.ts';
import { sql } from '../database/sql.ts';
import { tokenHash } from './open-session.ts';
import { sessionPeeks } from './peek-sessions.ts';

let server: TestApp;
let company: TestCompany;
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
});
afterAll(() => server.stop());

const hashOf = (person: { cookie: string }) => tokenHash(person.cookie.split('=')[1]!);
const end = (person: { staffId: string }) =>
  company.run((ctx) => ctx.tx.run(sql`delete from session where staff_id = ${person.staffId}`));

describe('sessions that are looked up together', () => {
  it('are each found with their own person and company, whoever else asks in that moment', async () => {
    const peek = sessionPeeks(server.services);
    const elsewhere = await server.company();
    const people = [await company.person('管理员'), await company.person('收银员'), await elsewhere.person('管理员')];
    const gone = await company.person('管理员');
    await end(gone);
    const hashes = [...people, gone].map(hashOf);
    const found = await Promise.all([...hashes, randomBytes(32), ...hashes, Buffer.alloc(0)].map(peek));
    const expected = [
      ...people.map(({ staffId }, n) => ({ staffId, companyId: (n < 2 ? company : elsewhere).id })),
      undefined,
    ];
    const told = found.map((one) => one && { staffId: one.staffId, companyId: one.companyId });
    expect(told).toEqual([...expected, undefined, ...expected, undefined]);
  });

  it('are found one and all when more ask than fit into one statement', async () => {
    const peek = sessionPeeks(server.services);
    const person = await company.person('管理员');
    const asked = Array.from({ length: 250 }, (_, n) => (n % 50 === 7 ? hashOf(person) : randomBytes(32)));
    const found = await Promise.all(asked.map(peek));
    expect(found.map((one) => one?.staffId)).toEqual(asked.map((_, n) => (n % 50 === 7 ? person.staffId : undefined)));
  });

  it('are looked up after they are asked for: one that ended meanwhile is not found, one that expired neither', async () => {
    const peek = sessionPeeks(server.services);
    const [stays, goes] = [await company.person('管理员'), await company.person('管理员')];
    const before = peek(hashOf(goes));
    await before;
    await end(goes);
    const [stay, go] = await Promise.all([peek(hashOf(stays)), peek(hashOf(goes))]);
    expect(stay?.staffId).toBe(stays.staffId);
    expect(go).toBeUndefined();
    server.clock.set('2026-04-10T02:00:00Z');
    expect(await peek(hashOf(stays))).toBeUndefined();
    server.clock.set('2026-03-10T02:00:00Z');
  });

  it('are all refused when their statement fails, and found by the next', async () => {
    const peek = sessionPeeks(server.services);
    const people = [await company.person('管理员'), await company.person('管理员')];
    const ask = () => server.app.inject({ url: '/api/buildings', headers: { cookie: people[0]!.cookie } });
    const { ownerPool } = server.services;
    const holder = await ownerPool.connect();
    await holder.query('begin');
    await holder.query('lock table session in access exclusive mode');
    let isOver = false;
    const waiting = Promise.allSettled([...people.map(hashOf).map(peek), ask()]).finally(() => {
      isOver = true;
    });
    const cancel = () =>
      ownerPool.query(`select pg_cancel_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%token_hash = any%'`);
    await expect.poll(async () => isOver || ((await cancel()) && isOver), { timeout: 60_000 }).toBe(true);
    const [one, other, reply] = await waiting;
    expect([one?.status, other?.status]).toEqual(['rejected', 'rejected']);
    expect(reply).toMatchObject({ status: 'fulfilled', value: { statusCode: 503 } });
    await holder.query('rollback');
    holder.release();
    expect((await Promise.all(people.map(hashOf).map(peek))).map((found) => found?.staffId)).toEqual(
      people.map(({ staffId }) => staffId),
    );
    expect((await ask()).statusCode).toBe(200);
  });
});
