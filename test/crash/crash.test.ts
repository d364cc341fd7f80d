import type { ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getTask, raiseBills, signIn, takePayment } from '@anlin/contract';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyBooks } from '../../apps/server/src/domains/finance/index.ts';
import { asSystem } from '../../apps/server/src/platform/boundary.ts';
import { removeAbandonedHome } from '../../apps/server/src/platform/database/embedded/index.ts';
import { openServices, startServices } from '../../apps/server/src/platform/start-services.ts';
import { type CrashSite, makeCrashSite } from './crash-site.ts';
import { type CrashingServer, randomOf, startCrashingServer, waitFor } from './crashing-server.ts';

/**
 * kill -9 in the middle of money (bars.md, “Nothing lost”). One home and one database, fsync on, live through all seeds;
 * each seed raises or collects in a month of its own. CRASH_SEED=… replays one seed.
 */
const houseCount = 600;
const home = mkdtempSync(join(tmpdir(), 'anlin-test-crash-'));
const children: ChildProcess[] = [];
let site: CrashSite;
let server: CrashingServer;
let cookie = '';

beforeAll(async () => {
  const services = await startServices({
    databaseUrl: undefined,
    home,
    logLevel: 'silent',
  });
  site = await makeCrashSite(services, houseCount);
  await services.stop();
  server = await startCrashingServer(home, children);
  cookie = await signInAgain();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await sleep(100);
  await removeAbandonedHome(home);
});

const seedsOf = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);
const isLeftOut = (seed: number) => process.env.CRASH_SEED !== undefined && Number(process.env.CRASH_SEED) !== seed;

/** The n-th month from January 2000, as `YYYY-MM`: one for each seed. */
const monthOf = (seed: number) => Temporal.PlainYearMonth.from('2000-01').add({ months: seed }).toString();

interface Answer<T> {
  status: number;
  body: T;
}

async function call<T>(method: string, path: string, body?: object): Promise<Answer<T>> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers: { cookie, ...(body ? { 'content-type': 'application/json' } : {}) },
    signal: AbortSignal.timeout(10_000),
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: (await response.json()) as T };
}

async function signInAgain(): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${server.port}${signIn.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone: site.phone, password: site.password }),
  });
  return response.headers.getSetCookie()[0]!.split(';')[0]!;
}

type Victim = 'server' | 'PostgreSQL';

/** Kills and brings back: the server is started again; PostgreSQL is started again by the server that lives on. */
async function crash(victim: Victim): Promise<void> {
  if (victim === 'server') {
    await server.killServer();
    server = await startCrashingServer(home, children);
  } else server.killDatabase();
  await waitFor('the server to answer again', async () =>
    (await call('GET', '/healthz')).status === 200 ? true : undefined,
  );
}

async function query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: server.databaseUrl, options: '-c search_path=anlin,public' });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

const orderOf = (month: string) => ({
  communityId: site.communityId,
  chargeItemIds: [site.chargeItemId],
  monthFrom: month,
  monthTo: month,
});

async function startRaising(month: string): Promise<string> {
  const { body } = await call<{ taskId: string }>('POST', raiseBills.path, orderOf(month));
  return body.taskId;
}

interface TaskAnswer {
  state: string;
  result: { billCount: number; sum: string } | null;
}
const taskDone = (taskId: string) =>
  waitFor(
    `task ${taskId} to end`,
    async () => {
      const { body } = await call<TaskAnswer>('GET', getTask.path.replace(':id', taskId));
      return body.state === 'queued' || body.state === 'running' || body.state === undefined ? undefined : body;
    },
    240,
  );

/** Every house once, and the sum is that of areas × 2.80, counted apart from the product. */
async function checkRaised(month: string, taskId: string): Promise<void> {
  const task = await taskDone(taskId);
  const [bills] = await query<{ bills: number; bindings: number; fen: string; expected: string }>(
    `select count(*)::int as bills, count(distinct standard_binding_id)::int as bindings, sum(receivable_fen)::text as fen,
       (select sum(round(built_area * 280))::text from house) as expected
     from bill where period_from = ($1 || '-01')::date and voided_at is null`,
    [month],
  );
  expect(bills).toEqual({ bills: houseCount, bindings: houseCount, fen: bills!.expected, expected: bills!.expected });
  const sum = `${bills!.fen.slice(0, -2)}.${bills!.fen.slice(-2)}`;
  expect(task).toMatchObject({ state: 'done', result: { billCount: houseCount, sum } });
}

async function checkBooks(): Promise<void> {
  const services = await openServices({ databaseUrl: server.databaseUrl, home, logLevel: 'silent', maxConnections: 2 });
  try {
    const report = await asSystem(services, site.companyId, verifyBooks);
    expect(report.checks.filter((one) => one.wrong > 0)).toEqual([]);
  } finally {
    await services.stop();
  }
}

