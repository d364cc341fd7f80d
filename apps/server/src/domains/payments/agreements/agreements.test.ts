import {
  askOwnAgreement,
  endOwnAgreement,
  endPaymentAgreement,
  getPayment,
  handleDeduction,
  listPaymentAgreements,
  saveDeductionPlan,
  signOwnAgreement,
  startDeskPayment,
  takePayment,
  takeRefund,
  usualPlan,
} from '@anlin/contract';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../../../../tools/emulator/start-emulator.ts';
import { refusal, startTestApp, type TestApp } from '../../../../test/test-app.ts';
import { sql } from '../../../platform/database/sql.ts';
import { paymentFor } from '../../cashier/cashier.fixture.ts';
import { type AgreementsFixture, makeAgreements } from './agreements.fixture.ts';

let server: TestApp;
let emulator: Emulator;
let at: AgreementsFixture;

beforeAll(async () => {
  emulator = await startEmulator({ minuteMs: 3_600_000 });
  server = await startTestApp({ gateway: emulator.url });
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});
beforeEach(async () => {
  emulator.faults.clear();
  server.clock.set('2026-03-10T02:00:00Z');
  emulator.clock.set('2026-03-10T02:00:00Z');
  at = await makeAgreements(server, emulator);
});

const bill = (amountFen = 10_000n, month = '2026-01') =>
  at.desk.bill({ amountFen, month, dueOn: '2026-12-31', itemId: at.desk.waterItemId });
const events = () =>
  at.company.run((ctx) =>
    ctx.tx.rows<{ kind: string; payload: Record<string, string> }>(sql`select kind, payload from outbox_event
      where company_id = ${ctx.companyId} and (kind like 'deduction.%' or kind like 'agreement.%') order by created_at, id`),
  );

it('takes what is due on the planned day from who signed, tells before, and books it with a receipt', async () => {
  const billId = await bill();
  expect(await at.own()).toMatchObject({
    agreements: [],
    channels: [{ kind: 'alipay' }],
    targets: [{ id: at.desk.houseId }],
    plan: { dayOfMonth: 12, nextOn: '2026-03-12' },
  });
  const { id, code, url } = await at.open();
  // Pressed again, it is the same signing; its page shows the limit.
  expect((await at.open()).id).toBe(id);
  expect(await (await fetch(url)).text()).toContain('1,000.00');
  expect((await at.own()).agreements).toMatchObject([{ id, state: 'signing', isOwn: true }]);
  emulator.alipay.sign(code);
  const notice = emulator.alipay.agreementNotify(code);
  expect(await Promise.all([1, 2, 3].map(() => at.hearAgreement(notice)))).toEqual([200, 200, 200]);
  expect((await at.own()).agreements).toMatchObject([{ state: 'active', limit: '1000.00', whatFor: '全部收费项目' }]);
  expect((await refusal(at.open())).code).toBe('agreement.exists');

  await at.sweep();
  const planned = await at.deductions();
  expect(planned.rows).toMatchObject([{ plannedOn: '2026-03-12', state: 'waiting', amount: '100.00', triesLeft: 4 }]);
  expect((await events()).map((event) => event.kind)).toEqual(['deduction.planned']);
  await at.sweep();
  expect((await at.deductions()).total).toBe(1);
  await at.until('2026-03-12', 8);
  expect(await at.outstanding(billId)).toBe(10_000n);
  await at.until('2026-03-12', 9);
  expect(await at.outstanding(billId)).toBe(0n);
  const [done] = (await at.deductions()).rows;
  expect(done).toMatchObject({ state: 'done', attempt: 1, tries: [{ outcome: 'paid', amount: '100.00' }] });
  const payment = await at.accountant.call(getPayment, { params: { id: done!.tries[0]!.orderId! } });
  expect(payment).toMatchObject({ state: 'paid', way: 'agreement', payerName: '崔春涛' });
  expect((await at.own()).deductions).toMatchObject([{ state: 'done', receiptId: payment.receiptId }]);
  expect((await at.accountant.call(listPaymentAgreements, { query: {} })).rows).toMatchObject([
    { residentName: '崔春涛', targetName: '1-101', state: 'active' },
  ]);

  // Given back the way it came.
  await at.cashier.call(takeRefund, {
    body: {
      receiptId: payment.receiptId,
      lines: { bills: [{ billId, principal: '40.00', lateFee: '0.00' }] },
      tenders: [{ paymentMethodId: await onlineMethod(), amount: '40.00' }],
      reason: '多收',
      refundedOn: '2026-03-12',
      idempotencyKey: 'refund-of-deduction',
    },
  });
  await at.sweep();
  at.pass({ minutes: 1 });
  await at.sweep();
  const back = await at.accountant.call(getPayment, { params: { id: payment.id } });
  expect(back).toMatchObject({ refunded: '40.00', refunds: [{ state: 'done' }] });
  expect(await at.sound()).toEqual([]);
});

