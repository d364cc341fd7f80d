import * as contract from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../../../tools/emulator/start-emulator.ts';
import { enterAsResident, type TestResident } from '../../../test/resident-person.ts';
import { refusal, startTestApp, type TestApp } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { countBreaches, noBreaches, paymentFor } from '../cashier/cashier.fixture.ts';
import { addStandard, bindHouses } from '../charging/charging.fixture.ts';
import { moveIn } from '../estate/index.ts';
import { verifyBooks } from '../finance/index.ts';
import { makePayments, type PaymentsFixture } from '../payments/payments.fixture.ts';

let server: TestApp;
let emulator: Emulator;
let at: PaymentsFixture;
let owner: TestResident;
let attempts = 0;
const attempt = () => `own-attempt-${++attempts}`;

beforeAll(async () => {
  emulator = await startEmulator({ minuteMs: 3_600_000 });
  server = await startTestApp({ gateway: emulator.url });
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});
beforeEach(async () => {
  server.clock.set('2026-03-10T02:00:00Z');
  emulator.clock.set('2026-03-10T02:00:00Z');
  at = await makePayments(server, emulator);
  owner = await enterAsResident(server, at.company.id, '13812345678');
});

const here = () => ({ communityId: at.company.communityId });
const water = (amountFen: bigint, month: string) =>
  at.desk.bill({ amountFen, month, dueOn: '2026-12-31', itemId: at.desk.waterItemId });
const quote = (billIds: string[]) => owner.call(contract.quoteOwnPrepaid, { body: { ...here(), billIds } });
const payWhole = (bills: { id: string; expected: string }[], expectedTotal: string, key = attempt(), person = owner) =>
  person.call(contract.payWithOwnPrepaid, { body: { ...here(), bills, expectedTotal, key } });
const payBoth = (bills: { id: string; expected: string }[], prepaid: string, expectedTotal: string, key = attempt()) =>
  owner.call(contract.startOwnPayment, {
    body: { ...here(), bills, prepaid, expectedTotal, channelKind: 'wechat', key },
  });
const look = (key: string) => owner.call(contract.getOwnPayment, { params: { key }, query: { asks: 'yes' } });

/** Prepaid kept at the desk: for anything, or for one item. */
const keep = (amount: string, chargeItemId: string | null = null) =>
  at.cashier.call(contract.takePayment, {
    body: paymentFor(at.desk, [], {
      expectedTotal: amount,
      topUps: [{ targetKind: 'house', targetId: at.desk.houseId, chargeItemId, amount }],
      tenders: [{ paymentMethodId: at.desk.methods.cash, amount }],
    }),
  });

async function expectSoundBooks(): Promise<void> {
  expect(await at.company.run(countBreaches)).toEqual(noBreaches);
  const report = await at.company.run((ctx) => verifyBooks(ctx));
  expect(report.checks.filter((check) => check.wrong > 0)).toEqual([]);
}

const neighbour = async (): Promise<TestResident> => {
  const houseId = await at.desk.house('1-102');
  const person = { name: '邻居', phone: '13700003333', sex: null, movedInOn: '2025-01-01', validUntil: null } as const;
  await at.company.run((ctx) => moveIn(ctx, { ...person, houseId, role: 'owner' }));
  return enterAsResident(server, at.company.id, person.phone);
};

it('pays bills from one’s own prepaid, the account of the item first, on one receipt nobody at the desk took', async () => {
  const billId = await water(10_000n, '2026-01');
  const feeId = await at.desk.bill({ amountFen: 5_000n, month: '2026-03' });
  await keep('70.00', at.desk.waterItemId);
  await keep('100.00');
  expect(await quote([billId, feeId])).toMatchObject({
    total: '150.00',
    prepaid: '150.00',
    rest: '0.00',
    accounts: [
      { label: '通用预存', targetName: '1-101', amount: '80.00' },
      { label: '水费预存', amount: '70.00' },
    ],
  });
  const bills = [
    { id: billId, expected: '100.00' },
    { id: feeId, expected: '50.00' },
  ];
  const key = attempt();
  // Pressed twice at once, and once more afterwards: one receipt.
  const [one, other] = await Promise.all([payWhole(bills, '150.00', key), payWhole(bills, '150.00', key)]);
  expect(other).toEqual(one);
  expect(await payWhole(bills, '150.00', key)).toEqual(one);
  const slip = await owner.call(contract.getOwnReceipt, { params: { receiptId: one.receiptId } });
  expect(slip).toMatchObject({ total: '150.00', payerName: '崔春涛', note: '住户用预存款支付' });
  expect(new Set(slip.tenders.map(({ name }) => name))).toEqual(new Set(['预存抵扣']));
  const receipt = await at.company.run((ctx) =>
    ctx.tx.first(sql`select kind, cashier_staff_id, (select actor_kind from audit_entry a where a.company_id = r.company_id and a.target_id = r.id
      and a.action = 'receipt.take') as actor from receipt r where company_id = ${ctx.companyId} and id = ${one.receiptId}`),
  );
  expect(receipt).toEqual({ kind: 'offset', cashier_staff_id: null, actor: 'resident' });
  expect((await owner.call(contract.listOwnPrepaid, { query: here() })).total).toBe('20.00');
  await expectSoundBooks();
});

