import * as contract from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { codeMinutes } from '../../platform/auth/code-limits.ts';
import { requestResidentCode, takeResidentCode } from '../../platform/auth/resident-code.ts';
import { readResidentCookie, residentCookie, startResidentSession } from '../../platform/auth/resident-session.ts';
import { sql } from '../../platform/database/sql.ts';
import { type Http, publicRoute, type Route, residentRoute } from '../../platform/http/route.ts';
import { inResidentSession } from '../../platform/resident-boundary.ts';
import { findCompany } from './find-company.ts';
import { readResident } from './read-resident.ts';
import { forgetAccounts, keepOpenId, type OpenId } from './wechat/keep-open-id.ts';

const cookiePath = '/api/resident';

/** Lets in whoever has proved themselves: the browser gets its cookie, the audit says how; the answer says who it is. */
export async function admitResident(
  { request, reply, ip, services }: Http,
  who: { companyId: string; phone: string },
  way: '验证码' | '微信',
  account?: OpenId,
): Promise<contract.ResidentView> {
  const opened = await startResidentSession(services, who, {
    ip,
    userAgent: request.headers['user-agent'] ?? '',
    earlier: readResidentCookie(request.cookies[residentCookie]),
  });
  void reply.setCookie(residentCookie, opened.cookie, {
    path: cookiePath,
    httpOnly: true,
    sameSite: 'lax',
    secure: request.protocol === 'https',
    maxAge: opened.maxAgeSeconds,
  });
  const token = readResidentCookie(opened.cookie)!;
  return inResidentSession(services, token, 'verifiedPhone', { ip, requestId: request.id }, async (ctx, resident) => {
    if (account) await keepOpenId(ctx, resident, account);
    if (resident.residentId !== null)
      await recordAudit(ctx, {
        action: 'resident.signIn',
        targetKind: 'resident',
        targetId: resident.residentId,
        after: { way },
      });
    return readResident(ctx, resident);
  });
}

/** Signing in by phone and code (CLI-1): a cookie of its own that opens nothing of the back office. */
export const sessionRoutes: Route[] = [
  publicRoute(contract.residentClientCompany, (services, { query }) => findCompany(services, query.code)),
  publicRoute(contract.requestResidentCode, async (services, { body }, { ip }) => {
    await requestResidentCode(services, { ...body, ip });
    return { validMinutes: codeMinutes, nextAfterSeconds: 60 };
  }),
  publicRoute(contract.signInResident, async (services, { body }, http) => {
    await takeResidentCode(services, body);
    return admitResident(http, body, '验证码');
  }),
  residentRoute(contract.currentResident, (ctx, _input, _http, resident) => readResident(ctx, resident)),
  residentRoute(contract.signOutResident, async (ctx, _input, { reply }, resident) => {
    await forgetAccounts(ctx, resident.sessionId);
    await ctx.tx.run(
      sql`delete from resident_session where company_id = ${ctx.companyId} and id = ${resident.sessionId}`,
    );
    void reply.clearCookie(residentCookie, { path: cookiePath });
    return contract.okReply;
  }),
];
