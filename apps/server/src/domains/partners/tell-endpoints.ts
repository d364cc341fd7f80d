import { type OpenDocument, type WebhookEvent, webhookEvents } from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import { asSystem } from '../../platform/boundary.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { enqueueJob } from '../../platform/jobs/enqueue-job.ts';
import type { Sweep } from '../../platform/jobs/worker.ts';
import { numberEvents } from './number-events.ts';
import { type MoneyEvent, readDocuments } from './read-documents.ts';

/** Events taken up in one transaction. */
const atOnce = 200;

interface EndpointRow {
  id: string;
  community_id: string;
  partner_app_id: string;
  events: WebhookEvent[];
  scopes: string[];
  told_sequence: bigint;
}

interface Event {
  id: string;
  kind: string;
  sequence: bigint;
}

/** One push before it is written. */
interface Push {
  eventId: string;
  kind: WebhookEvent;
  objectId: string;
  sequence: bigint;
  occurredAt: string;
  data: object;
}

/**
 * Turns what happened since an endpoint was told last into deliveries, once: the mark moves in the same transaction, and an event has one
 * row for an endpoint. Wakes the sending.
 */
export const tellEndpoints: Sweep = async (services, companyId) => {
  const ids = await asSystem(services, companyId, (ctx) =>
    ctx.tx.rows<{ id: string }>(sql`select w.id from webhook_endpoint w
      join partner_grant g on g.company_id = w.company_id and g.id = w.partner_grant_id
      where w.company_id = ${companyId} and w.is_on and g.revoked_at is null order by w.id`),
  );
  for (const { id } of ids) while (await asSystem(services, companyId, (ctx) => tellOne(ctx, id)));
};

/** One stretch of one endpoint; true: there may be more. */
async function tellOne(ctx: Context, id: string): Promise<boolean> {
  const place = await ctx.tx.first<{ community_id: string }>(
    sql`select community_id from webhook_endpoint where company_id = ${ctx.companyId} and id = ${id}`,
  );
  if (!place) return false;
  await numberEvents(ctx, place.community_id);
  const endpoint = await ctx.tx.first<EndpointRow>(sql`
    select w.id, w.community_id, g.partner_app_id, w.events, g.scopes, w.told_sequence
    from webhook_endpoint w join partner_grant g on g.company_id = w.company_id and g.id = w.partner_grant_id
    where w.company_id = ${ctx.companyId} and w.id = ${id} and w.is_on and g.revoked_at is null for update of w`);
  if (!endpoint) return false;
  const events = await ctx.tx.rows<Event>(sql`select id, kind, sequence from open_event
    where company_id = ${ctx.companyId} and community_id = ${endpoint.community_id} and sequence > ${endpoint.told_sequence}
    order by sequence limit ${atOnce}`);
  const last = events.at(-1);
  if (!last) return false;
  const pushes = (await pushesOf(ctx, endpoint, events)).filter(
    ({ kind }) => endpoint.events.includes(kind) && endpoint.scopes.includes(webhookEvents[kind].scope),
  );
  await writeDeliveries(ctx, endpoint, pushes);
  await ctx.tx.run(
    sql`update webhook_endpoint set told_sequence = ${last.sequence} where company_id = ${ctx.companyId} and id = ${id}`,
  );
  if (pushes.length > 0) await enqueueJob(ctx, 'sendWebhooks', {}, `webhooks ${ctx.companyId}`);
  return events.length === atOnce;
}

async function pushesOf(ctx: Context, endpoint: EndpointRow, events: readonly Event[]): Promise<Push[]> {
  const money = events.filter((one): one is MoneyEvent => one.kind !== 'moveIn' && one.kind !== 'statementLine');
  const moves = events.filter((one) => one.kind === 'moveIn');
  return [...(await billPushes(ctx, endpoint, money)), ...(await movePushes(ctx, moves))].toSorted((left, right) =>
    Number(left.sequence - right.sequence),
  );
}

