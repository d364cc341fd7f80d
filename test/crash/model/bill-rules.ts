import { type Bill, type Books, outstandingOf } from './books.ts';
import type { RaisedBill, RequestOf } from './operation.ts';
import { differs, firstDifference, lateFeeOf, type RulesOf, type Scene } from './rule.ts';

/** Bills raised, changed, waived, voided and brought back. */
export const billRules: RulesOf<
  'oneOff' | 'raise' | 'waive' | 'reduce' | 'takeBackWaiver' | 'edit' | 'voidBill' | 'restoreBill' | 'advance'
> = {
  oneOff: {
    refusals: () => [],
    apply(books, { houseId, itemId, fen, from, to, dueOn, key }, told) {
      books.bills.put({
        ...empty,
        id: told.id!,
        houseId,
        itemId,
        from,
        to,
        dueOn,
        isBound: false,
        receivableFen: fen,
      });
      books.keys.put({ key, id: told.id!, number: '', fen });
      return differs('amount', told.fen, fen);
    },
  },
  raise: {
    refusals: () => [],
    apply(books, request, told, scene) {
      const raised = told.raised ?? [];
      const problem = firstDifference(...raised.map((bill) => wrongWith(books, bill, request, scene)));
      if (problem) return problem;
      const missing = missingOf(books, raised, request, scene);
      if (missing) return missing;
      const { fee: itemId } = scene.itemIds;
      for (const bill of raised) putRaised(books, bill, itemId);
      const fen = raised.reduce((sum, bill) => sum + bill.fen, 0n);
      return firstDifference(differs('bills', told.count, raised.length), differs('sum', told.fen, fen));
    },
  },
  advance: {
    refusals: () => [],
    apply(books, { houseId, monthTo }, told, scene) {
      const raised = told.raised ?? [];
      const bound = books.bills.rows().filter((bill) => bill.isBound && bill.houseId === houseId);
      // It goes on where the last bill ends; which that is may have changed at that moment.
      const isSure = !bound.some((bill) => scene.touched.has(bill.id));
      const last = bound
        .filter(isStanding)
        .map((bill) => bill.to.slice(0, 7))
        .sort()
        .at(-1);
      const months = monthsUpTo(isSure ? (last ?? scene.today.slice(0, 7)) : '2025-01', monthTo);
      const request = { houseIds: [houseId], months };
      const problem = firstDifference(
        ...raised.map((bill) => wrongWith(books, bill, request, scene)),
        isSure ? missingOf(books, raised, request, scene) : null,
      );
      if (problem) return problem;
      for (const bill of raised) putRaised(books, bill, scene.itemIds.fee);
      const fen = raised.reduce((sum, bill) => sum + bill.fen, 0n);
      return firstDifference(differs('bills', told.count, raised.length), differs('sum', told.fen, fen));
    },
  },
  waive: {
    refusals(books, request, scene) {
      const refusals = refusalsOfWaiver(books, request, scene);
      if (refusals.length > 0 || request.fen < waiverLimitFen) return refusals;
      const isAsked = books.waiting.rows().some((one) => one.billId === request.billId && !one.isDecided);
      return isAsked ? ['approval.alreadyPending'] : [];
    },
    apply(books, request, told) {
      const { billId, fen, isOfLateFee, reason } = request;
      const isWaiting = fen >= waiverLimitFen;
      if (isWaiting) {
        const bill = books.bills.get(billId)!;
        const asked = { approvalId: told.id!, billId, fen, isOfLateFee, reason, isDecided: false };
        const { receivableFen } = bill;
        books.waiting.put({ ...asked, receivableFen, outstandingFen: outstandingOf(bill) });
      } else applyWaiver(books, request);
      return firstDifference(differs('waits', told.isWaiting, isWaiting), differs('sum', told.fen, fen));
    },
  },
  reduce: {
    refusals(books, { billId, discountFen, lateFeeWaivedFen }, scene) {
      const bill = books.bills.get(billId)!;
      if (bill.voidedBy !== null) return ['receipt.billVoided'];
      return [
        ...(discountFen > outstandingOf(bill) ? ['receipt.overReduced'] : []),
        ...(lateFeeWaivedFen > lateFeeOf(bill, scene.today, scene) ? ['receipt.overWaived'] : []),
      ];
    },
    apply(books, { billId, discountFen, lateFeeWaivedFen, reason }, told, { today }) {
      const bill = books.bills.get(billId)!;
      const lowered = [...bill.lowered, { day: today, fen: discountFen, by: reason }];
      books.bills.put({ ...bill, discountFen: bill.discountFen + discountFen, lowered });
      if (lateFeeWaivedFen > 0n) waiveLateFee(books, billId, lateFeeWaivedFen, reason);
      return firstDifference(
        differs('discount', told.fen, discountFen),
        differs('late fee', told.otherFen, lateFeeWaivedFen),
      );
    },
  },
  takeBackWaiver: {
    refusals: (books, { waiver }) => (books.waivers.get(waiver)!.isTakenBack ? ['waiver.takenBack'] : []),
    apply(books, request, told) {
      const waiver = books.waivers.get(request.waiver)!;
      const bill = books.bills.get(waiver.billId)!;
      const after = waiver.isOfLateFee
        ? { ...bill, lateFeeWaivedFen: bill.lateFeeWaivedFen - waiver.fen }
        : { ...bill, waivedFen: bill.waivedFen - waiver.fen };
      books.waivers.put({ ...waiver, isTakenBack: true });
      books.bills.put(after);
      return differs('outstanding', told.leftFen, outstandingOf(after));
    },
  },
  edit: {
    refusals(books, { billId, fen }) {
      const bill = books.bills.get(billId)!;
      if (bill.voidedBy !== null) return ['bill.editVoided'];
      if (bill.receivedFen + bill.lateFeeReceivedFen > 0n) return ['bill.edited'];
      if (isReduced(bill)) return ['bill.editReduced'];
      return fen === bill.receivableFen ? ['bill.editNothing'] : [];
    },
    apply(books, { billId, fen }) {
      books.bills.put({ ...books.bills.get(billId)!, receivableFen: fen });
      return null;
    },
  },
  voidBill: {
    refusals: (books, { billId }) => refusalsOfVoid(books.bills.get(billId)!),
    apply(books, { billId }, told) {
      const bill = books.bills.get(billId)!;
      books.bills.put({ ...bill, voidedBy: 'itself' });
      return differs('sum', told.fen, bill.receivableFen);
    },
  },
  restoreBill: {
    refusals(books, { billId }) {
      const bill = books.bills.get(billId)!;
      if (bill.voidedBy === null) return ['bill.notVoided'];
      if (bill.voidedBy !== 'itself') return ['bill.voidedWithReceipt'];
      return isRaisedAgain(books, bill) ? ['bill.periodTaken'] : [];
    },
    apply(books, { billId }, told) {
      const bill = books.bills.get(billId)!;
      books.bills.put({ ...bill, voidedBy: null });
      return differs('sum', told.fen, bill.receivableFen);
    },
  },
};

