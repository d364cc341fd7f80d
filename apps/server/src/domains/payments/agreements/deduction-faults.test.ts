import { takePayment } from '@anlin/contract';
import { fen } from '@anlin/money';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FaultKind } from '../../../../../../tools/emulator/faults.ts';
import { type Emulator, startEmulator } from '../../../../../../tools/emulator/start-emulator.ts';
import { Refused, startTestApp, type TestApp } from '../../../../test/test-app.ts';
import { sql } from '../../../platform/database/sql.ts';
import { paymentFor } from '../../cashier/cashier.fixture.ts';
import { type AgreementsFixture, makeAgreements } from './agreements.fixture.ts';

/**
 * Months of deductions with every mishap there is, chosen by a seed: `DEDUCTION_SEED=7 DEDUCTION_RUNS=500` replays and prolongs. In CI
 * so many that it stays within its time.
 */
const seed = Number(process.env.DEDUCTION_SEED ?? '20261122');
const runs = Number(process.env.DEDUCTION_RUNS ?? '8');

let server: TestApp;
let emulator: Emulator;
let at: AgreementsFixture;

beforeAll(async () => {
  emulator = await startEmulator({ minuteMs: 3_600_000 });
  emulator.clock.set('2026-03-10T02:00:00Z');
  server = await startTestApp({ gateway: emulator.url });
  server.clock.set('2026-03-10T02:00:00Z');
  at = await makeAgreements(server, emulator);
});
afterAll(async () => {
  await server.stop();
  await emulator.stop();
});

/** mulberry32. */
function chanceOf(start: number) {
  let state = start >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    below: (most: number) => Math.floor(next() * most),
    is: (share: number) => next() < share,
    of: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!,
  };
}
type Chance = ReturnType<typeof chanceOf>;

const callFaults: readonly FaultKind[] = ['lost', 'lost', 'serverError', 'garbage', 'rateLimit'];
const yuan = (sum: bigint) => `${sum / 100n}.${String(sum % 100n).padStart(2, '0')}`;
const today = () => server.clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate();
const tolerate = (error: unknown) => {
  if (!(error instanceof Refused) || error.problem.status === 500) throw error;
};

function passTo(day: Temporal.PlainDate, hour: number): void {
  const end = day.toZonedDateTime({ timeZone: 'Asia/Shanghai', plainTime: { hour } }).toInstant();
  const left = server.clock.now().until(end);
  if (left.sign > 0) at.pass(left);
}

/** Two runners at once, or one. */
async function sweep(chance: Chance): Promise<void> {
  if (chance.is(0.4))
    emulator.faults.plan(
      'alipay',
      Array.from({ length: 1 + chance.below(3) }, () => chance.of(callFaults)),
    );
  await Promise.all(Array.from({ length: chance.is(0.4) ? 2 : 1 }, () => at.sweep()));
  emulator.faults.clear();
}

