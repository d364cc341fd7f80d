import { cashierFail, platformFail } from '@anlin/contract';
import { addFen, type Fen, formatYuan, minFen, parseYuan, subtractFen, sumFen, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { type BillAccount, billName, lateFeeOfBill } from '../charging/index.ts';
import { type AllocationPart, allocate, type Debt } from './allocate.ts';
import { askedFen } from './count-money.ts';
import { findPayingReceipt } from './desk.queries.ts';
import { readPayments } from './payment-history.ts';
import type { NewReduction, PaymentInput } from './payment-input.ts';

/** What a receipt does to one bill. */
export interface SettledBill {
  bill: BillAccount;
  lateFeeFen: Fen;
  discountFen: Fen;
  lateFeeWaivedFen: Fen;
  /** What is left to pay after the reductions, and how much of it is paid now. */
  mostFen: Fen;
  paidFen: Fen;
}

export interface Settled {
  parts: AllocationPart[];
  reductions: NewReduction[];
  bills: SettledBill[];
}

/** What stands against the bills as they are under the lock; null when nothing does. */
export async function findProblem(
  ctx: Context,
  input: { communityId: string; bills: readonly { id: string }[]; takesWithheld?: boolean | undefined },
  bills: readonly BillAccount[],
): Promise<{ refusal: Error } | null> {
  if (bills.length < input.bills.length) return { refusal: platformFail('reference.notFound', { label: '账单' }) };
  for (const bill of bills) {
    const name = { bill: billName(bill) };
    if (bill.communityId !== input.communityId.toLowerCase())
      return { refusal: cashierFail('receipt.otherCommunity', name) };
    if (bill.isVoided) return { refusal: cashierFail('receipt.billVoided', name) };
    if (bill.withheldIn !== '' && !input.takesWithheld && bill.outstandingFen > zeroFen)
      return { refusal: cashierFail('receipt.billWithheld', { ...name, batch: bill.withheldIn }) };
    if (bill.outstandingFen === zeroFen) {
      const number = await findPayingReceipt(ctx, bill.id);
      return { refusal: cashierFail('receipt.billPaid', { ...name, ...(number === null ? {} : { number }) }) };
    }
  }
  return null;
}

/**
 * Shares the money for bills out to them, as of the receipt's day: each bill less its reductions, late fee before
 * principal, older first. Refused by the name of the bill whose sum is no longer what the cashier saw, is reduced by
 * more than there is, or gets more than it owes.
 */
export async function settleBills(
  ctx: Context,
  input: PaymentInput,
  bills: readonly BillAccount[],
  billsFen: Fen,
): Promise<Settled> {
  const asked = new Map(input.bills.map((bill) => [bill.id.toLowerCase(), bill]));
  const payments = await readPayments(ctx, bills);
  const wished = bills.map((bill) => {
    const lateFeeFen = lateFeeOfBill(bill, payments.get(bill.id) ?? [], input.receivedOn).dueFen;
    return wishOf(bill, lateFeeFen, asked.get(bill.id)!);
  });
  const { parts, leftFen } = allocate(
    billsFen,
    wished.map((one) => one.debt),
  );
  if (leftFen !== zeroFen)
    throw cashierFail('receipt.totalMismatch', {
      bills: formatYuan(subtractFen(billsFen, leftFen)),
      total: formatYuan(billsFen),
    });
  const paid = new Map(parts.map((part) => [part.billId, addFen(part.principalFen, part.lateFeeFen)]));
  return {
    parts,
    reductions: wished.flatMap((one) => one.reductions),
    bills: wished.map(({ settled }) => ({ ...settled, paidFen: paid.get(settled.bill.id) ?? zeroFen })),
  };
}

interface Wish {
  settled: Omit<SettledBill, 'paidFen'>;
  debt: Debt;
  reductions: NewReduction[];
}

function wishOf(bill: BillAccount, lateFeeFen: Fen, asked: PaymentInput['bills'][number]): Wish {
  const name = { bill: billName(bill) };
  const actualFen = addFen(bill.outstandingFen, lateFeeFen);
  const expectedFen = parseYuan(asked.expected);
  if (actualFen !== expectedFen)
    throw cashierFail('receipt.amountChanged', {
      ...name,
      actual: formatYuan(actualFen),
      expected: formatYuan(expectedFen),
    });
  const reductions = reductionsOf(bill, asked);
  const sumOf = (kind: NewReduction['kind']) =>
    sumFen(reductions.filter((one) => one.kind === kind).map((one) => one.amountFen));
  const discountFen = sumOf('discount');
  const lateFeeWaivedFen = sumOf('lateFeeWaiver');
  if (discountFen > bill.outstandingFen)
    throw cashierFail('receipt.overReduced', {
      ...name,
      discount: formatYuan(discountFen),
      principal: formatYuan(bill.outstandingFen),
    });
  if (lateFeeWaivedFen > lateFeeFen)
    throw cashierFail('receipt.overWaived', {
      ...name,
      waived: formatYuan(lateFeeWaivedFen),
      lateFee: formatYuan(lateFeeFen),
    });
  const leftLateFeeFen = subtractFen(lateFeeFen, lateFeeWaivedFen);
  const mostFen = addFen(subtractFen(bill.outstandingFen, discountFen), leftLateFeeFen);
  const payFen = askedFen(asked);
  if (payFen > mostFen)
    throw cashierFail('receipt.overPaid', { ...name, pay: formatYuan(payFen), most: formatYuan(mostFen) });
  if (payFen === zeroFen && reductions.length === 0) throw cashierFail('receipt.nothingPaid', name);
  const payLateFeeFen = minFen(payFen, leftLateFeeFen);
  return {
    settled: { bill, lateFeeFen, discountFen, lateFeeWaivedFen, mostFen },
    debt: {
      billId: bill.id,
      dueOn: bill.dueOn,
      periodFrom: bill.periodFrom,
      lateFeeFen: payLateFeeFen,
      principalFen: subtractFen(payFen, payLateFeeFen),
    },
    reductions,
  };
}

function reductionsOf(bill: BillAccount, asked: PaymentInput['bills'][number]): NewReduction[] {
  const waivedFen = parseYuan(asked.lateFeeWaived ?? '0');
  return [
    ...(asked.discounts ?? []).map(
      ({ amount, offerId }): NewReduction => ({
        billId: bill.id,
        kind: 'discount',
        amountFen: parseYuan(amount),
        offerId: offerId ?? null,
      }),
    ),
    ...(waivedFen === zeroFen
      ? []
      : [{ billId: bill.id, kind: 'lateFeeWaiver', amountFen: waivedFen, offerId: null } as const]),
  ];
}
