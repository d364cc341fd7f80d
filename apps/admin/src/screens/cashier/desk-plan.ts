import type { DeskAccount, DeskBill, OfferedDiscount } from '@anlin/contract';
import { addFen, type Fen, formatYuan, minFen, parseYuan, subtractFen, sumFen, zeroFen } from '@anlin/money';
import { readTyped } from './desk-money.ts';

/** What the person entered beside ticking bills; amounts as typed. */
export interface DeskEdits {
  /** How much to collect now of single bills. */
  pays: ReadonlyMap<string, string>;
  /** What of the money is for bills, shared out older first; empty: all that is ticked. */
  collectOnly: string;
  /** Given up over all ticked bills: discounts from the newest, late fees from the oldest. */
  discount: string;
  lateFeeWaived: string;
  reason: string;
  /** Offers the person does not want applied. */
  offersOff: ReadonlySet<string>;
  /** Prepaid accounts and deposits to draw on; an empty amount is as much as possible. */
  offsets: ReadonlyMap<string, string>;
  lines: readonly DeskLine[];
  keepsChange: boolean;
}

/** A line of the receipt that pays no bill. */
export interface DeskLine {
  kind: 'topUp' | 'deposit' | 'income';
  /** Null: general prepaid. */
  chargeItemId: string | null;
  name: string;
  amount: string;
  text: string;
  /** Of prepaid that is sold as a package. */
  packageId?: string;
}

export const noEdits: DeskEdits = {
  pays: new Map(),
  collectOnly: '',
  discount: '',
  lateFeeWaived: '',
  reason: '',
  offersOff: new Set(),
  offsets: new Map(),
  lines: [],
  keepsChange: false,
};

/** One ticked bill on the receipt to come. */
export interface PlannedBill {
  bill: DeskBill;
  offers: readonly OfferedDiscount[];
  discountFen: Fen;
  lateFeeWaivedFen: Fen;
  /** Left after the reductions, and paid now. */
  mostFen: Fen;
  payFen: Fen;
}

export interface PlannedOffset {
  id: string;
  kind: 'prepaid' | 'deposit';
  name: string;
  amountFen: Fen;
}

export interface DeskPlan {
  bills: readonly PlannedBill[];
  offsets: readonly PlannedOffset[];
  billsFen: Fen;
  reducedFen: Fen;
  lateFeeFen: Fen;
  linesFen: Fen;
  totalFen: Fen;
  /** What is left to be paid with money. */
  moneyFen: Fen;
  /** Chinese reason why it can't be collected like this; empty when it can. */
  problem: string;
}

const isPart = ({ payFen, mostFen }: PlannedBill) => payFen < mostFen;

/** Whether a receipt is more than whole bills paid with money, so that the person looks at it once more. */
export function isPlain(plan: DeskPlan, tenderCount: number): boolean {
  return (
    plan.reducedFen === zeroFen &&
    plan.linesFen === zeroFen &&
    plan.offsets.length === 0 &&
    tenderCount <= 1 &&
    !plan.bills.some(isPart)
  );
}

/** Works out a receipt from what is ticked and entered; pure, and the same sums the server will come to. */
export function planReceipt(
  account: DeskAccount,
  ticked: readonly DeskBill[],
  edits: DeskEdits,
  offered: readonly OfferedDiscount[],
): DeskPlan {
  const problems: string[] = [];
  const typed = (text: string, name: string): Fen => {
    const amount = readTyped(text);
    if (amount === null) problems.push(`${name}应为数字，最多两位小数`);
    return amount ?? zeroFen;
  };
  const reduced = reduce(ticked, edits, offered, typed, problems);
  const bills = payOut(reduced, edits, typed, problems);
  const billsFen = sumFen(bills.map((one) => one.payFen));
  const offsets = offsetsOf(account, bills, edits, typed, problems);
  const linesFen = sumFen(edits.lines.map((line) => parseYuan(line.amount)));
  const totalFen = addFen(billsFen, linesFen);
  return {
    bills,
    offsets,
    billsFen,
    linesFen,
    totalFen,
    reducedFen: sumFen(bills.map(reducedFen)),
    lateFeeFen: sumFen(
      bills.map(({ bill, lateFeeWaivedFen }) => subtractFen(parseYuan(bill.lateFee), lateFeeWaivedFen)),
    ),
    moneyFen: subtractFen(totalFen, sumFen(offsets.map((one) => one.amountFen))),
    problem: problems[0] ?? '',
  };
}

