import { readFileSync } from 'node:fs';
import {
  createCustomField,
  exportEndpoint,
  getTask,
  idCardCheckDigit,
  imports,
  moveOut,
  occupancyResource,
  resourceEndpoints,
  revealResident,
} from '@anlin/contract';
import { openSpreadsheet } from '@anlin/spreadsheet';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { taskHandlers } from '../../app.ts';
import { sql } from '../../platform/database/sql.ts';
import { runTask } from '../../platform/tasks/run-task.ts';
import { forgetAbandonedSources } from './forget-source.ts';
import { houseByNumber, wizard } from './imports.fixture.ts';

let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  company = await server.company(`物业${server.services.newId()}`);
  admin = await company.person('管理员');
  const houses = '楼栋,单元,房号,面积\n1栋,1单元,101,80\n1栋,1单元,102,70\n2栋,,201,60\n';
  await wizard(server, company, admin, 'house').all(houses, '房屋.csv');
});

const card = (first17: string) => `${first17}${idCardCheckDigit(first17)}`;
const [zhang, li, wang, chen] = [
  '11010519491231002',
  '44052419880101001',
  '51010419900307021',
  '31010119850520003',
].map(card) as [string, string, string, string];

/** Everybody with their stays, as a person would read it. */
async function people() {
  const rows = await company.run((ctx) =>
    ctx.tx.rows<
      Record<string, unknown>
    >(sql`select r.name, r.phone, r.sex, r.birthday, r.id_card_sealed is not null as "hasCard",
        r.employer, h.full_name as house, o.role, o.moved_in_on as "from", o.valid_until as until, o.moved_in_how as how,
        coalesce((select string_agg(g.name, '、' order by g.name) from resident_tag l join tag g on g.company_id = l.company_id and g.id = l.tag_id
          where l.company_id = r.company_id and l.resident_id = r.id), '') as tags
      from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
        join house h on h.company_id = o.company_id and h.id = o.house_id
      where o.company_id = ${ctx.companyId} and o.moved_out_on is null order by r.name, h.full_name, o.role`),
  );
  return rows;
}

