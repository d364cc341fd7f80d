import type { TargetKind } from '@anlin/contract';
/** A row of another system's bills (CHG-9). Sums in fen as text, days ISO, the period half-open. */
export interface ImportedBill {
  /** As the file names the house or parking space: `翠湖花园/11栋/2单元/11-2-701`, `1-1-101`. */
  address: string;
  itemName: string;
  periodFrom: string;
  periodTo: string;
  /** Null: as the charge item says. */
  dueOn: string | null;
  amountFen: string;
  /** The amount in yuan as the file had it, where it was rounded to the fen. */
  exactYuan: string | null;
  note: string;
  payment: ImportedPayment | null;
  /** How many rows of the file before this one speak of the same house, item and period. */
  repeat: number;
}

/** What had been paid on it. */
export interface ImportedPayment {
  amountFen: string;
  paidOn: string;
  channel: string;
  payerName: string;
  /** Number of the receipt in the other system; empty when unknown. */
  originalNumber: string;
}

export interface ImportedBillRow {
  number: number;
  row: ImportedBill;
}

/** What the rows of a file mean here: a bill's target, item and way of paying. */
export interface ResolvedBill extends ImportedBillRow {
  targetKind: TargetKind;
  targetId: string;
  chargeItemId: string;
  dueOn: string;
  paymentMethodId: string | null;
  existing: ExistingBill | null;
}

/** The bill that is there already for the same target, item and period. */
export interface ExistingBill {
  id: string;
  receivableFen: bigint;
  isImported: boolean;
  isTouched: boolean;
}

/** Key: the importer's name of the column at fault. */
export interface BillRefusal {
  row: number;
  key: 'address' | 'itemName' | 'amount' | 'channel' | 'paidOn' | 'from';
  message: string;
}
