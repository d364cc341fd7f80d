import { platformFail } from '@anlin/contract';
import { addFen, type Fen, formatYuan, minFen, subtractFen, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { lateFeeOfBill, lockBills } from '../charging/index.ts';
import { readPayments } from './payment-history.ts';

/** Money that has come already, and what it was asked for. */
export interface ReceivedMoney {
  communityId: string;
  amountFen: Fen;
  /** The day it counts for: late fee runs until then. */
  receivedOn: string;
  billIds: readonly string[];
  /**
   * What was asked for by bill: no more is paid on it, and late fee that came on top since is not asked for. Without it each
   * bill gets what it owes on the day.
   */
  asked?: ReadonlyMap<string, { principalFen: Fen; lateFeeFen: Fen }>;
}

/** A bill as a receipt takes it; sums in yuan. */
export interface SharedBill {
  id: string;
  expected: string;
  pay: string;
  lateFeeWaived?: string;
}

/**
 * What each bill gets of money that lies in the company's account, older first, the bills locked; what is left over is
 * told by `leftFen`, and what they owe in all by `owedFen`. Bills that were paid or voided meanwhile get nothing.
 */
export async function shareReceived(
  ctx: Context,
  money: ReceivedMoney,
): Promise<{ bills: SharedBill[]; leftFen: Fen; owedFen: Fen }> {
  const locked = await lockBills(ctx, money.billIds);
  if (locked.length < new Set(money.billIds.map((id) => id.toLowerCase())).size)
    throw platformFail('reference.notFound', { label: '账单' });
  const payments = await readPayments(ctx, locked);
  const open = locked
    .filter((bill) => bill.outstandingFen > zeroFen && !bill.isVoided && bill.communityId === money.communityId)
    .sort((left, right) => (left.periodFrom < right.periodFrom ? -1 : left.periodFrom > right.periodFrom ? 1 : 0));
  let leftFen = money.amountFen;
  let owedFen = zeroFen;
  const bills: SharedBill[] = [];
  for (const bill of open) {
    const lateFeeFen = lateFeeOfBill(bill, payments.get(bill.id) ?? [], money.receivedOn).dueFen;
    const expectedFen = addFen(bill.outstandingFen, lateFeeFen);
    const asked = money.asked?.get(bill.id);
    const waivedFen = asked && lateFeeFen > asked.lateFeeFen ? subtractFen(lateFeeFen, asked.lateFeeFen) : zeroFen;
    const mostFen = subtractFen(expectedFen, waivedFen);
    owedFen = addFen(owedFen, mostFen);
    const askedFen = asked ? addFen(asked.principalFen, asked.lateFeeFen) : mostFen;
    const payFen = minFen(minFen(mostFen, askedFen), leftFen);
    if (payFen === zeroFen) continue;
    leftFen = subtractFen(leftFen, payFen);
    bills.push({
      id: bill.id,
      expected: formatYuan(expectedFen),
      pay: formatYuan(payFen),
      ...(waivedFen > zeroFen ? { lateFeeWaived: formatYuan(waivedFen) } : {}),
    });
  }
  return { bills, leftFen, owedFen };
}
