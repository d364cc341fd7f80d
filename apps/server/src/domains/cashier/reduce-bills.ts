import { cashierFail, type PendingApproval, platformFail } from '@anlin/contract';
import { type Fen, formatYuan, formatYuanGrouped, parseYuan, sumFen, zeroFen } from '@anlin/money';
import { z } from 'zod';
import { requestWhereAsked } from '../../platform/approvals/apply-or-request.ts';
import { defineApprovable } from '../../platform/approvals/approvable.ts';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import {
  type BillAccount,
  billName,
  changeBillSums,
  lateFeeOfBill,
  lockBills,
  targetLabels,
} from '../charging/index.ts';
import { exceededLimit, readDiscountLimits } from './discount-limit.ts';
import { readPayments } from './payment-history.ts';
import type { NewReduction } from './payment-input.ts';
import { givenReductions, sumChangeOf, writeReductions } from './write-reductions.ts';

const storedInput = z.object({
  bills: z.array(z.object({ id: z.string(), discount: z.string().optional(), lateFeeWaived: z.string().optional() })),
  reason: z.string(),
});
type ReduceInput = z.output<typeof storedInput>;

interface Reduced {
  billCount: number;
  discount: string;
  lateFeeWaived: string;
}

/**
 * Takes a discount or a late fee off bills apart from a receipt (CSH-3): at once within the actor's limit, else by the
 * company's approval flow; then the bills owe less and anybody may collect them. Refused (409) above the limit where no
 * flow is set up.
 */
export async function reduceBills(ctx: Context, input: ReduceInput): Promise<Reduced | PendingApproval> {
  const { bills, reductions, lateFeeFen } = await lockReducible(ctx, input);
  const given = {
    discountFen: sumOf(reductions, 'discount'),
    principalFen: sumFen(bills.map((bill) => bill.outstandingFen)),
    lateFeeWaivedFen: sumOf(reductions, 'lateFeeWaiver'),
    lateFeeFen,
  };
  const limits = await readDiscountLimits(ctx);
  if (exceededLimit(limits, given) === null) return billReduction.apply(ctx, input);
  const pending = await requestWhereAsked(ctx, billReduction, input, input.reason);
  if (pending) return pending;
  throw cashierFail('receipt.noReductionFlow');
}

const sumOf = (reductions: readonly NewReduction[], kind: NewReduction['kind']): Fen =>
  sumFen(reductions.filter((one) => one.kind === kind).map((one) => one.amountFen));

/** Locks the bills and refuses what can't be taken off them as of today. */
async function lockReducible(
  ctx: Context,
  input: ReduceInput,
): Promise<{ bills: BillAccount[]; reductions: NewReduction[]; lateFeeFen: Fen; today: string }> {
  const asked = new Map(input.bills.map((one) => [one.id.toLowerCase(), one]));
  const bills = await lockBills(ctx, [...asked.keys()]);
  if (bills.length < asked.size) throw platformFail('resource.notFound', { label: '账单' });
  if (new Set(bills.map((bill) => bill.communityId)).size > 1)
    throw cashierFail('receipt.otherCommunity', { bill: billName(bills.at(-1)!) });
  const today = await todayOf(ctx, bills[0]!.communityId);
  const payments = await readPayments(ctx, bills);
  let lateFeeFen = zeroFen;
  const reductions = bills.flatMap((bill) => {
    const { dueFen } = lateFeeOfBill(bill, payments.get(bill.id) ?? [], today);
    lateFeeFen = sumFen([lateFeeFen, dueFen]);
    return reductionsOf(bill, dueFen, asked.get(bill.id)!);
  });
  if (reductions.length === 0) throw cashierFail('receipt.nothingReduced');
  return { bills, reductions, lateFeeFen, today };
}