/** What a document did to each of its bills, and how the bill stands now. */
async function billPushes(ctx: Context, endpoint: EndpointRow, events: readonly MoneyEvent[]): Promise<Push[]> {
  const documents = await readDocuments(ctx, events, endpoint.partner_app_id);
  const billIds = [...new Set(documents.flatMap((one) => one.bills.map((bill) => bill.billId)))];
  const rows = await ctx.tx.rows<{
    id: string;
    target_kind: string;
    target_id: string;
    receivable: Fen;
    outstanding: Fen;
    state: string;
  }>(sql`
    select id, target_kind, target_id, receivable_fen as receivable, outstanding_fen as outstanding,
      case when voided_at is not null then 'void' when outstanding_fen = 0 then 'paid' when received_fen > refunded_fen then 'partlyPaid' else 'due' end as state
    from bill where company_id = ${ctx.companyId} and id = any (${billIds}::uuid[])`);
  const bills = new Map(rows.map((row) => [row.id, row]));
  return documents.flatMap((document) =>
    document.bills.map(({ billId, ...bill }): Push => {
      const now = bills.get(billId);
      return {
        eventId: `evt_${document.id}_${billId}`,
        kind: isComing(document) ? 'bill.paid' : 'bill.refunded',
        objectId: billId,
        sequence: BigInt(document.sequence),
        occurredAt: document.at,
        data: {
          documentKind: document.kind,
          documentId: document.id,
          number: document.number,
          billId,
          ...bill,
          ...(now
            ? {
                targetKind: now.target_kind,
                targetId: now.target_id,
                receivable: formatYuan(now.receivable),
                outstanding: formatYuan(now.outstanding),
                state: now.state,
              }
            : {}),
        },
      };
    }),
  );
}

const isComing = ({ kind }: OpenDocument) => kind === 'receipt' || kind === 'restoration';

async function movePushes(ctx: Context, events: readonly Event[]): Promise<Push[]> {
  if (events.length === 0) return [];
  const rows = await ctx.tx.rows<{
    id: string;
    house_id: string;
    resident_id: string;
    role: string;
    moved_in_on: string;
    created_at: string;
  }>(sql`
    select id, house_id, resident_id, role, moved_in_on, created_at from occupancy
    where company_id = ${ctx.companyId} and id = any (${events.map((one) => one.id)}::uuid[])`);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return events.flatMap(({ id, sequence }): Push[] => {
    const row = byId.get(id);
    if (!row) return [];
    const { house_id: houseId, resident_id: residentId, role, moved_in_on: movedInOn, created_at: occurredAt } = row;
    const data = { occupancyId: id, houseId, residentId, role, movedInOn };
    return [{ eventId: `evt_${id}`, kind: 'resident.movedIn', objectId: houseId, sequence, occurredAt, data }];
  });
}

async function writeDeliveries(ctx: Context, endpoint: EndpointRow, pushes: readonly Push[]): Promise<void> {
  if (pushes.length === 0) return;
  const now = nowText(ctx);
  const bodies = pushes.map(({ eventId, kind, sequence, occurredAt, data }) =>
    JSON.stringify({
      id: eventId,
      type: kind,
      sequence: Number(sequence),
      occurredAt,
      communityId: endpoint.community_id,
      data,
    }),
  );
  await ctx.tx.run(sql`insert into webhook_delivery (company_id, id, community_id, webhook_endpoint_id, event_id, event_kind, object_id, sequence, body, state,
      next_attempt_at, created_at)
    select ${ctx.companyId}, n.id, ${endpoint.community_id}, ${endpoint.id}, n.event_id, n.kind, n.object_id, n.sequence, n.body, 'waiting', ${now}, ${now}
    from unnest(${pushes.map(() => ctx.newId())}::uuid[], ${pushes.map((one) => one.eventId)}::text[], ${pushes.map((one) => one.kind)}::text[],
      ${pushes.map((one) => one.objectId)}::uuid[], ${pushes.map((one) => one.sequence.toString())}::bigint[], ${bodies}::text[])
      as n (id, event_id, kind, object_id, sequence, body)
    on conflict (company_id, webhook_endpoint_id, event_id) do nothing`);
}
