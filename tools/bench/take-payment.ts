import type pg from 'pg';
import {
  addDefaultPaymentMethods,
  listPaymentMethods,
  takePayment,
} from '../../apps/server/src/domains/cashier/index.ts';
import { asSystem } from '../../apps/server/src/platform/boundary.ts';
import { businessDay } from '../../apps/server/src/platform/clock.ts';
import { createCompany, createStaff } from '../../apps/server/src/platform/company/create-company.ts';
import type { Context } from '../../apps/server/src/platform/context.ts';
import { nowText } from '../../apps/server/src/platform/context.ts';
import { createPool } from '../../apps/server/src/platform/database/pool.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { inTransaction } from '../../apps/server/src/platform/database/transaction.ts';
import { mostConnections, type RunningServices } from '../../apps/server/src/platform/start-services.ts';
import { type Bench, type BenchResult, inTurn, ratiosOf, spreadOf } from './bench.ts';
import { prepareTpcb } from './tpcb.ts';

const billsPerPayment = 2;
/** Payments a second that no machine is expected to reach, as the stock of bills. */
const fastestPayments = 4000;
/** The bars of the specification. */
const leastRatio = 0.25;
const mostP95Ms = 100;

/** Takes payments of two bills each beside TPC-B-like transactions on the same server, in turn (A B B A …). */
export const paymentBench: Bench = {
  name: 'payments',
  async run({ services, isQuick }) {
    const numbers = isQuick ? [1, 4] : [1, 8, 32, 50];
    const most = Math.max(...numbers);
    const tpcb = await prepareTpcb(services.ownerPool, most);
    const ground = await prepareGround(services, most);
    // As many as the product has: more clients than that wait for a connection, and the wait counts, on both sides.
    const connections = Math.min(most, mostConnections);
    const ourPool = createPool({ url: services.databaseUrl, as: 'application', max: connections });
    const referencePool = createPool({ url: services.databaseUrl, as: 'owner', max: connections });
    const reference = () => withClient(referencePool, tpcb.transact);
    try {
      const results: BenchResult[] = [];
      // As TPC-B spreads its clients over branches, each client has a community; then all of them meet at one.
      for (const [clients, communities] of [...numbers.map((count) => [count, count]), [most, 1]] as [
        number,
        number,
      ][]) {
        const pay = payer({ ...services, pool: ourPool }, ground, communities);
        results.push(await compare(services, ground, { clients, communities, isQuick, pay, reference }));
      }
      return results;
    } finally {
      await ourPool.end();
      await referencePool.end();
    }
  },
};

interface Case {
  clients: number;
  communities: number;
  isQuick: boolean;
  pay: (client: number) => Promise<void>;
  reference: () => Promise<void>;
}

async function compare(services: RunningServices, ground: Ground, one: Case): Promise<BenchResult> {
  const { clients, communities, isQuick } = one;
  const seconds = isQuick ? 0.3 : 1.5;
  const times: number[] = [];
  const ours = async () => {
    await fillUp(services, ground, communities, seconds);
    const run = await inParallel(clients, seconds, one.pay);
    times.push(...run.times);
    return run.perSecond;
  };
  await ours();
  times.length = 0;
  const figures = await inTurn(
    isQuick ? 1 : 5,
    ours,
    async () => (await inParallel(clients, seconds, one.reference)).perSecond,
  );
  const ratio = spreadOf(ratiosOf(figures.ours, figures.reference));
  const p95Ms = times.sort((left, right) => left - right)[Math.floor(times.length * 0.95)] ?? 0;
  const isOneCommunity = communities === 1 && clients > 1;
  return {
    name: `taking a payment: ${clients} clients, ${communities} communities`,
    unit: 'payments/s against TPC-B transactions/s',
    ours: spreadOf(figures.ours),
    reference: spreadOf(figures.reference),
    ratio,
    ...(isOneCommunity
      ? {}
      : {
          bar: {
            text: clients === 50 ? `p95 ≤ ${mostP95Ms} ms` : `ratio ≥ ${leastRatio}`,
            isReached: clients === 50 ? p95Ms <= mostP95Ms : ratio.median >= leastRatio,
          },
        }),
    note: `p95 of one payment ${p95Ms.toFixed(1)} ms${isOneCommunity ? '; all wait for one gap-free counter' : ''}`,
  };
}

interface Run {
  perSecond: number;
  times: number[];
}

/** Lets `clients` repeat the work until the time is over. */
async function inParallel(clients: number, seconds: number, work: (client: number) => Promise<void>): Promise<Run> {
  const start = performance.now();
  const end = start + seconds * 1000;
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (performance.now() < end) {
        const before = performance.now();
        await work(client);
        times.push(performance.now() - before);
      }
    }),
  );
  return { perSecond: (times.length * 1000) / (performance.now() - start), times };
}

async function withClient(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await work(client);
  } finally {
    client.release();
  }
}

