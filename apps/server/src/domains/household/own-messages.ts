import type { EndpointReply, listOwnMessages as listEndpoint } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { beyondScope, type SignedInResident } from '../../platform/resident-boundary.ts';

const pageSize = 20;

/** Where one goes on from a message, by the kind of what happened. */
const pages: Readonly<Record<string, string>> = {
  'bill.dunned': '/dues',
  'receipt.taken': '/receipts',
  'invoice.issued': '/receipts',
  'moveInApplication.decided': '/houses',
  'vehicleApplication.decided': '/vehicles',
};

interface MessageRow {
  id: string;
  kind: string;
  title: string;
  body: string;
  sent_at: string;
  is_new: boolean;
}

/**
 * What was sent to somebody themselves, whichever way it went, each once; what nobody could deliver is left out. Messages are a
 * person's own, wherever they live by now, so they are looked for by their recipient alone.
 */
export function listOwnMessages(
  ctx: Context,
  resident: SignedInResident,
  { page }: { page: number },
): Promise<EndpointReply<typeof listEndpoint>> {
  return beyondScope(ctx, async (wide) => {
    const rows = await wide.tx.rows<MessageRow>(sql`
      select * from (
        select distinct on (d.outbox_event_id) d.id, d.event_kind as kind, d.title, d.body, d.created_at as sent_at,
          d.created_at > coalesce(i.seen_until, '-infinity') as is_new
        from message_delivery d left join resident_inbox i on i.company_id = d.company_id and i.resident_id = d.recipient_id
        where d.company_id = ${ctx.companyId} and d.recipient_kind = 'resident' and d.recipient_id = ${resident.residentId} and d.state <> 'givenUp'
        order by d.outbox_event_id, d.channel <> 'inApp', d.created_at, d.id) m
      order by sent_at desc, id desc limit ${pageSize + 1} offset ${(page - 1) * pageSize}`);
    return {
      rows: rows.slice(0, pageSize).map(({ id, kind, title, body, sent_at, is_new }) => ({
        id,
        title,
        body,
        sentAt: sent_at,
        isNew: is_new,
        page: pages[kind] ?? '',
      })),
      hasMore: rows.length > pageSize,
      newCount: await countNewMessages(wide, resident),
    };
  });
}

/** Messages that came since somebody last looked. */
export async function countNewMessages(ctx: Context, { residentId }: SignedInResident): Promise<number> {
  if (residentId === null) return 0;
  return beyondScope(ctx, async (wide) => {
    const row = await wide.tx.first<{ count: number }>(sql`
      select count(distinct d.outbox_event_id)::int as count from message_delivery d
      where d.company_id = ${ctx.companyId} and d.recipient_kind = 'resident' and d.recipient_id = ${residentId} and d.state <> 'givenUp'
        and d.created_at > coalesce((select i.seen_until from resident_inbox i where i.company_id = d.company_id and i.resident_id = d.recipient_id), '-infinity')`);
    return row!.count;
  });
}

/** Everything up to now has been seen. */
export async function seeOwnMessages(ctx: Context, resident: SignedInResident): Promise<void> {
  await ctx.tx.run(sql`insert into resident_inbox (company_id, resident_id, seen_until) values (${ctx.companyId}, ${resident.residentId}, ${nowText(ctx)})
    on conflict (company_id, resident_id) do update set seen_until = greatest(resident_inbox.seen_until, excluded.seen_until)`);
}
