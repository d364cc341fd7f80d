import type { TargetKind } from '@anlin/contract';
import { maxBackdateDays, paymentFail, platformFail, type RefundBody, undoFail } from '@anlin/contract';
import {
  addFen,
  type Fen,
  fen,
  formatYuan,
  maxFen,
  minFen,
  parseYuan,
  subtractFen,
  sumFen,
  zeroFen,
} from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { billName, lockBills } from '../charging/index.ts';
import { type LockedReceipt, lockReceipt } from './lock-receipt.ts';
import { lockHolders, type RefundHolders } from './refund-holders.ts';
import { type RefundLeft, readRefundLeft } from './refund-left.ts';

export interface RefundedBill {
  billId: string;
  label: string;
  principalFen: Fen;
  lateFeeFen: Fen;
  /** Of both, what goes back of what had been offset. */
  offsetFen: Fen;
}

export interface RefundTender {
  paymentMethodId: string;
  name: string;
  source: 'money' | 'prepaid';
  amountFen: Fen;
  reference: string;
  prepaidAccountId: string | null;
  /** It goes back the way it came, through a payment channel. */
  isByChannel: boolean;
}

/** A refund after everything was locked and found to be right. */
export interface RefundPlan {
  receipt: LockedReceipt | null;
  communityId: string;
  communityCode: string;
  numberPattern: string;
  today: string;
  target: { kind: TargetKind; id: string } | null;
  payeeName: string;
  totalFen: Fen;
  bills: RefundedBill[];
  prepaid: { prepaidAccountId: string; label: string; amountFen: Fen }[];
  deposits: { depositId: string; label: string; amountFen: Fen }[];
  incomes: { otherIncomeId: string; label: string; amountFen: Fen }[];
  tenders: RefundTender[];
  left: RefundLeft | null;
}

/**
 * Locks what a refund touches, in the order of all money (receipt, bills, prepaid accounts, deposits), and checks it:
 * never more than was paid and not yet given back, line by line, and by money never more than came in by money,
 * through a channel never more than came through it. `ofOrder`: prepaid goes back to the online payment it came from.
 */
export async function planRefund(
  ctx: Context,
  input: RefundBody,
  { ofOrder = false }: { ofOrder?: boolean } = {},
): Promise<RefundPlan> {
  refuseRepeated(input);
  const receipt = input.receiptId === null ? null : await lockReceipt(ctx, input.receiptId);
  if (receipt?.isReversed) throw undoFail('receipt.notValid', { number: receipt.number, action: '退款' });
  const left = receipt && (await readRefundLeft(ctx, receipt.id));
  const bills = await planBills(ctx, input, receipt, left);
  const incomes = planIncomes(input, receipt, left);
  const holders = await lockHolders(ctx, input);
  const place = placeOf(receipt, holders);
  checkDay(input.refundedOn, place.today, receipt);
  const tenders = await planTenders(ctx, input);
  const prepaid = holders.accounts.map((one) => ({
    prepaidAccountId: one.id,
    label: one.label,
    amountFen: amountOf(input.lines.prepaid, (line) => line.prepaidAccountId === one.id),
  }));
  const deposits = holders.deposits.map((one) => ({
    depositId: one.id,
    label: one.label,
    amountFen: amountOf(input.lines.deposits, (line) => line.depositId === one.id),
  }));
  const totalFen = sumFen([
    ...bills.map((one) => addFen(one.principalFen, one.lateFeeFen)),
    ...[...prepaid, ...deposits, ...incomes].map((one) => one.amountFen),
  ]);
  if (totalFen === zeroFen) throw undoFail('refund.empty');
  checkTenders(input, tenders, totalFen, { receipt, left });
  if (!ofOrder) await checkChannelTenders(ctx, receipt, tenders);
  if (input.afterwards === 'waive' && bills.every((one) => one.principalFen === zeroFen))
    throw undoFail('refund.waiveNeedsBills');
  return {
    receipt,
    ...place,
    payeeName: input.payeeName || receipt?.payerName || '',
    totalFen,
    bills: shareOffset(bills, tenders, left),
    prepaid,
    deposits,
    incomes,
    tenders,
    left,
  };
}

function amountOf<Line extends { amount: string }>(lines: readonly Line[], isIt: (line: Line) => boolean): Fen {
  return sumFen(lines.filter(isIt).map((line) => parseYuan(line.amount)));
}

function refuseRepeated({ lines }: RefundBody): void {
  const lists = [
    lines.bills.map((one) => one.billId),
    lines.prepaid.map((one) => one.prepaidAccountId),
    lines.deposits.map((one) => one.depositId),
    lines.incomes.map((one) => one.otherIncomeId),
  ];
  for (const ids of lists)
    if (new Set(ids.map((id) => id.toLowerCase())).size !== ids.length) throw undoFail('refund.repeated');
}

