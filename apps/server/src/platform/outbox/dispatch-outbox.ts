import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { enqueueJob } from '../jobs/enqueue-job.ts';
import { findEventKind } from '../messages/event-kinds.ts';
import { findRecipients, type NotificationPlan, readPlan } from '../messages/recipients.ts';
import { type EventRow, tellFirst } from './tell-recipients.ts';

/**
 * Takes up waiting events of a company, at most 500 in one go, and returns how many: each becomes a delivery per
 * recipient and channel. Runs at least once per event; the unique key of `message_delivery` makes the effect happen once.
 */
export async function dispatchOutbox(ctx: Context): Promise<number> {
  const events = await ctx.tx.rows<EventRow>(sql`
    select id, kind, payload, created_at from outbox_event where company_id = ${ctx.companyId} and dispatched_at is null
    order by id limit 500 for update skip locked`);
  if (events.length === 0) return 0;
  const plan = await readPlan(ctx);
  let outsideCount = 0;
  for (const event of events) outsideCount += await deliver(ctx, plan, event);
  await ctx.tx.run(sql`update outbox_event set dispatched_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = any (${events.map((event) => event.id)}::uuid[])`);
  if (outsideCount > 0) await enqueueJob(ctx, 'sendMessages', {}, `messages ${ctx.companyId}`);
  return events.length;
}

/** Writes the deliveries of one event; returns how many go outside. An event this version does not know reaches nobody. */
async function deliver(ctx: Context, plan: NotificationPlan, event: EventRow): Promise<number> {
  const kind = findEventKind(event.kind);
  if (!kind) return 0;
  let outsideCount = 0;
  for (const turns of await findRecipients(ctx, plan, event.kind, kind, event.payload)) {
    const told = await tellFirst(ctx, event, kind, turns);
    if (told && told.channel !== 'inApp') outsideCount += 1;
  }
  return outsideCount;
}
