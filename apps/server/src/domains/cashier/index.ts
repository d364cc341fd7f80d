export { type AllocationPart, allocate, type Debt } from './allocate.ts';
export { receiptAmending } from './amend-receipt.ts';
export { cashierRoutes } from './cashier.routes.ts';
export { changeRefundMethod } from './change-refund-method.ts';
export { closeShift } from './close-shift.ts';
export { type HeldMoney, lockHeldMoney, readHeldMoney } from './held-money.queries.ts';
export { cashierBindings } from './holding.bindings.ts';
export {
  countDepositPrints,
  countPrepaidPrints,
  depositsOf,
  findDepositPapers,
  readDepositPapers,
  readDepositReturns,
  readPrepaidTopUps,
  refuseDepositPrint,
} from './holding-papers.queries.ts';
export { importBills } from './import-bills.ts';
export { importOpenings, type KnownOpening, listOpenings, type Opening, readClosedUntil } from './import-opening.ts';
export type { BillRefusal, ImportedBill, ImportedPayment } from './imported-bill.ts';
export { openPrepaidAccount } from './move-prepaid.ts';
export { movePrepaidMoney } from './move-prepaid-money.ts';
export { offsetDuePrepaid, offsetPrepaidTask } from './offset-community.ts';
export { addOnlineMethod } from './online-method.ts';
export { completeFromPrepaid, offerPrepaid, payFromPrepaid } from './pay-from-prepaid.ts';
export { readPayments } from './payment-history.ts';
export type { PaymentInput, PaymentTaken } from './payment-input.ts';
export { addDefaultPaymentMethods, listPaymentMethods } from './payment-method.ts';
export { type CountedPrint, countPrints, refusePrint } from './print-receipt.ts';
export { type QuotedBill, quoteBills } from './quote-bills.ts';
export { billSentence, viewBill } from './read-account.ts';
export {
  type Arrears,
  type ArrearsLine,
  readArrears,
  resolveArrearsHolders,
  selectTargetsInArrears,
} from './read-arrears.ts';
export { type ReceiptSlip, readReceiptSlips } from './read-receipt.ts';
export { countShiftPrints, findShifts, readShiftSlips, type ShiftSlip } from './read-shift.ts';
export { listReceipts, selectPrintableReceipts } from './receipt.queries.ts';
export { billReduction } from './reduce-bills.ts';
export { countRefundPrints, listRefunds, readRefundSlips, selectRefunds } from './refund.queries.ts';
export { itemFinder, replacementProblem, resolveImportedBills } from './resolve-imported-bills.ts';
export { receiptReversing, reverseReceipt } from './reverse-receipt.ts';
export { type ReceivedMoney, type SharedBill, shareReceived } from './share-received.ts';
export { shiftBinding } from './shift.binding.ts';
export { previewShift } from './shift.queries.ts';
export { shiftRoutes } from './shift.routes.ts';
export { shiftToDo } from './shift.to-do.ts';
export { takePayment } from './take-payment.ts';
export { type RefundTaken, refunding, refundWaiving, takeRefund } from './take-refund.ts';
export { maskPhone } from './target.queries.ts';
export { transferDeposit } from './transfer-deposit.ts';
export { undoImportedBills } from './undo-imported-bills.ts';
export { depositForfeiting, keepDeposit } from './use-deposit.ts';
export { receiptVoiding } from './void-receipt.ts';
export { billWaiving } from './waive-bills.ts';
