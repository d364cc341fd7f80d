import type { WechatAccountKind } from '@anlin/contract';
import { recordAudit } from '../../../platform/audit/record-audit.ts';
import type { Context } from '../../../platform/context.ts';
import { nowText } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import type { SignedInResident } from '../../../platform/resident-boundary.ts';

/** A WeChat account as one application knows it. */
export interface OpenId {
  kind: WechatAccountKind;
  appId: string;
  openId: string;
}

/**
 * Writes down in which WeChat account a session runs, and, where the company knows the person, that messages reach them there. The
 * account is one resident's: whoever signs in there later takes it over.
 */
export async function keepOpenId(
  ctx: Context,
  { sessionId, residentId }: Pick<SignedInResident, 'sessionId' | 'residentId'>,
  { kind, appId, openId }: OpenId,
): Promise<void> {
  await ctx.tx.run(sql`insert into resident_session_open_id (company_id, id, session_id, channel, app_id, open_id, created_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${sessionId}, ${kind}, ${appId}, ${openId}, ${nowText(ctx)})
    on conflict (company_id, session_id, channel) do update set app_id = excluded.app_id, open_id = excluded.open_id, created_at = excluded.created_at`);
  if (residentId === null) return;
  // Two people at once in one account: the later one has it.
  await ctx.tx.rows(
    sql`select pg_advisory_xact_lock(hashtextextended(${`open id ${ctx.companyId} ${appId} ${openId}`}, 0))`,
  );
  const taken =
    await ctx.tx.run(sql`delete from channel_address where company_id = ${ctx.companyId} and channel = ${kind} and app_id = ${appId}
    and address = ${openId} and resident_id <> ${residentId}`);
  const changed =
    await ctx.tx.run(sql`insert into channel_address (company_id, id, resident_id, channel, app_id, address, created_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${residentId}, ${kind}, ${appId}, ${openId}, ${nowText(ctx)})
    on conflict (company_id, resident_id, channel) do update set app_id = excluded.app_id, address = excluded.address, created_at = excluded.created_at, version = channel_address.version + 1
    where (channel_address.app_id, channel_address.address) <> (excluded.app_id, excluded.address)`);
  if (changed === 0) return;
  await recordAudit(ctx, {
    action: 'resident.wechatBind',
    targetKind: 'resident',
    targetId: residentId,
    // Which account, never the openid.
    after: { account: kind === 'wechat' ? '公众号' : '小程序', isTakenOver: taken > 0 },
  });
}

/** The openid of the account this session runs in, with this application; undefined where it is not known. */
export async function sessionOpenId(
  ctx: Context,
  sessionId: string,
  { kind, appId }: Omit<OpenId, 'openId'>,
): Promise<string | undefined> {
  const row = await ctx.tx.first<{ open_id: string }>(sql`select open_id from resident_session_open_id
    where company_id = ${ctx.companyId} and session_id = ${sessionId} and channel = ${kind} and app_id = ${appId}`);
  return row?.open_id;
}

/**
 * Whether the session's account need not be asked for: it is known, and messages for the person go to some account of theirs. One
 * that somebody else took over, or that was seen before the company knew the person, is asked for once more.
 */
export async function isAccountKnown(
  ctx: Context,
  { sessionId, residentId }: Pick<SignedInResident, 'sessionId' | 'residentId'>,
  account: Omit<OpenId, 'openId'>,
): Promise<boolean> {
  if ((await sessionOpenId(ctx, sessionId, account)) === undefined) return false;
  if (residentId === null) return true;
  const row = await ctx.tx.first(sql`select 1 from channel_address
    where company_id = ${ctx.companyId} and resident_id = ${residentId} and channel = ${account.kind} and app_id = ${account.appId}`);
  return row !== undefined;
}

/** Signing out in a WeChat account takes the account from the person: no messages there, no signing in by it. */
export async function forgetAccounts(ctx: Context, sessionId: string): Promise<void> {
  await ctx.tx.run(sql`delete from channel_address a using resident_session_open_id s
    where s.company_id = ${ctx.companyId} and s.session_id = ${sessionId} and a.company_id = ${ctx.companyId} and a.channel = s.channel
      and a.app_id = s.app_id and a.address = s.open_id`);
}
