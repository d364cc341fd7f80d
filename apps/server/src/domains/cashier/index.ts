export { type AllocationPart, allocate, type Debt } from './allocate.ts';
export { cashierRoutes } from './cashier.routes.ts';
export { addDefaultPaymentMethods, listPaymentMethods } from './payment-method.ts';
export { reverseReceipt } from './reverse-receipt.ts';
export { type PaymentInput, type PaymentTaken, takePayment } from './take-payment.ts';
