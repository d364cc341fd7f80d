import { meteringFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { lockBills, writeVoids } from '../charging/index.ts';

/** Whether anything stands on a bill that voiding would take away. */
export const isTouched = (bill: {
  receivedFen: bigint;
  lateFeeReceivedFen: bigint;
  discountFen: bigint;
  waivedFen: bigint;
}): boolean => bill.receivedFen + bill.lateFeeReceivedFen + bill.discountFen + bill.waivedFen > 0n;

/**
 * Voids bills of readings under the lock that paying takes. Error: meterReading.paid when one was paid meanwhile.
 * Those voided by somebody else meanwhile stay as they are.
 */
export async function voidBillsOf(ctx: Context, billIds: readonly string[], reason: string): Promise<void> {
  const bills = await lockBills(ctx, billIds);
  const paid = bills.find((bill) => !bill.isVoided && isTouched(bill));
  if (paid)
    throw meteringFail('meterReading.paid', { number: paid.chargeItemName, month: paid.periodFrom.slice(0, 7) });
  const standing = bills.filter((bill) => !bill.isVoided).map((bill) => bill.id);
  if (standing.length > 0) await writeVoids(ctx, standing, reason);
}
