import { createHash, sign } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { alipayChannel } from '../../apps/server/src/domains/payments/channels/alipay/alipay.ts';
import { readAlipayBill } from '../../apps/server/src/domains/payments/channels/alipay/alipay-bill.ts';
import { certificateNumber } from '../../apps/server/src/domains/payments/channels/alipay/certificate-number.ts';
import { dayInChina } from '../../apps/server/src/domains/payments/channels/channel-time.ts';
import {
  type ChannelAccount,
  ChannelRefusal,
  ChannelSilence,
  type Heard,
} from '../../apps/server/src/domains/payments/channels/payment-channel.ts';
import { readCertificate } from '../../apps/server/src/domains/payments/channels/pem.ts';
import { readZip } from '../../apps/server/src/domains/payments/channels/read-zip.ts';
import { addFen, fen, zeroFen } from '../../packages/money/src/index.ts';
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
import { gbk, packZip } from './pack-zip.ts';
import { type Emulator, emulatorAccounts, startEmulator } from './start-emulator.ts';

let emulator: Emulator;
let merchant: Merchant;
const setUp = emulatorAccounts.alipay;
const account: ChannelAccount = {
  id: 'a',
  kind: 'alipay',
  merchantId: setUp.sellerId,
  appId: setUp.appId,
  settings: { mode: 'publicKey', alipayPublicKey: setUp.alipayPublicKey },
  secrets: { privateKey: setUp.privateKey },
};
const certified: ChannelAccount = {
  ...account,
  settings: {
    mode: 'certificate',
    appCertificate: setUp.appCertificate,
    alipayCertificate: setUp.alipayCertificate,
    rootCertificate: setUp.rootCertificate,
  },
};
const outside = () => outsideOf(emulator.url);
const payerCode = (last: 1 | 2 | 3 | 9) => `28012345678901234${last}`;
const order = (amountFen = 27580n, more = {}) => orderOf(merchant.url, amountFen, more);
const paidTo = (heard: Heard | undefined) => (heard?.kind === 'payment' ? heard.payment : undefined);

/** An order paid with the payer's code. */
async function pay(amountFen = 27580n) {
  const own = order(amountFen, { payerCode: payerCode(1) });
  expect(await alipayChannel.start(account, 'payerCode', own, outside())).toMatchObject({ kind: 'paid' });
  await emulator.notices.settled();
  return own;
}

beforeAll(async () => {
  emulator = await startEmulator({ minuteMs: 0.05 });
  emulator.clock.set(fixedNow);
  merchant = await startMerchant(alipayChannel, account, emulator.url);
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
  emulator.alipay.tamper(null);
});

it.each([
  ['wap', account],
  ['wap', certified],
  ['page', account],
  ['page', certified],
] as const)('an owner who opens the page (%s) and presses 支付 has paid, and we are told', async (way, who) => {
  const own = order(27580n, { returnUrl: 'http://127.0.0.1/back' });
  const started = await alipayChannel.start(who, way, own, outside());
  expect(started.kind).toBe('redirect');
  expect(await alipayChannel.query(who, own.orderNo, outside())).toEqual({ state: 'missing' });
  const page = await fetch(started.kind === 'redirect' ? started.url : '');
  expect(await alipayChannel.query(who, own.orderNo, outside())).toEqual({ state: 'waiting' });
  expect(await visitPage(page, '支付')).toContain('支付成功');
  await emulator.notices.settled();
  expect(paidTo(merchant.heard[0])).toMatchObject({
    orderNo: own.orderNo,
    amountFen: 27580n,
    merchantId: setUp.sellerId,
  });
  const asked = await alipayChannel.query(who, own.orderNo, outside());
  expect(asked).toEqual({ state: 'paid', payment: { ...paidTo(merchant.heard[0]), payer: expect.any(String) } });
});