function placeOf(
  receipt: LockedReceipt | null,
  holders: RefundHolders,
): Pick<RefundPlan, 'communityId' | 'communityCode' | 'numberPattern' | 'today' | 'target'> {
  const held = [...holders.accounts, ...holders.deposits];
  const first = held[0];
  const communityId = receipt?.communityId ?? first?.communityId;
  if (communityId === undefined) throw undoFail('refund.empty');
  if (held.some((one) => one.communityId !== communityId)) throw undoFail('refund.otherCommunity');
  const targets = [receipt, ...held].flatMap((one) =>
    one?.targetKind && one.targetId ? [{ kind: one.targetKind, id: one.targetId }] : [],
  );
  return {
    communityId,
    communityCode: receipt?.communityCode ?? first!.communityCode,
    numberPattern: receipt?.refundNumberPattern ?? first!.numberPattern,
    today: receipt?.today ?? first!.today,
    target: targets[0] ?? null,
  };
}

/** Not after today, at most 31 days back, and not before the money came. */
function checkDay(refundedOn: string, today: string, receipt: LockedReceipt | null): void {
  if (refundedOn > today) throw undoFail('refund.futureDay', { day: refundedOn, today });
  const earliest = Temporal.PlainDate.from(today).subtract({ days: maxBackdateDays }).toString();
  if (refundedOn < earliest) throw undoFail('refund.tooEarly', { day: refundedOn, days: maxBackdateDays });
  if (receipt && refundedOn < receipt.receivedOn)
    throw undoFail('refund.beforeReceipt', { day: refundedOn, received: receipt.receivedOn });
}

async function planBills(
  ctx: Context,
  { lines, receiptId }: RefundBody,
  receipt: LockedReceipt | null,
  left: RefundLeft | null,
): Promise<RefundedBill[]> {
  const asked = lines.bills.filter((one) => parseYuan(one.principal) + parseYuan(one.lateFee) > 0n);
  if (asked.length === 0) return [];
  if (receiptId === null || !receipt || !left) throw undoFail('refund.needsReceipt');
  const bills = await lockBills(
    ctx,
    asked.map((one) => one.billId.toLowerCase()),
  );
  if (bills.length < asked.length) throw platformFail('reference.notFound', { label: '账单' });
  return bills.map((bill) => {
    const line = asked.find((one) => one.billId.toLowerCase() === bill.id)!;
    const [principalFen, lateFeeFen] = [parseYuan(line.principal), parseYuan(line.lateFee)];
    const label = billName(bill);
    const rest = left.bills.get(bill.id);
    if (!rest) throw undoFail('refund.otherReceipt', { what: label, number: receipt.number });
    refuseAbove(`${label} 本金`, receipt.number, principalFen, rest.principalFen);
    refuseAbove(`${label} 违约金`, receipt.number, lateFeeFen, rest.lateFeeFen);
    return { billId: bill.id, label, principalFen, lateFeeFen, offsetFen: zeroFen };
  });
}

function planIncomes(
  { lines }: RefundBody,
  receipt: LockedReceipt | null,
  left: RefundLeft | null,
): RefundPlan['incomes'] {
  return lines.incomes.map((line) => {
    if (!receipt || !left) throw undoFail('refund.needsReceipt');
    const rest = left.incomes.get(line.otherIncomeId.toLowerCase());
    if (!rest) throw undoFail('refund.otherReceipt', { what: '其他收入', number: receipt.number });
    const amountFen = parseYuan(line.amount);
    refuseAbove(rest.label, receipt.number, amountFen, rest.amountFen);
    return { otherIncomeId: rest.id, label: rest.label, amountFen };
  });
}

function refuseAbove(what: string, number: string, amountFen: Fen, leftFen: Fen): void {
  if (amountFen > leftFen)
    throw undoFail('refund.aboveLine', { what, number, left: formatYuan(leftFen), amount: formatYuan(amountFen) });
}

