import { createPaymentChannel } from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { emulatorKey } from '../../../../../tools/emulator/emulator-keys.ts';
import { type Emulator, startEmulator } from '../../../../../tools/emulator/start-emulator.ts';
import type { NoticeChange, SignedNotice } from '../../../../../tools/emulator/wechat-pay.ts';
import { startTestApp, type TestApp } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { channelInput, makePayments, type PaymentsFixture } from './payments.fixture.ts';

let server: TestApp;
let emulator: Emulator;
let at: PaymentsFixture;
let orderNo: string;
let orderId: string;

beforeAll(async () => {
  emulator = await startEmulator({ minuteMs: 3_600_000 });
  emulator.clock.set('2026-03-10T02:00:00Z');
  server = await startTestApp({ gateway: emulator.url });
  at = await makePayments(server, emulator);
  const bill = (month: string) =>
    at.desk.bill({ amountFen: 10_000n, month, dueOn: '2026-12-31', itemId: at.desk.waterItemId });
  const opened = await at.start([{ id: await bill('2026-01'), expected: '100.00' }]);
  ({ orderNo, orderId } = opened);
  emulator.wechatPay.pay(orderNo, { isSilent: true });
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});

const stranger = emulatorKey('stranger.pem');
const told = (change: NoticeChange) => () => emulator.wechatPay.notice(orderNo, change);
const altered = (alter: (notice: SignedNotice) => SignedNotice) => () => alter(emulator.wechatPay.notice(orderNo));
const withHeader = (name: string, value: string) =>
  altered((notice) => ({ ...notice, headers: { ...notice.headers, [name]: value } }));
const without = (name: string) =>
  altered(({ body, headers }) => ({
    body,
    headers: Object.fromEntries(Object.entries(headers).filter(([one]) => one !== name)),
  }));
