import * as contract from '@anlin/contract';
import { fen, formatYuan, parseYuan } from '@anlin/money';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refused, refusal, startTestApp, type TestApp, type TestPerson } from '../../../../test/test-app.ts';
import { nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { type DeskFixture, makeDesk } from '../../cashier/cashier.fixture.ts';
import { offsetPrepaid } from '../../cashier/offset-prepaid.ts';
import { verifyBooks } from '../verify-books.ts';
import {
  again,
  type Fact,
  type FactKind,
  type Model,
  receivedOfYears,
  total,
  undone,
  type Wanted,
} from './report-histories.model.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

const days = ['2025-12-20', '2026-01-15', '2026-03-10'];
const months = ['2025-10', '2025-12', '2026-01', '2026-02', '2026-03', '2027-01'];
const everything = { from: '2000-01-01', to: '2099-12-31' };

type Deed =
  | { do: 'raise'; house: number; item: number; month: number; fen: bigint }
  | {
      do: 'pay';
      house: number;
      count: number;
      part: number;
      split: boolean;
      more: number;
      discountFen: bigint;
      waivesLateFee: boolean;
      fromPrepaid: boolean;
      fromDeposit: boolean;
    }
  | { do: 'waive' | 'edit' | 'voidBill'; pick: number; fen: bigint }
  | { do: 'reverse' | 'void' | 'restore' | 'refund' | 'amend'; pick: number }
  | { do: 'returnHeld'; pick: number; fen: bigint };

const pick = fc.nat(30);
const amountFen = fc.bigInt({ min: 1n, max: 20_000n });
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('raise' as const),
      house: fc.nat(1),
      item: fc.nat(1),
      month: fc.nat(5),
      fen: fc.bigInt({ min: 100n, max: 99_999n }),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('pay' as const),
      house: fc.nat(1),
      count: fc.integer({ min: 0, max: 3 }),
      part: fc.constantFrom(100, 100, 37),
      split: fc.boolean(),
      more: fc.nat(7),
      discountFen: fc.oneof(fc.constant(0n), fc.bigInt({ min: 1n, max: 90n })),
      waivesLateFee: fc.boolean(),
      fromPrepaid: fc.boolean(),
      fromDeposit: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('waive' as const, 'edit' as const, 'voidBill' as const),
      pick,
      fen: amountFen,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('reverse' as const, 'void' as const, 'restore' as const, 'refund' as const, 'amend' as const),
      pick,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('returnHeld' as const), pick, fen: amountFen }) },
);
const history = fc.array(fc.array(deed, { minLength: 10, maxLength: 16 }), { minLength: 3, maxLength: 3 });

interface Life {
  desk: DeskFixture;
  person: TestPerson;
  houses: readonly string[];
  /** 123.45 for 130.00. */
  packageId: string;
  model: Model;
  day: string;
}

const yuan = (amount: bigint) => formatYuan(fen(amount));
const least = (left: bigint, right: bigint) => (left < right ? left : right);
let keys = 0;
const newKey = () => {
  keys += 1;
  return `report-history-${String(keys).padStart(8, '0')}`;
};

/** The reply, or null where the product refuses what chance came up with; anything else that goes wrong fails the test. */
async function accepted<T>(action: Promise<T>): Promise<T | null> {
  try {
    return await action;
  } catch (error) {
    if (error instanceof Refused && [409, 422].includes(error.problem.status)) return null;
    throw error;
  }
}

const chosen = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];

async function act(life: Life, one: Deed): Promise<void> {
  switch (one.do) {
    case 'raise':
      return raise(life, one);
    case 'pay':
      return pay(life, one);
    case 'waive':
    case 'edit':
    case 'voidBill':
      return changeBill(life, one);
    case 'refund':
      return refund(life, one.pick);
    case 'returnHeld':
      return returnHeld(life, one);
    case 'amend':
      return amend(life, one.pick);
    default:
      return undo(life, one.do, one.pick);
  }
}

async function raise({ desk, houses, model }: Life, one: Extract<Deed, { do: 'raise' }>): Promise<void> {
  const houseId = houses[one.house]!;
  const itemId = [desk.feeItemId, desk.waterItemId][one.item]!;
  const month = months[one.month]!;
  const id = await desk.bill({ amountFen: one.fen, month, itemId, targetId: houseId });
  model.bills.set(id, { houseId, itemId, month, fen: one.fen, isVoid: false, givenFen: 0n });
  model.facts.push({ kind: 'receivable', day: `${month}-01`, itemId, month, houseId, fen: one.fen });
}

