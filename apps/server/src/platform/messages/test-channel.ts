import { type OutsideChannel, platformFail } from '@anlin/contract';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { Session } from '../http/route.ts';
import type { Services } from '../services.ts';
import type { Answer, ChannelSetup } from './channels/channel.ts';
import { adapters } from './channels/index.ts';
import { readChannel } from './read-channel.ts';
import { maskAddress } from './recipients.ts';

const answerMs = 10_000;
const title = '测试消息';
const body = '收到这条消息，说明渠道设置正确。';

/**
 * Sends one message with the saved setup and returns what the provider answered: that of `example`, or the first template there is.
 * Nobody's transaction is open while the provider takes its time. The log shows it like any other.
 */
export async function testChannel(
  services: Services,
  session: Session,
  channel: OutsideChannel,
  address: string,
  example?: { eventKind: string; facts: Readonly<Record<string, string>> },
): Promise<Answer> {
  const deliveryId = services.newId();
  const setup = await session.run((ctx) => readChannel(ctx, channel));
  const adapter = setup && adapters[channel][setup.provider];
  if (!setup || !adapter) throw platformFail('channel.notSet');
  const startedAt = services.clock.now();
  const eventKind = example?.eventKind ?? templateOf(setup);
  const message = { deliveryId, eventKind, address, title, body, link: '', createdAt: startedAt };
  const outside = { gateway: services.gateway, now: startedAt, timeoutMs: answerMs };
  const answer = await adapter.send(setup, { ...message, facts: example?.facts ?? testFacts(setup) }, outside);
  await session.run((ctx) => writeTest(ctx, { deliveryId, channel, address, startedAt: startedAt.toString(), answer }));
  return answer;
}

/** The first template there is: providers send nothing without one. */
const templateOf = (setup: ChannelSetup) => Object.keys(setup.templates)[0] ?? 'channel.tested';

const testFacts = (setup: ChannelSetup) =>
  Object.fromEntries(Object.keys(setup.templates[templateOf(setup)]?.fields ?? {}).map((fact) => [fact, '测试']));

async function writeTest(
  ctx: Context,
  test: { deliveryId: string; channel: OutsideChannel; address: string; startedAt: string; answer: Answer },
): Promise<void> {
  const { answer } = test;
  const now = nowText(ctx);
  const eventId = ctx.newId();
  await ctx.tx.run(sql`insert into outbox_event (company_id, id, kind, payload, created_at, dispatched_at)
    values (${ctx.companyId}, ${eventId}, 'channel.tested', ${JSON.stringify({ staffId: ctx.actor.id })}, ${now}, ${now})`);
  const isSent = answer.outcome === 'sent';
  await ctx.tx.run(sql`insert into message_delivery (company_id, id, outbox_event_id, event_kind, channel, recipient_kind, recipient_id,
      recipient_name, address_masked, title, body, state, attempt_count, provider_id, last_answer, created_at, ended_at)
    values (${ctx.companyId}, ${test.deliveryId}, ${eventId}, 'channel.tested', ${test.channel}, 'staff', ${ctx.actor.id}, ${ctx.actor.name},
      ${maskAddress(test.address)}, ${title}, ${body}, ${isSent ? 'sent' : 'givenUp'}, 1, ${answer.providerId ?? ''},
      ${[answer.code, answer.answer].filter(Boolean).join(' ').slice(0, 500)}, ${test.startedAt}, ${now})`);
  await ctx.tx.run(sql`insert into message_attempt (company_id, id, message_delivery_id, number, started_at, ended_at, outcome, code, answer)
    values (${ctx.companyId}, ${ctx.newId()}, ${test.deliveryId}, 1, ${test.startedAt}, ${now}, ${answer.outcome},
      ${answer.code.slice(0, 100)}, ${answer.answer.slice(0, 500)})`);
}
