export {
  addToBills,
  type BillAccount,
  type BillAddition,
  type BillLateFee,
  billName,
  billPeriodText,
  lateFeeOfBill,
  listUnpaidBills,
  lockBills,
} from './bill-account.ts';
export { addDefaultChargeItems } from './default-charge-items.ts';
