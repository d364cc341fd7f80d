export { addBills, type NewBill } from './add-bills.ts';
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
  readBills,
} from './bill-account.ts';

export { keepDebtor, lockArrears } from './bill-debtor.ts';
export { bindStandard } from './bind-standard.ts';
export { type BillSumChange, changeBillSums } from './change-bill-sums.ts';
export { chargeAdvance, previewAdvance } from './charge-advance.ts';
export { addPrice, createChargeStandard } from './charge-standard.ts';
export { chargingBindings, chargingRoutes } from './charging.routes.ts';
export { dayRoutes } from './day-routes.ts';
export { addDefaultChargeItems } from './default-charge-items.ts';
export { billEditing, type Editable as EditableBill, writeEdit } from './edit-bill.ts';
export { followTags } from './follow-tags.ts';
export { factColumn } from './formula-facts.ts';
export { type HandedBill, handOverBindings } from './hand-over-bindings.ts';
export { type BindingImportRow, importBindings, judgeBindings } from './import-bindings.ts';
export { tellToday } from './list-with-day.ts';
export { outcomeText } from './outcome-text.ts';
export { type RaisingOutcome, type RaisingRunner, raiseBills } from './raise-bills.ts';
export { raiseDueBills } from './raise-due-bills.ts';
export { targetLabels } from './raising-failures.ts';
export type { RaisingOrder } from './raising-order.ts';
export { writeRestorations } from './restore-bills.ts';
export { checkCommunity, checkSelection, selectTargets } from './select-targets.ts';
export { type ReadyStandard, readStandardsById } from './standards-of-items.ts';
export { raiseBillsTask, startRaising } from './start-raising.ts';
export { billVoiding, writeVoids } from './void-bills.ts';
