import { cashierFail } from '@anlin/contract';
import { addFen, type Fen, formatYuan, parseYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { billName, lateFeeOfBill, lockBills } from '../charging/index.ts';
import { readPayments } from './payment-history.ts';
import { findProblem } from './settle-bills.ts';

export interface QuotedBill {
  billId: string;
  /** 物业管理费 2026年3月 */
  label: string;
  principalFen: Fen;
  lateFeeFen: Fen;
}

/**
 * What bills owe on a day, where it is just what the payer saw: for an order that is paid a little later. Locks the bills for the
 * moment of looking. Refused as at the desk: paid, voided, being withheld, of another community, changed since (409, 422).
 */
export async function quoteBills(
  ctx: Context,
  input: { communityId: string; bills: readonly { id: string; expected: string }[]; day: string },
): Promise<QuotedBill[]> {
  if (input.bills.length === 0) return [];
  const ids = input.bills.map((bill) => bill.id.toLowerCase());
  if (new Set(ids).size !== ids.length) throw cashierFail('receipt.billsRepeated');
  const bills = await lockBills(ctx, ids);
  const problem = await findProblem(ctx, input, bills);
  if (problem) throw problem.refusal;
  const payments = await readPayments(ctx, bills);
  return bills.map((bill) => {
    const lateFeeFen = lateFeeOfBill(bill, payments.get(bill.id) ?? [], input.day).dueFen;
    const actualFen = addFen(bill.outstandingFen, lateFeeFen);
    const expectedFen = parseYuan(input.bills.find((one) => one.id.toLowerCase() === bill.id)!.expected);
    const name = billName(bill);
    if (actualFen !== expectedFen)
      throw cashierFail('receipt.amountChanged', {
        bill: name,
        actual: formatYuan(actualFen),
        expected: formatYuan(expectedFen),
      });
    return { billId: bill.id, label: name, principalFen: bill.outstandingFen, lateFeeFen };
  });
}
