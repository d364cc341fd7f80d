import { createHash } from 'node:crypto';
import { DomainError } from '@anlin/contract';
import { asSystem } from '../boundary.ts';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { SealedPlace } from '../secrets/index.ts';
import type { Services } from '../services.ts';
import { type PushAnswer, postEvent } from './post-event.ts';

/** How many are posted at once, and how long one may take before another process may take it up. */
const batchSize = 8;
const claimMinutes = 2;
/** Pauses after each failed try; after the last the delivery is given up: some two and a half days. */
export const retryPausesMinutes: readonly number[] = [0.5, 2, 10, 60, 180, 480, 1440, 1440];
const maxAttempts = retryPausesMinutes.length + 1;

type SendServices = Pick<Services, 'pool' | 'clock' | 'newId' | 'vault' | 'gateway'>;

/** Ties a sealed secret to its endpoint. */
export const endpointSecretPlace = (companyId: string, endpointId: string): SealedPlace => ({
  companyId,
  rowId: endpointId,
  field: 'webhookEndpoint.secret',
});

interface Claimed {
  id: string;
  community_id: string;
  webhook_endpoint_id: string;
  event_id: string;
  body: string;
  attempt_count: number;
  url: string;
  secret_sealed: string | null;
  is_usable: boolean;
}

interface Parcel {
  delivery: Claimed;
  attemptId: string;
  /** Null: the endpoint is off, its grant was taken back, or nobody can open its secret here. */
  secret: string | null;
}

/**
 * Posts due deliveries of a company until none is due, and returns how many. Claimed in one transaction, posted outside of any, marked in
 * another: after a crash in between it is posted again with the same event id. Of one object only the oldest that is not
 * over is taken, so its events arrive in their order.
 */
export async function sendWebhooks(services: SendServices, companyId: string): Promise<number> {
  let count = 0;
  for (;;) {
    const parcels = await asSystem(services, companyId, claim);
    if (parcels.length === 0) return count;
    await Promise.all(
      parcels.map(async (parcel) => {
        const answer = await post(services, parcel);
        await asSystem(services, companyId, (ctx) => mark(ctx, parcel, answer));
      }),
    );
    count += parcels.length;
  }
}

async function claim(ctx: Context): Promise<Parcel[]> {
  const now = nowText(ctx);
  const until = ctx.clock.now().add({ minutes: claimMinutes }).toString();
  const claimed = await ctx.tx.rows<Claimed>(sql`
    with due as (
      select d.id from webhook_delivery d
      where d.company_id = ${ctx.companyId} and (d.next_attempt_at <= ${now} or d.claimed_until <= ${now})
        and not exists (select from webhook_delivery e where e.company_id = d.company_id and e.webhook_endpoint_id = d.webhook_endpoint_id
          and e.object_id = d.object_id and e.sequence < d.sequence and e.ended_at is null)
      order by d.created_at, d.sequence, d.id limit ${batchSize} for update skip locked)
    update webhook_delivery d set state = 'sending', next_attempt_at = null, claimed_until = ${until}, attempt_count = d.attempt_count + 1
    from due, webhook_endpoint w, partner_grant g
    where d.company_id = ${ctx.companyId} and d.id = due.id and w.company_id = d.company_id and w.id = d.webhook_endpoint_id
      and g.company_id = w.company_id and g.id = w.partner_grant_id
    returning d.id, d.community_id, d.webhook_endpoint_id, d.event_id, d.body, d.attempt_count, w.url, w.secret_sealed,
      w.is_on and g.revoked_at is null as is_usable`);
  const parcels: Parcel[] = [];
  for (const delivery of claimed) {
    const attemptId = ctx.newId();
    await ctx.tx.run(sql`insert into webhook_attempt (company_id, id, community_id, webhook_delivery_id, number, started_at)
      values (${ctx.companyId}, ${attemptId}, ${delivery.community_id}, ${delivery.id}, ${delivery.attempt_count}, ${now})`);
    parcels.push({ delivery, attemptId, secret: openSecret(ctx, delivery) });
  }
  return parcels;
}

function openSecret(ctx: Context, { is_usable, secret_sealed, webhook_endpoint_id }: Claimed): string | null {
  if (!is_usable || secret_sealed === null) return null;
  try {
    return ctx.vault.open(secret_sealed, endpointSecretPlace(ctx.companyId, webhook_endpoint_id));
  } catch (error) {
    if (error instanceof DomainError && error.code === 'secret.unreadable') return null;
    throw error;
  }
}

function post(services: SendServices, { delivery, secret }: Parcel): Promise<PushAnswer | 'off'> {
  if (secret === null) return Promise.resolve('off');
  const timestamp = Math.floor(services.clock.now().epochMilliseconds / 1000);
  return postEvent(
    { url: delivery.url, secret },
    { id: delivery.event_id, timestamp, body: delivery.body },
    { hasEmulator: services.gateway !== undefined },
  );
}

async function mark(ctx: Context, { delivery, attemptId }: Parcel, given: PushAnswer | 'off'): Promise<void> {
  const now = nowText(ctx);
  const answer =
    given === 'off' ? { isTaken: false, status: null, answer: '推送地址已停用、授权已收回，或签名密钥打不开' } : given;
  await ctx.tx.run(sql`update webhook_attempt set ended_at = ${now}, status = ${answer.status}, answer = ${answer.answer}
    where company_id = ${ctx.companyId} and id = ${attemptId}`);
  const isOver = given === 'off' || delivery.attempt_count % maxAttempts === 0;
  const state = answer.isTaken ? 'sent' : isOver ? 'givenUp' : 'failed';
  const next = state === 'failed' ? nextTryAt(ctx.clock.now(), delivery.id, delivery.attempt_count).toString() : null;
  // Only the holder of the latest claim may mark: who took longer than the claim lasts has been overtaken.
  await ctx.tx.run(sql`update webhook_delivery set state = ${state}, claimed_until = null, next_attempt_at = ${next},
      ended_at = ${state === 'failed' ? null : now}, last_answer = ${[answer.status ?? '', answer.answer].join(' ').trim()}
    where company_id = ${ctx.companyId} and id = ${delivery.id} and state = 'sending' and attempt_count = ${delivery.attempt_count}`);
}

/** After growing pauses, each moved by up to a tenth so that many that failed together do not return together. */
function nextTryAt(now: Temporal.Instant, deliveryId: string, attemptCount: number): Temporal.Instant {
  const pause = retryPausesMinutes[(attemptCount - 1) % maxAttempts] ?? retryPausesMinutes.at(-1)!;
  const spread = createHash('sha256').update(`${deliveryId} ${attemptCount}`).digest().readUInt16BE(0) / 65_536;
  return now.add({ seconds: Math.round(pause * 60 * (1 + spread / 10)) });
}

/** Whether anything is due, for whoever wakes the sending. */
export async function isWebhookDue(ctx: Context): Promise<boolean> {
  const now = nowText(ctx);
  const due = await ctx.tx.first(sql`select id from webhook_delivery where company_id = ${ctx.companyId}
    and (next_attempt_at <= ${now} or claimed_until <= ${now}) limit 1`);
  return due !== undefined;
}