describe.each<[Victim, number]>([
  ['server', 0],
  ['PostgreSQL', 20],
])('raising, while the %s is killed', (victim, first) => {
  it.each(seedsOf(first, 12))('makes each bill exactly once and ends the task, seed %i', async (seed) => {
    if (isLeftOut(seed)) return;
    const random = randomOf(seed);
    const month = monthOf(seed);
    const taskId = await startRaising(month);
    await sleep(random() * 120);
    await crash(victim);
    if (victim === 'PostgreSQL') await recover();
    await checkRaised(month, taskId);
  });
});

/** The worker looks for tasks nobody runs once a minute; the test does not wait for the minute, it starts the server again. */
async function recover(): Promise<void> {
  await server.killServer();
  server = await startCrashingServer(home, children);
}

interface Taken {
  id: string;
  number: string;
}
interface Attempt {
  body: object;
  /** What the client was told; undefined when it heard nothing. */
  told?: Taken;
}

/** Unpaid bills of the month as the desk would send them. */
async function paymentsFor(month: string, count: number): Promise<Attempt[]> {
  const bills = await query<{ id: string; target_id: string; fen: string }>(
    `select id, target_id, outstanding_fen::text as fen from bill where period_from = ($1 || '-01')::date and outstanding_fen > 0 order by id limit $2`,
    [month, count],
  );
  const today = Temporal.Now.plainDateISO('Asia/Shanghai').toString();
  return bills.map(({ id, target_id, fen }) => {
    const yuan = `${fen.slice(0, -2)}.${fen.slice(-2)}`;
    return {
      body: {
        communityId: site.communityId,
        targetKind: 'house',
        targetId: target_id,
        bills: [{ id, expected: yuan }],
        expectedTotal: yuan,
        tenders: [{ paymentMethodId: site.cashMethodId, amount: yuan }],
        payerName: '',
        receivedOn: today,
        note: '',
        idempotencyKey: `crash-${id}`,
      },
    };
  });
}

/** Four clients collect one after the other until the crash takes the connection away. */
async function collectUntilCrash(attempts: Attempt[]): Promise<void> {
  const waiting = [...attempts];
  const client = async () => {
    for (let attempt = waiting.shift(); attempt; attempt = waiting.shift()) {
      try {
        const { status, body } = await call<Taken>('POST', takePayment.path, attempt.body);
        if (status === 200) attempt.told = body;
      } catch {
        return;
      }
    }
  };
  await Promise.all([client(), client(), client(), client()]);
}

describe.each<[Victim, number]>([
  ['server', 100],
  ['PostgreSQL', 120],
])('collecting, while the %s is killed', (victim, first) => {
  const month = victim === 'server' ? '2015-01' : '2016-01';
  it.each(seedsOf(first, 13))(
    'keeps every payment it confirmed, once, and gives it again for the same key, seed %i',
    async (seed) => {
      const random = randomOf(seed);
      if ((await paymentsFor(month, 1)).length === 0) await checkRaised(month, await startRaising(month));
      const attempts = await paymentsFor(month, 40);
      expect(attempts.length).toBe(40);
      const collecting = collectUntilCrash(attempts);
      await sleep(20 + random() * 160);
      const crashing = crash(victim);
      await collecting;
      await crashing;
      // The supervisor gives up on a database that dies five times a minute.
      if (victim === 'PostgreSQL') await recover();
      const told = attempts.filter((one) => one.told !== undefined);
      const kept = await query<{ id: string; number: string; key: string }>(
        'select id, number, idempotency_key as key from receipt where idempotency_key = any ($1)',
        [attempts.map((one) => (one.body as { idempotencyKey: string }).idempotencyKey)],
      );
      for (const { told: receipt } of told)
        expect(kept.filter((one) => one.id === receipt!.id && one.number === receipt!.number)).toHaveLength(1);
      for (const attempt of attempts) {
        const again = await waitFor('the payment to be taken', async () => {
          const answer = await call<Taken>('POST', takePayment.path, attempt.body);
          return answer.status === 200 ? answer.body : undefined;
        });
        if (attempt.told) expect(again).toEqual(attempt.told);
        const before = kept.find((one) => one.key === (attempt.body as { idempotencyKey: string }).idempotencyKey);
        if (before) expect(again.id).toBe(before.id);
      }
      const [numbers] = await query<{ count: number; highest: number; different: number }>(
        `select count(*)::int as count, max(substring(number from 4)::int) as highest, count(distinct number)::int as different from receipt`,
      );
      expect(numbers).toEqual({ count: numbers!.count, highest: numbers!.count, different: numbers!.count });
    },
  );
});

it('leaves books that balance after all of it', checkBooks);
