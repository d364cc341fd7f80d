import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { type Sql, sql } from '../database/sql.ts';
import { enqueueJob } from '../jobs/enqueue-job.ts';
import type { OutboxEvents } from '../messages/event-kinds.ts';

/**
 * Puts an event into the outbox and wakes the dispatcher when the transaction commits (PLT-14). What it says and who is
 * told stands in `messages/event-kinds.ts`.
 */
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
export function eventInsert<K extends keyof OutboxEvents>(
  ctx: Context,
  kind: K,
  payload: OutboxEvents[K],
  id: string = ctx.newId(),
): Sql {
  return sql`insert into outbox_event (company_id, id, kind, payload, created_at)
    values (${ctx.companyId}, ${id}, ${kind}, ${JSON.stringify(payload)}, ${nowText(ctx)})`;
}
