import { bindStandard } from '../../apps/server/src/domains/charging/bind-standard.ts';
import { createChargeStandard } from '../../apps/server/src/domains/charging/charge-standard.ts';
import { addBuilding, addItem, addManyHouses } from '../../apps/server/src/domains/charging/charging.fixture.ts';
import { raiseBills } from '../../apps/server/src/domains/charging/raise-bills.ts';
import { asSystem } from '../../apps/server/src/platform/boundary.ts';
import type { RunningServices } from '../../apps/server/src/platform/start-services.ts';
import { type Bench, type BenchEnvironment, type BenchResult, inTurn, ratiosOf, spreadOf } from './bench.ts';
import { watchMemory } from './watch-memory.ts';

const mostMemoryMb = 512;
const housesPerBuilding = 50_000;

/**
 * Raises a month of bills and compares with the same rows written by one plain `INSERT … SELECT` into an identical table of
 * the same server, in turn; then a million bills three times, and what raising again costs. `--large`: ten months of the million
 * houses, once.
 */
export const raisingBench: Bench = {
  name: 'raise-bills',
  async run(environment) {
    const { isQuick, isLarge } = environment;
    return benchRaising(environment, {
      houses: isQuick ? 20_000 : 200_000,
      manyHouses: isQuick ? 40_000 : 1_000_000,
      months: isLarge ? 10 : 1,
      pairs: isQuick ? 2 : 5,
      rounds: isLarge ? 1 : isQuick ? 2 : 3,
    });
  },
};

async function benchRaising(
  environment: BenchEnvironment,
  sizes: { houses: number; manyHouses: number; months: number; pairs: number; rounds: number },
): Promise<BenchResult[]> {
  const { services } = environment;
  const { houses, manyHouses, months } = sizes;
  const manyBills = manyHouses * months;
  const estate = await prepare(environment, houses);
  await prepareReference(services, estate, houses);
  const again: number[] = [];
  const memory = watchMemory();
  const { ours, reference } = await inTurn(
    sizes.pairs,
    async () => {
      await emptyTable(services, 'bill');
      const seconds = await raise(services, estate, houses);
      again.push(await raise(services, estate, 0));
      return seconds;
    },
    async () => {
      await emptyTable(services, 'bill_reference');
      return insertPlainly(services);
    },
  );
  await emptyTable(services, 'bill_reference');
  const many = await prepare(environment, manyHouses);
  const manySeconds: number[] = [];
  const manyAgain: number[] = [];
  for (let round = 0; round < sizes.rounds; round += 1) {
    await emptyTable(services, 'bill');
    manySeconds.push(await raise(services, many, manyBills, months));
    manyAgain.push(await raise(services, many, 0, months));
  }
  const memoryMb = Math.round(memory.stop());
  const manySpread = spreadOf(manySeconds);
  const growth = manySpread.median / spreadOf(ours).median / (manyBills / houses);
  const ratio = spreadOf(ratiosOf(reference, ours));
  const share = spreadOf(ratiosOf(again, ours));
  return [
    {
      name: `生成账单：${houses.toLocaleString('en-US')} 张，对照一句 INSERT … SELECT`,
      unit: 's',
      ours: spreadOf(ours),
      reference: spreadOf(reference),
      ratio,
      bar: { text: '≥ 0.6 of plain SQL, aim 0.8', isReached: ratio.median >= 0.6 },
    },
    {
      name: '再次生成（没有新账单）占首次的比例',
      unit: '×',
      ours: share,
      bar: { text: '≤ 0.5', isReached: share.median <= 0.5 },
    },
    {
      name: `生成账单：${manyBills.toLocaleString('en-US')} 张`,
      unit: 's',
      ours: manySpread,
      bar: { text: '≤ 15 s for 1,000,000 on 2 cores', isReached: manySpread.median <= (15 * manyBills) / 1_000_000 },
      note: `time per bill × ${growth.toFixed(2)} of the smaller run (bar 0.8–1.2); again ${spreadOf(manyAgain).median.toFixed(2)} s`,
    },
    {
      name: '生成账单：进程内存',
      unit: 'MB',
      ours: spreadOf([memoryMb]),
      bar: { text: `≤ ${mostMemoryMb} MB`, isReached: memoryMb <= mostMemoryMb },
    },
  ];
}

