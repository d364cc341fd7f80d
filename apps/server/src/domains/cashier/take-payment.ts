import { createHash } from 'node:crypto';
import { cashierFail, DomainError, platformFail } from '@anlin/contract';
import { type Fen, formatYuan, sumFen, zeroFen } from '@anlin/money';
import { auditInsert } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import type { Sql } from '../../platform/database/sql.ts';
import { nextNumber } from '../../platform/numbers/next-number.ts';
import { eventInsert } from '../../platform/outbox/put-event.ts';
import { type BillAccount, lockBills } from '../charging/index.ts';
import type { AllocationPart } from './allocate.ts';
import { billIncome } from './bill-income.ts';
import { checkOffers } from './check-offers.ts';
import { checkRules } from './check-rules.ts';
import { type Counted, countMoney } from './count-money.ts';
import { type EarlierReceipt, findByKey, isTargetOf, openDesk, queueByKey } from './desk.queries.ts';
import { checkDiscountLimit } from './discount-limit.ts';
import { lockOffsets } from './lock-offsets.ts';
import type { NewReduction, PaymentInput, PaymentTaken } from './payment-input.ts';
import { checkReceiptDay } from './receipt-day.ts';
import { type OtherLines, prepareLines, writeLines } from './receipt-lines.ts';
import { findProblem, type Settled, settleBills } from './settle-bills.ts';
import { insertReceipt } from './write-receipt.ts';
import { givenReductions, writeReductions } from './write-reductions.ts';

interface TakingBy {
  isInBank?: boolean;
  online?: { cashierStaffId: string | null };
  paysIncome?: boolean;
  isHeld?: boolean;
  isLast?: boolean;
}

/**
 * Takes money at the desk and writes the receipt (CSH-3, 5, 6, 11, 13), all in the caller's transaction: key first, then
 * the bills locked in id order and looked at again under the lock, then prepaid accounts and deposits, the number last.
 * The same key gives the same receipt. Refused with nothing written when a bill was paid meanwhile, voided or changed
 * (409), when the money does not add up, the day is not allowed, or an id is not the company's (422), and when more is
 * given up than the cashier may (403). `isInBank`: the money lies in the company's account already, so that the rules by
 * which a desk refuses it do not apply: part payment, overpayment, older first, days entered afterwards, the cashier's limit.
 * `online`: a channel says so, and nobody takes it; `cashierStaffId` is who asked for it at the desk. `paysIncome`: a deposit that
 * was kept until somebody knew what it was for pays other income, which offsets else never do. `isHeld`: nothing but prepaid
 * pays, and nobody takes it. `isLast`: the caller does nothing more in the transaction, which may then end in the same packet; what
 * refuses the receipt at the very end refuses the transaction.
 */