it('holds to what was seen, to the rules of the desk, and to one’s own', async () => {
  const older = await water(10_000n, '2026-01');
  const later = await water(10_000n, '2026-02');
  await keep('150.00');
  const both = [
    { id: older, expected: '100.00' },
    { id: later, expected: '100.00' },
  ];
  const codeOf = async (promise: Promise<unknown>) => (await refusal(promise)).code;
  expect(await codeOf(payWhole(both, '200.00'))).toBe('household.prepaidShort');
  expect(await codeOf(payWhole([{ id: older, expected: '90.00' }], '90.00'))).toBe('receipt.amountChanged');
  expect(await codeOf(payWhole([{ id: older, expected: '100.00' }], '90.00'))).toBe('household.sumWrong');
  expect(await codeOf(payBoth(both, '149.00', '51.00'))).toBe('household.prepaidChanged');
  expect(await codeOf(payBoth(both.slice(0, 1), '100.00', '0.01'))).toBe('household.prepaidCovers');
  await at.company.run((ctx) =>
    ctx.tx.run(sql`update community set takes_oldest_first = true where company_id = ${ctx.companyId}`),
  );
  expect(await codeOf(payWhole([{ id: later, expected: '100.00' }], '100.00'))).toBe('receipt.olderFirst');
  const stranger = await neighbour();
  expect(await codeOf(payWhole(both.slice(0, 1), '100.00', attempt(), stranger))).toBe('reference.notFound');
  const peek = stranger.call(contract.quoteOwnPrepaid, { body: { ...here(), billIds: [older] } });
  expect(await codeOf(peek)).toBe('reference.notFound');
  const ahead = stranger.call(contract.previewOwnAdvance, {
    body: { ...here(), targetKind: 'house', targetId: at.desk.houseId, monthTo: '2026-06' },
  });
  expect(await codeOf(ahead)).toBe('reference.notFound');
  expect(await at.prepaid()).toBe(15_000n);
  await expectSoundBooks();
});

