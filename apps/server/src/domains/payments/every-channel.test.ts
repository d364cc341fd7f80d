import {
  createPaymentChannel,
  getPayment,
  handlePayment,
  onlineMethodNames,
  type PaymentBody,
  queryPayment,
  takePayment,
  testPaymentChannel,
} from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../../../tools/emulator/start-emulator.ts';
import { startTestApp, type TestApp } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { paymentFor } from '../cashier/cashier.fixture.ts';
import { verifyBooks } from '../finance/index.ts';
import {
  alipayInput,
  channelInput,
  formHeaders,
  makePayments,
  type PaymentsFixture,
  unionPayInput,
} from './payments.fixture.ts';

let server: TestApp;
let emulator: Emulator;
let at: PaymentsFixture;
let month = 0;

/** A channel besides WeChat Pay: its settings, the way its code is asked for, and what its emulator does. */
const channels = {
  支付宝: {
    input: alipayInput,
    kind: 'alipay',
    way: 'precreate',
    pay: (orderNo: string) => emulator.alipay.pay(orderNo),
    notify: (orderNo: string, change?: Record<string, string>) => emulator.alipay.notify(orderNo, change),
    tooMuch: { total_amount: '999.00' },
    taken: 'success',
  },
  云闪付: {
    input: unionPayInput,
    kind: 'unionpay',
    way: 'qr',
    pay: (orderNo: string) => emulator.unionPay.pay(orderNo),
    notify: (orderNo: string, change?: Record<string, string>) => emulator.unionPay.notify(orderNo, change),
    tooMuch: { txnAmt: '99900' },
    taken: 'ok',
  },
} as const;

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

const bill = () => {
  month += 1;
  const text = `2026-${String(month).padStart(2, '0')}`;
  return at.desk.bill({ amountFen: 10_000n, month: text, dueOn: '2026-12-31', itemId: at.desk.waterItemId });
};

it.each(['支付宝', '云闪付'] as const)(
  'money by %s is booked once, found when it was not told, and given back the way it came',
  async (name) => {
    const channel = channels[name];
    const body = channelInput(channel.input);
    const { id: channelId } = await at.accountant.call(createPaymentChannel, { body });
    expect(await at.accountant.call(testPaymentChannel, { params: { id: channelId } })).toMatchObject({ isGood: true });
    const way: Partial<PaymentBody> = { way: channel.way };
    const hear = (text: string) => at.hear({ headers: formHeaders, body: text }, 'payment', channelId);

    const told = await bill();
    const first = await at.start([{ id: told, expected: '100.00' }], way);
    expect(first.started.kind).toBe('qr');
    expect(channel.pay(first.orderNo)).toBe(true);
    const { status } = await hear(channel.notify(first.orderNo).replace('sign', 'sing'));
    expect(status).toBe(401);
    await hear(channel.notify(first.orderNo, channel.tooMuch));
    expect(await at.order(first.orderId)).toMatchObject({ receipt_id: null });
    const answers = await Promise.all([1, 2].map(() => hear(channel.notify(first.orderNo))));
    expect(answers).toEqual([1, 2].map(() => ({ status: 200, body: channel.taken })));
    expect(await at.order(first.orderId)).toMatchObject({ state: 'paid' });
    expect(await at.outstanding(told)).toBe(0n);
    const methods = await at.company.run((ctx) =>
      ctx.tx.rows<{ name: string }>(sql`select m.name from payment_order o
      join receipt_tender t on t.company_id = o.company_id and t.receipt_id = o.receipt_id
      join payment_method m on m.company_id = t.company_id and m.id = t.payment_method_id
      where o.company_id = ${ctx.companyId} and o.id = ${first.orderId}`),
    );
    expect(methods).toEqual([{ name: onlineMethodNames[channel.kind] }]);

    // Never told, and meanwhile paid at the desk: found by asking, and given back.
    const untold = await bill();
    const second = await at.start([{ id: untold, expected: '100.00' }], way);
    channel.pay(second.orderNo);
    await at.cashier.call(takePayment, { body: paymentFor(at.desk, [{ id: untold, toPay: '100.00' }]) });
    await at.cashier.call(queryPayment, { params: { id: second.orderId } });
    expect(await at.order(second.orderId)).toMatchObject({ state: 'paid', exception: 'surplus', surplus_fen: 10_000n });
    await at.accountant.call(handlePayment, { params: { id: second.orderId }, body: { action: 'return' } });
    for (let look = 0; look < 3; look += 1) {
      await at.follow();
      at.pass({ minutes: 1 });
    }
    const detail = await at.accountant.call(getPayment, { params: { id: second.orderId } });
    expect(detail.refunds).toMatchObject([{ state: 'done', amount: '100.00' }]);
    const report = await at.company.run(verifyBooks);
    expect(report.checks.filter((check) => check.wrong > 0)).toEqual([]);
  },
);
