import { createHash } from 'node:crypto';
import type { OutsideChannel } from '@anlin/contract';
import { codeOf } from '../auth/sign-in-code.ts';
import { asSystem } from '../boundary.ts';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { shareToken } from '../links/share-token.ts';
import { tellByNext } from '../outbox/tell-recipients.ts';
import type { Services } from '../services.ts';
import { type Answer, type ChannelSetup, type Outgoing, type Outside, unknownArrival } from './channels/channel.ts';
import { adapters } from './channels/index.ts';
import { hasConsent, notSubscribed, settleConsent } from './consents.ts';
import { findEventKind } from './event-kinds.ts';
import { readChannel } from './read-channel.ts';
import { addressOf, type Recipient } from './recipients.ts';

/** How many are handed over at once, and how long one may take before another process may take it up. */
const batchSize = 8;
const claimMinutes = 2;
const answerMs = 10_000;
/** Half a minute, then twice as long each time: the eighth and last try is about an hour after the first. */
const firstPauseSeconds = 30;
export const maxAttempts = 8;

type SendServices = Pick<Services, 'pool' | 'clock' | 'newId' | 'secret' | 'vault' | 'gateway'>;

interface Claimed {
  id: string;
  outbox_event_id: string;
  event_kind: string;
  channel: OutsideChannel;
  recipient_kind: Recipient['kind'];
  recipient_id: string;
  title: string;
  body: string;
  link: string;
  facts: Record<string, string>;
  attempt_count: number;
  expires_at: string | null;
  created_at: string;
  /** It was being handed over when a process died. */
  was_sending: boolean;
  /** Why it is of no use any more; null: it is. */
  refusal: string | null;
}

interface Parcel {
  companyId: string;
  delivery: Claimed;
  attemptId: string;
  address: string;
  setup: (ChannelSetup & { isOn: boolean }) | null;
}

/**
 * Hands due deliveries of a company to their providers until none is due, and returns how many. Each is claimed in one
 * transaction, handed over outside of any, and marked in another: a crash in between leaves it claimed, and after two
 * minutes it is looked up at the provider or handed over again — at least once, and once where the provider can tell.
 */
