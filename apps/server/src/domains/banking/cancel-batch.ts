import { recordAudit } from '../../platform/audit/record-audit.ts';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { lockBatch, refuseState } from './lock-batch.ts';
import { unmarkBills } from './unmark-bills.ts';

/** Gives up a batch the bank has not answered; its bills may be paid otherwise again. Refused (409) once it has. */
export async function cancelBatch(ctx: Context, id: string, reason: string): Promise<void> {
  const batch = await lockBatch(ctx, id);
  refuseState(batch, ['making', 'unfit', 'ready'], '取消');
  const lines = await ctx.tx.rows<{ id: string }>(
    sql`select id from withholding_line where company_id = ${ctx.companyId} and batch_id = ${id}`,
  );
  await unmarkBills(
    ctx,
    lines.map((line) => line.id),
  );
  await ctx.tx.run(sql`update withholding_batch set state = 'cancelled', finished_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${id}`);
  await recordAudit(ctx, {
    action: 'bankBatch.cancel',
    targetKind: 'withholdingBatch',
    targetId: id,
    targetLabel: batch.number,
    communityId: batch.communityId,
    before: { state: batch.state },
    after: { state: 'cancelled', reason },
  });
}