/** Tables in which the text stands, and stored files whose bytes or cells hold it. */
async function placesWith(text: string): Promise<string[]> {
  const { ownerPool } = server.services;
  const tables = await ownerPool.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'anlin' and c.relkind = 'r' order by 1`,
  );
  const found: string[] = [];
  for (const { name } of tables.rows) {
    const { rowCount } = await ownerPool.query(
      `select 1 from anlin.${name} t where position($1 in t::text) > 0 limit 1`,
      [text],
    );
    if (rowCount) found.push(name);
  }
  const files = await company.run((ctx) =>
    ctx.tx.rows<{ id: string; name: string }>(sql`select id, name from file where company_id = ${ctx.companyId}`),
  );
  for (const { id, name } of files) {
    const bytes = readFileSync(server.storedPath(company.id, id));
    const cells = name.endsWith('.xlsx') ? (await cellsOf(bytes)).flat().join('|') : '';
    if (bytes.includes(text) || cells.includes(text)) found.push(`file ${name}`);
  }
  return found;
}

async function cellsOf(bytes: Buffer): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const row of (await openSpreadsheet({ bytes })).rows()) rows.push(row.cells.map((cell) => cell.text));
  return rows;
}

describe('a messy sheet of residents', () => {
  const spaced = `${wang.slice(0, 6)} ${wang.slice(6, 14)} ${wang.slice(14)}`;
  const messy = [
    '翠湖花园住户登记表,,,,,,,,,,,',
    '住户姓名,联系电话,性别,证件种类,身份证号码,角色,楼栋,单元号,房号,入住时间,有效期,住户标签,备注',
    `张三,138 0000 1111,女性,身份证,${zhang.toLowerCase()},业主,1栋,1单元,101,2019年6月30日,,党员、志愿者,`,
    `李四,１３８００００２２２２,,居民身份证,${li},家庭成员,1栋,1单元,101,2020/7/1,,,`,
    `王五,,,,${spaced},租户,2栋,,201,2026-01-05,2026-12-31,,`,
    ',,,,,,,,,,,,',
    `赵六,13800003333,,身份证,${zhang.slice(0, 17)}0,业主,1栋,1单元,102,,,,`,
    `钱七,13800004444,女,护照,E12345678,租客,1栋,1单元,102,,,,`,
    `孙八,13800005555,女,身份证,${card('44052419880101011')},业主,1栋,1单元,102,,,,`,
    '周九,13800001111,,,,家属,1栋,1单元,102,,,,',
    '吴十,13800006666,,,,业主,9栋,,901,,,,',
    `郑一,${chen},,,,业主,1栋,1单元,102,2026-05-01,2026-01-01,,`,
    '冯二,13800007777,,,,室友,1栋,1单元,102,,,,',
    `卫三,13800008888,,,,租客,1栋,1单元,102,,,,原登记 ${chen}`,
  ].join('\n');

  it('takes over under which WeCom knows people, one person each, and taking the import back takes that back', async () => {
    const flow = wizard(server, company, admin, 'resident');
    const addresses = async () => {
      const rows = await company.run((ctx) =>
        ctx.tx.rows<{ told: string }>(sql`select r.name || ' ' || a.address as told from channel_address a
          join resident r on r.company_id = a.company_id and r.id = a.resident_id
          where a.company_id = ${ctx.companyId} and a.channel = 'wecom' order by 1`),
      );
      return rows.map((row) => row.told);
    };
    const of = (...rows: string[]) => ['姓名,手机号,房屋,外部联系人ID', ...rows].join('\n');
    await flow.all(of('张三,13800001111,1栋1单元101,wmZhangSan', '李四,13800002222,1栋1单元102,'), '住户.csv');
    expect(await addresses()).toEqual(['张三 wmZhangSan']);
    const rows = of(
      '张三,13800001111,1栋1单元101,wmZhangNew',
      '李四,13800002222,1栋1单元102,wmLiSi',
      '王五,13800003333,2栋201,wmLiSi',
      '赵六,13800004444,2栋201,微信号',
    );
    const id = await flow.open(rows, '住户.csv');
    const checked = await flow.check(id);
    expect(checked.problems.map((one) => [one.row, one.column])).toEqual([
      [4, '外部联系人ID'],
      [5, '外部联系人ID'],
    ]);
    await flow.run(id, 'replace');
    expect(await addresses()).toEqual(['张三 wmZhangNew', '李四 wmLiSi']);
    expect((await flow.undo(id)).error).toBeNull();
    expect(await addresses()).toEqual(['张三 wmZhangSan']);
  });

  it('brings people into their houses and says of every other row what is wrong; no id card stands anywhere in clear', async () => {
    const flow = wizard(server, company, admin, 'resident');
    const id = await flow.open(messy, '住户.csv');
    const secrets = [zhang, zhang.toLowerCase(), li, wang, spaced, chen, `${zhang.slice(0, 17)}0`, '19491231002'];
    const stored = async (when: string) => {
      for (const text of secrets)
        expect(
          (await placesWith(text)).filter((place) => place !== 'file 住户.csv'),
          `${when}: ${text}`,
        ).toEqual([]);
    };
    await stored('opened');
    const checked = await flow.check(id);
    expect(checked.counts).toMatchObject({ rows: 11, good: 3, bad: 8, existing: 0 });
    const said = Object.fromEntries(checked.problems.map((one) => [`${one.row} ${one.column}`, one.message]));
    expect(said).toMatchObject({
      '7 身份证号码': expect.stringContaining('不是有效的 18 位'),
      '8 证件种类': expect.stringContaining('不能登记“护照”'),
      '9 性别': expect.stringContaining('身份证号上是男'),
      '10 联系电话': expect.stringContaining('第 3 行“张三”的手机号相同'),
      '11 房号': expect.stringContaining('没有找到房屋“9栋901”'),
      '12 联系电话': expect.any(String),
      '13 角色': expect.any(String),
      '14 备注': expect.stringContaining('请填在“证件号”一列'),
    });
    const { rows } = await admin.call(imports.resident.rows, { params: { id }, query: {} });
    expect(rows[0]?.cells).toContain(`110***********${zhang.slice(-4).toLowerCase()}`);
    await stored('checked');
    const done = await flow.run(id);
    // The row whose house is not there is refused once more; it counts as bad already.
    expect(done.counts).toMatchObject({ added: 3, failed: 0, leftOut: 0 });
    expect(await people()).toMatchObject([
      {
        name: '张三',
        phone: '13800001111',
        sex: 'female',
        birthday: '1949-12-31',
        hasCard: true,
        tags: '党员、志愿者',
      },
      { name: '李四', phone: '13800002222', house: '1栋1单元101', role: 'family', from: '2020-07-01', how: 'import' },
      { name: '王五', phone: '', house: '2栋201', role: 'tenant', until: '2026-12-31', birthday: '1990-03-07' },
    ]);
    await stored('imported');
    // The file itself is forgotten once it is written.
    for (const text of secrets) expect(await placesWith(text), text).toEqual([]);
    const person = await company.run((ctx) =>
      ctx.tx.first<{ id: string }>(
        sql`select id from resident where company_id = ${ctx.companyId} and phone = '13800001111'`,
      ),
    );
    const shown = await admin.call(revealResident, { params: { id: person!.id }, body: { part: 'idCard' } });
    expect(shown.text).toBe(zhang);
  });
});

describe('a file of people that nobody imported to the end', () => {
  it('is forgotten a day after it was uploaded, and the import says so', async () => {
    const flow = wizard(server, company, admin, 'resident');
    const lines = `姓名,手机号,证件号,房屋\n张三,13800001111,${zhang},1-1-101\n`;
    const opened = await flow.open(lines, '打开.csv');
    const checked = await flow.open(lines, '检查.csv');
    await flow.check(checked);
    const done = (await flow.all(lines, '完成.csv')).id;
    const uploadedAt = server.clock.now();
    try {
      server.clock.set(uploadedAt.add({ hours: 23, minutes: 59 }).toString());
      const fresh = await flow.open(lines, '新的.csv');
      await forgetAbandonedSources(server.services, company.id);
      expect(await placesWith(zhang)).toEqual(['file 打开.csv', 'file 检查.csv', 'file 新的.csv']);

      server.clock.set(uploadedAt.add({ hours: 24 }).toString());
      await forgetAbandonedSources(server.services, company.id);
      await forgetAbandonedSources(server.services, company.id);
      expect(await placesWith(zhang)).toEqual(['file 新的.csv']);
      const told = { code: 'import.sourceForgotten', status: 409 };
      for (const id of [opened, checked]) {
        expect(await refusal(admin.call(imports.resident.check, { params: { id } }))).toMatchObject(told);
      }
      const body = { duplicatePolicy: 'skip', rows: null } as const;
      expect(await refusal(admin.call(imports.resident.run, { params: { id: checked }, body }))).toMatchObject(told);
      expect((await flow.view(done)).state).toBe('done');
      expect((await flow.check(fresh)).counts).toMatchObject({ good: 1, existing: 1 });
    } finally {
      server.clock.set(uploadedAt.toString());
    }
  });
});

describe('people who are known', () => {
  const head = '姓名,手机号,证件号,房屋,身份,迁入日期,工作单位,标签\n';
  const load = (lines: string, policy?: Parameters<ReturnType<typeof wizard>['all']>[2], person = admin) =>
    wizard(server, company, person, 'resident').all(`${head}${lines}\n`, '住户.csv', policy);

  it('are recognised by phone, by id card, or by name at home, and what becomes of them is the policy’s to say', async () => {
    await load(`张三,13811110001,${zhang},1-1-101,业主本人,2020-01-01,一厂,党员\n李四,,,1-1-101,亲属,2020-01-01,,`);
    // By id card into a second house, by phone as somebody else in the first, by name at home with a phone at last.
    const more = `张三,,${zhang},1-1-102,业主本人,2021-01-01,二厂,\n张三,13811110001,,1-1-101,租客,,三厂,志愿者\n李四,13811110002,,1-1-101,,,,独居`;
    const skipped = await load(more);
    expect(skipped.counts).toMatchObject({ added: 1, updated: 0, skipped: 2, failed: 0, existing: 2 });
    expect(await people()).toMatchObject([
      { name: '张三', house: '1栋1单元101', role: 'owner', employer: '一厂', tags: '党员', from: '2020-01-01' },
      { name: '张三', house: '1栋1单元102', role: 'owner', from: '2021-01-01' },
      { name: '李四', phone: '', role: 'family' },
    ]);
    const added = await load(more, 'replaceAndAdd');
    expect(added.counts).toMatchObject({ added: 0, updated: 3, failed: 0 });
    expect(await people()).toMatchObject([
      { name: '张三', house: '1栋1单元101', role: 'owner', employer: '三厂', tags: '党员、志愿者' },
      { name: '张三', house: '1栋1单元101', role: 'tenant' },
      { name: '张三', house: '1栋1单元102' },
      { name: '李四', phone: '13811110002', role: 'family', tags: '独居' },
    ]);
    const only = await load(
      '李四,13811110002,,1-1-101,朋友,,四厂,党员\n赵六,13811110009,,1-1-101,租客,,,',
      'updateOnly',
    );
    expect(only.counts).toMatchObject({ added: 0, updated: 1, failed: 1 });
    expect((await people()).at(-1)).toMatchObject({ name: '李四', role: 'family', employer: '四厂', tags: '独居' });
    const replaced = await load('李四,13811110002,,1-1-101,租客,2022-02-02,,党员', 'replace');
    expect(replaced.counts).toMatchObject({ added: 0, updated: 1 });
    expect((await people()).at(-1)).toMatchObject({
      role: 'tenant',
      from: '2022-02-02',
      employer: '四厂',
      tags: '党员',
    });
    expect((await load('李四,13811110002,,1-1-101,租客,2022-02-02,,党员', 'replace')).counts).toMatchObject({
      updated: 0,
      skipped: 1,
    });
  });

  it('keep their phone and id card against others, also where the person importing may not look', async () => {
    await load(`张三,13811110001,${zhang},1-1-101,,,,\n李四,13811110002,${li},1-1-102,,,,`);
    const mine = wizard(server, company, admin, 'resident');
    const lines = [
      `王五,13811110001,,1-1-101,,,,`,
      `张三,13811110003,${li},1-1-102,,,,`,
      `李四,13811110002,${zhang},1-1-102,,,,`,
      `李四,13811110002,${wang},1-1-101,,,,`,
    ];
    const wrong = await mine.check(await mine.open(`${head}${lines.join('\n')}\n`, '住户.csv'));
    expect(wrong.counts).toMatchObject({ good: 0, bad: 4 });
    const sentences = wrong.problems.map((one) => one.message).join('\n');
    for (const part of ['住户“张三”名下', '住户“李四”名下', '分属两位已登记的住户', '手机号相同'])
      expect(sentences).toContain(part);
    expect(sentences).not.toContain(zhang);

    const other = { id: company.otherCommunityId };
    const flow = wizard(server, company, admin, 'house');
    const houses = await flow.open('楼栋,房号,面积\n9栋,901,50\n', '房屋.csv', other.id);
    await flow.check(houses);
    await flow.run(houses);
    const clerk = await company.person('客服', [other.id]);
    const theirs = wizard(server, company, clerk, 'resident');
    const id = await theirs.open(
      `${head}王五,13811110001,,9-901,,,,\n李四,13811110002,,9-901,租客,,,常客\n`,
      '住户.csv',
      other.id,
    );
    const checked = await theirs.check(id);
    expect(checked.problems).toHaveLength(1);
    expect(checked.problems[0]?.message).toContain('另一位住户名下');
    expect(checked.problems[0]?.message).not.toContain('张三');
    // The same name: the same person, who from now on lives here too.
    expect((await theirs.run(id, 'replace')).counts).toMatchObject({ added: 1, bad: 1, failed: 0 });
    expect((await people()).filter((one) => one.name === '李四')).toMatchObject([{ tags: '常客' }, { role: 'tenant' }]);
    const guard = await company.person('保安');
    expect((await refusal(wizard(server, company, guard, 'resident').open(head, '住户.csv'))).status).toBe(403);
  });

  it('do not come back by the same file once they have moved out; an import is taken back whole', async () => {
    const lines = `张三,13811110001,${zhang},1-1-101,业主本人,2020-01-01,一厂,党员\n李四,13811110002,,1-1-102,租客,2020-01-01,,`;
    const first = await load(lines);
    const before = await people();
    const second = await load(
      '张三,13811110001,,1-1-101,,,二厂,志愿者\n张三,13811110001,,1-1-102,,2021-01-01,二厂,',
      'replace',
    );
    expect(second.counts).toMatchObject({ added: 1, updated: 1 });
    const flow = wizard(server, company, admin, 'resident');
    expect((await flow.undo(first.id)).error).toContain('没有撤销');
    expect(await flow.undo(second.id)).toMatchObject({ state: 'undone', error: null });
    expect(await people()).toEqual(before);

    const house = await houseByNumber(company, '102');
    const stay = await company.run((ctx) =>
      ctx.tx.first<{ id: string }>(
        sql`select id from occupancy where company_id = ${ctx.companyId} and house_id = ${house!.id}`,
      ),
    );
    await admin.call(moveOut, { params: { id: stay!.id }, body: { movedOutOn: '2026-01-01' } });
    expect((await load(lines)).counts).toMatchObject({ added: 0, skipped: 2 });
    const back = await load('李四,13811110002,,1-1-102,租客,2026-02-01,,');
    expect(back.counts).toMatchObject({ added: 1 });
    await flow.undo(back.id);
    await company.run((ctx) =>
      ctx.tx.run(
        sql`update occupancy set moved_out_on = null where company_id = ${ctx.companyId} and id = ${stay!.id}`,
      ),
    );
    expect(await flow.undo(first.id)).toMatchObject({ error: expect.stringContaining('在导入后被修改过') });
  });

  it('come out of the list and in again as they were', async () => {
    await admin.call(createCustomField, { body: { resource: 'resident', kind: 'text', label: '客户等级' } });
    await wizard(server, company, admin, 'resident').all(
      `${head.trim()},客户等级\n张三,13811110001,,1-1-101,业主本人,2020-01-01,,党员,重点\n张三,13811110001,,1-1-102,业主本人,2020-02-01,,,重点\n王五,,,2-201,保姆,2021-03-04,,,\n`,
      '住户.csv',
    );
    const values = () =>
      company.run((ctx) =>
        ctx.tx.rows(sql`select v.text_value, v.community_id, r.name from custom_value v join resident r on r.company_id = v.company_id
          and r.id = v.owner_id where v.company_id = ${ctx.companyId}`),
      );
    expect(await values()).toEqual([{ text_value: '重点', community_id: null, name: '张三' }]);
    const { taskId } = await admin.call(exportEndpoint(occupancyResource)!, { body: {} } as never);
    await runTask(server.services, taskHandlers, company.id, taskId);
    const { result } = await admin.call(getTask, { params: { id: taskId } });
    const bytes = readFileSync(server.storedPath(company.id, String(result?.fileId)));
    const before = await people();
    const flow = wizard(server, company, admin, 'resident');
    const again = await flow.all(bytes, '住户.xlsx', 'replace');
    expect(again.problems).toEqual([]);
    expect(again.counts).toMatchObject({ added: 0, updated: 0, skipped: 3 });
    const { rows } = await admin.call(resourceEndpoints(occupancyResource).list, { query: {} });
    for (const { id } of rows)
      await company.run((ctx) =>
        ctx.tx.run(sql`delete from occupancy where company_id = ${ctx.companyId} and id = ${id}`),
      );
    await company.run((ctx) => ctx.tx.run(sql`delete from resident where company_id = ${ctx.companyId}`));
    expect((await flow.all(bytes, '住户.xlsx')).counts).toMatchObject({ added: 3, bad: 0 });
    expect(await values()).toHaveLength(1);
    expect((await people()).map(({ how: _, ...one }) => one)).toEqual(before.map(({ how: _, ...one }) => one));
  });
});
