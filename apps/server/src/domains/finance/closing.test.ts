import * as contract from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onServer } from '../../../test/database.ts';
import { untilWaiting } from '../../../test/lock-waits.ts';
import { type Refused, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { nowText } from '../../platform/context.ts';
import { schemaName } from '../../platform/database/pool.ts';
import { sql } from '../../platform/database/sql.ts';
import { addBill, type Books, makeBooks, payAtDesk } from './finance.fixture.ts';
import { verifyBooks } from './verify-books.ts';

let server: TestApp;
let books: Books;
let manager: TestPerson;
let januaryBillId: string;
let receiptId: string;

beforeAll(async () => {
  server = await startTestApp();
  books = await makeBooks(await server.company());
  const [target] = books.targets;
  for (const month of ['2026-01', '2026-02', '2026-03'])
    januaryBillId = await raise(month).then((id) => (month === '2026-01' ? id : januaryBillId));
  server.clock.set('2026-01-20T02:00:00Z');
  manager = await books.company.person('管理员');
  // The bill of January is not overdue yet: 275.80, 100.00 of it in WeChat.
  receiptId = (await payAtDesk(books, manager, {
    target: target!,
    count: 1,
    day: '2026-01-20',
    splitFen: 10_000n,
  }))!.receiptId;
  server.clock.set('2026-03-10T02:00:00Z');
  manager = await books.company.person('管理员');
});
afterAll(() => server.stop());

const raise = (month: string) =>
  addBill(books, { target: books.targets[0]!, itemId: books.items[1]!, month, amountFen: 27_580n });

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable('it was not refused'),
    (error: unknown) => (error as Refused).problem,
  );

const at = (kind: 'day' | 'month', lastDay: string) => ({ communityId: books.company.communityId, kind, lastDay });

async function close(kind: 'day' | 'month', lastDay: string, person = manager): Promise<string> {
  const { hash } = await person.call(contract.previewBookClosing, { query: at(kind, lastDay) });
  return (await person.call(contract.closeBooks, { body: { ...at(kind, lastDay), expectedHash: hash } })).id;
}

const wrongChecks = async () =>
  (await books.company.run(verifyBooks)).checks.filter(({ wrong }) => wrong > 0).map(({ key }) => key);

const closedUntil = async () =>
  (await manager.call(contract.listBookClosings, { query: { communityId: books.company.communityId } })).closedUntil;

