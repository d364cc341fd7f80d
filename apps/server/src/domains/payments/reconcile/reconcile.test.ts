import {
  createPaymentChannel,
  exportReconciliation,
  getReconciliationLine,
  getSettlementSetting,
  getTask,
  listIncome,
  listJournalLines,
  listReconciliationLines,
  listReconciliations,
  previewVouchers,
  reopenReconciliationLine,
  runReconciliation,
  type SettlementSetting,
  saveSettlementSetting,
  settleReconciliationLines,
  takeRefund,
} from '@anlin/contract';
import { fen } from '@anlin/money';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AlipayTrade } from '../../../../../../tools/emulator/alipay-trades.ts';
import type { Emulator } from '../../../../../../tools/emulator/start-emulator.ts';
import { emulatorAccounts, startEmulator } from '../../../../../../tools/emulator/start-emulator.ts';
import type { UnionPayOrder } from '../../../../../../tools/emulator/unionpay-orders.ts';
import type { WechatOrder, WechatRefund } from '../../../../../../tools/emulator/wechat-orders.ts';
import { refusal, startTestApp, type TestApp } from '../../../../test/test-app.ts';
import { taskHandlers } from '../../../app.ts';
import { sql } from '../../../platform/database/sql.ts';
import { seededIds } from '../../../platform/ids.ts';
import { runTask } from '../../../platform/tasks/run-task.ts';
import { addDefaultAccounts } from '../../accounting/index.ts';
import { verifyBooks } from '../../finance/index.ts';
import {
  alipayInput,
  channelInput,
  formHeaders,
  makePayments,
  type PaymentsFixture,
  unionPayInput,
} from '../payments.fixture.ts';
import { reconcileDue } from './reconcile-due.ts';

let server: TestApp;
let emulator: Emulator;
let at: PaymentsFixture;
let month = 0;
let downloads = 0;
let there: { orders: Map<string, WechatOrder>; refunds: Map<string, WechatRefund> };

beforeAll(async () => {
  emulator = await startEmulator({ minuteMs: 3_600_000 });
  emulator.clock.set('2026-03-10T02:00:00Z');
  server = await startTestApp({ gateway: emulator.url });
  at = await makePayments(server, emulator);
  const { orders, refunds } = emulator.wechatPay;
  there = { orders: orders as Map<string, WechatOrder>, refunds: refunds as Map<string, WechatRefund> };
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});

const countDownloads = (change = (bill: Buffer) => bill) =>
  emulator.wechatPay.tamper((bill) => {
    downloads += 1;
    return change(bill);
  });

function setTime(instant: string): void {
  server.clock.set(instant);
  emulator.clock.set(instant);
}

