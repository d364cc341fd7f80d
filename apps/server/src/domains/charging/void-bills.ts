import { chargingFail, platformFail } from '@anlin/contract';
import { formatYuan, formatYuanGrouped, sumFen, zeroFen } from '@anlin/money';
import { z } from 'zod';
import { defineApprovable } from '../../platform/approvals/approvable.ts';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText, staffIdOf } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type BillAccount, billName, lockBills } from './bill-account.ts';
import { targetLabels } from './raising-failures.ts';

/**
 * Takes back bills on which nothing stands, all of them or none: each is kept with its void (why, when, by whom), owes
 * nothing from then on, and its period can be raised again. Refused (409) with the receipt's number when one was paid,
 * and when one is void already; 404 when one is not in sight. A payment of the same bill waits for the same locks.
 */
export async function voidBills(
  ctx: Context,
  input: { ids: readonly string[]; reason: string },
): Promise<{ voidedCount: number; sum: string }> {
  const { ids, bills } = await lockVoidable(ctx, input.ids);
  await writeVoids(ctx, ids, input.reason);
  const sum = formatYuan(sumFen(bills.map((bill) => bill.receivableFen)));
  const only = bills.length === 1 ? bills[0]! : null;
  const communityIds = new Set(bills.map((bill) => bill.communityId));
  await recordAudit(ctx, {
    action: 'bill.void',
    targetKind: 'bill',
    targetId: only?.id ?? null,
    targetLabel: only ? billName(only) : `${bills.length} 张账单`,
    communityId: communityIds.size === 1 ? bills[0]!.communityId : null,
    before: { state: 'due' },
    after: { state: 'void', voidedCount: bills.length, sum, reason: input.reason },
  });
  return { voidedCount: bills.length, sum };
}

/** Locks the bills and refuses those that may not be voided. */
async function lockVoidable(
  ctx: Context,
  billIds: readonly string[],
): Promise<{ ids: string[]; bills: BillAccount[] }> {
  const ids = [...new Set(billIds.map((id) => id.toLowerCase()))];
  const bills = await lockBills(ctx, ids);
  if (bills.length < ids.length) throw platformFail('resource.notFound', { label: '账单' });
  for (const bill of bills) await refuseUnlessUntouched(ctx, bill);
  return { ids, bills };
}

/** The same as an action that may need approval; the reason given for the void is the reason of the request. */
export const billVoiding = defineApprovable({
  key: 'bill.void',
  label: '作废账单',
  permission: 'bill.void',
  hasAmount: true,
  input: z.object({ ids: z.array(z.string()), reason: z.string() }),
  async facts(ctx, { ids: billIds }) {
    const { ids, bills } = await lockVoidable(ctx, billIds);
    const labels = await targetLabels(ctx, [...new Set(bills.map((bill) => bill.targetId))]);
    const sum = sumFen(bills.map((bill) => bill.receivableFen));
    const nameOf = (bill: BillAccount) => `${labels.get(bill.targetId) ?? ''} ${billName(bill)}`;
    const first = bills.toSorted((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1)).slice(0, mostBillsShown);
    return {
      communityIds: [...new Set(bills.map((bill) => bill.communityId))],
      targetKind: 'bill',
      targetIds: ids,
      targetLabel: bills.length === 1 ? nameOf(bills[0]!) : `${bills.length} 张账单`,
      amountFen: sum,
      summary: `作废 ${bills.length} 张账单，应收合计 ${formatYuanGrouped(sum)} 元`,
      changes: [
        ...first.map((bill) => ({
          label: nameOf(bill),
          before: `应收 ${formatYuanGrouped(bill.receivableFen)} 元`,
          after: '作废',
        })),
        ...(bills.length > first.length
          ? [{ label: `另有 ${bills.length - first.length} 张`, before: '应收', after: '作废' }]
          : []),
        { label: '合计', before: `应收 ${formatYuanGrouped(sum)} 元`, after: '0.00 元' },
      ],
      basis: bills.map((bill) => [bill.id, bill.receivableFen, bill.outstandingFen]),
    };
  },
  apply: voidBills,
});

const mostBillsShown = 50;

async function refuseUnlessUntouched(ctx: Context, bill: BillAccount): Promise<void> {
  const name = { bill: billName(bill) };
  if (bill.isVoided) throw chargingFail('bill.alreadyVoided', name);
  // What was refunded in full does not stand any more.
  if (bill.receivedFen > bill.refundedFen || bill.lateFeeReceivedFen > zeroFen)
    throw chargingFail('bill.paid', { ...name, number: await payingReceipt(ctx, bill.id) });
  if (bill.discountFen > zeroFen || bill.waivedFen > zeroFen || bill.lateFeeWaivedFen > zeroFen)
    throw chargingFail('bill.reduced', name);
}

// The newest receipt that stands; the cashier's documents are only read here.
async function payingReceipt(ctx: Context, billId: string): Promise<string> {
  const row = await ctx.tx.first<{ number: string }>(sql`select r.number from allocation a
    join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
    where a.company_id = ${ctx.companyId} and a.bill_id = ${billId} and r.reversed_at is null
    order by r.received_at desc, r.id desc limit 1`);
  return row?.number ?? '';
}

/**
 * Voids locked bills and writes the document of each; returns how many. The caller has made sure nothing was paid on them.
 * `receiptReversalId`: of the receipt they are voided with.
 */
export async function writeVoids(
  ctx: Context,
  billIds: readonly string[],
  reason: string,
  receiptReversalId: string | null = null,
): Promise<number> {
  // One instant on the bill and on its document: `verify` compares them.
  const now = nowText(ctx);
  const row = await ctx.tx.first<{ voided: number; documents: number }>(sql`
    with voided as (
      update bill set voided_at = ${now} where company_id = ${ctx.companyId} and id = any (${[...billIds]}::uuid[]) and voided_at is null
      returning id, community_id, receivable_fen
    ), document as (
      insert into bill_void (company_id, id, community_id, bill_id, receivable_fen, reason, receipt_reversal_id, voided_on, voided_at, staff_id)
      select ${ctx.companyId}, n.id, v.community_id, v.id, v.receivable_fen, ${reason}, ${receiptReversalId},
        (${now}::timestamptz at time zone c.time_zone)::date, ${now}, ${staffIdOf(ctx)}
      from voided v join community c on c.company_id = ${ctx.companyId} and c.id = v.community_id
      join unnest(${billIds.map(() => ctx.newId())}::uuid[], ${[...billIds]}::uuid[]) as n (id, bill_id) on n.bill_id = v.id
      returning 1
    ) select (select count(*)::int from voided) voided, (select count(*)::int from document) documents`);
  if (row?.voided !== billIds.length || row.documents !== billIds.length) throw new Error('a void is written whole');
  return billIds.length;
}
