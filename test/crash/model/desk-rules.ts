import {
  accountKey,
  accountOf,
  type Bill,
  type Books,
  closedUntil,
  countUp,
  moveAccount,
  moveDeposit,
  moveMoney,
  outstandingOf,
  type Receipt,
} from './books.ts';
import type { RequestOf } from './operation.ts';
import { differs, firstDifference, type RulesOf, type Scene } from './rule.ts';
import { least } from './yuan.ts';

type Pay = RequestOf<'pay'>;
type Offset = RequestOf<'offset'>;

/** Money taken at the desk, and bills paid out of prepaid. */
export const deskRules: RulesOf<'pay' | 'offset'> = {
  pay: {
    refusals: (books, request) => [
      ...request.bills.flatMap((one) => refusalsOfBill(books.bills.get(one.id)!, one.expectedFen)),
      ...(request.day <= closedUntil(books) ? ['books.closed'] : []),
      ...shortOf(books, request),
    ],
    apply(books, request, told) {
      const { bills, tenders, topUp, deposit, incomeFen } = request;
      const fen = sum(bills.map((one) => one.payFen)) + (topUp?.fen ?? 0n) + (deposit?.fen ?? 0n) + incomeFen;
      const receipt: Receipt = {
        id: told.id!,
        number: numberOf('CH', countUp(books, 'receipt')),
        houseId: request.houseId,
        day: request.day,
        bills: bills.map(({ id, payFen, discountFen }) => ({ id, principalFen: payFen, discountFen })),
        topUp: topUp && { account: accountKey(request.houseId, topUp.itemId), fen: topUp.fen },
        deposit,
        tenders,
        ...fresh,
      };
      write(books, receipt);
      if (deposit)
        books.deposits.put({
          holder: deposit.holder,
          houseId: request.houseId,
          takenFen: deposit.fen,
          heldFen: deposit.fen,
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
        write(books, {
          id: told.id!,
          number: numberOf('CH', countUp(books, 'receipt')),
          houseId: request.houseId,
          day: scene.today,
          bills: plan.paid.map((bill) => ({ id: bill.id, principalFen: outstandingOf(bill), discountFen: 0n })),
          topUp: null,
          deposit: null,
          tenders: [...plan.drawn].map(([from, fen]) => ({ methodId: '', source: 'prepaid', fen, from })),
          ...fresh,
        });
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

const fresh = { state: 'valid', refundedFen: {}, refundedMoneyFen: 0n, refundedInto: {}, isRefunded: false } as const;

export const sum = (list: readonly bigint[]) => list.reduce((total, one) => total + one, 0n);

export const numberOf = (start: string, place: number) => `${start}-${String(place).padStart(6, '0')}`;

function refusalsOfBill(bill: Bill, expectedFen: bigint): string[] {
  if (bill.voidedBy !== null) return ['receipt.billVoided'];
  const left = outstandingOf(bill);
  if (left === 0n) return ['receipt.billPaid'];
  return left === expectedFen ? [] : ['receipt.amountChanged'];
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

/** Everything a receipt does, the first time. */
function write(books: Books, receipt: Receipt): void {
  for (const { id, principalFen, discountFen } of receipt.bills) {
    const bill = books.bills.get(id)!;
    books.bills.put({
      ...bill,
      receivedFen: bill.receivedFen + principalFen,
      discountFen: bill.discountFen + discountFen,
    });
  }
  for (const tender of receipt.tenders) {
    if (tender.source === 'prepaid') moveAccount(books, tender.from!, -tender.fen);
    if (tender.source === 'deposit') moveDeposit(books, tender.from!, -tender.fen);
    if (tender.source === 'money') moveMoney(books, tender.methodId, receipt.day, tender.fen);
  }
  if (receipt.topUp) moveAccount(books, receipt.topUp.account, receipt.topUp.fen);
  books.receipts.put(receipt);
}

interface Plan {
  paid: Bill[];
  drawn: Map<string, bigint>;
}

/** The plan the books demand; or, without bills others were at that moment at, the one that was carried out. */
function planFor(books: Books, { houseId }: Offset, paid: readonly { id: string }[], scene: Scene): Plan | string {
  const open = books.bills
    .rows()
    .filter((bill) => bill.houseId === houseId && !bill.isFormerOwners && outstandingOf(bill) > 0n);
  const wanted = new Set(paid.map((one) => one.id));
  const isAsTold = (plan: Plan) => plan.paid.length === wanted.size && plan.paid.every((bill) => wanted.has(bill.id));
  const all = plan(books, houseId, open);
  if (isAsTold(all)) return all;
  const seen = plan(
    books,
    houseId,
    open.filter((bill) => wanted.has(bill.id) || !scene.touched.has(bill.id)),
  );
  return isAsTold(seen) ? seen : `offset pays ${all.paid.map((bill) => bill.id).join(' ') || 'nothing'}`;
}

/** Whole bills, oldest first, the item's account before the general one; an item stops at the first it cannot pay. */
function plan(books: Books, houseId: string, bills: readonly Bill[]): Plan {
  const left = new Map<string, bigint>();
  const has = (key: string) => left.get(key) ?? books.accounts.get(key)?.fen ?? 0n;
  const stopped = new Set<string>();
  const result: Plan = { paid: [], drawn: new Map() };
  const age = (bill: Bill) => `${bill.from} ${bill.dueOn} ${bill.id}`;
  for (const bill of [...bills].sort((one, other) => (age(one) < age(other) ? -1 : 1))) {
    const own = accountOf(books, houseId, bill.itemId).key;
    const general = accountOf(books, houseId, null).key;
    const owed = outstandingOf(bill);
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
