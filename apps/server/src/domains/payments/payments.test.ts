import {
  closePayment,
  getPayment,
  handlePayment,
  listPaymentChannels,
  listPayments,
  queryPayment,
  readDeskPayment,
  repeatChannelRefund,
  replaceChannelRefund,
  reverseReceipt,
  takePayment,
  takeRefund,
  testPaymentChannel,
  updatePaymentChannel,
} from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../../../tools/emulator/start-emulator.ts';
import { refusal, startTestApp, type TestApp } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { paymentFor } from '../cashier/cashier.fixture.ts';
import { verifyBooks } from '../finance/index.ts';
import { channelInput, makePayments, type PaymentsFixture } from './payments.fixture.ts';

let server: TestApp;
let emulator: Emulator;
let at: PaymentsFixture;

beforeAll(async () => {
  emulator = await startEmulator({ minuteMs: 3_600_000 });
  emulator.clock.set('2026-03-10T02:00:00Z');
  server = await startTestApp({ gateway: emulator.url });
  at = await makePayments(server, emulator);
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});
beforeEach(() => {
  emulator.faults.clear();
  emulator.wechatPay.hold(false);
});

const monthBill = (month: string, amountFen = 10_000n) =>
  at.desk.bill({ amountFen, month, dueOn: '2026-12-31', itemId: at.desk.waterItemId });
const paid = (id: string) => paymentFor(at.desk, [{ id, toPay: '100.00' }]);
const sound = async () => {
  const report = await at.company.run(verifyBooks);
  expect(report.checks.filter((check) => check.wrong > 0)).toEqual([]);
};

it('books a payment once when the channel says it was paid, however often it says so', async () => {
  const billId = await monthBill('2026-01');
  const opened = await at.start([{ id: billId, expected: '100.00' }]);
  expect(opened).toMatchObject({ amount: '100.00', started: { kind: 'qr' } });
  expect(await at.cashier.call(readDeskPayment, { params: { id: opened.orderId } })).toMatchObject({ state: 'paying' });
  expect(emulator.wechatPay.pay(opened.orderNo, { isSilent: true })).toBe(true);
  const notices = [1, 2, 3].map(() => emulator.wechatPay.notice(opened.orderNo));
  const answers = await Promise.all(notices.map((notice) => at.hear(notice)));
  expect(answers.map((one) => one.status)).toEqual([200, 200, 200]);
  await at.cashier.call(queryPayment, { params: { id: opened.orderId } });
  const state = await at.cashier.call(readDeskPayment, { params: { id: opened.orderId } });
  expect(state).toMatchObject({ state: 'paid', exception: null });
  expect(state.receiptNumber).not.toBe('');
  expect(await at.outstanding(billId)).toBe(0n);
  const receipts = await at.company.run((ctx) =>
    ctx.tx.rows<{ kind: string; cashier_staff_id: string; fen: bigint; method: string; reference: string }>(sql`
      select r.kind, r.cashier_staff_id, r.total_fen as fen, m.name as method, t.reference from receipt r
      join receipt_tender t on t.company_id = r.company_id and t.receipt_id = r.id
      join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id where r.company_id = ${ctx.companyId} and r.id = ${state.receiptId}`),
  );
  const transaction = emulator.wechatPay.orders.get(opened.orderNo)!.transactionId;
  expect(receipts).toEqual([
    { kind: 'online', cashier_staff_id: at.cashier.staffId, fen: 10_000n, method: '微信支付', reference: transaction },
  ]);
  const refused = await refusal(
    at.accountant
      .call(reverseReceipt, { params: { id: state.receiptId! }, body: { reason: '试' } })
      .catch(() => at.cashier.call(reverseReceipt, { params: { id: state.receiptId! }, body: { reason: '试' } })),
  );
  expect(refused).toMatchObject({ status: 409, code: 'receipt.paidOnline' });
  await sound();
});