const empty = {
  discountFen: 0n,
  waivedFen: 0n,
  receivedFen: 0n,
  refundedFen: 0n,
  lateFeeReceivedFen: 0n,
  lateFeeWaivedFen: 0n,
  lowered: [],
  withheldIn: null,
  voidedBy: null,
  isFormerOwners: false,
} as const;

function putRaised(books: Books, { id, houseId, from, to, dueOn, fen }: RaisedBill, itemId: string): void {
  books.bills.put({ ...empty, id, houseId, itemId, from, to, dueOn, isBound: true, receivableFen: fen });
}

function monthsUpTo(first: string, last: string): string[] {
  const months: string[] = [];
  for (let month = first; month <= last; month = nextMonth(`${month}-01`).slice(0, 7)) months.push(month);
  return months;
}

export const waiverName = (reason: string, billId: string) => `${reason}|${billId}`;

/** From here on somebody else has to say yes. */
export const waiverLimitFen = 12_000n;

type Waiver = Pick<RequestOf<'waive'>, 'billId' | 'fen' | 'isOfLateFee' | 'reason'>;

export function refusalsOfWaiver(books: Books, { billId, fen, isOfLateFee }: Waiver, scene: Scene): string[] {
  const bill = books.bills.get(billId)!;
  if (bill.voidedBy !== null) return ['waiver.voided'];
  if (isOfLateFee) return fen > lateFeeOf(bill, scene.today, scene) ? ['waiver.aboveLateFee'] : [];
  return fen > outstandingOf(bill) ? ['waiver.abovePrincipal'] : [];
}

export function applyWaiver(books: Books, { billId, fen, isOfLateFee, reason }: Waiver): void {
  if (isOfLateFee) waiveLateFee(books, billId, fen, reason);
  else waive(books, billId, fen, reason);
}