/**
 * Bills of the house in part or whole, a discount, late fee not asked for, prepaid or a package of it, a deposit, other
 * income; by one or two methods, out of prepaid and out of a deposit.
 */
async function pay(life: Life, one: Extract<Deed, { do: 'pay' }>): Promise<void> {
  const { desk, person, houses, model, day, packageId } = life;
  const houseId = houses[one.house]!;
  const account = await person.call(contract.getDeskAccount, { query: { targetKind: 'house', targetId: houseId } });
  const facts: Fact[] = [];
  const note = (kind: FactKind, amount: bigint, of: { itemId?: string | null; month?: string | null } = {}) => {
    if (amount !== 0n) facts.push({ kind, day, houseId, itemId: null, month: null, ...of, fen: amount });
  };
  const given = new Map<string, bigint>();
  const bills = account.bills
    .filter((bill) => parseYuan(bill.outstanding) > 0n)
    .slice(0, one.count)
    .map((bill) => {
      const { itemId, month } = model.bills.get(bill.id)!;
      const outstandingFen = parseYuan(bill.outstanding);
      const lateFen = parseYuan(bill.lateFee);
      const discountFen = one.discountFen < outstandingFen && lateFen === 0n ? one.discountFen : 0n;
      const lateWaivedFen = one.waivesLateFee ? lateFen - lateFen / 3n : 0n;
      const dueFen = outstandingFen + lateFen - discountFen - lateWaivedFen;
      const payFen = one.part === 100 ? dueFen : (dueFen * BigInt(one.part)) / 100n + 1n;
      const latePaidFen = least(lateFen - lateWaivedFen, payFen);
      given.set(bill.id, discountFen);
      note('discount', discountFen, { itemId, month });
      note('lateFeeWaived', lateWaivedFen, { itemId, month });
      note('lateFee', latePaidFen, { itemId, month });
      note('principal', payFen - latePaidFen, { itemId, month });
      return {
        payFen,
        isReduced: discountFen + lateWaivedFen > 0n,
        line: {
          id: bill.id,
          expected: bill.toPay,
          pay: yuan(payFen),
          ...(discountFen > 0n ? { discounts: [{ amount: yuan(discountFen) }] } : {}),
          ...(lateWaivedFen > 0n ? { lateFeeWaived: yuan(lateWaivedFen) } : {}),
        },
      };
    });
  const billsFen = bills.reduce((sum, { payFen }) => sum + payFen, 0n);
  const topUpFen = one.more & 1 ? 12_345n : 0n;
  const depositFen = one.more & 2 ? 50_000n : 0n;
  const otherFen = one.more & 4 ? 1_999n : 0n;
  const isPackage = topUpFen > 0n && one.waivesLateFee;
  note('topUp', topUpFen);
  note('bonus', isPackage ? 655n : 0n);
  note('deposit', depositFen, { itemId: desk.depositItemId });
  note('other', otherFen, { itemId: desk.waterItemId });
  const totalFen = billsFen + topUpFen + depositFen + otherFen;
  if (totalFen === 0n) return;
  const prepaid = account.prepaid.find(({ balance }) => parseYuan(balance) > 0n);
  const offsetFen = one.fromPrepaid && prepaid ? least(parseYuan(prepaid.balance), billsFen) : 0n;
  const held = account.deposits.find((deposit) => parseYuan(deposit.held) > 0n);
  const depositUsedFen = one.fromDeposit && held ? least(parseYuan(held.held), billsFen - offsetFen) : 0n;
  const moneyFen = totalFen - offsetFen - depositUsedFen;
  const secondFen = one.split && moneyFen > 700n ? 700n : 0n;
  note('used', offsetFen);
  note('depositUsed', depositUsedFen, { itemId: desk.depositItemId });
  note('money', moneyFen);
  const tenders = [
    { paymentMethodId: desk.methods.cash, amountFen: moneyFen - secondFen },
    { paymentMethodId: desk.methods.wechat, amountFen: secondFen },
    { paymentMethodId: desk.methods.prepaid, amountFen: offsetFen, prepaidAccountId: prepaid?.id },
    { paymentMethodId: desk.methods.deposit, amountFen: depositUsedFen, depositId: held?.id },
  ].filter((tender) => tender.amountFen > 0n);
  const receipt = await accepted(
    person.call(contract.takePayment, {
      body: {
        communityId: desk.company.communityId,
        targetKind: 'house',
        targetId: houseId,
        bills: bills.map(({ line }) => line),
        ...(bills.some(({ isReduced }) => isReduced) ? { reductionReason: '老业主' } : {}),
        ...(topUpFen
          ? {
              topUps: [
                {
                  targetKind: 'house',
                  targetId: houseId,
                  chargeItemId: null,
                  amount: yuan(topUpFen),
                  ...(isPackage ? { packageId } : {}),
                },
              ],
            }
          : {}),
        ...(depositFen ? { deposits: [{ chargeItemId: desk.depositItemId, amount: yuan(depositFen) }] } : {}),
        ...(otherFen ? { incomes: [{ chargeItemId: desk.waterItemId, amount: yuan(otherFen) }] } : {}),
        expectedTotal: yuan(totalFen),
        tenders: tenders.map(({ amountFen: amount, ...tender }) => ({ ...tender, amount: yuan(amount) })),
        receivedOn: day,
        idempotencyKey: newKey(),
      },
    }),
  );
  if (!receipt) return;
  for (const [id, amount] of given) model.bills.get(id)!.givenFen += amount;
  model.facts.push(...facts);
  model.receipts.push({ id: receipt.id, facts, state: 'valid', voided: [] });
}