it('finds a payment whose message was lost by asking, and closes at the channel what is over', async () => {
  const [paid, left] = [await monthBill('2026-02'), await monthBill('2026-03')];
  const first = await at.start([{ id: paid, expected: '100.00' }]);
  const second = await at.start([{ id: left, expected: '100.00' }]);
  emulator.wechatPay.pay(first.orderNo, { isSilent: true });
  at.pass({ seconds: 5 });
  await at.follow();
  expect(await at.order(first.orderId)).toMatchObject({ state: 'paid', exception: null });
  emulator.faults.plan('wechatPay', ['lost', 'serverError', 'garbage', 'rateLimit']);
  for (let look = 0; look < 4; look += 1) {
    at.pass({ minutes: 1 });
    await at.follow();
  }
  expect(await at.order(second.orderId)).toMatchObject({ state: 'unknown' });
  at.pass({ minutes: 20 });
  await at.follow();
  expect(await at.order(second.orderId)).toMatchObject({ state: 'closed' });
  expect(emulator.wechatPay.orders.get(second.orderNo)!.state).toBe('CLOSED');
  // The payer was quicker after all: the bill is still due, so the money pays it.
  emulator.wechatPay.pay(second.orderNo, { isForced: true, isSilent: true });
  expect((await at.hearPayment(second.orderNo)).status).toBe(200);
  expect(await at.order(second.orderId)).toMatchObject({ state: 'paid', exception: null });
  expect(await at.outstanding(left)).toBe(0n);
  await sound();
});

it('keeps money that is no longer owed as prepaid and shows it to staff, who can give it back the way it came', async () => {
  const billId = await monthBill('2026-04');
  const opened = await at.start([{ id: billId, expected: '100.00' }], {
    topUps: [{ chargeItemId: null, amount: '20.00' }],
  });
  await at.cashier.call(takePayment, { body: paid(billId) });
  emulator.wechatPay.pay(opened.orderNo, { isSilent: true });
  await at.hearPayment(opened.orderNo);
  expect(await at.order(opened.orderId)).toMatchObject({ state: 'paid', exception: 'surplus', surplus_fen: 10_000n });
  expect(await at.prepaid()).toBe(12_000n);
  const list = await at.accountant.call(listPayments, { query: { open: 'exception' } });
  expect(list.rows.map((row) => row.id)).toContain(opened.orderId);
  expect(
    await refusal(at.cashier.call(handlePayment, { params: { id: opened.orderId }, body: { action: 'return' } })),
  ).toMatchObject({ status: 403 });
  await at.accountant.call(handlePayment, { params: { id: opened.orderId }, body: { action: 'return' } });
  await at.follow();
  at.pass({ seconds: 10 });
  await at.follow();
  const detail = await at.accountant.call(getPayment, { params: { id: opened.orderId } });
  expect(detail).toMatchObject({ exception: 'returned', isHandled: true, refunded: '100.00' });
  expect(detail.refunds).toMatchObject([{ state: 'done', amount: '100.00' }]);
  expect(await at.prepaid()).toBe(2_000n);
  await sound();
});

it('gives surplus back by itself where the channel is set so', async () => {
  const { rows } = await at.accountant.call(listPaymentChannels);
  const body = { ...channelInput(), secrets: {}, version: rows[0]!.version };
  const { kind: _, communityId: __, ...input } = body;
  await at.accountant.call(updatePaymentChannel, {
    params: { id: at.channelId },
    body: { ...input, surplus: 'refund' },
  });
  const billId = await monthBill('2026-05');
  const opened = await at.start([{ id: billId, expected: '100.00' }]);
  await at.cashier.call(takePayment, { body: paid(billId) });
  emulator.wechatPay.pay(opened.orderNo, { isSilent: true });
  await at.hearPayment(opened.orderNo);
  await at.follow();
  await at.follow();
  at.pass({ seconds: 10 });
  await at.follow();
  expect(await at.order(opened.orderId)).toMatchObject({ exception: 'returned', refunded_fen: 10_000n });
  expect([...emulator.wechatPay.refunds.values()].filter((one) => one.orderNo === opened.orderNo)).toMatchObject([
    { status: 'SUCCESS', amountFen: 10_000n },
  ]);
  await at.accountant.call(updatePaymentChannel, {
    params: { id: at.channelId },
    body: { ...input, version: body.version + 1 },
  });
  await sound();
});

