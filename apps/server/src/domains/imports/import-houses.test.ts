import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cancelTask, fileLink, getTask } from '@anlin/contract';
import { openSpreadsheet, type Row } from '@anlin/spreadsheet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { taskHandlers } from '../../app.ts';
import { asStaff } from '../../platform/boundary.ts';
import { sql } from '../../platform/database/sql.ts';
import { runTask } from '../../platform/tasks/run-task.ts';
import { estateCounts, houseByNumber, realFile, upload, wizard } from './imports.fixture.ts';
import { runImport } from './run-import.task.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

async function newCompany(): Promise<{ company: TestCompany; person: TestPerson; house: ReturnType<typeof wizard> }> {
  const company = await server.company(`物业${server.services.newId()}`);
  const person = await company.person('管理员');
  return { company, person, house: wizard(server, company, person, 'house') };
}

/** facts.json: the row as Excel shows it, the column, and a word of what is said about it. */
const wrongRows = [
  [9, '建筑面积', '请填写'],
  [21, '房号', '第 20 行重复'],
  [35, '手机号', '位数不够'],
  [53, '建筑面积', '应为数字'],
  [79, '建筑面积', '不能小于 0'],
  [92, '交房时间', '没有这一天'],
  [122, '楼宇', '请填写'],
  [152, '房号', '请填写'],
] as const;

function expectWrongRows(problems: readonly { row: number; column: string; message: string }[]) {
  expect(problems.map(({ row, column }) => [row, column])).toEqual(wrongRows.map(([row, column]) => [row, column]));
  for (const [index, [, , word]] of wrongRows.entries()) expect(problems[index]?.message).toContain(word);
}

describe('a messy file of houses as a company hands it over', () => {
  it('has every column recognised, its eight wrong rows named, and the rest imported with owners and tags', async () => {
    const { company, house } = await newCompany();
    const id = await house.open(realFile('houses.xlsx'), '房屋.xlsx');
    const opened = await house.view(id);
    expect(opened.missing).toEqual([]);
    expect(opened.headings.filter(({ index }) => !opened.columns.some((one) => one.heading === index))).toEqual([]);
    expect(await estateCounts(company)).toMatchObject({ house: 0, building: 0, resident: 0 });
    const checked = await house.check(id);
    expect(checked.state).toBe('checked');
    expect(checked.counts).toMatchObject({ rows: 209, good: 201, bad: 8, existing: 0 });
    expectWrongRows(checked.problems);
    expect(checked.problems[3]).toMatchObject({ value: '九十八' });
    expect(await estateCounts(company)).toMatchObject({ house: 0, building: 0, resident: 0 });
    const done = await house.run(id);
    expect(done.counts).toMatchObject({ added: 201, updated: 0, skipped: 0, failed: 0 });
    expect(await estateCounts(company)).toMatchObject({ building: 2, unit: 4, house: 201, tag: 3 });
    expect((await house.view(id)).state).toBe('done');
  });

  it('has full-width digits, stray spaces, four notations of a day and a formula in a note put right, not refused', async () => {
    const { company, house } = await newCompany();
    await house.all(realFile('houses.xlsx'), '房屋.xlsx');
    const days = await company.run((ctx) =>
      ctx.tx.rows<{ handover_date: string }>(
        sql`select distinct handover_date from house where company_id = ${ctx.companyId} order by 1`,
      ),
    );
    expect(days.map((one) => one.handover_date)).toEqual(['2019-06-30', '2019-07-01']);
    expect(await houseByNumber(company, '2-2-902')).toMatchObject({ full_name: '2-2-902', usage: 'residential' });
    expect(await houseByNumber(company, '2-2-904')).toMatchObject({ note: '=HYPERLINK("http://127.0.0.1/","点我")' });
    const fullWidth = await company.run((ctx) =>
      ctx.tx.first(sql`select number from house where company_id = ${ctx.companyId} and built_area = 98.50`),
    );
    expect(fullWidth).toBeDefined();
    const spaced = await company.run((ctx) =>
      ctx.tx.first(sql`select name from resident where company_id = ${ctx.companyId} and phone = '19900000182'`),
    );
    expect(spaced).toBeDefined();
  });

  it('adds nothing the second time, whatever is to become of rows that are there', async () => {
    const { company, house } = await newCompany();
    await house.all(realFile('houses.xlsx'), '房屋.xlsx');
    const before = await estateCounts(company);
    for (const policy of ['skip', 'replace', 'replaceAndAdd', 'updateOnly'] as const) {
      const again = await house.all(realFile('houses.xlsx'), '房屋.xlsx', policy);
      expect(again.counts).toMatchObject({ existing: 201, added: 0, updated: 0, skipped: 201, failed: 0 });
      expect(await estateCounts(company)).toEqual(before);
    }
  });

  it('gives back the rows that failed, as they were and with the reasons', async () => {
    const { company, person, house } = await newCompany();
    const { failedRowsFileId } = await house.all(realFile('houses.xlsx'), '房屋.xlsx');
    expect((await person.call(fileLink, { params: { id: failedRowsFileId! } })).url).toContain(failedRowsFileId);
    const rows = await readRows({ path: server.storedPath(company.id, failedRowsFileId!) });
    const titles = rows[0]!.cells.map((cell) => cell.text);
    expect(titles.slice(-2)).toEqual(['失败原因', '原文件行号']);
    expect(rows.slice(1).map((row) => Number(row.cells.at(-1)?.text))).toEqual(wrongRows.map(([row]) => row));
    expect(rows[4]?.cells[titles.indexOf('建筑面积')]?.text).toBe('九十八');
    expect(rows[4]?.cells[titles.indexOf('失败原因')]?.text).toContain('建筑面积应为数字');
    const colleague = await company.person('管理员');
    expect((await refusal(colleague.call(fileLink, { params: { id: failedRowsFileId! } }))).code).toBe('file.notFound');
  });
});

