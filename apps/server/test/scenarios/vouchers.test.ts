import { readFile } from 'node:fs/promises';
import * as contract from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import { openSpreadsheet } from '@anlin/spreadsheet';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDefaultAccounts } from '../../src/domains/accounting/index.ts';
import { type DeskFixture, makeDesk } from '../../src/domains/cashier/cashier.fixture.ts';
import { addParkingSpace } from '../../src/domains/charging/charging.fixture.ts';
import { editBill } from '../../src/domains/charging/edit-bill.ts';
import { verifyBooks } from '../../src/domains/finance/index.ts';
import { asStaff } from '../../src/platform/boundary.ts';
import type { Context } from '../../src/platform/context.ts';
import { sql } from '../../src/platform/database/sql.ts';
import { finishedTask } from '../finished-task.ts';
import { type Refused, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../test-app.ts';
import { addDepositItem, takeMixed } from './undo.fixture.ts';

let server: TestApp;
let company: TestCompany;
let desk: DeskFixture;
let accountant: TestPerson;
let staffId: string;

const as = <T>(work: (ctx: Context) => Promise<T>) => asStaff(server.services, company.id, staffId, work);
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable('it was not refused'),
    (error: unknown) => (error as Refused).problem,
  );

/** A company on a day, with its accountant signed in anew: sessions end when the clock leaps. */
async function opened(day: string): Promise<void> {
  server.clock.set(`${day}T02:00:00Z`);
  accountant = await company.person('管理员');
  staffId = accountant.staffId;
}

async function newCompany(): Promise<void> {
  server.clock.set('2026-01-20T02:00:00Z');
  company = await server.company();
  desk = await makeDesk(company);
  await company.run(addDepositItem);
  await company.run(addDefaultAccounts);
  await company.run((ctx) =>
    ctx.tx.run(
      sql`update charge_item set tax_rate = case name when '水费' then 3 else 6 end, sort_order = case name when '水费' then 2 else 1 end where company_id = ${ctx.companyId}`,
    ),
  );
  await opened('2026-01-20');
}

async function close(kind: 'day' | 'month', lastDay: string): Promise<string> {
  const query = { communityId: company.communityId, kind, lastDay };
  const { hash } = await accountant.call(contract.previewBookClosing, { query });
  return (await accountant.call(contract.closeBooks, { body: { ...query, expectedHash: hash } })).id;
}

type Range = { firstDay: string; lastDay: string; grouping: contract.VoucherGrouping };
const at = (range: Range) => ({ communityId: company.communityId, ...range });
const january: Range = { firstDay: '2026-01-01', lastDay: '2026-01-31', grouping: 'month' };

async function make(range: Range): Promise<{ batchIds: string[]; voucherCount: number }> {
  const { hash } = await accountant.call(contract.previewVouchers, { query: at(range) });
  return accountant.call(contract.makeVouchers, { body: { ...at(range), expectedHash: hash } });
}

const plain = (lines: readonly contract.VoucherLine[]) =>
  lines.map(({ code, debit, credit }) => `${debit === null ? '贷' : '借'} ${code} ${debit ?? credit}`);
const wrongChecks = async () =>
  (await company.run(verifyBooks)).checks
    .filter(({ wrong, key }) => wrong > 0 && key !== 'bill.calculation')
    .map(({ key, examples }) => `${key} ${examples[0]?.detail}`);
const list = (query: object = {}) => accountant.call(contract.listVouchers, { query });
const balance = (query: object) =>
  accountant.call(contract.readTrialBalance, { query: { from: '2026-01-01', to: '2026-12-31', ...query } });

/** Waits for a task and returns the bytes of its file. */
async function exported(voucherBatchIds: string[], format: contract.VoucherFormat): Promise<Buffer> {
  const { taskId } = await accountant.call(contract.exportVouchers, { body: { voucherBatchIds, format } });
  const task = await finishedTask(accountant, taskId);
  if (task.state !== 'done') throw new Error(task.error ?? 'the export failed');
  return readFile(server.storedPath(company.id, taskId));
}

