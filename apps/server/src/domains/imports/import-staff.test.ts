import { listDepartments, resourceEndpoints, staffResource } from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signInAs, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { countOf, wizard } from './imports.fixture.ts';

let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  company = await server.company();
  admin = await company.person('管理员');
});

/** As an office keeps it: a title, other words for the columns, spaces, full-width digits, Chinese dates, an empty line. */
const messy = [
  '安居物业员工花名册,,,,,,,,',
  '员工编号,员工姓名,性别,联系电话,所属部门,岗位,入职时间,自动新建部门,登录密码',
  'A001, 高志强 ,男性,138 0000 1111,工程部/维修组、值班组,维修工,2019年6月30日,是,chushi2026',
  'A002,周雨桐,女,１３８００００２２２２,客服部,客服,2020/7/1,是,',
  ',,,,,,,,',
  'A002,马佳怡,女,13800003333,客服部,客服,2020-07-01,是,',
  'A004,孙丽娟,女,0755-12345678,客服部,收银,2020-07-01,是,',
  'A005,吴春燕,女,13800004444,财务部,会计,2020-07-01,,',
  'A006,高志强二,男,13800001111,工程部,维修工,,是,',
  'A007,罗婷,女,13800007777,客服部,客服,2020-07-01,是,123',
].join('\n');

const endpoints = resourceEndpoints(staffResource);
const rowsOf = async () => (await admin.call(endpoints.list, { query: { sort: 'number' } })).rows;

describe('a messy sheet of staff', () => {
  it('brings the good rows in with departments and accounts, and says of every other row what is wrong', async () => {
    const flow = wizard(server, company, admin, 'staff');
    const id = await flow.open(messy, '花名册.csv', null);
    const checked = await flow.check(id);
    expect(checked.counts).toMatchObject({ rows: 7, good: 2, bad: 5 });
    const sentences = checked.problems.map((one) => one.message).join('\n');
    expect(sentences).toContain('工号“A002”与第 4 行相同');
    expect(sentences).toContain('不是 11 位手机号');
    expect(sentences).toContain('没有部门“财务部”');
    expect(sentences).toContain('初始密码至少 8 位');
    const done = await flow.run(id);
    // The row without its department is refused once more; it counts as bad already.
    expect(done.counts).toMatchObject({ added: 2, bad: 5, failed: 0, leftOut: 0 });
    expect((await rowsOf()).filter((row) => row.number !== '')).toMatchObject([
      {
        name: '高志强',
        phone: '13800001111',
        departments: '值班组、工程部/维修组',
        joinedOn: '2019-06-30',
        sex: 'male',
      },
      { name: '周雨桐', phone: '13800002222', departments: '客服部' },
    ]);
    const { rows } = await admin.call(listDepartments);
    expect(rows.map((one) => one.path)).toEqual(['工程部', '工程部/维修组', '值班组', '客服部']);
    const person = await signInAs(server.app, '13800001111', 'chushi2026');
    expect(person.staffId).not.toBe('');
  });

  it('adds nothing the second time, and replaces what changed when asked, leaving what the sheet leaves empty', async () => {
    const flow = wizard(server, company, admin, 'staff');
    const head = '姓名,手机号,部门,职务,微信,新建部门\n';
    await flow.all(`${head}陈一,13811110001,工程部,工程师,wx-chen,是\n`, '员工.csv');
    const people = await countOf(company, 'staff');
    const again = await flow.all(`${head}陈一,13811110001,工程部,主管,,是\n`, '员工.csv');
    expect(again.counts).toMatchObject({ added: 0, skipped: 1 });
    const replaced = await flow.all(`${head}陈一,13811110001,客服部,主管,,是\n`, '员工.csv', 'replace');
    expect(replaced.counts).toMatchObject({ added: 0, updated: 1 });
    expect(await countOf(company, 'staff')).toBe(people);
    expect((await rowsOf()).find((row) => row.name === '陈一')).toMatchObject({
      position: '主管',
      departments: '客服部',
      wechat: 'wx-chen',
    });
  });

  it('adds departments, or changes people who are there and nobody else, as the policy says', async () => {
    const flow = wizard(server, company, admin, 'staff');
    const head = '姓名,手机号,部门,职务,新建部门\n';
    await flow.all(`${head}陈一,13811110001,工程部,工程师,是\n`, '员工.csv');
    const one = async () => (await rowsOf()).find((row) => row.name === '陈一');
    await flow.all(`${head}陈一,13811110001,客服部,主管,是\n`, '员工.csv', 'replaceAndAdd');
    expect((await one())?.departments).toBe('客服部、工程部');
    const file = `${head}陈一,13811110001,财务部,经理,是\n陈二,13811110002,工程部,工程师,是\n`;
    const updated = await flow.all(file, '员工.csv', 'updateOnly');
    expect(updated.counts).toMatchObject({ added: 0, updated: 1, failed: 1 });
    expect(await one()).toMatchObject({ departments: '客服部、工程部', position: '经理' });
    const { rows } = await admin.call(listDepartments);
    expect(rows.map((row) => row.name)).toEqual(['工程部', '客服部']);
  });
});
