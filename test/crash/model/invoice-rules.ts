import type { Books, Receipt } from './books.ts';
import { sum } from './desk-rules.ts';
import type { RulesOf } from './rule.ts';

/** Invoices asked for and rejected; what is asked for counts against its receipt until then. */
export const invoiceRules: RulesOf<'invoice' | 'rejectInvoice'> = {
  invoice: {
    refusals(books, { receiptId, itemId, fen }) {
      const receipt = books.receipts.get(receiptId)!;
      if (fen > receivedFor(books, receipt, itemId) - heldOf(books, receiptId, itemId)) return ['invoice.tooMuch'];
      return fen > invoiceableOf(books, receipt) - heldOf(books, receiptId) ? ['invoice.receiptTooMuch'] : [];
    },
    apply(books, { receiptId, itemId, fen, key }, told) {
      books.invoices.put({ id: told.id!, receiptId, itemId, fen, isHeld: true });
      books.keys.put({ key, id: told.id!, number: '', fen });
      return null;
    },
  },
  rejectInvoice: {
    refusals: (books, { invoiceId }) => (books.invoices.get(invoiceId)!.isHeld ? [] : ['invoice.wrongState']),
    apply(books, { invoiceId }) {
      books.invoices.put({ ...books.invoices.get(invoiceId)!, isHeld: false });
      return null;
    },
  },
};

/** A receipt as it would be after something went back must still have received what is invoiced of it, item by item. */
export function refusalsOfReturn(books: Books, after: Receipt): string[] {
  const held = heldOf(books, after.id);
  const items = new Set(books.invoices.rows().flatMap((one) => (one.receiptId === after.id ? [one.itemId] : [])));
  const isShort = [...items].some((itemId) => heldOf(books, after.id, itemId) > receivedFor(books, after, itemId));
  return held > 0n && (isShort || held > invoiceableOf(books, after)) ? ['receipt.invoiced'] : [];
}

function heldOf(books: Books, receiptId: string, itemId?: string): bigint {
  const own = books.invoices.rows().filter((one) => one.receiptId === receiptId && one.isHeld);
  return sum(own.flatMap((one) => (itemId === undefined || one.itemId === itemId ? [one.fen] : [])));
}

/** What it received for an item and has not given back; other income is of the one-off item. */
function receivedFor(books: Books, receipt: Receipt, itemId: string): bigint {
  if (receipt.state !== 'valid') return 0n;
  const bills = receipt.bills.filter((one) => books.bills.get(one.id)!.itemId === itemId);
  const paid = bills.map((one) => one.principalFen + one.lateFeeFen);
  const back = bills.map(({ id }) => (receipt.refundedFen[id] ?? 0n) + (receipt.refundedLateFeeFen[id] ?? 0n));
  return sum(paid) - sum(back) + (receipt.income?.itemId === itemId ? receipt.income.fen : 0n);
}

/** What was paid with prepaid that had been given is not invoiced. */
function invoiceableOf(books: Books, receipt: Receipt): bigint {
  const items = new Set(receipt.bills.map((one) => books.bills.get(one.id)!.itemId));
  if (receipt.income) items.add(receipt.income.itemId);
  const received = sum([...items].map((itemId) => receivedFor(books, receipt, itemId)));
  const givenFen = receipt.state === 'valid' ? -sum(receipt.tenders.map((one) => one.bonusFen)) : 0n;
  return received - givenFen + receipt.refundedBonusFen;
}
