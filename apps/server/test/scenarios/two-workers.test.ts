import * as contract from '@anlin/contract';
import type { Runner } from 'graphile-worker';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { taskHandlers } from '../../src/app.ts';
import {
  addBuilding,
  addItem,
  addManyHouses,
  addStandard,
  bindHouses,
} from '../../src/domains/charging/charging.fixture.ts';
import { verifyBooks } from '../../src/domains/finance/index.ts';
import { isConnectionLoss } from '../../src/platform/database/connection-loss.ts';
import { sql } from '../../src/platform/database/sql.ts';
import { runTask } from '../../src/platform/tasks/run-task.ts';
import type { TaskHandlers } from '../../src/platform/tasks/task.ts';
import { startTestApp, type TestApp, type TestCompany, type TestPerson } from '../test-app.ts';

/** Two items for every house: two standards, so that a run can be stopped between them. */
const houseCount = 400;
const billCount = 2 * houseCount;

let server: TestApp;
let company: TestCompany;
let supervisor: TestPerson;
let order: { communityId: string; chargeItemIds: string[]; monthFrom: string; monthTo: string };
/** Sum of areas × 2.80 and of areas × 0.35, each bill rounded by itself, in fen: counted by PostgreSQL, not by the product. */
let expectedFen: bigint;

beforeEach(async () => {
  server = await startTestApp();
  company = await server.company();
  const { communityId } = company;
  const chargeItemIds = await company.run(async (ctx) => {
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    await addManyHouses(ctx, { communityId, buildingId, count: houseCount });
    const houses = await ctx.tx.rows<{ id: string }>(sql`select id from house where company_id = ${ctx.companyId}`);
    const itemIds: string[] = [];
    for (const [name, price] of [
      ['物业管理费', '2.80'],
      ['公摊电费', '0.35'],
    ] as const) {
      const chargeItemId = await addItem(ctx, { name });
      const chargeStandardId = await addStandard(ctx, { chargeItemId, price });
      const houseIds = houses.map((house) => house.id);
      await bindHouses(ctx, { communityId, chargeStandardId, houseIds, startsOn: '2026-01-01' });
      itemIds.push(chargeItemId);
    }
    const row = await ctx.tx.first<{ fen: bigint }>(sql`
      select sum(round(built_area * 280) + round(built_area * 35))::bigint as fen from house where company_id = ${ctx.companyId}`);
    expectedFen = row!.fen;
    return itemIds;
  });
  order = { communityId, chargeItemIds, monthFrom: '2026-03', monthTo: '2026-03' };
  supervisor = await company.person('收费主管');
});
afterEach(() => server.stop());