async function changeBill(
  { person, model, day }: Life,
  one: { do: 'waive' | 'edit' | 'voidBill'; pick: number; fen: bigint },
) {
  const [id, bill] =
    chosen(
      [...model.bills].filter(([, { isVoid }]) => !isVoid),
      one.pick,
    ) ?? [];
  if (!id || !bill) return;
  const { itemId, month, houseId } = bill;
  const note = (kind: FactKind, amount: bigint) => model.facts.push({ kind, day, itemId, month, houseId, fen: amount });
  if (one.do === 'waive') {
    const lines = [{ billId: id, principal: yuan(one.fen), lateFee: '0' }];
    if (await accepted(person.call(contract.waiveBills, { body: { lines, reason: '空置' } }))) note('waiver', one.fen);
  } else if (one.do === 'edit') {
    const body = { amount: yuan(one.fen), reason: '面积更正' };
    if (!(await accepted(person.call(contract.editBill, { params: { id }, body })))) return;
    note('receivable', one.fen - bill.fen);
    bill.fen = one.fen;
  } else if (await accepted(person.call(contract.voidBills, { body: { ids: [id], reason: '重复' } }))) {
    note('receivable', -bill.fen);
    bill.isVoid = true;
  }
}

/** Reversed, voided or brought back, each with everything it did. Which bills went along is asked; for how much is known. */
async function undo(
  { person, model, day, desk }: Life,
  what: 'reverse' | 'void' | 'restore',
  at: number,
): Promise<void> {
  const from = what === 'restore' ? 'void' : 'valid';
  const receipt = chosen(
    model.receipts.filter(({ state }) => state === from),
    at,
  );
  if (!receipt) return;
  const params = { id: receipt.id };
  const body = { reason: '收错了' };
  const endpoint = { reverse: contract.reverseReceipt, void: contract.voidReceipt, restore: contract.restoreReceipt }[
    what
  ];
  if (!(await accepted(person.call(endpoint, { params, body })))) return;
  model.facts.push(...(what === 'restore' ? again(receipt.facts, day) : undone(receipt.facts, day)));
  receipt.state = what === 'restore' ? 'valid' : what === 'void' ? 'void' : 'reversed';
  const rows = await desk.company.run((ctx) =>
    ctx.tx.rows<{ id: string; is_void: boolean }>(
      sql`select id, voided_at is not null as is_void from bill where company_id = ${ctx.companyId}`,
    ),
  );
  for (const { id, is_void } of rows) {
    const bill = model.bills.get(id)!;
    if (bill.isVoid === is_void) continue;
    bill.isVoid = is_void;
    const { itemId, month, houseId } = bill;
    model.facts.push({ kind: 'receivable', day, itemId, month, houseId, fen: is_void ? -bill.fen : bill.fen });
  }
}

