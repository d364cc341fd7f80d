import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { dayInChina } from '../../apps/server/src/domains/payments/channels/channel-time.ts';
import {
  type ChannelAccount,
  ChannelRefusal,
  ChannelSilence,
  type Heard,
} from '../../apps/server/src/domains/payments/channels/payment-channel.ts';
import { readAnswer } from '../../apps/server/src/domains/payments/channels/unionpay/call-unionpay.ts';
import { unionPayChannel } from '../../apps/server/src/domains/payments/channels/unionpay/unionpay.ts';
import { unionPayKeys } from '../../apps/server/src/domains/payments/channels/unionpay/unionpay-account.ts';
import { isFromUnionPay } from '../../apps/server/src/domains/payments/channels/unionpay/unionpay-signature.ts';
import { fen } from '../../packages/money/src/index.ts';
import { emulatorKey } from './emulator-keys.ts';
import type { FaultKind } from './faults.ts';
import {
  fixedNow,
  type Merchant,
  nextNumber,
  orderOf,
  outsideOf,
  startMeddler,
  startMerchant,
  visitPage,
} from './merchant.fixture.ts';
import { noticeFaults } from './notices.ts';
import { gbk } from './pack-zip.ts';
import { type Emulator, emulatorAccounts, startEmulator } from './start-emulator.ts';
import type { Signer } from './unionpay.ts';
import { settleDayOf } from './unionpay-bill-file.ts';

let emulator: Emulator;
let merchant: Merchant;
const setUp = emulatorAccounts.unionPay;
const account: ChannelAccount = {
  id: 'u',
  kind: 'unionpay',
  merchantId: setUp.merchantId,
  appId: '',
  settings: { certId: setUp.certificateId, certificate: setUp.certificates },
  secrets: { privateKey: setUp.privateKey },
};
const outside = () => outsideOf(emulator.url);
const payerCode = (last: 1 | 2 | 3 | 9) => `621234567890123456${last}`;
const order = (amountFen = 27580n, more = {}) => orderOf(merchant.url, amountFen, more);
const paidTo = (heard: Heard | undefined) => (heard?.kind === 'payment' ? heard.payment : undefined);
const settleDay = () => settleDayOf(fixedNow);

/** An order paid with the payer's code. */
async function pay(amountFen = 27580n) {
  const own = order(amountFen, { payerCode: payerCode(1) });
  expect(await unionPayChannel.start(account, 'payerCode', own, outside())).toEqual({ kind: 'waiting' });
  await emulator.notices.settled();
  return own;
}

beforeAll(async () => {
  emulator = await startEmulator({ minuteMs: 1 });
  emulator.clock.set(fixedNow);
  merchant = await startMerchant(unionPayChannel, account, emulator.url);
});
afterAll(async () => {
  await merchant.stop();
  await emulator.stop();
});
afterEach(() => {
  merchant.heard.length = 0;
  merchant.refused.length = 0;
  merchant.accepts = () => true;
  emulator.faults.clear();
  emulator.unionPay.tamper(null);
  emulator.unionPay.holdRefunds(false);
});

it("the gateway's page is a form the payer's browser posts; who presses 支付 has paid, and we are told", async () => {
  const own = order(27580n, { returnUrl: 'http://127.0.0.1/back' });
  const started = await unionPayChannel.start(account, 'gateway', own, outside());
  if (started.kind !== 'form') throw new Error('no form');
  expect(await unionPayChannel.query(account, own.orderNo, outside())).toEqual({ state: 'missing' });
  const post = () => fetch(started.url, { method: 'POST', body: new URLSearchParams(started.fields) });
  expect(await visitPage(await post(), '取消')).toContain('没有付款');
  expect(await visitPage(await post(), '支付')).toContain('支付成功');
  await emulator.notices.settled();
  expect(paidTo(merchant.heard[0])).toMatchObject({ orderNo: own.orderNo, amountFen: 27580n });
  expect(await unionPayChannel.query(account, own.orderNo, outside())).toEqual({
    state: 'paid',
    payment: paidTo(merchant.heard[0]),
  });
  // What the browser posts can't be changed on the way.
  const cheap = new URLSearchParams({ ...started.fields, orderId: nextNumber(), txnAmt: '1' });
  expect(await (await fetch(started.url, { method: 'POST', body: cheap })).text()).toContain('respCode=11');
});

