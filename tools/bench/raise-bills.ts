import { bindStandard } from '../../apps/server/src/domains/charging/bind-standard.ts';
import { createChargeStandard } from '../../apps/server/src/domains/charging/charge-standard.ts';
import { addBuilding, addItem, addManyHouses } from '../../apps/server/src/domains/charging/charging.fixture.ts';
import { raiseBills } from '../../apps/server/src/domains/charging/raise-bills.ts';
import { asSystem } from '../../apps/server/src/platform/boundary.ts';
import { createCompany } from '../../apps/server/src/platform/company/create-company.ts';
import { nowText } from '../../apps/server/src/platform/context.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { inTransaction } from '../../apps/server/src/platform/database/transaction.ts';
import type { RunningServices } from '../../apps/server/src/platform/start-services.ts';

/** Times of one kind of run, in seconds. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

export interface RaisingBenchmark {
  name: string;
  bills: number;
  /** Raising by the product. */
  ours: Spread;
  /** The same rows by one `INSERT … SELECT` into an identical table of the same server. */
  reference: Spread;
  /** Reference time / our time, median of the pairs: 1 is as fast as plain SQL. Bar 0.6, aim 0.8. */
  ratio: number;
  /** Raising again with nothing left to raise. Bar: half of `ours`. */
  again: Spread;
  /** Most memory the process held, in MB. Bar 512. */
  memoryMb: number;
}

export interface RaisingBenchmarkOptions {
  houses: number;
  pairs: number;
}

/** Raises a month of bills for many houses and compares with plain SQL, in turn (A B B A …). */
export async function benchRaising(
  services: RunningServices,
  { houses, pairs }: RaisingBenchmarkOptions = { houses: 200_000, pairs: 5 },
): Promise<RaisingBenchmark> {
  const estate = await prepare(services, houses);
  await prepareReference(services, estate);
  const ours: number[] = [];
  const again: number[] = [];
  const reference: number[] = [];
  const memory = watchMemory();
  for (let pair = 0; pair < pairs; pair += 1) {
    const runOurs = async () => {
      await emptyTable(services, 'bill');
      ours.push(await raise(services, estate, houses));
      again.push(await raise(services, estate, 0));
    };
    const runReference = async () => {
      await emptyTable(services, 'bill_reference');
      reference.push(await insertPlainly(services));
    };
    for (const run of pair % 2 === 0 ? [runOurs, runReference] : [runReference, runOurs]) await run();
  }
  const ratios = ours.map((seconds, pair) => reference[pair]! / seconds).sort((a, b) => a - b);
  return {
    name: '生成账单',
    bills: houses,
    ours: spreadOf(ours),
    reference: spreadOf(reference),
    ratio: ratios[Math.floor(ratios.length / 2)]!,
    again: spreadOf(again),
    memoryMb: memory.stop(),
  };
}

interface Estate {
  companyId: string;
  communityId: string;
  itemId: string;
}

async function prepare(services: RunningServices, houses: number): Promise<Estate> {
  const companyId = await inTransaction(services.pool, (tx) =>
    createCompany({ tx, newId: services.newId, clock: services.clock }, { name: `压测物业 ${services.newId()}` }),
  );
  const t0 = performance.now();
  const lap = (n: string) => console.log(n, Math.round(performance.now() - t0));
  return asSystem(services, companyId, async (ctx) => {
    const communityId = ctx.newId();
    await ctx.tx.run(sql`insert into community (company_id, id, name, code, created_at, updated_at)
      values (${companyId}, ${communityId}, '压测小区', 'YC', ${nowText(ctx)}, ${nowText(ctx)})`);
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    await addManyHouses(ctx, { communityId, buildingId, count: houses });
    const itemId = await addItem(ctx, { name: '物业管理费' });
    const { id } = await createChargeStandard(ctx, {
      chargeItemId: itemId,
      name: '住宅 2.80',
      method: 'unitPrice',
      quantitySource: 'builtArea',
      everyMonths: 1,
      alignment: 'natural',
      note: '',
      price: '2.80',
    });
    lap('houses');
    await bindStandard(ctx, {
      chargeStandardId: id,
      selection: { targetKind: 'house', communityId },
      startsOn: '2025-01-01',
      endsOn: null,
      ownPrice: null,
      ownQuantity: null,
      note: '',
      skipOverlapping: false,
    });
    lap('bound');
    return { companyId, communityId, itemId };
  });
}