/** Half of everything a receipt took for bills goes back in cash, late fee too. */
async function refund({ person, model, day, desk }: Life, at: number): Promise<void> {
  const receipt = chosen(
    model.receipts.filter(({ state, facts }) => state === 'valid' && facts.some(({ kind }) => kind === 'principal')),
    at,
  );
  if (!receipt) return;
  const able = await person.call(contract.getRefundable, { params: { id: receipt.id } });
  const lines = able.bills
    .filter(({ principal, offset }) => parseYuan(principal) > 1n && offset === '0.00')
    .map((bill) => ({
      billId: bill.billId,
      fen: parseYuan(bill.principal) / 2n,
      lateFen: parseYuan(bill.lateFee) / 2n,
    }));
  const sumFen = lines.reduce((sum, one) => sum + one.fen + one.lateFen, 0n);
  if (sumFen === 0n) return;
  const done = await accepted(
    person.call(contract.takeRefund, {
      body: {
        receiptId: receipt.id,
        lines: {
          bills: lines.map((line) => ({
            billId: line.billId,
            principal: yuan(line.fen),
            lateFee: yuan(line.lateFen),
          })),
        },
        tenders: [{ paymentMethodId: desk.methods.cash, amount: yuan(sumFen) }],
        reason: '业主要求',
        refundedOn: day,
        idempotencyKey: newKey(),
      },
    }),
  );
  if (!done) return;
  receipt.state = 'refunded';
  for (const line of lines) {
    const { itemId, month, houseId } = model.bills.get(line.billId)!;
    const of = { day, itemId, month, houseId };
    model.facts.push({ ...of, kind: 'refundedPrincipal', fen: line.fen });
    model.facts.push({ ...of, kind: 'refundedLateFee', fen: line.lateFen });
  }
  model.facts.push({ kind: 'refundedMoney', day, itemId: null, month: null, houseId: '', fen: sumFen });
}

/** Some of a deposit, or of prepaid, goes back in cash; of a deposit it may be kept as prepaid or forfeited as well. */
async function returnHeld(
  { person, model, day, desk, houses }: Life,
  one: { pick: number; fen: bigint },
): Promise<void> {
  const houseId = houses[one.pick % 2]!;
  const held = await desk.company.run((ctx) =>
    ctx.tx.rows<{ id: string; kind: 'prepaid' | 'deposit' }>(
      sql`select id, 'prepaid' as kind from prepaid_account where company_id = ${ctx.companyId} and target_id = ${houseId} and balance_fen >= ${one.fen.toString()}
        union all select id, 'deposit' from deposit where company_id = ${ctx.companyId} and target_id = ${houseId} and held_fen >= ${one.fen.toString()} order by 2, 1`,
    ),
  );
  const row = chosen(held, one.pick);
  if (!row) return;
  const amount = yuan(one.fen);
  if (row.kind === 'deposit' && one.fen % 3n > 0n) {
    const isKept = one.fen % 3n === 1n;
    const of = { params: { id: row.id } };
    const done = isKept
      ? await accepted(
          person.call(contract.keepDeposit, { ...of, body: { amount, reason: '转预存', chargeItemId: null } }),
        )
      : await accepted(person.call(contract.forfeitDeposit, { ...of, body: { amount, reason: '违约' } }));
    const kind = isKept ? 'depositKept' : 'depositForfeited';
    if (done) model.facts.push({ kind, day, houseId, month: null, itemId: desk.depositItemId, fen: one.fen });
    return;
  }
  const lines =
    row.kind === 'prepaid'
      ? { prepaid: [{ prepaidAccountId: row.id, amount }] }
      : { deposits: [{ depositId: row.id, amount }] };
  const body = {
    receiptId: null,
    lines,
    tenders: [{ paymentMethodId: desk.methods.cash, amount }],
    reason: '业主要求',
    refundedOn: day,
    idempotencyKey: newKey(),
  };
  if (!(await accepted(person.call(contract.takeRefund, { body })))) return;
  const isPrepaid = row.kind === 'prepaid';
  const of = { day, houseId, month: null, itemId: isPrepaid ? null : desk.depositItemId, fen: one.fen };
  model.facts.push(
    { ...of, kind: isPrepaid ? 'prepaidReturned' : 'depositReturned' },
    { ...of, kind: 'refundedMoney' },
  );
}

