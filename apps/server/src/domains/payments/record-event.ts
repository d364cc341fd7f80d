import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

export type PaymentEventKind =
  | 'start'
  | 'callback'
  | 'query'
  | 'close'
  | 'refund'
  | 'refundQuery'
  | 'booking'
  | 'staff';

/** Refused messages without an order are kept, but nobody fills the table by sending them: this many an hour and channel. */
const mostRefusalsAnHour = 60;

/** Keeps what was said or heard about an order, in order, without personal data. */
export async function recordEvent(
  ctx: Context,
  order: { id: string; communityId: string; channelId: string },
  kind: PaymentEventKind,
  outcome: string,
  detail = '',
): Promise<void> {
  await ctx.tx.run(sql`insert into payment_order_event (company_id, id, community_id, channel_id, order_id, at, kind, outcome, detail)
    values (${ctx.companyId}, ${ctx.newId()}, ${order.communityId}, ${order.channelId}, ${order.id}, ${nowText(ctx)}, ${kind}, ${outcome}, ${clean(detail)})`);
}

/** A message that could not be believed, or named no order of ours. */
export async function recordRefusal(
  ctx: Context,
  channel: { id: string; communityId: string | null },
  detail: string,
): Promise<void> {
  await ctx.tx.run(sql`insert into payment_order_event (company_id, id, community_id, channel_id, at, kind, outcome, detail)
    select ${ctx.companyId}, ${ctx.newId()}, ${channel.communityId}, ${channel.id}, ${nowText(ctx)}, 'callback', 'refused', ${clean(detail)}
    where (select count(*) from payment_order_event e where e.company_id = ${ctx.companyId} and e.channel_id = ${channel.id} and e.order_id is null
      and e.at > ${nowText(ctx)}::timestamptz - interval '1 hour') < ${mostRefusalsAnHour}`);
}

const clean = (text: string) => text.replaceAll('\u0000', '').toWellFormed().slice(0, 500);
