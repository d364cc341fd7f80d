import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chooseDunning, takePayment } from '@anlin/contract';
import { openSpreadsheet } from '@anlin/spreadsheet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { addDefaultPaymentMethods } from '../cashier/index.ts';
import { addBuilding, addHouse } from '../charging/charging.fixture.ts';
import { addDefaultChargeItems } from '../charging/index.ts';
import { verifyBooks } from '../finance/index.ts';
import { realFile, wizard } from './imports.fixture.ts';

const wholeFolder = ['../../../../../../shared/data/', '../../../../../../../shared/data/']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((folder) => existsSync(folder));
/** The whole file where there is one beside the repository, else its cut-down. */
const fileOf = (name: string) => (wholeFolder ? readFileSync(`${wholeFolder}${name}`) : realFile(name));

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
  // As a real clock does: what has two times of one event is found.
  server.clock.run(1);
  server.clock.set('2026-11-22T02:00:00Z');
});
afterAll(() => server.stop());

interface Scene {
  company: TestCompany;
  person: TestPerson;
  bills: ReturnType<typeof wizard>;
}

/** A company whose community has the houses that a column of the file names, but for those of building 99. */
async function sceneOf(name: string, content: Buffer, column: number): Promise<Scene> {
  const company = await server.company(name);
  const addresses = new Set<string>();
  const file = await openSpreadsheet({ bytes: content });
  for await (const { cells } of file.rows(0)) addresses.add(cells[column]?.text ?? '');
  await company.run(async (ctx) => {
    await addDefaultChargeItems(ctx);
    await addDefaultPaymentMethods(ctx);
    const buildings = new Map<string, string>();
    for (const address of addresses) {
      const parts = address.split('/');
      const number = parts.at(-1) ?? '';
      if (!/^(\d+-\d+-\d+|S\d+)$/.test(number) || number.startsWith('99-')) continue;
      const building = parts.length > 1 ? parts[1]! : `${number.split('-')[0]}栋`;
      if (!buildings.has(building)) buildings.set(building, await addBuilding(ctx, company.communityId, building));
      const buildingId = buildings.get(building)!;
      await addHouse(ctx, { communityId: company.communityId, buildingId, number, builtArea: '89.77' });
    }
  });
  const person = await company.person('管理员');
  return { company, person, bills: wizard(server, company, person, 'bill') };
}

const sums = ({ company }: Scene) =>
  company.run(
    async (ctx) =>
      (await ctx.tx.first<{ bills: number; receivable: bigint; received: bigint; receipts: number }>(sql`
        select count(*)::int bills, coalesce(sum(receivable_fen), 0)::bigint receivable, coalesce(sum(received_fen), 0)::bigint received,
          (select count(*)::int from receipt r where r.company_id = ${ctx.companyId} and r.kind = 'import' and r.reversed_at is null) receipts
        from bill where company_id = ${ctx.companyId} and voided_at is null`))!,
  );

const breaches = async ({ company }: Scene) =>
  (await company.run(verifyBooks)).checks.filter((check) => check.wrong > 0);

describe('bills in the template of 腾讯海纳', () => {
  it('come in but for the five wrong rows, each named with its reason; the example is no bill', async () => {
    const content = fileOf('bills-haina.xls');
    const scene = await sceneOf('海纳搬家', content, 0);
    const id = await scene.bills.open(content, 'bills-haina.xls');
    const checked = await scene.bills.check(id);
    expect(checked.missing).toEqual([]);
    const wrong = checked.problems.map(({ row, column }) => [row, column]);
    expect(wrong).toEqual([
      [14, '房屋地址'],
      [29, '费用金额'],
      [44, '费用金额'],
      [59, '结束时间'],
      [74, '开始时间'],
    ]);
    expect(checked.problems.map((one) => one.message).join()).toMatch(
      /没有“翠湖花园\/99栋.*应为数字.*不能小于 0.*早于开始时间.*请填写开始时间/,
    );
    const rows = wholeFolder ? 640 : checked.counts.rows;
    expect(checked.counts).toMatchObject({ rows, bad: 5, good: rows - 5 });
    if (wholeFolder) {
      expect(checked.notices).toContain('第 105 行的金额 275.805 四舍五入为 275.81');
      expect(checked.notices.some((one) => one.includes('“垃圾清运费”') && one.includes('归入“其它”'))).toBe(true);
    }
    const done = await scene.bills.run(id);
    expect(done.counts).toMatchObject({ added: rows - 5, failed: 0, skipped: 0 });
    expect(await sums(scene)).toMatchObject({ bills: rows - 5, received: 0n, receipts: 0 });
    expect(await breaches(scene)).toEqual([]);
    const periods = await scene.company.run((ctx) =>
      ctx.tx.rows(sql`select i.row_number, b.period_from, b.period_to, b.receivable_fen, b.calculation from imported_bill i
        join bill b on b.company_id = i.company_id and b.id = i.bill_id
        where i.company_id = ${ctx.companyId} and i.row_number in (4, 5, 7) order by 1`),
    );
    expect(periods).toMatchObject([
      { period_from: '2026-04-01', period_to: '2026-05-01', receivable_fen: 5411n },
      { period_from: '2026-03-01', period_to: '2026-04-01' },
      { period_from: '2026-07-01', period_to: '2026-07-29', calculation: { z: '导入自“bills-haina.xls”第 7 行' } },
    ]);
  });
});

