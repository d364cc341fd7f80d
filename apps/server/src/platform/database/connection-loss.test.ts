import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { isConnectionLoss, patientPool } from './connection-loss.ts';
import { createPool } from './pool.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const leftovers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const leave of leftovers.splice(0).reverse()) await leave();
});

function poolAt(url: string) {
  const pool = createPool({ url, as: 'owner', max: 2 });
  leftovers.push(() => pool.end());
  return pool;
}

/** A door to the database that can be shut: while it is, nothing listens at its port. */
async function makeDoor() {
  const { hostname, port } = new URL(database.url);
  let server: Server | undefined;
  const sockets = new Set<Socket>();
  let ownPort = 0;
  const open = () =>
    new Promise<void>((resolve) => {
      server = createServer((inside) => {
        const outside = dial(Number(port), hostname);
        for (const socket of [inside, outside]) {
          sockets.add(socket);
          socket.on('error', () => {});
        }
        inside.pipe(outside).pipe(inside);
      });
      server.listen(ownPort, '127.0.0.1', () => {
        ownPort = (server!.address() as { port: number }).port;
        resolve();
      });
    });
  const shut = async () => {
    const closed = new Promise((resolve) => server!.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await open();
  const url = new URL(database.url);
  url.hostname = '127.0.0.1';
  url.port = String(ownPort);
  leftovers.push(async () => {
    if (server!.listening) await shut();
  });
  return { url: url.href, open, shut };
}

const answer = async (client: { query(text: string): Promise<{ rows: { one: number }[] }> }) =>
  (await client.query('select 1 as one')).rows[0]?.one;

/** The error an action fails with; fails when it does not. */
async function failureOf(action: Promise<unknown>): Promise<Error & { code?: string }> {
  try {
    await action;
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a failure');
}

describe('a lost database', () => {
  it.each([
    ['refused by the machine', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), true],
    ['cut by the administrator', Object.assign(new Error('terminating'), { code: '57P01' }), true],
    ['still starting', Object.assign(new Error('the database system is starting up'), { code: '57P03' }), true],
    ['gone without a word', new Error('Connection terminated unexpectedly'), true],
    ['used after it was gone', new Error('Client has encountered a connection error and is not queryable'), true],
    ['a bill that exists already', Object.assign(new Error('duplicate key'), { code: '23505' }), false],
    ['a deadlock', Object.assign(new Error('deadlock detected'), { code: '40P01' }), false],
    ['a mistake in the work', new TypeError('x is not a function'), false],
    ['no error at all', 'ECONNREFUSED', false],
  ])('is told from a failure of the work: %s', (_, error, isLoss) => {
    expect(isConnectionLoss(error)).toBe(isLoss);
  });
});

describe('the pool of the job queue', () => {
  it('waits until the database is back, and then works', async () => {
    const door = await makeDoor();
    const pool = patientPool(poolAt(door.url));
    await door.shut();
    let isConnected = false;
    const connecting = pool.connect().then((client) => {
      isConnected = true;
      return client;
    });
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(isConnected).toBe(false);
    await door.open();
    const client = await connecting;
    expect(await answer(client)).toBe(1);
    client.release();
  });

  it('waits no longer than it was told to, and then says what was wrong', async () => {
    const door = await makeDoor();
    await door.shut();
    const failure = await failureOf(patientPool(poolAt(door.url), 500).connect());
    expect(failure.code).toBe('ECONNREFUSED');
  });

  it('does not wait for what time does not mend: a database that does not exist, a pool that was closed', async () => {
    const url = new URL(database.url);
    url.pathname = '/anlin_no_such_database';
    expect((await failureOf(patientPool(poolAt(url.href)).connect())).code).toBe('3D000');
    const closed = createPool({ url: database.url, as: 'owner', max: 1 });
    await closed.end();
    expect((await failureOf(patientPool(closed).connect())).message).toContain('after calling end');
  });

  it('gives a connection lost in the middle the code that the queue repeats its statements for, and a fresh one next', async () => {
    const door = await makeDoor();
    const pool = patientPool(poolAt(door.url));
    const client = await pool.connect();
    const waiting = failureOf(client.query('select pg_sleep(30)'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await door.shut();
    expect((await waiting).code).toBe('EHOSTUNREACH');
    expect((await failureOf(client.query('select 1'))).code).toBe('EHOSTUNREACH');
    client.release();
    await door.open();
    const next = await pool.connect();
    expect(await answer(next)).toBe(1);
    next.release();
  });

  it('gives the queue the values it expects: ids as text and not as BigInt, which it could not write as JSON', async () => {
    const client = await patientPool(poolAt(database.url)).connect();
    const text = 'select $1::bigint as id';
    expect((await client.query(text, [7])).rows).toEqual([{ id: '7' }]);
    expect((await client.query({ text, values: [8], name: 'eight' })).rows).toEqual([{ id: '8' }]);
    client.release();
  });

  it('leaves errors of the work as they are, and the connection usable', async () => {
    const client = await patientPool(poolAt(database.url)).connect();
    expect((await failureOf(client.query('select 1/0'))).code).toBe('22012');
    expect(await answer(client)).toBe(1);
    client.release();
  });

  it('lets the queue’s listener, which asks with a callback, look after its own connection', async () => {
    const door = await makeDoor();
    const pool = patientPool(poolAt(door.url));
    const ask = () =>
      new Promise<Error | undefined>((resolve) =>
        pool.connect((error, client, release) => {
          if (client) release();
          resolve(error);
        }),
      );
    expect(await ask()).toBeUndefined();
    await door.shut();
    await expect.poll(() => pool.totalCount, { timeout: 60_000 }).toBe(0);
    expect(((await ask()) as { code?: string }).code).toBe('ECONNREFUSED');
  });

  it('otherwise is the pool it stands for', async () => {
    const pool = poolAt(database.url);
    const patient = patientPool(pool);
    expect(patient.options.max).toBe(2);
    expect(await answer(patient)).toBe(1);
    expect(patient.totalCount).toBe(1);
  });
});