it('a code shown at the desk is paid by whoever scans it', async () => {
  const own = order();
  const started = await unionPayChannel.start(account, 'qr', own, outside());
  const content = started.kind === 'qr' ? started.content : '';
  expect(await unionPayChannel.query(account, own.orderNo, outside())).toEqual({ state: 'waiting' });
  expect(await visitPage(await fetch(content), '支付')).toContain('支付成功');
  await emulator.notices.settled();
  expect(merchant.heard.map(paidTo)).toMatchObject([{ orderNo: own.orderNo, amountFen: 27580n, payer: '尾号0001' }]);
});

it("a payer's code is charged, stays open, has no money, or is no code", async () => {
  const start = (one: ReturnType<typeof order>) => unionPayChannel.start(account, 'payerCode', one, outside());
  const [open, poor] = [order(2n, { payerCode: payerCode(2) }), order(3n, { payerCode: payerCode(3) })];
  expect(await start(open)).toEqual({ kind: 'waiting' });
  expect(await unionPayChannel.query(account, open.orderNo, outside())).toEqual({ state: 'waiting' });
  emulator.unionPay.decide(open.orderNo, '00');
  expect(await unionPayChannel.query(account, open.orderNo, outside())).toMatchObject({ payment: { amountFen: 2n } });
  expect(await start(poor)).toEqual({ kind: 'waiting' });
  expect(await unionPayChannel.query(account, poor.orderNo, outside())).toEqual({ state: 'closed' });
  await expect(start(order(3n, { payerCode: payerCode(9) }))).rejects.toThrow(ChannelRefusal);
  await expect(start(order(3n, { payerCode: 'abc' }))).rejects.toThrow('不是云闪付的付款码');
  await expect(start(order(3n))).rejects.toThrow('不是云闪付的付款码');
  await expect(start(open)).rejects.toThrow('重复的交易');
});

it('sums come through to the fen: told, asked, given back and in the settlement file', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.bigInt({ min: 1n, max: 999_999_999_999n }),
      fc.nat({ max: 100 }),
      async (amountFen, percent) => {
        const { orderNo } = await pay(amountFen);
        expect(paidTo(merchant.heard.at(-1))).toMatchObject({ orderNo, amountFen });
        const backFen = fen((amountFen * BigInt(percent)) / 100n);
        if (backFen === 0n) return;
        const refundNo = nextNumber();
        const refund = {
          orderNo,
          refundNo,
          amountFen: backFen,
          totalFen: fen(amountFen),
          reason: '',
          notifyUrl: merchant.url,
        };
        expect(await unionPayChannel.refund(account, refund, outside())).toMatchObject({ state: 'waiting' });
        await emulator.notices.settled();
        expect(merchant.heard.at(-1)).toMatchObject({ kind: 'refund', orderNo, refundNo, state: { state: 'done' } });
        const lines = await unionPayChannel.fetchBill(account, settleDay(), outside());
        const feeFen = (amountFen * 38n + 5_000n) / 10_000n;
        const feeBackFen = (backFen * 38n + 5_000n) / 10_000n;
        const { transactionId } = lines.find((line) => line.orderNo === orderNo)!;
        expect(lines.filter((line) => line.orderNo === orderNo)).toMatchObject([
          { kind: 'payment', amountFen, feeFen },
          { kind: 'refund', amountFen: backFen, refundNo, transactionId, feeFen: -feeBackFen },
        ]);
      },
    ),
    { numRuns: 15 },
  );
});

