import type { ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPaymentChannel, signIn, startDeskPayment, takeRefund } from '@anlin/contract';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyBooks } from '../../apps/server/src/domains/finance/index.ts';
import { differencesOf, followToTheEnd } from '../../apps/server/src/domains/payments/channel-truth.fixture.ts';
import { createChannel, followPayments } from '../../apps/server/src/domains/payments/index.ts';
import { channelInput } from '../../apps/server/src/domains/payments/payments.fixture.ts';
import { asSystem } from '../../apps/server/src/platform/boundary.ts';
import { fixedClock } from '../../apps/server/src/platform/clock.ts';
import { nowText } from '../../apps/server/src/platform/context.ts';
import { removeAbandonedHome } from '../../apps/server/src/platform/database/embedded/index.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import type { Services } from '../../apps/server/src/platform/services.ts';
import { openServices, startServices } from '../../apps/server/src/platform/start-services.ts';
import { type Emulator, startEmulator } from '../../tools/emulator/start-emulator.ts';
import { type CrashSite, makeCrashSite } from './crash-site.ts';
import { type CrashingServer, randomOf, startCrashingServer, waitFor } from './crashing-server.ts';

/**
 * kill -9 while a channel's messages are taken and refunds are followed (bars.md, “Nothing lost”). The channel lives on and knows what
 * really happened. Each seed pays the bills of a house of its own. CRASH_SEED=… plays one seed alone.
 */
const serverSeeds = [201, 202, 203, 204];
/** The supervisor gives up on a database that dies five times a minute. */
const databaseSeeds = [221, 222, 223];
const billsOfSeed = 12;
const home = mkdtempSync(join(tmpdir(), 'anlin-test-crash-'));
const children: ChildProcess[] = [];
let emulator: Emulator;
let site: CrashSite;
let channelId: string;
let server: CrashingServer;
let cookie = '';

beforeAll(async () => {
  emulator = await startEmulator({ minuteMs: 3_600_000 });
  const services = await startServices({ databaseUrl: undefined, home, logLevel: 'silent' });
  site = await makeCrashSite(services, serverSeeds.length + databaseSeeds.length);
  channelId = await prepareBills(services);
  await services.stop();
  await start();
  const response = await fetch(`http://127.0.0.1:${server.port}${signIn.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone: site.phone, password: site.password }),
  });
  cookie = response.headers.getSetCookie()[0]!.split(';')[0]!;
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await sleep(100);
  await removeAbandonedHome(home);
  await emulator.stop();
});

/** Twelve months of bills for each house, and an account at the channel. */
function prepareBills(services: Services): Promise<string> {
  return asSystem(services, site.companyId, async (ctx) => {
    await ctx.tx.run(sql`
      insert into bill (company_id, id, community_id, charge_item_id, target_kind, target_id, period_from, period_to, due_on, receivable_fen, raised_how,
        raised_at, calculation)
      select ${ctx.companyId}, gen_random_uuid(), ${site.communityId}, ${site.chargeItemId}, 'house', h.id, m::date, (m + interval '1 month')::date,
        '2099-12-31', 10000 + extract(month from m)::int, 'auto', ${nowText(ctx)},
        jsonb_build_object('k', 'f', 'a', to_char(100 + extract(month from m) / 100, 'FM990.00'))
      from house h cross join generate_series('2030-01-01'::timestamp, '2030-12-01', '1 month') m where h.company_id = ${ctx.companyId}`);
    const { id } = await createChannel(ctx, createPaymentChannel.body.parse(channelInput()));
    return id;
  });
}

async function start(): Promise<void> {
  server = await startCrashingServer(home, children, { ANLIN_EMULATOR: emulator.url });
}

type Victim = 'server' | 'PostgreSQL';

async function crash(victim: Victim): Promise<void> {
  if (victim === 'server') {
    await server.killServer();
    await start();
  } else server.killDatabase();
  await waitFor('the server to answer again', async () =>
    (await fetch(`http://127.0.0.1:${server.port}/healthz`)).ok ? true : undefined,
  );
}

async function call<T>(path: string, body: object): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(10_000),
    body: JSON.stringify(body),
  });
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

async function query<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
  const client = new Client({ connectionString: server.databaseUrl, options: '-c search_path=anlin,public' });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

const yuan = (fen: string) => `${fen.slice(0, -2)}.${fen.slice(-2)}`;
const billsOf = (house: number) =>
  query<{ id: string; target_id: string; fen: string }>(
    `select b.id, b.target_id, b.outstanding_fen::text as fen from bill b where b.target_id = (select id from house order by id offset $1 limit 1) order by b.period_from`,
    [house],
  );