export async function takePayment(
  ctx: Context,
  input: PaymentInput,
  { isInBank = false, online, paysIncome = false, isHeld = false, isLast = false }: TakingBy = {},
): Promise<PaymentTaken> {
  const staffId = online ? online.cashierStaffId : isHeld ? null : ctx.actor.id;
  if (staffId === null && !online && !isHeld) throw new Error('a receipt is taken by a person');
  const requestHash = hashOf(input);
  // Sent together: whoever takes money nearly always finds all in order.
  const [desk, bills] = await Promise.all([openDesk(ctx, input, online !== undefined), lockAsked(ctx, input)]);
  if (desk.earlier) return repeatOf(desk.earlier, requestHash);
  await checkTarget(ctx, input, bills, paysIncome);
  const today = businessDay(ctx.clock, desk.timeZone);
  if (!isInBank) checkReceiptDay(input.receivedOn, today.toString(), input.note);
  const counted = countMoney(input, desk, paysIncome);
  const settled = await settleUnderLock(ctx, { input, bills, billsFen: counted.billsFen, requestHash });
  if ('earlier' in settled) return settled.earlier;
  if (!isInBank) {
    await checkRules(ctx, desk.rules, settled.bills);
    await checkOffers(ctx, input, settled);
    await checkGivenUp(ctx, settled);
  }
  const lines = await prepareLines(ctx, input, !isInBank && desk.rules.refusesOverpayment);
  const parts = await offsetParts(ctx, { input, counted, settled, lines, paysIncome });
  const id = ctx.newId();
  const { communityId, targetKind = null, targetId = null } = input;
  const number = await nextNumber(ctx, {
    communityId,
    communityCode: desk.communityCode,
    kind: 'receipt',
    pattern: desk.numberPattern,
    day: today,
  });
  const tenders = counted.tenders.map((one) => ({ ...one, id: ctx.newId() }));
  const { reductions } = settled;
  const billed = new Map(bills.map((bill) => [bill.id, bill]));
  const isMoneyForBills =
    tenders.length === 1 && tenders[0]!.source === 'money' && counted.billsFen === counted.totalFen;
  const income = isMoneyForBills ? billIncome(parts, billed) : null;
  const receipt = {
    ...{ ...input, ...counted, id, number, requestHash, parts, reductions, tenders, targetKind, targetId },
    bills: billed,
    income,
  };
  const kind = online ? 'online' : isHeld ? 'offset' : 'payment';
  const taken = { id, number, total: formatYuan(counted.totalFen), change: formatYuan(counted.changeFen) };
  const written = insertReceipt(ctx, { ...receipt, kind, cashierStaffId: staffId }, beside(ctx, receipt));
  if (isLast && income && reductions.length === 0) {
    ctx.tx.leaveToEnd(written);
    return taken;
  }
  await written;
  const { receivedOn, reductionReason: reason = '' } = input;
  await writeReductions(
    ctx,
    givenReductions(reductions, { communityId, receiptId: id, reducedOn: receivedOn, reason }),
  );
  await writeLines(ctx, receipt, lines, tenders);
  return taken;
}

/**
 * What needs a house or parking space must have one, and it must be of the community. Where a bill of the community is for it, that
 * is known; otherwise it is looked up.
 */
async function checkTarget(
  ctx: Context,
  input: PaymentInput,
  bills: readonly BillAccount[],
  paysIncome: boolean,
): Promise<void> {
  const { communityId, targetKind, targetId } = input;
  const hasNone = targetId === undefined || targetKind === undefined;
  const drawsOn =
    !paysIncome && input.tenders.some((one) => one.prepaidAccountId !== undefined || one.depositId !== undefined);
  if (hasNone !== (targetId === undefined && targetKind === undefined)) throw cashierFail('receipt.needsTarget');
  if (hasNone && (input.bills.length > 0 || (input.topUps ?? []).length > 0 || drawsOn))
    throw cashierFail('receipt.needsTarget');
  if (hasNone) return;
  const isBilled = bills.some(
    (bill) =>
      bill.targetId === targetId.toLowerCase() &&
      bill.targetKind === targetKind &&
      bill.communityId === communityId.toLowerCase(),
  );
  if (!isBilled && !(await isTargetOf(ctx, { communityId, targetKind, targetId })))
    throw platformFail('reference.notFound', { label: '收费对象' });
}

/** The event and the audit entry of a receipt, written in one statement with it. */
function beside(
  ctx: Context,
  receipt: {
    id: string;
    number: string;
    communityId: string;
    targetKind: string | null;
    targetId: string | null;
    receivedOn: string;
    totalFen: Fen;
    parts: readonly AllocationPart[];
    reductions: readonly NewReduction[];
  },
): { event: Sql; audit: Sql } {
  const { id, number, communityId, targetKind, targetId, totalFen, reductions } = receipt;
  const target = targetKind && targetId ? { targetKind, targetId } : {};
  const reducedFen = sumFen(reductions.map((one) => one.amountFen));
  return {
    event: eventInsert(ctx, 'receipt.taken', {
      receiptId: id,
      communityId,
      totalFen: totalFen.toString(),
      number,
      ...target,
    }),
    audit: auditInsert(ctx, {
      action: 'receipt.take',
      targetKind: 'receipt',
      targetId: id,
      targetLabel: number,
      communityId,
      after: {
        total: formatYuan(totalFen),
        billCount: receipt.parts.length,
        receivedOn: receipt.receivedOn,
        ...(reducedFen === zeroFen ? {} : { reduced: formatYuan(reducedFen) }),
      },
    }),
  };
}

