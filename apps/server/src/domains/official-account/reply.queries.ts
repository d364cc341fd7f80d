import type { OfficialReplyView } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { ReplyRule } from './choose-reply.ts';

/** Replies: on following, by keyword in the order they were made, by default. */
export function listReplies(ctx: Context): Promise<OfficialReplyView[]> {
  return ctx.tx.rows<OfficialReplyView>(sql`select id, moment, keywords, content, is_on as "isOn", version from official_reply
    where company_id = ${ctx.companyId} order by array_position(array['follow', 'keyword', 'default'], moment), created_at, id`);
}

/** Those that are on. */
export async function readRules(ctx: Context): Promise<ReplyRule[]> {
  return (await listReplies(ctx)).filter((one) => one.isOn);
}