async function todayOf(ctx: Context, communityId: string): Promise<string> {
  const row = await ctx.tx.first<{ time_zone: string }>(
    sql`select time_zone from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  return businessDay(ctx.clock, row!.time_zone).toString();
}

function reductionsOf(bill: BillAccount, dueFen: Fen, asked: ReduceInput['bills'][number]): NewReduction[] {
  const name = { bill: billName(bill) };
  if (bill.isVoided) throw cashierFail('receipt.billVoided', name);
  const discountFen = parseYuan(asked.discount ?? '0');
  const waivedFen = parseYuan(asked.lateFeeWaived ?? '0');
  if (discountFen > bill.outstandingFen)
    throw cashierFail('receipt.overReduced', {
      ...name,
      discount: formatYuan(discountFen),
      principal: formatYuan(bill.outstandingFen),
    });
  if (waivedFen > dueFen)
    throw cashierFail('receipt.overWaived', { ...name, waived: formatYuan(waivedFen), lateFee: formatYuan(dueFen) });
  const one = { billId: bill.id, offerId: null };
  return [
    ...(discountFen > zeroFen ? [{ ...one, kind: 'discount' as const, amountFen: discountFen }] : []),
    ...(waivedFen > zeroFen ? [{ ...one, kind: 'lateFeeWaiver' as const, amountFen: waivedFen }] : []),
  ];
}

/** The same as an action that may need approval. */
export const billReduction = defineApprovable<ReduceInput, Reduced>({
  key: 'bill.reduce',
  label: '账单优惠、减免违约金',
  permission: 'cashier.collect',
  hasAmount: true,
  input: storedInput,
  async facts(ctx, input) {
    const { bills, reductions } = await lockReducible(ctx, input);
    const labels = await targetLabels(ctx, [...new Set(bills.map((bill) => bill.targetId))]);
    const nameOf = (bill: BillAccount) => `${labels.get(bill.targetId) ?? ''} ${billName(bill)}`;
    const amountFen = sumFen(reductions.map((one) => one.amountFen));
    const touched = bills.filter((bill) => reductions.some((one) => one.billId === bill.id));
    return {
      communityIds: [bills[0]!.communityId],
      targetKind: 'bill',
      targetIds: touched.map((bill) => bill.id),
      targetLabel: touched.length === 1 ? nameOf(touched[0]!) : `${touched.length} 张账单`,
      amountFen,
      summary: `${touched.length} 张账单优惠 ${formatYuanGrouped(sumOf(reductions, 'discount'))} 元，减免违约金 ${formatYuanGrouped(sumOf(reductions, 'lateFeeWaiver'))} 元`,
      changes: touched.slice(0, mostBillsShown).map((bill) => {
        const of = reductions.filter((one) => one.billId === bill.id);
        return {
          label: nameOf(bill),
          before: `未收 ${formatYuanGrouped(bill.outstandingFen)} 元`,
          after: `优惠 ${formatYuanGrouped(sumOf(of, 'discount'))} 元，减免违约金 ${formatYuanGrouped(sumOf(of, 'lateFeeWaiver'))} 元`,
        };
      }),
      basis: touched.map((bill) => [bill.id, bill.outstandingFen, bill.lateFeeReceivedFen, bill.lateFeeWaivedFen]),
    };
  },
  async apply(ctx, input) {
    const { bills, reductions, today } = await lockReducible(ctx, input);
    const { communityId } = bills[0]!;
    const document = { communityId, receiptId: null, reducedOn: today, reason: input.reason };
    await changeBillSums(ctx, reductions.map(sumChangeOf));
    await writeReductions(ctx, givenReductions(reductions, document));
    const billCount = new Set(reductions.map((one) => one.billId)).size;
    const discount = formatYuan(sumOf(reductions, 'discount'));
    const lateFeeWaived = formatYuan(sumOf(reductions, 'lateFeeWaiver'));
    const only = bills.length === 1 ? bills[0]! : null;
    await recordAudit(ctx, {
      action: 'bill.reduce',
      targetKind: 'bill',
      targetId: only?.id ?? null,
      targetLabel: only ? billName(only) : `${bills.length} 张账单`,
      communityId,
      after: { billCount, discount, lateFeeWaived, reason: input.reason },
    });
    return { billCount, discount, lateFeeWaived };
  },
});

const mostBillsShown = 50;
