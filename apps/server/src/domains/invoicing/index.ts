export { invoicingBindings } from './invoicing.bindings.ts';
export { invoicingRoutes } from './invoicing.routes.ts';
export { submitDueInvoices } from './submit-invoices.ts';
