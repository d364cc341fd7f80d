import { billFail, platformFail } from '@anlin/contract';
import { addFen, type Fen, formatYuan, negateFen, zeroFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { billName, changeBillSums, lockBills } from '../charging/index.ts';
import { type ReductionKind, reductionNames, sumChangeOf, writeReductions } from './write-reductions.ts';

interface ReductionRow {
  bill_id: string;
  kind: ReductionKind;
  amount_fen: Fen;
  receipt_number: string | null;
  time_zone: string;
}

/**
 * Takes one waiver back (CSH-9): the opposite row is added today and the bill owes it again. What was given with a receipt goes
 * with that receipt only. Refused (409) a second time.
 */
export async function takeBackWaiver(
  ctx: Context,
  input: { reductionId: string; reason: string },
): Promise<{ outstanding: string }> {
  const row = await ctx.tx.first<ReductionRow>(sql`
    select d.bill_id, d.kind, d.amount_fen, r.number as receipt_number, c.time_zone from bill_reduction d
    join community c on c.company_id = d.company_id and c.id = d.community_id
    left join receipt r on r.company_id = d.company_id and r.id = d.receipt_id
    where d.company_id = ${ctx.companyId} and d.id = ${input.reductionId} and d.amount_fen > 0 and (d.kind <> 'discount' or d.receipt_id is not null)`);
  if (!row) throw platformFail('resource.notFound', { label: '减免' });
  if (row.receipt_number !== null)
    throw billFail('waiver.withReceipt', { kind: reductionNames[row.kind], number: row.receipt_number });
  const [bill] = await lockBills(ctx, [row.bill_id]);
  if (!bill) throw platformFail('resource.notFound', { label: '账单' });
  const opposite = await ctx.tx.first(
    sql`select 1 from bill_reduction where company_id = ${ctx.companyId} and opposite_of = ${input.reductionId}`,
  );
  if (opposite) throw billFail('waiver.takenBack', { bill: billName(bill) });
  const reduction = {
    billId: row.bill_id,
    communityId: bill.communityId,
    kind: row.kind,
    amountFen: negateFen(row.amount_fen),
    oppositeOf: input.reductionId,
    reason: input.reason,
    reducedOn: businessDay(ctx.clock, row.time_zone).toString(),
  };
  await writeReductions(ctx, [reduction]);
  await changeBillSums(ctx, [sumChangeOf(reduction)]);
  await recordAudit(ctx, {
    action: 'bill.takeBackWaiver',
    targetKind: 'bill',
    targetId: row.bill_id,
    targetLabel: billName(bill),
    communityId: bill.communityId,
    after: { amount: formatYuan(row.amount_fen), kind: reductionNames[row.kind], reason: input.reason },
  });
  const againFen = row.kind === 'lateFeeWaiver' ? zeroFen : row.amount_fen;
  return { outstanding: formatYuan(addFen(bill.outstandingFen, againFen)) };
}
