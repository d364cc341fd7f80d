export { type AllocationPart, allocate, type Debt } from './allocate.ts';
export { cashierRoutes } from './cashier.routes.ts';
export type { PaymentInput, PaymentTaken } from './payment-input.ts';
export { addDefaultPaymentMethods, listPaymentMethods } from './payment-method.ts';
export { reverseReceipt } from './reverse-receipt.ts';
export { takePayment } from './take-payment.ts';
