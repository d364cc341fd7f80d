import { getDeskAccount, takePayment } from '@anlin/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Refused, refusal, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { raw, sql } from '../../platform/database/sql.ts';
import {
  countBreaches,
  type DeskFixture,
  makeDesk,
  noBreaches,
  type PaymentBody,
  paymentFor,
} from './cashier.fixture.ts';

let server: TestApp;
let desk: DeskFixture;
let cashier: TestPerson;
let manager: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.clock.set('2026-03-10T02:00:00Z');
  desk = await makeDesk(await server.company());
  cashier = await desk.company.person('收银员');
  manager = await desk.company.person('管理员');
});

async function moveTo(instant: string): Promise<void> {
  server.clock.set(instant);
  cashier = await desk.company.person('收银员');
  manager = await desk.company.person('管理员');
}

const account = (over: object = {}) =>
  cashier.call(getDeskAccount, { query: { targetKind: 'house', targetId: desk.houseId, ...over } });
const take = (body: PaymentBody, person = cashier) => person.call(takePayment, { body });
const house = () => ({ targetKind: 'house' as const, targetId: desk.houseId });

/** A payment of these lines in cash. */
function payment(total: string, over: Partial<PaymentBody>): PaymentBody {
  const cash = [{ paymentMethodId: desk.methods.cash, amount: total }];
  return { ...paymentFor(desk, []), expectedTotal: total, tenders: cash, ...over };
}

/** Pays into a prepaid account and returns its id. */
async function topUp(amount: string, chargeItemId: string | null = null): Promise<string> {
  await take(payment(amount, { topUps: [{ ...house(), chargeItemId, amount }] }));
  const row = await desk.company.run((ctx) =>
    ctx.tx.first<{ id: string }>(sql`select id from prepaid_account
      where company_id = ${ctx.companyId} and target_id = ${desk.houseId} and charge_item_id is not distinct from ${chargeItemId}::uuid`),
  );
  return row!.id;
}

const balanceOf = async (accountId: string) =>
  (await desk.company.run((ctx) =>
    ctx.tx.first<{ balance_fen: bigint }>(sql`select balance_fen from prepaid_account where id = ${accountId}`),
  ))!.balance_fen;

const billRow = (id: string) =>
  desk.company.run((ctx) =>
    ctx.tx.first(
      sql`select received_fen, late_fee_received_fen, discount_fen, late_fee_waived_fen, outstanding_fen from bill where id = ${id}`,
    ),
  );

afterEachSound();
function afterEachSound(): void {
  // Whatever a test did, the books add up afterwards.
  afterEach(async () => expect(await desk.company.run(countBreaches)).toEqual(noBreaches));
}

