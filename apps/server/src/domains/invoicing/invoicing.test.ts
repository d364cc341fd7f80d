import {
  createInvoiceSeller,
  type EndpointArguments,
  fileLink,
  invoiceCallback,
  invoiceResource,
  invoiceTitleResource,
  issueInvoice,
  listInvoiceSellers,
  previewInvoice,
  readInvoice,
  receiptInvoicingResource,
  redLetterInvoice,
  requestInvoice,
  resourceEndpoints,
  retryInvoice,
  reverseReceipt,
  reviewInvoice,
  takePayment,
  takeRefund,
  updateInvoiceSeller,
} from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Emulator, emulatorAccounts, startEmulator } from '../../../../../tools/emulator/start-emulator.ts';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type DeskFixture, makeDesk, paymentFor } from '../cashier/cashier.fixture.ts';
import { verifyBooks } from '../finance/index.ts';
import { submitDueInvoices } from './index.ts';

let server: TestApp;
let emulator: Emulator;
let company: TestCompany;
let desk: DeskFixture;
let cashier: TestPerson;
let accountant: TestPerson;
let sellerId: string;
let keys = 0;
const key = () => `invoice-key-${++keys}`;
const taxNumber = '91510100MA61RD0M2L';

beforeAll(async () => {
  emulator = await startEmulator();
  server = await startTestApp({ gateway: emulator.url });
  company = await server.company();
  desk = await makeDesk(company);
  cashier = await company.person('收银员');
  accountant = await company.person('财务');
  sellerId = (await accountant.call(createInvoiceSeller, { body: { ...seller, communityId: null } })).id;
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});
beforeEach(() => {
  server.clock.set('2026-03-10T02:00:00Z');
  emulator.faults.clear();
  emulator.eInvoice.hold(false);
});

const seller = {
  name: '安居物业服务有限公司',
  taxNumber: '91440300708461136T',
  issuerName: '周敏',
  provider: 'gateway' as const,
  host: 'invoice.emulator.example',
  appKey: emulatorAccounts.eInvoice.appKey,
  secret: emulatorAccounts.eInvoice.secret,
  isOn: true,
};
const person = { kind: 'person' as const, name: '崔春涛' };
const firm = { kind: 'company' as const, name: '云栖商贸有限公司', taxNumber };

/** A receipt of 275.80 for the fee and 60.00 for water. */
async function receipt(month: string): Promise<string> {
  const fee = await desk.bill({ amountFen: 27580n, month, dueOn: '2027-01-01' });
  const water = await desk.bill({ amountFen: 6000n, month, dueOn: '2027-01-01', itemId: desk.waterItemId });
  const bills = [
    { id: fee, toPay: '275.80' },
    { id: water, toPay: '60.00' },
  ];
  return (await cashier.call(takePayment, { body: paymentFor(desk, bills) })).id;
}

type Line = EndpointArguments<typeof issueInvoice>['body']['lines'][number];
const fee = (receiptId: string, amount = '275.80'): Line => ({ receiptId, chargeItemId: desk.feeItemId, amount });
const water = (receiptId: string, amount = '60.00'): Line => ({ receiptId, chargeItemId: desk.waterItemId, amount });

const issue = async (lines: Line[], over: object = {}) =>
  (
    await accountant.call(issueInvoice, {
      body: { kind: 'normal', lines, buyer: person, idempotencyKey: key(), ...over },
    })
  ).id;
/** As the worker does, some minutes later. */
async function sweep(minutes = 0): Promise<void> {
  if (minutes > 0) server.clock.set(server.clock.now().add({ minutes }).toString());
  await submitDueInvoices(server.services, company.id);
}
const detail = (id: string) => accountant.call(readInvoice, { params: { id } });
const redLetter = (id: string, lines?: Line[]) =>
  accountant.call(redLetterInvoice, { params: { id }, body: { reason: '开票有误', lines, idempotencyKey: key() } });
/** The fixture’s bills carry one calculation whatever they are for. */
const unsound = async () =>
  (await company.run(verifyBooks)).checks.filter(({ key, wrong }) => wrong > 0 && key !== 'bill.calculation');

