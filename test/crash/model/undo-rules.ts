import { isPaid, isRaisedAgain, isReduced, waive } from './bill-rules.ts';
import {
  accountKey,
  type Books,
  closedUntil,
  countUp,
  moveAccount,
  moveDeposit,
  moveLateFee,
  moveMoney,
  outstandingOf,
  type Receipt,
} from './books.ts';
import { numberOf, sum, write } from './desk-rules.ts';
import { refusalsOfReturn } from './invoice-rules.ts';
import type { RequestOf, Told } from './operation.ts';
import { differs, firstDifference, type Rule, type RulesOf, type Scene } from './rule.ts';
import { least } from './yuan.ts';

type Undo = RequestOf<'reverse' | 'void' | 'restore'>;

/** Receipts reversed, voided, brought back from the bin, and given back in part. */
export const undoRules: RulesOf<'reverse' | 'void' | 'restore' | 'refundBills'> = {
  reverse: undoing('reversed'),
  void: undoing('voided'),
  restore: {
    refusals(books, { receiptId }, scene) {
      const receipt = books.receipts.get(receiptId)!;
      if (receipt.state !== 'voided') return ['receipt.notVoided'];
      return trying(books, () => restore(books, receipt, scene.today));
    },
    apply(books, { receiptId }, told, scene) {
      const receipt = books.receipts.get(receiptId)!;
      restore(books, receipt, scene.today);
      return agrees(receipt, told);
    },
  },
  refundBills: {
    refusals(books, request) {
      const receipt = books.receipts.get(request.receiptId)!;
      if (receipt.state !== 'valid') return ['receipt.notValid'];
      const above = request.bills.some(({ id, fen, lateFeeFen }) => {
        const paid = receipt.bills.find((one) => one.id === id)!;
        const [back, backLate] = [receipt.refundedFen[id] ?? 0n, receipt.refundedLateFeeFen[id] ?? 0n];
        return fen > paid.principalFen - back || lateFeeFen > paid.lateFeeFen - backLate;
      });
      const moneyFen = request.methodId === null ? 0n : sum(request.bills.map((one) => one.fen + one.lateFeeFen));
      const cameFen = sum(receipt.tenders.flatMap((one) => (one.source === 'prepaid' ? [] : [one.fen])));
      return [
        ...(above ? ['refund.aboveLine'] : []),
        ...(moneyFen > cameFen - receipt.refundedMoneyFen ? ['refund.aboveMoney'] : []),
        ...(request.day <= closedUntil(books) ? ['books.closed'] : []),
        ...refusalsOfReturn(books, afterRefund(receipt, request)),
      ];
    },
    apply(books, request, told) {
      const receipt = books.receipts.get(request.receiptId)!;
      const fen = sum(request.bills.map((one) => one.fen + one.lateFeeFen));
      for (const { id, fen: back, lateFeeFen } of request.bills) {
        const bill = books.bills.get(id)!;
        books.bills.put({
          ...bill,
          refundedFen: bill.refundedFen + back,
          lateFeeReceivedFen: bill.lateFeeReceivedFen - lateFeeFen,
          lowered: [...bill.lowered, { day: request.day, fen: -back, by: receipt.id }],
        });
        moveLateFee(books, request.day, -lateFeeFen);
        if (request.isWaived && back > 0n) waive(books, id, back, request.reason);
      }
      const after = afterRefund(receipt, request);
      if (request.methodId === null) {
        const account = accountToReturnTo(receipt);
        moveAccount(books, account, fen, after.refundedBonusFen - receipt.refundedBonusFen);
        const into = { ...receipt.refundedInto, [account]: (receipt.refundedInto[account] ?? 0n) + fen };
        books.receipts.put({ ...after, refundedInto: into });
      } else {
        moveMoney(books, request.methodId, request.day, -fen);
        books.receipts.put({ ...after, refundedMoneyFen: receipt.refundedMoneyFen + fen });
      }
      return writeRefund(books, request.key, fen, told);
    },
  },
};

/** What a receipt says it gave back after a refund; of prepaid, what was given comes back as given, first. */
function afterRefund(receipt: Receipt, { bills, methodId }: RequestOf<'refundBills'>): Receipt {
  const [refundedFen, refundedLateFeeFen] = [{ ...receipt.refundedFen }, { ...receipt.refundedLateFeeFen }];
  for (const { id, fen, lateFeeFen } of bills) {
    refundedFen[id] = (refundedFen[id] ?? 0n) + fen;
    refundedLateFeeFen[id] = (refundedLateFeeFen[id] ?? 0n) + lateFeeFen;
  }
  const outFen = -sum(receipt.tenders.map((one) => one.bonusFen)) - receipt.refundedBonusFen;
  const givenFen = methodId === null ? least(sum(bills.map((one) => one.fen + one.lateFeeFen)), outFen) : 0n;
  const refundedBonusFen = receipt.refundedBonusFen + givenFen;
  return { ...receipt, refundedFen, refundedLateFeeFen, refundedBonusFen, isRefunded: true };
}