const onlineMethod = () =>
  at.company.run(async (ctx) => {
    const row = await ctx.tx.first<{ id: string }>(
      sql`select id from payment_method where company_id = ${ctx.companyId} and channel = 'alipay'`,
    );
    return row!.id;
  });

it('finds a signature whose message was lost, gives up what nobody signed, and hears one that comes late', async () => {
  const lost = await at.open();
  emulator.alipay.sign(lost.code);
  expect((await at.owner.call(askOwnAgreement, { params: { agreementId: lost.id } })).state).toBe('active');
  await at.owner.call(endOwnAgreement, { params: { agreementId: lost.id }, body: {} });
  expect((await at.own()).agreements).toMatchObject([{ state: 'ended' }]);
  expect(emulator.alipay.agreements.get(lost.code)?.status).toBe('NORMAL');
  emulator.faults.plan('alipay', ['serverError']);
  await at.sweep();
  expect(emulator.alipay.agreements.get(lost.code)?.status).toBe('NORMAL');
  at.pass({ minutes: 1 });
  await at.sweep();
  expect(emulator.alipay.agreements.get(lost.code)?.status).toBe('STOP');

  const left = await at.open({ limit: '600' });
  at.pass({ hours: 3 });
  await at.sweep();
  expect(await stateOf(left.id)).toBe('refused');
  emulator.alipay.sign(left.code);
  await at.until('2026-03-11', 16);
  expect(await stateOf(left.id)).toBe('active');
});

const stateOf = (id: string) =>
  at.company.run(async (ctx) => {
    const row = await ctx.tx.first<{ state: string }>(
      sql`select state from payment_agreement where company_id = ${ctx.companyId} and id = ${id}`,
    );
    return row!.state;
  });

it('ends a second signature for the same house at the channel', async () => {
  const first = await at.open();
  const second = await at.open({ limit: '500' });
  for (const { code } of [first, second]) emulator.alipay.sign(code);
  const notices = [first, second].map(({ code }) => emulator.alipay.agreementNotify(code));
  await Promise.all(notices.map((notice) => at.hearAgreement(notice)));
  const states = [await stateOf(first.id), await stateOf(second.id)];
  expect(states.sort()).toEqual(['active', 'ended']);
  await at.sweep();
  const kept = [first, second].map(({ code }) => emulator.alipay.agreements.get(code)?.status);
  expect(kept.sort()).toEqual(['NORMAL', 'STOP']);
});

it('tries again by the ladder when there is no money, tells each time, and leaves the last failure to staff', async () => {
  const billId = await bill();
  const { code } = await at.sign();
  emulator.alipay.agreements.get(code)!.fundsFen = 0n as never;
  await at.until('2026-03-12');
  expect((await at.deductions()).rows).toMatchObject([
    { state: 'waiting', attempt: 1, triesLeft: 3, failure: 'funds', nextAt: '2026-03-13T01:00:00Z' },
  ]);
  await at.until('2026-03-16');
  expect((await at.deductions()).rows).toMatchObject([{ state: 'waiting', attempt: 3, triesLeft: 1 }]);
  await at.until('2026-03-19');
  const [failed] = (await at.deductions()).rows;
  expect(failed).toMatchObject({ state: 'failed', attempt: 4, isHandled: false });
  expect(failed!.tries.map((one) => one.outcome)).toEqual(['failed', 'failed', 'failed', 'failed']);
  const told = (await events()).filter((event) => event.kind === 'deduction.failed');
  expect(told.map(({ payload }) => payload.nextOn)).toEqual(['2026-03-13', '2026-03-15', '2026-03-19', '']);
  await at.accountant.call(handleDeduction, {
    params: { id: failed!.id },
    body: { action: 'acknowledge', note: '已电话联系' },
  });
  expect((await at.deductions()).rows).toMatchObject([{ isHandled: true, handledNote: '已电话联系' }]);
  expect(await at.outstanding(billId)).toBe(10_000n);
  // Next month it is taken anew, two months of it.
  emulator.alipay.agreements.get(code)!.fundsFen = null;
  await at.until('2026-04-18');
  expect(await at.outstanding(billId)).toBe(0n);
  expect(await at.sound()).toEqual([]);
});

