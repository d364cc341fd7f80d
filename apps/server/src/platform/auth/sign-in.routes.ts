import type { SessionClient, SessionView } from '@anlin/contract';
import * as contract from '@anlin/contract';
import { recordAudit } from '../audit/record-audit.ts';
import { inSession } from '../boundary.ts';
import { originOf } from '../http/origin-of.ts';
import { type Http, publicRoute, type Route } from '../http/route.ts';
import { sessionCookie } from '../http/server.ts';
import type { Services } from '../services.ts';
import { codeMinutes } from './code-limits.ts';
import { type OpenedSession, tokenHash, type Visitor } from './open-session.ts';
import { viewSession } from './session.routes.ts';
import { signIn, signInByCode } from './sign-in.ts';
import { requestCode } from './sign-in-code.ts';
import { finishWecom, startWecom, stateMinutes } from './wecom-sign-in.ts';

const wecomCookie = 'anlin_wecom';

const visitorOf = ({ request, ip }: Http, client: SessionClient): Visitor => ({
  client,
  ip,
  userAgent: request.headers['user-agent'] ?? '',
  earlierToken: request.cookies[sessionCookie],
});

/** Gives the browser its cookie, writes down that somebody came in and how, and says who it is. */
export async function enter(
  services: Services,
  { request, reply, ip }: Http,
  way: string,
  opened: OpenedSession,
): Promise<SessionView> {
  void reply.setCookie(sessionCookie, opened.token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: request.protocol === 'https',
    expires: new Date(opened.expiresAt.epochMilliseconds),
  });
  const origin = { ip, requestId: request.id };
  return inSession(
    services,
    { tokenHash: tokenHash(opened.token), origin },
    () => {},
    async (ctx, session) => {
      await recordAudit(ctx, {
        action: 'session.signIn',
        targetKind: 'staff',
        targetId: session.staffId,
        targetLabel: session.staffName,
        after: { way },
      });
      return viewSession(ctx, session);
    },
  );
}

/** Signs a person in by password on this connection: the cookie is set, the entry into the audit written. Errors: those of `signIn`. */
export async function signInHere(
  services: Services,
  credentials: Parameters<typeof signIn>[1] & { client: SessionClient },
  http: Http,
): Promise<SessionView> {
  const opened = await signIn(services, credentials, visitorOf(http, credentials.client));
  return enter(services, http, credentials.code === undefined ? '密码' : '密码和验证码', opened);
}

export const signInRoutes: Route[] = [
  publicRoute(contract.signInWays, async (services) => {
    const { rows } = await services.pool.query<{
      id: string;
      name: string;
      sign_in_way: string;
      has_wecom_sign_in: boolean;
    }>(
      `select id, name, sign_in_way, has_wecom_sign_in from company where sign_in_way <> 'password' or has_wecom_sign_in order by created_at, id`,
    );
    return {
      hasCode: rows.some((row) => row.sign_in_way === 'passwordOrCode'),
      wecom: rows.filter((row) => row.has_wecom_sign_in).map(({ id, name }) => ({ id, name })),
    };
  }),
  publicRoute(contract.signIn, (services, { body }, http) => signInHere(services, body, http)),
  publicRoute(contract.requestSignInCode, async (services, { body }, { ip }) => {
    await requestCode(services, { phone: body.phone, ip });
    return { validMinutes: codeMinutes, nextAfterSeconds: 60 };
  }),
  publicRoute(contract.signInByCode, async (services, { body }, http) =>
    enter(services, http, '验证码', await signInByCode(services, body, visitorOf(http, body.client))),
  ),
  publicRoute(contract.startWecomSignIn, async (services, { body }, { request, reply }) => {
    const { url, nonce } = await startWecom(services, { ...body, origin: originOf({ request }) });
    void reply.setCookie(wecomCookie, nonce, {
      path: '/api/session/wecom',
      httpOnly: true,
      sameSite: 'lax',
      secure: request.protocol === 'https',
      maxAge: stateMinutes * 60,
    });
    return { url };
  }),
  publicRoute(contract.signInByWecom, async (services, { body }, http) => {
    const nonce = http.request.cookies[wecomCookie];
    void http.reply.clearCookie(wecomCookie, { path: '/api/session/wecom' });
    const opened = await finishWecom(services, { ...body, nonce }, visitorOf(http, body.client));
    return enter(services, http, '企业微信', opened);
  }),
];
