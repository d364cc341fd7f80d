import {
  type DeskAccount,
  type DeskBill,
  type EndpointRequest,
  type getDeskAccount,
  houseStatuses,
  parkingSpaceStatuses,
  type TargetKind,
} from '@anlin/contract';
import { addFen, type Fen, formatYuan } from '@anlin/money';
import { type Calculation, explain, explainLateFee, type PrincipalPayment } from '@anlin/pricing';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type BillAccount, billPeriodText, lateFeeOfBill, listUnpaidBills } from '../charging/index.ts';
import { readHoldings, readItems, readLimit, readOffsetMethods, readRules } from './desk-account.queries.ts';
import { readPayments } from './payment-history.ts';
import { readOtherTargets, readRelations, readTarget, type TargetRow } from './target.queries.ts';

/**
 * Everything the desk shows of a house, parking space or vehicle (CSH-1, CSH-2): who, what else they own, what is unpaid with
 * its late fee as of a day, and the newest receipts. Reads only. `include` adds bills of other targets of the same owner.
 */
export async function readAccount(
  ctx: Context,
  query: EndpointRequest<typeof getDeskAccount>['query'],
): Promise<DeskAccount> {
  const target = await readTarget(ctx, query.targetKind, query.targetId);
  const today = businessDay(ctx.clock, target.time_zone).toString();
  const asOf = query.asOf ?? today;
  const { house_id: houseId } = target;
  const relations = houseId === null ? [] : await readRelations(ctx, houseId, today);
  const others = houseId === null ? [] : await readOtherTargets(ctx, houseId, target.id, today);
  const wanted = new Set(query.include?.split(',') ?? []);
  // Only what the same owner has in the same community can go on one receipt; anything else asked for is left out.
  const included = others.filter((other) => wanted.has(other.id) && other.communityId === target.community_id);
  const names = new Map([[target.id, target.name], ...included.map((other) => [other.id, other.name] as const)]);
  const bills = await listUnpaidBills(ctx, [...names.keys()]);
  const payments = await readPayments(ctx, bills);
  return {
    target: viewTarget(query.targetKind, target),
    relations,
    others,
    bills: bills.map((bill) => viewBill(bill, names.get(bill.targetId) ?? '', payments.get(bill.id) ?? [], asOf)),
    ...(await readHoldings(ctx, names)),
    offsetMethods: await readOffsetMethods(ctx),
    items: await readItems(ctx),
    rules: await readRules(ctx, target.community_id, asOf),
    discountLimit: await readLimit(ctx),
    receipts: await readRecentReceipts(ctx, target.id),
    today,
    asOf,
  };
}

function viewTarget(kind: TargetKind, target: TargetRow): DeskAccount['target'] {
  const statuses: Record<string, string> =
    kind === 'house' ? houseStatuses : kind === 'parkingSpace' ? parkingSpaceStatuses : {};
  return {
    kind,
    id: target.id,
    name: target.name,
    communityId: target.community_id,
    communityName: target.community_name,
    area: target.area,
    status: statuses[target.status] ?? '',
    note: target.note,
    tags: target.tags,
  };
}

/** A bill as the desk and the resident's phone show it: what is left, the late fee as of a day, and how both came about. */
export function viewBill(
  bill: BillAccount,
  targetName: string,
  payments: readonly PrincipalPayment[],
  asOf: string,
): DeskBill {
  const { dueFen, calculation } = lateFeeOfBill(bill, payments, asOf);
  return {
    id: bill.id,
    targetKind: bill.targetKind,
    targetId: bill.targetId,
    targetName,
    chargeItemId: bill.chargeItemId,
    chargeItemName: bill.chargeItemName,
    chargeStandardName: bill.chargeStandardName,
    periodFrom: bill.periodFrom,
    periodTo: bill.periodTo,
    periodText: billPeriodText(bill),
    dueOn: bill.dueOn,
    receivable: formatYuan(bill.receivableFen),
    discount: formatYuan(bill.discountFen),
    waived: formatYuan(bill.waivedFen),
    received: formatYuan(bill.receivedFen),
    refunded: formatYuan(bill.refundedFen),
    outstanding: formatYuan(bill.outstandingFen),
    lateFeeWaived: formatYuan(bill.lateFeeWaivedFen),
    formerOwner: bill.formerOwner,
    withheldIn: bill.withheldIn,
    lateFee: formatYuan(dueFen),
    toPay: formatYuan(addFen(bill.outstandingFen, dueFen)),
    sentence: billSentence(bill.calculation),
    lateFeeSentence: calculation === null ? '' : lateFeeSentence(explainLateFee(calculation), bill.lateFeeReceivedFen),
  };
}

/** The sentence of a bill's amount; empty for a bill that came without its calculation. */
export function billSentence(calculation: Calculation): string {
  return typeof calculation.a === 'string' ? explain(calculation) : '';
}

function lateFeeSentence(sentence: string, receivedFen: Fen): string {
  return receivedFen === 0n ? sentence : `${sentence}，已收 ${formatYuan(receivedFen)}元`;
}

async function readRecentReceipts(ctx: Context, targetId: string): Promise<DeskAccount['receipts']> {
  const rows = await ctx.tx.rows<{
    id: string;
    number: string;
    total_fen: Fen;
    received_on: string;
    cashier_name: string;
    is_reversed: boolean;
    is_invoiced: boolean;
  }>(sql`
    select r.id, r.number, r.total_fen, r.received_on, coalesce(s.name, '系统') as cashier_name, r.reversed_at is not null as is_reversed, r.invoiced_fen > 0 as is_invoiced
    from receipt r left join staff s on s.company_id = r.company_id and s.id = r.cashier_staff_id
    where r.company_id = ${ctx.companyId} and r.target_id = ${targetId} order by r.id desc limit 5`);
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    total: formatYuan(row.total_fen),
    receivedOn: row.received_on,
    cashierName: row.cashier_name,
    isReversed: row.is_reversed,
    isInvoiced: row.is_invoiced,
  }));
}
