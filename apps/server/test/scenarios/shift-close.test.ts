import * as contract from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeskFixture, makeDesk, paymentFor } from '../../src/domains/cashier/cashier.fixture.ts';
import { sql } from '../../src/platform/database/sql.ts';
import { Refused, refusal, startTestApp, type TestApp, type TestPerson } from '../test-app.ts';
import { findBreaches } from './undo.fixture.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

const shifts = contract.resourceEndpoints(contract.shiftResource);
let keys = 0;

/** Other income of so many yuan, paid by one method: money without any bill. */
function take(desk: DeskFixture, person: TestPerson, yuan: string, methodId = desk.methods.cash, handed?: string) {
  keys += 1;
  return person.call(contract.takePayment, {
    body: {
      communityId: desk.company.communityId,
      targetKind: 'house',
      targetId: desk.houseId,
      bills: [],
      incomes: [{ chargeItemId: desk.waterItemId, amount: yuan }],
      expectedTotal: yuan,
      tenders: [{ paymentMethodId: methodId, amount: yuan }],
      ...(handed === undefined ? {} : { cashTendered: handed }),
      receivedOn: server.clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString(),
      idempotencyKey: `shift-payment-${keys}`,
    },
  });
}

type Preview = contract.EndpointReply<typeof contract.previewShift>;
type CloseBody = contract.EndpointArguments<typeof contract.closeShift>['body'];

const look = (desk: DeskFixture, person: TestPerson, more: { staffId?: string; startDay?: string } = {}) =>
  person.call(contract.previewShift, { query: { communityId: desk.company.communityId, ...more } });

/** What the screen sends when everything is there, all of it paid in at the bank. */
const closing = (desk: DeskFixture, seen: Preview, over: Partial<CloseBody> = {}): CloseBody => ({
  communityId: desk.company.communityId,
  untilAt: seen.untilAt,
  lines: seen.figures.map((one) => ({
    paymentMethodId: one.paymentMethodId,
    expected: one.expected,
    counted: one.expected,
  })),
  bankSlip: '回单 0042',
  ...over,
});
const close = (person: TestPerson, body: CloseBody) => person.call(contract.closeShift, { body });