/** Everything that was asked for except the key, in an order that does not depend on how it was written. */
function hashOf(input: PaymentInput): Buffer {
  const { idempotencyKey: _, bills, ...rest } = input;
  const sorted = [...bills]
    .sort((left, right) => (left.id < right.id ? -1 : 1))
    .map(({ id, expected, ...more }) =>
      Object.keys(more).length === 0 ? [id, expected] : [id, expected, Object.entries(more).sort()],
    );
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

async function lockAsked(ctx: Context, input: PaymentInput): Promise<readonly BillAccount[]> {
  const ids = input.bills.map((bill) => bill.id.toLowerCase());
  if (new Set(ids).size !== ids.length) throw cashierFail('receipt.billsRepeated');
  return ids.length === 0 ? [] : lockBills(ctx, ids);
}

/**
 * Shares the money out to the locked bills as they are now. Whoever held the lock before may have been the same click, sent
 * twice: then its receipt is the answer.
 */
async function settleUnderLock(
  ctx: Context,
  payment: { input: PaymentInput; bills: readonly BillAccount[]; billsFen: Fen; requestHash: Buffer },
): Promise<Settled | { earlier: PaymentTaken }> {
  const { input, bills, billsFen, requestHash } = payment;
  if (input.bills.length === 0) {
    const earlier = await queueByKey(ctx, input.idempotencyKey);
    return earlier ? { earlier: repeatOf(earlier, requestHash) } : { parts: [], reductions: [], bills: [] };
  }
  try {
    const problem = await findProblem(ctx, input, bills);
    if (problem) throw problem.refusal;
    return await settleBills(ctx, input, bills, billsFen);
  } catch (refusal) {
    if (!(refusal instanceof DomainError)) throw refusal;
    const earlier = await findByKey(ctx, input.idempotencyKey);
    if (earlier) return { earlier: repeatOf(earlier, requestHash) };
    throw refusal;
  }
}

/** What the cashier gives up beside offers must be within the limit. */
async function checkGivenUp(ctx: Context, { reductions, bills }: Settled): Promise<void> {
  const given = reductions.filter((one) => one.offerId === null);
  if (given.length === 0) return;
  const sumOf = (kind: NewReduction['kind']) =>
    sumFen(given.filter((one) => one.kind === kind).map((one) => one.amountFen));
  await checkDiscountLimit(ctx, {
    discountFen: sumOf('discount'),
    principalFen: sumFen(bills.map(({ bill }) => bill.outstandingFen)),
    lateFeeWaivedFen: sumOf('lateFeeWaiver'),
    lateFeeFen: sumFen(bills.map((one) => one.lateFeeFen)),
  });
}

/** The parts with how much of each is offset; locks nothing for a receipt paid with money alone. */
async function offsetParts(
  ctx: Context,
  receipt: { input: PaymentInput; counted: Counted; settled: Settled; lines: OtherLines; paysIncome: boolean },
): Promise<readonly (AllocationPart & { offsetFen?: Fen })[]> {
  const { input, counted, settled, lines, paysIncome } = receipt;
  const topUpAccountIds = lines.topUps.map((line) => line.accountId);
  if (topUpAccountIds.length === 0 && counted.tenders.every((one) => one.source === 'money')) return settled.parts;
  const targetIds = new Set(settled.bills.map(({ bill }) => bill.targetId));
  if (input.targetId) targetIds.add(input.targetId.toLowerCase());
  // What was kept may be nobody's.
  if (paysIncome) targetIds.add('');
  const { communityId } = input;
  return lockOffsets(ctx, { ...settled, communityId, targetIds, tenders: counted.tenders, topUpAccountIds });
}