it('issues an invoice over several receipts: one line an item, the tax apart, its number and document kept', async () => {
  const [first, second] = [await receipt('2026-01'), await receipt('2026-02')];
  const preview = await accountant.call(previewInvoice, { body: { receiptIds: [first] } });
  expect(preview).toMatchObject({ sellerName: seller.name });
  expect(preview.lines.map(({ itemName, left, suggested }) => [itemName, left, suggested])).toEqual([
    ['水费', '60.00', '60.00'],
    ['物业管理费', '275.80', '275.80'],
  ]);
  const id = await issue([fee(first), water(first), fee(second)], { kind: 'special', buyer: firm, note: '一季度' });
  expect((await detail(id)).state).toBe('issuing');
  await sweep();
  await sweep();
  const invoice = await detail(id);
  expect(invoice).toMatchObject({
    state: 'issued',
    gross: '611.60',
    net: '576.98',
    tax: '34.62',
    issuedOn: '2026-03-10',
  });
  expect(invoice.number).toMatch(/^26512/);
  expect(invoice.lines.map(({ itemName, taxRate, gross, net, tax }) => [itemName, taxRate, gross, net, tax])).toEqual([
    ['物业管理费', '6', '551.60', '520.38', '31.22'],
    ['水费', '6', '60.00', '56.60', '3.40'],
  ]);
  const { url } = await accountant.call(fileLink, {
    params: { id: invoice.pdf.fileId ?? '' },
  });
  const pdf = await server.app.inject({ url, headers: { cookie: accountant.cookie } });
  expect(pdf.body.slice(0, 5)).toBe('%PDF-');
  const { rows, totals } = await accountant.call(resourceEndpoints(receiptInvoicingResource).list, { query: {} });
  expect(rows.map(({ state, left }) => [state, left])).toEqual([
    ['partly', '60.00'],
    ['invoiced', '0.00'],
  ]);
  expect(totals).toMatchObject({ left: '60.00' });
  expect(await unsound()).toEqual([]);
});

it('does not invoice what was paid with money that a package gave', async () => {
  const place = { targetKind: 'house' as const, targetId: await desk.house('9-909') };
  const packageId = await company.run(async (ctx) => {
    const [id, now] = [ctx.newId(), nowText(ctx)];
    await ctx.tx.run(sql`insert into prepaid_package (company_id, id, name, price_fen, credit_fen, is_enabled, created_at, updated_at)
      values (${ctx.companyId}, ${id}, '充 100 送 20', 10000, 12000, true, ${now}, ${now})`);
    return id;
  });
  const topUps = [{ ...place, chargeItemId: null, amount: '100.00', packageId }];
  const cash = [{ paymentMethodId: desk.methods.cash, amount: '100.00' }];
  const sold = { ...place, topUps, expectedTotal: '100.00', tenders: cash };
  await cashier.call(takePayment, { body: { ...paymentFor(desk, []), ...sold } });
  const account = await company.run((ctx) =>
    ctx.tx.first<{ id: string }>(sql`select id from prepaid_account where target_id = ${place.targetId}`),
  );
  const bill = await desk.bill({ amountFen: 11_000n, month: '2026-03', dueOn: '2027-01-01', targetId: place.targetId });
  const tenders = [{ paymentMethodId: desk.methods.prepaid, amount: '110.00', prepaidAccountId: account!.id }];
  const body = paymentFor(desk, [{ id: bill, toPay: '110.00' }], { ...place, tenders });
  const { id } = await cashier.call(takePayment, { body });
  expect(await refusal(issue([fee(id, '100.01')]))).toMatchObject({ code: 'invoice.receiptTooMuch' });
  await issue([fee(id, '100.00')]);
  expect(await unsound()).toEqual([]);
});

it('never invoices more than was received and kept, however many ask at once and whichever click comes twice', async () => {
  const id = await receipt('2026-03');
  const same = key();
  const body = { kind: 'normal' as const, buyer: person, lines: [fee(id, '200.00')] };
  const twice = await Promise.all(
    [1, 2].map(() => accountant.call(issueInvoice, { body: { ...body, idempotencyKey: same } })),
  );
  expect(twice[0]).toEqual(twice[1]);
  const asked = await Promise.allSettled(Array.from({ length: 5 }, () => issue([fee(id, '50.00')])));
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await refusal(issue([fee(id, '25.81')]))).toMatchObject({
    code: 'invoice.tooMuch',
    params: { left: '25.80', asked: '25.81' },
  });
  expect((await refusal(issue([fee(id, '1.00'), fee(id, '2.00')]))).code).toBe('invoice.repeatedLine');
  expect((await refusal(issue([fee(id, '0')]))).code).toBe('invoice.zeroLine');
  expect((await refusal(issue([fee(id)], { buyer: firm, idempotencyKey: same }))).code).toBe('invoice.keyReused');
  // A refund of an invoiced part waits for the red letter; of the part that is not invoiced it does not.
  const refund = (amount: string) => refundFee(id, amount);
  expect(await refusal(refund('30.00'))).toMatchObject({ code: 'receipt.invoiced' });
  await refund('25.80');
  expect((await refusal(issue([fee(id, '0.01')]))).code).toBe('invoice.tooMuch');
  expect((await refusal(cashier.call(reverseReceipt, { params: { id }, body: { reason: '收错了' } }))).code).toMatch(
    /receipt\./,
  );
  await sweep();
  await sweep();
  expect(await unsound()).toEqual([]);
});