const wholeFile = fileURLToPath(new URL('../../../../../../shared/data/houses.xlsx', import.meta.url));

describe('the whole file of 1,402 houses', () => {
  it.skipIf(!existsSync(wholeFile))('comes in but for the eight wrong rows, to the last square metre', async () => {
    const { company, house } = await newCompany();
    const content = readFileSync(wholeFile);
    const id = await house.open(content, 'houses.xlsx');
    expectWrongRows((await house.check(id)).problems);
    const done = await house.run(id);
    expect(done.counts).toMatchObject({ rows: 1402, good: 1394, bad: 8, added: 1394, failed: 0 });
    const good = (await readRows({ bytes: content }))
      .slice(1)
      .filter((row) => !wrongRows.some(([one]) => one === row.number));
    const phones = new Set(
      good.map((row) => row.cells[16]?.text.replace(/\D/g, '') ?? '').filter((phone) => phone !== ''),
    );
    expect(await estateCounts(company)).toMatchObject({
      building: 13,
      unit: 24,
      house: 1394,
      resident: phones.size,
      occupancy: good.filter((row) => row.cells[15]?.text).length,
      tag: 3,
    });
    const area = await company.run((ctx) =>
      ctx.tx.first<{
        sum: string;
        shops: bigint;
      }>(sql`select sum(built_area)::text as sum, count(*) filter (where usage = 'shop' and unit_id is null) as shops
        from house where company_id = ${ctx.companyId}`),
    );
    // facts.json counts 157148.19 before the file was made messy. Without the 956.15 of the eight wrong rows, and with row 202
    // at 98.50 (written in full-width digits) where it had been 90.18.
    expect(area).toEqual({ sum: '156200.36', shops: 58n });
    const again = await house.all(content, 'houses.xlsx');
    expect(again.counts).toMatchObject({ added: 0, skipped: 1394 });
  });
});

async function readRows(source: Parameters<typeof openSpreadsheet>[0]): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of (await openSpreadsheet(source)).rows()) rows.push(row);
  return rows;
}

describe('columns', () => {
  const foreign = '栋座,门牌,计价面积,产权人\n3,301,88.5,王小明\n3,302,90,李雷\n';

  it('of another system are matched by hand once and known the next time', async () => {
    const { company, house } = await newCompany();
    const id = await house.open(foreign, '别家.csv');
    const opened = await house.view(id);
    expect(opened.missing.length).toBeGreaterThan(0);
    const columns = { buildingName: 0, number: 1, builtArea: 2, ownerName: 3 };
    const colleague = wizard(server, company, await company.person('管理员'), 'house');
    expect((await refusal(colleague.mapColumns(id, columns))).code).toBe('import.notFound');
    expect((await refusal(house.mapColumns(id, { ...columns, ownerName: 2 }))).code).toBe('import.columnTwice');
    expect((await house.mapColumns(id, columns)).missing).toEqual([]);
    await house.check(id);
    expect((await house.run(id)).counts).toMatchObject({ added: 2, bad: 0 });
    expect(await houseByNumber(company, '301')).toMatchObject({ full_name: '3栋301', status: 'ownerOccupied' });
    const next = await house.view(await house.open(foreign, '别家2.csv'));
    expect(next.missing).toEqual([]);
  });

  it('that are required and not matched are named before anything is checked', async () => {
    const { house, person } = await newCompany();
    const id = await house.open('楼栋,姓名\n1栋,张三\n', '缺列.csv');
    const problem = await refusal(person.call(house.endpoints.check, { params: { id } }));
    expect(problem).toMatchObject({ code: 'import.columnsMissing', status: 422 });
    expect(problem.detail).toContain('房号、建筑面积');
  });
});