it('refunds the way it came, follows it to its end, and asks again when the channel failed', async () => {
  const billId = await monthBill('2026-06');
  const opened = await at.start([{ id: billId, expected: '100.00' }]);
  emulator.wechatPay.pay(opened.orderNo, { isSilent: true });
  await at.hearPayment(opened.orderNo);
  const { receiptId } = await at.cashier.call(readDeskPayment, { params: { id: opened.orderId } });
  const methodId = await at.company.run(async (ctx) => {
    const row = await ctx.tx.first<{ id: string }>(
      sql`select id from payment_method where company_id = ${ctx.companyId} and channel = 'wechat'`,
    );
    return row!.id;
  });
  let keys = 0;
  const refund = (principal: string) => {
    keys += 1;
    return at.cashier.call(takeRefund, {
      body: {
        receiptId,
        lines: { bills: [{ billId, principal, lateFee: '0.00' }] },
        tenders: [{ paymentMethodId: methodId, amount: principal }],
        reason: '多收',
        refundedOn: server.clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString(),
        idempotencyKey: `refund-key-${keys}`,
      },
    });
  };
  await refund('30.00');
  emulator.wechatPay.hold(true);
  // The channel takes it, but its answer is lost: it is asked after, not told again.
  emulator.faults.plan('wechatPay', ['lost']);
  await at.follow();
  at.pass({ seconds: 10 });
  await at.follow();
  const [first] = [...emulator.wechatPay.refunds.values()].filter((one) => one.orderNo === opened.orderNo);
  expect(first).toMatchObject({ amountFen: 3_000n, status: 'PROCESSING' });
  emulator.wechatPay.finishRefund(first!.refundNo, 'ABNORMAL');
  await at.hear(emulator.wechatPay.refundNotice(first!.refundNo), 'refund');
  let detail = await at.accountant.call(getPayment, { params: { id: opened.orderId } });
  expect(detail.refunds).toMatchObject([{ state: 'failed', attempt: 1 }]);
  emulator.wechatPay.hold(false);
  const failed = detail.refunds[0]!.id;
  await at.accountant.call(repeatChannelRefund, { params: { id: failed } });
  expect(await refusal(at.accountant.call(repeatChannelRefund, { params: { id: failed } }))).toMatchObject({
    code: 'payment.refundNotFailed',
  });
  await at.follow();
  at.pass({ seconds: 10 });
  await at.follow();
  detail = await at.accountant.call(getPayment, { params: { id: opened.orderId } });
  expect(detail.refunds).toMatchObject([{ state: 'done', attempt: 2 }]);
  expect(await refusal(refund('70.01'))).toMatchObject({ status: 409 });
  await refund('70.00');
  await at.follow();
  at.pass({ seconds: 10 });
  await at.follow();
  expect(await at.order(opened.orderId)).toMatchObject({ refunded_fen: 10_000n });
  const given = [...emulator.wechatPay.refunds.values()].filter(
    (one) => one.orderNo === opened.orderNo && one.status === 'SUCCESS',
  );
  expect(given.reduce((sum, one) => sum + one.amountFen, 0n)).toBe(10_000n);
  await sound();
});