interface Estate {
  companyId: string;
  communityId: string;
  itemId: string;
}

async function prepare(environment: BenchEnvironment, houses: number): Promise<Estate> {
  const { companyId, communityId } = await environment.freshCompany();
  return asSystem(environment.services, companyId, async (ctx) => {
    const itemId = await addItem(ctx, { name: '物业管理费' });
    const { id } = await createChargeStandard(ctx, {
      chargeItemId: itemId,
      name: '住宅 2.80',
      method: 'unitPrice',
      quantitySource: 'builtArea',
      quantityFieldId: null,
      quantityUnit: '',
      formula: null,
      tiers: null,
      everyMonths: 1,
      alignment: 'natural',
      note: '',
      price: '2.80',
    });
    // Building by building, so that the preparation keeps no more in memory than the raising that is measured.
    for (let left = houses; left > 0; left -= housesPerBuilding) {
      const buildingId = await addBuilding(ctx, communityId, `${left}栋`);
      await addManyHouses(ctx, { communityId, buildingId, count: Math.min(left, housesPerBuilding) });
      await bindStandard(ctx, {
        chargeStandardId: id,
        selection: { targetKind: 'house', communityId, buildingIds: [buildingId] },
        startsOn: '2025-01-01',
        endsOn: null,
        ownPrice: null,
        ownQuantity: null,
        ownAmount: null,
        note: '',
        skipOverlapping: false,
      });
    }
    return { companyId, communityId, itemId };
  });
}

/** Raises the months up to March 2026 and returns the seconds it took; throws when it did not raise what it should. */
async function raise(services: RunningServices, estate: Estate, expected: number, months = 1): Promise<number> {
  const monthTo = Temporal.PlainYearMonth.from('2026-03');
  const monthFrom = monthTo.subtract({ months: months - 1 });
  const began = performance.now();
  const outcome = await raiseBills(
    { transaction: (work) => asSystem(services, estate.companyId, work), report: async () => {}, taskId: null },
    {
      communityId: estate.communityId,
      chargeItemIds: [estate.itemId],
      monthFrom: monthFrom.toString(),
      monthTo: monthTo.toString(),
      raisedHow: 'manual',
    },
  );
  const seconds = (performance.now() - began) / 1000;
  if (outcome.billCount !== expected) throw new Error(`raised ${outcome.billCount} bills, not ${expected}`);
  return seconds;
}

/**
 * The rows to write, kept aside as a plain table, and a table like `bill` with the same indexes, checks, generated
 * column, foreign keys and triggers. It has no row-level security, which only makes the reference faster.
 */
async function prepareReference(services: RunningServices, estate: Estate, houses: number): Promise<void> {
  const run = (text: string) => services.ownerPool.query(text);
  await emptyTable(services, 'bill');
  await raise(services, estate, houses);
  const { rows } = await services.ownerPool.query<{ definition: string }>(
    `select pg_get_constraintdef(oid) definition from pg_constraint where conrelid = 'anlin.bill'::regclass and contype = 'f'`,
  );
  const triggers = await services.ownerPool.query<{ definition: string }>(
    `select replace(pg_get_triggerdef(oid), ' ON anlin.bill ', ' ON anlin.bill_reference ') definition
      from pg_trigger where tgrelid = 'anlin.bill'::regclass and not tgisinternal`,
  );
  await run('drop table if exists anlin.bill_reference, anlin.bill_source');
  await run('create table anlin.bill_reference (like anlin.bill including all)');
  for (const { definition } of rows) await run(`alter table anlin.bill_reference add ${definition}`);
  for (const { definition } of triggers.rows) await run(definition);
  await run(`create table anlin.bill_source as select ${await billColumns(services)} from anlin.bill`);
  await run('vacuum analyze anlin.bill_source');
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