it('a code shown at the desk is paid by whoever scans it; who presses 取消 has not paid', async () => {
  const own = order();
  const started = await alipayChannel.start(certified, 'precreate', own, outside());
  const content = started.kind === 'qr' ? started.content : '';
  expect(await visitPage(await fetch(content), '取消')).toContain('没有付款');
  expect(await alipayChannel.query(account, own.orderNo, outside())).toEqual({ state: 'waiting' });
  expect(await visitPage(await fetch(content), '支付')).toContain('支付成功');
  expect(await (await fetch(content)).text()).toContain('已支付');
  await emulator.notices.settled();
  expect(merchant.heard.map(paidTo)).toMatchObject([{ orderNo: own.orderNo, amountFen: 27580n }]);
});

it("a payer's code is charged at once, waits for the password, has no money, or is no code", async () => {
  const [paid, waiting] = [order(1n, { payerCode: payerCode(1) }), order(2n, { payerCode: payerCode(2) })];
  const start = (one: typeof paid) => alipayChannel.start(account, 'payerCode', one, outside());
  expect(await start(paid)).toMatchObject({ kind: 'paid', payment: { orderNo: paid.orderNo, amountFen: 1n } });
  expect(await start(waiting)).toEqual({ kind: 'waiting' });
  expect(await alipayChannel.query(account, waiting.orderNo, outside())).toEqual({ state: 'waiting' });
  emulator.alipay.pay(waiting.orderNo);
  expect(await alipayChannel.query(account, waiting.orderNo, outside())).toMatchObject({ state: 'paid' });
  await expect(start(order(3n, { payerCode: payerCode(3) }))).rejects.toMatchObject({
    reason: expect.stringContaining('余额不足'),
    code: 'ACQ.BUYER_BALANCE_NOT_ENOUGH',
  });
  await expect(start(order(3n, { payerCode: payerCode(9) }))).rejects.toThrow('付款码已失效');
  await expect(start(order(3n))).rejects.toThrow('还没有扫');
});

it('sums come through to the fen: told, asked, given back and in the bill', async () => {
  const day = dayInChina(fixedNow);
  const before = await alipayChannel.fetchBill(account, day, outside());
  const amount = fc.bigInt({ min: 1n, max: 9_999_999_999n });
  let count = 0;
  await fc.assert(
    fc.asyncProperty(amount, fc.nat({ max: 100 }), async (amountFen, percent) => {
      count += 1;
      const own = await pay(amountFen);
      expect(paidTo(merchant.heard.at(-1))).toMatchObject({ orderNo: own.orderNo, amountFen });
      expect(await alipayChannel.query(account, own.orderNo, outside())).toMatchObject({ payment: { amountFen } });
      const backFen = fen((amountFen * BigInt(percent)) / 100n);
      if (backFen === 0n) return;
      const refund = { orderNo: own.orderNo, refundNo: nextNumber(), amountFen: backFen, totalFen: fen(amountFen) };
      const asked = { ...refund, reason: '多收', notifyUrl: '' };
      expect(await alipayChannel.refund(account, asked, outside())).toMatchObject({ state: 'done' });
      const lines = await alipayChannel.fetchBill(account, day, outside());
      const mine = lines.filter((line) => line.orderNo === own.orderNo);
      expect(mine).toMatchObject([
        { kind: 'payment', amountFen, feeFen: (amountFen * 6n + 500n) / 1000n },
        { kind: 'refund', amountFen: backFen, refundNo: refund.refundNo, feeFen: -((backFen * 6n + 500n) / 1000n) },
      ]);
    }),
    { numRuns: 15 },
  );
  const after = await alipayChannel.fetchBill(certified, day, outside());
  const payments = (lines: typeof after) => lines.filter((line) => line.kind === 'payment').length;
  expect(payments(after) - payments(before)).toBe(count);
});

it('an order is closed unless the payer was quicker', async () => {
  const own = order();
  expect(await alipayChannel.close(account, own.orderNo, outside())).toBe('closed');
  await alipayChannel.start(account, 'precreate', own, outside());
  emulator.alipay.open(own.orderNo);
  expect(await alipayChannel.close(account, own.orderNo, outside())).toBe('closed');
  expect(await alipayChannel.query(account, own.orderNo, outside())).toEqual({ state: 'closed' });
  expect(await alipayChannel.close(account, own.orderNo, outside())).toBe('closed');
  expect(emulator.alipay.pay(own.orderNo)).toBe(false);
  const paid = await pay();
  expect(await alipayChannel.close(account, paid.orderNo, outside())).toBe('paid');
});