describe('bills of another system with what was paid', () => {
  it('come in to the fen with receipts of then; the same file adds nothing; undone, nothing is owed or received', async () => {
    const content = fileOf('bills-other-system.xlsx');
    const scene = await sceneOf('换系统', content, 1);
    const id = await scene.bills.open(content, 'bills-other-system.xlsx');
    const checked = await scene.bills.check(id);
    const rows = wholeFolder ? 1500 : checked.counts.rows;
    expect(checked.counts).toMatchObject({ rows, bad: 0 });
    const done = await scene.bills.run(id);
    expect(done.counts).toMatchObject({ added: rows, failed: 0 });
    const after = await sums(scene);
    expect(after.bills).toBe(rows);
    if (wholeFolder) expect(after).toMatchObject({ receivable: 48_048_782n, receipts: 896 });
    expect(await breaches(scene)).toEqual([]);
    const first = await scene.company.run((ctx) =>
      ctx.tx.first(sql`select r.number, r.received_on, r.payer_name, r.total_fen, m.name method, i.name item, b.outstanding_fen
        from imported_bill n join receipt r on r.company_id = n.company_id and r.id = n.receipt_id
        join receipt_tender t on t.company_id = r.company_id and t.receipt_id = r.id
        join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
        join bill b on b.company_id = n.company_id and b.id = n.bill_id
        join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
        where n.company_id = ${ctx.companyId} and n.row_number = 4`),
    );
    expect(first).toEqual({
      number: 'DR-CH-000001',
      received_on: '2026-05-25',
      payer_name: '崔春涛',
      total_fen: 25_136n,
      method: '微信',
      item: '物业费',
      outstanding_fen: 0n,
    });

    await scene.person.call(chooseDunning, { params: { id }, body: { choice: 'later' } });
    expect((await scene.bills.view(id)).dunning).toBe('later');

    const again = await scene.bills.all(content, '再来一次.xlsx');
    expect(again.counts).toMatchObject({ existing: rows, added: 0, skipped: rows });
    expect(await sums(scene)).toEqual(after);

    const undone = await scene.bills.undo(id);
    expect(undone).toMatchObject({ state: 'undone', error: null });
    expect(await sums(scene)).toEqual({ bills: 0, receivable: 0n, received: 0n, receipts: 0 });
    expect(await breaches(scene)).toEqual([]);
  });
});