const offersFen = (offers: readonly OfferedDiscount[]) => sumFen(offers.map((one) => parseYuan(one.amount)));

/** Everything taken off a bill by this receipt. */
export function reducedFen({ offers, discountFen, lateFeeWaivedFen }: PlannedBill): Fen {
  return sumFen([offersFen(offers), discountFen, lateFeeWaivedFen]);
}

type ReadAmount = (text: string, name: string) => Fen;
const isOlder = (left: DeskBill, right: DeskBill) =>
  compare(left.dueOn, right.dueOn) || compare(left.periodFrom, right.periodFrom) || compare(left.id, right.id);
const compare = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);

/** Takes offers, then the cashier's discount from the newest bill back, then late fees from the oldest on. */
function reduce(
  ticked: readonly DeskBill[],
  edits: DeskEdits,
  offered: readonly OfferedDiscount[],
  typed: ReadAmount,
  problems: string[],
): PlannedBill[] {
  const oldest = ticked.toSorted(isOlder);
  const wanted = offered.filter((one) => !edits.offersOff.has(one.offerId));
  const offersOf = new Map(oldest.map((bill) => [bill.id, wanted.filter((one) => one.billId === bill.id)]));
  const leftOf = (bill: DeskBill) => subtractFen(parseYuan(bill.outstanding), offersFen(offersOf.get(bill.id) ?? []));
  const discounts = spread(typed(edits.discount, '优惠'), oldest.toReversed(), leftOf);
  if (discounts.leftFen > zeroFen) problems.push('优惠超过了所选账单的本金');
  const waived = spread(typed(edits.lateFeeWaived, '减免违约金'), oldest, (bill) => parseYuan(bill.lateFee));
  if (waived.leftFen > zeroFen) problems.push('减免超过了所选账单的违约金');
  return ticked.map((bill) => {
    const discountFen = discounts.parts.get(bill.id) ?? zeroFen;
    const lateFeeWaivedFen = waived.parts.get(bill.id) ?? zeroFen;
    const lateFeeFen = subtractFen(parseYuan(bill.lateFee), lateFeeWaivedFen);
    const mostFen = addFen(subtractFen(leftOf(bill), discountFen), lateFeeFen);
    return { bill, offers: offersOf.get(bill.id) ?? [], discountFen, lateFeeWaivedFen, mostFen, payFen: mostFen };
  });
}

/** Shares a sum out in the order given, each up to its most. */
function spread<One extends { id: string }>(
  sum: Fen,
  list: readonly One[],
  mostOf: (one: One) => Fen,
): { parts: Map<string, Fen>; leftFen: Fen } {
  let leftFen = sum;
  const parts = new Map<string, Fen>();
  for (const one of list) {
    const part = minFen(leftFen, mostOf(one));
    if (part > zeroFen) parts.set(one.id, part);
    leftFen = subtractFen(leftFen, part);
  }
  return { parts, leftFen };
}

function payOut(bills: readonly PlannedBill[], edits: DeskEdits, typed: ReadAmount, problems: string[]): PlannedBill[] {
  const own = bills.map((one) => {
    const text = edits.pays.get(one.bill.id) ?? '';
    if (text.trim() === '') return one;
    const payFen = typed(text, `“${one.bill.chargeItemName} ${one.bill.periodText}”的本次收`);
    if (payFen > one.mostFen)
      problems.push(`“${one.bill.chargeItemName} ${one.bill.periodText}”最多收 ${formatYuan(one.mostFen)} 元`);
    return { ...one, payFen };
  });
  const only = edits.collectOnly.trim() === '' ? null : typed(edits.collectOnly, '本次收账单');
  if (only === null) {
    const empty = own.find((one) => one.payFen === zeroFen && reducedFen(one) === zeroFen);
    if (empty) problems.push(`“${empty.bill.chargeItemName} ${empty.bill.periodText}”本次收 0 元，请去掉勾选`);
    return own;
  }
  if (only === zeroFen) problems.push('“账单只收”是 0 元。请填金额，全部收清请清空这一格');
  const byAge = own.toSorted((left, right) => isOlder(left.bill, right.bill)).map((one) => ({ id: one.bill.id, one }));
  const { parts, leftFen } = spread(only, byAge, ({ one }) => one.payFen);
  if (leftFen > zeroFen) problems.push(`所选账单只需收 ${formatYuan(subtractFen(only, leftFen))} 元，多收的可转为预存`);
  return own
    .map((one) => ({ ...one, payFen: parts.get(one.bill.id) ?? zeroFen }))
    .filter((one) => one.payFen > zeroFen || reducedFen(one) > zeroFen);
}