describe('rows that are already there', () => {
  const first = '楼栋,单元,房号,面积,类型,姓名,手机号,标签,备注\n1栋,1单元,101,80,住宅,张三,13800000001,A区,旧备注\n';
  const second = '楼栋,单元,房号,面积,类型,姓名,手机号,标签,备注\n1栋,1单元,101,82.5,小高层,李四,13800000002,B区,\n';

  it('stay untouched when they are to be skipped', async () => {
    const { company, house } = await newCompany();
    await house.all(first, '一.csv');
    expect((await house.all(second, '二.csv')).counts).toMatchObject({ added: 0, updated: 0, skipped: 1 });
    expect(await houseByNumber(company, '101')).toMatchObject({ built_area: '80.00', usage: 'residential' });
    expect(await estateCounts(company)).toMatchObject({ resident: 1, occupancy: 1, house_tag: 1 });
  });

  it('take over what the file says and keep what it does not say when relations are to be added', async () => {
    const { company, house } = await newCompany();
    await house.all(first, '一.csv');
    expect((await house.all(second, '二.csv', 'replaceAndAdd')).counts).toMatchObject({
      added: 0,
      updated: 1,
      skipped: 0,
    });
    expect(await houseByNumber(company, '101')).toMatchObject({
      built_area: '82.50',
      usage: 'midRise',
      note: '旧备注',
    });
    expect(await estateCounts(company)).toMatchObject({ house: 1, resident: 2, occupancy: 2, house_tag: 2 });
  });
});

describe('owners', () => {
  it('are one person by their phone, however many houses they have', async () => {
    const { company, house } = await newCompany();
    await house.all(
      '楼栋,房号,面积,姓名,手机号\n1栋,101,80,张三,13800000001\n1栋,102,80,张三,138 0000 0001\n',
      '一.csv',
    );
    expect(await estateCounts(company)).toMatchObject({ house: 2, resident: 1, occupancy: 2 });
  });

  it('with the phone of somebody else are a problem, in the file and against the database', async () => {
    const { house } = await newCompany();
    const inFile = await house.open(
      '楼栋,房号,面积,姓名,手机号\n1栋,101,80,张三,13800000001\n1栋,102,80,李四,13800000001\n',
      '一.csv',
    );
    const checked = await house.check(inFile);
    expect(checked.problems).toMatchObject([{ row: 3, column: '手机号', value: '13800000001' }]);
    expect(checked.problems[0]?.message).toContain('与第 2 行“张三”的手机号相同而姓名不同');
    await house.run(inFile);
    const later = await house.check(
      await house.open('楼栋,房号,面积,姓名,手机号\n1栋,103,80,李四,13800000001\n', '二.csv'),
    );
    expect(later.problems[0]?.message).toContain('已登记在住户“张三”名下');
  });

  it('of a community out of sight are not revealed: the row fails and says so', async () => {
    const { company, person, house } = await newCompany();
    await house.all('楼栋,房号,面积,姓名,手机号\n1栋,101,80,张三,13800000001\n', '一.csv');
    const clerk = await company.person('客服', [company.otherCommunityId]);
    const other = wizard(server, company, clerk, 'house');
    const id = await other.open(
      '楼栋,房号,面积,姓名,手机号\n9栋,901,80,赵六,13800000001\n9栋,902,70,钱七,13800000009\n',
      '二.csv',
      company.otherCommunityId,
    );
    await other.check(id);
    const done = await other.run(id);
    expect(done.counts).toMatchObject({ added: 1, failed: 1 });
    expect(done.failedRowsFileId).not.toBeNull();
    expect(await estateCounts(company)).toMatchObject({ house: 2, resident: 2 });
    expect((await refusal(person.call(other.endpoints.get, { params: { id } }))).status).toBe(404);
  });
});

