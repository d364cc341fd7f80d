import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestCompany } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { countOf, estateCounts, wizard } from './imports.fixture.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

async function newCompany() {
  const company = await server.company(`物业${server.services.newId()}`);
  const person = await company.person('管理员');
  const flow = (kind: Parameters<typeof wizard>[3]) => wizard(server, company, person, kind);
  return { company, person, flow };
}

/** Houses with their present owners and their tags, as lines. */
function houseLines(company: TestCompany): Promise<string[]> {
  return company.run(async (ctx) => {
    const rows = await ctx.tx.rows<{
      line: string;
    }>(sql`select concat_ws(' ', h.number, h.built_area, coalesce(nullif(h.note, ''), '无备注'),
        '业主', (select string_agg(r.name, '、' order by r.name) from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
          where o.company_id = h.company_id and o.house_id = h.id and o.role = 'owner' and o.moved_out_on is null),
        '标签', (select string_agg(g.name, '、' order by g.name) from house_tag l join tag g on g.company_id = l.company_id and g.id = l.tag_id
          where l.company_id = h.company_id and l.house_id = h.id)) as line
      from house h where h.company_id = ${ctx.companyId} order by h.number`);
    return rows.map((row) => row.line);
  });
}

const before = `楼栋,房号,面积,姓名,手机号,标签,备注
1栋,101,80,张三,13800000001,"A区,未装修",旧备注
1栋,102,70,王五,13800000003,A区,留着
`;
const after = `楼栋,房号,面积,姓名,手机号,标签,备注
1栋,101,82.5,李四,13800000002,B区,
1栋,102,,,,,
1栋,103,60,赵六,13800000004,B区,新
`;
// The second row has an empty built area, which a house must have: it is a wrong row under every policy.
const afterGood = after.replace('1栋,102,,,,,', '1栋,102,71,,,,');

describe('houses that are there', () => {
  it('stay as they are under “skip”, and the new one comes in', async () => {
    const { company, flow } = await newCompany();
    await flow('house').all(before, '前.csv');
    const done = await flow('house').all(afterGood, '后.csv', 'skip');
    expect(done.counts).toMatchObject({ added: 1, updated: 0, skipped: 2, failed: 0 });
    expect(await houseLines(company)).toEqual([
      '101 80.00 旧备注 业主 张三 标签 A区、未装修',
      '102 70.00 留着 业主 王五 标签 A区',
      '103 60.00 新 业主 赵六 标签 B区',
    ]);
  });

  it('take the file’s values, owner and tags under “replace”; what the file leaves empty stays, the former owner is kept in the history', async () => {
    const { company, flow } = await newCompany();
    await flow('house').all(before, '前.csv');
    const done = await flow('house').all(afterGood, '后.csv', 'replace');
    expect(done.counts).toMatchObject({ added: 1, updated: 2, skipped: 0, failed: 0 });
    expect(await houseLines(company)).toEqual([
      '101 82.50 旧备注 业主 李四 标签 B区',
      '102 71.00 留着 业主 王五 标签 A区',
      '103 60.00 新 业主 赵六 标签 B区',
    ]);
    const left = await company.run((ctx) =>
      ctx.tx.rows(sql`select r.name, o.moved_out_on from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
        where o.company_id = ${ctx.companyId} and o.moved_out_on is not null`),
    );
    expect(left).toEqual([{ name: '张三', moved_out_on: '2026-03-10' }]);
    expect((await flow('house').all(afterGood, '后.csv', 'replace')).counts).toMatchObject({ added: 0, updated: 0 });
  });

  it('take the file’s values and get its owner and tags besides their own under “replace and add relations”', async () => {
    const { company, flow } = await newCompany();
    await flow('house').all(before, '前.csv');
    const done = await flow('house').all(afterGood, '后.csv', 'replaceAndAdd');
    expect(done.counts).toMatchObject({ added: 1, updated: 2 });
    expect(await houseLines(company)).toEqual([
      '101 82.50 旧备注 业主 张三、李四 标签 A区、B区、未装修',
      '102 71.00 留着 业主 王五 标签 A区',
      '103 60.00 新 业主 赵六 标签 B区',
    ]);
  });

  it('take the file’s values under “update only”; owners and tags stay, and what is not there is reported and not made', async () => {
    const { company, flow } = await newCompany();
    await flow('house').all(before, '前.csv');
    const counted = await estateCounts(company);
    const done = await flow('house').all(`${afterGood}9栋,901,50,钱七,13800000009,C区,\n`, '后.csv', 'updateOnly');
    expect(done.counts).toMatchObject({ added: 0, updated: 2, skipped: 0, failed: 2 });
    expect(await houseLines(company)).toEqual([
      '101 82.50 旧备注 业主 张三 标签 A区、未装修',
      '102 71.00 留着 业主 王五 标签 A区',
    ]);
    expect(await estateCounts(company)).toEqual(counted);
    expect(done.failedRowsFileId).not.toBeNull();
    const failures = await company.run((ctx) =>
      ctx.tx.rows<{ row_number: number; message: string }>(
        sql`select row_number, message from import_failure where company_id = ${ctx.companyId} order by 1`,
      ),
    );
    expect(failures.map((one) => one.row_number)).toEqual([4, 5]);
    expect(failures[0]?.message).toContain('没有这套房屋，未新建');
  });

  it('are wrong rows under every policy when a required cell is empty', async () => {
    const { flow } = await newCompany();
    await flow('house').all(before, '前.csv');
    expect((await flow('house').all(after, '后.csv', 'updateOnly')).counts).toMatchObject({ bad: 1, updated: 1 });
  });
});