describe('a file of one’s own', () => {
  const heading = '房屋地址,费用类型,费用金额,开始时间,结束时间,已收金额,收款日期,收款方式\n';
  const line = (amount: string, rest = ',,') => `1-1-101,物业费,${amount},2026-01-01,2026-01-31,${rest}\n`;

  it('replaces an unpaid imported bill under another amount, brings it back when undone, and refuses once paid', async () => {
    const scene = await sceneOf('改价', Buffer.from('房号\n1-1-101\n'), 0);
    await scene.bills.all(heading + line('100'), '第一次.csv');
    const second = await scene.bills.open(heading + line('120.5'), '第二次.csv');
    await scene.bills.check(second);
    expect((await scene.bills.run(second, 'replace')).counts).toMatchObject({ added: 0, updated: 1 });
    expect(await sums(scene)).toMatchObject({ bills: 1, receivable: 12_050n });
    expect((await scene.bills.undo(second)).state).toBe('undone');
    expect(await sums(scene)).toMatchObject({ bills: 1, receivable: 10_000n });

    const third = await scene.bills.all(heading + line('130'), '第三次.csv', 'updateOnly');
    expect(third.counts).toMatchObject({ updated: 1 });
    await payTheOnlyBill(scene, '130');
    const fourth = await scene.bills.all(heading + line('140'), '第四次.csv', 'replace');
    expect(fourth.counts).toMatchObject({ updated: 0, failed: 1 });
    const refused = await scene.bills.undo(third.id);
    expect(refused.state).toBe('done');
    expect(refused.error).toContain('在导入后收过款');
    expect(await breaches(scene)).toEqual([]);
  });

  it('is refused row by row where what was paid cannot be', async () => {
    const scene = await sceneOf('坏行', Buffer.from('房号\n1-1-101\n'), 0);
    const rows = [
      line('100', '150,2026-02-01,微信'),
      line('100', '50,,微信'),
      line('100', '50,2026-02-01,'),
      line('100', '50,2027-02-01,微信'),
      line('100', '50,2026-02-01,贝壳'),
      line('0', ',,'),
      line('1e9', ',,'),
      '=1+1,物业费,10,2026-01-01,2026-01-31,,,\n',
      '1-1-101,物业费,10,2026-01-01,2046-01-31,,,\n',
    ];
    const id = await scene.bills.open(heading + rows.join(''), '坏.csv');
    const { counts, problems } = await scene.bills.check(id);
    expect(counts).toMatchObject({ rows: 9, good: 0, bad: 9 });
    expect(problems.map((one) => one.column)).toEqual([
      '已收金额',
      '收款日期',
      '收款方式',
      '收款日期',
      '收款方式',
      '费用金额',
      '费用金额',
      '房屋地址',
      '结束时间',
    ]);
  });

  it('is written once when two people import it at the same moment', async () => {
    const scene = await sceneOf('同时', Buffer.from('房号\n1-1-101\n'), 0);
    const months = Array.from({ length: 12 }, (_, month) => `2025${String(month + 1).padStart(2, '0')}`);
    const file = `房号,费用类型,费用金额,计费月份,收款日期,收款方式\n${months.map((month) => `1-1-101,物业费,88.8,${month},2025-12-31,POS\n`).join('')}`;
    const other = wizard(server, scene.company, await scene.company.person('管理员'), 'bill');
    const ids = [await scene.bills.open(file, '一.csv'), await other.open(file, '二.csv')] as const;
    await scene.bills.check(ids[0]);
    await other.check(ids[1]);
    const [first, second] = await Promise.all([scene.bills.run(ids[0]), other.run(ids[1])]);
    expect([first.counts.added + second.counts.added, first.counts.skipped + second.counts.skipped]).toEqual([12, 12]);
    expect(await sums(scene)).toMatchObject({ bills: 12, received: 106_560n, receipts: 12 });
    expect(await breaches(scene)).toEqual([]);
  });

  it('does not book a payment into closed books, and books older bills on the first open day', async () => {
    const scene = await sceneOf('结账', Buffer.from('房号\n1-1-101\n'), 0);
    await scene.company.run((ctx) =>
      ctx.tx.run(sql`update community_book set closed_until = '2026-03-31' where company_id = ${ctx.companyId}`),
    );
    const done = await scene.bills.all(heading + line('100', '50,2026-02-01,微信') + line('100', ',,'), '旧.csv');
    expect(done.counts).toMatchObject({ added: 1, bad: 1 });
    const bill = await scene.company.run((ctx) =>
      ctx.tx.first(sql`select booked_on from bill where company_id = ${ctx.companyId}`),
    );
    expect(bill).toEqual({ booked_on: '2026-04-01' });
  });
});

async function payTheOnlyBill({ company, person }: Scene, total: string): Promise<void> {
  const { id, house, method } = (await company.run((ctx) =>
    ctx.tx.first<{ id: string; house: string; method: string }>(sql`select b.id, b.target_id house,
        (select id from payment_method where company_id = ${ctx.companyId} and key = 'cash') method
      from bill b where b.company_id = ${ctx.companyId} and b.voided_at is null`),
  ))!;
  await person.call(takePayment, {
    body: {
      communityId: company.communityId,
      targetKind: 'house',
      targetId: house,
      receivedOn: '2026-11-22',
      bills: [{ id, expected: total }],
      expectedTotal: total,
      tenders: [{ paymentMethodId: method, amount: total }],
      idempotencyKey: 'pay-an-imported-bill',
    },
  });
}
