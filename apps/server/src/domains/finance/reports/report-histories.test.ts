import * as contract from '@anlin/contract';
import { fen, formatYuan, parseYuan } from '@anlin/money';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refused, refusal, startTestApp, type TestApp, type TestPerson } from '../../../../test/test-app.ts';
import { asStaff } from '../../../platform/boundary.ts';
import type { Context } from '../../../platform/context.ts';
import { empty, identifier, sql } from '../../../platform/database/sql.ts';
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
      fromPrepaid: boolean;
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
      fromPrepaid: fc.boolean(),
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
  { weight: 1, arbitrary: fc.record({ do: fc.constant('returnHeld' as const), pick, fen: amountFen }) },
);
const history = fc.array(fc.array(deed, { minLength: 10, maxLength: 16 }), { minLength: 3, maxLength: 3 });

interface Life {
  desk: DeskFixture;
  person: TestPerson;
  houses: readonly string[];
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

/** Bills of the house in part or whole, a discount, prepaid, a deposit, other income; by one or two methods and out of prepaid. */
async function pay(life: Life, one: Extract<Deed, { do: 'pay' }>): Promise<void> {
  const { desk, person, houses, model, day } = life;
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
      const dueFen = outstandingFen + lateFen - discountFen;
      const payFen = one.part === 100 ? dueFen : (dueFen * BigInt(one.part)) / 100n + 1n;
      const latePaidFen = least(lateFen, payFen);
      given.set(bill.id, discountFen);
      note('discount', discountFen, { itemId, month });
      note('lateFee', latePaidFen, { itemId, month });
      note('principal', payFen - latePaidFen, { itemId, month });
      return {
        payFen,
        line: {
          id: bill.id,
          expected: bill.toPay,
          pay: yuan(payFen),
          ...(discountFen > 0n ? { discounts: [{ amount: yuan(discountFen) }] } : {}),
        },
      };
    });
  const billsFen = bills.reduce((sum, { payFen }) => sum + payFen, 0n);
  const topUpFen = one.more & 1 ? 12_345n : 0n;
  const depositFen = one.more & 2 ? 50_000n : 0n;
  const otherFen = one.more & 4 ? 1_999n : 0n;
  note('topUp', topUpFen);
  note('deposit', depositFen, { itemId: desk.depositItemId });
  note('other', otherFen, { itemId: desk.waterItemId });
  const totalFen = billsFen + topUpFen + depositFen + otherFen;
  if (totalFen === 0n) return;
  const prepaid = account.prepaid.find(({ balance }) => parseYuan(balance) > 0n);
  const offsetFen = one.fromPrepaid && prepaid ? least(parseYuan(prepaid.balance), billsFen) : 0n;
  const moneyFen = totalFen - offsetFen;
  const secondFen = one.split && moneyFen > 700n ? 700n : 0n;
  note('used', offsetFen);
  note('money', moneyFen);
  const tenders = [
    { paymentMethodId: desk.methods.cash, amountFen: moneyFen - secondFen },
    { paymentMethodId: desk.methods.wechat, amountFen: secondFen },
    { paymentMethodId: desk.methods.prepaid, amountFen: offsetFen, prepaidAccountId: prepaid?.id },
  ].filter((tender) => tender.amountFen > 0n);
  const receipt = await accepted(
    person.call(contract.takePayment, {
      body: {
        communityId: desk.company.communityId,
        targetKind: 'house',
        targetId: houseId,
        bills: bills.map(({ line }) => line),
        ...([...given.values()].some((amount) => amount > 0n) ? { reductionReason: '老业主' } : {}),
        ...(topUpFen
          ? { topUps: [{ targetKind: 'house', targetId: houseId, chargeItemId: null, amount: yuan(topUpFen) }] }
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

/** Half of everything a receipt took for bills goes back in cash. */
async function refund({ person, model, day, desk }: Life, at: number): Promise<void> {
  const receipt = chosen(
    model.receipts.filter(({ state, facts }) => state === 'valid' && facts.some(({ kind }) => kind === 'principal')),
    at,
  );
  if (!receipt) return;
  const able = await person.call(contract.getRefundable, { params: { id: receipt.id } });
  const lines = able.bills
    .filter(({ principal, offset }) => parseYuan(principal) > 1n && offset === '0.00')
    .map((bill) => ({ billId: bill.billId, fen: parseYuan(bill.principal) / 2n }));
  const sumFen = lines.reduce((sum, one) => sum + one.fen, 0n);
  if (sumFen === 0n) return;
  const done = await accepted(
    person.call(contract.takeRefund, {
      body: {
        receiptId: receipt.id,
        lines: { bills: lines.map((line) => ({ billId: line.billId, principal: yuan(line.fen), lateFee: '0' })) },
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
    model.facts.push({ kind: 'refundedPrincipal', day, itemId, month, houseId, fen: line.fen });
  }
  model.facts.push({ kind: 'refundedMoney', day, itemId: null, month: null, houseId: '', fen: sumFen });
}

/** Some of a deposit, or of prepaid, goes back in cash. */
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
  const model: Model = { facts: [], bills: new Map(), receipts: [] };
  let life: Life | undefined;
  for (const [index, day] of days.entries()) {
    server.clock.set(`${day}T02:00:00Z`);
    life = { desk, houses, model, day, person: await desk.company.person('管理员') };
    for (const one of deeds[index] ?? []) await act(life, one);
  }
  return life!;
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
    depositOffset: '0.00',
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
    offset: yuan(total(model, 'used')),
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
    used: yuan(total(model, 'used')),
    returned: yuan(total(model, 'prepaidReturned')),
    closing: yuan(total(model, 'topUp') - total(model, ['used', 'prepaidReturned'])),
  });
  const deposit = await read(life, 'deposit', { from: '2026-01-01', groupBy: 'month' });
  const before = { to: '2025-12-31' };
  expect(deposit.totals).toMatchObject({
    opening: yuan(total(model, 'deposit', before) - total(model, 'depositReturned', before)),
    taken: yuan(total(model, 'deposit', { from: '2026-01-01' })),
    closing: yuan(total(model, 'deposit') - total(model, 'depositReturned')),
  });
  const given = await read(life, 'reductions');
  expect(given.totals).toMatchObject({
    discount: yuan(total(model, 'discount')),
    waiver: yuan(total(model, 'waiver')),
    total: yuan(total(model, ['discount', 'waiver'])),
  });
  const late = await read(life, 'lateFees');
  expect(late.totals).toMatchObject({
    net: yuan(total(model, 'lateFee') - total(model, 'refundedLateFee')),
    waived: '0.00',
  });
}

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
  expect(-balance('lateFeeIncome')).toBe(total(model, 'lateFee'));
}

/** The trial balance adds each table up by itself; the journal says the same line by line, of each document its balance. */
async function compareJournal(life: Life): Promise<void> {
  const ranges = [
    { from: '2000-01-01', to: '2099-12-31' },
    { from: '2026-01-01', to: '2026-03-09' },
    { from: '2025-12-20', to: '2026-01-15' },
    { from: '2026-03-10', to: '2026-03-10' },
  ];
  for (const { from, to } of ranges) {
    const shown = await life.person.call(contract.readTrialBalance, { query: { from, to } });
    const lines = await life.desk.company.run((ctx) =>
      ctx.tx.rows<{ key: string; opening: bigint; debit: bigint; credit: bigint }>(sql`
        select d.account as key, coalesce(sum(d.fen) filter (where not d.within), 0)::bigint as opening,
          coalesce(sum(greatest(d.fen, 0)) filter (where d.within), 0)::bigint as debit,
          coalesce(sum(greatest(-d.fen, 0)) filter (where d.within), 0)::bigint as credit
        from (select account, day >= ${from}::date as within, document, document_id, sum(amount_fen) as fen from journal_line
          where company_id = ${ctx.companyId} and day <= ${to}::date group by 1, 2, 3, 4) d
        group by 1 having bool_or(d.fen <> 0) order by 1`),
    );
    expect(
      shown.rows.map(({ key, opening, debit, credit }) => ({ key, opening, debit, credit })).toSorted(byKey),
    ).toEqual(
      lines
        .map(({ key, opening, debit, credit }) => ({
          key,
          opening: yuan(opening),
          debit: yuan(debit),
          credit: yuan(credit),
        }))
        .toSorted(byKey),
    );
  }
}

const byKey = (left: { key: string }, right: { key: string }) => (left.key < right.key ? -1 : 1);

/**
 * Who sees one house sees the allocations of its receipts, and what moved on its prepaid accounts and deposits, and no more;
 * what may be invoiced comes out the same receipt by receipt and added up of all. */
async function compareScope({ desk, person, houses }: Life): Promise<void> {
  const keeper = await desk.company.person('管理员');
  await person.call(contract.setStaffScope, {
    params: { id: keeper.staffId },
    body: { hasAllCommunities: false, communityIds: [], buildingIds: [], houseIds: [houses[0]!] },
  });
  const rows = (house: string | null) => sql`
    select 'allocation' as name, a.id from allocation a
      ${house ? sql`join receipt r on r.company_id = a.company_id and r.id = a.receipt_id and r.target_id = ${house}` : empty}
    union all select 'prepaid_movement', m.id from prepaid_movement m
      ${house ? sql`join prepaid_account p on p.company_id = m.company_id and p.id = m.prepaid_account_id and p.target_id = ${house}` : empty}
    union all select 'deposit_movement', m.id from deposit_movement m
      ${house ? sql`join deposit d on d.company_id = m.company_id and d.id = m.deposit_id and d.target_id = ${house}` : empty}
    order by 1, 2`;
  const invoiceable = (view: string) =>
    sql`select id, invoiceable_fen, left_fen, state, target_label from ${identifier(view)} order by id`;
  for (const as of [
    desk.company.run,
    (work: (ctx: Context) => Promise<object[]>) => asStaff(server.services, desk.company.id, keeper.staffId, work),
  ]) {
    const [list, sums] = await Promise.all(
      ['receipt_invoicing_list', 'receipt_invoicing_sums'].map((view) => as((ctx) => ctx.tx.ad(invoiceable(view)))),
    );
    expect(sums).toEqual(list);
  }
  const seen = await asStaff(server.services, desk.company.id, keeper.staffId, (ctx) => ctx.tx.ad(rows(null)));
  expect(seen).toEqual(await desk.company.run((ctx) => ctx.tx.ad(rows(houses[0]!))));
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
        await compareJournal(life);
        await compareScope(life);
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
      fromPrepaid: false,
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
