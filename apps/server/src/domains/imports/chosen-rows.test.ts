import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { chooser, joinRanges } from './good-rows.ts';
import { countOf, wizard } from './imports.fixture.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

async function newCompany() {
  const company = await server.company(`物业${server.services.newId()}`);
  const person = await company.person('管理员');
  return { company, person, house: wizard(server, company, person, 'house') };
}

const content = (count: number) =>
  `楼栋,房号,面积,备注\n${Array.from({ length: count }, (_, index) => `1栋,${index + 1},${index === 4 ? '很大' : 80},第${index + 1}套`).join('\n')}\n`;

describe('good rows of a checked file', () => {
  it('are paged, searched and told apart by whether they are there already', async () => {
    const { company, person, house } = await newCompany();
    await house.all('楼栋,房号,面积\n1栋,2,80\n1栋,3,80\n', '前.csv');
    const id = await house.open(content(120), '多.csv');
    await house.check(id);
    const rows = (query: object) => person.call(house.endpoints.rows, { params: { id }, query });
    const first = await rows({ pageSize: 50 });
    expect(first).toMatchObject({ total: 119, titles: ['楼宇', '房号', '建筑面积', '备注'] });
    expect(first.rows[0]).toEqual({ row: 2, isExisting: false, cells: ['1栋', '1', '80', '第1套'] });
    // The fifth house is wrong and not among them.
    expect(first.rows.map((one) => one.row).slice(3, 6)).toEqual([5, 7, 8]);
    expect((await rows({ page: 3, pageSize: 50 })).rows).toHaveLength(19);
    expect((await rows({ q: '第12套' })).rows.map((one) => one.row)).toEqual([13]);
    expect((await rows({ only: 'existing' })).rows.map((one) => one.row)).toEqual([3, 4]);
    expect((await rows({ q: '%' })).total).toBe(0);
    const colleague = await company.person('管理员');
    expect((await refusal(colleague.call(house.endpoints.rows, { params: { id }, query: {} }))).code).toBe(
      'import.notFound',
    );
    await house.run(id);
    expect(await countOf(company, 'import_row')).toBe(0);
  });

  it('come in alone when they are chosen; the rest is counted as left out', async () => {
    const { company, house } = await newCompany();
    const id = await house.open(content(20), '选.csv');
    await house.check(id);
    const done = await house.run(id, 'skip', [
      { from: 10, to: 12 },
      { from: 4, to: 2 },
      { from: 6, to: 6 },
    ]);
    expect(done.chosenRows).toEqual([
      { from: 2, to: 4 },
      { from: 6, to: 6 },
      { from: 10, to: 12 },
    ]);
    // Row 6 is the wrong one: chosen or not, it does not come in.
    expect(done.counts).toMatchObject({ good: 19, bad: 1, added: 6, leftOut: 13, failed: 0 });
    const numbers = await company.run((ctx) =>
      ctx.tx.rows<{ number: string }>(
        sql`select number from house where company_id = ${ctx.companyId} order by number::int`,
      ),
    );
    expect(numbers.map((one) => one.number)).toEqual(['1', '2', '3', '9', '10', '11']);
  });

  it('must be among what is chosen, or nothing begins', async () => {
    const { company, person, house } = await newCompany();
    const id = await house.open(content(8), '空选.csv');
    await house.check(id);
    const run = (rows: { from: number; to: number }[]) =>
      person.call(house.endpoints.run, { params: { id }, body: { duplicatePolicy: 'skip', rows } });
    expect((await refusal(run([{ from: 1, to: 1 }]))).code).toBe('import.nothingChosen');
    expect((await refusal(run([{ from: 6, to: 6 }]))).code).toBe('import.nothingChosen');
    expect((await refusal(run([]))).status).toBe(422);
    expect(await countOf(company, 'house')).toBe(0);
    expect((await house.view(id)).state).toBe('checked');
  });
});

describe('ranges of rows', () => {
  const range = fc.record({ from: fc.integer({ min: 1, max: 60 }), to: fc.integer({ min: 1, max: 60 }) });

  it('choose a row exactly when one of them holds it, however they overlap', () => {
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 12 }), (ranges) => {
        const joined = joinRanges(ranges).map(([from, to]) => ({ from, to }));
        const isChosen = chooser(joined);
        for (let row = 1; row <= 61; row += 1) {
          const held = ranges.some(({ from, to }) => Math.min(from, to) <= row && row <= Math.max(from, to));
          expect(isChosen(row)).toBe(held);
        }
        for (const [index, one] of joined.entries())
          expect(one.from).toBeGreaterThan((joined[index - 1]?.to ?? -1) + 1);
      }),
    );
  });
});