const flip = (text: string) => `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;

/** Messages nobody but WeChat Pay could make right, and what WeChat Pay itself would never say of this order. */
const forgeries: Readonly<Record<string, () => SignedNotice>> = {
  'signed by somebody else': told({ signer: stranger }),
  'signed by the merchant itself': told({ signer: emulatorKey('wechat-merchant.pem') }),
  'signed by a certificate that is not in use': told({ signer: emulatorKey('wechat-platform-2.pem') }),
  'with the signature of another body': altered((notice) => ({
    ...notice,
    body: notice.body.replace('支付成功', '支付 成功'),
  })),
  'with one letter of the signature changed': altered((notice) => ({
    ...notice,
    headers: { ...notice.headers, 'wechatpay-signature': flip(notice.headers['wechatpay-signature']!) },
  })),
  'with a signature that is no base64': withHeader('wechatpay-signature', '（）'),
  'with an empty signature': withHeader('wechatpay-signature', ''),
  'without a signature': without('wechatpay-signature'),
  'without a time': without('wechatpay-timestamp'),
  'without a nonce': without('wechatpay-nonce'),
  'without a serial': without('wechatpay-serial'),
  'with the serial of nobody': withHeader('wechatpay-serial', 'PUB_KEY_ID_0000000002'),
  'with an empty serial': withHeader('wechatpay-serial', ''),
  'with the probe signature WeChat Pay sends to see who checks': withHeader(
    'wechatpay-signature',
    'WECHATPAY/SIGNTEST/dGVzdA==',
  ),
  'with another time than was signed': withHeader('wechatpay-timestamp', '1773108001'),
  'with a time that is no number': withHeader('wechatpay-timestamp', '1e10'),
  'six minutes old': told({ offsetSeconds: -360 }),
  'six minutes ahead': told({ offsetSeconds: 360 }),
  'of another merchant': told({ inside: { mchid: '1900000002' } }),
  'of another application': told({ inside: { appid: 'wxsomebodyelse' } }),
  'sealed with another key': told({ apiV3Key: 'another-api-v3-key-of-32-bytes!!' }),
  'with what is sealed changed': told({
    outside: {
      resource: { algorithm: 'AEAD_AES_256_GCM', ciphertext: 'AAAA', nonce: 'n', associated_data: 'transaction' },
    },
  }),
  'of another algorithm': told({
    outside: { resource: { algorithm: 'none', ciphertext: '', nonce: '', associated_data: '' } },
  }),
  'without what is sealed': told({ outside: { resource: undefined } }),
  'paid, but with no transaction': told({ inside: { transaction_id: undefined } }),
  'paid, but not yet': told({ inside: { trade_state: 'NOTPAY' } }),
  'in dollars': told({ inside: { amount: { total: 10_000, currency: 'USD' } } }),
  'of half a fen': told({ inside: { amount: { total: 9_999.5, currency: 'CNY' } } }),
  'of a negative sum': told({ inside: { amount: { total: -10_000, currency: 'CNY' } } }),
  'that is no JSON': altered(({ headers }) => ({ headers, body: '<xml/>' })),
  'that is empty': altered(({ headers }) => ({ headers, body: '' })),
};

/** What is signed well but is not so: taken, so that it is not repeated, and booked nowhere. */
const untrue: Readonly<Record<string, () => SignedNotice>> = {
  'one fen less': told({ inside: { amount: { total: 9_999, currency: 'CNY' } } }),
  'a hundred times as much': told({ inside: { amount: { total: 1_000_000, currency: 'CNY' } } }),
  'an order that is not ours': told({ inside: { out_trade_no: 'f'.repeat(32) } }),
};

const receipts = () =>
  at.company.run(async (ctx) => {
    const row = await ctx.tx.first<{ count: number }>(
      sql`select count(*)::int as count from receipt where company_id = ${ctx.companyId}`,
    );
    return row!.count;
  });

it(`refuses ${Object.keys(forgeries).length} kinds of forged messages, all with the same words, and books none`, async () => {
  const answers = new Set<string>();
  for (const [name, make] of Object.entries(forgeries)) {
    const { status, body } = await at.hear(make());
    expect([name, status]).toEqual([name, 401]);
    const { detail } = JSON.parse(body) as { detail: string };
    answers.add(detail);
  }
  expect(answers.size).toBe(1);
  expect(await at.order(orderId)).toMatchObject({ state: 'paying', exception: null, receipt_id: null });
  expect(await receipts()).toBe(0);
});

it('takes note of what is signed well but untrue, and books none of it', async () => {
  for (const [name, make] of Object.entries(untrue)) {
    const { status } = await at.hear(make());
    expect([name, status]).toEqual([name, 200]);
  }
  expect(await at.order(orderId)).toMatchObject({ state: 'paying', exception: 'mismatch', receipt_id: null });
  expect(await receipts()).toBe(0);
});

it('refuses a recorded message sent again, one at another channel’s door, and one at nobody’s', async () => {
  const { id: other } = await at.accountant.call(createPaymentChannel, {
    body: channelInput({ name: '第二个商户', merchantId: '1900000009', applications: ['parking'] }),
  });
  expect((await at.hear(emulator.wechatPay.notice(orderNo), 'payment', other)).status).toBe(401);
  expect((await at.hear(emulator.wechatPay.notice(orderNo), 'payment', orderId)).status).toBe(404);
  const notice = emulator.wechatPay.notice(orderNo);
  expect((await at.hear(notice)).status).toBe(200);
  expect((await at.hear(notice)).status).toBe(401);
  expect(await receipts()).toBe(1);
  expect(await at.order(orderId)).toMatchObject({ state: 'paid', exception: null });
  const transaction = emulator.wechatPay.orders.get(orderNo)!.transactionId;
  // The same order, said to be paid by another transaction: staff see it, nothing is booked.
  await at.hear(emulator.wechatPay.notice(orderNo, { inside: { transaction_id: `${transaction}1` } }));
  expect(await receipts()).toBe(1);
  expect(await at.order(orderId)).toMatchObject({ state: 'paid', exception: 'doubled' });
});