it('takes nothing above the limit, nothing that a bank or another payment is taking, and nothing that was paid', async () => {
  const dear = await bill(90_000n, '2026-01');
  await at.sign({ limit: '500' });
  await at.until('2026-03-12');
  expect((await at.deductions()).rows).toMatchObject([
    { state: 'waiting', failure: 'limit', tries: [{ orderId: null }] },
  ]);
  await at.cashier.call(takePayment, {
    body: paymentFor(at.desk, [{ id: dear, toPay: '900.00' }], { receivedOn: '2026-03-12' }),
  });
  await at.until('2026-03-13');
  expect((await at.deductions()).rows).toMatchObject([{ state: 'cancelled', reason: '账单已另行付清' }]);

  const withheld = await bill(10_000n, '2026-02');
  const paying = await bill(20_000n, '2026-03');
  const free = await bill(5_000n, '2026-04');
  await at.company.run((ctx) =>
    ctx.tx.run(sql`update bill set withheld_in = 'YL01' where company_id = ${ctx.companyId} and id = ${withheld}`),
  );
  await at.until('2026-04-12', 8);
  at.cashier = await at.company.person('收银员');
  at.pass({ minutes: 50 });
  await payAtDesk(paying);
  await at.until('2026-04-12', 9);
  expect(await Promise.all([withheld, paying, free].map((id) => at.outstanding(id)))).toEqual([10_000n, 20_000n, 0n]);
  const [latest] = (await at.deductions()).rows;
  expect(latest).toMatchObject({ plannedOn: '2026-04-12', state: 'done', amount: '50.00' });
});

const payAtDesk = (billId: string) =>
  at.cashier.call(startDeskPayment, {
    body: {
      communityId: at.company.communityId,
      targetKind: 'house',
      targetId: at.desk.houseId,
      bills: [{ id: billId, expected: '200.00' }],
      expectedTotal: '200.00',
      way: 'native',
      idempotencyKey: `desk-${billId}`,
    },
  });

it('marks what it is taking, so that nobody else takes it meanwhile, and frees it again', async () => {
  const billId = await bill();
  await at.sign();
  await at.until('2026-03-12', 8);
  at.pass({ hours: 1 });
  emulator.faults.plan('alipay', ['serverError']);
  await at.sweep();
  expect((await at.deductions()).rows).toMatchObject([{ state: 'charging' }]);
  const busy = await refusal(at.start([{ id: billId, expected: '100.00' }]));
  expect(busy.code).toBe('receipt.billWithheld');
  // Alipay never heard of it: given up when its time is over, and tried again the next day.
  at.pass({ minutes: 16 });
  await at.sweep();
  at.pass({ minutes: 1 });
  await at.sweep();
  expect((await at.deductions()).rows).toMatchObject([{ state: 'waiting', failure: 'silence' }]);
  expect(await at.sound()).toEqual([]);
  await at.until('2026-03-13');
  expect(await at.outstanding(billId)).toBe(0n);
  expect((await at.deductions()).rows).toMatchObject([{ state: 'done', attempt: 2 }]);
});

it('is over when either side ends it, or whoever signed moves out', async () => {
  await bill();
  const byChannel = await at.sign();
  await at.sweep();
  emulator.alipay.unsign(byChannel.code);
  const notice = emulator.alipay.agreementNotify(byChannel.code);
  expect(await at.hearAgreement(notice)).toBe(200);
  expect(await stateOf(byChannel.id)).toBe('ended');
  await at.until('2026-03-12');
  expect((await at.deductions()).rows).toMatchObject([{ state: 'cancelled', reason: '签约已解除' }]);

  // Ended in the channel's app, and nobody told us: the refusal does.
  const silent = await at.sign();
  emulator.alipay.unsign(silent.code);
  await at.until('2026-04-12');
  expect(await stateOf(silent.id)).toBe('ended');

  at.accountant = await at.company.person('财务');
  at.cashier = await at.company.person('收银员');
  const byStaff = await at.sign();
  await at.accountant.call(endPaymentAgreement, { params: { id: byStaff.id }, body: { reason: '业主来电要求' } });
  expect(
    (await refusal(at.accountant.call(endPaymentAgreement, { params: { id: byStaff.id }, body: { reason: '再次' } })))
      .code,
  ).toBe('agreement.wrongState');
  expect(
    (await refusal(at.cashier.call(endPaymentAgreement, { params: { id: byStaff.id }, body: { reason: '越权' } })))
      .status,
  ).toBe(403);
  await at.sweep();
  expect(emulator.alipay.agreements.get(byStaff.code)?.status).toBe('STOP');

  const movedOut = await at.sign();
  await at.company.run((ctx) =>
    ctx.tx.run(
      sql`update occupancy set moved_out_on = '2026-04-01' where company_id = ${ctx.companyId} and house_id = ${at.desk.houseId}`,
    ),
  );
  await at.sweep();
  expect(await stateOf(movedOut.id)).toBe('ended');
  expect(emulator.alipay.agreements.get(movedOut.code)?.status).toBe('STOP');
  const ended = (await events()).filter((event) => event.kind === 'agreement.ended');
  expect(ended.map(({ payload }) => payload.by)).toEqual(['channel', 'channel', 'staff', 'movedOut']);
});

