import type { OfferTerms } from '@anlin/contract';
import { type Fen, minFen, parseYuan, ratioToMoney, subtractFen, sumFen, zeroFen } from '@anlin/money';

/** An offer in force for a community on a day of payment, in the company's order. */
export interface Offer {
  id: string;
  name: string;
  terms: OfferTerms;
  /** Empty: every item. */
  chargeItemIds: readonly string[];
  isStackable: boolean;
}

/** A bill that is settled by the receipt at hand, and what is known of its target. */
export interface OfferedBill {
  id: string;
  targetId: string;
  chargeItemId: string;
  /** Half-open, ISO. */
  periodFrom: string;
  periodTo: string;
  dueOn: string;
  /** Principal left, in fen. */
  principalFen: Fen;
  /** Of the house; empty for a parking space. */
  houseStatus: string;
  tagIds: readonly string[];
}

export interface Discount {
  billId: string;
  offerId: string;
  offerName: string;
  amountFen: Fen;
}

/**
 * What offers take off bills that are settled together on a day (CHG-17). Of each bill: either the best offer that stands
 * alone, or all stackable ones, whichever is more; never more than the principal.
 */
export function applyOffers(offers: readonly Offer[], bills: readonly OfferedBill[], receivedOn: string): Discount[] {
  const byOffer = offers.map((offer) => ({ offer, amounts: amountsOf(offer, bills, receivedOn) }));
  return bills.flatMap((bill) => {
    const found = byOffer.flatMap(({ offer, amounts }) => {
      const amountFen = amounts.get(bill.id) ?? zeroFen;
      return amountFen === zeroFen ? [] : [{ offer, amountFen }];
    });
    const alone = found
      .filter(({ offer }) => !offer.isStackable)
      .reduce<(typeof found)[number] | null>(
        (best, one) => (best && best.amountFen >= one.amountFen ? best : one),
        null,
      );
    const stacked = withinPrincipal(
      found.filter(({ offer }) => offer.isStackable),
      bill.principalFen,
    );
    const stackedFen = sumFen(stacked.map((one) => one.amountFen));
    const used = alone && alone.amountFen >= stackedFen ? [alone] : stacked;
    return used.map(({ offer, amountFen }) => ({
      billId: bill.id,
      offerId: offer.id,
      offerName: offer.name,
      amountFen,
    }));
  });
}

/** In order, each as far as principal is left. */
function withinPrincipal<One extends { amountFen: Fen }>(list: readonly One[], principalFen: Fen): One[] {
  let leftFen = principalFen;
  return list.flatMap((one) => {
    const amountFen = minFen(leftFen, one.amountFen);
    leftFen = subtractFen(leftFen, amountFen);
    return amountFen === zeroFen ? [] : [{ ...one, amountFen }];
  });
}

function amountsOf(offer: Offer, bills: readonly OfferedBill[], receivedOn: string): Map<string, Fen> {
  const meant = bills.filter(
    (bill) => offer.chargeItemIds.length === 0 || offer.chargeItemIds.includes(bill.chargeItemId),
  );
  if (offer.terms.kind === 'payMonthsGetFree') return freeMonths(offer.terms, meant);
  const { terms } = offer;
  return new Map(meant.map((bill) => [bill.id, minFen(bill.principalFen, amountOf(terms, bill, receivedOn))]));
}

function amountOf(
  terms: Exclude<OfferTerms, { kind: 'payMonthsGetFree' }>,
  bill: OfferedBill,
  receivedOn: string,
): Fen {
  switch (terms.kind) {
    case 'percentIfPaidBefore':
      return isInTime(terms.daysBeforeDue, bill.dueOn, receivedOn)
        ? shareOf(bill.principalFen, terms.percentOff)
        : zeroFen;
    case 'fixedForTag':
      return bill.tagIds.includes(terms.tagId) ? parseYuan(terms.amount) : zeroFen;
    case 'percentForTag':
      return bill.tagIds.includes(terms.tagId) ? shareOf(bill.principalFen, terms.percentOff) : zeroFen;
    case 'vacantRate':
      return terms.statuses.some((status) => status === bill.houseStatus)
        ? shareOf(bill.principalFen, terms.percentOff)
        : zeroFen;
  }
}

function isInTime(daysBeforeDue: number | null, dueOn: string, receivedOn: string): boolean {
  if (daysBeforeDue === null) return true;
  return receivedOn <= Temporal.PlainDate.from(dueOn).subtract({ days: daysBeforeDue }).toString();
}

/** So many per cent of a sum, rounded half up to the fen. */
function shareOf(sum: Fen, percent: string): Fen {
  // Two decimals of a per cent are ten-thousandths, and the sum is in hundredths of a yuan.
  return ratioToMoney(sum * parseYuan(percent), 1_000_000n, { precision: 'fen', rounding: 'halfUp' });
}

/**
 * Months paid in a row of one item and target, oldest first: after every `months` of them up to `freeMonths` are free.
 * Only bills of whole months count; one that is not begins the count anew.
 */
function freeMonths(
  terms: Extract<OfferTerms, { kind: 'payMonthsGetFree' }>,
  bills: readonly OfferedBill[],
): Map<string, Fen> {
  const free = new Map<string, Fen>();
  for (const row of Map.groupBy(bills, (bill) => `${bill.targetId} ${bill.chargeItemId}`).values()) {
    let paid = 0;
    let given = 0;
    let expected = '';
    for (const bill of row.toSorted((a, b) =>
      a.periodFrom < b.periodFrom ? -1 : a.periodFrom > b.periodFrom ? 1 : 0,
    )) {
      const length = wholeMonths(bill);
      if (length === 0 || (expected !== '' && bill.periodFrom !== expected)) [paid, given] = [0, 0];
      expected = bill.periodTo;
      if (length === 0) continue;
      if (paid >= terms.months && given + length <= terms.freeMonths) {
        free.set(bill.id, bill.principalFen);
        given += length;
        if (given === terms.freeMonths) [paid, given] = [0, 0];
      } else paid += length;
    }
  }
  return free;
}

function wholeMonths({ periodFrom, periodTo }: OfferedBill): number {
  const { months, days } = Temporal.PlainDate.from(periodFrom).until(periodTo, { largestUnit: 'month' });
  return days === 0 ? months : 0;
}
