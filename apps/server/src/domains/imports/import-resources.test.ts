import { type ImportKindName, importKinds, imports } from '@anlin/contract';
import { openSpreadsheet, readFirstRows } from '@anlin/spreadsheet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { countOf, realFile, wizard } from './imports.fixture.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

async function newCompany(): Promise<{ company: TestCompany; person: TestPerson }> {
  const company = await server.company(`物业${server.services.newId()}`);
  return { company, person: await company.person('管理员') };
}

describe('parking spaces', () => {
  it('come in with the houses they belong to; a house that is not there is named', async () => {
    const { company, person } = await newCompany();
    await wizard(server, company, person, 'house').all(realFile('houses.xlsx'), '房屋.xlsx');
    const parking = wizard(server, company, person, 'parkingSpace');
    const id = await parking.open(realFile('parking-spaces.xlsx'), '车位.xlsx');
    const checked = await parking.check(id);
    expect(checked.missing).toEqual([]);
    expect(checked.problems.every((one) => one.column === '关联房号' && one.message.includes('没有找到关联房屋'))).toBe(
      true,
    );
    const done = await parking.run(id);
    expect(done.counts.added).toBe(checked.counts.good);
    expect(await countOf(company, 'parking_space')).toBe(checked.counts.good);
    const linked = await company.run((ctx) =>
      ctx.tx.first<{ type: string; number: string }>(sql`select p.type, h.number from parking_space p
        join house h on h.company_id = p.company_id and h.id = p.house_id
        where p.company_id = ${ctx.companyId} order by p.number limit 1`),
    );
    expect(linked).toMatchObject({ type: 'property' });
    const again = await parking.all(realFile('parking-spaces.xlsx'), '车位.xlsx');
    expect(again.counts).toMatchObject({ added: 0, skipped: done.counts.added });
  });

  it('are linked by the full name, the number or any notation of the house', async () => {
    const { company, person } = await newCompany();
    await wizard(server, company, person, 'house').all('楼栋,单元,房号,面积\n3栋,2单元,101,80\n', '房屋.csv');
    const parking = wizard(server, company, person, 'parkingSpace');
    const lines = ['3栋2单元101', '3-2-101', '101', '３号楼2单元101室'].map(
      (house, index) => `B${index},产权,自用,${house}`,
    );
    const done = await parking.all(
      `车位号,车位类型,车位状态,关联房号\n${lines.join('\n')}\nB9,产权,自用,9-9-999\n`,
      '车位.csv',
    );
    expect(done.counts).toMatchObject({ added: 4, bad: 1 });
  });
});

describe('vehicles', () => {
  it('come in from a GBK file, with tags, and take over new values when they are replaced', async () => {
    const { company, person } = await newCompany();
    const vehicles = wizard(server, company, person, 'vehicle');
    expect(realFile('vehicles-gbk.csv').toString('utf8')).toContain('\ufffd');
    const id = await vehicles.open(realFile('vehicles-gbk.csv'), '车辆.csv');
    const checked = await vehicles.check(id);
    expect(checked.problems.every((one) => one.column === '关联房号')).toBe(true);
    const one = '车牌号,车主姓名,标签\n川·a12345,张三,"月租,访客"\n';
    expect((await vehicles.all(one, '一.csv')).counts).toMatchObject({ added: 1 });
    const two = '车牌号,车主姓名,品牌\n川A12345,,比亚迪\n';
    expect((await vehicles.all(two, '二.csv', 'replace')).counts).toMatchObject({ added: 0, updated: 1 });
    const vehicle = await company.run((ctx) =>
      ctx.tx.first(
        sql`select plate, owner_name, brand from vehicle where company_id = ${ctx.companyId} and plate = '川A12345'`,
      ),
    );
    expect(vehicle).toEqual({ plate: '川A12345', owner_name: '张三', brand: '比亚迪' });
    expect(await countOf(company, 'vehicle_tag')).toBe(2);
  });
});

describe('charge items', () => {
  const heading =
    '项目名称,项目类型,金额精度,取整方式,不足一期,不足多少天不收,缴费期限（账期开始后天数）,违约金宽限天数,税率 %,价格含税,排序,提前几天生成';

  it('belong to the company; a row the database contradicts fails alone', async () => {
    const { company, person } = await newCompany();
    const items = wizard(server, company, person, 'chargeItem');
    const good = '物业费,周期性,分,四舍五入,按当月实际天数,,30,30,6,是,1,0';
    const contradictory = '垃圾费,周期性,分,四舍五入,按当月实际天数,,30,30,7,是,2,0';
    const id = await items.open(`${heading}\n${good}\n${contradictory}\n`, '项目.csv', null);
    await items.check(id);
    const done = await items.run(id);
    expect(done.counts).toMatchObject({ added: 1, failed: 1 });
    expect(done.failedRowsFileId).not.toBeNull();
  });
});

describe('the template of each kind', () => {
  it.each(Object.keys(importKinds) as ImportKindName[])('%s: can be filled in and imported as it is', async (kind) => {
    const { company, person } = await newCompany();
    const response = await server.app.inject({
      method: 'GET',
      url: imports[kind].template.path,
      headers: { cookie: person.cookie },
    });
    expect(response.statusCode).toBe(200);
    expect(decodeURIComponent(String(response.headers['content-disposition']))).toContain('导入模板.xlsx');
    const spreadsheet = await openSpreadsheet({ bytes: response.rawPayload });
    expect(spreadsheet.sheets.map((one) => one.name)).toEqual(['数据', '填写说明']);
    const [head, example] = await readFirstRows(spreadsheet, 2);
    const line = (cells: readonly string[]) => cells.map((cell) => `"${cell}"`).join(',');
    const texts = (row: typeof head) => row!.cells.map((cell) => cell.text);
    const filled = texts(example).map((text) => text.replace(/^示例(小区.*|：)/, ''));
    const flow = wizard(server, company, person, kind);
    const content = [texts(head), texts(example), filled].map(line).join('\n');
    const template = await flow.check(await flow.open(content, '模板.csv'));
    // The example itself is passed over; the same values without the word are a row.
    expect(template.counts.rows).toBe(1);
    expect(template.missing).toEqual([]);
    expect(template.columns.every((column) => column.heading !== null)).toBe(true);
  });

  it('is refused to those who may not import', async () => {
    const { company } = await newCompany();
    const cashier = await company.person('收银员');
    const response = await server.app.inject({
      method: 'GET',
      url: imports.house.template.path,
      headers: { cookie: cashier.cookie },
    });
    expect(response.statusCode).toBe(403);
  });
});
