import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OutputColumn, openSpreadsheet, writeSpreadsheet } from './index.ts';

const MB = 1024 * 1024;
const ROWS = 100_000;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spreadsheet-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The most memory in use beyond the start while `work` calls its argument from time to time. */
async function heapGrowth(work: (look: () => void) => Promise<void>): Promise<number> {
  const start = process.memoryUsage();
  let most = 0;
  await work(() => {
    const now = process.memoryUsage();
    most = Math.max(most, now.heapUsed + now.external - start.heapUsed - start.external);
  });
  return most;
}

test('100,000 rows of 15 columns are written and read without being held in memory', async () => {
  const path = join(folder, 'large.xlsx');
  const columns: OutputColumn[] = Array.from({ length: 15 }, (_, index) => ({
    title: `列${index}`,
    kind: index < 10 ? 'text' : 'money',
  }));
  const writing = await heapGrowth(async (look) => {
    function* rows() {
      for (let index = 0; index < ROWS; index += 1) {
        if (index % 1_000 === 0) look();
        yield columns.map((column, at) => (column.kind === 'text' ? `翠湖花园 ${index}-${at}` : `${index}.${at}`));
      }
    }
    await writeSpreadsheet(path, { sheets: [{ name: 'a', columns, rows: rows() }] });
  });
  expect(writing).toBeLessThan(250 * MB);

  let count = 0;
  const reading = await heapGrowth(async (look) => {
    for await (const row of (await openSpreadsheet({ path })).rows()) {
      count += 1;
      if (row.number % 1_000 === 0) look();
    }
  });
  expect(count).toBe(ROWS + 1);
  expect(reading).toBeLessThan(250 * MB);
}, 120_000);
