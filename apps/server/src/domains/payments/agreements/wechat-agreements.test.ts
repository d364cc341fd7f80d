import { getPayment, signOwnAgreement, takeRefund, updatePaymentChannel } from '@anlin/contract';
import { fen } from '@anlin/money';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Emulator, emulatorAccounts, startEmulator } from '../../../../../../tools/emulator/start-emulator.ts';
import { enterAsResident } from '../../../../test/resident-person.ts';
import { startTestApp, type TestApp } from '../../../../test/test-app.ts';
import { sql } from '../../../platform/database/sql.ts';
import { channelInput } from '../payments.fixture.ts';
import { type AgreementsFixture, makeAgreements } from './agreements.fixture.ts';

const { planId, apiV2Key } = emulatorAccounts.wechatPay;

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
  server.clock.set('2026-03-10T00:30:00Z');
  emulator.clock.set('2026-03-10T00:30:00Z');
  at = await makeAgreements(server, emulator);
  const { communityId: _, kind: __, ...settings } = channelInput();
  await at.accountant.call(updatePaymentChannel, {
    params: { id: at.channelId },
    body: { ...settings, settings: { ...settings.settings, planId }, secrets: { apiV2Key }, version: 1 },
  });
});

/** Goes as far as WeChat Pay's page. */
async function open(limit = '1000'): Promise<{ id: string; code: string }> {
  const owner = await enterAsResident(server, at.company.id, '13812345678');
  const { id, started } = await owner.call(signOwnAgreement, {
    body: {
      communityId: at.company.communityId,
      targetKind: 'house',
      targetId: at.desk.houseId,
      channelKind: 'wechat',
      limit,
    },
  });
  if (started.kind !== 'redirect') throw new Error('WeChat Pay signs on a page of its own');
  expect(await (await fetch(started.url)).text()).toContain('签约');
  return { id, code: id.replaceAll('-', '') };
}

const hear = async (payload: string, what: 'agreement' | 'payment' = 'agreement') => {
  const response = await server.app.inject({
    method: 'POST',
    url: `/api/payment-callbacks/${at.company.id}/${at.channelId}/${what}`,
    headers: { 'content-type': 'text/xml; charset=utf-8' },
    payload,
  });
  return { status: response.statusCode, body: response.body };
};
const stateOf = (id: string) =>
  at.company.run(async (ctx) => {
    const row = await ctx.tx.first<{ state: string }>(
      sql`select state from payment_agreement where company_id = ${ctx.companyId} and id = ${id}`,
    );
    return row!.state;
  });
const bill = (amountFen = 10_000n, month = '2026-01') =>
  at.desk.bill({ amountFen, month, dueOn: '2026-12-31', itemId: at.desk.waterItemId });
const papay = () => emulator.wechatPay.papay;

it('tells WeChat Pay two days before, has it take the money, and asks what became of it', async () => {
  const billId = await bill();
  const { id, code } = await open();
  papay().sign(code);
  const taken = await hear(papay().notice(code));
  expect(taken).toMatchObject({ status: 200, body: expect.stringContaining('<return_code><![CDATA[SUCCESS]]>') });
  expect(await stateOf(id)).toBe('active');
  // The answer to the notice before is lost: it was sent all the same, and is not sent twice.
  at.pass({ hours: 1 });
  emulator.faults.plan('wechatPay', ['serverError', 'lost']);
  await at.sweep();
  at.pass({ minutes: 6 });
  await at.sweep();
  at.pass({ minutes: 6 });
  await at.sweep();
  expect(papay().contracts.get(code)?.told).toMatchObject({ amountFen: 10_000n });
  expect((await at.deductions()).rows).toMatchObject([{ state: 'waiting', nextAt: '2026-03-12T01:00:00Z' }]);

  await at.until('2026-03-12', 9);
  expect((await at.deductions()).rows).toMatchObject([{ state: 'charging' }]);
  papay().contracts.get(code)!.fundsFen = fen(1n);
  papay().work();
  at.pass({ minutes: 10 });
  await at.sweep();
  expect((await at.deductions()).rows).toMatchObject([{ state: 'waiting', failure: 'funds' }]);

  papay().contracts.get(code)!.fundsFen = null;
  await at.until('2026-03-13', 9);
  papay().work();
  const [row] = (await at.deductions()).rows;
  const { orderId, orderNo } = row!.tries[1]!;
  const notice = papay().orderNotice(orderNo);
  const told = await Promise.all([1, 2].map(() => hear(notice, 'payment')));
  expect(told.map((one) => one.status)).toEqual([200, 200]);
  expect(await at.outstanding(billId)).toBe(0n);
  const payment = await at.accountant.call(getPayment, { params: { id: orderId! } });
  expect(payment).toMatchObject({ state: 'paid', channelKind: 'wechat', way: 'agreement', amount: '100.00' });

  const method = await at.company.run((ctx) =>
    ctx.tx.first<{ id: string }>(
      sql`select id from payment_method where company_id = ${ctx.companyId} and channel = 'wechat'`,
    ),
  );
  const cashier = await at.company.person('收银员');
  await cashier.call(takeRefund, {
    body: {
      receiptId: payment.receiptId,
      lines: { bills: [{ billId, principal: '30.00', lateFee: '0.00' }] },
      tenders: [{ paymentMethodId: method!.id, amount: '30.00' }],
      reason: '多收',
      refundedOn: '2026-03-13',
      idempotencyKey: 'refund-of-papay',
    },
  });
  for (let look = 0; look < 3; look += 1) {
    await at.sweep();
    at.pass({ minutes: 1 });
  }
  expect((await at.accountant.call(getPayment, { params: { id: orderId! } })).refunds).toMatchObject([
    { state: 'done' },
  ]);
  expect(await at.sound()).toEqual([]);

  // Ended by the payer in WeChat; heard by its message.
  papay().unsign(code);
  await hear(papay().notice(code));
  expect(await stateOf(id)).toBe('ended');
});

