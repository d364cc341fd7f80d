import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { Answer } from './channels/channel.ts';

/**
 * Agreements to mini-program messages, each good for one (developers.weixin.qq.com: wx.requestSubscribeMessage). One is kept for a
 * delivery when that is written, so that two events never count on the same.
 */

/** Why a message that nobody agreed to is not sent. */
export const notSubscribed = '住户未订阅';

/** WeChat's code for somebody who has not agreed, or no longer. */
export const notSubscribedCode = '43101';

/**
 * The oldest agreement of a resident that is good for an event and kept for no message, locked until the transaction ends; undefined
 * where there is none, the event has no template, or the account belongs to another mini-program than the one set up.
 */
export async function pickConsent(ctx: Context, residentId: string, eventKind: string): Promise<string | undefined> {
  const row = await ctx.tx.first<{ id: string }>(sql`select s.id from subscription_consent s
      join channel_address a on a.company_id = s.company_id and a.id = s.channel_address_id
      join message_channel c on c.company_id = s.company_id and c.channel = a.channel and c.settings->>'appId' = a.app_id
    where s.company_id = ${ctx.companyId} and a.resident_id = ${residentId} and a.channel = 'miniProgram'
      and s.given_at is not null and s.message_delivery_id is null and s.used_at is null
      and s.template_id = c.templates->${eventKind}::text->>'templateId' and ${eventKind} = any (s.event_kinds)
    order by s.given_at, s.id limit 1 for update of s skip locked`);
  return row?.id;
}

export async function keepConsent(ctx: Context, consentId: string, deliveryId: string): Promise<void> {
  await ctx.tx.run(sql`update subscription_consent set message_delivery_id = ${deliveryId}
    where company_id = ${ctx.companyId} and id = ${consentId}`);
}

/** Whether a delivery has an agreement: the one kept for it, or one that is taken now, as when a person sends it again. */
export async function hasConsent(
  ctx: Context,
  delivery: { id: string; recipient_id: string; event_kind: string },
): Promise<boolean> {
  const kept = await ctx.tx.first(sql`select 1 from subscription_consent
    where company_id = ${ctx.companyId} and message_delivery_id = ${delivery.id} and used_at is null`);
  if (kept) return true;
  const consentId = await pickConsent(ctx, delivery.recipient_id, delivery.event_kind);
  if (consentId === undefined) return false;
  await keepConsent(ctx, consentId, delivery.id);
  return true;
}

type Outcome = Pick<Answer, 'outcome' | 'code'>;

/** What becomes of the agreement kept for a delivery. `isEnded`: it is not tried again. */
export async function settleConsent(
  ctx: Context,
  deliveryId: string,
  answer: Outcome,
  isEnded: boolean,
): Promise<void> {
  const kept = await ctx.tx.first<{ id: string }>(sql`select id from subscription_consent
    where company_id = ${ctx.companyId} and message_delivery_id = ${deliveryId} and used_at is null`);
  if (kept) await settle(ctx, kept.id, answer, isEnded);
}

/** The same of a test message, for which none was kept. */
export async function spendConsent(
  ctx: Context,
  residentId: string,
  eventKind: string,
  answer: Outcome,
): Promise<void> {
  const consentId = await pickConsent(ctx, residentId, eventKind);
  if (consentId !== undefined) await settle(ctx, consentId, answer, true);
}

/**
 * Used up where the message went, or may have gone; where WeChat says the person agreed to nothing, all they gave for the template is
 * worth nothing, but for what other messages still try; free again where the message ended otherwise.
 */
async function settle(ctx: Context, consentId: string, { outcome, code }: Outcome, isEnded: boolean): Promise<void> {
  const mine = sql`company_id = ${ctx.companyId} and id = ${consentId}`;
  if (outcome === 'refused' && code === notSubscribedCode) {
    await ctx.tx.run(sql`delete from subscription_consent s using subscription_consent k
      where k.company_id = ${ctx.companyId} and k.id = ${consentId}
        and s.company_id = ${ctx.companyId} and s.channel_address_id = k.channel_address_id and s.template_id = k.template_id
        and s.given_at is not null and s.used_at is null and (s.message_delivery_id is null or s.id = k.id)`);
  } else if (outcome === 'sent' || outcome === 'found' || outcome === 'unknown') {
    await ctx.tx.run(sql`update subscription_consent set used_at = ${nowText(ctx)} where ${mine}`);
  } else if (isEnded) {
    await ctx.tx.run(sql`update subscription_consent set message_delivery_id = null where ${mine}`);
  }
}