/** A bill of 100 yuan, paid by a code; its message may be lost. */
async function pay({ isTold = true } = {}) {
  month += 1;
  const text = `${2020 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
  const billId = await at.desk.bill({
    amountFen: 10_000n,
    month: text,
    dueOn: '2026-12-31',
    itemId: at.desk.waterItemId,
  });
  const opened = await at.start([{ id: billId, expected: '100.00' }]);
  emulator.wechatPay.pay(opened.orderNo, { isSilent: true });
  if (isTold) await at.hearPayment(opened.orderNo);
  return { ...opened, billId };
}

const sweep = () => reconcileDue(server.services, at.company.id);
const days = (from: string, to = from) => at.accountant.call(listReconciliations, { query: { from, to } });
const daysOf = (person: typeof at.accountant) => person.call(listReconciliations, { query: {} });
async function lines(day: string) {
  const { rows, totals } = await at.accountant.call(listReconciliationLines, { query: { from: day, to: day } });
  return { rows, totals, of: (orderNo: string) => rows.filter((row) => row.orderNo === orderNo) };
}

it('the morning finds every planted difference of the day before and invents none, once with two workers', async () => {
  const [good, lost, altered, back, unheard] = [
    await pay(),
    await pay(),
    await pay(),
    await pay(),
    await pay({ isTold: false }),
  ];
  const { receipt_id: receiptId } = await at.order(back.orderId);
  const method = await at.company.run((ctx) =>
    ctx.tx.first<{ id: string }>(
      sql`select id from payment_method where company_id = ${ctx.companyId} and channel = 'wechat'`,
    ),
  );
  await at.cashier.call(takeRefund, {
    body: {
      receiptId,
      lines: { bills: [{ billId: back.billId, principal: '30.00', lateFee: '0.00' }] },
      tenders: [{ paymentMethodId: method!.id, amount: '30.00' }],
      reason: '多收',
      refundedOn: '2026-03-10',
      idempotencyKey: 'refund-of-reconciliation',
    },
  });
  for (let look = 0; look < 3; look += 1) {
    await at.company.run((ctx) =>
      ctx.tx.run(
        sql`update payment_order set next_query_at = null where company_id = ${ctx.companyId} and id = ${unheard.orderId}`,
      ),
    );
    await at.follow();
    at.pass({ seconds: 20 });
  }
  // Their side: one gone, one changed, one that is nobody's, one refund that we never asked for.
  const kept = there.orders.get(good.orderNo)!;
  there.orders.delete(lost.orderNo);
  there.orders.get(altered.orderNo)!.amountFen = fen(9_999);
  there.orders.set('STRANGE0001', {
    ...kept,
    orderNo: 'STRANGE0001',
    transactionId: '4200STRANGE',
    amountFen: fen(555),
  });
  there.refunds.set('STRANGEREFUND', {
    orderNo: good.orderNo,
    refundNo: 'STRANGEREFUND',
    refundId: '5030STRANGE',
    amountFen: fen(1_200),
    notifyUrl: '',
    status: 'SUCCESS',
    at: kept.paidAt!,
  });

  setTime('2026-03-11T02:29:00Z');
  await sweep();
  expect((await days('2026-03-10')).rows).toEqual([]);
  setTime('2026-03-11T02:31:00Z');
  countDownloads();
  await Promise.all([sweep(), sweep()]);
  expect(downloads).toBe(1);

  const found = await lines('2026-03-10');
  const told = (orderNo: string) =>
    found
      .of(orderNo)
      .map((row) => [row.kind, row.outcome, row.ourAmount, row.theirAmount])
      .toSorted();
  expect(told(good.orderNo)).toEqual([
    ['payment', 'matched', '100.00', '100.00'],
    ['refund', 'theirsOnly', null, '12.00'],
  ]);
  expect(told(lost.orderNo)).toEqual([['payment', 'oursOnly', '100.00', null]]);
  expect(told(altered.orderNo)).toEqual([['payment', 'amountDiffers', '100.00', '99.99']]);
  expect(told(back.orderNo)).toEqual([
    ['payment', 'matched', '100.00', '100.00'],
    ['refund', 'refunded', '30.00', '30.00'],
  ]);
  expect(told('STRANGE0001')).toEqual([['payment', 'theirsOnly', null, '5.55']]);
  expect(told(unheard.orderNo)).toEqual([['payment', 'theirsOnly', null, '100.00']]);
  expect(found.rows).toHaveLength(8);
  // Theirs: 100 × 3 + 99.99 + 5.55 came, 30 + 12 went back; fees 0.60 × 4 + 0.03 less 0.18 + 0.07 that came back.
  const { rows, totals, accounts } = await days('2026-03-10');
  expect(rows).toMatchObject([
    {
      state: 'done',
      problem: '',
      arrivedCount: 5,
      arrived: '405.54',
      refundedCount: 2,
      refunded: '42.00',
      fee: '2.18',
      net: '361.36',
    },
  ]);
  // We have 400 less 30.
  expect(rows[0]).toMatchObject({ difference: '-6.46', exceptionCount: 5, openCount: 5 });
  expect(totals).toMatchObject({ matchedCount: 2, matched: '200.00', openCount: 5, unfinishedCount: 0 });
  expect(accounts).toMatchObject([{ channelKind: 'wechat', merchantId: emulatorAccounts.wechatPay.merchantId }]);

  // What only the channel had was asked after, booked, and comes right by itself.
  await at.follow();
  expect(await at.outstanding(unheard.billId)).toBe(0n);
  at.pass({ minutes: 3 });
  await sweep();
  expect((await lines('2026-03-10')).of(unheard.orderNo)).toMatchObject([{ outcome: 'matched', settledHow: 'found' }]);
  expect((await days('2026-03-10')).rows[0]).toMatchObject({ exceptionCount: 4, openCount: 4 });
  expect(downloads).toBe(1);
});

it('what the channel keeps and pays out is in the books and in vouchers, once, and what changes in closed books stands in open ones', async () => {
  const booked = () =>
    at.company.run((ctx) =>
      ctx.tx.rows<{ account: string; day: string; yuan: string }>(sql`
        select account, day, (sum(amount_fen) / 100)::numeric(12, 2)::text as yuan from journal_line
        where company_id = ${ctx.companyId} and document = 'channelSettlement' group by 1, 2 having sum(amount_fen) <> 0 order by 2, 1`),
    );
  const save = (body: SettlementSetting) => at.accountant.call(saveSettlementSetting, { body });
  const wrong = async () => (await at.company.run(verifyBooks)).checks.filter((check) => check.wrong > 0);
  // Fees of four payments and of the refund that both sides have: 0.60 × 4 − 0.18. What only the channel has is nobody's here.
  const feesAlone = [
    { account: 'channelFee', day: '2026-03-10', yuan: '2.22' },
    { account: 'money', day: '2026-03-10', yuan: '-2.22' },
  ];
  expect(await booked()).toEqual(feesAlone);
  // The income detail says the same of these days, and nothing where a fee belongs to nobody in particular.
  const feeOf = async (query: object) =>
    (await at.accountant.call(listIncome, { query: query as never })).totals.channelFee;
  expect(await feeOf({ from: '2026-03-10', to: '2026-03-10', communityId: at.company.communityId })).toBe('2.22');
  expect(await feeOf({})).toBe('2.22');
  expect(await feeOf({ from: '2026-03-11' })).toBe('0.00');
  expect(await feeOf({ kind: 'receipt' })).toBeNull();
  const usual = { booksFees: true, feesFrom: null, booksPayouts: false, payoutsFrom: null };
  expect(await at.accountant.call(getSettlementSetting)).toEqual(usual);
  expect((await refusal(save({ ...usual, booksFees: false, booksPayouts: true }))).code).toBe(
    'channelSettlement.payoutsNeedFees',
  );
  expect((await refusal(save({ ...usual, feesFrom: '2026-03-01', booksPayouts: true }))).code).toBe(
    'channelSettlement.payoutsBeforeFees',
  );
  expect((await refusal(at.cashier.call(saveSettlementSetting, { body: usual }))).status).toBe(403);

  // 100 + 99.99 + 100 + 100 − 30 came through; less the fees 367.77 went to the bank.
  await at.company.run(addDefaultAccounts);
  await Promise.all([save({ ...usual, booksPayouts: true }), save({ ...usual, booksPayouts: true })]);
  expect(await booked()).toEqual([
    { account: 'channelFee', day: '2026-03-10', yuan: '2.22' },
    { account: 'money', day: '2026-03-10', yuan: '-369.99' },
    { account: 'payout', day: '2026-03-10', yuan: '367.77' },
  ]);
  const query = { firstDay: '2026-03-10', lastDay: '2026-03-10', grouping: 'day' as const };
  const { vouchers } = await at.accountant.call(previewVouchers, { query });
  const settlement = vouchers.find(({ kind }) => kind === 'settlement');
  expect(settlement?.lines.map(({ code, debit, credit }) => [code, debit, credit])).toEqual([
    ['6603', '2.22', null],
    ['1002', '367.77', null],
    ['1012', null, '369.99'],
  ]);
  expect(settlement?.lines[2]?.summary).toBe('2026-03-10 渠道结算 翠湖花园 微信支付');
  const account = { from: '2026-03-10', to: '2026-03-10', account: 'channelFee' as const };
  expect((await at.accountant.call(listJournalLines, { query: account })).rows).toMatchObject([
    // As first compared, and with what was found afterwards.
    { document: 'channelSettlement', debit: '1.62', channelDay: '2026-03-10' },
    { document: 'channelSettlement', debit: '0.60', channelDay: '2026-03-10' },
  ]);

  // The day is closed: what is taken back stands on the first open one.
  const close = (day: string | null) =>
    at.company.run((ctx) =>
      ctx.tx.run(sql`update community_book set closed_until = ${day} where company_id = ${ctx.companyId}`),
    );
  await close('2026-03-10');
  await save({ ...usual, booksPayouts: true, payoutsFrom: '2026-03-11' });
  expect((await booked()).slice(3)).toEqual([
    { account: 'money', day: '2026-03-11', yuan: '367.77' },
    { account: 'payout', day: '2026-03-11', yuan: '-367.77' },
  ]);
  await close(null);
  await save(usual);
  expect(await wrong()).toEqual([]);
});

it('a bill that is cut, silent or not there yet is asked for again until it is whole', async () => {
  setTime('2026-03-11T03:00:00Z');
  const paid = await pay();
  const order = there.orders.get(paid.orderNo)!;
  there.orders.delete(paid.orderNo);
  setTime('2026-03-12T02:31:00Z');
  await sweep();
  const row = async () => (await days('2026-03-11')).rows[0]!;
  expect(await row()).toMatchObject({ state: 'waiting', tryCount: 1, nextTryAt: '2026-03-12T02:41:00Z' });

  there.orders.set(paid.orderNo, order);
  countDownloads((bill) => bill.subarray(0, bill.length - 40));
  at.pass({ minutes: 10 });
  await sweep();
  expect(await row()).toMatchObject({ state: 'failed', problem: expect.stringContaining('摘要不符') });
  expect((await lines('2026-03-11')).rows).toEqual([]);
  countDownloads((bill) => Buffer.from(bill.toString().replace('`100.00', '`900.00')));
  at.pass({ minutes: 20 });
  await sweep();
  expect(await row()).toMatchObject({ state: 'failed' });
  emulator.faults.plan('wechatPay', ['serverError']);
  at.pass({ minutes: 30 });
  await sweep();
  expect(await row()).toMatchObject({ state: 'failed', problem: '渠道没有应答，稍后自动再取' });
  countDownloads();
  await sweep();
  expect((await row()).state).toBe('failed');
  at.pass({ minutes: 60 });
  await sweep();
  expect(await row()).toMatchObject({ state: 'done', exceptionCount: 0, arrived: '100.00', problem: '' });
});

it('what the channel puts into the next day is settled by that day, and an account without trade is done without a bill', async () => {
  setTime('2026-03-12T15:59:00Z');
  await pay();
  at.pass({ seconds: 30 });
  const late = await pay();
  there.orders.get(late.orderNo)!.paidAt = Temporal.Instant.from('2026-03-12T16:00:10Z');
  // An account that was used once, and has no bill.
  await at.accountant.call(createPaymentChannel, { body: channelInput(alipayInput) });
  const billId = await at.desk.bill({
    amountFen: 10_000n,
    month: '2019-01',
    dueOn: '2026-12-31',
    itemId: at.desk.waterItemId,
  });
  await at.start([{ id: billId, expected: '100.00' }], { way: 'precreate' });

  setTime('2026-03-13T02:31:00Z');
  await sweep();
  expect((await lines('2026-03-12')).of(late.orderNo)).toMatchObject([{ outcome: 'oursOnly', settledAt: null }]);
  const ofAlipay = async () => (await days('2026-03-12')).rows.find((row) => row.channelKind === 'alipay');
  expect(await ofAlipay()).toMatchObject({ state: 'waiting', problem: expect.stringContaining('没有') });
  at.pass({ hours: 1 });
  await sweep();
  expect(await ofAlipay()).toMatchObject({ state: 'done', arrivedCount: 0, problem: '' });

  setTime('2026-03-14T02:31:00Z');
  await sweep();
  expect((await lines('2026-03-12')).of(late.orderNo)).toMatchObject([
    { settledHow: 'otherDay', note: expect.stringContaining('2026-03-13') },
  ]);
  expect((await lines('2026-03-13')).of(late.orderNo)).toMatchObject([
    { outcome: 'theirsOnly', settledHow: 'otherDay' },
  ]);
});

const runOf = async (person: typeof at.accountant, body: { from: string; to: string }) => {
  const { taskId } = await person.call(runReconciliation, { body });
  await runTask(server.services, taskHandlers, at.company.id, taskId);
  return person.call(getTask, { params: { id: taskId } });
};

it('staff run a range, explain and settle differences, take it back, and what is settled stays when the day is run again', async () => {
  const open = { from: '2026-03-10', to: '2026-03-13', open: 'exception' as const };
  const before = await at.accountant.call(listReconciliationLines, { query: open });
  expect(before.rows).toHaveLength(4);
  const [first, second] = before.rows;
  const settle = (ids: string[], note = '与渠道核实，次日补款') =>
    at.accountant.call(settleReconciliationLines, { body: { ids, note } });
  expect(await refusal(settle([first!.id], '好'))).toMatchObject({ status: 422 });
  expect(await settle([first!.id, second!.id])).toEqual({ count: 2 });
  expect(await refusal(settle([first!.id]))).toMatchObject({ code: 'reconciliation.settled' });
  expect(await at.accountant.call(getReconciliationLine, { params: { id: first!.id } })).toMatchObject({
    settledHow: 'staff',
    note: '与渠道核实，次日补款',
  });
  await at.accountant.call(reopenReconciliationLine, { params: { id: second!.id } });
  expect(await refusal(at.accountant.call(reopenReconciliationLine, { params: { id: second!.id } }))).toMatchObject({
    code: 'reconciliation.notSettled',
  });

  expect(await refusal(runOf(at.accountant, { from: '2026-03-13', to: '2026-03-14' }))).toMatchObject({
    code: 'reconciliation.badRange',
  });
  const task = await runOf(at.accountant, { from: '2026-03-10', to: '2026-03-13' });
  expect(task).toMatchObject({ state: 'done', result: { exceptions: 3 } });
  const after = await at.accountant.call(listReconciliationLines, { query: { ...open, open: 'any' } });
  expect(after.rows.filter((row) => row.settledHow === 'staff').map((row) => row.id)).toEqual([first!.id]);
  expect(after.totals.openCount).toBe(3);

  const exported = await at.accountant.call(exportReconciliation, { body: { from: '2026-03-10', to: '2026-03-13' } });
  await runTask(server.services, taskHandlers, at.company.id, exported.taskId);
  const file = await at.accountant.call(getTask, { params: { id: exported.taskId } });
  expect(file).toMatchObject({ state: 'done', result: { fileName: '线上对账-2026-03-14.xlsx' } });
});

it('a cashier, another company and people of one community see and settle only what is theirs', async () => {
  expect(await refusal(daysOf(at.cashier))).toMatchObject({ code: 'permission.denied' });
  const any = (await lines('2026-03-10')).rows.find((row) => row.outcome === 'theirsOnly' && row.orderId === null)!;
  const body = { ids: [any.id], note: '与渠道核实' };
  const neighbour = await at.company.person('财务', [at.company.otherCommunityId]);
  expect((await daysOf(neighbour)).rows).toEqual([]);
  expect((await neighbour.call(listReconciliationLines, { query: {} })).rows).toEqual([]);
  expect(await refusal(neighbour.call(settleReconciliationLines, { body }))).toMatchObject({
    code: 'reference.notFound',
  });
  expect(
    await refusal(neighbour.call(runReconciliation, { body: { from: '2026-03-10', to: '2026-03-10' } })),
  ).toMatchObject({
    code: 'reconciliation.noAccount',
  });
  // Of a merchant of the whole company, those of one community see the lines of their orders.
  const ofCommunity = await at.company.person('财务', [at.company.communityId]);
  const seen = (await ofCommunity.call(listReconciliationLines, { query: {} })).rows;
  expect(seen.length).toBeGreaterThan(5);
  expect(seen.every((row) => row.orderId !== null)).toBe(true);
  const other = await server.company('另一家');
  const stranger = await other.person('财务');
  expect((await daysOf(stranger)).rows).toEqual([]);
  expect(await refusal(stranger.call(getReconciliationLine, { params: { id: any.id } }))).toMatchObject({
    status: 404,
  });
  expect(await refusal(stranger.call(settleReconciliationLines, { body }))).toMatchObject({ status: 422 });
});

/** What the other channels keep, changed by a test as only the channel could. */
const otherChannels = {
  支付宝: {
    input: alipayInput,
    way: 'precreate' as const,
    pay: (orderNo: string) => emulator.alipay.pay(orderNo, { isSilent: true }),
    notify: (orderNo: string) => emulator.alipay.notify(orderNo),
    lose: (orderNo: string) => void (emulator.alipay.trades as Map<string, AlipayTrade>).delete(orderNo),
    alter: (orderNo: string) => {
      emulator.alipay.trades.get(orderNo)!.amountFen = fen(9_999);
    },
    addStranger(like: string) {
      const kept = emulator.alipay.trades.get(like)!;
      const tradeNo = `${kept.tradeNo.slice(0, -6)}999999`;
      const stranger = { ...kept, orderNo: 'STRANGE0002', tradeNo, amountFen: fen(555), refunds: [] };
      (emulator.alipay.trades as Map<string, AlipayTrade>).set(stranger.orderNo, stranger);
    },
    // 0.60 five times, of 100 yuan and of 99.99; 0.03 of 5.55, less 0.18 of 30.
    fee: '2.85',
  },
  云闪付: {
    input: unionPayInput,
    way: 'qr' as const,
    pay: (orderNo: string) => emulator.unionPay.pay(orderNo),
    notify: (orderNo: string) => emulator.unionPay.notify(orderNo),
    lose: (orderNo: string) => void (emulator.unionPay.orders as Map<string, UnionPayOrder>).delete(orderNo),
    alter: (orderNo: string) => {
      emulator.unionPay.orders.get(orderNo)!.amountFen = fen(9_999);
    },
    addStranger(like: string) {
      const kept = emulator.unionPay.orders.get(like)!;
      const stranger = { ...kept, orderId: 'STRANGE0002', queryId: '202604100000000009999', amountFen: fen(555) };
      (emulator.unionPay.orders as Map<string, UnionPayOrder>).set(stranger.orderId, stranger);
    },
    // 0.38 five times, of 100 yuan and of 99.99; 0.02 of 5.55, less 0.11 of 30.
    fee: '1.81',
  },
};

it.each([
  ['支付宝', '2026-04-10'],
  ['云闪付', '2026-04-20'],
] as const)(
  'the morning finds every planted difference of %s and invents none, also around midnight',
  async (name, day) => {
    const channel = otherChannels[name];
    // Numbers carry the time, which UnionPay is told: they are made by the clock of this test.
    let made = 0;
    const { newId } = server.services;
    server.services.newId = () => {
      made += 1;
      return seededIds(made + day.length * 1_000_000 + Number(day.slice(-2)), server.clock.now().epochMilliseconds)();
    };
    setTime(`${day}T02:00:00Z`);
    const own = await makePayments(server, emulator, name);
    const body = channelInput(channel.input);
    const { id: channelId } = await own.accountant.call(createPaymentChannel, { body });
    const linesOf = async (on: string) =>
      (await own.accountant.call(listReconciliationLines, { query: { from: on, to: on, channelId } })).rows;
    const payBy = async ({ isTold = true } = {}) => {
      month += 1;
      const text = `${2020 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
      const billId = await own.desk.bill({
        amountFen: 10_000n,
        month: text,
        dueOn: '2026-12-31',
        itemId: own.desk.waterItemId,
      });
      const opened = await own.start([{ id: billId, expected: '100.00' }], { way: channel.way });
      expect(channel.pay(opened.orderNo)).toBe(true);
      if (isTold) {
        const heard = await own.hear(
          { headers: formHeaders, body: channel.notify(opened.orderNo) },
          'payment',
          channelId,
        );
        expect(heard.status).toBe(200);
      }
      return { ...opened, billId };
    };
    const [good, lost, altered, back] = [await payBy(), await payBy(), await payBy(), await payBy()];
    const { receipt_id: receiptId } = await own.order(back.orderId);
    const method = await own.company.run((ctx) =>
      ctx.tx.first<{ id: string }>(
        sql`select id from payment_method where company_id = ${ctx.companyId} and channel = ${body.kind}`,
      ),
    );
    await own.cashier.call(takeRefund, {
      body: {
        receiptId,
        lines: { bills: [{ billId: back.billId, principal: '30.00', lateFee: '0.00' }] },
        tenders: [{ paymentMethodId: method!.id, amount: '30.00' }],
        reason: '多收',
        refundedOn: day,
        idempotencyKey: `refund-of-${body.kind}`,
      },
    });
    for (let look = 0; look < 3; look += 1) {
      await own.follow();
      own.pass({ seconds: 20 });
    }
    const unheard = await payBy({ isTold: false });
    // The last second of the channel's day and the first of the next: UnionPay's ends at eleven in the evening.
    const end = Temporal.Instant.from(`${day}T${body.kind === 'unionpay' ? '15' : '16'}:00:00Z`);
    setTime(end.subtract({ seconds: 1 }).toString());
    await own.company.run((ctx) =>
      ctx.tx.run(
        sql`update payment_order set next_query_at = null where company_id = ${ctx.companyId} and id = ${unheard.orderId}`,
      ),
    );
    const late = await payBy();
    setTime(end.toString());
    const early = await payBy();
    channel.lose(lost.orderNo);
    channel.alter(altered.orderNo);
    channel.addStranger(good.orderNo);

    const next = Temporal.PlainDate.from(day).add({ days: 1 }).toString();
    setTime(`${next}T02:31:00Z`);
    await reconcileDue(server.services, own.company.id);
    const rows = await linesOf(day);
    const told = (orderNo: string) =>
      rows
        .filter((row) => row.orderNo === orderNo)
        .map((row) => [row.kind, row.outcome, row.ourAmount, row.theirAmount])
        .toSorted();
    expect(told(good.orderNo)).toEqual([['payment', 'matched', '100.00', '100.00']]);
    expect(told(lost.orderNo)).toEqual([['payment', 'oursOnly', '100.00', null]]);
    expect(told(altered.orderNo)).toEqual([['payment', 'amountDiffers', '100.00', '99.99']]);
    expect(told(back.orderNo)).toEqual([
      ['payment', 'matched', '100.00', '100.00'],
      ['refund', 'refunded', '30.00', '30.00'],
    ]);
    expect(told('STRANGE0002')).toEqual([['payment', 'theirsOnly', null, '5.55']]);
    expect(told(unheard.orderNo)).toEqual([['payment', 'theirsOnly', null, '100.00']]);
    expect(told(late.orderNo)).toEqual([['payment', 'matched', '100.00', '100.00']]);
    expect(rows).toHaveLength(8);
    const { rows: days } = await own.accountant.call(listReconciliations, { query: { from: day, to: day, channelId } });
    // Theirs: 100 × 4 + 99.99 + 5.55 less 30; ours: 100 × 5 less 30.
    expect(days).toMatchObject([
      { state: 'done', arrivedCount: 6, arrived: '505.54', refunded: '30.00', fee: channel.fee, difference: '5.54' },
    ]);
    // What nobody told is asked after and booked; the day is compared again and comes right.
    await own.follow();
    expect(await own.outstanding(unheard.billId)).toBe(0n);
    own.pass({ minutes: 3 });
    await reconcileDue(server.services, own.company.id);
    expect((await linesOf(day)).find((row) => row.orderNo === unheard.orderNo)).toMatchObject({
      outcome: 'matched',
      settledHow: 'found',
    });

    setTime(`${Temporal.PlainDate.from(day).add({ days: 2 }).toString()}T02:31:00Z`);
    await reconcileDue(server.services, own.company.id);
    expect(await linesOf(next)).toMatchObject([{ orderNo: early.orderNo, outcome: 'matched' }]);
    const sums = async () => {
      const report = await own.company.run(verifyBooks);
      return report.checks.filter((check) => check.wrong > 0).map((check) => check.key);
    };
    expect(await sums()).toEqual([]);
    // A day whose sums are not those of its lines is found.
    const alterSum = (fenMore: number) =>
      own.company.run((ctx) =>
        ctx.tx.run(
          sql`update reconciliation set fee_fen = fee_fen + ${fenMore} where company_id = ${ctx.companyId} and day = ${day}::date`,
        ),
      );
    await alterSum(1);
    expect(await sums()).toEqual(['reconciliation.sums']);
    await alterSum(-1);
    server.services.newId = newId;
  },
);
