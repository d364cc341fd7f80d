import {
  mostReplies,
  type OfficialReplyBody,
  officialAccountFail,
  platformFail,
  type ReplyMoment,
  replyMoments,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { lockAccount, readAccountRow } from './account-row.ts';
import { answerText, maxAnswerBytes } from './answer-text.ts';

const label = '自动回复';

/** Errors: officialReply.taken, officialReply.tooMany (409), officialReply.noKeyword, officialReply.tooLong (422). */
export async function createReply(ctx: Context, input: OfficialReplyBody): Promise<{ id: string }> {
  const body = await checked(ctx, input.moment, input);
  await lockAccount(ctx);
  const rows = await ctx.tx.first<{ same: number }>(sql`select count(*)::int as same from official_reply
    where company_id = ${ctx.companyId} and moment = ${input.moment}`);
  const same = rows?.same ?? 0;
  if (input.moment !== 'keyword' && same > 0)
    throw officialAccountFail('officialReply.taken', { moment: replyMoments[input.moment] });
  if (same >= mostReplies) throw officialAccountFail('officialReply.tooMany', { most: mostReplies });
  const id = ctx.newId();
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into official_reply (company_id, id, moment, keywords, content, is_on, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${input.moment}, ${JSON.stringify(body.keywords)}, ${JSON.stringify(body.content)}, ${body.isOn}, ${now}, ${now})`);
  await audit(ctx, 'create', id, input.moment, body);
  return { id };
}

/** Errors: resource.notFound (404), resource.changed (409), and as above. */
export async function updateReply(
  ctx: Context,
  id: string,
  { version, ...input }: Omit<OfficialReplyBody, 'moment'> & { version: number },
): Promise<void> {
  const row = await ctx.tx.first<{ moment: ReplyMoment; version: number }>(
    sql`select moment, version from official_reply where company_id = ${ctx.companyId} and id = ${id} for update`,
  );
  if (!row) throw platformFail('resource.notFound', { label });
  if (row.version !== version) throw platformFail('resource.changed', { label });
  const body = await checked(ctx, row.moment, input);
  await ctx.tx.run(sql`update official_reply set keywords = ${JSON.stringify(body.keywords)}, content = ${JSON.stringify(body.content)},
      is_on = ${body.isOn}, version = version + 1, updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(ctx, 'update', id, row.moment, body);
}

/** Error: resource.notFound (404). */
export async function deleteReply(ctx: Context, id: string): Promise<void> {
  const row = await ctx.tx.first<{ moment: ReplyMoment }>(
    sql`delete from official_reply where company_id = ${ctx.companyId} and id = ${id} returning moment`,
  );
  if (!row) throw platformFail('resource.notFound', { label });
  await audit(ctx, 'delete', id, row.moment, undefined);
}

type Body = Omit<OfficialReplyBody, 'moment'>;

async function checked(ctx: Context, moment: ReplyMoment, { keywords, content, isOn }: Body): Promise<Body> {
  if (moment === 'keyword' && keywords.length === 0) throw officialAccountFail('officialReply.noKeyword');
  const siteUrl = (await readAccountRow(ctx))?.site_url ?? '';
  const hasLink = content.kind === 'text' ? content.links.length > 0 : content.link.kind === 'function';
  if (hasLink && siteUrl === '') throw officialAccountFail('officialAccount.noSite');
  if (content.kind === 'text') {
    const text = answerText(content, { siteUrl, companyId: ctx.companyId });
    if (Buffer.byteLength(text) > maxAnswerBytes) throw officialAccountFail('officialReply.tooLong');
  }
  return { keywords: moment === 'keyword' ? keywords : [], content, isOn };
}

function audit(ctx: Context, verb: string, id: string, moment: ReplyMoment, body: Body | undefined): Promise<void> {
  return recordAudit(ctx, {
    action: `officialReply.${verb}`,
    targetKind: 'officialReply',
    targetId: id,
    targetLabel: replyMoments[moment],
    after: body && {
      isOn: body.isOn,
      keywords: body.keywords.map((one) => one.text).join('、'),
      kind: body.content.kind,
    },
  });
}
