import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createWebhookEndpoint,
  getWebhookDelivery,
  listWebhookDeliveries,
  moveIn,
  renewWebhookSecret,
  resendWebhookDelivery,
  reverseReceipt,
  revokePartnerGrant,
  takePayment,
  updateWebhookEndpoint,
} from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient, Refusal } from '../../../../../examples/third-party-client/client.ts';
import {
  createReceiver,
  isGenuine,
  type PushedEvent,
} from '../../../../../examples/third-party-client/receive-webhooks.ts';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { retryPausesMinutes, sendWebhooks } from '../../platform/webhooks/send-webhooks.ts';
import { type DeskFixture, makeDesk } from '../cashier/cashier.fixture.ts';
import { makeKey, type TestKey } from './partners.fixture.ts';
import { tellEndpoints } from './tell-endpoints.ts';

let server: TestApp;
let company: TestCompany;
let desk: DeskFixture;
let admin: TestPerson;
let key: TestKey;
let site: string;
/** What the receiver took, and how it answers. */
const taken: PushedEvent[] = [];
let posts = 0;
let answer: 'take' | 'fail' | 'redirect' = 'take';
let secret = '';
const nowMs = () => server.clock.now().epochMilliseconds;
let receiver: Server;
const seen = new Set<string>();
let address: string;

