import * as contract from '@anlin/contract';
import { type Route, route } from '../../platform/http/route.ts';
import { resourceRoutes } from '../../resource/index.ts';
import { readInvoice } from './invoice.queries.ts';
import { invoicingBindings } from './invoicing.bindings.ts';
import { previewInvoice } from './preview-invoice.ts';
import { invoiceCallbackRoute } from './receive-callback.ts';
import { redLetterInvoice } from './red-letter.ts';
import { requestInvoice } from './request-invoice.ts';
import { retryInvoice } from './retry-invoice.ts';
import { reviewInvoice } from './review-invoice.ts';
import { createSeller, deleteSeller, listSellers, updateSeller } from './seller.ts';
import { sendInvoice } from './send-invoice.ts';

export const invoicingRoutes: Route[] = [
  ...invoicingBindings.flatMap(resourceRoutes),
  route(contract.previewInvoice, (ctx, { body }) => previewInvoice(ctx, body)),
  route(contract.issueInvoice, (ctx, { body }) => requestInvoice(ctx, body, { next: 'issue', source: 'staff' })),
  route(contract.requestInvoice, (ctx, { body }) => requestInvoice(ctx, body, { next: 'review', source: 'staff' })),
  route(contract.readInvoice, (ctx, { params }) => readInvoice(ctx, params.id)),
  route(contract.reviewInvoice, async (ctx, { params, body }) => {
    await reviewInvoice(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.retryInvoice, async (ctx, { params }) => {
    await retryInvoice(ctx, params.id);
    return contract.okReply;
  }),
  route(contract.redLetterInvoice, (ctx, { params, body }) => redLetterInvoice(ctx, params.id, body)),
  route(contract.sendInvoice, async (ctx, { params }) => {
    await sendInvoice(ctx, params.id);
    return contract.okReply;
  }),
  route(contract.listInvoiceSellers, async (ctx) => ({ rows: await listSellers(ctx) })),
  route(contract.createInvoiceSeller, (ctx, { body }) => createSeller(ctx, body)),
  route(contract.updateInvoiceSeller, async (ctx, { params, body }) => {
    await updateSeller(ctx, params.id, body);
    return contract.okReply;
  }),
  route(contract.deleteInvoiceSeller, async (ctx, { params }) => {
    await deleteSeller(ctx, params.id);
    return contract.okReply;
  }),
  invoiceCallbackRoute,
];
