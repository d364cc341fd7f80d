import * as contract from '@anlin/contract';
import { type Route, route } from '../../platform/http/route.ts';
import { changeNumberPattern } from './change-number-pattern.ts';
import { suggestOffers } from './check-offers.ts';
import { readItems } from './desk-account.queries.ts';
import { createOffer, deleteOffer, updateOffer } from './edit-offer.ts';
import {
  createPaymentMethod,
  listAllPaymentMethods,
  sortPaymentMethods,
  updatePaymentMethod,
} from './edit-payment-method.ts';
import { listNumberPatterns, previewNumberPattern } from './number-pattern.queries.ts';
import { listOffers } from './offer.queries.ts';
import { listPaymentMethods } from './payment-method.ts';
import { printReceipt } from './print-receipt.ts';
import { readAccount } from './read-account.ts';
import { readReceipt } from './read-receipt.ts';
import { listReceipts } from './receipt.queries.ts';
import { reduceBills } from './reduce-bills.ts';
import { reverseReceipt } from './reverse-receipt.ts';
import { listDiscountLimits, setDiscountLimit } from './set-discount-limit.ts';
import { takePayment } from './take-payment.ts';

export const cashierRoutes: Route[] = [
  route(contract.listPaymentMethods, async (ctx) => ({ rows: await listPaymentMethods(ctx) })),
  route(contract.listAllPaymentMethods, async (ctx) => ({ rows: await listAllPaymentMethods(ctx) })),
  route(contract.createPaymentMethod, (ctx, { body }) => createPaymentMethod(ctx, body.name)),
  route(contract.sortPaymentMethods, async (ctx, { body }) => {
    await sortPaymentMethods(ctx, body.ids);
    return contract.okReply;
  }),
  route(contract.updatePaymentMethod, async (ctx, { params, body }) => {
    await updatePaymentMethod(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.listDiscountLimits, async (ctx) => ({ rows: await listDiscountLimits(ctx) })),
  route(contract.setDiscountLimit, async (ctx, { params, body }) => {
    await setDiscountLimit(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.reduceBills, (ctx, { body }) => reduceBills(ctx, body)),
  route(contract.listOffers, async (ctx) => ({ rows: await listOffers(ctx) })),
  route(contract.createOffer, (ctx, { body }) => createOffer(ctx, body)),
  route(contract.updateOffer, async (ctx, { params, body }) => {
    await updateOffer(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.deleteOffer, async (ctx, { params }) => {
    await deleteOffer(ctx, params.id);
    return contract.okReply;
  }),
  route(contract.suggestOffers, async (ctx, { body }) => ({ rows: await suggestOffers(ctx, body) })),
  route(contract.listDeskItems, async (ctx) => ({ rows: await readItems(ctx) })),
  route(contract.getDeskAccount, (ctx, { query }) => readAccount(ctx, query)),
  route(contract.takePayment, (ctx, { body }) => takePayment(ctx, body)),
  route(contract.listReceipts, (ctx, { query }) => listReceipts(ctx, query)),
  route(contract.getReceipt, (ctx, { params }) => readReceipt(ctx, params.id)),
  route(contract.reverseReceipt, (ctx, { params, body }) =>
    reverseReceipt(ctx, { receiptId: params.id, reason: body.reason }),
  ),
  route(contract.listNumberPatterns, async (ctx) => ({ rows: await listNumberPatterns(ctx) })),
  route(contract.previewNumberPattern, (ctx, { params, query }) => previewNumberPattern(ctx, params.id, query.pattern)),
  route(contract.changeNumberPattern, async (ctx, { params, body }) => {
    await changeNumberPattern(ctx, { communityId: params.id, ...body });
    return contract.okReply;
  }),
  route(contract.printReceipt, (ctx, { params }) => printReceipt(ctx, params.id)),
];
