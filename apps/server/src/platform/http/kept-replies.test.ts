import { buildingResource, resourceEndpoints } from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestCompany } from '../../../test/test-app.ts';
import { tokenHash } from '../auth/open-session.ts';
import { type PeekedSession, sessionPeeks } from '../auth/peek-sessions.ts';
import { inSteadySession } from '../boundary.ts';
import { nowText } from '../context.ts';
import { type Sql, sql } from '../database/sql.ts';
import { keptReplies } from './kept-replies.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

const { list } = resourceEndpoints(buildingResource);

/** A transaction that adds a building and then waits to be told its end. */
async function openWriter(company: TestCompany, name: string) {
  const end = Promise.withResolvers<'commit' | 'rollback'>();
  const written = Promise.withResolvers<void>();
  const done = company
    .run(async (ctx) => {
      await ctx.tx.run(sql`insert into building (company_id, id, community_id, name, created_at, updated_at)
        values (${ctx.companyId}, ${ctx.newId()}, ${company.communityId}, ${name}, ${nowText(ctx)}, ${nowText(ctx)})`);
      written.resolve();
      if ((await end.promise) === 'rollback') throw new Error('rolled back');
    })
    .catch((error: Error) => {
      written.reject(error);
      if (error.message !== 'rolled back') throw error;
    });
  await written.promise;
  return {
    name,
    end: (how: 'commit' | 'rollback') => {
      end.resolve(how);
      return done;
    },
  };
}