describe('closing a shift', () => {
  let desk: DeskFixture;
  let cashier: TestPerson;
  let other: TestPerson;
  let supervisor: TestPerson;
  let seen: Preview;
  beforeAll(async () => {
    desk = await makeDesk(await server.company());
    cashier = await desk.company.person('收银员');
    other = await desk.company.person('收银员', [desk.company.communityId]);
    supervisor = await desk.company.person('收费主管');
  });

  it('expects what came in less what went out, by method, real money only', async () => {
    server.clock.set('2026-03-09T10:00:00Z');
    await take(desk, cashier, '11.00'); // The day before: not counted when shifts begin on the 10th.
    server.clock.set('2026-03-10T02:00:00Z');
    await take(desk, cashier, '275.80', desk.methods.cash, '300.00');
    const wechat = await take(desk, cashier, '60.60', desk.methods.wechat);
    const { tenders } = await cashier.call(contract.getReceipt, { params: { id: wechat.id } });
    expect(tenders).toHaveLength(1);
    const wrong = await take(desk, cashier, '40.00', desk.methods.wechat);
    const [tender] = await desk.company.run((ctx) =>
      ctx.tx.rows<{ id: string }>(
        sql`select id from receipt_tender where company_id = ${ctx.companyId} and receipt_id = ${wrong.id}`,
      ),
    );
    await cashier.call(contract.amendReceipt, {
      params: { id: wrong.id },
      body: { methods: [{ tenderId: tender!.id, paymentMethodId: desk.methods.cash }], reason: '付的是现金' },
    });
    await cashier.call(contract.reverseReceipt, { params: { id: wechat.id }, body: { reason: '收错了' } });
    const kept = await take(desk, cashier, '100.00');
    const refundable = await cashier.call(contract.getRefundable, { params: { id: kept.id } });
    await cashier.call(contract.takeRefund, {
      body: {
        receiptId: kept.id,
        lines: { incomes: [{ otherIncomeId: refundable.incomes[0]!.otherIncomeId, amount: '30.00' }] },
        tenders: [{ paymentMethodId: desk.methods.cash, amount: '30.00' }],
        reason: '多收',
        refundedOn: '2026-03-10',
        idempotencyKey: 'shift-refund-1',
      },
    });
    // A bill paid from prepaid moves no money.
    const bill = await desk.bill({ amountFen: 2000n, month: '2026-03', itemId: desk.waterItemId });
    keys += 1;
    await cashier.call(contract.takePayment, {
      body: {
        communityId: desk.company.communityId,
        targetKind: 'house',
        targetId: desk.houseId,
        bills: [],
        topUps: [{ targetKind: 'house', targetId: desk.houseId, chargeItemId: null, amount: '20.00' }],
        expectedTotal: '20.00',
        tenders: [{ paymentMethodId: desk.methods.wechat, amount: '20.00' }],
        receivedOn: '2026-03-10',
        idempotencyKey: `shift-payment-${keys}`,
      },
    });
    const account = await cashier.call(contract.getDeskAccount, {
      query: { targetKind: 'house', targetId: desk.houseId },
    });
    await cashier.call(contract.takePayment, {
      body: paymentFor(desk, [{ id: bill, toPay: '20.00' }], {
        tenders: [
          {
            paymentMethodId: desk.methods.prepaid,
            amount: '20.00',
            prepaidAccountId: account.prepaid[0]!.id,
          },
        ],
      }),
    });
    seen = await look(desk, cashier);
    expect(seen.isFirst).toBe(true);
    expect(
      seen.figures.map(({ name, received, returned, expected, count }) => [name, received, returned, expected, count]),
    ).toEqual([
      // 275.80 + 40.00 (amended to cash) + 100.00, less 30.00.
      ['现金', '415.80', '30.00', '385.80', 4],
      // 60.60 and back, 40.00 and away to cash, 20.00 prepaid.
      ['微信', '120.60', '100.60', '20.00', 5],
    ]);
    expect(seen).toMatchObject({ expected: '405.80', count: 9, cashTendered: '400.00', change: '24.20' });
    expect((await look(desk, cashier, { startDay: '2026-03-09' })).expected).toBe('416.80');
  });

  it('is refused in Chinese with nothing written', async () => {
    const refused = async (over: Partial<CloseBody>) =>
      (await refusal(close(cashier, closing(desk, seen, over)))).detail;
    const cashLine = (counted: string) =>
      closing(desk, seen).lines.map((line) =>
        line.paymentMethodId === desk.methods.cash ? { ...line, counted } : line,
      );
    expect(await refused({ lines: cashLine('385.00') })).toBe('现金实点比应交少 0.80 元，请写明原因');
    expect(await refused({ bankSlip: '' })).toContain('请选择交给谁');
    expect(await refused({ handedToStaffId: other.staffId })).toContain('二者选一');
    expect(await refused({ handedToStaffId: cashier.staffId, bankSlip: '' })).toContain('不能交给自己');
    const service = await desk.company.person('客服');
    expect(await refused({ handedToStaffId: service.staffId, bankSlip: '' })).toContain('接收人');
    expect(await refused({ denominations: [{ worth: '10000', count: 3 }] })).toBe(
      '点钞合计 300.00 元，与实点现金 385.80 元不符，请核对张数',
    );
    expect(await refused({ untilAt: '2026-03-10T02:00:01Z' })).toContain('晚于现在');
    expect(await refused({ startDay: '2026-03-11' })).toContain('2026-03-11 晚于今天');
    expect(await refused({ startDay: '2026-03-09' })).toContain('应交金额有变化');
    expect(await refused({ lines: cashLine('385.80').slice(0, 1) })).toContain('应交金额有变化');
    expect(await refused({ staffId: other.staffId })).toContain('交班 · 查看全部收银员，代交班');
    expect((await refusal(close(service, closing(desk, seen)))).status).toBe(403);
    const stranger = await (await server.company('别家物业')).person('收银员');
    expect((await refusal(close(stranger, closing(desk, seen)))).status).toBe(404);
    const elsewhere = await desk.company.person('收银员', [desk.company.otherCommunityId]);
    expect((await refusal(close(elsewhere, closing(desk, seen)))).status).toBe(404);
    const left = await desk.company.run((ctx) =>
      ctx.tx.first<{
        shifts: number;
        marked: number;
        books: number;
      }>(sql`select (select count(*)::int from shift where company_id = ${ctx.companyId}) as shifts,
        (select count(shift_id)::int from income_movement where company_id = ${ctx.companyId}) as marked,
        (select count(shifts_from)::int from community_book where company_id = ${ctx.companyId}) as books`),
    );
    expect(left).toEqual({ shifts: 0, marked: 0, books: 0 });
  });

  it('hands over with a difference explained, prints, and what comes after is the next shift’s', async () => {
    const short = closing(desk, seen, {
      lines: closing(desk, seen).lines.map((line) =>
        line.paymentMethodId === desk.methods.cash ? { ...line, counted: '385' } : line,
      ),
      denominations: [
        { worth: '10000', count: 3 },
        { worth: '5000', count: 1 },
        { worth: '2000', count: 1 },
        { worth: '1000', count: 1 },
        { worth: '500', count: 1 },
      ],
      reason: '找零多付',
      bankSlip: '',
      handedToStaffId: supervisor.staffId,
    });
    await take(desk, cashier, '5.00', desk.methods.wechat); // At the very moment looked at, but after looking.
    expect((await refusal(close(cashier, short))).code).toBe('shift.changed');
    seen = await look(desk, cashier);
    server.clock.set('2026-03-10T02:00:05Z');
    const later = await take(desk, cashier, '7.00');
    const { id, number } = await close(cashier, {
      ...short,
      untilAt: seen.untilAt,
      lines: closing(desk, seen).lines.map((line) =>
        line.paymentMethodId === desk.methods.cash ? { ...line, counted: '385' } : line,
      ),
    });
    expect(number).toBe('JBCH202603-0001');
    const detail = await cashier.call(contract.getShiftDetail, { params: { id } });
    expect(detail.figures.map((one) => [one.name, one.expected, one.counted, one.difference])).toEqual([
      ['现金', '385.80', '385.00', '-0.80'],
      ['微信', '25.00', '25.00', '0.00'],
    ]);
    expect(detail.denominations.map((one) => [one.name, one.count, one.amount])).toEqual([
      ['100 元', 3, '300.00'],
      ['50 元', 1, '50.00'],
      ['20 元', 1, '20.00'],
      ['10 元', 1, '10.00'],
      ['5 元', 1, '5.00'],
    ]);
    expect(detail.documents.map((one) => one.documentId)).not.toContain(later.id);
    expect(detail.documents).toHaveLength(10);
    const next = await look(desk, cashier);
    expect([next.isFirst, next.expected, next.fromAt]).toEqual([false, '7.00', '2026-03-10T02:00:00Z']);
    const pdf = () => cashier.call(contract.printPdf, { body: { type: 'shiftSlip', ids: [id] } });
    await pdf();
    await pdf();
    const row = await cashier.call(shifts.get, { params: { id } });
    expect(row).toMatchObject({ number, difference: '-0.80', state: 'short', printCount: 2, reason: '找零多付' });
    // Twice the same click: there is nothing left of it.
    expect((await refusal(close(cashier, { ...short, untilAt: seen.untilAt }))).code).toBe('shift.empty');
    const audit = await desk.company.run((ctx) =>
      ctx.tx.rows<{ action: string }>(
        sql`select action from audit_entry where company_id = ${ctx.companyId} and target_id = ${id} order by action`,
      ),
    );
    expect(audit.map((one) => one.action)).toEqual(['shift.close', 'shift.print', 'shift.print']);
  });

  it('shows a cashier their own shifts, a supervisor everybody’s, who may also close for another', async () => {
    await take(desk, other, '88.00');
    const mine = await other.call(shifts.list, { query: {} });
    expect(mine.total).toBe(0);
    const { rows } = await supervisor.call(shifts.list, { query: {} });
    expect(rows.map((row) => [row.number, row.expected, row.handedTo])).toEqual([
      ['JBCH202603-0001', '410.80', expect.stringContaining('收费主管')],
    ]);
    expect((await refusal(other.call(shifts.get, { params: { id: String(rows[0]!.id) } }))).status).toBe(404);
    expect((await refusal(other.call(contract.getShiftDetail, { params: { id: String(rows[0]!.id) } }))).status).toBe(
      404,
    );
    const open = async (person: TestPerson) =>
      (await person.call(contract.listOpenShifts, { query: {} })).rows.map((one) => [
        one.staffId,
        one.expected,
        one.isOverdue,
      ]);
    expect(await open(other)).toEqual([[other.staffId, '88.00', false]]);
    expect(await open(supervisor)).toEqual([
      [cashier.staffId, '7.00', false],
      [other.staffId, '88.00', false],
    ]);
    server.clock.set('2026-03-11T02:00:06Z');
    expect((await open(supervisor)).map(([, , isOverdue]) => isOverdue)).toEqual([true, true]);
    const { rows: toDos } = await supervisor.call(contract.listToDos);
    expect(toDos.find((one) => one.key === 'shift')).toMatchObject({ count: 2, path: '/cashier/shifts' });
    const theirs = await look(desk, supervisor, { staffId: other.staffId });
    await close(supervisor, closing(desk, theirs, { staffId: other.staffId }));
    const closed = await supervisor.call(shifts.list, { query: {} });
    expect(closed.rows[0]).toMatchObject({ staffId: other.staffId, expected: '88.00', state: 'even' });
    expect(closed.rows[0]!.closedByName).toContain('收费主管');
    expect(await open(supervisor)).toHaveLength(1);
    expect(await desk.company.run(findBreaches)).toEqual([]);
  });

  it('is found out by `verify`, and refused by the database, when a movement goes into another shift', async () => {
    const tamper = (statement: string) => server.services.ownerPool.query(statement, [desk.company.id]);
    await expect(
      tamper(`update income_movement m set shift_id = (select id from shift where company_id = $1 and id <> m.shift_id limit 1)
        where company_id = $1 and shift_id is not null`),
    ).rejects.toThrow('was handed over with shift');
    await tamper(`update shift_method set received_fen = received_fen + 1 where company_id = $1`);
    const wrong = await desk.company.run(findBreaches);
    expect(wrong.map((one) => (one as { key?: string }).key)).toEqual(['shift.figures']);
    await tamper(`update shift_method set received_fen = received_fen - 1 where company_id = $1`);
  });
});