/** Taken in cash, it was WeChat: changes nothing but the method. */
async function amend({ person, model, desk }: Life, at: number): Promise<void> {
  const receipt = chosen(
    model.receipts.filter(({ state }) => state === 'valid'),
    at,
  );
  if (!receipt) return;
  const tender = await desk.company.run((ctx) =>
    ctx.tx.first<{ id: string }>(
      sql`select id from receipt_tender where company_id = ${ctx.companyId} and receipt_id = ${receipt.id} and payment_method_id = ${desk.methods.cash}`,
    ),
  );
  if (!tender) return;
  const body = { methods: [{ tenderId: tender.id, paymentMethodId: desk.methods.cheque }], reason: '选错了' };
  await accepted(person.call(contract.amendReceipt, { params: { id: receipt.id }, body }));
}

async function live(deeds: readonly Deed[][]): Promise<Life> {
  const desk = await makeDesk(await server.company());
  const houses = [desk.houseId, await desk.house('2-201')];
  const packageId = await addPackage(desk);
  const model: Model = { facts: [], bills: new Map(), receipts: [] };
  let life: Life | undefined;
  for (const [index, day] of days.entries()) {
    server.clock.set(`${day}T02:00:00Z`);
    life = { desk, houses, packageId, model, day, person: await desk.company.person('管理员') };
    for (const one of deeds[index] ?? []) await act(life, one);
  }
  return life!;
}

/** 130.00 for 123.45. */
function addPackage(desk: DeskFixture): Promise<string> {
  return desk.company.run(async (ctx) => {
    const [id, now] = [ctx.newId(), nowText(ctx)];
    await ctx.tx.run(sql`insert into prepaid_package (company_id, id, name, price_fen, credit_fen, is_enabled, created_at, updated_at)
      values (${ctx.companyId}, ${id}, '充 123.45 送 6.55', 12345, 13000, true, ${now}, ${now})`);
    return id;
  });
}

type Cells = Record<string, bigint>;

const read = (life: Life, report: contract.ReportKey, query: object = {}) =>
  life.person.call(contract.readReport, { params: { report }, query: { ...everything, pageSize: 2000, ...query } });

/** What the receivable report must say. */
function receivable(model: Model, { from = '', ...wanted }: Wanted): Cells {
  const net = (part: Wanted) =>
    total(model, ['receivable', 'refundedPrincipal'], part) - total(model, ['discount', 'waiver', 'principal'], part);
  const inDays = { ...wanted, from };
  return {
    opening: net({ ...wanted, to: dayBefore(from) }),
    receivable: total(model, 'receivable', inDays),
    discount: total(model, 'discount', inDays),
    waiver: total(model, 'waiver', inDays),
    received: total(model, 'principal', inDays),
    receivedCurrent: receivedOfYears(model, 'same', inDays),
    receivedPast: receivedOfYears(model, 'earlier', inDays),
    receivedAhead: receivedOfYears(model, 'later', inDays),
    refunded: total(model, 'refundedPrincipal', inDays),
    closing: net(wanted),
  };
}

const dayBefore = (day: string) => (day === '' ? '' : Temporal.PlainDate.from(day).subtract({ days: 1 }).toString());
const inYuan = (cells: Cells) => Object.fromEntries(Object.entries(cells).map(([key, amount]) => [key, yuan(amount)]));

async function compareReceivable(life: Life): Promise<void> {
  const { model, desk, houses } = life;
  const ranges = [everything, { from: '2026-01-01', to: '2026-12-31' }, { from: '2026-01-15', to: '2026-01-31' }];
  for (const range of ranges) {
    const byItem = await read(life, 'receivable', { ...range, groupBy: 'item' });
    expect({ range, ...byItem.totals }).toEqual({ range, ...inYuan(receivable(model, range)) });
    for (const row of byItem.rows)
      expect({ range, ...row.cells }).toEqual({
        range,
        ...inYuan(receivable(model, { ...range, itemId: row.keys[0]! })),
      });
    const byHouse = await read(life, 'receivable', { ...range, groupBy: 'target' });
    for (const row of byHouse.rows)
      expect(row.cells).toEqual(inYuan(receivable(model, { ...range, houseId: row.keys[0]! })));
    const byMonth = await read(life, 'receivable', { ...range, groupBy: 'month' });
    for (const row of byMonth.rows) {
      const month = row.keys[0]!;
      const first = `${month}-01` < range.from ? range.from : `${month}-01`;
      const last = `${month}-31` > range.to ? range.to : `${month}-31`;
      expect({ month, ...row.cells }).toEqual({ month, ...inYuan(receivable(model, { from: first, to: last })) });
    }
    const oneHouse = await read(life, 'receivable', { ...range, targetId: houses[0] });
    expect(oneHouse.totals).toEqual(inYuan(receivable(model, { ...range, houseId: houses[0]! })));
    const oneItem = await read(life, 'receivable', { ...range, chargeItemId: desk.feeItemId, groupBy: 'building' });
    expect(oneItem.totals).toEqual(inYuan(receivable(model, { ...range, itemId: desk.feeItemId })));
  }
}