describe('a reply that is kept', () => {
  it('shows what is committed and nothing else, whatever is written meanwhile', async () => {
    const step = fc.oneof(
      { weight: 2, arbitrary: fc.constant('open' as const) },
      { weight: 2, arbitrary: fc.constant('commit' as const) },
      fc.constant('rollback' as const),
      { weight: 3, arbitrary: fc.constant('read' as const) },
      fc.constant('commitWhileReading' as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 20 }), async (steps) => {
        const company = await server.company();
        const reader = await company.person('管理员');
        const read = async () => (await reader.call(list)).rows.map((row) => String(row.name)).sort();
        const writers: Awaited<ReturnType<typeof openWriter>>[] = [];
        const committed: string[] = [];
        const end = async (how: 'commit' | 'rollback') => {
          const writer = writers.shift();
          await writer?.end(how);
          if (writer && how === 'commit') committed.push(writer.name);
        };
        let built = 0;
        for (const one of steps) {
          if (one === 'open' && writers.length < 4) {
            built += 1;
            writers.push(await openWriter(company, `${built}栋`));
          }
          if (one === 'commit' || one === 'rollback') await end(one);
          if (one === 'commitWhileReading') await Promise.all([read(), end('commit'), read()]);
          expect(await read()).toEqual(committed.toSorted());
        }
        for (const writer of writers) await writer.end('rollback');
      }),
      { numRuns: 15 },
    );
  });

  it('is given again while nothing changes, but not to others, nor after rights are taken away', async () => {
    const company = await server.company();
    const [boss, other] = [await company.person('管理员'), await company.person('管理员')];
    const ask = (person: { cookie: string }) =>
      server.app.inject({ url: '/api/buildings?pageSize=20', headers: { cookie: person.cookie } });
    const isKept = async (person: { cookie: string }) => (await ask(person)).headers['server-timing'] === 'kept';
    await ask(boss);
    // Other tests may write in databases beside this one, and a transaction under way keeps replies from being kept.
    await expect.poll(() => isKept(boss), { timeout: 120_000 }).toBe(true);
    expect((await ask(boss)).json()).toEqual((await ask(other)).json());
    await company.run((ctx) =>
      ctx.tx.run(
        sql`delete from staff_permission_group where company_id = ${ctx.companyId} and staff_id = ${other.staffId}`,
      ),
    );
    expect((await ask(other)).statusCode).toBe(403);
    await company.run((ctx) =>
      ctx.tx.run(
        sql`update staff set disabled_at = now() where company_id = ${ctx.companyId} and id = ${other.staffId}`,
      ),
    );
    expect((await ask(other)).statusCode).toBe(401);
    expect((await server.app.inject({ url: '/api/buildings?pageSize=20' })).statusCode).toBe(401);
  });

  it('is asked again ten seconds later, because some replies say what today is', async () => {
    const company = await server.company();
    const boss = await company.person('管理员');
    const isKept = async () =>
      (await server.app.inject({ url: '/api/buildings', headers: { cookie: boss.cookie } })).headers[
        'server-timing'
      ] === 'kept';
    await expect.poll(isKept, { timeout: 120_000 }).toBe(true);
    server.clock.set('2026-03-10T02:00:11Z');
    expect(await isKept()).toBe(false);
  });

  it('ends with the last day of whoever asked for it', async () => {
    const company = await server.company();
    const boss = await company.person('管理员');
    const leaver = await company.person('管理员');
    const ask = () => server.app.inject({ url: '/api/buildings', headers: { cookie: leaver.cookie } });
    await company.run((ctx) =>
      ctx.tx.run(
        sql`update staff set expires_on = '2026-03-11' where company_id = ${ctx.companyId} and id = ${leaver.staffId}`,
      ),
    );
    server.clock.set('2026-03-10T15:59:58Z');
    await expect.poll(async () => (await ask()).headers['server-timing'], { timeout: 120_000 }).toBe('kept');
    server.clock.set('2026-03-10T16:00:01Z');
    expect((await ask()).statusCode).toBe(401);
    expect((await server.app.inject({ url: '/api/buildings', headers: { cookie: boss.cookie } })).statusCode).toBe(200);
  });

  it('is not given to whoever must first choose a password, was signed out, or whose account is closed', async () => {
    const company = await server.company();
    const person = await company.person('管理员');
    const colleague = await company.person('管理员');
    const ask = (who: { cookie: string }) =>
      server.app.inject({ url: '/api/buildings', headers: { cookie: who.cookie } });
    const become = (change: Sql) => company.run((ctx) => ctx.tx.run(change));
    const keep = () =>
      expect.poll(async () => (await ask(person)).headers['server-timing'], { timeout: 120_000 }).toBe('kept');
    const account = sql`(select account_id from staff where id = ${person.staffId})`;

    await keep();
    await become(sql`update account set must_change_password = true where id = ${account}`);
    expect((await ask(person)).statusCode).toBe(403);
    await become(sql`update account set must_change_password = false where id = ${account}`);
    await keep();
    await become(sql`update account set disabled_at = now() where id = ${account}`);
    expect((await ask(person)).statusCode).toBe(401);
    await become(sql`update account set disabled_at = null where id = ${account}`);
    await keep();
    await become(sql`delete from session where staff_id = ${person.staffId}`);
    expect((await Promise.all([ask(person), ask(colleague), ask(person)])).map((one) => one.statusCode)).toEqual([
      401, 200, 401,
    ]);
  });

  it('lasts only if nothing was under way before the rights were read and nothing changed until the reading ended', async () => {
    const company = await server.company();
    const person = await company.person('管理员');
    const hash = tokenHash(person.cookie.split('=')[1]!);
    const peek = sessionPeeks(server.services);
    const noOrigin = { ip: '', requestId: '' };
    const read = (peeked: PeekedSession, work: () => Promise<unknown>) =>
      inSteadySession(
        server.services,
        { tokenHash: hash, origin: noOrigin },
        peeked,
        () => {},
        () => work(),
      );
    const isSteady = async (work: () => Promise<unknown>, peeked?: PeekedSession) =>
      (await read(peeked ?? (await peek(hash))!, work)).isSteady;
    const nothing = async () => undefined;

    await expect.poll(() => isSteady(nothing), { timeout: 120_000 }).toBe(true);
    // Under way when the rights are read, and committed before the reading ends.
    const writer = await openWriter(company, '1栋');
    expect(await isSteady(() => writer.end('commit'))).toBe(false);
    // Counted after the look at the session, or while reading; committed or not.
    const before = (await peek(hash))!;
    await (await openWriter(company, '2栋')).end('rollback');
    expect(await isSteady(nothing, before)).toBe(false);
    expect(await isSteady(async () => (await openWriter(company, '3栋')).end('commit'))).toBe(false);
    await expect.poll(() => isSteady(nothing), { timeout: 120_000 }).toBe(true);
    // Between the two looks the session became somebody else's.
    const now = (await peek(hash))!;
    expect(await isSteady(nothing, { ...now, staffId: company.communityId })).toBe(false);
    expect(await isSteady(nothing, { ...now, client: 'phone' })).toBe(false);
  });

  it('takes no more memory than is set aside, the longest unused going first', () => {
    const replies = keptReplies();
    const reply = { json: Buffer.alloc(2 * 1024 * 1024), changes: '1.0', atMilliseconds: 0 };
    for (let n = 0; n < 40; n += 1) {
      replies.keep(`key ${n}`, reply);
      expect(replies.find('key 0', '1.0', 0)).toBe(reply.json);
    }
    expect(replies.find('key 39', '1.0', 0)).toBe(reply.json);
    expect(replies.find('key 1', '1.0', 0)).toBeUndefined();
    expect(replies.find('key 39', '2.0', 0)).toBeUndefined();
    expect(replies.find('key 39', '1.0', 0)).toBeUndefined();
  });
});
