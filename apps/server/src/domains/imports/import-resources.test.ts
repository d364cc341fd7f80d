import { type ImportKindName, importKinds, imports } from '@anlin/contract';
import { openSpreadsheet, readFirstRows } from '@anlin/spreadsheet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { encodeText } from '../banking/index.ts';
import { addDefaultPaymentMethods } from '../cashier/index.ts';
import { addItem, addStandard } from '../charging/charging.fixture.ts';
import { verifyBooks } from '../finance/index.ts';
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

/** As a Chinese Excel saves a sheet: GBK, titles above the headings, thousands separators, a line of sums below. */
function fieldSheet(lines: readonly string[]): Buffer {
  const encoded = encodeText(`${lines.join('\r\n')}\r\n`, 'gbk');
  if (!encoded.isOk) throw new Error(encoded.unknown);
  return encoded.bytes;
}
const twoHouses = '楼栋,单元,房号,面积\n1栋,1单元,101,98.50\n1栋,1单元,102,70\n';

describe('the title book', () => {
  it('comes in from a register as offices keep it: check digits are looked at, houses found by any notation, nothing twice', async () => {
    const { company, person } = await newCompany();
    await wizard(server, company, person, 'house').all(twoHouses, '房屋.csv');
    const titles = wizard(server, company, person, 'invoiceTitle');
    const sheet = fieldSheet([
      '翠湖花园开票信息登记表,,,,,,,',
      '登记人：周敏　2026年3月,,,,,,,',
      '序号,抬头类型,购方名称,纳税人识别号,房号,开户行,银行账号,收票邮箱',
      '1,企业,成都云栖商贸有限公司,91510100ma61rd0m2l,１-１-101,工行天府支行,4402 2233 0010,fp@example.com',
      '2,个人,崔春涛,,1栋1单元102,,,',
      '3,公司,校验码不对的公司,91510100MA61RD0M2X,,,,',
      '4,企业,没有税号的公司,,,,,',
      '5,个人,房号不对的人,,9-9-999,,,',
    ]);
    const id = await titles.open(sheet, '开票信息.csv');
    const checked = await titles.check(id);
    expect(checked.missing).toEqual([]);
    expect(checked.problems.map((one) => [one.row, one.message])).toEqual([
      [6, '统一社会信用代码“91510100MA61RD0M2X”的校验码不对，请核对'],
      [7, '抬头是单位的，须填写统一社会信用代码'],
      [8, expect.stringContaining('9-9-999')],
    ]);
    expect((await titles.run(id)).counts).toMatchObject({ added: 2, bad: 3 });
    const kept = await company.run((ctx) =>
      ctx.tx.rows(sql`select t.kind, t.name, t.tax_number as tax, h.number as house, t.bank_name as bank from invoice_title t
        left join house h on h.company_id = t.company_id and h.id = t.house_id where t.company_id = ${ctx.companyId} order by h.number`),
    );
    expect(kept).toEqual([
      { kind: 'company', name: '成都云栖商贸有限公司', tax: '91510100MA61RD0M2L', house: '101', bank: '工行天府支行' },
      { kind: 'person', name: '崔春涛', tax: '', house: '102', bank: '' },
    ]);
    expect((await titles.all(sheet, '开票信息.csv')).counts).toMatchObject({ added: 0, skipped: 2 });
  });
});