export async function sendMessages(services: SendServices, companyId: string): Promise<number> {
  let count = 0;
  for (;;) {
    const parcels = await asSystem(services, companyId, claim);
    if (parcels.length === 0) return count;
    await Promise.all(
      parcels.map(async (parcel) => {
        const answer = await handOver(services, parcel);
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
      select id, state = 'sending' as was_sending from message_delivery
      where company_id = ${ctx.companyId} and (next_attempt_at <= ${now} or claimed_until <= ${now})
      order by created_at, id limit ${batchSize} for update skip locked)
    update message_delivery d set state = 'sending', next_attempt_at = null, claimed_until = ${until}, attempt_count = d.attempt_count + 1
    from due where d.company_id = ${ctx.companyId} and d.id = due.id
    returning d.id, d.outbox_event_id, d.event_kind, d.channel, d.recipient_kind, d.recipient_id, d.title, d.body, d.link, d.facts, d.attempt_count,
      d.expires_at, d.created_at, due.was_sending, delivery_refusal(d.event_kind, d.outbox_event_id) as refusal`);
  const setups = new Map<OutsideChannel, Parcel['setup']>();
  const parcels: Parcel[] = [];
  for (const delivery of claimed) {
    const attemptId = ctx.newId();
    await ctx.tx.run(sql`insert into message_attempt (company_id, id, message_delivery_id, number, started_at)
      values (${ctx.companyId}, ${attemptId}, ${delivery.id}, ${delivery.attempt_count}, ${now})`);
    const { channel } = delivery;
    if (!setups.has(channel)) setups.set(channel, await readChannel(ctx, channel));
    if (channel === 'miniProgram' && !delivery.was_sending && !(await hasConsent(ctx, delivery)))
      delivery.refusal ??= notSubscribed;
    const address = await addressOf(ctx, {
      recipientKind: delivery.recipient_kind,
      recipientId: delivery.recipient_id,
      channel,
    });
    parcels.push({ companyId: ctx.companyId, delivery, attemptId, address, setup: setups.get(channel) ?? null });
  }
  return parcels;
}

const refused = (answer: string): Answer => ({ outcome: 'refused', code: '', answer });

async function handOver(services: SendServices, parcel: Parcel): Promise<Answer> {
  const { delivery, address, setup } = parcel;
  const now = services.clock.now();
  const adapter = setup && adapters[delivery.channel][setup.provider];
  if (delivery.was_sending && adapter?.isBlind) return unknownArrival;
  if (delivery.expires_at && Temporal.Instant.compare(Temporal.Instant.from(delivery.expires_at), now) <= 0)
    return refused('已过有效时间，不再发送');
  if (delivery.refusal !== null && !delivery.was_sending) return refused(delivery.refusal);
  if (!setup?.isOn) return refused('这个渠道已停用');
  if (address === '') return refused('接收人没有登记这个渠道的地址');
  if (!adapter) return refused('当前版本不认识这个服务商');
  const outside: Outside = { gateway: services.gateway, now, timeoutMs: answerMs };
  const message = outgoingOf(services, parcel);
  const found = delivery.was_sending ? await adapter.find?.(setup, message, outside) : null;
  if (found) return found;
  return delivery.refusal === null ? adapter.send(setup, message, outside) : refused(delivery.refusal);
}

/** Events whose message carries a code, put in when it is handed over. */
const codeKinds: ReadonlySet<string> = new Set(['signIn.code', 'household.code']);

function outgoingOf(services: SendServices, { companyId, delivery, address }: Parcel): Outgoing {
  const { id, event_kind, title, link } = delivery;
  const base = { deliveryId: id, eventKind: event_kind, address, title, link };
  const createdAt = Temporal.Instant.from(delivery.created_at);
  const page = findEventKind(event_kind)?.page?.(delivery.facts);
  if (page) {
    const token = shareToken(services.secret, page.purpose, { companyId, linkId: page.linkId });
    const url = page.addressOf(token);
    const facts = { ...delivery.facts, 链接: url, 链接码: token };
    return { ...base, url, body: `${delivery.body}查看：${url}`, facts, createdAt };
  }
  if (!codeKinds.has(event_kind)) return { ...base, body: delivery.body, facts: delivery.facts, createdAt };
  const code = codeOf(services.secret, delivery.facts.验证码 ?? '', companyId);
  // Both codes say the same, so one template of the provider serves both.
  return {
    ...base,
    eventKind: 'signIn.code',
    body: `${code}，5 分钟内有效`,
    facts: { ...delivery.facts, 验证码: code },
    createdAt,
  };
}

async function mark(ctx: Context, { delivery, attemptId }: Parcel, answer: Answer): Promise<void> {
  const now = nowText(ctx);
  await ctx.tx.run(sql`update message_attempt set ended_at = ${now}, outcome = ${answer.outcome}, code = ${answer.code.slice(0, 100)},
    answer = ${clean(answer.answer)} where company_id = ${ctx.companyId} and id = ${attemptId}`);
  const state = stateAfter(answer, delivery.attempt_count);
  const nextAt = state === 'failed' ? nextAttemptAt(ctx.clock.now(), delivery.id, delivery.attempt_count) : null;
  // Only the holder of the latest claim may mark: who took longer than the claim lasts has been overtaken.
  const marked =
    await ctx.tx.run(sql`update message_delivery set state = ${state}, claimed_until = null, next_attempt_at = ${nextAt?.toString() ?? null},
      ended_at = ${state === 'failed' ? null : now}, provider_id = ${answer.providerId ?? ''},
      last_answer = ${clean([answer.code, answer.answer].filter(Boolean).join(' '))}
    where company_id = ${ctx.companyId} and id = ${delivery.id} and state = 'sending' and attempt_count = ${delivery.attempt_count}`);
  if (marked === 0) return;
  if (delivery.channel === 'miniProgram') await settleConsent(ctx, delivery.id, answer, state !== 'failed');
  // What is of no use any more is of none by another channel either.
  const isOfUse = delivery.refusal === null || delivery.refusal === notSubscribed;
  if (answer.outcome === 'refused' && isOfUse) await tellByNext(ctx, delivery);
}

function stateAfter({ outcome }: Answer, attemptCount: number): 'sent' | 'failed' | 'givenUp' {
  if (outcome === 'sent' || outcome === 'found') return 'sent';
  return outcome === 'refused' || outcome === 'unknown' || attemptCount % maxAttempts === 0 ? 'givenUp' : 'failed';
}

/** What providers answer is kept, but not without end, and without what PostgreSQL cannot keep. */
const clean = (text: string) => text.replaceAll('\u0000', '').toWellFormed().slice(0, 500);

/** When to try again: doubling pauses, moved by up to a quarter either way so that many that failed together do not return together. */
export function nextAttemptAt(now: Temporal.Instant, deliveryId: string, attemptCount: number): Temporal.Instant {
  const round = ((attemptCount - 1) % maxAttempts) + 1;
  const spread = createHash('sha256').update(`${deliveryId} ${attemptCount}`).digest().readUInt16BE(0) / 65_536;
  const seconds = firstPauseSeconds * 2 ** (round - 1) * (0.75 + spread / 2);
  return now.add({ milliseconds: Math.round(seconds * 1000) });
}