async function compareMoney(life: Life): Promise<void> {
  const { model, person } = life;
  const income = await read(life, 'income', { groupBy: 'method' });
  const deposits = total(model, 'deposit') - total(model, 'depositReturned');
  const moneyFen = total(model, 'money') - total(model, 'refundedMoney');
  expect(income.totals).toMatchObject({
    income: yuan(moneyFen),
    deposit: yuan(deposits),
    prepaid: yuan(total(model, 'topUp') - total(model, 'prepaidReturned')),
    other: yuan(total(model, 'other')),
    refunded: yuan(total(model, 'refundedMoney')),
    reversed: yuan(total(model, 'undoneMoney')),
    prepaidOffset: yuan(total(model, 'used')),
    depositOffset: yuan(total(model, 'depositUsed')),
  });
  const byDay = await read(life, 'income', { groupBy: 'day' });
  for (const { keys, cells } of byDay.rows) {
    const on = { from: keys[0]!, to: keys[0]! };
    expect(cells.income).toBe(yuan(total(model, 'money', on) - total(model, 'refundedMoney', on)));
  }
  const detail = await person.call(contract.listIncome, { query: { pageSize: 500 } });
  expect(detail.totals).toMatchObject({
    income: yuan(moneyFen),
    deposit: yuan(deposits),
    offset: yuan(total(model, ['used', 'depositUsed'])),
    refunded: yuan(-total(model, 'refundedMoney')),
    discount: yuan(total(model, 'discount')),
  });
  expect((await read(life, 'refunds')).totals.total).toBe(yuan(total(model, 'refundedMoney')));
  const dashboard = await person.call(contract.dashboardFigures, { query: {} });
  const until = { to: '2026-03-10' };
  const since = (from: string) =>
    yuan(total(model, 'money', { from, ...until }) - total(model, 'refundedMoney', { from, ...until }));
  expect(dashboard.income).toEqual({
    today: since('2026-03-10'),
    month: since('2026-03-01'),
    year: since('2026-01-01'),
  });
}

async function compareHeld(life: Life): Promise<void> {
  const { model } = life;
  const prepaid = await read(life, 'prepaid', { groupBy: 'target' });
  expect(prepaid.totals).toMatchObject({
    opening: '0.00',
    topUp: yuan(total(model, 'topUp')),
    bonus: yuan(total(model, 'bonus')),
    depositIn: yuan(total(model, 'depositKept')),
    used: yuan(total(model, 'used')),
    returned: yuan(total(model, 'prepaidReturned')),
    closing: yuan(prepaidHeld(model)),
  });
  const deposit = await read(life, 'deposit', { from: '2026-01-01', groupBy: 'month' });
  const since = { from: '2026-01-01' };
  expect(deposit.totals).toEqual({
    opening: yuan(depositHeld(model, { to: '2025-12-31' })),
    taken: yuan(total(model, 'deposit', since)),
    offset: yuan(total(model, 'depositUsed', since)),
    returned: yuan(total(model, 'depositReturned', since)),
    toPrepaid: yuan(total(model, 'depositKept', since)),
    forfeited: yuan(total(model, 'depositForfeited', since)),
    closing: yuan(depositHeld(model)),
  });
  const given = await read(life, 'reductions');
  expect(given.totals).toMatchObject({
    discount: yuan(total(model, 'discount')),
    waiver: yuan(total(model, 'waiver')),
    lateFeeWaiver: yuan(total(model, 'lateFeeWaived')),
    total: yuan(total(model, ['discount', 'waiver', 'lateFeeWaived'])),
  });
  const late = await read(life, 'lateFees');
  expect(late.totals).toEqual({
    received: yuan(total(model, 'lateFee')),
    refunded: yuan(total(model, 'refundedLateFee')),
    net: yuan(total(model, 'lateFee') - total(model, 'refundedLateFee')),
    waived: yuan(total(model, 'lateFeeWaived')),
  });
}

