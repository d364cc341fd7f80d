import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imports } from '@anlin/contract';
import { writeSpreadsheet } from '@anlin/spreadsheet';
import { taskHandlers } from '../../apps/server/src/app.ts';
import { createImport, recogniseFile } from '../../apps/server/src/domains/imports/create-import.ts';
import { findImport } from '../../apps/server/src/domains/imports/import-batch.ts';
import { importerOf } from '../../apps/server/src/domains/imports/importers.ts';
import { startCheck, startRun } from '../../apps/server/src/domains/imports/start-import-tasks.ts';
import { asStaff } from '../../apps/server/src/platform/boundary.ts';
import { recordFile } from '../../apps/server/src/platform/files/file-record.ts';
import { runTask } from '../../apps/server/src/platform/tasks/run-task.ts';
import { type Bench, type BenchCompany, type BenchEnvironment, secondsOf, spreadOf } from './bench.ts';
import { watchMemory } from './watch-memory.ts';

/** An .xlsx of many houses with owners and tags, from the uploaded file to the last row: recognised, checked, written. */
export const importBench: Bench = {
  name: 'import',
  async run(environment) {
    const rows = environment.isQuick ? 2_000 : 100_000;
    const folder = await mkdtemp(join(tmpdir(), 'anlin-bench-import-'));
    const path = join(folder, 'houses.xlsx');
    environment.say(`  writing a file of ${rows} houses`);
    await writeSpreadsheet(path, { sheets: [houseSheet(rows)] });
    const memory = watchMemory();
    const [first, again]: number[][] = [[], []];
    for (let round = 0; round < (environment.isQuick ? 1 : 3); round += 1) {
      const company = await environment.freshCompany();
      for (const times of [first, again]) {
        const expected = times === first ? { added: rows, skipped: 0 } : { added: 0, skipped: rows };
        times!.push(await importOnce(environment, company, path, expected));
      }
    }
    const megabytes = memory.stop();
    await rm(folder, { recursive: true });
    const seconds = spreadOf(first!);
    return [
      {
        name: `import of ${rows} houses with owners and tags from .xlsx, check included`,
        unit: 's',
        ours: seconds,
        bar: { text: '≤ 60 s', isReached: seconds.median <= 60 },
      },
      { name: 'the same file again: nothing to add', unit: 's', ours: spreadOf(again!) },
      {
        name: 'memory of the process meanwhile, at most',
        unit: 'MB',
        ours: spreadOf([megabytes]),
        bar: { text: '≤ 512 MB', isReached: megabytes <= 512 },
      },
    ];
  },
};

const titles = [
  '楼宇',
  '单元',
  '房号',
  '楼层',
  '建筑面积',
  '房屋类型',
  '交房时间',
  '姓名',
  '手机号',
  '房屋标签',
  '备注',
];

function houseSheet(count: number) {
  return {
    name: '数据',
    columns: titles.map((title) => ({ title, kind: 'text' as const })),
    rows: houseRows(count),
  };
}

function* houseRows(count: number): Generator<string[]> {
  for (let index = 0; index < count; index += 1) {
    const building = Math.floor(index / 500) + 1;
    const floor = Math.floor((index % 500) / 20) + 1;
    yield [
      `${building}栋`,
      `${(index % 2) + 1}单元`,
      `${floor}${String(index % 20).padStart(2, '0')}`,
      String(floor),
      `${60 + (index % 90)}.${String(index % 100).padStart(2, '0')}`,
      index % 10 === 0 ? '商铺' : '住宅',
      '2019年6月30日',
      `业主${index % 977}号`,
      `1${String(3_000_000_000 + index)}`,
      index % 7 === 0 ? '未装修,开发商' : '',
      index % 5 === 0 ? '钥匙在物业' : '',
    ];
  }
}

async function importOnce(
  environment: BenchEnvironment,
  { companyId, communityId, staffId }: BenchCompany,
  path: string,
  expected: { added: number; skipped: number },
): Promise<number> {
  const { services } = environment;
  const act = <T>(work: Parameters<typeof asStaff<T>>[3]) => asStaff(services, companyId, staffId, work);
  const fileId = services.newId();
  const { sizeBytes, sha256 } = await services.files.write(companyId, fileId, createReadStream(path));
  const file = { id: fileId, name: 'houses.xlsx', sizeBytes, sha256, mediaType: 'application/octet-stream' };
  await act((ctx) => recordFile(ctx, file));
  const house = await act((ctx) => importerOf(ctx, 'house'));
  let id = '';
  const seconds = await secondsOf(async () => {
    const mapping = await services.files.withLocalCopy(companyId, fileId, (path) => recogniseFile(path, house.columns));
    id = await act((ctx) => createImport(ctx, house, { kind: 'house', communityId, fileId }, mapping));
    const check = await act(async (ctx) => startCheck(ctx, house, await findImport(ctx, 'house', id)));
    await runTask(services, taskHandlers, companyId, check);
    const run = await act(async (ctx) => startRun(ctx, await findImport(ctx, 'house', id), 'skip'));
    await runTask(services, taskHandlers, companyId, run);
  });
  const { counts } = await act((ctx) => findImport(ctx, 'house', id));
  if (counts.added !== expected.added || counts.skipped !== expected.skipped)
    throw new Error(`${imports.house.run.id}: ${JSON.stringify(counts)}`);
  environment.say(`  ${seconds.toFixed(1)} s, ${counts.added} added`);
  return seconds;
}
