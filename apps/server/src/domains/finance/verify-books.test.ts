import * as contract from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onServer } from '../../../test/database.ts';
import { startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { nowText } from '../../platform/context.ts';
import { schemaName } from '../../platform/database/pool.ts';
import { sql } from '../../platform/database/sql.ts';
import { addBill, type Books, makeBooks, payAtDesk } from './finance.fixture.ts';
import { verifyBooks } from './verify-books.ts';

let server: TestApp;
let books: Books;
beforeAll(async () => {
  server = await startTestApp();
  books = await makeBooks(await server.company());
  const manager = await books.company.person('管理员');
  const [first, second] = books.targets;
  for (const month of ['2026-01', '2026-02', '2026-03']) {
    for (const target of [first!, second!]) {
      for (const itemId of books.items) await addBill(books, { target, itemId, month, amountFen: 27_580n });
    }
  }
  const pay = (target = first!, splitFen = 0n) =>
    payAtDesk(books, manager, { target, count: 2, day: '2026-03-10', splitFen });
  await pay();
  const reversed = await pay(first, 10_000n);
  await pay(second, 5_000n);
  await manager.call(contract.reverseReceipt, {
    params: { id: reversed!.receiptId },
    body: { reason: '收错了' },
  });
  await useHoldings(books, manager);
});
afterAll(() => server.stop());

/** Two receipts with all that is held: prepaid and a deposit taken, then a discounted bill paid from both. */
async function useHoldings({ company, targets, methods }: Books, manager: TestPerson): Promise<void> {
  const { communityId } = company;
  const target = targets[0]!;
  const itemId = await company.run(async (ctx) => {
    const id = ctx.newId();
    await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, created_at, updated_at)
      values (${ctx.companyId}, ${id}, '装修押金', 'deposit', ${nowText(ctx)}, ${nowText(ctx)})`);
    return id;
  });
  const at = { communityId, targetKind: target.kind, targetId: target.id, receivedOn: '2026-03-10' };
  await manager.call(contract.takePayment, {
    body: {
      ...at,
      bills: [],
      topUps: [{ targetKind: target.kind, targetId: target.id, chargeItemId: null, amount: '200' }],
      deposits: [{ chargeItemId: itemId, amount: '500' }],
      expectedTotal: '700',
      tenders: [{ paymentMethodId: methods[0]!, amount: '700' }],
      idempotencyKey: 'holdings-1',
    },
  });
  const query = { targetKind: target.kind, targetId: target.id };
  const { bills, prepaid, deposits, offsetMethods } = await manager.call(contract.getDeskAccount, { query });
  const bill = bills.find(({ lateFee }) => lateFee === '0.00')!;
  await manager.call(contract.takePayment, {
    body: {
      ...at,
      bills: [{ id: bill.id, expected: bill.toPay, discounts: [{ amount: '20.80' }] }],
      expectedTotal: '255.00',
      tenders: [
        { paymentMethodId: offsetMethods.prepaid!, amount: '150', prepaidAccountId: prepaid[0]!.id },
        { paymentMethodId: offsetMethods.deposit!, amount: '100', depositId: deposits[0]!.id },
        { paymentMethodId: methods[0]!, amount: '5' },
      ],
      idempotencyKey: 'holdings-2',
    },
  });
}

const verify = () => books.company.run(verifyBooks);
const wrongChecks = async () => (await verify()).checks.filter(({ wrong }) => wrong > 0).map(({ key }) => key);

/** Changes the database behind the product's back, as its owner, with all constraints and triggers asleep; then back again. */
async function tampered(change: string, restore: string): Promise<string[]> {
  const run = (text: string) =>
    onServer(server.services.databaseUrl, async (client) => {
      await client.query(`set search_path = ${schemaName}, public; set session_replication_role = replica`);
      await client.query(text);
    });
  await run(change);
  try {
    return await wrongChecks();
  } finally {
    await run(restore);
  }
}

/** Inserts what was kept into the table again, generated columns left out. */
const putBack = (table: string) => `do $$ declare names text; begin
  select string_agg(quote_ident(attname), ', ') into names from pg_attribute
    where attrelid = '${table}'::regclass and attnum > 0 and not attisdropped and attgenerated = '';
  execute format('insert into ${table} (%1$s) select %1$s from kept', names); drop table kept; end $$`;

/** Deletes one row for a moment. */
const without = (table: string, where: string) =>
  tampered(
    `create table kept as select * from ${table} where ${where} limit 1;
     delete from ${table} t using kept k where t.company_id = k.company_id and t.id = k.id`,
    putBack(table),
  );

const firstOf = (table: string, where = 'true') => `id = (select id from ${table} where ${where} order by id limit 1)`;

describe('verify', () => {
  it('finds nothing wrong with books that only the product has written', async () => {
    const report = await verify();
    expect(report).toMatchObject({ isSound: true, companyName: '安居物业' });
    expect(report.checks.find(({ key }) => key === 'receipt.number')?.checked).toBe(5);
    expect(report.checks.find(({ key }) => key === 'audit')?.checked).toBeGreaterThan(3);
  });

  it('says which rows are wrong, in Chinese', async () => {
    await server.services.ownerPool.query(
      `update bill set received_fen = received_fen - 1 where ${firstOf('bill', 'received_fen > 0')}`,
    );
    const check = (await verify()).checks.find(({ key }) => key === 'bill.received');
    await server.services.ownerPool.query(
      `update bill set received_fen = received_fen + 1 where ${firstOf('bill', 'received_fen > 0')}`,
    );
    expect(check?.examples).toHaveLength(1);
    expect(check?.examples[0]?.detail).toMatch(/账单实收 \d+，核销 \d+/);
    expect(await wrongChecks()).toEqual([]);
  });

  const sums: [string, string, string][] = [
    ['the receivable of a bill', 'bill', 'receivable_fen'],
    ['the waiver of a bill', 'bill', 'waived_fen'],
    ['the refund of a bill', 'bill', 'refunded_fen'],
    ['the late fee received of a bill', 'bill', 'late_fee_received_fen'],
    ['the principal of an allocation', 'allocation', 'principal_fen'],
    ['the amount of a tender', 'receipt_tender', 'amount_fen'],
    ['the total of a receipt', 'receipt', 'total_fen'],
    ['the discount of a bill', 'bill', 'discount_fen'],
    ['the late fee not asked for of a bill', 'bill', 'late_fee_waived_fen'],
    ['the amount of a reduction', 'bill_reduction', 'amount_fen'],
    ['the balance of a prepaid account', 'prepaid_account', 'balance_fen'],
    ['the given part of a prepaid account', 'prepaid_account', 'bonus_fen'],
    ['the balance after a prepaid movement', 'prepaid_movement', 'balance_fen'],
    ['the amount of a prepaid movement', 'prepaid_movement', 'amount_fen'],
    ['what a deposit was offset', 'deposit', 'offset_fen'],
    ['the amount of a deposit movement', 'deposit_movement', 'amount_fen'],
  ];
  it.each(sums)('finds a fen added to %s', async (_, table, column) => {
    const paid =
      table === 'bill'
        ? column === 'waived_fen' || column === 'discount_fen'
          ? 'received_fen = 0'
          : 'received_fen > 0'
        : column === 'principal_fen'
          ? 'principal_fen > 0'
          : 'true';
    const change = (by: string) => `update ${table} set ${column} = ${column} ${by} where ${firstOf(table, paid)}`;
    expect(await tampered(change('+ 1'), change('- 1'))).not.toEqual([]);
  });

  it('finds an offset moved from one bill to another receipt’s, and prepaid drawn for another tender', async () => {
    const offset = (by: string) => `update allocation set offset_fen = offset_fen ${by} where ${firstOf('allocation')}`;
    expect(await tampered(offset('+ 1'), offset('- 1'))).toContain('allocation.offset');
    const swapped = `update prepaid_movement m set receipt_tender_id = (select t.id from receipt_tender t
      where t.receipt_id = m.receipt_id and t.id <> m.receipt_tender_id order by t.id limit 1) where kind = 'offset'`;
    const back = `update prepaid_movement m set receipt_tender_id = (select t.id from receipt_tender t
      join payment_method k on k.id = t.payment_method_id where t.receipt_id = m.receipt_id and k.source = 'prepaid') where kind = 'offset'`;
    expect(await tampered(swapped, back)).toContain('holding.tender');
    expect(await wrongChecks()).toEqual([]);
  });

  it.each([
    'prepaid_movement',
    'deposit_movement',
    'bill_reduction',
    'allocation',
    'receipt_tender',
    'receipt_reversal',
    'receipt',
    'audit_entry',
  ])('finds a deleted row of %s', async (table) => {
    expect(await without(table, table === 'audit_entry' ? `action = 'receipt.take'` : 'true')).not.toEqual([]);
  });

  it('finds a missing receipt number, and one that no counter has given out', async () => {
    const number = (from: string, to: string) =>
      `update receipt set number = '${to}' where number = '${from}' and community_id = '${books.company.communityId}'`;
    const wrong = await tampered(
      number('CH202603-000002', 'CH202603-000009'),
      number('CH202603-000009', 'CH202603-000002'),
    );
    expect(wrong).toContain('receipt.number');
    const counter = (by: string) =>
      `update number_counter set last_value = last_value ${by} where company_id = '${books.company.id}'`;
    expect(await tampered(counter('+ 1'), counter('- 1'))).toEqual(['receipt.number']);
  });

  it('takes no offence at receipt numbers printed with fewer digits after the pattern was changed', async () => {
    const wrong = await tampered(
      `update receipt set number = replace(number, '-000', '-') where number like '%2'`,
      `update receipt set number = replace(number, '-', '-000') where number like '%-___'`,
    );
    expect(wrong).toEqual([]);
  });

  it('finds a reversal undone by hand', async () => {
    const wrong = await tampered(
      `create table kept as select * from receipt where reversed_at is not null; update receipt set reversed_at = null`,
      `update receipt r set reversed_at = k.reversed_at from kept k where k.id = r.id; drop table kept`,
    );
    expect(wrong).toContain('receipt.reversed');
  });

  it('finds two bills for one binding and period', async () => {
    const wrong = await tampered(
      `drop index bill_once;
       update bill set standard_binding_id = '00000000-0000-7000-8000-000000000001' where target_id = '${books.targets[0]!.id}' and period_from = '2026-03-01'`,
      `update bill set standard_binding_id = null;
       create unique index bill_once on bill (company_id, standard_binding_id, period_from) where voided_at is null`,
    );
    expect(wrong).toEqual(['bill.once', 'bill.parents']);
  });

  it('finds a bill whose charge item was deleted behind its back', async () => {
    const wrong = await tampered(
      `create table kept as select * from charge_item; delete from charge_item`,
      `insert into charge_item select * from kept; drop table kept`,
    );
    expect(wrong).toContain('bill.parents');
  });

  it('finds a receipt moved to another community, and a bill of another community’s house', async () => {
    const moved = (table: string, to: string, from: string) =>
      `update ${table} set community_id = '${to}' where community_id = '${from}'`;
    const { communityId, otherCommunityId } = books.company;
    for (const table of ['bill', 'allocation', 'receipt', 'receipt_tender', 'receipt_reversal', 'income_movement']) {
      const wrong = await tampered(
        moved(table, otherCommunityId, communityId),
        moved(table, communityId, otherCommunityId),
      );
      expect({ table, isFound: wrong.length > 0 }).toEqual({ table, isFound: true });
    }
  });

  it('finds the income detail changed: amount, day, method, what it paid, a row gone', async () => {
    const cases = [
      ['amount_fen = amount_fen + 1', 'amount_fen = amount_fen - 1'],
      ['day = day + 1', 'day = day - 1'],
      [
        `staff_id = '${books.targets[0]!.id}'`,
        'staff_id = (select cashier_staff_id from receipt r where r.id = receipt_id)',
      ],
      ['part_fen[1] = part_fen[1] + 1', 'part_fen[1] = part_fen[1] - 1'],
      [`part_months[1] = part_months[1] + interval '1 month'`, `part_months[1] = part_months[1] - interval '1 month'`],
    ] as const;
    await onServer(server.services.databaseUrl, (client) =>
      client.query(`alter table ${schemaName}.income_movement drop constraint income_movement_check`),
    );
    for (const [change, restore] of cases) {
      const set = (text: string) => `update income_movement set ${text} where kind = 'receipt'`;
      const wrong = await tampered(set(change), set(restore));
      expect({ change, isFound: wrong.some((key) => key.startsWith('income.')) }).toEqual({ change, isFound: true });
    }
    const gone = await tampered(
      `create table kept as select * from income_movement where kind = 'reversal'; delete from income_movement where kind = 'reversal'`,
      putBack('income_movement'),
    );
    expect(gone).toContain('income.reversals');
  });

  it('finds an audit entry rewritten, and its text moved from before to after', async () => {
    const entry = firstOf('audit_entry', `action = 'receipt.take'`);
    const rename = (name: string) =>
      `update audit_entry set target_label = '${name}' || substr(target_label, 2) where ${entry}`;
    expect(await tampered(rename('X'), rename('C'))).toEqual(['audit']);
    const swap = `update audit_entry set before = after, after = before where ${entry}`;
    expect(await tampered(swap, swap)).toEqual(['audit']);
    expect(await wrongChecks()).toEqual([]);
  });

  it('says nothing about another company’s books', async () => {
    const other = await makeBooks(await server.company('邻家物业'));
    const change = (by: string) => `update receipt set total_fen = total_fen ${by}`;
    await server.services.ownerPool.query(change('+ 1'));
    expect((await other.company.run(verifyBooks)).isSound).toBe(true);
    await server.services.ownerPool.query(change('- 1'));
    expect(await wrongChecks()).toEqual([]);
  });
});