it('lets a cashier and the resident reach for the same prepaid at once, and one of them finds what is left', async () => {
  const own = await water(10_000n, '2026-01');
  const atDesk = await water(10_000n, '2026-02');
  await keep('100.00');
  const account = await at.company.run((ctx) =>
    ctx.tx.first<{ id: string }>(sql`select id from prepaid_account where company_id = ${ctx.companyId}`),
  );
  const desk = at.cashier.call(contract.takePayment, {
    body: paymentFor(at.desk, [{ id: atDesk, toPay: '100.00' }], {
      tenders: [{ paymentMethodId: at.desk.methods.prepaid, amount: '100.00', prepaidAccountId: account!.id }],
    }),
  });
  const results = await Promise.allSettled([payWhole([{ id: own, expected: '100.00' }], '100.00'), desk]);
  expect(results.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  expect(await at.prepaid()).toBe(0n);
  await expectSoundBooks();
});

it('takes prepaid beside a channel when the channel’s money has come, and not before', async () => {
  // 100 of a fee with late fee, and water: prepaid pays the oldest first, the channel the rest.
  const feeId = await at.desk.bill({ amountFen: 10_000n, month: '2026-01', dueOn: '2026-01-28' });
  const waterId = await water(10_000n, '2026-02');
  await keep('130.00');
  const dues = await owner.call(contract.listDues, { query: here() });
  const seen = dues.places.flatMap((place) => place.bills.map((bill) => ({ id: bill.id, expected: bill.toPay })));
  const offer = await quote([feeId, waterId]);
  expect(offer).toMatchObject({ total: dues.toPay, prepaid: '130.00' });
  const key = attempt();
  const opened = await payBoth(seen, '130.00', offer.rest, key);
  expect(opened.amount).toBe(offer.rest);
  expect(await at.prepaid()).toBe(13_000n);
  // The same again is the same order; an attempt nobody pays leaves the prepaid where it is.
  expect((await payBoth(seen, '130.00', offer.rest)).orderId).toBe(opened.orderId);
  emulator.wechatPay.pay(opened.orderNo, { isSilent: true });
  expect(await look(key)).toMatchObject({ state: 'paid', amount: offer.rest, note: '' });
  expect(await at.prepaid()).toBe(0n);
  expect((await owner.call(contract.listDues, { query: here() })).billCount).toBe(0);
  const { rows } = await owner.call(contract.listOwnReceipts, { query: here() });
  expect(new Set(rows.map((row) => `${row.methods} ${row.total}`))).toEqual(
    new Set(['现金 130.00', `微信支付 ${offer.rest}`, '预存抵扣 130.00']),
  );
  // Said once more by the channel: nothing is drawn twice.
  await at.hearPayment(opened.orderNo);
  await expectSoundBooks();
});

it('leaves the rest due, and says so, when the prepaid went elsewhere before the channel’s money came', async () => {
  const billId = await water(20_000n, '2026-02');
  await keep('120.00');
  const key = attempt();
  const opened = await payBoth([{ id: billId, expected: '200.00' }], '120.00', '80.00', key);
  const other = await water(9_000n, '2026-01');
  await payWhole([{ id: other, expected: '90.00' }], '90.00');
  emulator.wechatPay.pay(opened.orderNo, { isSilent: true });
  const paid = await look(key);
  expect(paid.state).toBe('paid');
  expect(paid.note).toContain('预存款有 90.00 元没有用上');
  expect(await at.outstanding(billId)).toBe(9_000n);
  expect(await at.prepaid()).toBe(0n);
  await expectSoundBooks();
});

it('pays months ahead: the bills are raised when the money has come, and none for who does not pay', async () => {
  const { houseId, feeItemId } = at.desk;
  await at.company.run(async (ctx) => {
    const chargeStandardId = await addStandard(ctx, { chargeItemId: feeItemId, price: '2.80' });
    await bindHouses(ctx, { ...here(), chargeStandardId, houseIds: [houseId], startsOn: '2026-03-01' });
  });
  const advance = { targetKind: 'house', targetId: houseId, monthTo: '2026-05' } as const;
  const preview = await owner.call(contract.previewOwnAdvance, { body: { ...here(), ...advance } });
  expect(preview).toMatchObject({ total: '827.40', blockedBy: '' });
  expect(preview.lines.map((line) => line.periodText)).toEqual(['2026年3月', '2026年4月', '2026年5月']);
  expect(preview.lines[0]!.sentence).toContain('98.50㎡ × 2.80元/㎡·月');
  const start = (expectedTotal: string, key: string) =>
    owner.call(contract.startOwnPayment, {
      body: { ...here(), bills: [], advance, expectedTotal, channelKind: 'wechat', key },
    });
  expect((await refusal(start('800.00', attempt()))).code).toBe('household.advanceChanged');
  const key = attempt();
  const opened = await start('827.40', key);
  const bills = () =>
    at.company.run((ctx) =>
      ctx.tx.first<{
        count: number;
        owed: bigint;
      }>(sql`select count(*)::int as count, coalesce(sum(outstanding_fen), 0)::bigint as owed
        from bill where company_id = ${ctx.companyId}`),
    );
  expect(await bills()).toEqual({ count: 0, owed: 0n });
  emulator.wechatPay.pay(opened.orderNo, { isSilent: true });
  expect(await look(key)).toMatchObject({ state: 'paid', amount: '827.40', note: '' });
  expect(await bills()).toEqual({ count: 3, owed: 0n });
  expect(await at.prepaid()).toBe(0n);
  expect((await refusal(start('827.40', attempt()))).code).toBe('household.advanceNothing');
  // A rule of the community, and what is due already, come first.
  await at.company.run((ctx) =>
    ctx.tx.run(sql`update community set resident_payment_order = 'arrearsFirst' where company_id = ${ctx.companyId}`),
  );
  await at.desk.bill({ amountFen: 1_000n, month: '2026-01', dueOn: '2026-01-28', itemId: at.desk.waterItemId });
  const later = { ...advance, monthTo: '2026-06' };
  const blocked = await owner.call(contract.previewOwnAdvance, { body: { ...here(), ...later } });
  expect(blocked.blockedBy).toContain('请先付清已出的 1 笔账单');
  const tried = owner.call(contract.startOwnPayment, {
    body: {
      ...here(),
      bills: [],
      advance: later,
      expectedTotal: blocked.total,
      channelKind: 'wechat',
      key: attempt(),
    },
  });
  expect((await refusal(tried)).code).toBe('household.advanceBlocked');
  await expectSoundBooks();
});