it('money goes back once for each number, never more than was paid, and the order stays paid', async () => {
  const { orderNo } = await pay(10_000n);
  const refund = (refundNo: string, amountFen: bigint) =>
    alipayChannel.refund(
      account,
      { orderNo, refundNo, amountFen: fen(amountFen), totalFen: fen(10_000), reason: '多收', notifyUrl: '' },
      outside(),
    );
  const first = nextNumber();
  expect(await alipayChannel.queryRefund(account, { orderNo, refundNo: first }, outside())).toEqual({
    state: 'missing',
  });
  expect(await refund(first, 4_000n)).toMatchObject({ state: 'done', refundId: first });
  expect(await refund(first, 4_000n)).toMatchObject({ state: 'done' });
  expect(await refund(first, 4_001n)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('金额与上次不同'),
  });
  expect(await refund(nextNumber(), 6_001n)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('超过'),
  });
  expect(await refund(nextNumber(), 6_000n)).toMatchObject({ state: 'done' });
  expect(emulator.alipay.trades.get(orderNo)).toMatchObject({ status: 'TRADE_CLOSED', refunds: [{}, {}] });
  expect(await alipayChannel.query(account, orderNo, outside())).toMatchObject({
    state: 'paid',
    payment: { amountFen: 10_000n },
  });
  await emulator.notices.settled();
  expect(merchant.heard.filter((one) => one.kind === 'refund')).toMatchObject([
    { orderNo, refundNo: first, state: { state: 'done' } },
    { orderNo, state: { state: 'done' } },
  ]);
});

it.each(['timeout', 'lost', 'serverError', 'garbage', 'rateLimit'] satisfies FaultKind[])(
  'an answer that does not come (%s) leaves the outcome open, and asking again tells it',
  async (fault) => {
    const patient = { ...outside(), timeoutMs: 150 };
    const own = order(500n, { payerCode: payerCode(1) });
    emulator.faults.plan('alipay', [fault]);
    await expect(alipayChannel.start(account, 'payerCode', own, patient)).rejects.toThrow(ChannelSilence);
    const wasDone = fault === 'timeout' || fault === 'lost';
    const state = (await alipayChannel.query(account, own.orderNo, outside())).state;
    expect(state).toBe(wasDone ? 'paid' : 'missing');
    emulator.faults.plan('alipay', [fault, fault, fault]);
    await expect(alipayChannel.query(account, own.orderNo, patient)).rejects.toThrow(ChannelSilence);
    await expect(alipayChannel.close(account, own.orderNo, patient)).rejects.toThrow(ChannelSilence);
    await expect(alipayChannel.fetchBill(account, dayInChina(patient.now), patient)).rejects.toThrow(ChannelSilence);
  },
);