it('gives a refund the channel failed to make another way, once, and shows when the channel made it after all', async () => {
  const today = server.clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString();
  const wechat = await at.company.run(async (ctx) => {
    const row = await ctx.tx.first<{ id: string }>(
      sql`select id from payment_method where company_id = ${ctx.companyId} and channel = 'wechat'`,
    );
    return row!.id;
  });
  emulator.wechatPay.hold(true);
  /** A payment of 100 yuan whose refund of 30 the channel gave up. */
  const failedRefund = async (month: string) => {
    const billId = await monthBill(month);
    const opened = await at.start([{ id: billId, expected: '100.00' }]);
    emulator.wechatPay.pay(opened.orderNo, { isSilent: true });
    await at.hearPayment(opened.orderNo);
    const { receiptId } = await at.cashier.call(readDeskPayment, { params: { id: opened.orderId } });
    await at.cashier.call(takeRefund, {
      body: {
        receiptId,
        lines: { bills: [{ billId, principal: '30.00', lateFee: '0.00' }] },
        tenders: [{ paymentMethodId: wechat, amount: '30.00' }],
        reason: '多收',
        refundedOn: today,
        idempotencyKey: `replaced-${month}`,
      },
    });
    await at.follow();
    const { refundNo } = [...emulator.wechatPay.refunds.values()].find((one) => one.orderNo === opened.orderNo)!;
    emulator.wechatPay.finishRefund(refundNo, 'ABNORMAL');
    await at.hear(emulator.wechatPay.refundNotice(refundNo), 'refund');
    const read = () => at.accountant.call(getPayment, { params: { id: opened.orderId } });
    const [refund] = (await read()).refunds;
    expect(refund).toMatchObject({ state: 'failed' });
    /** The merchant's own page at the channel made it after all. */
    const madeAfterAll = () => {
      (emulator.wechatPay.refunds.get(refundNo) as { status: string }).status = 'SUCCESS';
    };
    const hearRefund = () => at.hear(emulator.wechatPay.refundNotice(refundNo), 'refund');
    return { ...opened, receiptId, id: refund!.id, read, madeAfterAll, hearRefund };
  };
  const replace = (id: string, paymentMethodId = at.desk.methods.cash) =>
    at.accountant.call(replaceChannelRefund, { params: { id }, body: { paymentMethodId, reason: '银行卡已注销' } });
  const methodsOf = (receiptId: string | null) =>
    at.company.run((ctx) =>
      ctx.tx.rows<{
        name: string;
        fen: bigint;
      }>(sql`select k.name, sum(m.amount_fen)::bigint as fen from income_movement m
        join payment_method k on k.company_id = m.company_id and k.id = m.payment_method_id
        where m.company_id = ${ctx.companyId} and m.receipt_id = ${receiptId} group by 1 order by 1`),
    );

  const one = await failedRefund('2028-01');
  expect(await refusal(replace(one.id, wechat))).toMatchObject({ code: 'reference.notFound' });
  expect(
    await refusal(
      at.cashier.call(replaceChannelRefund, {
        params: { id: one.id },
        body: { paymentMethodId: at.desk.methods.cash, reason: '试' },
      }),
    ),
  ).toMatchObject({ status: 403 });
  // Nobody knows what became of it while the channel is silent.
  emulator.faults.plan('wechatPay', ['lost']);
  expect(await refusal(replace(one.id))).toMatchObject({ status: 503, code: 'payment.refundSilent' });
  const outcomes = await Promise.all(
    [1, 2, 3].map(() =>
      replace(one.id).then(
        () => 'done',
        () => 'refused',
      ),
    ),
  );
  expect(outcomes.toSorted()).toEqual(['done', 'refused', 'refused']);
  expect(await methodsOf(one.receiptId)).toEqual([
    { name: '微信支付', fen: 10_000n },
    { name: '现金', fen: -3_000n },
  ]);
  expect(await at.order(one.orderId)).toMatchObject({ refunded_fen: 0n, exception: null });
  expect((await one.read()).refunds).toMatchObject([{ state: 'replaced' }]);
  await sound();
  // The channel made it all the same: asked ten minutes later, staff see it once.
  one.madeAfterAll();
  at.pass({ minutes: 10 });
  await at.follow();
  expect(await one.read()).toMatchObject({ exception: 'refundedTwice', isHandled: false });
  await at.accountant.call(handlePayment, {
    params: { id: one.orderId },
    body: { action: 'acknowledge', note: '已追回' },
  });
  await one.hearRefund();
  expect(await one.read()).toMatchObject({ exception: 'refundedTwice', isHandled: true });

  // It had been made before anybody gave it up: nothing is given twice.
  const two = await failedRefund('2028-02');
  two.madeAfterAll();
  expect(await refusal(replace(two.id))).toMatchObject({ code: 'payment.refundNotFailed' });
  expect((await two.read()).refunds).toMatchObject([{ state: 'done' }]);
  expect(await refusal(at.accountant.call(repeatChannelRefund, { params: { id: two.id } }))).toMatchObject({
    status: 409,
  });

  // The late word and the change at the same moment: made by the channel, or given another way and shown.
  for (const month of ['2028-03', '2028-04', '2028-05', '2028-06']) {
    const three = await failedRefund(month);
    const changing = replace(three.id).then(
      () => true,
      () => false,
    );
    three.madeAfterAll();
    const [isReplaced] = await Promise.all([changing, three.hearRefund()]);
    const detail = await three.read();
    expect(detail.refunds).toMatchObject([{ state: isReplaced ? 'replaced' : 'done' }]);
    expect(detail.exception).toBe(isReplaced ? 'refundedTwice' : null);
  }

  // A number that was given up for another one, and went through late.
  const four = await failedRefund('2028-07');
  await at.accountant.call(repeatChannelRefund, { params: { id: four.id } });
  four.madeAfterAll();
  await four.hearRefund();
  expect(await four.read()).toMatchObject({ exception: 'refundedTwice' });
  emulator.wechatPay.hold(false);
  await at.follow();
  at.pass({ seconds: 10 });
  await at.follow();
  await sound();
});

