import { createHash } from 'node:crypto';
import { cashierFail, platformFail } from '@anlin/contract';
import { addFen, type Fen, fen, formatYuan, parseYuan, subtractFen, sumFen, zeroFen } from '@anlin/money';
import { auditInsert } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { nextNumber } from '../../platform/numbers/next-number.ts';
import { eventInsert } from '../../platform/outbox/put-event.ts';
import { type BillAccount, billName, lateFeeOfBill, lockBills } from '../charging/index.ts';
import { type AllocationPart, allocate } from './allocate.ts';
import { type Desk, type EarlierReceipt, findByKey, findPayingReceipt, openDesk } from './desk.queries.ts';
import { readPayments } from './payment-history.ts';
import type { PaymentInput, PaymentTaken } from './payment-input.ts';
import { checkReceiptDay } from './receipt-day.ts';
import { insertReceipt } from './write-receipt.ts';

/** Money handed over, in fen, after it was found to add up. */
interface Counted {
  totalFen: Fen;
  tenders: { paymentMethodId: string; amountFen: Fen; reference: string }[];
  cashTenderedFen: Fen;
  changeFen: Fen;
}

/**
 * Takes money for whole bills of one community and writes the receipt (CSH-3, CSH-13), all in the caller's transaction:
 * key first, then the bills locked in id order and looked at again under the lock, the number last. The same key
 * gives the same receipt. Refused with nothing written when a bill was paid meanwhile, voided or changed (409), when
 * the money does not add up, the day is not allowed, or an id is not the company's (422).
 */
export async function takePayment(ctx: Context, input: PaymentInput): Promise<PaymentTaken> {
  const staffId = ctx.actor.id;
  if (staffId === null) throw new Error('a receipt is taken by a person');
  const requestHash = hashOf(input);
  const desk = await openDesk(ctx, input);
  if (desk.earlier) return repeatOf(desk.earlier, requestHash);
  if (!desk.hasTarget) throw platformFail('reference.notFound', { label: '收费对象' });
  const today = businessDay(ctx.clock, desk.timeZone);
  checkReceiptDay(input.receivedOn, today.toString(), input.note);
  const counted = countMoney(input, desk);
  const bills = await lockBills(ctx, billIdsOf(input));
  const problem = await findProblem(ctx, input, bills);
  if (problem) {
    // Whoever held the lock may have been the same click, sent twice.
    const earlier = await findByKey(ctx, input.idempotencyKey);
    if (earlier) return repeatOf(earlier, requestHash);
    throw problem.refusal;
  }
  const parts = await shareOut(ctx, input, bills, counted.totalFen);
  const id = ctx.newId();
  const { communityId } = input;
  const number = await nextNumber(ctx, {
    communityId,
    communityCode: desk.communityCode,
    kind: 'receipt',
    pattern: desk.numberPattern,
    day: today,
  });
  const event = eventInsert(ctx, 'receipt.taken', {
    receiptId: id,
    communityId,
    totalFen: counted.totalFen.toString(),
    number,
    targetKind: input.targetKind,
    targetId: input.targetId,
  });
  const audit = auditInsert(ctx, {
    action: 'receipt.take',
    targetKind: 'receipt',
    targetId: id,
    targetLabel: number,
    communityId,
    after: { total: formatYuan(counted.totalFen), billCount: parts.length, receivedOn: input.receivedOn },
  });
  const receipt = { ...input, ...counted, id, number, requestHash, parts, cashierStaffId: staffId };
  await insertReceipt(ctx, receipt, { event, audit });
  return { id, number, total: formatYuan(counted.totalFen), change: formatYuan(counted.changeFen) };
}

/** Everything that was asked for except the key, in an order that does not depend on how it was written. */
function hashOf(input: PaymentInput): Buffer {
  const { idempotencyKey: _, bills, ...rest } = input;
  const sorted = [...bills]
    .sort((left, right) => (left.id < right.id ? -1 : 1))
    .map(({ id, expected }) => [id, expected]);
  const fields = Object.entries(rest).sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([fields, sorted]))
    .digest();
}

function repeatOf(earlier: EarlierReceipt, requestHash: Buffer): PaymentTaken {
  if (!earlier.requestHash.equals(requestHash)) throw cashierFail('receipt.keyReused');
  return {
    id: earlier.id,
    number: earlier.number,
    total: formatYuan(earlier.totalFen),
    change: formatYuan(earlier.changeFen),
  };
}