it.each([
  ['the sum', (text: string) => text.replace('"275.80"', '"2758.00"')],
  ['the state', (text: string) => text.replace('TRADE_SUCCESS', 'WAIT_BUYER_PAY')],
  [
    'the signature',
    (text: string) => text.replace(/"sign":"./, (start) => (start.endsWith('A') ? '"sign":"B' : '"sign":"A')),
  ],
  ['no signature', (text: string) => text.replace(/,"sign":"[^"]+"/, '')],
  [
    'two answers',
    (text: string) => text.replace('{"alipay', '{"alipay_trade_query_response":{"code":"10000"},"alipay'),
  ],
  ['an error instead', () => '{"error_response":{"code":"40004","msg":"x","sub_code":"ACQ.TRADE_NOT_EXIST"}}'],
  ['half of it', (text: string) => text.slice(0, text.length / 2)],
  ['a page', () => '<html></html>'],
])('an answer somebody changed on the way (%s) says nothing', async (_what, change) => {
  const { orderNo } = await pay();
  const meddler = await startMeddler(emulator.url, change);
  await expect(alipayChannel.query(account, orderNo, outsideOf(meddler.url))).rejects.toThrow(ChannelSilence);
  await meddler.stop();
});

it('an account that Alipay does not accept is told what is wrong', async () => {
  const own = order(1n, { payerCode: payerCode(1) });
  const start = (who: ChannelAccount) => alipayChannel.start(who, 'payerCode', own, outside());
  await expect(start({ ...account, appId: '2021000000000009' })).rejects.toThrow('不认识这个应用编号');
  await expect(start({ ...account, secrets: { privateKey: emulatorKey('stranger.pem') } })).rejects.toThrow('签名不对');
  await expect(start({ ...account, secrets: { privateKey: 'x' } })).rejects.toThrow('商户私钥读不出来');
  await expect(start({ ...account, secrets: {} })).rejects.toThrow(ChannelRefusal);
  await expect(start({ ...account, settings: { mode: 'publicKey' } })).rejects.toThrow('平台公钥读不出来');
  await expect(start({ ...certified, settings: { ...certified.settings, appCertificate: '' } })).rejects.toThrow(
    '证书',
  );
  await expect(start({ ...account, merchantId: '2088000000000002' })).rejects.toThrow('参数不对');
  await expect(alipayChannel.start(account, 'jsapi', own, outside())).rejects.toThrow('没有这种收款方式');
});

it('keys are read as people paste them: bare base64, PKCS#1 or PKCS#8', async () => {
  const bare = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');
  const settings = { ...account.settings, alipayPublicKey: bare(setUp.alipayPublicKey) };
  const who = { ...account, settings, secrets: { privateKey: bare(setUp.privateKey) } };
  const own = order(1n, { payerCode: payerCode(1) });
  expect(await alipayChannel.start(who, 'payerCode', own, outside())).toMatchObject({ kind: 'paid' });
});

it("a certificate's number is the MD5 of its issuer, last part first, and its serial number in decimals", () => {
  const certificate = readCertificate(setUp.appCertificate, '');
  const expected = 'CN=Emulated Alipay R1,OU=Certification Authority,O=Anlin emulator,C=CN20208929';
  expect(certificateNumber(certificate)).toBe(createHash('md5').update(expected).digest('hex'));
});

const altered = (change: (fields: URLSearchParams) => void) => (body: string) => {
  const fields = new URLSearchParams(body);
  change(fields);
  return fields.toString();
};
const hoursAgo = (hours: number) =>
  fixedNow
    .subtract({ minutes: Math.round(hours * 60) })
    .toZonedDateTimeISO('Asia/Shanghai')
    .toPlainDateTime()
    .toString({ smallestUnit: 'second' })
    .replace('T', ' ');
const stranger = emulatorKey('stranger.pem');

/** What somebody makes of a true notify: fields changed before it is signed, who signs it, and what is changed after. */
const forgeries: Record<
  string,
  { change?: Record<string, string>; signer?: string; after?: (body: string) => string }
> = {
  'no signature': { after: altered((fields) => fields.delete('sign')) },
  'an empty signature': { after: altered((fields) => fields.set('sign', '')) },
  'a signature of nothing': { after: altered((fields) => fields.set('sign', 'AAAA')) },
  "a stranger's signature": { signer: stranger },
  "the merchant's own signature": { signer: setUp.privateKey },
  'the old way of signing': {
    after: altered((fields) => {
      fields.set('sign', sign('RSA-SHA1', Buffer.from('x'), stranger).toString('base64'));
      fields.set('sign_type', 'RSA');
    }),
  },
  'another way of signing': { after: altered((fields) => fields.set('sign_type', 'RSA')) },
  'no way of signing': { after: altered((fields) => fields.delete('sign_type')) },
  'another encoding': { change: { charset: 'gbk' } },
  'more money': { after: altered((fields) => fields.set('total_amount', '2758.00')) },
  'another order': { after: altered((fields) => fields.set('out_trade_no', 'X1')) },
  'another transaction': { after: altered((fields) => fields.set('trade_no', '2026000000000000000000000000')) },
  'paid instead of waiting': {
    change: { trade_status: 'WAIT_BUYER_PAY' },
    after: altered((fields) => fields.set('trade_status', 'TRADE_SUCCESS')),
  },
  'a field more': { after: altered((fields) => fields.set('extra', '1')) },
  'a field less': { after: altered((fields) => fields.delete('subject')) },
  'the same field twice': { after: (body) => `${body}&total_amount=1.00` },
  'another application, signed': { change: { app_id: '2021000000000009' } },
  'another merchant, signed': { change: { seller_id: '2088000000000002' } },
  'no merchant, signed': { change: { seller_id: '' } },
  'another sort, signed': { change: { notify_type: 'batch_trans_notify' } },
  'no number of the notify, signed': { change: { notify_id: '' } },
  'a replay after Alipay stopped repeating': { change: { notify_time: hoursAgo(26) } },
  'sent in the future': { change: { notify_time: hoursAgo(-0.2) } },
  'no time': { change: { notify_time: '' } },
  'a time that does not exist': { change: { notify_time: '2026-02-30 10:00:00' } },
  'no time of payment': { change: { gmt_payment: '' } },
  'fractions of a fen': { change: { total_amount: '275.805' } },
  'less than nothing': { change: { total_amount: '-275.80' } },
  'nothing at all': { change: { total_amount: '0.00' } },
  'a sum that is none': { change: { total_amount: '2.758e2' } },
  'digits of another width': { change: { total_amount: '２７５.80' } },
  'an order number with a quote': { change: { out_trade_no: "1' or '1" } },
  'a state nobody knows': { change: { trade_status: 'TRADE_PAID' } },
  'an empty message': { after: () => '' },
  JSON: { after: (body) => JSON.stringify(Object.fromEntries(new URLSearchParams(body))) },
  'bytes that are no text': { after: (body) => `${body}\xff\xfe` },
};

it('a forged, altered or replayed notify is refused, of whatever kind', async () => {
  const { orderNo } = await pay();
  merchant.heard.length = 0;
  expect(Object.keys(forgeries).length).toBeGreaterThanOrEqual(20);
  for (const who of [account, certified]) {
    for (const [name, { change, signer, after }] of Object.entries(forgeries)) {
      const body = emulator.alipay.notify(orderNo, change, signer);
      const callback = { headers: {}, body: Buffer.from(after ? after(body) : body, 'latin1') };
      const { now } = outside();
      await expect(alipayChannel.hear(who, callback, now, outside()), name).rejects.toThrow(ChannelRefusal);
    }
    const genuine = { headers: {}, body: Buffer.from(emulator.alipay.notify(orderNo)) };
    const heard = await alipayChannel.hear(who, genuine, outside().now, outside());
    // Alipay repeats one until it is answered: hearing it twice is the same payment twice.
    expect(await alipayChannel.hear(who, genuine, outside().now, outside())).toEqual(heard);
    expect(paidTo(heard)).toMatchObject({ orderNo, amountFen: 27580n });
  }
});

it.each(noticeFaults)('a notify that goes wrong on its way (%s) is believed only when it is true', async (fault) => {
  emulator.notices.plan('alipay', [fault]);
  merchant.accepts = (heard) => heard.kind !== 'payment' || heard.payment.amountFen === 27580n;
  const { orderNo } = await pay();
  const heard = merchant.heard.map((one) => paidTo(one)?.orderNo);
  const times = fault === 'never' ? 0 : fault === 'doubled' ? 2 : 1;
  expect(heard).toEqual(Array.from({ length: times }, () => orderNo));
  expect(merchant.refused).toHaveLength(fault === 'forged' || fault === 'wrongMerchant' ? 1 : 0);
  expect(await alipayChannel.query(account, orderNo, outside())).toMatchObject({ state: 'paid' });
});

it('a notify is repeated seven times at most while nobody takes it', async () => {
  merchant.accepts = () => false;
  const before = emulator.notices.tries.length;
  await pay();
  expect(emulator.notices.tries.length - before).toBe(8);
  expect(emulator.notices.tries.slice(before).every((one) => one.answer === 'failure')).toBe(true);
});

const day = () => dayInChina(fixedNow);

it('a bill that was cut or altered is refused, and so is that of another day or merchant', async () => {
  const own = order(27580n, { payerCode: payerCode(1), description: '云栖苑，1栋-101, 物业费' });
  await alipayChannel.start(account, 'payerCode', own, outside());
  const fetchBill = (who = account) => alipayChannel.fetchBill(who, day(), outside());
  expect((await fetchBill()).find((line) => line.orderNo === own.orderNo)).toMatchObject({ amountFen: 27580n });
  const middle = (zip: Buffer) => Math.floor(zip.length / 3);
  const tampers: Record<string, (zip: Buffer) => Buffer> = {
    'cut in the middle': (zip) => zip.subarray(0, middle(zip)),
    'without its end': (zip) => zip.subarray(0, -10),
    'one bit turned': (zip) => {
      const copy = Buffer.from(zip);
      copy[100] = copy[100]! ^ 1;
      return copy;
    },
    'an empty archive': () => packZip([]),
    'no archive': () => Buffer.from('账单不存在'),
  };
  for (const [name, change] of Object.entries(tampers)) {
    emulator.alipay.tamper(change);
    await expect(fetchBill(), name).rejects.toThrow(/不完整|没有下载完整/);
  }
  emulator.alipay.tamper(null);
  await expect(fetchBill({ ...account, merchantId: '2088000000000002' })).rejects.toThrow('账号');
  await expect(alipayChannel.fetchBill(account, day().subtract({ days: 1 }), outside())).rejects.toMatchObject({
    code: 'billMissing',
  });
});

it('a bill whose rows do not add up to its own totals is refused', async () => {
  const { orderNo } = await pay(27580n);
  const refund = {
    orderNo,
    refundNo: nextNumber(),
    amountFen: fen(80),
    totalFen: fen(27580),
    reason: '',
    notifyUrl: '',
  };
  await alipayChannel.refund(account, refund, outside());
  let zip: Buffer = Buffer.alloc(0);
  emulator.alipay.tamper((bytes) => {
    zip = bytes;
    return bytes;
  });
  const lines = await alipayChannel.fetchBill(account, day(), outside());
  const files = await readZip(zip);
  const rewritten = (change: (text: string, name: string) => string) => {
    const decoder = new TextDecoder('gb18030');
    return new Map([...files].map(([name, bytes]) => [name, gbk(change(decoder.decode(bytes), name))]));
  };
  expect(
    readAlipayBill(
      rewritten((text) => text),
      account,
      day(),
    ),
  ).toEqual(lines);
  const inDetail = (change: (text: string) => string) => (text: string, name: string) =>
    name.includes('汇总') ? text : change(text);
  const inTotals = (change: (text: string) => string) => (text: string, name: string) =>
    name.includes('汇总') ? change(text) : text;
  const row = /^\d{20,}\t.*\r\n/m;
  const changes: Record<string, (text: string, name: string) => string> = {
    'a row left out': inDetail((text) => text.replace(row, '')),
    'a row twice': inDetail((text) => text.replace(row, (line) => line + line)),
    'a sum changed': inDetail((text) => text.replace(',275.80,275.80,', ',275.81,275.81,')),
    'a sign turned': inDetail((text) => text.replace(',275.80,275.80,', ',-275.80,-275.80,')),
    'a refund called a payment': inDetail((text) => text.replace('\t,退款\t,', '\t,交易\t,')),
    'a sort nobody knows': inDetail((text) => text.replace('\t,交易\t,', '\t,转账\t,')),
    'without its end': inDetail((text) => text.slice(0, text.indexOf('业务明细列表结束') - 60)),
    'without its totals': inDetail((text) => text.replace(/#交易合计.*\r\n/, '')),
    'other totals': inTotals((text) => text.replace(/^合计,,(\d+)/m, '合计,,9$1')),
    'no totals': inTotals((text) => text.replace(/^合计.*\r\n/m, '')),
    'another net': inTotals((text) => text.replace(/\d\.\d\d\r\n#-/, '0.00\r\n#-')),
    'another day': (text) => text.replace(/起始日期：\[\d{4}/, '起始日期：[2020'),
    'columns missing': inDetail((text) => text.replace(',0.00,0.00,', ',0.00,')),
  };
  for (const [name, change] of Object.entries(changes)) {
    expect(() => readAlipayBill(rewritten(change), account, day()), name).toThrow(ChannelRefusal);
  }
  const total = lines.reduce((sum, line) => addFen(sum, line.amountFen), zeroFen);
  expect(total).toBeGreaterThan(0n);
});