async function hearTrades(chance: Chance): Promise<void> {
  const paid = [...emulator.alipay.trades.values()].filter((trade) => trade.paidAt).slice(-3);
  const notices = paid.flatMap((trade) => {
    const untrue: Record<string, string> = chance.is(0.15) ? { total_amount: '0.01' } : {};
    return Array.from({ length: chance.of([0, 1, 2]) }, () => emulator.alipay.notify(trade.orderNo, untrue));
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  await Promise.all(notices.map((body) => at.hear({ headers, body }, 'payment', at.alipayId)));
}

async function payAtDesk(billId: string, amountFen: bigint): Promise<void> {
  const cashier = await at.company.person('收银员');
  const body = paymentFor(at.desk, [{ id: billId, toPay: yuan(amountFen) }], { receivedOn: today().toString() });
  await cashier.call(takePayment, { body: { ...body, takesWithheld: true } }).catch(tolerate);
}

/** The agreement in force, signed anew where it is over; its message may be lost. */
async function signed(chance: Chance): Promise<string> {
  const current = await at.company.run((ctx) =>
    ctx.tx.first<{ code: string }>(
      sql`select code from payment_agreement where company_id = ${ctx.companyId} and state = 'active'`,
    ),
  );
  if (current) return current.code;
  const { code } = await at.open();
  emulator.alipay.sign(code);
  if (chance.is(0.6)) {
    const notice = emulator.alipay.agreementNotify(code);
    await Promise.all([1, 2].map(() => at.hearAgreement(notice)));
  }
  for (let look = 0; look < 6; look += 1) {
    at.pass({ seconds: 40 });
    await at.sweep();
  }
  return code;
}

/** One month: nothing is asserted here but that nothing breaks. */
async function play(chance: Chance): Promise<void> {
  const month = today().toPlainYearMonth().toString();
  const amountFen = BigInt(100 + chance.below(40_000));
  const billId = await at.desk.bill({ amountFen, month, dueOn: '2099-12-31', itemId: at.desk.waterItemId });
  const code = await signed(chance);
  const agreement = emulator.alipay.agreements.get(code);
  if (agreement && chance.is(0.25)) agreement.fundsFen = fen(0n);
  const planned = today().with({ day: 12 });
  const deskAt = chance.below(8);
  const endsAt = chance.below(12);
  const moments = [
    [planned.subtract({ days: 1 }), 9],
    [planned, 9],
    [planned, 10],
    [planned.add({ days: 1 }), 9],
    [planned.add({ days: 3 }), 9],
    [planned.add({ days: 7 }), 9],
    [planned.add({ days: 8 }), 9],
  ] as const;
  for (const [index, [day, hour]] of moments.entries()) {
    passTo(day, hour);
    if (index === endsAt) {
      emulator.alipay.unsign(code);
      if (chance.is(0.5)) await at.hearAgreement(emulator.alipay.agreementNotify(code));
    }
    await Promise.all([sweep(chance), index === deskAt ? payAtDesk(billId, amountFen) : undefined]);
    if (chance.is(0.5)) await hearTrades(chance);
    if (agreement && chance.is(0.3)) agreement.fundsFen = null;
    at.pass({ minutes: 20 });
    await sweep(chance);
  }
}

/** The weather clears: whatever was open is asked after until it is settled. */
async function recover(): Promise<void> {
  emulator.faults.clear();
  for (let round = 0; round < 30; round += 1) {
    at.pass({ minutes: 11 });
    await at.sweep();
    const open = await at.company.run((ctx) =>
      ctx.tx.first(sql`select id from payment_order where company_id = ${ctx.companyId} and (state in ('created', 'paying', 'unknown') or next_query_at is not null)
        union all select id from deduction where company_id = ${ctx.companyId} and state in ('charging') limit 1`),
    );
    if (!open) return;
  }
}

interface Kept {
  order_no: string;
  state: string;
  receipt_fen: bigint | null;
}

it(`loses no fen and takes none twice in ${runs} months with mishaps (seed ${seed})`, async () => {
  const chance = chanceOf(seed);
  for (let run = 0; run < runs; run += 1) {
    await play(chance);
    await recover();
    passTo(today().add({ months: 1 }).with({ day: 9 }), 12);
    expect([run, await at.sound()]).toEqual([run, []]);
  }
  const kept = await at.company.run((ctx) =>
    ctx.tx.rows<Kept>(sql`select o.order_no, o.state, r.total_fen as receipt_fen from payment_order o
      left join receipt r on r.company_id = o.company_id and r.id = o.receipt_id where o.company_id = ${ctx.companyId} and o.way = 'agreement'`),
  );
  expect(kept.filter((one) => !['paid', 'closed'].includes(one.state))).toEqual([]);
  for (const one of kept) {
    const there = emulator.alipay.trades.get(one.order_no);
    const cameFen = there?.paidAt ? there.amountFen : 0n;
    expect([one.order_no, one.receipt_fen ?? 0n]).toEqual([one.order_no, cameFen]);
  }
  // Alipay took nothing that we have no order of, and each bill was paid once: what came twice lies as prepaid, for people to see.
  expect(
    [...emulator.alipay.trades.values()].filter(
      (one) => one.paidAt && !kept.some((own) => own.order_no === one.orderNo),
    ),
  ).toEqual([]);
  const twice = await at.company.run((ctx) =>
    ctx.tx.rows(
      sql`select b.id from bill b where b.company_id = ${ctx.companyId} and b.received_fen > b.receivable_fen`,
    ),
  );
  expect(twice).toEqual([]);
  const { surplus, prepaid } = (await at.company.run((ctx) =>
    ctx.tx.first<{ surplus: bigint; prepaid: bigint }>(sql`
      select (select coalesce(sum(surplus_fen), 0)::bigint from payment_order where company_id = ${ctx.companyId}) as surplus,
        (select coalesce(sum(balance_fen), 0)::bigint from prepaid_account where company_id = ${ctx.companyId}) as prepaid`),
  ))!;
  expect(prepaid).toBe(surplus);
  const done = await at.company.run((ctx) =>
    ctx.tx.rows<{ state: string; count: number }>(
      sql`select state, count(*)::int as count from deduction where company_id = ${ctx.companyId} group by 1 order by 1`,
    ),
  );
  // Otherwise nothing was tried.
  expect(done.find((one) => one.state === 'done')?.count ?? 0).toBeGreaterThan(runs / 4);
}, 1_800_000);