/** What is drawn on, what may pay one item only before what may pay all. */
function offsetsOf(
  account: DeskAccount,
  bills: readonly PlannedBill[],
  edits: DeskEdits,
  typed: ReadAmount,
  problems: string[],
): PlannedOffset[] {
  const left = new Map<string, Fen>();
  for (const { bill, payFen } of bills)
    left.set(bill.chargeItemId, addFen(left.get(bill.chargeItemId) ?? zeroFen, payFen));
  let leftFen = sumFen([...left.values()]);
  const holdings = holdingsOf(account).toSorted(
    (a, b) => Number(a.chargeItemId === null) - Number(b.chargeItemId === null),
  );
  return holdings.flatMap((holding) => {
    const text = edits.offsets.get(holding.id);
    if (text === undefined) return [];
    const mostFen =
      holding.chargeItemId === null ? leftFen : minFen(leftFen, left.get(holding.chargeItemId) ?? zeroFen);
    const amountFen = text.trim() === '' ? minFen(mostFen, holding.balanceFen) : typed(text, holding.name);
    if (amountFen > holding.balanceFen) problems.push(`“${holding.name}”只有 ${formatYuan(holding.balanceFen)} 元`);
    else if (amountFen > mostFen) problems.push(`“${holding.name}”本次最多抵 ${formatYuan(mostFen)} 元`);
    leftFen = subtractFen(leftFen, minFen(mostFen, amountFen));
    if (holding.chargeItemId !== null) left.set(holding.chargeItemId, subtractFen(mostFen, minFen(mostFen, amountFen)));
    return amountFen === zeroFen ? [] : [{ id: holding.id, kind: holding.kind, name: holding.name, amountFen }];
  });
}

export interface Holding {
  id: string;
  kind: 'prepaid' | 'deposit';
  name: string;
  /** What it may pay alone; null: any bill. */
  chargeItemId: string | null;
  balanceFen: Fen;
}

/** Prepaid accounts and deposits as one list, by the names the desk shows. */
export function holdingsOf({ prepaid, deposits, target, offsetMethods }: DeskAccount): Holding[] {
  const ofOther = (name: string) => (name === target.name ? '' : ` ${name}`);
  return [
    ...(offsetMethods.prepaid === null ? [] : prepaid).map(
      (one): Holding => ({
        id: one.id,
        kind: 'prepaid',
        name: `${one.chargeItemId === null ? '通用预存' : `${one.chargeItemName}预存`}${ofOther(one.targetName)}`,
        chargeItemId: one.chargeItemId,
        balanceFen: parseYuan(one.balance),
      }),
    ),
    ...(offsetMethods.deposit === null ? [] : deposits).map(
      (one): Holding => ({
        id: one.id,
        kind: 'deposit',
        name: `${one.chargeItemName}${ofOther(one.targetName)}`,
        chargeItemId: null,
        balanceFen: parseYuan(one.held),
      }),
    ),
  ];
}

/**
 * Ticks or unticks bills; where older ones come first, ticking a bill ticks the older of its item, and taking one away takes
 * the later ones.
 */
export function tickedTogether(account: DeskAccount, ids: readonly string[], isTicked: boolean): string[] {
  if (!account.rules.takesOldestFirst) return [...ids];
  const chosen = account.bills.filter((bill) => ids.includes(bill.id));
  const goesWith = (bill: DeskBill) =>
    chosen.some(
      (one) =>
        one.targetId === bill.targetId &&
        one.chargeItemId === bill.chargeItemId &&
        (isTicked ? bill.periodFrom < one.periodFrom : bill.periodFrom > one.periodFrom),
    );
  return [...ids, ...account.bills.filter(goesWith).map((bill) => bill.id)];
}
