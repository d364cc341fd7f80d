import { readDeskPayment, watchDeskPayment } from '@anlin/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../../../tools/emulator/start-emulator.ts';
import { startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { makePayments, type PaymentsFixture } from './payments.fixture.ts';

let server: TestApp;
let emulator: Emulator;
let at: PaymentsFixture;
let url: string;

beforeAll(async () => {
  emulator = await startEmulator({ minuteMs: 3_600_000 });
  emulator.clock.set('2026-03-10T02:00:00Z');
  server = await startTestApp({ gateway: emulator.url });
  at = await makePayments(server, emulator);
  url = await server.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});

let month = 0;
const bill = () => {
  month += 1;
  const text = `2027-${String(month).padStart(2, '0')}`;
  return at.desk.bill({ amountFen: 10_000n, month: text, dueOn: '2027-12-31', itemId: at.desk.waterItemId });
};

interface Watched {
  status: number;
  type: string | null;
  /** The next thing that is told; undefined when the stream has ended. */
  next(): Promise<{ state: string; receiptNumber: string } | undefined>;
}

async function watch(person: TestPerson, orderId: string): Promise<Watched> {
  const response = await fetch(`${url}${watchDeskPayment.path.replace(':id', orderId)}`, {
    headers: { cookie: person.cookie },
    signal: AbortSignal.timeout(60_000),
  });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    async next() {
      for (;;) {
        const end = text.indexOf('\n\n');
        const event = end < 0 ? '' : text.slice(0, end);
        if (end >= 0) text = text.slice(end + 2);
        if (event.startsWith('data: ')) return JSON.parse(event.slice(6));
        if (end >= 0) continue;
        const { done, value } = await reader.read();
        if (done) return undefined;
        text += value;
      }
    },
  };
}

it('tells everybody who waits at once that a payment was made, and then ends', async () => {
  const billId = await bill();
  const opened = await at.start([{ id: billId, expected: '100.00' }]);
  const waiting = await Promise.all([watch(at.cashier, opened.orderId), watch(at.cashier, opened.orderId)]);
  for (const one of waiting) {
    expect(one).toMatchObject({ status: 200, type: 'text/event-stream; charset=utf-8' });
    expect(await one.next()).toMatchObject({ state: 'paying' });
  }
  emulator.wechatPay.pay(opened.orderNo, { isSilent: true });
  await at.hearPayment(opened.orderNo);
  const asked = await at.cashier.call(readDeskPayment, { params: { id: opened.orderId } });
  for (const one of waiting) {
    expect(await one.next()).toEqual(asked);
    expect(await one.next()).toBeUndefined();
  }
  expect(asked).toMatchObject({ state: 'paid' });
  // Whoever comes later is told how it stands.
  const late = await watch(at.cashier, opened.orderId);
  expect(await late.next()).toEqual(asked);
  expect(await late.next()).toBeUndefined();
});

it('tells nothing to whoever may not see the payment', async () => {
  const opened = await at.start([{ id: await bill(), expected: '100.00' }]);
  const neighbour = await at.company.person('收银员', [at.company.otherCommunityId]);
  expect((await watch(neighbour, opened.orderId)).status).toBe(404);
  expect((await watch(await at.company.person('客服'), opened.orderId)).status).toBe(403);
  const stranger = await (await server.company('另一家')).person('收银员');
  expect((await watch(stranger, opened.orderId)).status).toBe(404);
});

it('ends when the connection to the database is lost, and goes on when it is asked again', async () => {
  const opened = await at.start([{ id: await bill(), expected: '100.00' }]);
  const before = await watch(at.cashier, opened.orderId);
  expect(await before.next()).toMatchObject({ state: 'paying' });
  await server.services.ownerPool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen anlin_live%'`,
  );
  expect(await before.next()).toBeUndefined();
  const after = await watch(at.cashier, opened.orderId);
  expect(await after.next()).toMatchObject({ state: 'paying' });
  emulator.wechatPay.pay(opened.orderNo, { isSilent: true });
  await at.hearPayment(opened.orderNo);
  expect(await after.next()).toMatchObject({ state: 'paid' });
});

it('ends with the server', async () => {
  const opened = await at.start([{ id: await bill(), expected: '100.00' }]);
  const waiting = await watch(at.cashier, opened.orderId);
  expect(await waiting.next()).toMatchObject({ state: 'paying' });
  await server.app.close();
  expect(await waiting.next()).toBeUndefined();
});
