import {
  approveApproval,
  createApprovalFlow,
  createOffer,
  createPaymentMethod,
  deleteOffer,
  type EndpointArguments,
  getDeskAccount,
  isPendingApproval,
  listAllPaymentMethods,
  listDiscountLimits,
  listOffers,
  listPaymentMethods,
  reduceBills,
  setDiscountLimit,
  sortPaymentMethods,
  suggestOffers,
  takePayment,
  updateOffer,
  updatePaymentMethod,
} from '@anlin/contract';
import { fen } from '@anlin/money';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';
import { applyOffers, type Offer, type OfferedBill } from './apply-offers.ts';
import { countBreaches, type DeskFixture, makeDesk, noBreaches, paymentFor } from './cashier.fixture.ts';

let server: TestApp;
let desk: DeskFixture;
let cashier: TestPerson;
let manager: TestPerson;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());
beforeEach(async () => {
  desk = await makeDesk(await server.company());
  cashier = await desk.company.person('收银员');
  manager = await desk.company.person('管理员');
});
afterEach(async () => expect(await desk.company.run(countBreaches)).toEqual(noBreaches));

type OfferBody = EndpointArguments<typeof createOffer>['body'];
const offerBody = (over: Partial<OfferBody>): OfferBody => ({
  name: '缴一年送一个月',
  terms: { kind: 'payMonthsGetFree', months: 12, freeMonths: 1 },
  isEnabled: true,
  validFrom: '2026-01-01',
  validTo: '2026-12-31',
  communityIds: [],
  chargeItemIds: [desk.feeItemId],
  isStackable: false,
  ...over,
});

const account = () => cashier.call(getDeskAccount, { query: { targetKind: 'house', targetId: desk.houseId } });
const suggested = async (billIds: string[]) =>
  (
    await cashier.call(suggestOffers, {
      body: { communityId: desk.company.communityId, receivedOn: '2026-03-10', billIds },
    })
  ).rows;

/** A payment of all these bills with what the offers give. */
async function withOffers() {
  const { bills } = await account();
  const rows = await suggested(bills.map((bill) => bill.id));
  const body = paymentFor(desk, bills);
  const discounts = (id: string) =>
    rows.filter((one) => one.billId === id).map(({ offerId, amount }) => ({ offerId, amount }));
  return { rows, body: { ...body, bills: body.bills.map((bill) => ({ ...bill, discounts: discounts(bill.id) })) } };
}

const inCash = (total: string) => ({
  expectedTotal: total,
  tenders: [{ paymentMethodId: desk.methods.cash, amount: total }],
});

describe('offers', () => {
  it('gives the thirteenth month free to who pays twelve: 3,309.60 for thirteen of 275.80 (worked example 28)', async () => {
    const { id } = await manager.call(createOffer, { body: offerBody({}) });
    for (let month = 0; month < 13; month += 1) {
      const at = Temporal.PlainYearMonth.from('2026-03').add({ months: month }).toString();
      await desk.bill({ amountFen: 27580n, month: at });
    }
    expect((await account()).rules.hasOffers).toBe(true);
    const { rows, body } = await withOffers();
    expect(rows).toMatchObject([{ offerName: '缴一年送一个月', amount: '275.80' }]);
    expect(await suggested(body.bills.slice(0, 12).map((bill) => bill.id))).toEqual([]);
    const taken = await cashier.call(takePayment, { body: { ...body, ...inCash('3309.60') } });
    expect(taken.total).toBe('3309.60');
    expect((await account()).bills).toEqual([]);
    const [offer] = (await manager.call(listOffers)).rows;
    expect(offer).toMatchObject({ usedCount: 1, usedSum: '275.80', termsText: '一次缴满 12 个月，接下来 1 个月免费' });
    expect(await refusal(manager.call(deleteOffer, { params: { id } }))).toMatchObject({
      code: 'offer.used',
      status: 409,
    });
  });

  it('refuses an offer that does not give so much, was switched off meanwhile, or is another company\u2019s', async () => {
    const offer = offerBody({ terms: { kind: 'percentIfPaidBefore', percentOff: '5', daysBeforeDue: null } });
    const { id } = await manager.call(createOffer, { body: offer });
    await desk.bill({ amountFen: 27580n, month: '2026-03' });
    const { rows, body } = await withOffers();
    expect(rows).toMatchObject([{ amount: '13.79' }]);
    const [bill] = body.bills;
    const claim = (amount: string, offerId: string, total: string) =>
      cashier.call(takePayment, {
        body: { ...body, bills: [{ ...bill!, discounts: [{ amount, offerId }] }], ...inCash(total) },
      });
    expect((await refusal(claim('20.00', id, '255.80'))).detail).toContain('现在可减 13.79 元（页面上是 20.00 元）');
    const part = { ...body, bills: [{ ...bill!, pay: '100.00' }], ...inCash('100.00') };
    expect((await refusal(cashier.call(takePayment, { body: part }))).code).toBe('receipt.offerChanged');
    expect((await refusal(claim('13.79', crypto.randomUUID(), '262.01'))).code).toBe('receipt.offerChanged');
    await manager.call(updateOffer, { params: { id }, body: { ...offer, isEnabled: false, version: 1 } });
    expect((await refusal(claim('13.79', id, '262.01'))).code).toBe('receipt.offerChanged');
    await manager.call(updateOffer, { params: { id }, body: { ...offer, version: 2 } });
    expect((await claim('13.79', id, '262.01')).total).toBe('262.01');
  });

  it('says what is wrong with an offer, and lets nobody without the right set one', async () => {
    const bad = async (over: Partial<OfferBody>) =>
      (await refusal(manager.call(createOffer, { body: offerBody(over) }))).code;
    expect(await bad({ validTo: '2025-12-31' })).toBe('offer.period');
    expect(await bad({ chargeItemIds: [crypto.randomUUID()] })).toBe('reference.notFound');
    expect(await bad({ terms: { kind: 'fixedForTag', tagId: crypto.randomUUID(), amount: '5' } })).toBe(
      'reference.notFound',
    );
    expect(await bad({ terms: { kind: 'percentForTag', tagId: crypto.randomUUID(), percentOff: '101' } })).toBe(
      'request.invalid',
    );
    expect((await refusal(cashier.call(createOffer, { body: offerBody({}) }))).code).toBe('permission.denied');
    await manager.call(createOffer, { body: offerBody({}) });
    expect(await bad({})).toBe('offer.nameTaken');
  });
});