it('signs only for houses of one’s own, where the community takes and the channel can', async () => {
  const other = await at.desk.house('2-201');
  const body = {
    communityId: at.company.communityId,
    targetKind: 'house' as const,
    targetId: at.desk.houseId,
    channelKind: 'alipay' as const,
    limit: '100',
  };
  const signing = (more: object) => refusal(at.owner.call(signOwnAgreement, { body: { ...body, ...more } }));
  expect((await signing({ targetId: other })).code).toBe('reference.notFound');
  expect((await signing({ channelKind: 'unionpay' })).code).toBe('agreement.noChannel');
  expect((await signing({ limit: '0' })).status).toBe(422);
  expect((await signing({ chargeItemIds: [at.desk.depositItemId] })).code).toBe('reference.notFound');
  await at.plan({ isOn: false });
  expect((await signing({})).code).toBe('agreement.noPlan');
  const stale = { ...usualPlan, version: 0 };
  const params = { id: at.company.communityId };
  expect((await refusal(at.accountant.call(saveDeductionPlan, { params, body: stale }))).code).toBe('resource.changed');
  expect((await refusal(at.cashier.call(saveDeductionPlan, { params, body: stale }))).status).toBe(403);
  // Nobody at the desk takes by an agreement.
  const billId = await bill();
  const asked = { bills: [{ id: billId, expected: '100.00' }], expectedTotal: '100.00', way: 'agreement' as const };
  const place = { communityId: at.company.communityId, targetKind: 'house' as const, targetId: at.desk.houseId };
  const desk = await refusal(
    at.cashier.call(startDeskPayment, { body: { ...place, ...asked, idempotencyKey: 'by-agreement' } }),
  );
  expect(desk.code).toBe('payment.noChannel');
});

it('believes no message about an agreement that is not whole, signed, ours and of now', async () => {
  const { id, code } = await at.open();
  emulator.alipay.sign(code);
  const stranger = (await import('../../../../../../tools/emulator/emulator-keys.ts')).emulatorKey('stranger.pem');
  const good = emulator.alipay.agreementNotify(code);
  const change = (fields: Record<string, string>) => emulator.alipay.agreementNotify(code, fields);
  const minutes = (count: number) =>
    Temporal.Instant.from('2026-03-10T10:00:00Z').add({ minutes: count }).toString().replace('T', ' ').replace('Z', '');
  const forged: Record<string, string> = {
    'another key': emulator.alipay.agreementNotify(code, {}, stranger),
    'no signature': good.replace(/&sign=[^&]*/, ''),
    'a changed letter': good.replace('external_agreement_no=', 'external_agreement_no=0'),
    'another number of the channel': good.replace(/agreement_no=\d/, 'agreement_no=9'),
    'another application': change({ app_id: '2021000000000002' }),
    'another merchant': change({ partner_id: '2088000000000002' }),
    'no number': change({ agreement_no: '' }),
    'a state that is none': change({ status: 'PENDING' }),
    'ended, said to be signed': change({ status: 'UNSIGN' }),
    'signed, said to be ended': change({ notify_type: 'dut_user_unsign' }),
    'of yesterday': change({ notify_time: minutes(-1_600) }),
    'of tomorrow': change({ notify_time: minutes(600) }),
    'a time that is none': change({ sign_time: 'soon' }),
    'a field twice': `${good}&agreement_no=1`,
    'another kind of signature': good.replace('sign_type=RSA2', 'sign_type=MD5'),
    nothing: '',
    'not a form': '{"status":"NORMAL"}',
  };
  for (const [name, body] of Object.entries(forged)) expect([name, await at.hearAgreement(body)]).toEqual([name, 401]);
  expect(await stateOf(id)).toBe('signing');
  // Of an agreement that is not ours, and to another account of the company: taken, and nothing changes.
  expect(await at.hearAgreement(change({ external_agreement_no: 'f'.repeat(32) }))).toBe(200);
  expect(await at.hearAgreement(good, at.channelId)).toBe(401);
  expect(await stateOf(id)).toBe('signing');
  expect(await at.hearAgreement(good)).toBe(200);
  expect(await stateOf(id)).toBe('active');
  // An end of another number of the same agreement changes nothing.
  const elsewhere = {
    notify_type: 'dut_user_unsign',
    status: 'UNSIGN',
    agreement_no: '20260310000000000001',
    sign_time: '',
  };
  expect(await at.hearAgreement(change(elsewhere))).toBe(200);
  expect(await stateOf(id)).toBe('active');
});