beforeAll(async () => {
  server = await startTestApp();
  await newCompany();
  await server.startWorker();
});
afterAll(() => server.stop());

describe('vouchers of a month', () => {
  let batchIds: string[];

  it('are the month’s bills and receipts in the company’s accounts, with 6 % and 3 % of tax taken out, once the month is closed', async () => {
    const bill = await desk.bill({ amountFen: 27_580n, month: '2026-01' });
    await desk.bill({ amountFen: 10_000n, month: '2026-01', itemId: desk.waterItemId });
    await as((ctx) =>
      takeMixed(ctx, desk, staffId, {
        bills: [{ billId: bill, principal: 27_000n, lateFee: 106n, discount: 580n }],
        topUp: 20_000n,
        deposit: 50_000n,
      }),
    );
    const open = await accountant.call(contract.previewVouchers, { query: at(january) });
    expect(open.obstacles).toEqual([expect.stringContaining('翠湖花园 的账还没有结到 2026-01-31')]);
    expect(open.vouchers.map(({ kind, day, total, lines }) => ({ kind, day, total, lines: plain(lines) }))).toEqual([
      {
        kind: 'accrual',
        day: '2026-01-31',
        total: '375.80',
        lines: ['借 1122 375.80', '贷 6001 260.19', '贷 6001 97.09', '贷 22210107 15.61', '贷 222108 2.91'],
      },
      {
        kind: 'receipt',
        day: '2026-01-31',
        total: '271.06',
        lines: ['借 1001 271.06', '贷 6301 1.00', '贷 1122 270.00', '贷 22210107 0.06'],
      },
      { kind: 'prepaid', day: '2026-01-31', total: '200.00', lines: ['借 1001 200.00', '贷 2205 200.00'] },
      { kind: 'deposit', day: '2026-01-31', total: '500.00', lines: ['借 1001 500.00', '贷 2241 500.00'] },
      // Less income and less tax, in red.
      {
        kind: 'reduction',
        day: '2026-01-31',
        total: '-5.80',
        lines: ['借 1122 -5.80', '贷 6001 -5.47', '贷 22210107 -0.33'],
      },
    ]);
    expect(open.vouchers[0]!.lines[1]!.summary).toBe('2026-01 应收计提 翠湖花园 物业管理费');
    const early = accountant.call(contract.makeVouchers, { body: { ...at(january), expectedHash: open.hash } });
    expect((await refusal(early)).code).toBe('voucher.notClosed');
    await opened('2026-03-10');
    await close('month', '2026-01-31');
    const stale = accountant.call(contract.makeVouchers, { body: { ...at(january), expectedHash: '0' } });
    expect((await refusal(stale)).code).toBe('voucher.changed');
    ({ batchIds } = await make(january));
    const { rows, total, sum } = await list({ month: '2026-01' });
    expect({ total, sum, numbers: rows.map(({ number }) => number) }).toEqual({
      total: 5,
      sum: '1341.06',
      numbers: ['记-0001', '记-0002', '记-0003', '记-0004', '记-0005'],
    });
    expect(plain((await accountant.call(contract.getVoucher, { params: { id: rows[2]!.id } })).lines)).toEqual([
      '借 1001 200.00',
      '贷 2205 200.00',
    ]);
    for (const row of rows) await explains(row.id);
    expect(await wrongChecks()).toEqual([]);
  });

  /** Behind every line stand documents that come to its very sum, tax included. */
  async function explains(id: string) {
    const voucher = await accountant.call(contract.getVoucher, { params: { id } });
    const centsOf = (yuan: string | null) => BigInt((yuan ?? '0.00').replace('.', ''));
    let taxed = 0n;
    let left = 0n;
    for (const { sumsUp, debit, credit } of voucher.lines) {
      const amount = centsOf(debit) - centsOf(credit);
      if (sumsUp === null) {
        taxed += amount;
        continue;
      }
      const behind = await accountant.call(contract.listJournalLines, {
        query: {
          communityId: voucher.communityId,
          from: voucher.firstDay,
          to: voucher.lastDay,
          account: sumsUp.account as never,
          voucherKind: voucher.kind,
          chargeItemIds: sumsUp.chargeItemIds.join(',') as never,
          paymentMethodIds: sumsUp.paymentMethodIds.join(',') as never,
        },
      });
      expect(behind.total).toBeGreaterThan(0);
      left += centsOf(behind.debit) - centsOf(behind.credit) - amount;
      if (!['income', 'lateFeeIncome', 'otherIncome', 'discount', 'waiver'].includes(sumsUp.account))
        expect(centsOf(behind.debit) - centsOf(behind.credit)).toBe(amount);
    }
    expect(left).toBe(taxed);
  }

  it('cannot be made twice, not for days that overlap either, and keep their month closed', async () => {
    expect((await refusal(make(january))).detail).toContain('翠湖花园 的这些日子里已有生成过凭证的');
    expect((await refusal(make({ ...january, firstDay: '2026-01-31', grouping: 'day' }))).code).toBe(
      'voucher.alreadyMade',
    );
    const closings = await accountant.call(contract.listBookClosings, { query: { communityId: company.communityId } });
    const reopen = accountant.call(contract.reopenBooks, {
      params: { id: closings.rows[0]!.id },
      body: { reason: '漏记一张' },
    });
    expect((await refusal(reopen)).detail).toContain('到 2026-01-31 为止的凭证已经生成，不能反结');
  });

  it('become the text 用友 reads, in GBK with CR LF, and the workbook 金蝶 reads; twice the same bytes', async () => {
    const text = await exported(batchIds, 'yonyou');
    expect(await exported(batchIds, 'yonyou')).toEqual(text);
    const lines = new TextDecoder('gbk', { fatal: true }).decode(text).split('\r\n');
    expect(lines[0]).toBe('填制凭证,V800');
    expect(lines[1]).toMatch(/^2026-01-31,记,1,0,2026-01 应收计提 翠湖花园,1122,375\.80,0\.00,,,,管理员\d+,,,,,,,,,$/);
    expect(lines[2]).toMatch(/^2026-01-31,记,1,0,2026-01 应收计提 翠湖花园 物业管理费,6001,0\.00,260\.19,/);
    expect(lines).toHaveLength(18);
    const bytes = await exported(batchIds, 'kingdee');
    expect((await exported(batchIds, 'kingdee')).equals(bytes)).toBe(true);
    const rows: string[][] = [];
    for await (const row of (await openSpreadsheet({ bytes })).rows())
      rows.push(row.cells.map((cell) => cell?.text ?? ''));
    const at = (key: string) => rows[0]!.indexOf(key);
    const entry = (row: string[]) =>
      ['FDate', 'FPeriod', 'FGroupID', 'FNumber', 'FAccountNum', 'FDebit', 'FCredit', 'FEntryID'].map(
        (key) => row[at(key)],
      );
    expect(entry(rows[1]!)).toEqual(['2026-01-31', '1', '记', '1', '1122', '375.80', '0.00', '0']);
    expect(entry(rows[2]!)).toEqual(['2026-01-31', '1', '记', '1', '6001', '0.00', '260.19', '1']);
    expect(rows).toHaveLength(17);
    // The prepared name, the accounts and the items of that day stay, whatever they are called afterwards.
    await company.run((ctx) => ctx.tx.run(sql`update staff set name = '改名' where company_id = ${ctx.companyId}`));
    await company.run((ctx) =>
      ctx.tx.run(sql`update charge_item set name = name || '新', tax_rate = 9 where company_id = ${ctx.companyId}`),
    );
    expect(await exported(batchIds, 'yonyou')).toEqual(text);
    expect(await wrongChecks()).toEqual([]);
  });

  it('are corrected by vouchers of later days, or voided as a whole with their numbers kept', async () => {
    const { id } = (await list()).rows[0]!;
    expect(
      (
        await refusal(
          accountant.call(contract.voidVoucherBatch, { params: { id: batchIds[0]! }, body: { reason: ' ' } }),
        )
      ).status,
    ).toBe(422);
    await accountant.call(contract.voidVoucherBatch, { params: { id: batchIds[0]! }, body: { reason: '科目填错' } });
    expect(await accountant.call(contract.getVoucher, { params: { id } })).toMatchObject({ isVoided: true });
    const again = accountant.call(contract.voidVoucherBatch, {
      params: { id: batchIds[0]! },
      body: { reason: '科目填错' },
    });
    expect((await refusal(again)).code).toBe('voucher.alreadyVoided');
    const file = accountant.call(contract.exportVouchers, { body: { voucherBatchIds: batchIds, format: 'yonyou' } });
    expect((await refusal(file)).code).toBe('voucher.exportVoided');
    const made = await make({ ...january, grouping: 'day' });
    const { rows } = await list({ voucherBatchId: made.batchIds[0]! });
    // Bills on the first, money on the 20th; numbers go on from where they were.
    expect(rows.map(({ number, day }) => `${number} ${day}`)).toEqual([
      '记-0006 2026-01-01',
      '记-0007 2026-01-20',
      '记-0008 2026-01-20',
      '记-0009 2026-01-20',
      '记-0010 2026-01-20',
    ]);
    expect(await wrongChecks()).toEqual([]);
  });

  it('are stopped by an account without a code, which is named with where to fill it in', async () => {
    const save = (body: object) =>
      accountant.call(contract.saveAccountMapping, {
        body: {
          account: 'income',
          chargeItemId: null,
          paymentMethodId: null,
          taxRate: null,
          code: '',
          name: '',
          hasTax: true,
          auxiliaries: [],
          ...body,
        } as never,
      });
    await desk.bill({ amountFen: 5_000n, month: '2026-02', itemId: desk.waterItemId });
    await close('month', '2026-02-28');
    const february: Range = { firstDay: '2026-02-01', lastDay: '2026-02-28', grouping: 'month' };
    const { id } = await save({ chargeItemId: desk.waterItemId });
    const stopped = await refusal(make(february));
    expect(stopped.detail).toContain('收费收入（水费新）。请在“财务 → 科目对应”中填写');
    await save({
      chargeItemId: desk.waterItemId,
      code: '6051',
      name: '其他业务收入',
      auxiliaries: ['project', 'department'],
    });
    await accountant.call(contract.saveVoucherDimension, {
      body: {
        communityId: company.communityId,
        departmentCode: '02',
        departmentName: '翠湖项目部',
        customerCode: '',
        customerName: '',
        projectCode: '001',
        projectName: '翠湖花园',
      },
    });
    const { vouchers } = await accountant.call(contract.previewVouchers, { query: at(february) });
    expect(vouchers[0]!.lines).toMatchObject([
      { code: '1122', debit: '50.00' },
      { code: '6051', credit: '45.87', auxiliaries: '部门 02 翠湖项目部，项目 001 翠湖花园' },
      { code: '22210107', credit: '4.13' },
    ]);
    expect((await refusal(save({ account: 'money', chargeItemId: desk.waterItemId }))).code).toBe(
      'accountMapping.notForAccount',
    );
    await accountant.call(contract.removeAccountMapping, { params: { id } });
    const general = (await accountant.call(contract.listAccountMappings)).rows.find(
      ({ account }) => account === 'income',
    )!;
    const kept = accountant.call(contract.removeAccountMapping, { params: { id: general.id } });
    expect((await refusal(kept)).code).toBe('accountMapping.general');
    await accountant.call(contract.fillAccountMappings, { body: { chart: 'small' } });
    const small = await accountant.call(contract.previewVouchers, { query: at(february) });
    expect(plain(small.vouchers[0]!.lines)[1]).toBe('贷 5001 45.87');
    await accountant.call(contract.fillAccountMappings, { body: { chart: 'enterprise' } });
  });

  it('need the right and the whole community, and another company sees none', async () => {
    const clerk = await company.person('收银员');
    expect((await refusal(clerk.call(contract.listVouchers, { query: {} }))).status).toBe(403);
    const elsewhere = await company.person('管理员', [company.otherCommunityId]);
    expect((await elsewhere.call(contract.listVouchers, { query: {} })).total).toBe(0);
    expect((await refusal(elsewhere.call(contract.previewVouchers, { query: at(january) }))).status).toBe(404);
    expect(
      (await elsewhere.call(contract.readTrialBalance, { query: { from: '2026-01-01', to: '2026-12-31' } })).rows,
    ).toEqual([]);
    const stranger = await (await server.company()).person('管理员');
    const file = stranger.call(contract.exportVouchers, { body: { voucherBatchIds: batchIds, format: 'yonyou' } });
    expect((await refusal(file)).code).toBe('reference.notFound');
  });

  it('and the trial balance agree, and every figure opens into its documents', async () => {
    const all = await balance({});
    expect(all.totals).toMatchObject({ opening: '0.00', closing: '0.00', debit: all.totals.credit });
    expect(all.rows.find(({ key }) => key === 'receivable')).toMatchObject({
      debit: '425.80',
      credit: '275.80',
      closing: '150.00',
    });
    // From the closing of January alone, and from the journal after it.
    const february = await balance({ from: '2026-02-01', to: '2026-02-28' });
    expect(february.rows.find(({ key }) => key === 'receivable')).toMatchObject({
      opening: '100.00',
      debit: '50.00',
      closing: '150.00',
    });
    const codes = await balance({ by: 'code' });
    expect(codes.totals).toMatchObject({ closing: '0.00' });
    expect(codes.rows.find(({ key }) => key === '1122')).toMatchObject({ closing: '100.00' });
    const query = { from: '2026-01-01', to: '2026-02-28', account: 'receivable' as const };
    const lines = await accountant.call(contract.listJournalLines, { query });
    expect(lines).toMatchObject({ total: 5, debit: '425.80', credit: '275.80' });
    expect(lines.rows.map(({ document, debit, credit }) => `${document} ${debit ?? `-${credit}`}`).toSorted()).toEqual([
      'bill 100.00',
      'bill 275.80',
      'bill 50.00',
      'billReduction -5.80',
      'receipt -270.00',
    ]);
    expect(lines.rows.find(({ document }) => document === 'receipt')).toMatchObject({
      receiptId: expect.any(String),
      label: expect.stringContaining('CH202601'),
    });
    const reversed = accountant.call(contract.readTrialBalance, { query: { from: '2026-02-01', to: '2026-01-01' } });
    expect((await refusal(reversed)).code).toBe('voucher.rangeReversed');
  });

  it('are found out by `verify` when a document, a line or a number of theirs is changed behind their back', async () => {
    const tampered = async (change: string, restore: string) => {
      await server.services.ownerPool.query(`set app.taking_in = 'on'; ${change}`);
      const keys = (await wrongChecks()).map((text) => text.split(' ')[0]);
      await server.services.ownerPool.query(`set app.taking_in = 'on'; ${restore}`);
      return keys.filter((key) => key?.startsWith('voucher.'));
    };
    const { rows } = await list({ month: '2026-01' });
    const id = rows.find(({ isVoided }) => !isVoided)!.id;
    const set = (table: string, change: string, where: string) =>
      `update ${table} set ${change} where company_id = '${company.id}' and ${where}`;
    const bill = `period_from = '2026-01-01' and charge_item_id = '${desk.waterItemId}'`;
    expect(
      await tampered(
        set('bill', 'receivable_fen = receivable_fen + 1', bill),
        set('bill', 'receivable_fen = receivable_fen - 1', bill),
      ),
    ).toEqual(['voucher.journal']);
    const line = `voucher_id = '${id}' and line_number = 1`;
    expect(
      await tampered(
        set('voucher_line', 'amount_fen = amount_fen + 1', line),
        set('voucher_line', 'amount_fen = amount_fen - 1', line),
      ),
    ).toEqual(['voucher.lines', 'voucher.hash']);
    expect(
      await tampered(set('voucher', 'number = 99', `id = '${id}'`), set('voucher', 'number = 6', `id = '${id}'`)),
    ).toEqual(['voucher.number', 'voucher.hash']);
    expect(await wrongChecks()).toEqual([]);
  });
});