describe('how offers add up', () => {
  const bill = (over: Partial<OfferedBill> = {}): OfferedBill => ({
    id: 'b1',
    targetId: 't',
    chargeItemId: 'fee',
    periodFrom: '2026-03-01',
    periodTo: '2026-04-01',
    dueOn: '2026-03-31',
    principalFen: fen(27580n),
    houseStatus: 'vacant',
    tagIds: ['poor'],
    ...over,
  });
  const offer = (terms: Offer['terms'], isStackable: boolean, id = 'o'): Offer => ({
    id,
    name: id,
    terms,
    chargeItemIds: [],
    isStackable,
  });
  const fixed = { kind: 'fixedForTag', tagId: 'poor', amount: '50.00' } as const;
  const vacant = { kind: 'vacantRate', percentOff: '30', statuses: ['vacant'] as ['vacant'] } as const;
  const given = (offers: Offer[], bills = [bill()], day = '2026-03-10') =>
    applyOffers(offers, bills, day).map((one) => [one.offerId, one.amountFen]);

  it('takes the better of one that stands alone and all that go together', () => {
    const vacantOffer = offer({ ...vacant, statuses: ['vacant'] }, false, 'vacant');
    expect(given([offer(fixed, true, 'fixed'), vacantOffer])).toEqual([['vacant', 8274n]]);
    const stackable = { ...vacantOffer, isStackable: true };
    expect(given([offer(fixed, true, 'fixed'), stackable])).toEqual([
      ['fixed', 5000n],
      ['vacant', 8274n],
    ]);
    expect(given([offer(fixed, true, 'fixed')], [bill({ tagIds: [] })])).toEqual([]);
    expect(given([offer(fixed, true, 'fixed')], [bill({ principalFen: fen(3000n) })])).toEqual([['fixed', 3000n]]);
  });

  it('counts months paid in a row, a quarter as three, and begins anew after a gap', () => {
    const free = offer({ kind: 'payMonthsGetFree', months: 6, freeMonths: 3 }, false);
    const quarter = (from: string, to: string) => bill({ id: from, periodFrom: from, periodTo: to });
    const year = [
      quarter('2026-01-01', '2026-04-01'),
      quarter('2026-04-01', '2026-07-01'),
      quarter('2026-07-01', '2026-10-01'),
    ];
    expect(applyOffers([free], year, '2026-03-10').map((one) => one.billId)).toEqual(['2026-07-01']);
    const gap = [year[0]!, quarter('2026-07-01', '2026-10-01'), quarter('2026-10-01', '2027-01-01')];
    expect(applyOffers([free], gap, '2026-03-10')).toEqual([]);
  });

  it('keeps to days before the pay-by date', () => {
    const early = offer({ kind: 'percentIfPaidBefore', percentOff: '5', daysBeforeDue: 10 }, false);
    expect(given([early], [bill()], '2026-03-21')).toEqual([['o', 1379n]]);
    expect(given([early], [bill()], '2026-03-22')).toEqual([]);
  });

  it('never takes off more than is owed, whatever offers meet', () => {
    const percent = fc.integer({ min: 1, max: 10000 }).map((units) => (units / 100).toFixed(2));
    const anyOffer = fc.record({ off: percent, isStackable: fc.boolean() });
    fc.assert(
      fc.property(fc.bigInt(1n, 100_000n), fc.array(anyOffer, { maxLength: 6 }), (principal, list) => {
        const offers = list.map(({ off, isStackable }, index) =>
          offer({ kind: 'percentForTag', tagId: 'poor', percentOff: off }, isStackable, `o${index}`),
        );
        const sum = given(offers, [bill({ principalFen: fen(principal) })]).reduce(
          (all, [, one]) => all + BigInt(one!),
          0n,
        );
        expect(sum).toBeLessThanOrEqual(principal);
      }),
    );
  });
});

