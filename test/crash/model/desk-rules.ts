import {
  accountKey,
  accountOf,
  type Bill,
  type Books,
  closedUntil,
  countUp,
  moveAccount,
  moveDeposit,
  moveLateFee,
  moveMoney,
  outstandingOf,
  type PaidBill,
  type Receipt,
} from './books.ts';
import type { AskedBill, RequestOf } from './operation.ts';
import { differs, firstDifference, lateFeeOf, type RulesOf, type Scene } from './rule.ts';
import { least } from './yuan.ts';

type Pay = RequestOf<'pay'>;
type Offset = RequestOf<'offset'>;

/** Money taken at the desk, and bills paid out of prepaid. */
export const deskRules: RulesOf<'pay' | 'offset'> = {
  pay: {
    refusals: (books, request, scene) => [
      ...request.bills.flatMap((one) => refusalsOfBill(books.bills.get(one.id)!, one, request.day, scene)),
      ...(request.day <= closedUntil(books) ? ['books.closed'] : []),
      ...shortOf(books, request),
    ],
    apply(books, request, told, scene) {
      const { bills, tenders, topUp, deposit, incomeFen } = request;
      const fen = sum(bills.map((one) => one.payFen)) + (topUp?.fen ?? 0n) + (deposit?.fen ?? 0n) + incomeFen;
      const receipt: Receipt = {
        id: told.id!,
        number: numberOf('CH', countUp(books, 'receipt')),
        houseId: request.houseId,
        day: request.day,
        bills: bills.map((one) => paidBy(books.bills.get(one.id)!, one, request.day, scene)),
        topUp: topUp && { ...topUp, account: accountKey(request.houseId, topUp.itemId) },
        deposit,
        income: incomeFen > 0n ? { itemId: scene.itemIds.oneOff, fen: incomeFen } : null,
        tenders: tenders.map((one) => ({ ...one, bonusFen: 0n })),
        ...fresh,
      };
      write(books, receipt, receipt.day);
      if (deposit)
        books.deposits.put({
          holder: deposit.holder,
          houseId: request.houseId,
          takenFen: deposit.fen,
          heldFen: deposit.fen,
          forfeitedFen: 0n,
          isReversed: false,
        });
      books.keys.put({ key: request.key, id: receipt.id, number: receipt.number, fen });
      return firstDifference(differs('number', told.number, receipt.number), differs('total', told.fen, fen));
    },
  },
  offset: {
    refusals: () => [],
    apply(books, request, told, scene) {
      const plan = planFor(books, request, told.paid ?? [], scene);
      if (typeof plan === 'string') return plan;
      if (plan.paid.length > 0)
        write(
          books,
          {
            id: told.id!,
            number: numberOf('CH', countUp(books, 'receipt')),
            houseId: request.houseId,
            day: scene.today,
            bills: plan.paid.map((bill) => ({
              id: bill.id,
              principalFen: outstandingOf(bill),
              lateFeeFen: lateFeeOf(bill, scene.today, scene),
              discountFen: 0n,
              lateFeeWaivedFen: 0n,
            })),
            topUp: null,
            deposit: null,
            income: null,
            tenders: [...plan.drawn].map(([from, fen]) => ({
              methodId: '',
              source: 'prepaid',
              fen,
              from,
              bonusFen: 0n,
            })),
            ...fresh,
          },
          scene.today,
        );
      const number = plan.paid.length === 0 ? undefined : books.receipts.get(told.id!)?.number;
      return firstDifference(
        differs('number', told.number, number),
        differs('bills', told.count, plan.paid.length),
        differs('sum', told.fen, sum([...plan.drawn.values()])),
        differs('left', told.leftFen, books.accounts.get(request.account)?.fen ?? 0n),
      );
    },
  },
};

/** A receipt of which nothing was undone. */
export const fresh = {
  state: 'valid',
  refundedFen: {},
  refundedLateFeeFen: {},
  refundedMoneyFen: 0n,
  refundedInto: {},
  refundedBonusFen: 0n,
  isRefunded: false,
} as const;

export const sum = (list: readonly bigint[]) => list.reduce((total, one) => total + one, 0n);

export const numberOf = (start: string, place: number) => `${start}-${String(place).padStart(6, '0')}`;

function refusalsOfBill(bill: Bill, asked: AskedBill, day: string, scene: Scene): string[] {
  if (bill.voidedBy !== null) return ['receipt.billVoided'];
  const [left, lateFee] = [outstandingOf(bill), lateFeeOf(bill, day, scene)];
  if (bill.withheldIn !== null && left > 0n) return ['receipt.billWithheld'];
  if (left === 0n) return ['receipt.billPaid'];
  if (left + lateFee !== asked.expectedFen) return ['receipt.amountChanged'];
  return [
    ...(asked.discountFen > left ? ['receipt.overReduced'] : []),
    ...(asked.lateFeeWaivedFen > lateFee ? ['receipt.overWaived'] : []),
  ];
}

/** Late fee first, the rest is principal. */
function paidBy(bill: Bill, { payFen, discountFen, lateFeeWaivedFen }: AskedBill, day: string, scene: Scene): PaidBill {
  const lateFeeFen = least(payFen, lateFeeOf(bill, day, scene) - lateFeeWaivedFen);
  return { id: bill.id, principalFen: payFen - lateFeeFen, lateFeeFen, discountFen, lateFeeWaivedFen };
}

