import type { Fen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** What a document adds to the sums kept on a bill, in fen; negative where it takes away. Left out: nothing. */
export interface BillSumChange {
  billId: string;
  receivedFen?: Fen;
  lateFeeReceivedFen?: Fen;
  refundedFen?: Fen;
  discountFen?: Fen;
  waivedFen?: Fen;
  lateFeeWaivedFen?: Fen;
}

/**
 * Adds to the sums of locked bills, in the transaction that adds the documents. Several changes of one bill are one update,
 * so that what is outstanding is looked at once, after all of them.
 */
export async function changeBillSums(ctx: Context, changes: readonly BillSumChange[]): Promise<void> {
  if (changes.length === 0) return;
  const ids = [...new Set(changes.map((one) => one.billId))];
  const column = (read: (change: BillSumChange) => Fen | undefined) =>
    changes.map((one) => (read(one) ?? 0n).toString());
  const count = await ctx.tx.run(sql`
    update bill b set received_fen = b.received_fen + c.received, late_fee_received_fen = b.late_fee_received_fen + c.late_fee,
      refunded_fen = b.refunded_fen + c.refunded, discount_fen = b.discount_fen + c.discount, waived_fen = b.waived_fen + c.waived,
      late_fee_waived_fen = b.late_fee_waived_fen + c.late_fee_waived
    from (select n.bill_id, sum(n.received)::bigint received, sum(n.late_fee)::bigint late_fee, sum(n.refunded)::bigint refunded,
        sum(n.discount)::bigint discount, sum(n.waived)::bigint waived, sum(n.late_fee_waived)::bigint late_fee_waived
      from unnest(${changes.map((one) => one.billId)}::uuid[], ${column((one) => one.receivedFen)}::bigint[], ${column((one) => one.lateFeeReceivedFen)}::bigint[],
        ${column((one) => one.refundedFen)}::bigint[], ${column((one) => one.discountFen)}::bigint[], ${column((one) => one.waivedFen)}::bigint[],
        ${column((one) => one.lateFeeWaivedFen)}::bigint[]) n (bill_id, received, late_fee, refunded, discount, waived, late_fee_waived)
      group by n.bill_id) c
    where b.company_id = ${ctx.companyId} and b.id = c.bill_id`);
  if (count !== ids.length) throw new Error('sums of bills change with their documents or not at all');
}