it('an unpaid order ends by itself after fifteen minutes, and only then counts as closed', async () => {
  const own = order();
  const close = (minutes: number) =>
    unionPayChannel.close(account, own.orderNo, outsideOf(emulator.url, fixedNow.add({ minutes })));
  await expect(close(0)).rejects.toMatchObject({ code: 'notYetClosable' });
  expect(await close(16)).toBe('closed');
  await unionPayChannel.start(account, 'qr', own, outside());
  await expect(close(0)).rejects.toMatchObject({ reason: expect.stringContaining('不能提前关闭') });
  emulator.clock.set(fixedNow.add({ minutes: 16 }));
  expect(await close(16)).toBe('closed');
  expect(emulator.unionPay.pay(own.orderNo)).toBe(false);
  emulator.clock.set(fixedNow);
  const paid = await pay();
  expect(await unionPayChannel.close(account, paid.orderNo, outside())).toBe('paid');
});

it("a payer's code whose outcome is open is taken back", async () => {
  const own = order(500n, { payerCode: payerCode(2) });
  await unionPayChannel.start(account, 'payerCode', own, outside());
  expect(await unionPayChannel.close(account, own.orderNo, outside(), 'payerCode')).toBe('closed');
  expect(await unionPayChannel.query(account, own.orderNo, outside())).toEqual({ state: 'closed' });
});

it('money goes back once for each number, never more than was paid, and may fail', async () => {
  const { orderNo } = await pay(10_000n);
  const refund = (refundNo: string, amountFen: bigint, of = orderNo) =>
    unionPayChannel.refund(
      account,
      { orderNo: of, refundNo, amountFen: fen(amountFen), totalFen: fen(10_000), reason: '', notifyUrl: merchant.url },
      outside(),
    );
  const [first, second] = [nextNumber(), nextNumber()];
  const ask = (refundNo: string) => unionPayChannel.queryRefund(account, { orderNo, refundNo }, outside());
  expect(await ask(first)).toEqual({ state: 'missing' });
  emulator.unionPay.holdRefunds(true);
  expect(await refund(first, 4_000n)).toMatchObject({ state: 'waiting' });
  expect(await refund(first, 4_000n)).toMatchObject({ state: 'waiting' });
  expect(await ask(first)).toMatchObject({ state: 'waiting' });
  emulator.unionPay.decide(first, '00');
  expect(await ask(first)).toMatchObject({ state: 'done' });
  expect(await refund(nextNumber(), 6_001n)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('超出'),
  });
  expect(await refund(second, 6_000n)).toMatchObject({ state: 'waiting' });
  emulator.unionPay.decide(second, '61');
  expect(await ask(second)).toMatchObject({ state: 'failed' });
  expect(await refund(nextNumber(), 100n, nextNumber())).toEqual({ state: 'failed', reason: '银联没有这笔订单的付款' });
  await emulator.notices.settled();
  expect(merchant.heard.flatMap((one) => (one.kind === 'refund' ? [one] : []))).toMatchObject([
    { orderNo, refundNo: first, state: { state: 'done' } },
    { orderNo, refundNo: second, state: { state: 'failed' } },
  ]);
  await expect(
    unionPayChannel.queryRefund(account, { orderNo: nextNumber(), refundNo: first }, outside()),
  ).rejects.toThrow(ChannelSilence);
});

it.each(['timeout', 'lost', 'serverError', 'garbage', 'rateLimit'] satisfies FaultKind[])(
  'an answer that does not come (%s) leaves the outcome open, and asking again tells it',
  async (fault) => {
    const patient = { ...outside(), timeoutMs: 150 };
    const { orderNo } = await pay(500n);
    const refundNo = nextNumber();
    const refund = { orderNo, refundNo, amountFen: fen(100), totalFen: fen(500), reason: '', notifyUrl: merchant.url };
    emulator.faults.plan('unionpay', [fault]);
    await expect(unionPayChannel.query(account, orderNo, patient)).rejects.toThrow(ChannelSilence);
    emulator.faults.plan('unionpay', [fault]);
    await expect(unionPayChannel.refund(account, refund, patient)).rejects.toThrow(ChannelSilence);
    expect(await unionPayChannel.refund(account, refund, outside())).toMatchObject({ state: 'waiting' });
    await emulator.notices.settled();
    expect(await unionPayChannel.queryRefund(account, { orderNo, refundNo }, outside())).toMatchObject({
      state: 'done',
    });
    const given = [...emulator.unionPay.orders.values()].filter((one) => one.reserved === orderNo);
    expect(given).toHaveLength(1);
  },
);

