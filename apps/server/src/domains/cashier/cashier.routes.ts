import * as contract from '@anlin/contract';
import { type Route, route } from '../../platform/http/route.ts';
import { changeNumberPattern } from './change-number-pattern.ts';
import { listNumberPatterns, previewNumberPattern } from './number-pattern.queries.ts';
import { listPaymentMethods } from './payment-method.ts';
import { printReceipt } from './print-receipt.ts';
import { readAccount } from './read-account.ts';
import { readReceipt } from './read-receipt.ts';
import { listReceipts } from './receipt.queries.ts';
import { reverseReceipt } from './reverse-receipt.ts';
import { takePayment } from './take-payment.ts';

export const cashierRoutes: Route[] = [
  route(contract.listPaymentMethods, async (ctx) => ({ rows: await listPaymentMethods(ctx) })),
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