const raise = async () => (await supervisor.call(contract.raiseBills, { body: order })).taskId;

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 2400; look += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not happen`);
}

const taskOf = (id: string) => supervisor.call(contract.getTask, { params: { id } });

async function finished(id: string): Promise<contract.TaskView> {
  await until('the end of the task', async () => ['done', 'failed'].includes((await taskOf(id)).state));
  return taskOf(id);
}

/** What the database holds after everything: bills, records of runs, and entries of the audit. */
async function written() {
  const row = await company.run((ctx) =>
    ctx.tx.first(sql`select
      (select count(*)::int from bill) as bills,
      (select count(distinct (standard_binding_id, period_from))::int from bill) as periods,
      (select sum(receivable_fen)::bigint from bill) as fen,
      (select sum(bill_count)::int from raising_run) as recorded,
      (select count(*)::int from raising_run) as runs,
      (select count(*)::int from audit_entry where action = 'bill.raise') as entries`),
  );
  return row!;
}

const allOnce = () => ({ bills: billCount, periods: billCount, fen: expectedFen, recorded: billCount });

async function expectSoundBooks(): Promise<void> {
  expect((await company.run(verifyBooks)).checks.filter((one) => one.wrong > 0)).toEqual([]);
}

async function jobCount(): Promise<number> {
  const { rows } = await server.services.ownerPool.query<{ jobs: number }>(
    `select count(*)::int as jobs from graphile_worker.jobs where task_identifier = 'runTask'`,
  );
  return rows[0]!.jobs;
}

it('does a task once though two workers are given it at the same moment, and again after its end', async () => {
  const taskId = await raise();
  let starts = 0;
  const handlers: TaskHandlers = {
    ...taskHandlers,
    raiseBills: async (run) => {
      starts += 1;
      return taskHandlers.raiseBills(run);
    },
  };
  const once = () => runTask(server.services, handlers, company.id, taskId);
  await Promise.all([once(), once(), once()]);
  await once();
  expect(starts).toBe(1);
  expect(await taskOf(taskId)).toMatchObject({ state: 'done', result: { billCount, failedCount: 0 } });
  expect(await written()).toEqual({ ...allOnce(), runs: 1, entries: 1 });
  await expectSoundBooks();
});

it('shares the queue among two workers: raising asked for twice at once bills everything once', async () => {
  await server.startWorker();
  await server.startWorker();
  const colleague = await company.person('收费主管');
  const [one, two] = await Promise.all([
    raise(),
    colleague.call(contract.raiseBills, { body: order }).then((reply) => reply.taskId),
  ]);
  const first = await finished(one);
  await until('the end of the other', async () => {
    const task = await colleague.call(contract.getTask, { params: { id: two } });
    return task.state === 'done';
  });
  const second = await colleague.call(contract.getTask, { params: { id: two } });
  const counts = [first, second].map((task) => Number(task.result?.billCount));
  expect(counts[0]! + counts[1]!).toBe(billCount);
  const fen = [first, second].reduce((sum, task) => sum + BigInt(String(task.result?.sum).replace('.', '')), 0n);
  expect(fen).toBe(expectedFen);
  expect(await written()).toEqual({ ...allOnce(), runs: 2, entries: 2 });
  await expectSoundBooks();
});

it('takes up a task of a killed worker by itself, without a restart, and ends it under its own record', async () => {
  const taskId = await raise();
  const killed = await startDoomedWorker(taskId);
  const runner: Runner = await server.startWorker();
  // The living worker is given the job while the dead one still seems to hold the task: it leaves it alone.
  await until('the job being looked at', async () => (await jobCount()) === 0);
  expect((await taskOf(taskId)).state).toBe('running');
  await runner.addJob('sweep', {});
  await until('the sweep', async () => (await sweepsWaiting()) === 0);
  expect((await taskOf(taskId)).state).toBe('running');
  expect(await jobCount()).toBe(0);

  await killed.die();
  await runner.addJob('sweep', {});
  expect(await finished(taskId)).toMatchObject({ state: 'done', result: { billCount, failedCount: 0 } });
  expect(await written()).toEqual({ ...allOnce(), runs: 1, entries: 1 });
  await expectSoundBooks();
});

async function sweepsWaiting(): Promise<number> {
  const { rows } = await server.services.ownerPool.query<{ jobs: number }>(
    `select count(*)::int as jobs from graphile_worker.jobs where task_identifier = 'sweep' and key is null`,
  );
  return rows[0]!.jobs;
}

/** A worker that raises the bills of the first item and then hangs, until its connections are cut as by a death. */
async function startDoomedWorker(taskId: string): Promise<{ die(): Promise<void> }> {
  let cut: (error: Error) => void = () => {};
  const gone = new Promise<never>((_, reject) => {
    cut = reject;
  });
  gone.catch(() => {});
  const handlers: TaskHandlers = {
    ...taskHandlers,
    raiseBills: (run) => taskHandlers.raiseBills({ ...run, report: () => gone }),
  };
  const work = runTask(server.services, handlers, company.id, taskId);
  const ended = expect(work).rejects.toSatisfy(isConnectionLoss);
  await until('half of the bills', async () => (await written()).bills >= houseCount);
  return {
    async die() {
      const { rows } = await server.services.ownerPool.query(
        `select pg_terminate_backend(pid) from pg_locks
         where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
           and ((classid::bigint << 32) | objid::bigint) = hashtextextended('task ' || $1::text, 0)`,
        [taskId],
      );
      expect(rows).toHaveLength(1);
      cut(Object.assign(new Error('terminated'), { code: '57P01' }));
      await ended;
    },
  };
}