interface Ground {
  companyId: string;
  staffId: string;
  methodId: string;
  day: string;
  communities: { id: string; houseId: string; itemId: string; bills: string[] }[];
}

async function prepareGround(services: RunningServices, communities: number): Promise<Ground> {
  const companyId = await inTransaction(services.pool, (tx) =>
    createCompany({ tx, newId: services.newId, clock: services.clock }, { name: '收款测速' }),
  );
  return asSystem(services, companyId, async (ctx) => {
    const phone = `1${String(Date.now()).slice(-10)}`;
    const staffId = await createStaff(ctx, {
      name: '收银员',
      phone,
      password: 'bench-2026',
      position: '',
      groups: ['收银员'],
      communityIds: '*',
    });
    await addDefaultPaymentMethods(ctx);
    const methods = await listPaymentMethods(ctx);
    const itemId = ctx.newId();
    await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, late_fee_rate_per_day, created_at, updated_at)
      values (${companyId}, ${itemId}, '物业管理费', 'periodic', '0.0005', ${nowText(ctx)}, ${nowText(ctx)})`);
    const list = [];
    for (let index = 0; index < communities; index += 1) list.push(await addCommunity(ctx, index, itemId));
    const day = businessDay(services.clock, 'Asia/Shanghai').toString();
    return { companyId, staffId, methodId: methods[0]!.id, day, communities: list };
  });
}

async function addCommunity(ctx: Context, index: number, itemId: string): Promise<Ground['communities'][number]> {
  const [id, buildingId, houseId] = [ctx.newId(), ctx.newId(), ctx.newId()];
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into community (company_id, id, name, code, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${`小区${index}`}, ${`C${index}`}, ${now}, ${now})`);
  await ctx.tx.run(sql`insert into building (company_id, id, community_id, name, created_at, updated_at)
    values (${ctx.companyId}, ${buildingId}, ${id}, '1栋', ${now}, ${now})`);
  await ctx.tx.run(sql`insert into house (company_id, id, community_id, building_id, number, full_name, search_key, usage, built_area, created_at, updated_at)
    values (${ctx.companyId}, ${houseId}, ${id}, ${buildingId}, '101', '1栋101', '1-101', 'residential', 98.50, ${now}, ${now})`);
  return { id, houseId, itemId, bills: [] };
}

/** Gives every community more bills than can be paid in the time, not yet due, and fresh statistics, outside the time. */
async function fillUp(services: RunningServices, ground: Ground, communities: number, seconds: number): Promise<void> {
  const wanted = Math.ceil((fastestPayments * billsPerPayment * seconds) / communities);
  for (const place of ground.communities.slice(0, communities)) {
    const missing = wanted - place.bills.length;
    if (missing > 0) await addBills(services, ground, place, missing);
  }
  await services.ownerPool.query('analyze bill, receipt, allocation, receipt_tender, number_counter');
}

async function addBills(
  services: RunningServices,
  ground: Ground,
  place: Ground['communities'][number],
  count: number,
): Promise<void> {
  await asSystem(services, ground.companyId, async (ctx) => {
    const ids = Array.from({ length: count }, () => ctx.newId());
    await ctx.tx.run(sql`insert into bill (company_id, id, community_id, charge_item_id, target_kind, target_id, period_from, period_to, due_on,
        receivable_fen, raised_how, raised_at, calculation)
      select ${ctx.companyId}, b.id, ${place.id}, ${place.itemId}, 'house', ${place.houseId}, '2026-01-01', '2026-02-01', '2099-01-01',
        27580, 'auto', ${nowText(ctx)}, '{"q":"98.50","u":"㎡","p":"2.80","m":"1","a":"275.80"}' from unnest(${ids}::uuid[]) b (id)`);
    place.bills.push(...ids);
  });
}

function payer(services: RunningServices, ground: Ground, communities: number): (client: number) => Promise<void> {
  // The session is read before a payment and costs the same for every request; it is left out here.
  const actor = { kind: 'staff', id: ground.staffId, name: '收银员' } as const;
  return async (client) => {
    const place = ground.communities[client % communities]!;
    const bills = place.bills.splice(-billsPerPayment);
    if (bills.length < billsPerPayment) throw new Error('more payments than the benchmark has bills for');
    await asSystem(services, ground.companyId, (ctx) =>
      takePayment(
        { ...ctx, actor },
        {
          communityId: place.id,
          targetKind: 'house',
          targetId: place.houseId,
          bills: bills.map((id) => ({ id, expected: '275.80' })),
          expectedTotal: '551.60',
          tenders: [{ paymentMethodId: ground.methodId, amount: '551.60', reference: '' }],
          cashTendered: '600.00',
          payerName: '崔春涛',
          receivedOn: ground.day,
          note: '',
          idempotencyKey: ctx.newId(),
        },
        // As the route does.
        { isLast: true },
      ),
    );
  };
}
