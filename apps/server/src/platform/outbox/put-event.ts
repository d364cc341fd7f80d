import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { type Sql, sql } from '../database/sql.ts';
import { enqueueJob } from '../jobs/enqueue-job.ts';

/**
 * What others are told after the transaction commits (PLT-14). Each kind is taken up by exactly one subscriber list
 * in `dispatch-outbox.ts`.
 */
export interface OutboxEvents {
  'task.finished': {
    taskId: string;
    staffId: string;
    title: string;
    state: 'done' | 'failed' | 'cancelled';
    error: string | null;
  };
  'receipt.taken': { receiptId: string; communityId: string; totalFen: string };
  'receipt.reversed': {
    receiptId: string;
    communityId: string;
    totalFen: string;
    cashierStaffId: string;
    number: string;
    reason: string;
  };
  'approval.waiting': {
    approvalId: string;
    staffIds: readonly string[];
    title: string;
    requesterName: string;
    reason: string;
  };
  'approval.decided': {
    approvalId: string;
    staffId: string;
    title: string;
    state: 'approved' | 'rejected' | 'invalid';
    deciderName: string;
    note: string;
  };
}

/** Puts an event into the outbox and wakes the dispatcher when the transaction commits. */
export async function putEvent<K extends keyof OutboxEvents>(
  ctx: Context,
  kind: K,
  payload: OutboxEvents[K],
): Promise<void> {
  await ctx.tx.run(eventInsert(ctx, kind, payload));
  await enqueueJob(ctx, 'dispatchOutbox', {}, `outbox ${ctx.companyId}`);
}

/**
 * The event alone, as a statement to be written beside its document: nobody is woken, the minute's sweep takes it up.
 * For what happens often and is urgent to nobody: all writers of a company would wait for one another at the queue's key.
 */
export function eventInsert<K extends keyof OutboxEvents>(ctx: Context, kind: K, payload: OutboxEvents[K]): Sql {
  return sql`insert into outbox_event (company_id, id, kind, payload, created_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${kind}, ${JSON.stringify(payload)}, ${nowText(ctx)})`;
}
