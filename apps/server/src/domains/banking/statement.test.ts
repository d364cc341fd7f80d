import {
  bankAccountResource,
  bookStatementLine,
  bookSureLines,
  listStatementBills,
  listStatementLines,
  matchBankStatement,
  openBankStatement,
  receiveBankStatement,
  resourceEndpoints,
  restoreReceipt,
  reverseReceipt,
  setLineAside,
  takeLineUp,
  takePayment,
  voidReceipt,
} from '@anlin/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { taskHandlers } from '../../app.ts';
import { sql } from '../../platform/database/sql.ts';
import { runTask } from '../../platform/tasks/run-task.ts';
import { countBreaches, type DeskFixture, makeDesk, noBreaches, paymentFor } from '../cashier/cashier.fixture.ts';
import { upload } from '../imports/imports.fixture.ts';

let server: TestApp;
let desk: DeskFixture;
let manager: TestPerson;
let accountId: string;

beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.clock.set('2026-03-10T02:00:00Z');
  desk = await makeDesk(await server.company());
  manager = await desk.company.person('管理员');
  const { communityId } = desk.company;
  const body = { name: '工行收费户', accountNumber: '4402000000000000001', onlyCommunityId: communityId };
  accountId = (await manager.call(resourceEndpoints(bankAccountResource).create, { body })).id;
});
// Whatever a test did, the books add up afterwards.
afterEach(async () => expect(await desk.company.run(countBreaches)).toEqual(noBreaches));

const finish = (taskId: string) => runTask(server.services, taskHandlers, desk.company.id, taskId);
const titles = '交易日期,收入金额,对方户名,对方账号,附言,交易流水号';

async function receive(lines: readonly string[], head = `银行明细\n${titles}`) {
  const fileId = await upload(server, manager, [head, ...lines].join('\n'), '对账单.csv');
  const { columns } = await manager.call(openBankStatement, { body: { bankAccountId: accountId, fileId } });
  const { day, amount, ...rest } = columns;
  const body = { bankAccountId: accountId, fileId, columns: { day: day ?? '', amount: amount ?? '', ...rest } };
  const received = await manager.call(receiveBankStatement, { body });
  await finish(received.taskId);
  return received;
}

const list = (over = {}) => manager.call(listStatementLines, { query: { bankAccountId: accountId, ...over } });

async function bookSure() {
  const { taskId } = await manager.call(bookSureLines, { body: { bankAccountId: accountId } });
  await finish(taskId);
}

function receiptCount() {
  return desk.company.run((ctx) =>
    ctx.tx.first<{ count: number }>(
      sql`select count(*)::int as count from receipt where company_id = ${ctx.companyId}`,
    ),
  );
}