describe('closing the books', () => {
  it('shows the figures of a day and of a month, keeps them, and the next go on from their balances', async () => {
    // January: one bill, paid in cash and WeChat.
    const january = await manager.call(contract.previewBookClosing, { query: at('month', '2026-01-31') });
    expect(january).toMatchObject({
      firstDay: null,
      lastDay: '2026-01-31',
      raised: '275.80',
      income: '275.80',
      principal: '275.80',
      receiptCount: 1,
      receivableBalance: '0.00',
    });
    expect(january.methods.map(({ name, net }) => [name, net])).toEqual([
      ['现金', '175.80'],
      ['微信', '100.00'],
    ]);
    expect(january.accounts.map(({ name, debit, credit, balance }) => [name, debit, credit, balance])).toEqual([
      ['货币资金', '275.80', '0.00', '275.80'],
      ['应收账款', '275.80', '275.80', '0.00'],
      ['收费收入', '0.00', '275.80', '-275.80'],
    ]);
    await close('day', '2026-01-20');
    await close('month', '2026-01-31');
    expect(await closedUntil()).toBe('2026-01-31');
    // February: one bill that nobody paid.
    const february = await manager.call(contract.previewBookClosing, { query: at('month', '2026-02-28') });
    expect(february).toMatchObject({
      firstDay: '2026-02-01',
      raised: '275.80',
      income: '0.00',
      receivableBalance: '275.80',
    });
    expect(await wrongChecks()).toEqual([]);
  });

  it('is refused in Chinese for days that are not over, out of turn, twice, on figures that changed, and while bills are raised', async () => {
    const refused = async (kind: 'day' | 'month', lastDay: string) =>
      (await refusal(manager.call(contract.previewBookClosing, { query: at(kind, lastDay) }))).detail;
    expect(await refused('day', '2026-03-10')).toBe('2026-03-10 还没有过完，只能结到昨天（2026-03-09）为止，没有结账');
    expect(await refused('month', '2026-03-31')).toContain('还没有过完');
    expect(await refused('month', '2025-12-31')).toContain('已经月结');
    expect(await refused('day', '2026-01-31')).toContain('已结到 2026-01-31');
    const changed = manager.call(contract.closeBooks, { body: { ...at('month', '2026-02-28'), expectedHash: '0' } });
    expect((await refusal(changed)).code).toBe('books.figuresChanged');
    const setRaising = (state: string) =>
      books.company.run((ctx) =>
        ctx.tx.run(sql`insert into task (company_id, id, community_id, kind, title, state, input, created_by, created_at)
          values (${ctx.companyId}, ${ctx.newId()}, ${books.company.communityId}, 'raiseBills', '生成账单 2026-02', ${state}, '{}', ${manager.staffId}, ${nowText(ctx)})`),
      );
    await setRaising('running');
    const { hash } = await manager.call(contract.previewBookClosing, { query: at('month', '2026-02-28') });
    const during = manager.call(contract.closeBooks, { body: { ...at('month', '2026-02-28'), expectedHash: hash } });
    expect((await refusal(during)).detail).toContain('正在生成账单（生成账单 2026-02）');
    await books.company.run((ctx) =>
      ctx.tx.run(sql`delete from task where company_id = ${ctx.companyId} and kind = 'raiseBills'`),
    );
    expect(await closedUntil()).toBe('2026-01-31');
  });

  it('is for whoever holds the right and sees the whole community', async () => {
    const { company } = books;
    const clerk = await company.person('收银员');
    expect(
      (await refusal(clerk.call(contract.listBookClosings, { query: { communityId: company.communityId } }))).status,
    ).toBe(403);
    const elsewhere = await company.person('财务', [company.otherCommunityId]);
    expect((await refusal(close('month', '2026-02-28', elsewhere))).status).toBe(404);
    const stranger = await (await server.company('别家物业')).person('管理员');
    expect((await refusal(close('month', '2026-02-28', stranger))).status).toBe(404);
  });

  it('books bills raised late on the first open day, and a bill corrected later stays where it was booked', async () => {
    const lateId = await raise('2025-12');
    const bookedOn = (id: string) =>
      books.company.run(async (ctx) =>
        ctx.tx.first<{ booked_on: string | null }>(
          sql`select booked_on from bill where company_id = ${ctx.companyId} and id = ${id}`,
        ),
      );
    expect(await bookedOn(lateId)).toEqual({ booked_on: '2026-02-01' });
    expect(await bookedOn(await raise('2026-04'))).toEqual({ booked_on: null });
    await books.company.run((ctx) =>
      ctx.tx.run(
        sql`update bill set period_from = '2026-01-05' where company_id = ${ctx.companyId} and id = ${januaryBillId}`,
      ),
    );
    expect(await bookedOn(januaryBillId)).toEqual({ booked_on: '2026-01-01' });
    await books.company.run((ctx) =>
      ctx.tx.run(
        sql`update bill set period_from = '2026-01-01', booked_on = null where company_id = ${ctx.companyId} and id = ${januaryBillId}`,
      ),
    );
    expect(await wrongChecks()).toEqual([]);
  });

  it('lets a receipt of a closed month be taken back today', async () => {
    // The receipt of January is taken back in March: January keeps its figures.
    await manager.call(contract.reverseReceipt, { params: { id: receiptId }, body: { reason: '收错了' } });
    expect(await wrongChecks()).toEqual([]);
  });

  it('is kept by the database for every document of which the journal has lines', async () => {
    const tables = await onServer(server.services.databaseUrl, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `select c.relname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
         join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and p.proname in ('refuse_closed_day', 'refuse_closed_receipt_day', 'book_bills_open')`,
        [schemaName],
      );
      return rows.map(({ name }) => name);
    });
    for (const table of [
      'bill',
      'bill_edit',
      'bill_void',
      'bill_restoration',
      'bill_reduction',
      'receipt',
      'receipt_reversal',
      'receipt_restoration',
      'refund',
      'prepaid_movement',
      'deposit_movement',
    ])
      expect(tables).toContain(table);
  });

  it('waits for whoever is adding documents, and then finds that the figures changed', async () => {
    const { company } = books;
    const { hash } = await manager.call(contract.previewBookClosing, { query: at('day', '2026-02-10') });
    let closing: Promise<unknown> | undefined;
    await company.run(async (ctx) => {
      // Another's bill, not committed yet, holds the books.
      await ctx.tx.run(sql`insert into bill (company_id, id, community_id, charge_item_id, target_kind, target_id, period_from, period_to,
          due_on, receivable_fen, raised_how, raised_at, calculation)
        values (${ctx.companyId}, ${ctx.newId()}, ${company.communityId}, ${books.items[0]!}, 'house', ${books.targets[1]!.id}, '2026-02-05', '2026-03-05',
          '2026-02-28', 100, 'manual', ${nowText(ctx)}, ${JSON.stringify({ k: 'f', a: '1.00' })})`);
      closing = refusal(
        manager.call(contract.closeBooks, { body: { ...at('day', '2026-02-10'), expectedHash: hash } }),
      );
      await untilWaiting(server);
    });
    expect(await closing).toMatchObject({ code: 'books.figuresChanged' });
    expect(await closedUntil()).toBe('2026-01-31');
  });

  it('refuses payments dated in closed days, and is taken back newest first, with a reason', async () => {
    const monthId = await close('month', '2026-02-28');
    const { bills } = await manager.call(contract.getDeskAccount, {
      query: { targetKind: 'house', targetId: books.targets[0]!.id },
    });
    const [bill] = bills;
    const late = manager.call(contract.takePayment, {
      body: {
        communityId: books.company.communityId,
        targetKind: 'house',
        targetId: books.targets[0]!.id,
        bills: [{ id: bill!.id, expected: bill!.toPay }],
        expectedTotal: bill!.toPay,
        tenders: [{ paymentMethodId: books.methods[0]!, amount: bill!.toPay }],
        receivedOn: '2026-02-28',
        note: '补录',
        idempotencyKey: 'late-payment-1',
      },
    });
    expect((await refusal(late)).detail).toContain('该小区的账已结到 2026-02-28');
    const dayId = await close('day', '2026-03-08');
    const reopen = (id: string, reason = '漏记一张收据') =>
      manager.call(contract.reopenBooks, { params: { id }, body: { reason } });
    expect((await refusal(reopen(monthId))).detail).toContain('只能反结最近的一次结账（日结 2026-03-08）');
    expect((await refusal(reopen(dayId, ' '))).status).toBe(422);
    expect(await reopen(dayId)).toEqual({ closedUntil: '2026-02-28' });
    expect((await refusal(reopen(dayId))).code).toBe('books.alreadyReopened');
    const kept = await manager.call(contract.getBookClosing, { params: { id: dayId } });
    expect(kept).toMatchObject({ reopenReason: '漏记一张收据', isLatest: false, figures: { firstDay: '2026-03-01' } });
    const { rows } = await manager.call(contract.listBookClosings, {
      query: { communityId: books.company.communityId },
    });
    expect(rows.map(({ kind, lastDay, isLatest }) => [kind, lastDay, isLatest])).toEqual([
      ['day', '2026-03-08', false],
      ['month', '2026-02-28', true],
      ['month', '2026-01-31', false],
      ['day', '2026-01-20', false],
    ]);
    expect(await wrongChecks()).toEqual([]);
  });

  it('is found out by `verify` when a document or a kept figure of a closed month is changed behind its back', async () => {
    const tamper = (statement: string) => server.services.ownerPool.query(statement, [books.company.id]);
    const raiseBill = (change: bigint) =>
      `update bill set receivable_fen = receivable_fen + (${change}) where company_id = $1 and id = '${januaryBillId}'`;
    await tamper(raiseBill(1n));
    const report = await books.company.run(verifyBooks);
    const found = report.checks.find(({ key }) => key === 'closing.figures')!;
    // Both months and the day: what is changed in January stays in every balance after it.
    expect({ wrong: found.wrong, checked: found.checked }).toEqual({ wrong: 3, checked: 3 });
    expect(found.examples.some(({ detail }) => detail.includes('27581'))).toBe(true);
    await tamper(raiseBill(-1n));
    const income = (
      text: string,
    ) => `update book_closing set figures = jsonb_set(figures, '{income}', '"${text}"') where company_id = $1
      and kind = 'month' and last_day = '2026-01-31'`;
    await tamper(income('99999'));
    expect(await wrongChecks()).toEqual(['closing.figures']);
    await tamper(income('27580'));
    expect(await wrongChecks()).toEqual([]);
  });
});
