import { bankFail } from '@anlin/contract';
import { type Fen, formatYuan, zeroFen } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { TaskHandler } from '../../platform/tasks/task.ts';
import { startBooking } from './accept-result.ts';
import { lockBatch, refuseState } from './lock-batch.ts';
import { checkDay, takeBankPayment } from './take-bank-payment.ts';
import { unmarkBills } from './unmark-bills.ts';

interface BookBatch {
  batchId: string;
}

declare module '../../platform/tasks/task.ts' {
  interface TaskInputs {
    bookWithholding: BookBatch;
  }
}

/** Goes on with a batch whose booking stopped, on another day if its books were closed meanwhile. */
export async function resumeBooking(ctx: Context, id: string, receivedOn: string): Promise<string> {
  const batch = await lockBatch(ctx, id);
  refuseState(batch, ['booking'], '入账');
  if (receivedOn < batch.madeOn)
    throw bankFail('withholding.dayBeforeBatch', { day: receivedOn, madeOn: batch.madeOn });
  await checkDay(ctx, batch.communityId, receivedOn);
  await ctx.tx.run(
    sql`update withholding_batch set received_on = ${receivedOn} where company_id = ${ctx.companyId} and id = ${id}`,
  );
  return startBooking(ctx, batch);
}

/**
 * The task: a receipt for every account the bank took money from, each in a transaction of its own. A line that has its
 * receipt is passed over, so a run that was killed or started twice books nothing twice; what is left is done by the next.
 */
export const bookWithholdingTask: TaskHandler<BookBatch> = async (run) => {
  const { batchId } = run.input;
  const lineIds = await run.transaction(async (ctx) => {
    const rows = await ctx.tx.rows<{ id: string }>(sql`select id from withholding_line
      where company_id = ${ctx.companyId} and batch_id = ${batchId} and answer = 'paid' and receipt_id is null order by line_number`);
    return rows.map((row) => row.id);
  });
  for (const [index, lineId] of lineIds.entries()) {
    await run.transaction((ctx) => bookLine(ctx, lineId));
    await run.report(index + 1, lineIds.length);
  }
  return run.transaction((ctx) => finishBatch(ctx, batchId));
};

interface LineRow {
  community_id: string;
  house_id: string;
  reference: string;
  account_name: string;
  amount_fen: Fen;
  answer: string;
  receipt_id: string | null;
  number: string;
  received_on: string;
}

/** One receipt of one agreement; what its bills no longer owe goes to the prepaid of the house. */
async function bookLine(ctx: Context, lineId: string): Promise<void> {
  const line = await ctx.tx.first<LineRow>(sql`
    select l.community_id, l.house_id, l.reference, l.account_name, l.amount_fen, l.answer, l.receipt_id, b.number, b.received_on
    from withholding_line l join withholding_batch b on b.company_id = l.company_id and b.id = l.batch_id
    where l.company_id = ${ctx.companyId} and l.id = ${lineId} for no key update of l`);
  if (line?.answer !== 'paid' || line.receipt_id !== null) return;
  const bills = await ctx.tx.rows<{ bill_id: string; principal_fen: Fen; late_fee_fen: Fen }>(sql`
    select bill_id, principal_fen, late_fee_fen from withholding_bill where company_id = ${ctx.companyId} and line_id = ${lineId}`);
  const { receiptId, prepaidFen } = await takeBankPayment(ctx, {
    communityId: line.community_id,
    targetKind: 'house',
    targetId: line.house_id,
    amountFen: line.amount_fen,
    methodKey: 'withholding',
    reference: line.reference,
    payerName: line.account_name,
    note: `银行代扣 ${line.number}`,
    receivedOn: line.received_on,
    idempotencyKey: `withholding-${lineId}`,
    billIds: bills.map((bill) => bill.bill_id),
    asked: new Map(
      bills.map((bill) => [bill.bill_id, { principalFen: bill.principal_fen, lateFeeFen: bill.late_fee_fen }]),
    ),
  });
  await ctx.tx.run(sql`update withholding_line set receipt_id = ${receiptId}, prepaid_fen = ${prepaidFen.toString()}
    where company_id = ${ctx.companyId} and id = ${lineId}`);
  await unmarkBills(ctx, [lineId]);
}

async function finishBatch(ctx: Context, batchId: string): Promise<Record<string, unknown>> {
  const batch = await lockBatch(ctx, batchId);
  const sums = await ctx.tx.first<{
    left: number;
    booked: number;
    booked_fen: Fen;
    failed: number;
    prepaid: number;
  }>(sql`
    select count(*) filter (where answer = 'paid' and receipt_id is null)::int as left, count(receipt_id)::int as booked,
      coalesce(sum(amount_fen) filter (where receipt_id is not null), 0)::bigint as booked_fen,
      count(*) filter (where answer = 'failed')::int as failed, count(*) filter (where prepaid_fen > 0)::int as prepaid
    from withholding_line where company_id = ${ctx.companyId} and batch_id = ${batchId}`);
  const outcome = {
    receiptCount: sums?.booked ?? 0,
    sum: formatYuan(sums?.booked_fen ?? zeroFen),
    failedCount: sums?.failed ?? 0,
    prepaidCount: sums?.prepaid ?? 0,
  };
  if (batch.state !== 'booking' || sums?.left !== 0) return outcome;
  await ctx.tx.run(sql`update withholding_batch set state = 'done', finished_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${batchId}`);
  await recordAudit(ctx, {
    action: 'bankBatch.book',
    targetKind: 'withholdingBatch',
    targetId: batchId,
    targetLabel: batch.number,
    communityId: batch.communityId,
    after: outcome,
  });
  return outcome;
}
