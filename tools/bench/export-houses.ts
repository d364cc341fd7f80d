import { taskHandlers } from '../../apps/server/src/app.ts';
import { houseBinding } from '../../apps/server/src/domains/estate/index.ts';
import { asStaff } from '../../apps/server/src/platform/boundary.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { runTask } from '../../apps/server/src/platform/tasks/run-task.ts';
import { startExport } from '../../apps/server/src/resource/start-export.ts';
import { type Bench, type BenchCompany, type BenchEnvironment, secondsOf, spreadOf } from './bench.ts';
import { addManyCommunities } from './many-houses.ts';
import { watchMemory } from './watch-memory.ts';

/** Every house of a company with ten communities, all columns, to an .xlsx: from the request to the finished file. */
export const exportBench: Bench = {
  name: 'export',
  async run(environment) {
    const company = await environment.freshCompany();
    const rows = environment.isQuick ? 10_000 : 1_000_000;
    environment.say(`  filling ${rows} houses`);
    await addManyCommunities(environment.services, company, rows);
    const memory = watchMemory();
    const times: number[] = [];
    for (let round = 0; round < (environment.isQuick ? 1 : 3); round += 1) {
      times.push(await secondsOf(() => exportOnce(environment, company, rows)));
      environment.say(`  ${times.at(-1)!.toFixed(1)} s`);
    }
    const megabytes = memory.stop();
    const seconds = spreadOf(times);
    return [
      {
        name: `export of ${rows.toLocaleString('en-US')} houses, all columns, to .xlsx`,
        unit: 's',
        ours: seconds,
        bar: { text: '≤ 60 s', isReached: seconds.median <= 60 },
      },
      {
        name: 'memory of the process meanwhile, at most',
        unit: 'MB',
        ours: spreadOf([megabytes]),
        bar: { text: '≤ 512 MB', isReached: megabytes <= 512 },
      },
    ];
  },
};

/** Runs one export as the background would and checks that every row is in the file. */
export async function exportOnce(
  { services }: Pick<BenchEnvironment, 'services'>,
  { companyId, staffId }: Pick<BenchCompany, 'companyId' | 'staffId'>,
  expectedRows: number,
): Promise<void> {
  const act = <T>(work: Parameters<typeof asStaff<T>>[3]) => asStaff(services, companyId, staffId, work);
  const taskId = await act((ctx) => startExport(ctx, houseBinding, {}));
  await runTask(services, taskHandlers, companyId, taskId);
  const task = await act((ctx) =>
    ctx.tx.first<{ state: string; result: { rows: number } | null }>(
      sql`select state, result from task where company_id = ${companyId} and id = ${taskId}`,
    ),
  );
  if (task?.state !== 'done' || task.result?.rows !== expectedRows) throw new Error(JSON.stringify(task));
}