describe('opening balances of prepaid and deposits', () => {
  it('are what the file says in yuan, to the fen, once however often it is read', async () => {
    const { company, person } = await newCompany();
    await wizard(server, company, person, 'house').all(twoHouses, '房屋.csv');
    await company.run(async (ctx) => {
      await addDefaultPaymentMethods(ctx);
      await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, created_at, updated_at)
        values (${ctx.companyId}, ${ctx.newId()}, '装修押金', 'deposit', now(), now())`);
    });
    const prepaid = wizard(server, company, person, 'prepaidAccount');
    const balances = fieldSheet([
      '预收款余额表,,,',
      '房号,预存类型,预收余额,其中赠送',
      '1-1-101,,"1,200.05",40',
      '1栋1单元102,通用,0.50,',
    ]);
    const first = await prepaid.all(balances, '预收.csv');
    expect(first.problems).toEqual([]);
    expect(first.counts).toMatchObject({ added: 2, bad: 0, failed: 0 });
    const held = () =>
      company.run((ctx) =>
        ctx.tx.rows(sql`select h.number as house, a.balance_fen, a.bonus_fen from prepaid_account a
          join house h on h.company_id = a.company_id and h.id = a.target_id where a.company_id = ${ctx.companyId} order by 1`),
      );
    const expected = [
      { house: '101', balance_fen: 124_005n, bonus_fen: 4_000n },
      { house: '102', balance_fen: 50n, bonus_fen: 0n },
    ];
    expect(await held()).toEqual(expected);
    expect((await prepaid.all(balances, '预收.csv')).counts).toMatchObject({ added: 0, skipped: 2 });
    expect(await held()).toEqual(expected);

    const deposits = wizard(server, company, person, 'deposit');
    const taken = fieldSheet(['房号,押金项目,押金金额,收取日期', '1-1-101,装修押金,"2,000.00",2025/6/1']);
    expect((await deposits.all(taken, '押金.csv')).counts).toMatchObject({ added: 1 });
    expect((await deposits.all(taken, '押金.csv')).counts).toMatchObject({ added: 0, skipped: 1 });
    const [deposit] = await company.run((ctx) =>
      ctx.tx.rows(sql`select held_fen, taken_on from deposit where company_id = ${ctx.companyId}`),
    );
    expect(deposit).toEqual({ held_fen: 200_000n, taken_on: '2025-06-01' });
    expect((await company.run(verifyBooks)).checks.filter((check) => check.wrong > 0)).toEqual([]);
  });
});

describe('opening balances of the maintenance fund', () => {
  it('come in from a ledger of the fund centre; houses with money already stay as they are', async () => {
    const { company, person } = await newCompany();
    await wizard(server, company, person, 'house').all(twoHouses, '房屋.csv');
    const fund = wizard(server, company, person, 'fundAccount');
    const sheet = fieldSheet([
      '翠湖花园住宅专项维修资金分户账,,,,,',
      '序号,房号,业主姓名,建筑面积(㎡),首期交存额(元),账户余额(元)',
      '1,1-1-101,张三,98.50,"7,880.00","6,895.12"',
      '2,1栋1单元102,李四,70.00,,"5,600.00"',
      '3,1-1-103,王五,70.00,"5,600.00","5,600.00"',
      '4,1-1-101,张三,98.50,,0.00',
      '合计,,,337.00,"13,480.00","18,095.12"',
    ]);
    const id = await fund.open(sheet, '维修资金.csv');
    const checked = await fund.check(id);
    expect(checked.missing).toEqual([]);
    const done = await fund.run(id);
    expect(done.counts).toMatchObject({ added: 2 });
    const accounts = () =>
      company.run((ctx) =>
        ctx.tx.rows(sql`select h.number as house, a.balance_fen, a.first_deposit_fen, (select count(*)::int from fund_movement m
            where m.company_id = a.company_id and m.fund_account_id = a.id) as movements
          from fund_account a join house h on h.company_id = a.company_id and h.id = a.house_id
          where a.company_id = ${ctx.companyId} order by h.number`),
      );
    const expected = [
      { house: '101', balance_fen: 689_512n, first_deposit_fen: 788_000n, movements: 1 },
      { house: '102', balance_fen: 560_000n, first_deposit_fen: 560_000n, movements: 1 },
    ];
    expect(await accounts()).toEqual(expected);
    expect((await fund.all(sheet, '维修资金.csv')).counts).toMatchObject({ added: 0, skipped: 2 });
    expect(await accounts()).toEqual(expected);
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

describe('bindings of standards', () => {
  it('come in for houses and parking spaces; what overlaps is refused row by row and both are named', async () => {
    const { company, person } = await newCompany();
    await wizard(server, company, person, 'house').all(
      '楼栋,单元,房号,面积\n1栋,1单元,101,80\n1栋,1单元,102,70\n',
      '房屋.csv',
    );
    await wizard(server, company, person, 'parkingSpace').all('车位号,车位类型,车位状态\nA-1,产权,自用\n', '车位.csv');
    await company.run(async (ctx) => {
      const fee = await addItem(ctx, { name: '物业管理费' });
      await addStandard(ctx, { chargeItemId: fee, name: '住宅 2.80', price: '2.80' });
      await addStandard(ctx, { chargeItemId: fee, name: '住宅 3.20', price: '3.20' });
      const parking = await addItem(ctx, { name: '车位费' });
      await addStandard(ctx, { chargeItemId: parking, name: '产权车位', price: '60', quantitySource: 'one' });
    });
    const flow = wizard(server, company, person, 'standardBinding');
    const head = '房屋名称,车位号,收费标准,开始日期,结束日期,单价,数量,金额';
    const first = `${head}\n1-1-101,,住宅 2.80,2025年1月1日,2025-12-31,2.5,,\n,A-1,产权车位,2025/1/1,,,2,\n`;
    const done = await flow.all(first, '绑定.csv');
    expect(done.counts).toMatchObject({ added: 2, failed: 0 });
    expect(await bound(company)).toEqual([
      {
        target: '1栋1单元101',
        standard: '住宅 2.80',
        from: '2025-01-01',
        to: '2026-01-01',
        price: '2.5',
        quantity: null,
      },
      { target: 'A-1', standard: '产权车位', from: '2025-01-01', to: null, price: null, quantity: '2' },
    ]);
    expect((await flow.all(first, '绑定.csv')).counts).toMatchObject({ added: 0, skipped: 2, failed: 0 });

    const lines = [
      '1-1-101,,住宅 3.20,2025-12-01,,,,',
      '1-1-101,,住宅 3.20,2026-01-01,,,,',
      '1-1-102,,住宅 2.80,2025-01-01,,,,',
      '1栋1单元102,,住宅 3.20,2026-01-01,,,,',
      '9-9-999,,住宅 3.20,2026-01-01,,,,',
      '1-1-102,A-1,住宅 3.20,2026-01-01,,,,',
      '1-1-102,,住宅 9.99,2026-01-01,,,,',
      '1-1-102,,住宅 3.20,2024-01-01,2023-01-01,,,',
    ];
    const id = await flow.open(`${head}\n${lines.join('\n')}\n`, '更多.csv');
    const checked = await flow.check(id);
    const said = Object.fromEntries(checked.problems.map((one) => [`${one.row} ${one.column}`, one.message]));
    expect(said).toEqual({
      '2 开始日期':
        '1-1-101的物业管理费已绑定“住宅 2.80”（2025-01-01 至 2025-12-31），与本行“住宅 3.20”（2025-12-01 起）重叠。请改日期，或先结束原来的绑定',
      '5 开始日期':
        '1栋1单元102的物业管理费第 4 行是“住宅 2.80”（2025-01-01 起），与本行“住宅 3.20”（2026-01-01 起）重叠。请改日期，或先结束原来的绑定',
      '6 房屋名称': '没有找到房屋“9-9-999”，请核对，或先新增它再导入',
      '7 房屋名称': '请填写房屋、车位或车辆，只填一个',
      '8 收费标准': '没有找到收费标准“住宅 9.99”，请核对，或先新增它',
      '9 结束日期': '结束日期早于开始日期，请核对这两个日期',
    });
    const ran = await flow.run(id);
    expect(ran.counts).toMatchObject({ added: 2 });
    expect(await countOf(company, 'standard_binding')).toBe(4);
    expect(await flow.undo(id)).toMatchObject({ state: 'undone', error: null });
    expect((await bound(company)).map((one) => one.standard)).toEqual(['住宅 2.80', '产权车位']);
  });

  it('are not for those who may not bind', async () => {
    const { company } = await newCompany();
    const guard = await company.person('保安');
    const answer = await refusal(wizard(server, company, guard, 'standardBinding').open('房屋,收费标准\n', '绑定.csv'));
    expect(answer.status).toBe(403);
  });
});

/** Every binding as a person would read it. */
function bound(company: TestCompany) {
  return company.run((ctx) =>
    ctx.tx.rows<{
      standard: string;
    }>(sql`select coalesce(h.full_name, k.number) as target, s.name as standard, b.starts_on as from, b.ends_on as to,
        trim_scale(b.own_price)::text as price, trim_scale(b.own_quantity)::text as quantity
      from standard_binding b join charge_standard s on s.company_id = b.company_id and s.id = b.charge_standard_id
        left join house h on h.company_id = b.company_id and h.id = b.house_id
        left join parking_space k on k.company_id = b.company_id and k.id = b.parking_space_id
      where b.company_id = ${ctx.companyId} order by 1, b.starts_on`),
  );
}

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