/** Accounts and deposits give what they hold before anything of the same receipt is put in. */
function shortOf(books: Books, { tenders }: Pay): string[] {
  const draws = new Map<string, bigint>();
  for (const { from, fen } of tenders) if (from !== null) draws.set(from, (draws.get(from) ?? 0n) + fen);
  return [...draws].flatMap(([from, fen]) => {
    const deposit = books.deposits.get(from);
    if (deposit) return deposit.heldFen < fen ? ['deposit.short'] : [];
    return (books.accounts.get(from)?.fen ?? 0n) < fen ? ['prepaid.short'] : [];
  });
}

/**
 * Everything a receipt does, on the day it is booked; again when it is brought back, for late fee then as if it had never
 * been gone. Says which of its prepaid and deposits are not there.
 */
export function write(books: Books, receipt: Receipt, bookedOn: string): string[] {
  const problems: string[] = [];
  for (const paid of receipt.bills) {
    const bill = books.bills.get(paid.id)!;
    const lowering = { day: receipt.day, by: receipt.id };
    books.bills.put({
      ...bill,
      receivedFen: bill.receivedFen + paid.principalFen,
      lateFeeReceivedFen: bill.lateFeeReceivedFen + paid.lateFeeFen,
      discountFen: bill.discountFen + paid.discountFen,
      lateFeeWaivedFen: bill.lateFeeWaivedFen + paid.lateFeeWaivedFen,
      lowered: [
        ...bill.lowered,
        { ...lowering, fen: paid.principalFen },
        ...(paid.discountFen > 0n ? [{ ...lowering, fen: paid.discountFen }] : []),
      ],
    });
    moveLateFee(books, bookedOn, paid.lateFeeFen);
  }
  const tenders = receipt.tenders.map((tender) => {
    if (tender.source === 'money') moveMoney(books, tender.methodId, bookedOn, tender.fen);
    if (tender.source === 'deposit' && !moveDeposit(books, tender.from!, -tender.fen)) problems.push('deposit.short');
    if (tender.source !== 'prepaid') return tender;
    const bonusFen = moveAccount(books, tender.from!, -tender.fen);
    if (bonusFen === null) problems.push('receipt.prepaidGone');
    return { ...tender, bonusFen: bonusFen ?? 0n };
  });
  const { topUp } = receipt;
  if (topUp) moveAccount(books, topUp.account, topUp.fen);
  if (topUp && topUp.bonusFen > 0n) moveAccount(books, topUp.account, topUp.bonusFen, topUp.bonusFen);
  books.receipts.put({ ...receipt, tenders, state: 'valid' });
  return problems;
}

interface Plan {
  paid: Bill[];
  drawn: Map<string, bigint>;
}

/** The plan the books demand; or, without bills others were at that moment at, the one that was carried out. */
function planFor(books: Books, { houseId }: Offset, paid: readonly { id: string }[], scene: Scene): Plan | string {
  const open = books.bills
    .rows()
    .filter(
      (bill) =>
        bill.houseId === houseId && !bill.isFormerOwners && bill.withheldIn === null && outstandingOf(bill) > 0n,
    );
  const wanted = new Set(paid.map((one) => one.id));
  const isAsTold = (plan: Plan) => plan.paid.length === wanted.size && plan.paid.every((bill) => wanted.has(bill.id));
  const all = plan(books, houseId, open, scene);
  if (isAsTold(all)) return all;
  const seen = plan(
    books,
    houseId,
    open.filter((bill) => wanted.has(bill.id) || !scene.touched.has(bill.id)),
    scene,
  );
  return isAsTold(seen) ? seen : `offset pays ${all.paid.map((bill) => bill.id).join(' ') || 'nothing'}`;
}

/** Whole bills with their late fee, oldest first, the item's account before the general one; an item stops at the first it cannot pay. */
function plan(books: Books, houseId: string, bills: readonly Bill[], scene: Scene): Plan {
  const left = new Map<string, bigint>();
  const has = (key: string) => left.get(key) ?? books.accounts.get(key)?.fen ?? 0n;
  const stopped = new Set<string>();
  const result: Plan = { paid: [], drawn: new Map() };
  const age = (bill: Bill) => `${bill.from} ${bill.dueOn} ${bill.id}`;
  for (const bill of [...bills].sort((one, other) => (age(one) < age(other) ? -1 : 1))) {
    const own = accountOf(books, houseId, bill.itemId).key;
    const general = accountOf(books, houseId, null).key;
    const owed = outstandingOf(bill) + lateFeeOf(bill, scene.today, scene);
    if (stopped.has(bill.itemId) || has(own) + has(general) < owed) {
      stopped.add(bill.itemId);
      continue;
    }
    const fromOwn = least(owed, has(own));
    for (const [key, fen] of [
      [own, fromOwn],
      [general, owed - fromOwn],
    ] as const) {
      if (fen === 0n) continue;
      left.set(key, has(key) - fen);
      result.drawn.set(key, (result.drawn.get(key) ?? 0n) + fen);
    }
    result.paid.push(bill);
  }
  return result;
}
