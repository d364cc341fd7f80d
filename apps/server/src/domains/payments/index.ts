export { followPayments } from './follow-payments.ts';
export type { PaymentAsker } from './open-order.ts';
export type { PaymentOrder } from './order-row.ts';
export { paymentToDo } from './payment.to-do.ts';
export { paymentsRoutes } from './payments.routes.ts';
export { askAfterOrder } from './query-order.ts';
export { settlePayment } from './settle-payment.ts';
export { type PaymentOpened, type Run, readPayment, startPayment } from './start-payment.ts';