/** Gives back a part of what a receipt received for the fee. */
async function refundFee(receiptId: string, amount: string): Promise<void> {
  const row = await company.run((ctx) =>
    ctx.tx.first<{ bill_id: string }>(sql`select a.bill_id from allocation a
      join bill b on b.company_id = a.company_id and b.id = a.bill_id
      where a.company_id = ${company.id} and a.receipt_id = ${receiptId} and b.charge_item_id = ${desk.feeItemId} limit 1`),
  );
  await cashier.call(takeRefund, {
    body: {
      receiptId,
      lines: { bills: [{ billId: row!.bill_id, principal: amount, lateFee: '0' }] },
      tenders: [{ paymentMethodId: desk.methods.cash, amount }],
      reason: '多收',
      refundedOn: '2026-03-10',
      idempotencyKey: key(),
    },
  });
}

it('takes an invoice back in part and then whole: blue and red cancel to the fen, and the receipt may be reversed', async () => {
  const id = await receipt('2026-04');
  const blue = await issue([fee(id), water(id)]);
  await sweep();
  expect((await refusal(cashier.call(reverseReceipt, { params: { id }, body: { reason: '收错了' } }))).code).toBe(
    'receipt.invoiced',
  );
  expect((await refusal(redLetter(blue, [fee(id, '300.00')]))).code).toBe('invoice.redTooMuch');
  emulator.eInvoice.hold(true);
  const part = await redLetter(blue, [fee(id, '100.07')]);
  expect((await refusal(redLetter(blue))).code).toBe('invoice.redInProgress');
  await sweep();
  emulator.eInvoice.finish((await detail(part.id)).requestNumber);
  await sweep(1);
  emulator.eInvoice.hold(false);
  expect(await detail(blue)).toMatchObject({ state: 'partlyRed', red: '100.07' });
  const rest = await redLetter(blue);
  await sweep(1);
  const all = await Promise.all([blue, part.id, rest.id].map(detail));
  const sum = (name: 'gross' | 'tax') => all.reduce((total, one) => total + Math.round(Number(one[name]) * 100), 0);
  expect([all[0]?.state, sum('gross'), sum('tax')]).toEqual(['redLettered', 0, 0]);
  expect((await refusal(redLetter(rest.id))).code).toBe('invoice.notBlue');
  await cashier.call(reverseReceipt, { params: { id }, body: { reason: '收错了' } });
  expect(await unsound()).toEqual([]);
});

it('is issued once though answers are lost, late, doubled or forged', async () => {
  const callback = (report: object, of = sellerId) =>
    server.app.inject({
      method: 'POST',
      url: invoiceCallback.path.replace(':company', company.id).replace(':seller', of),
      payload: report,
    });
  const { eInvoice, faults } = emulator;
  const seconds = () => Math.floor(server.clock.now().epochMilliseconds / 1000);
  const id = await receipt('2026-05');
  // The first telling never arrives, the second one's answer is lost, then the provider is asked.
  faults.plan('eInvoice', ['serverError', 'lost', 'garbage', 'lost']);
  const blue = await issue([fee(id)]);
  const { requestNumber } = await detail(blue);
  for (let round = 0; round < 5; round += 1) await sweep(5);
  const issued = await detail(blue);
  expect(issued.state).toBe('issued');
  expect(issued.exchanges.map(({ outcome }) => outcome)).toContain('unclear');
  expect(eInvoice.issued.get(requestNumber)).toMatchObject({ number: issued.number, total: '275.80', tax: '15.61' });

  eInvoice.hold(true);
  const held = await issue([water(id)]);
  await sweep();
  const number = (await detail(held)).requestNumber;
  eInvoice.finish(number);
  const good = eInvoice.report(number, seconds());
  const forged = { ...good, payload: good.payload.replace('60.00', '61.00') };
  const late = eInvoice.report(number, seconds() - 301);
  for (const bad of [forged, late, { ...good, signature: 'a'.repeat(64) }])
    expect((await callback(bad)).statusCode).toBe(401);
  expect((await callback(good, company.id)).statusCode).toBe(401);
  expect((await detail(held)).state).toBe('issuing');
  const answers = await Promise.all([callback(good), callback(good), sweep(5)]);
  expect(answers.slice(0, 2).map((one) => one?.statusCode)).toEqual([200, 200]);
  await callback(eInvoice.report(number, seconds()));
  const done = await detail(held);
  expect([done.state, done.number]).toEqual(['issued', eInvoice.issued.get(number)?.number]);
  expect([...eInvoice.issued.keys()].filter((one) => one.startsWith(number.slice(0, 32)))).toHaveLength(1);
  expect(await unsound()).toEqual([]);
});