const amount = fc.bigInt({ min: 0n, max: 30_000n });
const deed = fc.record({
  principal: fc.bigInt({ min: 1n, max: 20_000n }),
  isWater: fc.boolean(),
  lateFee: amount,
  discount: fc.bigInt({ min: 0n, max: 500n }),
  offsetShare: fc.integer({ min: 0, max: 3 }),
  topUp: amount,
  bonus: fc.bigInt({ min: 0n, max: 900n }),
  deposit: amount,
  income: amount,
  afterwards: fc.constantFrom('nothing', 'reverse', 'void', 'refund', 'edit', 'editItem', 'forfeit', 'voidBill'),
});
const history = fc.record({
  days: fc.array(fc.array(deed, { minLength: 1, maxLength: 5 }), { minLength: 3, maxLength: 3 }),
  grouping: fc.constantFrom('day' as const, 'month' as const),
  isTaxed: fc.boolean(),
  detail: fc.constantFrom<contract.MappingDetail>('sum', 'target'),
});

describe('vouchers by house', () => {
  it('have a line for each item and house, with what the books call it; its spaces and vehicles go with it; all else stays summed', async () => {
    await newCompany();
    const neighbourId = await desk.house('1-202');
    const [spaceId, fieldId] = await company.run(async (ctx) => {
      const id = await addParkingSpace(ctx, { communityId: company.communityId, number: 'B1-001' });
      await ctx.tx.run(
        sql`update parking_space set house_id = ${neighbourId} where company_id = ${ctx.companyId} and id = ${id}`,
      );
      const field = ctx.newId();
      await ctx.tx.run(sql`insert into custom_field (company_id, id, resource, key, label, kind, created_at, updated_at)
        values (${ctx.companyId}, ${field}, 'house', 'c1', '财务客户编码', 'text', now(), now())`);
      await ctx.tx.run(sql`insert into custom_value (company_id, field_id, owner_id, community_id, text_value)
        values (${ctx.companyId}, ${field}, ${neighbourId}, ${company.communityId}, 'KH0202')`);
      return [id, field] as const;
    });
    const bill = await desk.bill({ amountFen: 27_580n, month: '2026-01' });
    await desk.bill({ amountFen: 10_000n, month: '2026-01', itemId: desk.waterItemId });
    const theirs = await desk.bill({ amountFen: 20_000n, month: '2026-01', targetId: neighbourId });
    await company.run((ctx) =>
      ctx.tx.run(sql`insert into bill (company_id, id, community_id, charge_item_id, target_kind, target_id, period_from, period_to, due_on, receivable_fen,
          raised_how, calculation, raised_at)
        select company_id, ${ctx.newId()}, community_id, charge_item_id, 'parkingSpace', ${spaceId}, period_from, period_to, due_on, 5000, raised_how, calculation,
          raised_at from bill where company_id = ${ctx.companyId} and id = ${theirs}`),
    );
    await as((ctx) =>
      takeMixed(ctx, desk, staffId, {
        bills: [{ billId: bill, principal: 27_580n, lateFee: 100n, offset: 7_680n }],
        topUp: 20_000n,
        deposit: 50_000n,
      }),
    );
    const save = (account: contract.MappedAccount, detail: contract.MappingDetail) =>
      accountant.call(contract.saveAccountMapping, {
        body: {
          ...{ account, detail, chargeItemId: null, paymentMethodId: null, taxRate: null },
          ...{
            code: account === 'receivable' ? '1122' : '2205',
            name: account,
            hasTax: false,
            auxiliaries: ['customer'],
          },
        },
      });
    await save('receivable', 'target');
    await save('prepaid', 'target');
    expect((await refusal(save('discount', 'target'))).code).toBe('accountMapping.notByTarget');
    const names = { departmentCode: '', departmentName: '', customerCode: 'YZ', customerName: '业主' };
    await accountant.call(contract.saveVoucherDimension, {
      body: { communityId: company.communityId, ...names, projectCode: '', projectName: '', customerFieldId: fieldId },
    });
    const { vouchers } = await accountant.call(contract.previewVouchers, { query: at(january) });
    const told = (kind: contract.VoucherKind, code: string) =>
      vouchers
        .find((one) => one.kind === kind)!
        .lines.filter((line) => line.code === code)
        .map(({ debit, credit, auxiliaries }) => `${debit ?? `-${credit}`} ${auxiliaries}`);
    // Two items of the desk's house, and 200.00 of the neighbour with 50.00 of their space.
    expect(told('accrual', '1122').toSorted()).toEqual([
      '100.00 客户 1-101 1-101',
      '250.00 客户 KH0202 1-202',
      '275.80 客户 1-101 1-101',
    ]);
    // 76.80 came from prepaid: the late fee of 1.00 first, then 75.80; the rest of 200.00 in money.
    expect(told('offset', '1122')).toEqual(['-75.80 客户 1-101 1-101']);
    expect(told('offset', '2205')).toEqual(['76.80 客户 1-101 1-101']);
    expect(told('receipt', '1122')).toEqual(['-200.00 客户 1-101 1-101']);
    expect(told('prepaid', '2205')).toEqual(['-200.00 客户 1-101 1-101']);
    await opened('2026-03-10');
    await close('month', '2026-01-31');
    const { batchIds } = await make(january);
    expect(await wrongChecks()).toEqual([]);
    const text = new TextDecoder('gbk', { fatal: true }).decode(await exported(batchIds, 'yonyou'));
    expect(text).toMatch(/,1122,250\.00,0\.00,.*,KH0202,,,\r\n/);
  });
});