const resources = [
  {
    kind: 'parkingSpace',
    table: 'parking_space',
    key: 'number',
    head: '车位号,车位类型,车位状态,面积,关联房号,标签,备注',
    first: ['B1,产权,空置,12,101,甲,旧', 'B2,产权,空置,12,,甲,旧'],
    second: ['B1,公共,空置,,102,乙,', 'B2,公共,空置,13,102,乙,', 'B3,公共,空置,15,102,乙,新'],
    added: 'B3 新 房 102 标签 乙',
  },
  {
    kind: 'vehicle',
    table: 'vehicle',
    key: 'plate',
    head: '车牌号,品牌,车主姓名,车主手机,关联房号,标签,备注',
    first: ['川A11111,甲牌,张三,13800000001,101,甲,旧', '川A22222,甲牌,李四,13800000002,,甲,旧'],
    second: ['川A11111,乙牌,,,102,乙,', '川A22222,乙牌,,,102,乙,', '川A33333,乙牌,王五,13800000003,102,乙,新'],
    added: '川A33333 新 房 102 标签 乙',
  },
] as const;

describe.each(resources)('$kind rows that are there', ({ kind, table, key, head, first, second, added }) => {
  const lines = (company: TestCompany) =>
    company.run(async (ctx) => {
      const { rows } = await ctx.tx.client.query<{ line: string }>(
        `select concat_ws(' ', t.${key}, coalesce(nullif(t.note, ''), '无备注'), '房', coalesce((select h.number from house h where h.company_id = t.company_id and h.id = t.house_id), '无'),
           '标签', (select string_agg(g.name, '、' order by g.name) from ${table}_tag l join tag g on g.company_id = l.company_id and g.id = l.tag_id
             where l.company_id = t.company_id and l.${table}_id = t.id)) as line
         from ${table} t where t.company_id = $1 order by t.${key}`,
        [ctx.companyId],
      );
      return rows.map((row) => row.line);
    });

  async function imported(policy: 'skip' | 'replace' | 'replaceAndAdd' | 'updateOnly') {
    const { company, flow } = await newCompany();
    await flow('house').all('楼栋,房号,面积\n1栋,101,80\n1栋,102,70\n', '房屋.csv');
    await flow(kind).all([head, ...first].join('\n'), '前.csv');
    const done = await flow(kind).all([head, ...second].join('\n'), '后.csv', policy);
    return { company, done, lines: await lines(company) };
  }
  const [one, two] = [first[0].split(',')[0], first[1].split(',')[0]];

  it('stay as they are under “skip”', async () => {
    const { done, lines: found } = await imported('skip');
    expect(done.counts).toMatchObject({ added: 1, updated: 0, skipped: 2 });
    expect(found).toEqual([`${one} 旧 房 101 标签 甲`, `${two} 旧 房 无 标签 甲`, added]);
  });

  it('have values, linked house and tags replaced under “replace”', async () => {
    const { done, lines: found } = await imported('replace');
    expect(done.counts).toMatchObject({ added: 1, updated: 2, skipped: 0 });
    expect(found).toEqual([`${one} 旧 房 102 标签 乙`, `${two} 旧 房 102 标签 乙`, added]);
  });

  it('keep their linked house and tags and get what they lack under “replace and add relations”', async () => {
    const { done, lines: found } = await imported('replaceAndAdd');
    expect(done.counts).toMatchObject({ added: 1, updated: 2, skipped: 0 });
    expect(found).toEqual([`${one} 旧 房 101 标签 乙、甲`, `${two} 旧 房 102 标签 乙、甲`, added]);
  });

  it('have values and linked house replaced and tags kept under “update only”; the unknown one is reported', async () => {
    const { company, done, lines: found } = await imported('updateOnly');
    expect(done.counts).toMatchObject({ added: 0, updated: 2, skipped: 0, failed: 1 });
    expect(found).toEqual([`${one} 旧 房 102 标签 甲`, `${two} 旧 房 102 标签 甲`]);
    expect(await countOf(company, 'tag')).toBe(1);
  });
});

describe('buildings', () => {
  it('come in with their units, which are only ever added to', async () => {
    const { company, flow } = await newCompany();
    const first = '楼栋,层数,单元\n1栋,18,"1单元,2单元"\n2栋,6,\n';
    expect((await flow('building').all(first, '一.csv')).counts).toMatchObject({ added: 2, bad: 0 });
    expect(await countOf(company, 'unit')).toBe(2);
    expect((await flow('building').all('楼栋,层数,单元\n1栋,20,3单元\n', '二.csv', 'replace')).counts).toMatchObject({
      updated: 1,
    });
    expect(await countOf(company, 'unit')).toBe(3);
    expect((await flow('building').all(first, '一.csv')).counts).toMatchObject({ added: 0, skipped: 2 });
    expect(await countOf(company, 'unit')).toBe(3);
  });
});

describe('tags', () => {
  it('come in once, with a colour or without', async () => {
    const { company, flow } = await newCompany();
    const content = '标签名称,颜色,排序\n未装修,橙,1\n开发商,,\n';
    const id = await flow('tag').open(content, '标签.csv', null);
    await flow('tag').check(id);
    expect((await flow('tag').run(id)).counts).toMatchObject({ added: 2, bad: 0 });
    expect(await countOf(company, 'tag')).toBe(2);
  });
});