describe('many cashiers at once', () => {
  const person = fc.integer({ min: 0, max: 2 });
  const action = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        what: fc.constant('take' as const),
        person,
        fen: fc.integer({ min: 1, max: 50_000 }),
        isCash: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ what: fc.constant('reverse' as const), person, pick: fc.nat() }) },
    { weight: 3, arbitrary: fc.record({ what: fc.constant('close' as const), person }) },
  );

  it('hand over every fen exactly once: 200 steps, three things at a time', { timeout: 600_000 }, async () => {
    server.clock.set('2026-03-10T02:00:00Z');
    const desk = await makeDesk(await server.company('交班物业'));
    const people: TestPerson[] = [];
    for (let count = 0; count < 3; count += 1) people.push(await desk.company.person('收银员'));
    const receipts: string[] = [];
    let [closed, changed, taken] = [0, 0, 0];
    const known = async (work: Promise<unknown>) => {
      try {
        await work;
        return '';
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return error.problem.code;
      }
    };
    const closeOnce = async (who: TestPerson) => {
      const seen = await look(desk, who);
      const code = await known(
        close(
          who,
          closing(
            desk,
            seen,
            seen.figures.length === 0
              ? { lines: [{ paymentMethodId: desk.methods.cash, expected: '0.00', counted: '0' }] }
              : {},
          ),
        ),
      );
      expect(['', 'shift.empty', 'shift.changed']).toContain(code);
      if (code === '') closed += 1;
      if (code === 'shift.changed') changed += 1;
    };
    let second = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 3 }), async (actions) => {
        // Time stands still in some rounds, so that payments fall on the very moment looked at.
        second += actions[0]!.what === 'take' ? 1 : 0;
        server.clock.set(Temporal.Instant.from('2026-03-10T02:00:00Z').add({ seconds: second }).toString());
        await Promise.all(
          actions.map(async (one) => {
            const who = people[one.person]!;
            if (one.what === 'close') return closeOnce(who);
            if (one.what === 'reverse') {
              const id = receipts[one.pick % Math.max(1, receipts.length)];
              if (id) await known(who.call(contract.reverseReceipt, { params: { id }, body: { reason: '收错' } }));
              return;
            }
            const yuan = `${Math.floor(one.fen / 100)}.${String(one.fen % 100).padStart(2, '0')}`;
            receipts.push((await take(desk, who, yuan, one.isCash ? desk.methods.cash : desk.methods.wechat)).id);
            taken += 1;
          }),
        );
      }),
      { numRuns: 200, endOnFailure: true, seed: 42 },
    );
    server.clock.set(
      Temporal.Instant.from('2026-03-10T02:00:00Z')
        .add({ seconds: second + 1 })
        .toString(),
    );
    for (const who of people) await closeOnce(who);
    const sums = await desk.company.run((ctx) =>
      ctx.tx.first<{ left: number; handed: bigint; moved: bigint; shifts: number }>(sql`
        select (select count(*)::int from income_movement where company_id = ${ctx.companyId} and shift_id is null) as left,
          (select coalesce(sum(expected_fen), 0)::bigint from shift where company_id = ${ctx.companyId}) as handed,
          (select coalesce(sum(amount_fen), 0)::bigint from income_movement where company_id = ${ctx.companyId}) as moved,
          (select count(*)::int from shift where company_id = ${ctx.companyId}) as shifts`),
    );
    expect(sums).toEqual({ left: 0, handed: sums!.moved, moved: sums!.moved, shifts: closed });
    expect({ hasTaken: taken > 200, hasClosed: closed > 60, hasChanged: changed > 0 }).toEqual({
      hasTaken: true,
      hasClosed: true,
      hasChanged: true,
    });
    expect(await desk.company.run(findBreaches)).toEqual([]);
  });
});