async function planTenders(ctx: Context, { tenders, lines }: RefundBody): Promise<RefundTender[]> {
  const ids = tenders.map((one) => one.paymentMethodId.toLowerCase());
  const rows = await ctx.tx.rows<{
    id: string;
    name: string;
    source: 'money' | 'prepaid' | 'deposit';
    channel: string | null;
  }>(sql`
    select id, name, source, channel from payment_method
    where company_id = ${ctx.companyId} and id = any (${ids}::uuid[]) and (is_enabled or channel is not null)`);
  const methods = new Map(rows.map((row) => [row.id, row]));
  return tenders.map((one) => {
    const method = methods.get(one.paymentMethodId.toLowerCase());
    if (!method) throw platformFail('reference.notFound', { label: '支付方式' });
    const { source, name } = method;
    if (source === 'deposit') throw undoFail('refund.depositMethod', { method: name });
    // Locked before deposits, accounts can't be chosen after them; a deposit kept as prepaid is a movement of its own.
    if (source === 'prepaid' && lines.prepaid.length + lines.deposits.length > 0)
      throw undoFail('refund.prepaidToPrepaid');
    return {
      paymentMethodId: method.id,
      name,
      source,
      amountFen: parseYuan(one.amount),
      reference: one.reference,
      prepaidAccountId: source === 'prepaid' ? (one.prepaidAccountId?.toLowerCase() ?? null) : null,
      isByChannel: method.channel !== null,
    };
  });
}

function checkTenders(
  input: RefundBody,
  tenders: readonly RefundTender[],
  totalFen: Fen,
  { receipt, left }: { receipt: LockedReceipt | null; left: RefundLeft | null },
): void {
  const tendersFen = sumFen(tenders.map((one) => one.amountFen));
  if (tendersFen !== totalFen)
    throw undoFail('refund.tendersMismatch', { tenders: formatYuan(tendersFen), lines: formatYuan(totalFen) });
  if (!receipt || !left || input.receiptId === null) return;
  const moneyFen = sumFen(tenders.filter((one) => one.source === 'money').map((one) => one.amountFen));
  if (moneyFen > left.moneyFen)
    throw undoFail('refund.aboveMoney', {
      number: receipt.number,
      left: formatYuan(left.moneyFen),
      amount: formatYuan(moneyFen),
    });
}

/** What goes back through a channel must have come through it with this receipt, and not gone back yet. */
async function checkChannelTenders(
  ctx: Context,
  receipt: LockedReceipt | null,
  tenders: readonly RefundTender[],
): Promise<void> {
  for (const [methodId, ones] of Map.groupBy(
    tenders.filter((one) => one.isByChannel),
    (one) => one.paymentMethodId,
  )) {
    const amountFen = sumFen(ones.map((one) => one.amountFen));
    const row = await ctx.tx.first<{ paid: Fen; refunded: Fen }>(sql`
      select (select coalesce(sum(t.amount_fen), 0)::bigint from receipt_tender t
          where t.company_id = ${ctx.companyId} and t.receipt_id = ${receipt?.id ?? null} and t.payment_method_id = ${methodId}) as paid,
        (select coalesce(sum(t.amount_fen), 0)::bigint from refund f join refund_tender t on t.company_id = f.company_id and t.refund_id = f.id
          where f.company_id = ${ctx.companyId} and f.receipt_id = ${receipt?.id ?? null} and f.state <> 'failed' and t.payment_method_id = ${methodId}) as refunded`);
    const { paid, refunded } = row!;
    if (addFen(refunded, amountFen) > paid)
      throw paymentFail('refund.notPaidOnline', {
        method: ones[0]!.name,
        number: receipt?.number ?? '—',
        paid: formatYuan(paid),
        refunded: formatYuan(refunded),
        amount: formatYuan(amountFen),
      });
  }
}

/**
 * What goes back of what had been offset: at least what the money left of a bill does not cover, and beyond that as much as
 * goes back to prepaid, so that no bill ever says more was offset than it received.
 */
function shareOffset(
  bills: readonly RefundedBill[],
  tenders: readonly RefundTender[],
  left: RefundLeft | null,
): RefundedBill[] {
  let prepaidFen = sumFen(tenders.filter((one) => one.source === 'prepaid').map((one) => one.amountFen));
  return bills.map((bill) => {
    const rest = left!.bills.get(bill.billId)!;
    const amountFen = addFen(bill.principalFen, bill.lateFeeFen);
    const plainFen = subtractFen(addFen(rest.principalFen, rest.lateFeeFen), rest.offsetFen);
    const forcedFen = maxFen(zeroFen, subtractFen(amountFen, plainFen));
    const offsetFen = maxFen(forcedFen, minFen(minFen(rest.offsetFen, amountFen), prepaidFen));
    prepaidFen = maxFen(zeroFen, fen(prepaidFen - offsetFen));
    return { ...bill, offsetFen };
  });
}

/** A person takes refunds; the refusal of a key used for something else. */
export function refuseOtherRequest(earlier: Buffer, now: Buffer): void {
  if (!earlier.equals(now)) throw undoFail('refund.keyReused');
}
