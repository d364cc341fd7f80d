import * as contract from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../../../tools/emulator/start-emulator.ts';
import { enterAsResident, type TestResident } from '../../../test/resident-person.ts';
import { refusal, startTestApp, type TestApp } from '../../../test/test-app.ts';
import { moveIn } from '../estate/index.ts';
import { makePayments, type PaymentsFixture } from '../payments/payments.fixture.ts';

let server: TestApp;
let emulator: Emulator;
let at: PaymentsFixture;
let owner: TestResident;

beforeAll(async () => {
  emulator = await startEmulator({ minuteMs: 3_600_000 });
  emulator.clock.set('2026-03-10T02:00:00Z');
  server = await startTestApp({ gateway: emulator.url });
  at = await makePayments(server, emulator);
  owner = await enterAsResident(server, at.company.id, '13812345678');
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});

const monthBill = (month: string) =>
  at.desk.bill({ amountFen: 10_000n, month, dueOn: '2026-12-31', itemId: at.desk.waterItemId });
const here = () => ({ communityId: at.company.communityId });
const start = (billId: string, key: string, person = owner) =>
  person.call(contract.startOwnPayment, {
    body: {
      ...here(),
      bills: [{ id: billId, expected: '100.00' }],
      expectedTotal: '100.00',
      channelKind: 'wechat',
      key,
    },
  });
const look = (key: string, person = owner) =>
  person.call(contract.getOwnPayment, { params: { key }, query: { asks: 'yes' } });

it('takes an owner to the channel, and books what they paid with a receipt of their own', async () => {
  const billId = await monthBill('2026-01');
  const opened = await start(billId, 'attempt-a');
  expect(opened.started).toMatchObject({ kind: 'redirect' });
  // The sheet was closed and opened again: the same payment, found by either key's order.
  const again = await start(billId, 'attempt-b');
  expect(again.orderId).toBe(opened.orderId);
  expect((await look('attempt-a')).state).toBe('paying');
  expect((await look(again.orderId)).state).toBe('paying');
  expect(emulator.wechatPay.pay(opened.orderNo, { isSilent: true })).toBe(true);
  const paid = await look('attempt-a');
  expect(paid).toMatchObject({ state: 'paid', amount: '100.00', note: '' });
  const slip = await owner.call(contract.getOwnReceipt, { params: { receiptId: paid.receiptId! } });
  expect(slip).toMatchObject({ total: '100.00', payerName: '崔春涛', tenders: [{ name: '微信支付' }] });
  expect((await owner.call(contract.listDues, { query: here() })).billCount).toBe(0);
  // Pressed once more after all: the same order answers, nothing is paid twice.
  expect((await start(billId, 'attempt-a')).orderId).toBe(opened.orderId);
  expect((await refusal(start(billId, 'attempt-c'))).code).toBe('reference.notFound');
});

it('leads whoever pays by a link back to the link, and shows the payment to nobody next door', async () => {
  const billId = await monthBill('2026-02');
  const own = await start(billId, 'attempt-d');
  const { path } = await owner.call(contract.sharePayment, { body: { ...here(), billIds: [billId] } });
  const token = path.split('/').at(-1)!;
  const post = (payload: object) =>
    server.app.inject({ method: 'POST', url: `/api/pay-links/${token}/payments`, payload });
  const byFriend = (await post({ expectedTotal: '100.00', channelKind: 'wechat', key: 'attempt-e' })).json<
    Awaited<ReturnType<typeof start>>
  >();
  expect(byFriend.orderId).not.toBe(own.orderId);
  expect(emulator.wechatPay.pay(byFriend.orderNo, { isSilent: true })).toBe(true);
  const result = (key: string) => server.app.inject({ url: `/api/pay-links/${token}/payments/${key}?asks=yes` });
  const paid = (await result('attempt-e')).json();
  expect(paid).toMatchObject({ state: 'paid', amount: '100.00' });
  expect(Object.keys(paid)).not.toContain('receiptId');
  // The owner's own attempt is the owner's, by whichever name.
  expect((await result(own.orderId)).statusCode).toBe(404);
  const opened = (await server.app.inject({ url: `/api/pay-links/${token}` })).json();
  expect(opened).toMatchObject({ lines: [], total: '0.00' });
  const houseId = await at.desk.house('1-102');
  const neighbour = {
    name: '邻居',
    phone: '13700003333',
    sex: null,
    movedInOn: '2025-01-01',
    validUntil: null,
  } as const;
  await at.company.run((ctx) => moveIn(ctx, { ...neighbour, houseId, role: 'owner' }));
  const other = await enterAsResident(server, at.company.id, neighbour.phone);
  expect((await refusal(look(own.orderId, other))).status).toBe(404);
  expect((await refusal(look('attempt-d', other))).status).toBe(404);
});

it('keeps money ahead for one’s own house, and for no other', async () => {
  const topUp = (targetId: string, key: string) =>
    owner.call(contract.startOwnPayment, {
      body: {
        ...here(),
        bills: [],
        topUp: { targetKind: 'house', targetId, amount: '200' },
        expectedTotal: '200',
        channelKind: 'wechat',
        key,
      },
    });
  const opened = await topUp(at.desk.houseId, 'attempt-f');
  emulator.wechatPay.pay(opened.orderNo, { isSilent: true });
  expect((await look('attempt-f')).state).toBe('paid');
  const { total } = await owner.call(contract.listOwnPrepaid, { query: here() });
  expect(total).toBe('200.00');
  expect((await refusal(topUp(await at.desk.house('1-103'), 'attempt-g'))).code).toBe('reference.notFound');
});
