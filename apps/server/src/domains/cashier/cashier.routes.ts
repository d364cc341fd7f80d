import * as contract from '@anlin/contract';
import { applyOrRequest } from '../../platform/approvals/apply-or-request.ts';
import { type Route, route } from '../../platform/http/route.ts';
import { requirePermission } from '../../platform/rights/require-right.ts';
import { resourceRoutes } from '../../resource/index.ts';
import { receiptAmending } from './amend-receipt.ts';
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
import { cashierBindings } from './holding.bindings.ts';
import { markBillsPaid, previewMarkPaid } from './mark-bills-paid.ts';
import { movePrepaidMoney } from './move-prepaid-money.ts';
import { listNumberPatterns, previewNumberPattern } from './number-pattern.queries.ts';
import { listOffers } from './offer.queries.ts';
import { offsetOfAccount, startOffset } from './offset-community.ts';
import { listPaymentMethods } from './payment-method.ts';
import { listPackageOffers } from './prepaid-package.ts';
import { printReceipt } from './print-receipt.ts';
import { readAccount } from './read-account.ts';
import { readBillLateFee } from './read-bill-late-fee.ts';
import { readReceipt } from './read-receipt.ts';
import { listReceipts } from './receipt.queries.ts';
import { readReceiptUndoing } from './receipt-undoing.queries.ts';
import { listRecycleBin, purgeFromBin } from './recycle-bin.ts';
import { reduceBills } from './reduce-bills.ts';
import { listRefunds, readRefund, readRefundable } from './refund.queries.ts';
import { restoreReceipt } from './restore-receipt.ts';
import { receiptReversing } from './reverse-receipt.ts';
import { listDiscountLimits, setDiscountLimit } from './set-discount-limit.ts';
import { takeBackWaiver } from './take-back-waiver.ts';
import { takePayment } from './take-payment.ts';
import { refunding, refundWaiving } from './take-refund.ts';
import { depositForfeiting, keepDeposit } from './use-deposit.ts';
import { receiptVoiding } from './void-receipt.ts';
import { billWaiving, checkPaper, readWaivable } from './waive-bills.ts';

const holdingRoutes: Route[] = [
  ...cashierBindings.flatMap(resourceRoutes),
  route(contract.movePrepaidMoney, (ctx, { params, body }) => movePrepaidMoney(ctx, params.id, body)),
  route(contract.offsetTarget, (ctx, { params, body }) => offsetOfAccount(ctx, params.id, body.bills)),
  route(contract.offsetCommunity, async (ctx, { body }) => ({ taskId: await startOffset(ctx, body) })),
  route(contract.forfeitDeposit, (ctx, { params, body }) =>
    applyOrRequest(ctx, depositForfeiting, { ...body, depositId: params.id }, body.reason),
  ),
  route(contract.keepDeposit, (ctx, { params, body }) => keepDeposit(ctx, { ...body, depositId: params.id })),
  route(contract.listPackageOffers, (ctx, { query }) => listPackageOffers(ctx, query)),
];

const undoRoutes: Route[] = [
  route(contract.getReceiptUndo, (ctx, { params }) => readReceiptUndoing(ctx, params.id)),
  route(contract.voidReceipt, (ctx, { params, body }) =>
    applyOrRequest(ctx, receiptVoiding, { receiptId: params.id, reason: body.reason }, body.reason),
  ),
  route(contract.restoreReceipt, (ctx, { params, body }) =>
    restoreReceipt(ctx, { receiptId: params.id, reason: body.reason }),
  ),
  route(contract.amendReceipt, (ctx, { params, body }) =>
    applyOrRequest(ctx, receiptAmending, { receiptId: params.id, amendment: body }, body.reason),
  ),
  route(contract.getRefundable, (ctx, { params }) => readRefundable(ctx, params.id)),
  route(contract.takeRefund, (ctx, { body }) => {
    if (body.afterwards !== 'waive') return applyOrRequest(ctx, refunding, body, body.reason);
    requirePermission(ctx, 'bill.waive');
    return applyOrRequest(ctx, refundWaiving, body, body.reason);
  }),
  route(contract.listRefunds, (ctx, { query }) => listRefunds(ctx, query)),
  route(contract.getRefund, (ctx, { params }) => readRefund(ctx, params.id)),
  route(contract.getBillLateFee, (ctx, { params, query }) => readBillLateFee(ctx, params.id, query)),
  route(contract.listWaivable, (ctx, { body }) => readWaivable(ctx, body.ids)),
  route(contract.waiveBills, async (ctx, { body }) => {
    await checkPaper(ctx, body.fileId);
    return applyOrRequest(ctx, billWaiving, body, body.reason);
  }),
  route(contract.takeBackWaiver, (ctx, { params, body }) =>
    takeBackWaiver(ctx, { reductionId: params.id, reason: body.reason }),
  ),
  route(contract.previewMarkPaid, (ctx, { body }) => previewMarkPaid(ctx, body)),
  route(contract.markBillsPaid, (ctx, { body }) => markBillsPaid(ctx, body)),
  route(contract.listRecycleBin, (ctx, { query }) => listRecycleBin(ctx, query)),
  route(contract.purgeFromBin, (ctx, { body }) => purgeFromBin(ctx, body)),
];

export const cashierRoutes: Route[] = [
  ...holdingRoutes,
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
  route(contract.takePayment, (ctx, { body }) => takePayment(ctx, body, { isLast: true })),
  route(contract.listReceipts, (ctx, { query }) => listReceipts(ctx, query)),
  route(contract.getReceipt, (ctx, { params }) => readReceipt(ctx, params.id)),
  route(contract.reverseReceipt, (ctx, { params, body }) =>
    applyOrRequest(ctx, receiptReversing, { receiptId: params.id, reason: body.reason }, body.reason),
  ),
  route(contract.listNumberPatterns, async (ctx) => ({ rows: await listNumberPatterns(ctx) })),
  route(contract.previewNumberPattern, (ctx, { params, query }) => previewNumberPattern(ctx, params.id, query)),
  route(contract.changeNumberPattern, async (ctx, { params, body }) => {
    await changeNumberPattern(ctx, { communityId: params.id, ...body });
    return contract.okReply;
  }),
  route(contract.printReceipt, (ctx, { params }) => printReceipt(ctx, params.id)),
  ...undoRoutes,
];