/** Raises one month and returns the seconds it took; throws when it did not raise what it should. */
async function raise(services: RunningServices, estate: Estate, expected: number): Promise<number> {
  const began = performance.now();
  const outcome = await raiseBills(
    { transaction: (work) => asSystem(services, estate.companyId, work), report: async () => {}, taskId: null },
    {
      communityId: estate.communityId,
      chargeItemIds: [estate.itemId],
      monthFrom: '2026-03',
      monthTo: '2026-03',
      raisedHow: 'manual',
    },
  );
  const seconds = (performance.now() - began) / 1000;
  if (outcome.billCount !== expected) throw new Error(`raised ${outcome.billCount} bills, not ${expected}`);
  return seconds;
}

/**
 * The rows to write, kept aside as a plain table, and a table like `bill` with the same indexes, checks, generated
 * column and foreign keys. It has no row-level security, which only makes the reference faster.
 */
async function prepareReference(services: RunningServices, estate: Estate): Promise<void> {
  const run = (text: string) => services.ownerPool.query(text);
  await emptyTable(services, 'bill');
  const expected = await countHouses(services, estate);
  await raise(services, estate, expected);
  const { rows } = await services.ownerPool.query<{ definition: string }>(
    `select pg_get_constraintdef(oid) definition from pg_constraint where conrelid = 'anlin.bill'::regclass and contype = 'f'`,
  );
  await run('drop table if exists anlin.bill_reference, anlin.bill_source');
  await run('create table anlin.bill_reference (like anlin.bill including all)');
  for (const { definition } of rows) await run(`alter table anlin.bill_reference add ${definition}`);
  await run(`create table anlin.bill_source as select ${await billColumns(services)} from anlin.bill`);
  await run('vacuum analyze anlin.bill_source');
}

async function countHouses(services: RunningServices, estate: Estate): Promise<number> {
  return asSystem(services, estate.companyId, async (ctx) => {
    const row = await ctx.tx.first<{ count: number }>(
      sql`select count(*)::int count from house where company_id = ${estate.companyId}`,
    );
    return row!.count;
  });
}

async function billColumns(services: RunningServices): Promise<string> {
  const { rows } = await services.ownerPool.query<{ names: string }>(
    `select string_agg(attname, ', ' order by attnum) names from pg_attribute
      where attrelid = 'anlin.bill'::regclass and attnum > 0 and attgenerated = '' and not attisdropped`,
  );
  return rows[0]!.names;
}

async function insertPlainly(services: RunningServices): Promise<number> {
  const names = await billColumns(services);
  const began = performance.now();
  await services.ownerPool.query(`insert into anlin.bill_reference (${names}) select ${names} from anlin.bill_source`);
  return (performance.now() - began) / 1000;
}

/** Every run starts from an empty table and a flushed server, so that neither side pays for what the other left. */
async function emptyTable(services: RunningServices, table: 'bill' | 'bill_reference'): Promise<void> {
  await services.ownerPool.query(`truncate anlin.${table} cascade`);
  await services.ownerPool.query('vacuum analyze anlin.standard_binding');
  await services.ownerPool.query('checkpoint');
}

function watchMemory(): { stop(): number } {
  let most = 0;
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 50);
  return {
    stop() {
      clearInterval(timer);
      look();
      return Math.round(most / 1024 / 1024);
    },
  };
}

function spreadOf(seconds: readonly number[]): Spread {
  const sorted = [...seconds].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)]!, least: sorted[0]!, most: sorted.at(-1)! };
}
