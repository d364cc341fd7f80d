import * as contract from '@anlin/contract';
import { type Route, route } from '../../platform/http/route.ts';
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
  route(contract.printReceipt, (ctx, { params }) => printReceipt(ctx, params.id)),
];