const prepaidHeld = (model: Model) =>
  total(model, ['topUp', 'bonus', 'depositKept']) - total(model, ['used', 'prepaidReturned']);
const depositHeld = (model: Model, wanted: Wanted = {}) =>
  total(model, 'deposit', wanted) -
  total(model, ['depositUsed', 'depositReturned', 'depositKept', 'depositForfeited'], wanted);

/** What is owed, from five sides: the reports, the charge ledger, the journal and the independent books. */
async function compareOwed(life: Life): Promise<void> {
  const { model, person, desk } = life;
  const owed = yuan(receivable(model, {}).closing!);
  expect((await read(life, 'arrears', { groupBy: 'target' })).totals.outstanding).toBe(owed);
  const ledger = await person.call(contract.listChargeLedger, { query: { groupBy: 'item' } });
  expect(ledger.totals.outstanding).toBe(owed);
  const collection = await read(life, 'collection');
  const standing = [...model.bills.values()].filter(({ isVoid }) => !isVoid).reduce((sum, bill) => sum + bill.fen, 0n);
  expect(ledger.totals.receivable).toBe(yuan(standing));
  expect(parseYuan(collection.totals.due!) - parseYuan(collection.totals.received!)).toBe(parseYuan(owed));
  expect(collection.totals.rate).toBe(ledger.totals.rate);
  const journal = await desk.company.run((ctx) =>
    ctx.tx.rows<{ account: string; fen: bigint }>(
      sql`select account, sum(amount_fen)::bigint as fen from journal_line where company_id = ${ctx.companyId} group by 1`,
    ),
  );
  const balance = (account: string) => journal.find((line) => line.account === account)?.fen ?? 0n;
  expect(yuan(balance('receivable'))).toBe(owed);
  expect(balance('money')).toBe(total(model, 'money') - total(model, 'refundedMoney'));
  expect(-balance('income')).toBe(total(model, 'receivable'));
  expect(balance('discount')).toBe(total(model, 'discount'));
  expect(balance('waiver')).toBe(total(model, 'waiver'));
  expect(-balance('lateFeeIncome')).toBe(total(model, 'lateFee') - total(model, 'refundedLateFee'));
  expect(-balance('prepaid')).toBe(prepaidHeld(model));
  expect(-balance('deposit')).toBe(depositHeld(model));
  expect(-balance('otherIncome')).toBe(total(model, 'other'));
  expect(-balance('forfeitIncome')).toBe(total(model, 'depositForfeited'));
  expect(balance('prepaidBonus')).toBe(total(model, 'bonus'));
  expect(journal.reduce((sum, line) => sum + line.fen, 0n)).toBe(0n);
}

/** Behind every figure of every report are rows that add up to it. */
async function compareRows(life: Life): Promise<void> {
  for (const report of contract.reportKeys) {
    const { columns } = contract.reportOf(report);
    const range = { from: '2026-01-01', to: '2026-12-31' };
    const { totals } = await read(life, report, range);
    for (const [column, { hasNoRows }] of Object.entries(columns)) {
      if (hasNoRows) continue;
      const query = { ...range, column, pageSize: 2000 };
      const lines = await life.person.call(contract.listReportLines, { params: { report }, query });
      const sum = lines.rows.reduce((all, { amount }) => all + Math.round(Number(amount) * 100), 0);
      expect({ report, column, sum: lines.sum, rows: sum }).toEqual({
        report,
        column,
        sum: totals[column] ?? '0',
        rows: Math.round(Number(totals[column] ?? 0) * 100),
      });
    }
  }
}

describe('any history of everything money does', () => {
  it('gives the same figures in every report, ledger, income detail, dashboard, journal and verify as adding up by hand', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (deeds) => {
        const life = await live(deeds);
        await compareReceivable(life);
        await compareMoney(life);
        await compareHeld(life);
        await compareOwed(life);
        await compareRows(life);
        const report = await life.desk.company.run(verifyBooks);
        expect(report.checks.filter(({ wrong }) => wrong > 0)).toEqual([]);
      }),
      { numRuns: 3, endOnFailure: true },
    );
  }, 120_000);
});

