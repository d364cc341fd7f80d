import * as contract from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { type Route, route } from '../http/route.ts';

interface MessageRow {
  id: string;
  title: string;
  body: string;
  link: string;
  created_at: string;
  read_at: string | null;
}

/** A person's own inbox. */
export const messageRoutes: Route[] = [
  route(contract.listMessages, async (ctx) => {
    const rows = await ctx.tx.rows<MessageRow>(sql`select id, title, body, link, created_at, read_at from message
      where company_id = ${ctx.companyId} and staff_id = ${ctx.actor.id} order by created_at desc, id desc limit 100`);
    const count = await ctx.tx.first<{ unread: number }>(sql`select count(*)::int as unread from message
      where company_id = ${ctx.companyId} and staff_id = ${ctx.actor.id} and read_at is null`);
    return {
      rows: rows.map(({ created_at, read_at, ...rest }) => ({ ...rest, createdAt: created_at, readAt: read_at })),
      unread: count!.unread,
    };
  }),
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