describe('paying a part', () => {
  it('shares 300.00 out older first and late fee before principal (worked example 27)', async () => {
    await moveTo('2026-04-10T02:00:00Z');
    const january = await desk.bill({ amountFen: 27580n, month: '2026-01', dueOn: '2026-02-10' });
    const february = await desk.bill({ amountFen: 27580n, month: '2026-02', dueOn: '2026-04-30' });
    const { bills } = await account();
    const over = { billsTotal: '300.00', receivedOn: '2026-04-10' };
    const taken = await take(payment('300.00', { ...paymentFor(desk, bills), ...totals('300.00'), ...over }));
    expect(taken.total).toBe('300.00');
    expect(await billRow(january)).toMatchObject({
      received_fen: 27580n,
      late_fee_received_fen: 607n,
      outstanding_fen: 0n,
    });
    expect(await billRow(february)).toMatchObject({ received_fen: 1813n, outstanding_fen: 25767n });
  });

  it('charges the late fee on what was left from the day of the part: 5.26 (worked example 21)', async () => {
    await desk.company.run((ctx) =>
      ctx.tx.run(sql`update charge_item set late_fee_grace_days = 0 where id = ${desk.feeItemId}`),
    );
    const id = await desk.bill({ amountFen: 27580n, month: '2026-01', dueOn: '2026-02-10' });
    const { bills } = await account({ asOf: '2026-03-01' });
    expect(bills[0]).toMatchObject({ lateFee: '2.62' });
    // The part pays the late fee of those 19 days first; 100.00 of it is principal.
    const part = paymentFor(desk, bills, { receivedOn: '2026-03-01', note: '补录', ...totals('102.62') });
    await take({ ...part, bills: [{ ...part.bills[0]!, pay: '102.62' }] });
    expect(await billRow(id)).toMatchObject({ received_fen: 10000n, late_fee_received_fen: 262n });
    await moveTo('2026-03-31T02:00:00Z');
    expect((await account()).bills[0]).toMatchObject({ outstanding: '175.80', lateFee: '2.64', toPay: '178.44' });
  });

  it('cuts the late fee at its cap: 275.80 of 330.96 (worked example 22)', async () => {
    await desk.company.run((ctx) =>
      ctx.tx.run(
        sql`update charge_item set late_fee_rate_per_day = 0.003, late_fee_grace_days = 0, late_fee_cap_share = 1 where id = ${desk.feeItemId}`,
      ),
    );
    await desk.bill({ amountFen: 27580n, month: '2025-01', dueOn: '2025-02-03' });
    const { bills } = await account();
    expect(bills[0]).toMatchObject({ lateFee: '275.80', toPay: '551.60' });
    expect((await take(paymentFor(desk, bills))).total).toBe('551.60');
  });

  it('gives a double click on a part the same receipt, and takes it once', async () => {
    const id = await desk.bill({ amountFen: 27580n, month: '2026-03' });
    const { bills } = await account();
    const body = { ...paymentFor(desk, bills, totals('100.00')) };
    const part = { ...body, bills: [{ ...body.bills[0]!, pay: '100.00' }] };
    const clicks = await Promise.all([take(part), take(part), take(part)]);
    expect(new Set(clicks.map((one) => one.number)).size).toBe(1);
    expect(await billRow(id)).toMatchObject({ received_fen: 10000n, outstanding_fen: 17580n });
  });

  it('refuses more than is owed, nothing at all, and a part where the community takes whole bills only', async () => {
    await desk.bill({ amountFen: 27580n, month: '2026-03' });
    const { bills } = await account();
    const pay = (amount: string, total = amount) => {
      const body = paymentFor(desk, bills, totals(total));
      return refusal(take({ ...body, bills: [{ ...body.bills[0]!, pay: amount }] }));
    };
    expect((await pay('275.81')).detail).toContain('“物业管理费 2026年3月”本次收 275.81 元，超过了应付的 275.80 元');
    expect(await pay('0', '0')).toMatchObject({ code: 'receipt.empty', status: 422 });
    await rule('refuses_part_payment');
    expect(await pay('100')).toMatchObject({ code: 'receipt.partRefused', status: 409 });
  });

  it('collects no later bill over an older one where the community says so', async () => {
    await desk.bill({ amountFen: 10000n, month: '2026-03' });
    await desk.bill({ amountFen: 10000n, month: '2026-04' });
    await desk.bill({ amountFen: 500n, month: '2026-05', itemId: desk.waterItemId });
    const { bills } = await account();
    await rule('takes_oldest_first');
    const [march, april, water] = bills;
    const refused = await refusal(take(paymentFor(desk, [april!])));
    expect(refused).toMatchObject({ code: 'receipt.olderFirst', status: 409 });
    expect(refused.detail).toContain('“物业管理费 2026年4月”之前的“物业管理费 2026年3月”还没有收清');
    const both = paymentFor(desk, [march!, april!], totals('150.00'));
    const skipping = { ...both, bills: [{ ...both.bills[0]!, pay: '50.00' }, both.bills[1]!] };
    expect((await refusal(take(skipping))).code).toBe('receipt.olderFirst');
    expect((await take(paymentFor(desk, [water!]))).total).toBe('5.00');
    expect((await take(paymentFor(desk, [march!, april!]))).total).toBe('200.00');
  });
});

function totals(total: string): Pick<PaymentBody, 'expectedTotal' | 'tenders'> {
  return { expectedTotal: total, tenders: [{ paymentMethodId: desk.methods.cash, amount: total }] };
}

const rule = (column: 'refuses_part_payment' | 'takes_oldest_first' | 'refuses_overpayment') =>
  desk.company.run((ctx) =>
    ctx.tx.ad(sql`update community set ${raw(column)} = true where id = ${desk.company.communityId}`),
  );