it.each([
  ['the sum', (text: string) => text.replace('txnAmt=27580', 'txnAmt=1')],
  ['the outcome', (text: string) => text.replace('origRespCode=00', 'origRespCode=64')],
  [
    'the signature',
    (text: string) => text.replace(/signature=./, (start) => `signature=${start.endsWith('A') ? 'B' : 'A'}`),
  ],
  ['a field twice', (text: string) => `${text}&txnAmt=27580`],
  [
    'another certificate',
    (text: string) => text.replace(emulatorKey('unionpay-platform.crt'), emulatorKey('impostor.crt')),
  ],
  ['half of it', (text: string) => text.slice(0, text.length / 2)],
  ['a page', () => '<html></html>'],
  ['nothing', () => ''],
])('an answer somebody changed on the way (%s) says nothing', async (_what, change) => {
  const { orderNo } = await pay();
  const meddler = await startMeddler(emulator.url, change);
  await expect(unionPayChannel.query(account, orderNo, outsideOf(meddler.url))).rejects.toThrow(ChannelSilence);
  await meddler.stop();
});

it('an answer is read as it is sent: not encoded, braces may hold what else divides', () => {
  expect({ ...readAnswer('a=1&b={x=1&y=2}&c=ab==&d=') }).toEqual({ a: '1', b: '{x=1&y=2}', c: 'ab==', d: '' });
});

it('an account that UnionPay does not accept is told what is wrong', async () => {
  const start = (who: ChannelAccount) => unionPayChannel.start(who, 'qr', order(), outside());
  await expect(start({ ...account, secrets: { privateKey: emulatorKey('stranger.pem') } })).rejects.toThrow('签名不对');
  await expect(start({ ...account, secrets: {} })).rejects.toThrow('商户私钥读不出来');
  await expect(start({ ...account, settings: { certId: '1' } })).rejects.toThrow('验签证书读不出来');
  await expect(start({ ...account, settings: { ...account.settings, certId: 'AB' } })).rejects.toThrow('十进制');
  await expect(unionPayChannel.start(account, 'jsapi', order(), outside())).rejects.toThrow('没有这种收款方式');
  await expect(unionPayChannel.query(account, 'ABCDEFGH', outside())).rejects.toThrow('没有下单时间');
  // In the trial ground UnionPay signs under another name, which the emulator does not.
  const trial = { ...account, settings: { ...account.settings, environment: 'test' } };
  await expect(start(trial)).rejects.toThrow(ChannelSilence);
});

const platform = emulatorKey('unionpay-platform.crt');
const stranger = emulatorKey('stranger.pem');
const altered = (change: (fields: URLSearchParams) => void) => (body: string) => {
  const fields = new URLSearchParams(body);
  change(fields);
  return fields.toString();
};

/** What somebody makes of a true notify: fields changed before it is signed, who signs it, and what is changed after. */
const forgeries: Record<
  string,
  { change?: Record<string, string>; signer?: Signer; after?: (body: string) => string }