it('charges a payer’s code at once, waits for the password, and says what the channel refused', async () => {
  const bills = [await monthBill('2026-07'), await monthBill('2026-08'), await monthBill('2026-09')];
  const charge = (index: number, payerCode: string) =>
    at.start([{ id: bills[index]!, expected: '100.00' }], { way: 'payerCode', payerCode });
  const paid = await charge(0, '130000000000000001');
  expect(paid.started).toEqual({ kind: 'paid' });
  expect(await at.outstanding(bills[0]!)).toBe(0n);
  const waiting = await charge(1, '130000000000000002');
  expect(waiting.started).toEqual({ kind: 'waiting' });
  emulator.wechatPay.pay(waiting.orderNo, { isSilent: true });
  at.pass({ seconds: 5 });
  await at.follow();
  expect(await at.outstanding(bills[1]!)).toBe(0n);
  expect(await refusal(charge(2, '130000000000000003'))).toMatchObject({ status: 409, code: 'payment.refused' });
  // The answer is lost after the code was charged: the desk waits, and the query finds it.
  emulator.faults.plan('wechatPay', ['lost']);
  const silent = await charge(2, '130000000000000001');
  expect(silent.started).toEqual({ kind: 'waiting' });
  at.pass({ seconds: 5 });
  await at.follow();
  expect(await at.order(silent.orderId)).toMatchObject({ state: 'paid' });
  await sound();
});

it('opens the same order again for the same bills, and refuses what changed meanwhile', async () => {
  const billId = await monthBill('2026-10');
  const first = await at.start([{ id: billId, expected: '100.00' }]);
  const again = await at.start([{ id: billId, expected: '100.00' }]);
  expect(again.orderId).toBe(first.orderId);
  expect(again.started).toEqual(first.started);
  expect(await refusal(at.start([{ id: billId, expected: '99.00' }]))).toMatchObject({ code: 'receipt.amountChanged' });
  emulator.faults.plan('wechatPay', ['serverError']);
  const other = await monthBill('2026-11');
  expect(await refusal(at.start([{ id: other, expected: '100.00' }]))).toMatchObject({
    status: 503,
    code: 'payment.silent',
  });
  const tried = await at.start([{ id: other, expected: '100.00' }]);
  expect(tried.started.kind).toBe('qr');
  expect(await at.cashier.call(closePayment, { params: { id: first.orderId } })).toMatchObject({ state: 'closed' });
  emulator.wechatPay.pay(tried.orderNo, { isSilent: true });
  expect(await refusal(at.cashier.call(closePayment, { params: { id: tried.orderId } }))).toMatchObject({
    code: 'payment.closedPaid',
  });
});

it('books on the first open day when the day of the payment is closed', async () => {
  const billId = await monthBill('2026-12');
  const opened = await at.start([{ id: billId, expected: '100.00' }]);
  emulator.wechatPay.pay(opened.orderNo, { isSilent: true });
  const today = server.clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate();
  await at.company.run((ctx) =>
    ctx.tx.run(
      sql`update community_book set closed_until = ${today.toString()} where company_id = ${ctx.companyId} and community_id = ${at.company.communityId}`,
    ),
  );
  await at.hearPayment(opened.orderNo);
  const { receiptId } = await at.cashier.call(readDeskPayment, { params: { id: opened.orderId } });
  const row = await at.company.run((ctx) =>
    ctx.tx.first<{ received_on: string }>(
      sql`select received_on from receipt where company_id = ${ctx.companyId} and id = ${receiptId}`,
    ),
  );
  expect(row!.received_on).toBe(today.add({ days: 1 }).toString());
  await at.company.run((ctx) =>
    ctx.tx.run(
      sql`update community_book set closed_until = null where company_id = ${ctx.companyId} and community_id = ${at.company.communityId}`,
    ),
  );
});

it('shows no secret, tests the account, and works by platform certificates that change', async () => {
  const { rows } = await at.accountant.call(listPaymentChannels);
  expect(JSON.stringify(rows)).not.toContain('PRIVATE KEY');
  expect(rows[0]).toMatchObject({ secretKeys: ['privateKey', 'apiV3Key'], isReadable: true });
  expect(await at.accountant.call(testPaymentChannel, { params: { id: at.channelId } })).toMatchObject({
    isGood: true,
  });
  const { kind: _, communityId: __, ...input } = channelInput();
  const body = {
    ...input,
    secrets: {},
    settings: { ...input.settings, mode: 'certificate' },
    version: rows[0]!.version,
  };
  await at.accountant.call(updatePaymentChannel, { params: { id: at.channelId }, body });
  const billId = await at.desk.bill({
    amountFen: 5_000n,
    month: '2027-01',
    dueOn: '2027-12-31',
    itemId: at.desk.waterItemId,
  });
  const opened = await at.start([{ id: billId, expected: '50.00' }]);
  emulator.wechatPay.rotate();
  at.pass({ minutes: 2 });
  emulator.wechatPay.pay(opened.orderNo, { isSilent: true });
  expect((await at.hearPayment(opened.orderNo)).status).toBe(200);
  expect(await at.outstanding(billId)).toBe(0n);
  await sound();
});