describe('giving up a part at the desk', () => {
  const reduced = async (over: object, person = manager) => {
    const { bills } = await account();
    const body = paymentFor(desk, bills, totals('265.80'));
    return take({ ...body, reductionReason: '老客户', bills: [{ ...body.bills[0]!, ...over }] }, person);
  };

  it('takes a discount off the principal and a late fee not asked for, and writes both down with the receipt', async () => {
    await moveTo('2026-04-10T02:00:00Z');
    const id = await desk.bill({ amountFen: 27580n, month: '2026-01', dueOn: '2026-02-10' });
    const { bills } = await account();
    const body = paymentFor(desk, bills, { receivedOn: '2026-04-10', ...totals('265.80') });
    const wish = { discounts: [{ amount: '10.00' }], lateFeeWaived: '6.07' };
    const taken = await take({ ...body, reductionReason: '老客户', bills: [{ ...body.bills[0]!, ...wish }] }, manager);
    expect(taken.total).toBe('265.80');
    expect(await billRow(id)).toMatchObject({
      received_fen: 26580n,
      discount_fen: 1000n,
      late_fee_waived_fen: 607n,
      outstanding_fen: 0n,
    });
    const rows = await desk.company.run((ctx) =>
      ctx.tx.rows(
        sql`select kind, amount_fen, reason, reduced_on, receipt_id from bill_reduction where bill_id = ${id} order by kind`,
      ),
    );
    const same = { reason: '老客户', reduced_on: '2026-04-10', receipt_id: taken.id };
    expect(rows).toEqual([
      { kind: 'discount', amount_fen: 1000n, ...same },
      { kind: 'lateFeeWaiver', amount_fen: 607n, ...same },
    ]);
  });

  it('refuses a cashier without the right, and more than a group may give up, by yuan or by share', async () => {
    await desk.bill({ amountFen: 27580n, month: '2026-03' });
    const wish = { discounts: [{ amount: '10.00' }] };
    expect(await refusal(reduced(wish, cashier))).toMatchObject({ code: 'receipt.discountForbidden', status: 403 });
    const limit = (fen: number | null, share: string | null) =>
      desk.company.run(async (ctx) => {
        await ctx.tx.run(sql`insert into discount_limit (company_id, permission_group_id, discount_fen, discount_share)
          select company_id, id, ${fen}, ${share}::numeric from permission_group where company_id = ${ctx.companyId} and name = '管理员'
          on conflict (company_id, permission_group_id) do update set discount_fen = excluded.discount_fen, discount_share = excluded.discount_share`);
      });
    await limit(999, null);
    expect((await refusal(reduced(wish))).detail).toContain('优惠 10.00 元超过了您每张收据的限额（9.99 元）');
    await limit(null, '0.03');
    expect((await refusal(reduced(wish))).detail).toContain('（3%）');
    await limit(1000, '0.04');
    expect((await reduced(wish)).total).toBe('265.80');
  });

  it('refuses a discount above the principal and a late fee that is not there, with nothing written', async () => {
    const id = await desk.bill({ amountFen: 27580n, month: '2026-03' });
    const above = await refusal(reduced({ discounts: [{ amount: '275.81' }], pay: '265.80' }));
    expect(above.detail).toContain('优惠 275.81 元超过了未收本金 275.80 元');
    expect((await refusal(reduced({ lateFeeWaived: '0.01', pay: '265.80' }))).code).toBe('receipt.overWaived');
    expect(await billRow(id)).toMatchObject({ discount_fen: 0n, outstanding_fen: 27580n });
  });
});