> = {
  'no signature': { after: altered((fields) => fields.delete('signature')) },
  'an empty signature': { after: altered((fields) => fields.set('signature', '')) },
  'a signature of nothing': { after: altered((fields) => fields.set('signature', 'AAAA')) },
  "a stranger's signature under UnionPay's certificate": { signer: { key: stranger, certificate: platform } },
  'a certificate that only calls itself UnionPay': {
    signer: { key: stranger, certificate: emulatorKey('impostor.crt') },
  },
  'another company certified by the same authority': {
    signer: { key: stranger, certificate: emulatorKey('other-owner.crt') },
  },
  'no certificate': { after: altered((fields) => fields.delete('signPubKeyCert')) },
  'something that is no certificate': { after: altered((fields) => fields.set('signPubKeyCert', 'x')) },
  "the authority's certificate": {
    after: altered((fields) => fields.set('signPubKeyCert', emulatorKey('unionpay-middle.crt'))),
  },
  "the merchant's own signature": { signer: { key: setUp.privateKey, certificate: platform } },
  'an old version, signed': { change: { version: '5.0.0' } },
  'another way of signing': { change: { signMethod: '11' } },
  'another encoding, signed': { change: { encoding: 'GBK' } },
  'more money': { after: altered((fields) => fields.set('txnAmt', '2758000')) },
  'another order': { after: altered((fields) => fields.set('orderId', nextNumber())) },
  'another transaction': { after: altered((fields) => fields.set('queryId', '202601010000000000001')) },
  'paid instead of refused': {
    change: { respCode: '64' },
    after: altered((fields) => fields.set('respCode', '00')),
  },
  'a field more': { after: altered((fields) => fields.set('extra', '1')) },
  'a field less': { after: altered((fields) => fields.delete('settleAmt')) },
  'the same field twice': { after: (body) => `${body}&txnAmt=1` },
  'another merchant, signed': { change: { merId: '777290058110049' } },
  'a sum UnionPay does not confirm, signed': { change: { txnAmt: '27581' } },
  'a transaction UnionPay does not confirm, signed': { change: { queryId: '202601010000000000001' } },
  'an order UnionPay does not know, signed': { change: { orderId: nextNumber() } },
  'an order number without its time, signed': { change: { orderId: 'ABCDEFGHIJ' } },
  'other money than yuan, signed': { change: { currencyCode: '840' } },
  'fractions, signed': { change: { txnAmt: '275.80' } },
  'less than nothing, signed': { change: { txnAmt: '-27580' } },
  'no transaction, signed': { change: { queryId: '' } },
  'a refund of nothing we know, signed': { change: { txnType: '04', reqReserved: '' } },
  'a payment called a refund, signed': { change: { txnType: '04', reqReserved: nextNumber() } },
  'an empty message': { after: () => '' },
  JSON: { after: (body) => JSON.stringify(Object.fromEntries(new URLSearchParams(body))) },
  'bytes that are no text': { after: (body) => `${body}\xff\xfe` },
};

it('a forged or altered notify is refused, of whatever kind', async () => {
  const { orderNo } = await pay();
  expect(Object.keys(forgeries).length).toBeGreaterThanOrEqual(20);
  for (const [name, { change, signer, after }] of Object.entries(forgeries)) {
    const body = emulator.unionPay.notify(orderNo, change, signer);
    const callback = { headers: {}, body: Buffer.from(after ? after(body) : body, 'latin1') };
    await expect(unionPayChannel.hear(account, callback, outside().now, outside()), name).rejects.toThrow(
      ChannelRefusal,
    );
  }
  const genuine = { headers: {}, body: Buffer.from(emulator.unionPay.notify(orderNo)) };
  const heard = await unionPayChannel.hear(account, genuine, outside().now, outside());
  expect(await unionPayChannel.hear(account, genuine, outside().now, outside())).toEqual(heard);
  expect(paidTo(heard)).toMatchObject({ orderNo, amountFen: 27580n });
});

it('an order that is told as paid before it is, is refused until UnionPay says so itself', async () => {
  const own = order();
  await unionPayChannel.start(account, 'qr', own, outside());
  const untrue = { respCode: '00', queryId: '202601010000000000001' };
  const early = { headers: {}, body: Buffer.from(emulator.unionPay.notify(own.orderNo, untrue)) };
  await expect(unionPayChannel.hear(account, early, outside().now, outside())).rejects.toThrow('查询不到');
  emulator.faults.plan('unionpay', ['serverError']);
  await expect(unionPayChannel.hear(account, early, outside().now, outside())).rejects.toThrow(ChannelSilence);
});

