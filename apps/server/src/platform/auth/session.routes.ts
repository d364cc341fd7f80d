import * as contract from '@anlin/contract';
import { platformFail, type SessionView } from '@anlin/contract';
import { recordAudit } from '../audit/record-audit.ts';
import { isOperator } from '../backup/operator.ts';
import type { SignedIn } from '../boundary.ts';
import { readPreferences } from '../console/console.routes.ts';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { type Route, route } from '../http/route.ts';
import { sessionCookie } from '../http/server.ts';
import { hashPassword, isPassword, isStrongPassword } from './password.ts';

/** A page that serves only the operating company is not offered to the administrators of others. */
async function shownPermissions(ctx: Context, { permissions }: SignedIn): Promise<string[]> {
  if (!permissions.has('backup.edit') || (ctx.communityIds === '*' && (await isOperator(ctx)))) return [...permissions];
  return [...permissions].filter((one) => one !== 'backup.edit');
}

/** Who is signed in, where, with which rights. */
export async function viewSession(ctx: Context, session: SignedIn): Promise<SessionView> {
  const [staff, communities, permissions, preferences] = await Promise.all([
    ctx.tx.first<{ name: string; phone: string; position: string; company_name: string }>(sql`
      select s.name, s.phone, s.position, c.name as company_name from staff s join company c on c.id = s.company_id
      where s.company_id = ${ctx.companyId} and s.id = ${session.staffId}`),
    ctx.tx.rows<{ id: string; name: string }>(
      sql`select id, name from community where company_id = ${ctx.companyId} order by sort_order, name`,
    ),
    shownPermissions(ctx, session),
    readPreferences(ctx),
  ]);
  return {
    staff: { id: session.staffId, name: staff!.name, phone: staff!.phone, position: staff!.position },
    company: { id: ctx.companyId, name: staff!.company_name },
    permissions,
    communities,
    mustChangePassword: session.mustChangePassword,
    preferences,
  };
}

/** Replaces the password and ends every other session of the account, in one transaction. */
async function changePassword(
  ctx: Context,
  session: SignedIn,
  input: { oldPassword: string; newPassword: string },
): Promise<void> {
  const account = await ctx.tx.first<{ password_hash: string }>(
    sql`select password_hash from account where id = ${session.accountId} for update`,
  );
  if (!(await isPassword(account!.password_hash, input.oldPassword))) throw platformFail('password.wrong');
  if (!isStrongPassword(input.newPassword) || input.newPassword === input.oldPassword)
    throw platformFail('password.weak');
  await ctx.tx.run(
    sql`update account set password_hash = ${await hashPassword(input.newPassword)}, must_change_password = false where id = ${session.accountId}`,
  );
  await ctx.tx.run(sql`delete from session where account_id = ${session.accountId} and id <> ${session.sessionId}`);
  await recordAudit(ctx, {
    action: 'session.changePassword',
    targetKind: 'staff',
    targetId: session.staffId,
    targetLabel: session.staffName,
  });
}

export const sessionRoutes: Route[] = [
  route(contract.currentSession, (ctx, _input, _http, session) => viewSession(ctx, session)),
  route(contract.signOut, async (ctx, _input, { reply }, session) => {
    await ctx.tx.run(sql`delete from session where id = ${session.sessionId}`);
    void reply.clearCookie(sessionCookie, { path: '/' });
    return contract.okReply;
  }),
  route(contract.listSessions, async (ctx, _input, _http, session) => {
    const rows = await ctx.tx.rows<{
      id: string;
      created_at: string;
      last_seen_at: string;
      ip: string;
      user_agent: string;
    }>(sql`
      select id, created_at, last_seen_at, ip, user_agent from session
      where account_id = ${session.accountId} and expires_at > ${nowText(ctx)} order by last_seen_at desc`);
    return {
      rows: rows.map((row) => ({
        id: row.id,
        createdAt: row.created_at,
        lastSeenAt: row.last_seen_at,
        ip: row.ip,
        userAgent: row.user_agent,
        isCurrent: row.id === session.sessionId,
      })),
    };
  }),
  route(contract.endSession, async (ctx, { params }, _http, session) => {
    const ended = await ctx.tx.run(
      sql`delete from session where id = ${params.id} and account_id = ${session.accountId}`,
    );
    if (ended === 0) throw platformFail('resource.notFound', { label: '登录设备' });
    return contract.okReply;
  }),
  route(contract.endOtherSessions, async (ctx, _input, _http, session) => {
    const ended = await ctx.tx.run(
      sql`delete from session where account_id = ${session.accountId} and id <> ${session.sessionId}`,
    );
    return { ended };
  }),
  route(contract.changePassword, async (ctx, { body }, _http, session) => {
    await changePassword(ctx, session, body);
    return contract.okReply;
  }),
];
