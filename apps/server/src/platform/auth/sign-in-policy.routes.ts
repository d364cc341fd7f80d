import * as contract from '@anlin/contract';
import { type OutsideChannel, platformFail, type SignInWay } from '@anlin/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { empty, sql } from '../database/sql.ts';
import { type Route, route } from '../http/route.ts';

interface Policy {
  way: SignInWay;
  hasWecom: boolean;
}

async function readPolicy(ctx: Context): Promise<Policy> {
  const row = await ctx.tx.first<{ sign_in_way: SignInWay; has_wecom_sign_in: boolean }>(
    sql`select sign_in_way, has_wecom_sign_in from company where id = ${ctx.companyId}`,
  );
  return { way: row!.sign_in_way, hasWecom: row!.has_wecom_sign_in };
}

/** A way in that nobody could go would lock everybody out: its channel must be switched on first. */
async function requireChannel(ctx: Context, channel: OutsideChannel): Promise<void> {
  const row = await ctx.tx.first(
    sql`select id from message_channel where company_id = ${ctx.companyId} and channel = ${channel} and is_on`,
  );
  if (!row) throw platformFail('signIn.channelMissing', { channel: contract.channelLabels[channel] });
}

async function savePolicy(ctx: Context, policy: Policy): Promise<void> {
  const before = await readPolicy(ctx);
  if (policy.way !== 'password' && before.way === 'password') await requireChannel(ctx, 'sms');
  if (policy.hasWecom && !before.hasWecom) await requireChannel(ctx, 'wecom');
  await ctx.tx.run(
    sql`update company set sign_in_way = ${policy.way}, has_wecom_sign_in = ${policy.hasWecom} where id = ${ctx.companyId}`,
  );
  await recordAudit(ctx, {
    action: 'signIn.savePolicy',
    targetKind: 'company',
    targetId: ctx.companyId,
    before,
    after: policy,
  });
}

interface SessionRow {
  id: string;
  staff_id: string;
  staff_name: string;
  position: string;
  created_at: string;
  last_seen_at: string;
  ip: string;
  user_agent: string;
}

/** The administrator's side of signing in: which ways are open, who is in, and putting somebody out. */
export const signInPolicyRoutes: Route[] = [
  route(contract.getSignInPolicy, (ctx) => readPolicy(ctx)),
  route(contract.saveSignInPolicy, async (ctx, { body }) => {
    await savePolicy(ctx, body);
    return contract.okReply;
  }),
  route(contract.listStaffSessions, async (ctx, { query }, _http, session) => {
    const { q, page, pageSize } = query;
    const where = sql`t.company_id = ${ctx.companyId} and t.expires_at > ${nowText(ctx)}
      ${q ? sql`and s.name ilike ${`%${q}%`}` : empty}`;
    const from = sql`from session t join staff s on s.company_id = t.company_id and s.id = t.staff_id where ${where}`;
    const [count] = await ctx.tx.ad<{ total: number }>(sql`select count(*)::int as total ${from}`);
    const rows =
      await ctx.tx.ad<SessionRow>(sql`select t.id, t.staff_id, s.name as staff_name, s.position, t.created_at,
      t.last_seen_at, t.ip, t.user_agent ${from}
      order by t.last_seen_at desc, t.id desc limit ${pageSize} offset ${(page - 1) * pageSize}`);
    return {
      total: count!.total,
      rows: rows.map((row) => ({
        id: row.id,
        staffId: row.staff_id,
        staffName: row.staff_name,
        position: row.position,
        createdAt: row.created_at,
        lastSeenAt: row.last_seen_at,
        ip: row.ip,
        userAgent: row.user_agent,
        isCurrent: row.id === session.sessionId,
      })),
    };
  }),
  route(contract.endStaffSessions, async (ctx, { params }, _http, session) => {
    const staff = await ctx.tx.first<{ name: string }>(
      sql`select name from staff where company_id = ${ctx.companyId} and id = ${params.id}`,
    );
    if (!staff) throw platformFail('resource.notFound', { label: '员工' });
    // One's own present session stays: whoever puts everybody out can still see that it worked.
    const ended = await ctx.tx.run(sql`delete from session
      where company_id = ${ctx.companyId} and staff_id = ${params.id} and id <> ${session.sessionId}`);
    await recordAudit(ctx, {
      action: 'session.endOfStaff',
      targetKind: 'staff',
      targetId: params.id,
      targetLabel: staff.name,
      after: { count: ended },
    });
    return { ended };
  }),
];