it("UnionPay's certificate counts only while it is valid and when the company trusts it or its issuer", () => {
  const fields = Object.fromEntries(
    new URLSearchParams(emulator.unionPay.notify([...emulator.unionPay.orders.keys()][0]!)),
  );
  const { now } = outside();
  const isOurs = (certificate: string, at = now) => {
    const settings = { ...account.settings, certificate };
    return isFromUnionPay(fields, unionPayKeys({ ...account, settings }), at);
  };
  expect(isOurs(platform)).toBe(true);
  expect(isOurs(emulatorKey('unionpay-middle.crt'))).toBe(true);
  expect(isOurs(emulatorKey('unionpay-root.crt'))).toBe(false);
  expect(isOurs(emulatorKey('alipay-root.crt'))).toBe(false);
  expect(isOurs(setUp.certificates, Temporal.Instant.from('2200-01-01T00:00:00Z'))).toBe(false);
  expect(isOurs(setUp.certificates, Temporal.Instant.from('2019-12-31T23:59:59Z'))).toBe(false);
});

it.each(noticeFaults)('a notify that goes wrong on its way (%s) is believed only when it is true', async (fault) => {
  emulator.notices.plan('unionpay', [fault]);
  const { orderNo } = await pay();
  const times = fault === 'never' ? 0 : fault === 'doubled' ? 2 : 1;
  expect(merchant.heard.map((one) => paidTo(one)?.orderNo)).toEqual(Array.from({ length: times }, () => orderNo));
  expect(merchant.refused).toHaveLength(['forged', 'wrongAmount', 'wrongMerchant'].includes(fault) ? 1 : 0);
  expect(await unionPayChannel.query(account, orderNo, outside())).toMatchObject({ state: 'paid' });
});

it('a notify is repeated four times at most while nobody takes it', async () => {
  merchant.accepts = () => false;
  const before = emulator.notices.tries.length;
  await pay();
  expect(emulator.notices.tries.length - before).toBe(5);
});

it('a settlement file that was cut or altered is refused, and so is that of another day or merchant', async () => {
  const { orderNo } = await pay(27580n);
  const refund = {
    orderNo,
    refundNo: nextNumber(),
    amountFen: fen(80),
    totalFen: fen(27580),
    reason: '',
    notifyUrl: '',
  };
  await unionPayChannel.refund(account, { ...refund, notifyUrl: merchant.url }, outside());
  await emulator.notices.settled();
  const fetchBill = () => unionPayChannel.fetchBill(account, settleDay(), outside());
  const lines = await fetchBill();
  expect(lines.filter((line) => line.orderNo === orderNo)).toHaveLength(2);
  const onText = (change: (text: string) => string) => (zm: Buffer) =>
    Buffer.from(change(zm.toString('latin1')), 'latin1');
  const tampers: Record<string, (zm: Buffer) => Buffer> = {
    'cut in a row': (zm) => zm.subarray(0, -50),
    'without its last line end': (zm) => zm.subarray(0, -2),
    'a short row': (zm) => Buffer.concat([zm, gbk('S22 1\r\n')]),
    'a row shifted': onText((text) => ` ${text.slice(0, text.indexOf('\r\n') - 1)}${text.slice(text.indexOf('\r\n'))}`),
    'a sum changed': onText((text) => text.replaceAll('000000027580', '000000027581')),
    'a fee changed': onText((text) => text.replace('D000000000105', 'D000000000104')),
    'a sign turned': onText((text) => text.replace('D000000000105', 'C000000000105')),
    'another merchant': onText((text) => text.replaceAll(setUp.merchantId, '777290058110049')),
    'a sort nobody knows': onText((text) => text.replace(' 01 06 000000 ', ' 07 06 000000 ')),
    'a refund called a payment': onText((text) => text.replace(' 04 00 000000 ', ' 01 00 000000 ')),
  };
  for (const [name, change] of Object.entries(tampers)) {
    emulator.unionPay.tamper(change);
    await expect(fetchBill(), name).rejects.toThrow(ChannelRefusal);
  }
  emulator.unionPay.tamper(null);
  expect(await fetchBill()).toEqual(lines);
  await expect(unionPayChannel.fetchBill(account, settleDay().subtract({ days: 1 }), outside())).rejects.toMatchObject({
    code: 'billMissing',
  });
  expect(dayInChina(lines[0]!.at).until(settleDay()).days).toBeLessThanOrEqual(1);
});
