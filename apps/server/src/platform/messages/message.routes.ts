import * as contract from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { empty, sql } from '../database/sql.ts';
import { type Route, route } from '../http/route.ts';
import { eventName } from './event-kinds.ts';

interface MessageRow {
  id: string;
  kind: string;
  title: string;
  body: string;
  link: string;
  created_at: string;
  read_at: string | null;
}

async function countUnread(ctx: Context): Promise<number> {
  const count = await ctx.tx.first<{ unread: number }>(sql`select count(*)::int as unread from message
    where company_id = ${ctx.companyId} and staff_id = ${ctx.actor.id} and read_at is null`);
  return count!.unread;
}

/** A person's own inbox. */
export const messageRoutes: Route[] = [
  route(contract.listMessages, async (ctx, { query }) => {
    const { page, pageSize, state, kind } = query;
    const mine = sql`from message m join outbox_event e on e.company_id = m.company_id and e.id = m.outbox_event_id
      where m.company_id = ${ctx.companyId} and m.staff_id = ${ctx.actor.id}`;
    const shown = sql`${mine} ${state === 'unread' ? sql`and m.read_at is null` : empty} ${kind ? sql`and e.kind = ${kind}` : empty}`;
    const rows =
      await ctx.tx.ad<MessageRow>(sql`select m.id, e.kind, m.title, m.body, m.link, m.created_at, m.read_at ${shown}
      order by m.created_at desc, m.id desc limit ${pageSize} offset ${(page - 1) * pageSize}`);
    const [count] = await ctx.tx.ad<{ total: number }>(sql`select count(*)::int as total ${shown}`);
    const kinds = await ctx.tx.ad<{ kind: string }>(sql`select distinct e.kind ${mine} order by 1`);
    return {
      rows: rows.map(({ created_at, read_at, ...rest }) => ({ ...rest, createdAt: created_at, readAt: read_at })),
      total: count!.total,
      unread: await countUnread(ctx),
      kinds: kinds.map((row) => ({ kind: row.kind, name: eventName(row.kind) })),
    };
  }),
  route(contract.countUnreadMessages, async (ctx) => ({ unread: await countUnread(ctx) })),
  route(contract.readMessage, async (ctx, { params }) => {
    const touched = await ctx.tx.run(sql`update message set read_at = coalesce(read_at, ${nowText(ctx)})
      where company_id = ${ctx.companyId} and staff_id = ${ctx.actor.id} and id = ${params.id}`);
    if (touched === 0) throw platformFail('resource.notFound', { label: '消息' });
    return contract.okReply;
  }),
  route(contract.readAllMessages, async (ctx) => {
    await ctx.tx.run(sql`update message set read_at = ${nowText(ctx)}
      where company_id = ${ctx.companyId} and staff_id = ${ctx.actor.id} and read_at is null`);
    return contract.okReply;
  }),
];
