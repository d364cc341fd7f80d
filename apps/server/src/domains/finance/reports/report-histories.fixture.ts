import * as contract from '@anlin/contract';
import { fen, formatYuan, parseYuan } from '@anlin/money';
import * as fc from 'fast-check';
import { Refused, type TestApp, type TestPerson } from '../../../../test/test-app.ts';
import { nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { type DeskFixture, makeDesk } from '../../cashier/cashier.fixture.ts';
import { again, type Fact, type FactKind, type Model, undone } from './report-histories.model.ts';

/** What the random histories do to the product, and how the independent books take it. */

const days = ['2025-12-20', '2026-01-15', '2026-03-10'];
const months = ['2025-10', '2025-12', '2026-01', '2026-02', '2026-03', '2027-01'];

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
export const history = fc.array(fc.array(deed, { minLength: 10, maxLength: 16 }), { minLength: 3, maxLength: 3 });

export interface Life {
  desk: DeskFixture;
  person: TestPerson;
  houses: readonly string[];
  /** 123.45 for 130.00. */
  packageId: string;
  model: Model;
  day: string;
}

export const yuan = (amount: bigint) => formatYuan(fen(amount));
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
export async function pay(life: Life, one: Extract<Deed, { do: 'pay' }>): Promise<void> {
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
export async function returnHeld(
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

export async function live(server: TestApp, deeds: readonly Deed[][]): Promise<Life> {
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