describe('prepaid, deposits and other income on a receipt', () => {
  it('keeps the change as prepaid and pays the next bill from it, general before nothing else', async () => {
    await desk.bill({ amountFen: 27580n, month: '2026-03' });
    const first = await account();
    const body = paymentFor(desk, first.bills, totals('300.00'));
    const kept = await take({
      ...body,
      topUps: [{ ...house(), chargeItemId: null, amount: '24.20' }],
      cashTendered: '300',
    });
    expect(kept).toMatchObject({ total: '300.00', change: '0.00' });
    const row = await desk.company.run((ctx) =>
      ctx.tx.first<{ id: string }>(sql`select id from prepaid_account where company_id = ${ctx.companyId}`),
    );
    await desk.bill({ amountFen: 27580n, month: '2026-04', dueOn: '2026-04-30' });
    const next = paymentFor(desk, (await account()).bills);
    const tenders = [
      { paymentMethodId: desk.methods.prepaid, amount: '24.20', prepaidAccountId: row!.id },
      { paymentMethodId: desk.methods.cash, amount: '251.60' },
    ];
    await take({ ...next, tenders });
    expect(await balanceOf(row!.id)).toBe(0n);
    const income = await desk.company.run((ctx) =>
      ctx.tx.rows(
        sql`select m.source, m.amount_fen, m.principal_fen, m.prepaid_fen from income_movement m
          join receipt r on r.company_id = m.company_id and r.id = m.receipt_id
          where m.company_id = ${ctx.companyId} order by r.number, m.amount_fen`,
      ),
    );
    expect(income).toEqual([
      { source: 'money', amount_fen: 30000n, principal_fen: 27580n, prepaid_fen: 2420n },
      { source: 'prepaid', amount_fen: 2420n, principal_fen: 2420n, prepaid_fen: 0n },
      { source: 'money', amount_fen: 25160n, principal_fen: 25160n, prepaid_fen: 0n },
    ]);
  });

  it('pays bills of one item only from prepaid of that item, and leaves the rest to the general one', async () => {
    const general = await topUp('300.00');
    const water = await topUp('80.00', desk.waterItemId);
    await desk.bill({ amountFen: 27580n, month: '2026-03' });
    await desk.bill({ amountFen: 6060n, month: '2026-03', itemId: desk.waterItemId });
    const body = paymentFor(desk, (await account()).bills);
    const tenders = (waterAmount: string, generalAmount: string) => [
      { paymentMethodId: desk.methods.prepaid, amount: waterAmount, prepaidAccountId: water },
      { paymentMethodId: desk.methods.prepaid, amount: generalAmount, prepaidAccountId: general },
    ];
    const tooMuch = await refusal(take({ ...body, tenders: tenders('80.00', '256.40') }));
    expect(tooMuch.detail).toContain('专项预存“水费”只能抵扣该项目的账单：本次可抵 60.60 元，填了 80.00 元');
    await take({ ...body, tenders: tenders('60.60', '275.80') });
    expect(await balanceOf(water)).toBe(1940n);
    expect(await balanceOf(general)).toBe(2420n);
  });

  it('takes a deposit and pays a bill from it', async () => {
    const deposits = [{ chargeItemId: desk.depositItemId, amount: '2000.00', holderName: '装修队' }];
    await take(payment('2000.00', { deposits }));
    await desk.bill({ amountFen: 27580n, month: '2026-03' });
    const [held] = await desk.company.run((ctx) =>
      ctx.tx.rows<{ id: string }>(sql`select id from deposit where company_id = ${ctx.companyId}`),
    );
    const body = paymentFor(desk, (await account()).bills);
    await take({
      ...body,
      tenders: [{ paymentMethodId: desk.methods.deposit, amount: '275.80', depositId: held!.id }],
    });
    const after = await desk.company.run((ctx) =>
      ctx.tx.first(sql`select held_fen, offset_fen, holder_name from deposit where id = ${held!.id}`),
    );
    expect(after).toEqual({ held_fen: 172420n, offset_fen: 27580n, holder_name: '装修队' });
  });

  it('takes other income of people who live nowhere here, once however often it is clicked', async () => {
    const body = payment('50.00', {
      payerName: '摆摊的老王',
      incomes: [{ chargeItemId: desk.waterItemId, amount: '50.00', description: '临时摆摊' }],
    });
    const { targetKind: _, targetId: __, ...nowhere } = body;
    const clicks = await Promise.all([take(nowhere), take(nowhere), take(nowhere)]);
    expect(new Set(clicks.map((one) => one.number)).size).toBe(1);
    const rows = await desk.company.run((ctx) =>
      ctx.tx.rows(sql`select target_id, payer_name, total_fen from receipt where company_id = ${ctx.companyId}`),
    );
    expect(rows).toEqual([{ target_id: null, payer_name: '摆摊的老王', total_fen: 5000n }]);
  });

  it('says what is wrong with offsets and lines, with nothing written', async () => {
    const accountId = await topUp('100.00');
    const neighbour = await desk.house('2-202');
    const foreign = await desk.company.run(async (ctx) => {
      const id = ctx.newId();
      await ctx.tx.run(sql`insert into prepaid_account (company_id, id, community_id, target_kind, target_id, created_at)
        values (${ctx.companyId}, ${id}, ${desk.company.communityId}, 'house', ${neighbour}, now())`);
      return id;
    });
    await desk.bill({ amountFen: 27580n, month: '2026-03' });
    const { bills } = await account();
    const { cash, prepaid } = desk.methods;
    const pay = async (over: Partial<PaymentBody>) =>
      (await refusal(take({ ...paymentFor(desk, bills), ...over }))).code;
    const offset = (amount: string, prepaidAccountId: string) => ({
      paymentMethodId: prepaid,
      amount,
      prepaidAccountId,
    });
    expect(await pay({ tenders: [offset('275.80', accountId)] })).toBe('prepaid.short');
    expect(await pay({ tenders: [{ paymentMethodId: prepaid, amount: '275.80' }] })).toBe('receipt.offsetSource');
    expect(await pay({ tenders: [{ ...offset('275.80', accountId), paymentMethodId: cash }] })).toBe(
      'receipt.offsetSource',
    );
    expect(await pay({ tenders: [offset('75.80', foreign), { paymentMethodId: cash, amount: '200' }] })).toBe(
      'receipt.offsetTarget',
    );
    const line = { ...house(), chargeItemId: null, amount: '10.00' };
    const nothing = { bills: [], expectedTotal: '10.00', topUps: [line] };
    expect(await pay({ ...nothing, tenders: [offset('10.00', accountId)] })).toBe('receipt.offsetAboveBills');
    expect(await pay({ ...nothing, ...totals('10.00'), topUps: [{ ...line, targetId: accountId }] })).toBe(
      'reference.notFound',
    );
    const noBills = { bills: [], ...totals('10.00') };
    const item = { chargeItemId: desk.feeItemId, amount: '10.00' };
    expect(await pay({ ...noBills, deposits: [item] })).toBe('receipt.depositItem');
    expect(await pay({ ...noBills, incomes: [{ ...item, chargeItemId: desk.depositItemId }] })).toBe(
      'receipt.incomeItem',
    );
    expect(await pay({ ...noBills, targetId: undefined, targetKind: undefined, topUps: [line] })).toBe(
      'receipt.needsTarget',
    );
    await rule('refuses_overpayment');
    expect(await pay({ ...noBills, topUps: [line] })).toBe('receipt.topUpRefused');
    expect(await balanceOf(accountId)).toBe(10000n);
  });

  it('never takes prepaid below zero when eight pay from it at once', async () => {
    const accountId = await topUp('300.00');
    for (let month = 1; month <= 8; month += 1)
      await desk.bill({ amountFen: 10000n, month: `2025-0${month}`, itemId: desk.waterItemId });
    const { bills } = await account();
    const pay = (bill: (typeof bills)[number], index: number) =>
      take(
        {
          ...paymentFor(desk, [bill]),
          tenders: [{ paymentMethodId: desk.methods.prepaid, amount: '100.00', prepaidAccountId: accountId }],
        },
        index % 2 ? cashier : manager,
      );
    const outcomes = await Promise.allSettled(bills.map(pay));
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as Refused] : []));
    expect(outcomes.length - refused.length).toBe(3);
    expect(new Set(refused.map((one) => one.problem.code))).toEqual(new Set(['prepaid.short']));
    expect(await balanceOf(accountId)).toBe(0n);
  });

  it('adds nothing to a closed day', async () => {
    await desk.company.run((ctx) =>
      ctx.tx.run(
        sql`update community_book set closed_until = '2026-03-09' where community_id = ${desk.company.communityId}`,
      ),
    );
    const line = { topUps: [{ ...house(), chargeItemId: null, amount: '10.00' }] };
    const late = payment('10.00', { ...line, receivedOn: '2026-03-09', note: '补录' });
    expect(await refusal(take(late))).toMatchObject({ code: 'books.closed', status: 409 });
    expect((await take(payment('10.00', line))).total).toBe('10.00');
  });

  it('knows no prepaid, deposit or item of another company', async () => {
    const other = await makeDesk(await server.company('别家物业'));
    const item = { chargeItemId: other.depositItemId, amount: '10.00' };
    expect(await refusal(take(payment('10.00', { deposits: [item] })))).toMatchObject({
      code: 'reference.notFound',
      status: 422,
    });
    const elsewhere = { targetKind: 'house' as const, targetId: other.houseId, chargeItemId: null, amount: '10.00' };
    expect((await refusal(take(payment('10.00', { topUps: [elsewhere] })))).code).toBe('reference.notFound');
  });
});