describe('a run that is cut off', () => {
  function manyHouses(count: number): string {
    const lines = Array.from(
      { length: count },
      (_, index) => `${1 + (index % 7)}栋,${index + 1},80.5,业主${index},139${String(index).padStart(8, '0')}`,
    );
    return `楼栋,房号,面积,姓名,手机号\n${lines.join('\n')}\n`;
  }

  it('goes on behind the last thousand that was written, and nothing is doubled', async () => {
    const { company, person, house } = await newCompany();
    const id = await house.open(manyHouses(3500), '三千五.csv');
    await house.check(id);
    const { taskId } = await person.call(house.endpoints.run, { params: { id }, body: { duplicatePolicy: 'skip' } });
    let transactions = 0;
    const killed = runImport({
      taskId,
      companyId: company.id,
      input: { importId: id, kind: 'house' },
      savedProgress: null,
      gateway: undefined,
      files: server.services.files,
      // The second transaction writes the first chunk, the third takes statistics. Dies inside the third chunk: what that
      // wrote is rolled back, the two before it stay.
      transaction: (work) =>
        asStaff(server.services, company.id, person.staffId, async (ctx) => {
          transactions += 1;
          const result = await work(ctx);
          if (transactions === 5) throw new Error('killed');
          return result;
        }),
      report: async () => {},
      save: async () => {},
    });
    await expect(killed).rejects.toThrow('killed');
    expect(await estateCounts(company)).toMatchObject({ house: 2000, resident: 2000 });
    await runTask(server.services, taskHandlers, company.id, taskId);
    expect((await person.call(getTask, { params: { id: taskId } })).state).toBe('done');
    expect((await house.view(id)).counts).toMatchObject({ added: 3500, skipped: 0, failed: 0 });
    expect(await estateCounts(company)).toMatchObject({ building: 7, house: 3500, resident: 3500, occupancy: 3500 });
    // What was written before and after the cut can be taken back as one.
    expect((await house.undo(id)).state).toBe('undone');
    expect(new Set(Object.values(await estateCounts(company)))).toEqual(new Set([0]));
  });

  it('can be continued after the person stopped it, but not with another policy', async () => {
    const { company, person, house } = await newCompany();
    const id = await house.open(manyHouses(1500), '一千五.csv');
    await house.check(id);
    const { taskId } = await person.call(house.endpoints.run, { params: { id }, body: { duplicatePolicy: 'skip' } });
    await person.call(cancelTask, { params: { id: taskId } });
    expect((await house.view(id)).state).toBe('stopped');
    const other = person.call(house.endpoints.run, { params: { id }, body: { duplicatePolicy: 'replace' } });
    expect((await refusal(other)).code).toBe('import.alreadyStarted');
    expect((await house.run(id)).counts).toMatchObject({ added: 1500 });
    expect(await estateCounts(company)).toMatchObject({ house: 1500 });
    expect(
      (await refusal(person.call(house.endpoints.run, { params: { id }, body: { duplicatePolicy: 'skip' } }))).code,
    ).toBe('import.alreadyDone');
  });
});

describe('who may import', () => {
  it('is said by the permission, the company and the communities in scope', async () => {
    const { company, person, house } = await newCompany();
    const content = '楼栋,房号,面积\n1栋,101,80\n';
    const id = await house.open(content, '一.csv');
    const cashier = await company.person('收银员');
    const asCashier = await refusal(cashier.call(house.endpoints.get, { params: { id } }));
    expect(asCashier).toMatchObject({ status: 403, code: 'permission.denied' });
    const stranger = await newCompany();
    expect((await refusal(stranger.person.call(house.endpoints.get, { params: { id } }))).code).toBe('import.notFound');
    const fileId = await upload(server, person, content, '一.csv');
    const take = (communityId: string) =>
      stranger.person.call(house.endpoints.create, { body: { fileId, communityId } });
    expect((await refusal(take(stranger.company.communityId))).code).toBe('file.notFound');
    const clerk = await company.person('客服', [company.otherCommunityId]);
    const ownFile = await upload(server, clerk, content, '一.csv');
    const elsewhere = clerk.call(house.endpoints.create, {
      body: { fileId: ownFile, communityId: company.communityId },
    });
    expect((await refusal(elsewhere)).code).toBe('reference.notFound');
  });

  it('leaves a record of who imported how much, without anyone’s name or phone', async () => {
    const { company, house } = await newCompany();
    const done = await house.all('楼栋,房号,面积,姓名,手机号\n1栋,101,80,张三,13800000001\n', '一.csv');
    const entries = await company.run((ctx) =>
      ctx.tx.rows<{ action: string; after: Record<string, number> }>(
        sql`select action, after from audit_entry where company_id = ${ctx.companyId} and target_id = ${done.id} order by id`,
      ),
    );
    expect(entries.map((one) => one.action)).toEqual(['house.import.start', 'house.import.finish']);
    expect(entries[1]?.after).toMatchObject({ added: 1, bad: 0 });
    expect(JSON.stringify(entries)).not.toMatch(/张三|13800000001/);
  });
});
