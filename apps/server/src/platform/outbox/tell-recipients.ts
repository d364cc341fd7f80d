import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { keepConsent, pickConsent } from '../messages/consents.ts';
import { type EventKind, findEventKind } from '../messages/event-kinds.ts';
import { findRecipients, maskAddress, type Recipient, readPlan } from '../messages/recipients.ts';

export interface EventRow {
  id: string;
  kind: string;
  payload: unknown;
  created_at: string;
}

/**
 * Writes the delivery of the first of several ways to reach one recipient that is open now; a mini-program is where an agreement is
 * left, which is kept for this message. Returns it; undefined where none is open, or this event went one of these ways already.
 */
export async function tellFirst(
  ctx: Context,
  event: EventRow,
  kind: EventKind<unknown>,
  turns: readonly Recipient[],
): Promise<Recipient | undefined> {
  const isPlain = turns.length === 1 && turns[0]?.channel !== 'miniProgram';
  if (!isPlain && (await triedChannels(ctx, event.id, turns)).size > 0) return undefined;
  return tell(ctx, event, kind, turns);
}

async function tell(
  ctx: Context,
  event: EventRow,
  kind: EventKind<unknown>,
  turns: readonly Recipient[],
): Promise<Recipient | undefined> {
  for (const to of turns) {
    const consentId = to.channel === 'miniProgram' ? await pickConsent(ctx, to.id, event.kind) : undefined;
    if (to.channel === 'miniProgram' && consentId === undefined) continue;
    const deliveryId = await insertDelivery(ctx, event, kind, to);
    if (deliveryId !== undefined && consentId !== undefined) await keepConsent(ctx, consentId, deliveryId);
    return to;
  }
  return undefined;
}

/** Which of these ways an event has gone to one recipient. */
async function triedChannels(ctx: Context, eventId: string, turns: readonly Recipient[]): Promise<ReadonlySet<string>> {
  const rows = await ctx.tx.rows<{ channel: string }>(sql`select channel from message_delivery
    where company_id = ${ctx.companyId} and outbox_event_id = ${eventId} and recipient_id = ${turns[0]?.id}
      and channel = any (${turns.map((one) => one.channel)})`);
  return new Set(rows.map((row) => row.channel));
}

/**
 * A channel refused a message to a resident who is to be told by the first that takes it: the next one after it gets it. Nothing
 * happens where every channel is told anyway, or none is left.
 */
export async function tellByNext(
  ctx: Context,
  refused: { outbox_event_id: string; event_kind: string; channel: Recipient['channel']; recipient_id: string },
): Promise<void> {
  const kind = findEventKind(refused.event_kind);
  if (!kind?.residents) return;
  const plan = await readPlan(ctx);
  const event = await ctx.tx.first<EventRow>(sql`select id, kind, payload, created_at from outbox_event
    where company_id = ${ctx.companyId} and id = ${refused.outbox_event_id}`);
  if (!event || event.kind !== refused.event_kind) return;
  const groups = await findRecipients(ctx, plan, event.kind, kind, event.payload);
  const isTheirs = (to: Recipient) => to.kind === 'resident' && to.id === refused.recipient_id;
  const turns = groups.find((one) => one.some((to) => isTheirs(to) && to.channel === refused.channel));
  if (!turns) return;
  const tried = await triedChannels(ctx, event.id, turns);
  const place = turns.findIndex((to) => to.channel === refused.channel);
  await tell(
    ctx,
    event,
    kind,
    turns.slice(place + 1).filter((to) => !tried.has(to.channel)),
  );
}

/** One row per event, recipient and channel, however often it is asked for. Returns its id; undefined: it stands already. */
async function insertDelivery(
  ctx: Context,
  event: EventRow,
  kind: EventKind<unknown>,
  to: Recipient,
): Promise<string | undefined> {
  const id = ctx.newId();
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
    values (${ctx.companyId}, ${id}, ${event.id}, ${event.kind}, ${to.channel}, ${to.kind}, ${to.id}, ${to.name},
      ${maskAddress(to.address)}, ${kind.place?.(event.payload)?.communityId ?? null}, ${title}, ${body}, ${link},
      ${JSON.stringify(kind.facts(event.payload))}, ${isInApp ? 'sent' : 'waiting'}, ${isInApp ? null : now}, ${expiresAt}, ${now},
      ${isInApp ? now : null})
    on conflict (company_id, outbox_event_id, channel, recipient_id) do nothing`);
  // A resident reads it in the log of what was sent; a person of the staff has an inbox with what is done about it.
  if (isNew === 0) return undefined;
  if (!isInApp || to.kind !== 'staff') return id;
  await ctx.tx.run(sql`insert into message (company_id, id, staff_id, outbox_event_id, title, body, link, created_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${to.id}, ${event.id}, ${title}, ${body}, ${link}, ${now})
    on conflict (company_id, outbox_event_id, staff_id) do nothing`);
  return id;
}