describe('a bank statement', () => {
  it('is matched by sum, name and room, and what is sure is booked once with its serial', async () => {
    const other = await desk.house('2-202');
    await desk.bill({ amountFen: 27_580n, month: '2026-02', dueOn: '2026-03-28' });
    await desk.bill({ amountFen: 27_580n, month: '2026-03' });
    await desk.bill({ amountFen: 27_580n, month: '2026-03', targetId: other });
    const lines = [
      '2026-03-09,551.60,李四,6222020000001234,1栋101 物业费,S1',
      '2026/3/9,275.80,王五,,2-202物业,S2',
      '2026-03-09,275.80,赵六,,,S3',
      '2026-03-09,,退款,,付款给别人,S4',
      '20260309,88.00,某公司,,货款,S5',
    ];
    expect(await receive(lines)).toMatchObject({ rowCount: 4, newCount: 4 });
    const waiting = await list();
    const bySerial = Object.fromEntries(waiting.rows.map((row) => [row.serial, row]));
    expect(bySerial.S2).toMatchObject({ confidence: 'sure', targetName: '2-202', billNames: '物业管理费 2026年3月' });
    expect(bySerial.S2?.why).toContain('附言写明房号');
    expect(bySerial.S3).toMatchObject({ confidence: 'none' });
    expect(bySerial.S5).toMatchObject({ confidence: 'none', targetName: '' });
    expect(bySerial.S1).toMatchObject({
      confidence: 'sure',
      targetName: '1-101',
      payerAccount: '1234',
      paidOn: '2026-03-09',
    });
    expect(waiting).toMatchObject({ waitingCount: 4, sum: '1191.20' });
    await bookSure();
    await bookSure();
    const booked = await list({ state: 'booked' });
    expect(booked.rows).toContainEqual(expect.objectContaining({ serial: 'S2', targetName: '2-202' }));
    const tenders = await desk.company.run((ctx) =>
      ctx.tx.rows(sql`select t.reference, m.name, r.received_on, r.payer_name from receipt r
        join receipt_tender t on t.company_id = r.company_id and t.receipt_id = r.id
        join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
        where r.company_id = ${ctx.companyId} and t.reference = 'S2'`),
    );
    expect(tenders).toEqual([{ reference: 'S2', name: '银行转账', received_on: '2026-03-09', payer_name: '王五' }]);
    const before = await receiptCount();
    // The same statement again, and one that overlaps it: only what is new.
    expect(await receive([...lines, '2026-03-10,1.00,新人,,,S6'])).toMatchObject({ rowCount: 5, newCount: 1 });
    await bookSure();
    expect(await receiptCount()).toEqual(before);
  });

  it('waits for a person where it is not sure: bills, the rest as prepaid, or set aside; reversing brings it back', async () => {
    const bill = await desk.bill({ amountFen: 27_580n, month: '2026-03' });
    await receive(['2026-03-09,300.00,崔春涛,,物业费,T1', '2026-03-09,88.00,某公司,,货款,T2']);
    const [first, second] = (await list()).rows.toSorted((a, b) => (a.serial < b.serial ? -1 : 1));
    expect(first).toMatchObject({ confidence: 'likely', why: '付款人是住户，但金额与欠费不符' });
    const place = { targetKind: 'house', targetId: desk.houseId, receivedOn: '2026-03-09' } as const;
    const { rows } = await manager.call(listStatementBills, { query: place });
    expect(rows).toMatchObject([{ id: bill, toPay: '275.80' }]);
    const book = () =>
      manager.call(bookStatementLine, { params: { id: first!.id }, body: { ...place, billIds: [bill] } });
    const taken = await book();
    expect(taken.prepaid).toBe('24.20');
    expect(await refusal(book())).toMatchObject({ code: 'bankStatement.otherState' });
    await manager.call(setLineAside, { params: { id: second!.id }, body: { reason: '不是物业费' } });
    expect((await list({ state: 'aside' })).rows).toMatchObject([{ serial: 'T2', asideReason: '不是物业费' }]);
    await manager.call(takeLineUp, { params: { id: second!.id } });
    // Undone, the payment waits again and can be booked anew; what was voided cannot then be restored on top.
    await manager.call(voidReceipt, { params: { id: taken.receiptId }, body: { reason: '记错房屋' } });
    expect((await list({ state: 'waiting' })).rows.map((row) => row.serial).sort()).toEqual(['T1', 'T2']);
    const again = await manager.call(bookStatementLine, { params: { id: first!.id }, body: { ...place, billIds: [] } });
    expect(again).toMatchObject({ prepaid: '300.00' });
    const restore = () =>
      manager.call(restoreReceipt, { params: { id: taken.receiptId }, body: { reason: '又是对的' } });
    expect(await refusal(restore())).toMatchObject({ code: 'receipt.paymentUsed' });
    await manager.call(reverseReceipt, { params: { id: again.receiptId }, body: { reason: '记错' } });
    await restore();
    expect((await list({ state: 'booked' })).rows).toMatchObject([{ serial: 'T1', receiptId: taken.receiptId }]);
  });

  it('notes why a sure payment could not be booked, and the others go on', async () => {
    const other = await desk.house('2-202');
    const elsewhere = await desk.house('3-303', desk.company.otherCommunityId);
    const bill = await desk.bill({ amountFen: 27_580n, month: '2026-03' });
    await desk.bill({ amountFen: 100n, month: '2026-03', targetId: other });
    await receive(['2026-03-09,275.80,崔春涛,,,U1', '2026-03-09,1.00,某人,,2-202,U2']);
    const sure = await list();
    expect(sure.sureCount).toBe(2);
    const place = { targetKind: 'house', targetId: elsewhere, receivedOn: '2026-03-09' } as const;
    const wrong = manager.call(bookStatementLine, {
      params: { id: sure.rows[0]!.id },
      body: { ...place, billIds: [] },
    });
    expect((await refusal(wrong)).detail).toContain('只收“翠湖花园”的款');
    await manager.call(takePayment, { body: paymentFor(desk, [{ id: bill, toPay: '275.80' }]) });
    await bookSure();
    const rows = (await list()).rows.toSorted((a, b) => (a.serial < b.serial ? -1 : 1));
    expect(rows).toMatchObject([
      { serial: 'U1', state: 'waiting', confidence: 'likely' },
      { serial: 'U2', state: 'booked' },
    ]);
    expect(rows[0]!.problem).toContain('现在应付 0.00 元');
    const { taskId } = await manager.call(matchBankStatement, { body: { bankAccountId: accountId } });
    await finish(taskId);
    expect((await list({ state: 'waiting' })).rows).toMatchObject([{ serial: 'U1', confidence: 'none', problem: '' }]);
  });

  it('is sure of one payment only where two of a day are for the same bill', async () => {
    await desk.bill({ amountFen: 27_580n, month: '2026-03' });
    await receive(['2026-03-09,275.80,崔春涛,,,W1', '2026-03-09,275.80,崔春涛,,,W2']);
    expect((await list()).sureCount).toBe(1);
    await bookSure();
    expect(await receiptCount()).toEqual({ count: 1 });
    expect((await list({ state: 'waiting' })).rows).toMatchObject([
      { confidence: 'likely', why: '同一天另有一笔转账也对应这些账单，请核对' },
    ]);
  });

  it('is refused whole with the number of the row that cannot be read, and is not shown to other communities', async () => {
    for (const [rows, word] of [
      [['2026-03-09,一百,甲,,,V1'], '第 3 行的金额看不懂'],
      [['2026-03-09,1.00,甲,,,V1', '昨天,2.00,乙,,,V2'], '第 4 行的日期看不懂'],
      [['2026-03-09,1.00,甲,,,V1', '2026-03-09,2.00,乙,,,V1'], '第 4 行与第 3 行的流水号'],
      [['2026-03-09,-5.00,甲,,,V1'], '没有收入的行'],
    ] as const) {
      const refused = await refusal(receive(rows));
      expect(refused).toMatchObject({ code: 'bankStatement.fileRefused' });
      expect(refused.detail).toContain(word);
    }
    const picture = Buffer.from('89504e470d0a1a0a0000', 'hex');
    const bytes = await upload(server, manager, Buffer.concat([Buffer.from('%PDF-1.4 '), picture]), '对账单.csv');
    const open = manager.call(openBankStatement, { body: { bankAccountId: accountId, fileId: bytes } });
    expect(await refusal(open)).toMatchObject({ code: 'bankStatement.fileRefused' });
    expect((await list()).total).toBe(0);
    await receive(['2026-03-09,1.00,甲,,,', '2026-03-09,1.00,甲,,,']);
    expect((await list()).total).toBe(2);
    expect(await receive(['2026-03-09,1.00,甲,,,', '2026-03-09,1.00,甲,,,'])).toMatchObject({ newCount: 0 });
    const stranger = await desk.company.person('财务', [desk.company.otherCommunityId]);
    expect((await stranger.call(listStatementLines, { query: {} })).total).toBe(0);
    const [line] = (await list()).rows;
    const aside = stranger.call(setLineAside, { params: { id: line!.id }, body: { reason: '试试' } });
    expect(await refusal(aside)).toMatchObject({ status: 404 });
  });
});