/** Orders of a house's bills, one each; the payers have paid ten of them and told nobody. */
async function openOrders(house: number): Promise<string[]> {
  const bills = await billsOf(house);
  expect(bills).toHaveLength(billsOfSeed);
  const opened = await Promise.all(
    bills.map((bill) =>
      call<{ orderNo: string }>(startDeskPayment.path, {
        communityId: site.communityId,
        targetKind: 'house',
        targetId: bill.target_id,
        bills: [{ id: bill.id, expected: yuan(bill.fen) }],
        expectedTotal: yuan(bill.fen),
        way: 'native',
        idempotencyKey: `crash-pay-${bill.id}`,
      }),
    ),
  );
  const paid = opened.slice(0, 10).map((one) => one.orderNo);
  for (const orderNo of paid) expect(emulator.wechatPay.pay(orderNo, { isSilent: true })).toBe(true);
  return paid;
}

/** The channel tells of a payment; false when it was not taken. */
async function tell(orderNo: string): Promise<boolean> {
  const { headers, body } = emulator.wechatPay.notice(orderNo);
  try {
    const response = await fetch(
      `http://127.0.0.1:${server.port}/api/payment-callbacks/${site.companyId}/${channelId}/payment`,
      { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) },
    );
    return response.status === 200;
  } catch {
    return false;
  }
}

interface Refundable {
  receipt_id: string;
  bill_id: string;
  method_id: string;
  fen: string;
}

const refundables = () =>
  query<Refundable>(
    `select a.receipt_id, a.bill_id, t.payment_method_id as method_id, a.principal_fen::text as fen from allocation a
     join receipt r on r.company_id = a.company_id and r.id = a.receipt_id and r.kind = 'online'
     join receipt_tender t on t.company_id = a.company_id and t.receipt_id = a.receipt_id
     where a.kind = 'receipt' and not exists (select from refund f where f.company_id = r.company_id and f.receipt_id = r.id) order by a.id limit 4`,
    [],
  );

const refund = ({ receipt_id, bill_id, method_id, fen }: Refundable) =>
  call<{ id: string }>(takeRefund.path, {
    receiptId: receipt_id,
    lines: { bills: [{ billId: bill_id, principal: yuan(fen), lateFee: '0.00' }] },
    tenders: [{ paymentMethodId: method_id, amount: yuan(fen) }],
    reason: '试退',
    refundedOn: Temporal.Now.plainDateISO('Asia/Shanghai').toString(),
    idempotencyKey: `crash-refund-${receipt_id}`,
  });

const isLeftOut = (seed: number) => process.env.CRASH_SEED !== undefined && Number(process.env.CRASH_SEED) !== seed;

describe.each<[Victim, readonly number[], number]>([
  ['server', serverSeeds, 0],
  ['PostgreSQL', databaseSeeds, serverSeeds.length],
])('paying online, while the %s is killed', (victim, seeds, firstHouse) => {
  it.each(seeds)(
    'takes every message that was sent again, and gives a refund again for the same key, seed %i',
    async (seed) => {
      if (isLeftOut(seed)) return;
      const random = randomOf(seed);
      const paid = await openOrders(firstHouse + seeds.indexOf(seed));
      const refunds = await refundables();
      // Six of ten are told, each twice at once; what became of the others must be found by asking.
      const told = paid.filter((_, index) => index % 10 < 6);
      const work = Promise.all([
        ...told.flatMap((orderNo) => [tell(orderNo), tell(orderNo)]),
        ...refunds.map((one) => refund(one).catch(() => undefined)),
      ]);
      await sleep(3 + random() * 90);
      const crashing = crash(victim);
      const answers = await work;
      await crashing;
      const taken = answers.slice(told.length * 2) as ({ id: string } | undefined)[];
      for (const orderNo of told)
        await waitFor('the message to be taken', async () => ((await tell(orderNo)) ? true : undefined));
      for (const [index, one] of refunds.entries()) {
        const again = await waitFor('the refund to be taken', () => refund(one));
        const before = taken[index];
        if (before) expect(again.id).toBe(before.id);
      }
      const kept = await query<{ orders: number; receipts: number }>(
        `select count(*)::int as orders, count(distinct receipt_id)::int as receipts from payment_order where order_no = any ($1) and state = 'paid'`,
        [told],
      );
      expect(kept).toEqual([{ orders: told.length, receipts: told.length }]);
    },
  );
});

it('has settled everything once when the dust lies, and its books balance', async () => {
  await server.killServer();
  // What a dead process had claimed is free two minutes later: the clock goes on here and at the channel.
  const clock = fixedClock(Temporal.Now.instant().toString());
  const services = await openServices({
    databaseUrl: server.databaseUrl,
    home,
    logLevel: 'silent',
    clock,
    maxConnections: 12,
    gateway: emulator.url,
  });
  try {
    const run = <T>(work: Parameters<typeof asSystem<T>>[2]) => asSystem(services, site.companyId, work);
    await followToTheEnd({
      run,
      follow: () => followPayments(services, site.companyId),
      pass(duration) {
        clock.set(clock.now().add(duration).toString());
        emulator.clock.set(clock.now());
      },
    });
    expect(await run((ctx) => differencesOf(ctx, emulator))).toEqual([]);
    const report = await run(verifyBooks);
    expect(report.checks.filter((one) => one.wrong > 0)).toEqual([]);
  } finally {
    await services.stop();
  }
});
