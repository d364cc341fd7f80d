import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { enqueueJob } from '../jobs/enqueue-job.ts';
import { type EventKind, findEventKind } from '../messages/event-kinds.ts';
import {
  findRecipients,
  maskAddress,
  type NotificationPlan,
  type Recipient,
  readPlan,
} from '../messages/recipients.ts';

interface EventRow {
  id: string;
  kind: string;
  payload: unknown;
  created_at: string;
}

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
  const recipients = await findRecipients(ctx, plan, event.kind, kind, event.payload);
  for (const recipient of recipients) await insertDelivery(ctx, event, kind, recipient);
  return recipients.filter((one) => one.channel !== 'inApp').length;
}

async function insertDelivery(ctx: Context, event: EventRow, kind: EventKind<unknown>, to: Recipient): Promise<void> {
  const text = kind.text(event.payload);
  const { title, body, link } =
    to.kind !== 'staff' ? { ...text, ...kind.residentText?.(event.payload), link: '' } : text;
  const isInApp = to.channel === 'inApp';
  const now = nowText(ctx);
  const expiresAt = kind.validMinutes
    ? Temporal.Instant.from(event.created_at).add({ minutes: kind.validMinutes }).toString()
    : null;
  const isNew =
    await ctx.tx.run(sql`insert into message_delivery (company_id, id, outbox_event_id, event_kind, channel, recipient_kind,
      recipient_id, recipient_name, address_masked, community_id, title, body, link, facts, state, next_attempt_at, expires_at, created_at, ended_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${event.id}, ${event.kind}, ${to.channel}, ${to.kind}, ${to.id}, ${to.name},
      ${maskAddress(to.address)}, ${kind.place?.(event.payload)?.communityId ?? null}, ${title}, ${body}, ${link},
      ${JSON.stringify(kind.facts(event.payload))}, ${isInApp ? 'sent' : 'waiting'}, ${isInApp ? null : now}, ${expiresAt}, ${now},
      ${isInApp ? now : null})
    on conflict (company_id, outbox_event_id, channel, recipient_id) do nothing`);
  // A resident reads it in the log of what was sent; a person of the staff has an inbox with what is done about it.
  if (!isInApp || isNew === 0 || to.kind !== 'staff') return;
  await ctx.tx.run(sql`insert into message (company_id, id, staff_id, outbox_event_id, title, body, link, created_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${to.id}, ${event.id}, ${title}, ${body}, ${link}, ${now})
    on conflict (company_id, outbox_event_id, staff_id) do nothing`);
}