describe('what a cashier may give up', () => {
  it('carries a discount above the limit out after the approval, and then it is collected like any bill', async () => {
    await desk.bill({ amountFen: 27580n, month: '2026-03' });
    const [bill] = (await account()).bills;
    const asked = { bills: [{ id: bill!.id, discount: '75.80' }], reason: '漏水三周' };
    const noFlow = await refusal(cashier.call(reduceBills, { body: asked }));
    expect(noFlow).toMatchObject({ code: 'receipt.noReductionFlow', status: 409 });
    await manager.call(createApprovalFlow, {
      body: {
        name: '优惠审批',
        action: 'bill.reduce',
        isEnabled: true,
        amountFrom: null,
        amountTo: null,
        communityIds: [],
        levels: [{ mode: 'any', approvers: [{ kind: 'person', id: manager.staffId }] }],
      },
    });
    const reply = await cashier.call(reduceBills, { body: asked });
    if (!isPendingApproval(reply)) throw new Error('expected to wait for approval');
    expect((await account()).bills[0]).toMatchObject({ discount: '0.00', toPay: '275.80' });
    await manager.call(approveApproval, { params: { id: reply.approvalId }, body: { level: 1, note: '' } });
    const after = (await account()).bills;
    expect(after[0]).toMatchObject({ discount: '75.80', toPay: '200.00' });
    expect((await cashier.call(takePayment, { body: paymentFor(desk, after) })).total).toBe('200.00');
  });

  it('takes it off at once within the limit, and never more than there is', async () => {
    await desk.bill({ amountFen: 27580n, month: '2026-01', dueOn: '2026-02-10' });
    const [bill] = (await account()).bills;
    expect(bill!.lateFee).toBe('1.79');
    const reduce = (over: object) =>
      manager.call(reduceBills, { body: { bills: [{ id: bill!.id, ...over }], reason: '' } });
    expect((await refusal(reduce({ lateFeeWaived: '1.80' }))).code).toBe('receipt.overWaived');
    expect((await refusal(reduce({}))).code).toBe('receipt.nothingReduced');
    expect(await reduce({ lateFeeWaived: '1.79' })).toEqual({ billCount: 1, discount: '0.00', lateFeeWaived: '1.79' });
    expect((await account()).bills[0]).toMatchObject({ lateFee: '0.00', lateFeeWaived: '1.79', toPay: '275.80' });
  });

  it('lets nobody set a limit above their own, and says the limit at the desk', async () => {
    const { rows } = await manager.call(listDiscountLimits);
    expect(rows).toMatchObject([{ name: '管理员', discount: null }]);
    const [group] = rows;
    const limit = { discount: '50.00', discountPercent: '5', lateFee: null, lateFeePercent: null };
    await manager.call(setDiscountLimit, { params: { id: group!.id }, body: limit });
    expect((await manager.call(listDiscountLimits)).rows).toMatchObject([limit]);
    const query = { targetKind: 'house', targetId: desk.houseId } as const;
    expect((await manager.call(getDeskAccount, { query })).discountLimit).toEqual({
      discount: '50.00 元 且 5%',
      lateFee: '不限',
    });
    expect((await account()).discountLimit).toBeNull();
    const above = await refusal(
      manager.call(setDiscountLimit, { params: { id: group!.id }, body: { ...limit, discount: '50.01' } }),
    );
    expect(above).toMatchObject({ code: 'discountLimit.beyondOwn', status: 403 });
  });
});

describe('payment methods', () => {
  it('adds one, renames it, puts it first and disables it; the last one stays', async () => {
    const { id } = await manager.call(createPaymentMethod, { body: { name: '数字人民币' } });
    expect((await refusal(manager.call(createPaymentMethod, { body: { name: '现金' } }))).code).toBe(
      'paymentMethod.nameTaken',
    );
    await manager.call(updatePaymentMethod, { params: { id }, body: { name: '数字人民币钱包', isEnabled: true } });
    await manager.call(sortPaymentMethods, { body: { ids: [id] } });
    const { rows } = await cashier.call(listPaymentMethods);
    expect(rows.map((one) => one.name).slice(0, 2)).toEqual(['数字人民币钱包', '现金']);
    const all = (await manager.call(listAllPaymentMethods)).rows.filter((one) => one.source === 'money');
    for (const one of all.slice(1))
      await manager.call(updatePaymentMethod, { params: { id: one.id }, body: { name: one.name, isEnabled: false } });
    const last = await refusal(
      manager.call(updatePaymentMethod, { params: { id }, body: { name: '数字人民币钱包', isEnabled: false } }),
    );
    expect(last).toMatchObject({ code: 'paymentMethod.last', status: 409 });
    expect((await refusal(cashier.call(listAllPaymentMethods))).code).toBe('permission.denied');
    const used = await desk.company.run((ctx) =>
      ctx.tx.first(
        sql`select count(*)::int as n from payment_method where company_id = ${ctx.companyId} and is_enabled`,
      ),
    );
    expect(used).toEqual({ n: 3 });
  });
});