it('a refusal frees the receipt and says why; another try is another request; requests are reviewed first', async () => {
  const id = await receipt('2026-06');
  const refused = await issue([fee(id)], { buyer: { kind: 'person', name: '已注销商户' } });
  await sweep();
  expect(await detail(refused)).toMatchObject({ state: 'failed', failure: '购买方纳税人状态异常，不能开具' });
  const body = { kind: 'normal' as const, lines: [fee(id)], buyer: person, idempotencyKey: key() };
  const asked = await cashier.call(requestInvoice, { body });
  expect((await refusal(cashier.call(issueInvoice, { body }))).code).toBe('permission.denied');
  expect((await refusal(accountant.call(retryInvoice, { params: { id: refused }, body: {} }))).code).toBe(
    'invoice.tooMuch',
  );
  const review = (decision: 'issue' | 'reject', reason = '') =>
    accountant.call(reviewInvoice, { params: { id: asked.id }, body: { decision, reason } });
  expect((await refusal(review('reject'))).fields).toMatchObject([{ path: 'reason' }]);
  await review('reject', '抬头应为本人');
  expect((await refusal(review('issue'))).code).toBe('invoice.wrongState');
  const first = (await detail(refused)).requestNumber;
  await accountant.call(retryInvoice, { params: { id: refused }, body: {} });
  await sweep();
  const again = await detail(refused);
  expect([again.state, again.requestNumber]).toEqual(['failed', first.replace(/-1$/, '-2')]);
  expect(await unsound()).toEqual([]);
});

it('keeps the provider’s secret sealed, titles checked, and other companies and communities out', async () => {
  const [row] = (await accountant.call(listInvoiceSellers)).rows;
  expect(JSON.stringify(row)).not.toContain(seller.secret);
  const stored = await company.run((ctx) =>
    ctx.tx.first<{ sealed_secret: string }>(
      sql`select sealed_secret from invoice_seller where company_id = ${company.id} and id = ${sellerId}`,
    ),
  );
  expect(stored?.sealed_secret).not.toContain(seller.secret);
  await accountant.call(updateInvoiceSeller, { params: { id: sellerId }, body: { ...seller, secret: '', version: 1 } });
  const titles = resourceEndpoints(invoiceTitleResource);
  const title = {
    communityId: company.communityId,
    kind: 'company',
    name: '云栖商贸',
    taxNumber,
    houseId: desk.houseId,
  };
  await cashier.call(titles.create, { body: title });
  expect(
    (await refusal(cashier.call(titles.create, { body: { ...title, name: '别家', taxNumber: '91510100MA61RD0M2X' } })))
      .code,
  ).toBe('invoice.taxNumber');
  expect((await refusal(cashier.call(titles.create, { body: { ...title, name: '别家', taxNumber: '' } }))).code).toBe(
    'invoice.companyNeedsTaxNumber',
  );
  const id = await receipt('2026-07');
  const before = await accountant.call(previewInvoice, { body: { receiptIds: [id] } });
  expect(before.titles).toMatchObject([{ name: '云栖商贸' }]);
  // The dialog begins with the title of the house, and with who paid where there is none.
  expect(before).toMatchObject({ houseTitleId: before.titles[0]!.id, payerName: paymentFor(desk, []).payerName });
  const [paid] = await company.run((ctx) =>
    ctx.tx.rows<{ id: string }>(sql`select a.bill_id as id from allocation a where a.company_id = ${ctx.companyId}
      and a.receipt_id = ${id} and a.principal_fen = 27580`),
  );
  const ofBill = await accountant.call(previewInvoice, { body: { billIds: [paid!.id] } });
  expect(ofBill.lines.map((line) => [line.receiptId, line.itemName, line.suggested]).sort()).toEqual([
    [id, '水费', '0.00'],
    [id, '物业管理费', '275.80'],
  ]);
  expect((await refusal(issue([fee(id)], { kind: 'special' }))).code).toBe('invoice.specialNeedsCompany');
  const elsewhere = await company.person('财务', [company.otherCommunityId]);
  const body = { kind: 'normal' as const, lines: [fee(id)], buyer: person, idempotencyKey: key() };
  expect((await refusal(elsewhere.call(issueInvoice, { body }))).code).toBe('reference.notFound');
  expect((await elsewhere.call(resourceEndpoints(invoiceResource).list, { query: {} })).rows).toEqual([]);
  const stranger = await (await server.company('别家物业')).person('财务');
  expect((await refusal(stranger.call(previewInvoice, { body: { receiptIds: [id] } }))).code).toBe(
    'reference.notFound',
  );
});
