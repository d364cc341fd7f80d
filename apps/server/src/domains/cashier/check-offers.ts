import {
  cashierFail,
  type EndpointReply,
  type EndpointRequest,
  type suggestOffers as suggestEndpoint,
} from '@anlin/contract';
import { formatYuan, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { billName, readBills } from '../charging/index.ts';
import { applyOffers } from './apply-offers.ts';
import { offeredBills, readOffers } from './offer.queries.ts';
import type { Settled } from './settle-bills.ts';

/** What the offers in force take off these bills when all of them are settled together. Reads only. */
export async function suggestOffers(
  ctx: Context,
  input: EndpointRequest<typeof suggestEndpoint>['body'],
): Promise<EndpointReply<typeof suggestEndpoint>['rows']> {
  const offers = await readOffers(ctx, input.communityId, input.receivedOn);
  if (offers.length === 0) return [];
  const bills = (await readBills(ctx, input.billIds)).filter(
    (bill) => bill.communityId === input.communityId && bill.outstandingFen > zeroFen,
  );
  return applyOffers(offers, await offeredBills(ctx, bills), input.receivedOn).map(({ amountFen, ...one }) => ({
    ...one,
    amount: formatYuan(amountFen),
  }));
}

/**
 * Refuses (409) a discount by an offer that does not give exactly so much now to the bills this receipt settles. A receipt
 * may leave an offer out. Reads nothing for receipts without offers.
 */
export async function checkOffers(
  ctx: Context,
  receipt: { communityId: string; receivedOn: string },
  { bills, reductions }: Settled,
): Promise<void> {
  const claimed = reductions.filter((one) => one.offerId !== null);
  if (claimed.length === 0) return;
  const settled = bills.filter((one) => one.paidFen === one.mostFen).map(({ bill }) => bill);
  const offers = await readOffers(ctx, receipt.communityId, receipt.receivedOn);
  const given = applyOffers(offers, await offeredBills(ctx, settled), receipt.receivedOn);
  const used = new Set<string>();
  for (const { billId, offerId, amountFen } of claimed) {
    const key = `${billId} ${offerId}`;
    const one = given.find((discount) => discount.billId === billId && discount.offerId === offerId);
    if (one?.amountFen === amountFen && !used.has(key)) {
      used.add(key);
      continue;
    }
    throw cashierFail('receipt.offerChanged', {
      bill: billName(bills.find(({ bill }) => bill.id === billId)!.bill),
      offer: offers.find((offer) => offer.id === offerId)?.name ?? '已停用的活动',
      actual: formatYuan(one?.amountFen ?? zeroFen),
      expected: formatYuan(amountFen),
    });
  }
}