beforeAll(async () => {
  // An emulator's address lets pushes go to this machine; nothing else is asked of it here.
  server = await startTestApp({ gateway: 'http://127.0.0.1:9' });
  company = await server.company();
  desk = await makeDesk(company);
  admin = await company.person('管理员');
  key = await makeKey(admin, company.communityId);
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  site = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`;
  receiver = createServer((request, response) => {
    posts += 1;
    if (answer === 'fail') return void response.writeHead(503).end('忙');
    if (answer === 'redirect') return void response.writeHead(302, { location: `${site}/healthz` }).end();
    createReceiver(secret, (event) => taken.push(event), { now: nowMs, seen }).emit('request', request, response);
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  await new Promise((resolve) => receiver.close(resolve));
  await server.stop();
});

const push = async () => {
  await tellEndpoints(server.services, company.id);
  return sendWebhooks(server.services, company.id);
};
const advance = (minutes: number) =>
  server.clock.set(
    server.clock
      .now()
      .add({ seconds: Math.ceil(minutes * 60) })
      .toString(),
  );
const deliveries = async () =>
  (await admin.call(listWebhookDeliveries, { query: { communityId: company.communityId } })).rows;

async function pay(billId: string, total: string): Promise<string> {
  const receipt = await admin.call(takePayment, {
    body: {
      communityId: company.communityId,
      targetKind: 'house',
      targetId: desk.houseId,
      bills: [{ id: billId, expected: total }],
      expectedTotal: total,
      tenders: [{ paymentMethodId: desk.methods.cash, amount: total }],
      receivedOn: server.clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString(),
      idempotencyKey: server.services.newId(),
    },
  });
  return receipt.id;
}

it('serves the example client: houses, bills written once, payments from the cursor, a refusal in words', async () => {
  const client = createClient({ site, key: key.accessId, secret: key.secret, now: nowMs });
  expect((await client.community()).name).toBe('翠湖花园');
  expect((await client.houses()).rows.map((house) => house.id)).toEqual([desk.houseId]);
  const item = (await client.chargeItems()).rows.find((one) => one.name === '水费')!;
  const line = {
    action: 'put',
    externalId: 'E-1',
    targetKind: 'house',
    targetId: desk.houseId,
    chargeItemId: item.id,
    periodFrom: '2026-03-01',
    lastDay: '2026-03-31',
    amount: '66.00',
  } as const;
  const first = await client.syncBills('example-batch-1', [line]);
  expect(first.lines[0]?.outcome).toBe('created');
  expect(await client.syncBills('example-batch-1', [line])).toEqual(first);
  await pay(first.lines[0]!.billId!, '66.00');
  const page = await client.payments(undefined);
  expect(page.rows.at(-1)).toMatchObject({ kind: 'receipt', total: '66.00', bills: [{ externalId: 'E-1' }] });
  expect((await client.payments(page.nextCursor)).rows).toEqual([]);
  const stranger = createClient({ site, key: key.accessId, secret: 'wrong', now: nowMs });
  await expect(stranger.community()).rejects.toThrow('签名不对');
  await expect(stranger.community()).rejects.toBeInstanceOf(Refusal);
});

it('pushes what happens from now on, signed, once, without a person in it', async () => {
  const made = await admin.call(createWebhookEndpoint, {
    body: { partnerGrantId: key.grantId, url: address, events: ['bill.paid', 'bill.refunded', 'resident.movedIn'] },
  });
  secret = made.secret;
  expect(await push()).toBe(0);
  const billId = await desk.bill({ amountFen: 5000n, month: '2026-03', itemId: desk.waterItemId });
  const receiptId = await pay(billId, '50.00');
  await admin.call(moveIn, {
    params: { id: desk.houseId },
    body: { name: '赵新来', phone: '13712345678', role: 'tenant', movedInOn: '2026-03-10' },
  });
  expect(await push()).toBe(2);
  expect(await push()).toBe(0);
  expect(taken).toMatchObject([
    { type: 'bill.paid', data: { billId, principal: '50.00', outstanding: '0.00', state: 'paid' } },
    { type: 'resident.movedIn', data: { houseId: desk.houseId, role: 'tenant', movedInOn: '2026-03-10' } },
  ]);
  const kept = await server.services.ownerPool.query<{ body: string }>('select body from webhook_delivery');
  expect(JSON.stringify(kept.rows)).not.toMatch(/赵新来|1371234/);
  const [latest] = await deliveries();
  const { attempts, body } = await admin.call(getWebhookDelivery, { params: { id: latest!.id } });
  expect(attempts).toMatchObject([{ number: 1, status: 204 }]);
  expect(
    isGenuine(
      'whsec_AAAA',
      { 'webhook-id': 'x', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' },
      body,
      1000,
    ),
  ).toBe(false);
  taken.length = 0;
  answer = 'fail';
  await admin.call(reverseReceipt, { params: { id: receiptId }, body: { reason: '收错了' } });
  await push();
  await pay(billId, '50.00');
  const before = posts;
  // The payment waits behind the reversal that did not arrive.
  expect(await push()).toBe(0);
  expect(posts).toBe(before);
  answer = 'take';
  advance(1);
  expect(await push()).toBe(2);
  expect(taken.map((event) => event.type)).toEqual(['bill.refunded', 'bill.paid']);
  expect(taken[0]!.sequence).toBeLessThan(taken[1]!.sequence);
});

it('tries for days, gives up, is sent again by hand, and the receiver takes it once', async () => {
  taken.length = 0;
  answer = 'redirect';
  const billId = await desk.bill({ amountFen: 700n, month: '2026-02', itemId: desk.waterItemId });
  await pay(billId, '7.00');
  await push();
  const [waiting] = await deliveries();
  expect(waiting).toMatchObject({ state: 'failed', attemptCount: 1 });
  expect(waiting!.lastAnswer).toContain('不跟随跳转');
  answer = 'fail';
  for (const pause of retryPausesMinutes) {
    advance(pause * 1.1 + 0.1);
    expect(await push()).toBe(1);
  }
  admin = await company.person('管理员');
  const [over] = await deliveries();
  expect(over).toMatchObject({ state: 'givenUp', attemptCount: 9, nextAttemptAt: null });
  advance(10_000);
  expect(await push()).toBe(0);
  admin = await company.person('管理员');
  answer = 'take';
  await admin.call(resendWebhookDelivery, { params: { id: over!.id } });
  expect(await push()).toBe(1);
  expect(taken.map((event) => event.id)).toEqual([over!.eventId]);
  const again = admin.call(resendWebhookDelivery, { params: { id: over!.id } });
  expect((await refusal(again)).code).toBe('webhook.notResendable');
  // As after a crash between the answer and the mark.
  await server.services.ownerPool.query(
    `update webhook_delivery set state = 'waiting', next_attempt_at = now() - interval '5 years', ended_at = null
    where id = $1`,
    [over!.id],
  );
  expect(await push()).toBe(1);
  expect(taken).toHaveLength(1);
});

it('refuses addresses inside, events that were not granted, and stops with the grant', async () => {
  const endpoint = (url: string, events: ('bill.paid' | 'resident.movedIn')[] = ['bill.paid'], grantId = key.grantId) =>
    admin.call(createWebhookEndpoint, { body: { partnerGrantId: grantId, url, events } });
  for (const url of [
    'http://192.168.1.5/hook',
    'https://10.0.0.5/hook',
    'https://[::ffff:169.254.169.254]/',
    'https://db.internal/',
  ])
    expect((await refusal(endpoint(url))).code).toBe('webhook.badUrl');
  const narrow = await makeKey(admin, company.communityId, ['estate']);
  expect((await refusal(endpoint(address, ['bill.paid'], narrow.grantId))).code).toBe('webhook.eventNotGranted');
  const neighbour = await company.person('管理员', [company.otherCommunityId]);
  const made = await endpoint(address);
  expect((await refusal(neighbour.call(renewWebhookSecret, { params: { id: made.id } }))).status).toBe(404);
  await admin.call(updateWebhookEndpoint, {
    params: { id: made.id },
    body: { url: address, events: ['bill.paid'], isOn: false, version: 1 },
  });
  const billId = await desk.bill({ amountFen: 900n, month: '2026-01', itemId: desk.waterItemId });
  await pay(billId, '9.00');
  await tellEndpoints(server.services, company.id);
  await admin.call(revokePartnerGrant, { params: { id: key.grantId } });
  const before = posts;
  expect(await sendWebhooks(server.services, company.id)).toBe(1);
  expect(posts).toBe(before);
  const [stopped] = await deliveries();
  expect(stopped).toMatchObject({ state: 'givenUp', lastAnswer: '推送地址已停用、授权已收回，或签名密钥打不开' });
});
