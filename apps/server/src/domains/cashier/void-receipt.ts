import { undoFail } from '@anlin/contract';
import { formatYuanGrouped, zeroFen } from '@anlin/money';
import { z } from 'zod';
import { defineApprovable } from '../../platform/approvals/approvable.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { billName, lockBills, writeVoids } from '../charging/index.ts';
import { lockReceipt, requestAbout } from './lock-receipt.ts';
import { announceReversal, billIdsOf, type Undone, writeReversal } from './reverse-receipt.ts';

/**
 * Voids a receipt (CSH-7): everything of a reversal, and the bills it paid go to the recycle bin with it. Refused (409) where a
 * reversal is, and when one of the bills was also paid by another receipt or reduced apart from this one.
 */
export async function voidReceipt(ctx: Context, input: { receiptId: string; reason: string }): Promise<Undone> {
  const receipt = await lockReceipt(ctx, input.receiptId);
  const reversalId = ctx.newId();
  const lines = await writeReversal(ctx, receipt, { kind: 'void', reason: input.reason, id: reversalId });
  const billIds = [...billIdsOf(lines)].sort();
  await refuseUnlessFree(ctx, billIds);
  if (billIds.length > 0) await writeVoids(ctx, billIds, input.reason, reversalId);
  return announceReversal(ctx, receipt, lines, { action: 'receipt.void', state: 'voided', reason: input.reason });
}

/** Refuses bills on which something stands besides what was just taken back. */
async function refuseUnlessFree(ctx: Context, billIds: readonly string[]): Promise<void> {
  for (const bill of await lockBills(ctx, billIds)) {
    const name = { bill: billName(bill) };
    if (bill.receivedFen > bill.refundedFen || bill.lateFeeReceivedFen > zeroFen) {
      const other = await ctx.tx.first<{ number: string }>(sql`select r.number from allocation a
        join receipt r on r.company_id = a.company_id and r.id = a.receipt_id
        where a.company_id = ${ctx.companyId} and a.bill_id = ${bill.id} and r.reversed_at is null order by r.received_at desc limit 1`);
      throw undoFail('receipt.voidPaidElsewhere', { ...name, number: other?.number ?? '' });
    }
    if (bill.discountFen > zeroFen || bill.waivedFen > zeroFen || bill.lateFeeWaivedFen > zeroFen)
      throw undoFail('receipt.voidReduced', name);
  }
}

/** The same as an action that may need approval. */
export const receiptVoiding = defineApprovable({
  key: 'receipt.void',
  label: '作废收据',
  permission: 'receipt.void',
  hasAmount: true,
  input: z.object({ receiptId: z.string(), reason: z.string() }),
  async facts(ctx, { receiptId }) {
    const receipt = await lockReceipt(ctx, receiptId);
    if (receipt.isReversed) throw undoFail('receipt.notValid', { number: receipt.number, action: '作废' });
    const count = await ctx.tx.first<{ bills: number }>(sql`select count(distinct bill_id)::int bills from allocation
      where company_id = ${ctx.companyId} and receipt_id = ${receiptId} and kind = 'receipt'`);
    const sum = formatYuanGrouped(receipt.totalFen);
    const bills = count!.bills === 0 ? '' : `，连同 ${count!.bills} 张账单进入回收站`;
    return {
      ...requestAbout(receipt),
      summary: `作废收据 ${receipt.number}，金额 ${sum} 元${bills}`,
      changes: [{ label: `收据 ${receipt.number}`, before: `有效，${sum} 元`, after: '作废' }],
      basis: [receipt.id, receipt.totalFen, receipt.isReversed],
    };
  },
  apply: voidReceipt,
});