describe('the books of one house', () => {
  it('show what the system offset by itself, a refund, and a bill that was given up whole', async () => {
    server.clock.set('2026-03-10T02:00:00Z');
    const desk = await makeDesk(await server.company());
    const person = await desk.company.person('管理员');
    const life = {
      desk,
      person,
      packageId: '',
      houses: [desk.houseId],
      model: { facts: [], bills: new Map(), receipts: [] },
      day: '2026-03-10',
    };
    await pay(life, {
      do: 'pay',
      house: 0,
      count: 0,
      part: 100,
      split: false,
      more: 1,
      discountFen: 0n,
      waivesLateFee: false,
      fromPrepaid: false,
      fromDeposit: false,
    });
    const { communityId } = desk.company;
    await desk.bill({ amountFen: 10_000n, month: '2026-03', itemId: desk.waterItemId, dueOn: '2026-12-31' });
    const givenUp = await desk.bill({
      amountFen: 5_000n,
      month: '2026-02',
      itemId: desk.feeItemId,
      dueOn: '2026-12-31',
    });
    const lines = [{ billId: givenUp, principal: '50.00', lateFee: '0' }];
    await person.call(contract.waiveBills, { body: { lines, reason: '空置' } });
    await desk.company.run((ctx) =>
      offsetPrepaid(ctx, { communityId, targetKind: 'house', targetId: desk.houseId }, 'current'),
    );
    await returnHeld(life, { pick: 0, fen: 345n });

    const detail = await person.call(contract.listIncome, { query: { sort: 'amount' } });
    expect(detail.rows.map(({ kind, source, amount, staffName }) => [kind, source, amount, staffName])).toEqual([
      ['refund', 'money', '-3.45', expect.stringContaining('管理员')],
      ['receipt', 'prepaid', '100.00', '系统'],
      ['receipt', 'money', '123.45', expect.stringContaining('管理员')],
    ]);
    expect(detail.totals).toMatchObject({ income: '120.00', offset: '100.00', prepaid: '120.00', refunded: '-3.45' });
    const refunded = detail.rows[0]!;
    expect((await person.call(contract.listIncome, { query: { q: refunded.number } })).rows).toEqual([refunded]);
    expect((await person.call(contract.listIncome, { query: { source: 'prepaid' } })).total).toBe(1);

    const bills = await person.call(contract.resourceEndpoints(contract.billResource).list, {
      query: { sort: 'periodFrom' },
    });
    expect(bills.rows.map(({ state }) => state)).toEqual(['waived', 'paid']);
    const grid = await person.call(contract.ledgerYear, { params: { year: 2026 }, query: {} });
    expect(grid.rows[0]?.months.slice(1, 3).map(({ state }) => state)).toEqual(['waived', 'paid']);
  });

  it('are refused where a report is asked for what it does not know, and empty to who sees nothing of them', async () => {
    const desk = await makeDesk(await server.company());
    await desk.bill({ amountFen: 10_000n, month: '2026-03' });
    const person = await desk.company.person('管理员');
    const ask = (query: object, by = person) => by.call(contract.readReport, { params: { report: 'arrears' }, query });
    expect((await ask({})).totals.outstanding).toBe('100.00');
    expect(await refusal(ask({ groupBy: 'method' }))).toMatchObject({ status: 422, code: 'report.unknownGrouping' });
    expect(await refusal(ask({ sort: 'rate' }))).toMatchObject({ status: 422, code: 'report.unknownColumn' });
    expect(await refusal(ask({ from: '2026-05-01', to: '2026-01-01' }))).toMatchObject({ code: 'report.daysReversed' });
    const column = { params: { report: 'collection' as const }, query: { column: 'rate' } };
    expect(await refusal(person.call(contract.listReportLines, column))).toMatchObject({
      code: 'report.unknownColumn',
    });
    const elsewhere = await desk.company.person('管理员', [desk.company.otherCommunityId]);
    expect(await ask({}, elsewhere)).toMatchObject({ rows: [], totals: { outstanding: '0.00', targets: '0' } });
    const stranger = await (await server.company()).person('管理员');
    expect(await ask({}, stranger)).toMatchObject({ rows: [], total: 0 });
    expect(await refusal(ask({}, await desk.company.person('客服')))).toMatchObject({ status: 403 });
  });
});