export function waive(books: Books, billId: string, fen: bigint, reason: string): void {
  const bill = books.bills.get(billId)!;
  books.bills.put({ ...bill, waivedFen: bill.waivedFen + fen });
  books.waivers.put({ name: waiverName(reason, billId), billId, fen, isOfLateFee: false, isTakenBack: false });
}

function waiveLateFee(books: Books, billId: string, fen: bigint, reason: string): void {
  const bill = books.bills.get(billId)!;
  books.bills.put({ ...bill, lateFeeWaivedFen: bill.lateFeeWaivedFen + fen });
  books.waivers.put({ name: waiverName(reason, billId), billId, fen, isOfLateFee: true, isTakenBack: false });
}

export const isReduced = (bill: Bill) => bill.discountFen + bill.waivedFen + bill.lateFeeWaivedFen > 0n;
export const isPaid = (bill: Bill) => bill.receivedFen > bill.refundedFen || bill.lateFeeReceivedFen > 0n;

function refusalsOfVoid(bill: Bill): string[] {
  if (bill.voidedBy !== null) return ['bill.alreadyVoided'];
  if (isPaid(bill)) return ['bill.paid'];
  return isReduced(bill) ? ['bill.reduced'] : [];
}

const isStanding = (bill: Bill) => bill.isBound && bill.voidedBy === null;

/** Another bill of the same house and month stands by now. */
export function isRaisedAgain(books: Books, { id, houseId, from, isBound }: Bill): boolean {
  if (!isBound) return false;
  return books.bills
    .rows()
    .some((bill) => bill.id !== id && bill.houseId === houseId && bill.from === from && isStanding(bill));
}

function wrongWith(
  books: Books,
  bill: RaisedBill,
  { houseIds, months }: Pick<RequestOf<'raise'>, 'houseIds' | 'months'>,
  scene: Scene,
): string | null {
  const { houseId, from, fen } = bill;
  if (!houseIds.includes(houseId) || !months.includes(from.slice(0, 7))) return `raised ${houseId} ${from} unasked`;
  if (bill.to !== nextMonth(from)) return `raised ${houseId} ${from} to ${bill.to}`;
  const standing = books.bills.rows().find((one) => one.houseId === houseId && one.from === from && isStanding(one));
  if (standing) return `raised ${houseId} ${from} a second time: ${standing.id} stands`;
  const costs = pricesOn(books, from, scene).map((price) => costOf(books.houses.get(houseId)!.area, price));
  return costs.includes(fen) ? null : `raised ${houseId} ${from}: ${fen}, expected ${costs.join(' or ')}`;
}

/** A month without a bill that was asked for and not raised; one that was being voided just then may stay without. */
function missingOf(
  books: Books,
  raised: readonly RaisedBill[],
  { houseIds, months }: Pick<RequestOf<'raise'>, 'houseIds' | 'months'>,
  { touched }: Scene,
): string | null {
  for (const houseId of houseIds)
    for (const month of months) {
      const isIt = (one: { houseId: string; from: string }) => one.houseId === houseId && one.from === `${month}-01`;
      const known = books.bills.rows().filter((bill) => isIt(bill) && bill.isBound);
      if (raised.some(isIt) || known.some(isStanding) || known.some((bill) => touched.has(bill.id))) continue;
      return `${houseId} ${month} was not raised`;
    }
  return null;
}

function nextMonth(from: string): string {
  const [year, month] = from.split('-').map(Number);
  return month === 12 ? `${year! + 1}-01-01` : `${year}-${String(month! + 1).padStart(2, '0')}-01`;
}

/** The price in force on a day; one that was being set at the same time may have come too late to be seen. */
function pricesOn(books: Books, day: string, { besides }: Scene): bigint[] {
  const known = books.prices
    .rows()
    .filter((price) => price.startsOn <= day)
    .sort((one, other) => (one.startsOn < other.startsOn ? 1 : -1));
  const isNew = (price: { opId: number | null }) => price.opId !== null && besides.has(price.opId);
  const settled = known.find((price) => !isNew(price))!;
  return known.slice(0, known.indexOf(settled) + 1).map((price) => price.fen);
}

/** Square metres by fen, both exact, rounded half up to the fen. */
const costOf = (area: bigint, price: bigint) => (area * price + 50n) / 100n;