describe('whatever happens', () => {
  it('vouchers balance to the fen, are the journal of their days, and leave nothing out; the trial balance is zero', {
    timeout: 120_000,
  }, async () => {
    const days = ['2026-01-28', '2026-02-03', '2026-02-20'];
    await fc.assert(
      fc.asyncProperty(history, async (story) => {
        await newCompany();
        await company.run((ctx) =>
          ctx.tx.run(
            sql`update account_mapping set detail = case when account in ('receivable', 'prepaid', 'deposit') then ${story.detail} else 'sum' end
              where company_id = ${ctx.companyId}`,
          ),
        );
        await company.run((ctx) =>
          ctx.tx.run(
            sql`update account_mapping set has_tax = ${story.isTaxed} where company_id = ${ctx.companyId} and account in ('discount', 'waiver')`,
          ),
        );
        for (const [index, deeds] of story.days.entries()) {
          await opened(days[index]!);
          for (const one of deeds) await live(one, days[index]!);
        }
        await opened('2026-03-10');
        await close('month', '2026-01-31');
        await close('month', '2026-02-28');
        const middle = story.grouping === 'day' ? '2026-02-03' : '2026-01-31';
        const next = Temporal.PlainDate.from(middle).add({ days: 1 }).toString();
        await makeSome({ firstDay: '2025-12-31', lastDay: middle, grouping: story.grouping });
        await makeSome({ firstDay: next, lastDay: '2026-02-28', grouping: story.grouping });
        expect(await wrongChecks()).toEqual([]);
        await compareBalances();
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });
});

/** All that was tried in a stretch may have been refused: then there is nothing to make a voucher of. */
async function makeSome(range: Range): Promise<void> {
  try {
    await make(range);
  } catch (error) {
    if ((error as { problem?: { code: string } }).problem?.code !== 'voucher.nothing') throw error;
  }
}

const yuan = (amountFen: bigint) => formatYuan(fen(amountFen));

/** One receipt of everything and what is done after it; what is refused leaves nothing. */
async function live(one: typeof deed extends fc.Arbitrary<infer T> ? T : never, day: string): Promise<void> {
  const itemId = one.isWater ? desk.waterItemId : desk.feeItemId;
  const billId = await desk.bill({ amountFen: one.principal + one.discount + 700n, month: day.slice(0, 7), itemId });
  const offset = ((one.principal + one.lateFee) * BigInt(one.offsetShare)) / 3n;
  const tolerate = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      // A refusal in words; anything else is a fault.
      if (error instanceof Error && 'problem' in error) return undefined;
      if (!String((error as { code?: string }).code).includes('.')) throw error;
      return undefined;
    }
  };
  if (one.afterwards === 'voidBill') {
    await tolerate(accountant.call(contract.voidBills, { body: { ids: [billId], reason: '出错' } }));
    return;
  }
  if (one.afterwards === 'edit' || one.afterwards === 'editItem') {
    const other = one.isWater ? desk.feeItemId : desk.waterItemId;
    const chargeItemId = one.afterwards === 'editItem' ? { chargeItemId: other } : {};
    await tolerate(
      as((ctx) => editBill(ctx, { id: billId, ...chargeItemId, amount: yuan(one.principal), reason: '改' })),
    );
    return;
  }
  const taken = await tolerate(
    as((ctx) =>
      takeMixed(ctx, desk, staffId, {
        bills: [{ billId, principal: one.principal, lateFee: one.lateFee, discount: one.discount, offset }],
        topUp: one.topUp,
        bonus: one.topUp > 0n ? one.bonus : 0n,
        deposit: one.deposit,
        income: one.income,
      }),
    ),
  );
  if (!taken) return;
  const params = { id: taken.receiptId };
  if (one.afterwards === 'reverse')
    await tolerate(accountant.call(contract.reverseReceipt, { params, body: { reason: '收错' } }));
  if (one.afterwards === 'void')
    await tolerate(accountant.call(contract.voidReceipt, { params, body: { reason: '收错' } }));
  if (one.afterwards === 'forfeit' && taken.depositId)
    await tolerate(
      accountant.call(contract.forfeitDeposit, {
        params: { id: taken.depositId },
        body: { amount: yuan(one.deposit), reason: '损坏' },
      }),
    );
  if (one.afterwards === 'refund')
    await tolerate(
      accountant.call(contract.takeRefund, {
        body: {
          receiptId: taken.receiptId,
          lines: { bills: [{ billId, principal: yuan(one.principal), lateFee: yuan(one.lateFee) }] },
          tenders: [{ paymentMethodId: desk.methods.cash, amount: yuan(one.principal + one.lateFee) }],
          reason: '业主要求',
          refundedOn: day,
          afterwards: 'owesAgain',
          idempotencyKey: `refund-${taken.receiptId}`,
        },
      }),
    );
}

/** By our accounts and by the company's the balances are zero in sum, and money in the books is money in the journal. */
async function compareBalances(): Promise<void> {
  const accounts = await balance({ from: '2026-02-01', to: '2026-02-28' });
  const codes = await balance({ from: '2026-02-01', to: '2026-02-28', by: 'code' });
  for (const { totals } of [accounts, codes])
    expect(totals).toMatchObject({ opening: '0.00', closing: '0.00', debit: totals.credit });
  const closing = (rows: readonly contract.TrialBalanceRow[], key: string) =>
    rows.find((row) => row.key === key)?.closing ?? '0.00';
  expect(closing(codes.rows, '1001')).toBe(closing(accounts.rows, 'money'));
  expect(closing(codes.rows, '1122')).toBe(closing(accounts.rows, 'receivable'));
  expect(closing(codes.rows, '2205')).toBe(closing(accounts.rows, 'prepaid'));
  expect(closing(codes.rows, '2241')).toBe(closing(accounts.rows, 'deposit'));
  // The sums from closings are those of the journal without them.
  const sums = await company.run((ctx) =>
    ctx.tx.rows<{ account: string; fen: bigint }>(sql`select account, sum(amount_fen)::bigint as fen from journal_line
      where company_id = ${ctx.companyId} and day <= '2026-02-28' group by 1`),
  );
  for (const { account, fen: expected } of sums)
    expect(`${account} ${closing(accounts.rows, account)}`).toBe(`${account} ${yuan(expected)}`);
}