/** The account most of what is still out was drawn from; the general one of the house where none was drawn on. */
function accountToReturnTo({ tenders, houseId, refundedInto }: Receipt): string {
  const out = new Map<string, bigint>();
  for (const { source, from, fen } of tenders) if (source === 'prepaid') out.set(from!, (out.get(from!) ?? 0n) + fen);
  for (const [account, fen] of Object.entries(refundedInto)) out.set(account, (out.get(account) ?? 0n) - fen);
  const [most] = [...out].sort(([, one], [, other]) => (one > other ? -1 : 1));
  return most?.[0] ?? accountKey(houseId, null);
}

/** The number of a refund and its key. */
export function writeRefund(books: Books, key: string, fen: bigint, told: Told): string | null {
  const number = numberOf('T', countUp(books, 'refund'));
  books.keys.put({ key, id: told.id!, number, fen });
  return firstDifference(differs('number', told.number, number), differs('total', told.fen, fen));
}

const agrees = (receipt: Receipt, told: Told) =>
  firstDifference(
    differs('number', told.number, receipt.number),
    differs('bills', told.count, receipt.bills.length),
    differs('total', told.fen, sum(receipt.tenders.map((one) => one.fen))),
  );

/** What a change would be refused for; the books stay as they are. */
function trying(books: Books, work: () => string[]): string[] {
  const mark = books.mark();
  const refusals = work();
  books.rewind(mark);
  return refusals;
}

function undoing(state: 'reversed' | 'voided'): Rule<Undo> {
  const undo = (books: Books, receipt: Receipt, today: string) => [
    ...takeBack(books, receipt, today, state),
    ...(state === 'voided' ? voidBills(books, receipt) : []),
  ];
  return {
    refusals(books, { receiptId }, scene: Scene) {
      const receipt = books.receipts.get(receiptId)!;
      if (receipt.state !== 'valid') return ['receipt.alreadyReversed'];
      if (receipt.isRefunded) return ['receipt.refunded'];
      return [
        ...trying(books, () => undo(books, receipt, scene.today)),
        ...refusalsOfReturn(books, { ...receipt, state }),
      ];
    },
    apply(books, { receiptId }, told, scene) {
      const receipt = books.receipts.get(receiptId)!;
      undo(books, receipt, scene.today);
      return agrees(receipt, told);
    },
  };
}

/** The opposite of every line, what went into prepaid first; says what is no longer there. */
function takeBack(books: Books, receipt: Receipt, today: string, state: 'reversed' | 'voided'): string[] {
  const problems: string[] = [];
  const { bills, topUp, deposit, tenders } = receipt;
  for (const paid of bills) {
    const bill = books.bills.get(paid.id)!;
    books.bills.put({
      ...bill,
      receivedFen: bill.receivedFen - paid.principalFen,
      lateFeeReceivedFen: bill.lateFeeReceivedFen - paid.lateFeeFen,
      discountFen: bill.discountFen - paid.discountFen,
      lateFeeWaivedFen: bill.lateFeeWaivedFen - paid.lateFeeWaivedFen,
      lowered: bill.lowered.filter((one) => one.by !== receipt.id),
    });
    moveLateFee(books, today, -paid.lateFeeFen);
  }
  const isThere = (fen: bigint, givenFen: bigint) => moveAccount(books, topUp!.account, -fen, -givenFen) !== null;
  if (topUp && !(isThere(topUp.bonusFen, topUp.bonusFen) && isThere(topUp.fen, 0n)))
    problems.push('receipt.prepaidUsed');
  const taken = deposit && books.deposits.get(deposit.holder)!;
  if (taken && taken.heldFen !== taken.takenFen) problems.push('deposit.used');
  if (taken) books.deposits.put({ ...taken, heldFen: 0n, isReversed: true });
  for (const { source, from, fen, methodId, bonusFen } of tenders) {
    if (source === 'prepaid') moveAccount(books, from!, fen, -bonusFen);
    if (source === 'deposit') moveDeposit(books, from!, fen);
    if (source === 'money') moveMoney(books, methodId, today, -fen);
  }
  books.receipts.put({ ...receipt, state });
  return problems;
}

/** The bills go with the receipt, unless something else stands on one. */
function voidBills(books: Books, receipt: Receipt): string[] {
  const problems: string[] = [];
  for (const { id } of receipt.bills) {
    const bill = books.bills.get(id)!;
    if (isPaid(bill)) problems.push('receipt.voidPaidElsewhere');
    if (isReduced(bill)) problems.push('receipt.voidReduced');
    books.bills.put({ ...bill, voidedBy: { receiptId: receipt.id } });
  }
  return problems;
}

/** The bills first, then everything again in the order of the first time. */
function restore(books: Books, receipt: Receipt, today: string): string[] {
  const problems: string[] = [];
  for (const { id, principalFen, discountFen } of receipt.bills) {
    const bill = { ...books.bills.get(id)!, voidedBy: null };
    if (isRaisedAgain(books, bill)) problems.push('bill.periodTaken');
    if (principalFen + discountFen > outstandingOf(bill)) problems.push('receipt.billOwesLess');
    books.bills.put(bill);
  }
  problems.push(...write(books, receipt, today));
  const taken = receipt.deposit && books.deposits.get(receipt.deposit.holder)!;
  if (taken) books.deposits.put({ ...taken, heldFen: taken.takenFen, isReversed: false });
  return problems;
}