it('believes no message of 委托代扣 that is not whole, signed with the key, and of this merchant and template', async () => {
  const { id, code } = await open();
  papay().sign(code);
  const good = papay().notice(code);
  const change = (fields: Record<string, string>) => papay().notice(code, fields);
  const forged: Record<string, string> = {
    'another key': papay().notice(code, {}, 'another-api-v2-key-of-32-chars!!'),
    'the key of APIv3': papay().notice(code, {}, emulatorAccounts.wechatPay.apiV3Key),
    'no signature': good.replace(/<sign>.*<\/sign>/, ''),
    'an empty signature': good.replace(/<sign>.*<\/sign>/, '<sign><![CDATA[]]></sign>'),
    'a changed number': good.replace(/<contract_id><!\[CDATA\[\d/, '<contract_id><![CDATA[9'),
    'a field added': good.replace('</xml>', '<extra><![CDATA[1]]></extra></xml>'),
    'a field twice': good.replace('</xml>', '<contract_id><![CDATA[1]]></contract_id></xml>'),
    'another merchant': change({ mch_id: '1900000002' }),
    'another template': change({ plan_id: '99999' }),
    'no number of ours': change({ contract_code: '' }),
    'no number of theirs': change({ contract_id: '' }),
    'neither signed nor ended': change({ change_type: 'EDIT' }),
    'a failure': change({ result_code: 'FAIL' }),
    'a time that is none': change({ operate_time: 'soon' }),
    'an entity': good.replace('<xml>', '<!DOCTYPE xml [<!ENTITY a "b">]><xml>'),
    nested: good.replace('</xml>', '<a><b>1</b></a></xml>'),
    'cut off': good.slice(0, -20),
  };
  for (const [name, body] of Object.entries(forged)) expect([name, (await hear(body)).status]).toEqual([name, 401]);
  expect(await stateOf(id)).toBe('signing');
  expect((await hear(good)).status).toBe(200);
  expect(await stateOf(id)).toBe('active');

  await bill();
  await at.until('2026-03-10', 9);
  await at.until('2026-03-12', 9);
  papay().work();
  const [row] = (await at.deductions()).rows;
  const { orderNo, orderId } = row!.tries[0]!;
  const wrong = [
    papay().orderNotice(orderNo, {}, 'another-api-v2-key-of-32-chars!!'),
    papay().orderNotice(orderNo, { mch_id: '1900000002' }),
    papay().orderNotice(orderNo, { appid: 'wxother' }),
    papay().orderNotice(orderNo, { transaction_id: '' }),
    papay().orderNotice(orderNo, { total_fee: '-1' }),
  ];
  for (const body of wrong) expect((await hear(body, 'payment')).status).toBe(401);
  // Signed well and untrue: taken note of, not booked.
  expect((await hear(papay().orderNotice(orderNo, { total_fee: '1' }), 'payment')).status).toBe(200);
  expect(await at.order(orderId!)).toMatchObject({ receipt_id: null, exception: 'mismatch' });
  await hear(papay().orderNotice(orderNo), 'payment');
  expect(await at.order(orderId!)).toMatchObject({ state: 'paid' });
  expect(await at.sound()).toEqual([]);
});
