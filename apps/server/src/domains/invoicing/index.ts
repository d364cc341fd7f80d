export { invoicingBindings } from './invoicing.bindings.ts';
export { invoicingRoutes } from './invoicing.routes.ts';
export { previewInvoice } from './preview-invoice.ts';
export { requestInvoice } from './request-invoice.ts';
export { settleInvoice } from './settle-invoice.ts';
export { submitDueInvoices } from './submit-invoices.ts';