function billIdsOf(input: PaymentInput): string[] {
  const ids = input.bills.map((bill) => bill.id.toLowerCase());
  if (new Set(ids).size !== ids.length) throw cashierFail('receipt.billsRepeated');
  return ids;
}

/** Bills, total, tenders and cash must add up before anything is locked. */
function countMoney(input: PaymentInput, desk: Desk): Counted {
  const totalFen = parseYuan(input.expectedTotal);
  const billsFen = sumFen(input.bills.map((bill) => parseYuan(bill.expected)));
  if (billsFen !== totalFen || totalFen === zeroFen)
    throw cashierFail('receipt.totalMismatch', { bills: formatYuan(billsFen), total: formatYuan(totalFen) });
  const tenders = input.tenders
    .map((one) => ({ ...one, amountFen: parseYuan(one.amount) }))
    .filter((one) => one.amountFen > zeroFen);
  const tendersFen = sumFen(tenders.map((one) => one.amountFen));
  if (tendersFen !== totalFen)
    throw cashierFail('receipt.tendersMismatch', { tenders: formatYuan(tendersFen), total: formatYuan(totalFen) });
  for (const { paymentMethodId } of tenders)
    if (!desk.cashByMethod.has(paymentMethodId.toLowerCase()))
      throw platformFail('reference.notFound', { label: '支付方式' });
  const isCash = (one: { paymentMethodId: string }) =>
    desk.cashByMethod.get(one.paymentMethodId.toLowerCase()) === true;
  const cashFen = sumFen(tenders.filter(isCash).map((one) => one.amountFen));
  const cashTenderedFen = input.cashTendered === undefined ? cashFen : parseYuan(input.cashTendered);
  if (cashFen === zeroFen && cashTenderedFen > zeroFen) throw cashierFail('receipt.cashWithoutTender');
  if (cashTenderedFen < cashFen)
    throw cashierFail('receipt.cashShort', { tendered: formatYuan(cashTenderedFen), cash: formatYuan(cashFen) });
  return { totalFen, tenders, cashTenderedFen, changeFen: subtractFen(cashTenderedFen, cashFen) };
}

/** What stands against the bills as they are under the lock; null when nothing does. */
async function findProblem(
  ctx: Context,
  input: PaymentInput,
  bills: readonly BillAccount[],
): Promise<{ refusal: Error } | null> {
  if (bills.length < input.bills.length) return { refusal: platformFail('reference.notFound', { label: '账单' }) };
  for (const bill of bills) {
    const name = { bill: billName(bill) };
    if (bill.communityId !== input.communityId.toLowerCase())
      return { refusal: cashierFail('receipt.otherCommunity', name) };
    if (bill.isVoided) return { refusal: cashierFail('receipt.billVoided', name) };
    if (bill.outstandingFen === zeroFen) {
      const number = await findPayingReceipt(ctx, bill.id);
      return { refusal: cashierFail('receipt.billPaid', { ...name, ...(number === null ? {} : { number }) }) };
    }
  }
  return null;
}

/** Whole bills as of the receipt's day, or the refusal that names the one whose sum is no longer what the cashier saw. */
async function shareOut(
  ctx: Context,
  input: PaymentInput,
  bills: readonly BillAccount[],
  totalFen: Fen,
): Promise<AllocationPart[]> {
  const expected = new Map(input.bills.map((bill) => [bill.id.toLowerCase(), parseYuan(bill.expected)]));
  const payments = await readPayments(ctx, bills);
  const debts = bills.map((bill) => ({
    billId: bill.id,
    dueOn: bill.dueOn,
    periodFrom: bill.periodFrom,
    principalFen: bill.outstandingFen,
    lateFeeFen: lateFeeOfBill(bill, payments.get(bill.id) ?? [], input.receivedOn).dueFen,
  }));
  for (const [index, debt] of debts.entries()) {
    const actualFen = addFen(debt.principalFen, debt.lateFeeFen);
    const expectedFen = expected.get(debt.billId) ?? fen(0n);
    if (actualFen !== expectedFen) {
      throw cashierFail('receipt.amountChanged', {
        bill: billName(bills[index]!),
        actual: formatYuan(actualFen),
        expected: formatYuan(expectedFen),
      });
    }
  }
  const { parts, leftFen } = allocate(totalFen, debts);
  if (leftFen !== zeroFen) throw new Error('a receipt allocates all of its money');
  return parts;
}
