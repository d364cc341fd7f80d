import { type EndpointReply, type listSubscribers as listEndpoint, officialAccountFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { Session } from '../../platform/http/route.ts';
import { pickConsent, spendConsent } from '../../platform/messages/consents.ts';
import { residentEvents } from '../../platform/messages/template-events.ts';
import { testChannel } from '../../platform/messages/test-channel.ts';
import type { Services } from '../../platform/services.ts';
import { readWechat } from './ask-wechat.ts';

/** By event, how many mini-program messages residents have agreed to and not had yet. */
export async function countAgreed(ctx: Context): Promise<ReadonlyMap<string, number>> {
  const rows = await ctx.tx.rows<{ kind: string; count: number }>(sql`select k.kind, count(*)::int as count
    from subscription_consent s cross join unnest(s.event_kinds) k (kind)
      join message_channel c on c.company_id = s.company_id and c.channel = 'miniProgram' and s.template_id = c.templates->k.kind->>'templateId'
    where s.company_id = ${ctx.companyId} and s.given_at is not null and s.message_delivery_id is null and s.used_at is null
    group by k.kind`);
  return new Map(rows.map((row) => [row.kind, row.count]));
}

/** Residents who agreed to an event, as far as whoever asks sees them; the latest first. */
export async function listSubscribers(ctx: Context, kind: string): Promise<EndpointReply<typeof listEndpoint>['rows']> {
  return ctx.tx.rows(sql`select a.id, r.name as "residentName", count(*)::int as agreed
    from subscription_consent s join channel_address a on a.company_id = s.company_id and a.id = s.channel_address_id
      join resident r on r.company_id = a.company_id and r.id = a.resident_id
      join message_channel c on c.company_id = s.company_id and c.channel = 'miniProgram' and s.template_id = c.templates->${kind}::text->>'templateId'
    where s.company_id = ${ctx.companyId} and ${kind} = any (s.event_kinds) and s.given_at is not null
      and s.message_delivery_id is null and s.used_at is null
    group by a.id, r.name order by max(s.given_at) desc, a.id limit 100`);
}

/**
 * Sends the template of an event with its examples to somebody who agreed, which uses one agreement up.
 * Errors: officialTemplate.unknownEvent (422), officialTemplate.notMapped, subscriber.none (409).
 */
export async function testSubscription(
  services: Services,
  session: Session,
  kind: string,
  subscriberId: string,
): Promise<{ isSent: boolean; code: string; answer: string }> {
  const { address, residentId, facts } = await session.run(async (ctx) => {
    const setup = await readWechat(ctx, 'miniProgram');
    const event = residentEvents().find((one) => one.kind === kind);
    if (!event) throw officialAccountFail('officialTemplate.unknownEvent');
    if (!setup.templates[kind]) throw officialAccountFail('officialTemplate.notMapped');
    const row = await ctx.tx.first<{ address: string; resident_id: string }>(sql`select a.address, a.resident_id
      from channel_address a join resident r on r.company_id = a.company_id and r.id = a.resident_id
      where a.company_id = ${ctx.companyId} and a.channel = 'miniProgram' and a.id = ${subscriberId}`);
    if (!row || (await pickConsent(ctx, row.resident_id, kind)) === undefined)
      throw officialAccountFail('subscriber.none');
    return {
      address: row.address,
      residentId: row.resident_id,
      facts: Object.fromEntries(event.facts.map(({ name, sample }) => [name, sample])),
    };
  });
  const answer = await testChannel(services, session, 'miniProgram', address, { eventKind: kind, facts });
  await session.run((ctx) => spendConsent(ctx, residentId, kind, answer));
  return { isSent: answer.outcome === 'sent', code: answer.code, answer: answer.answer };
}
