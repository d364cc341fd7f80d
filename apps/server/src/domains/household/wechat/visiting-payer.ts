import { householdFail } from '@anlin/contract';
import { asSystem } from '../../../platform/boundary.ts';
import { originOf } from '../../../platform/http/origin-of.ts';
import type { Http } from '../../../platform/http/route.ts';
import { authorizeUrl } from '../../../platform/messages/channels/wechat-identity.ts';
import type { Services } from '../../../platform/services.ts';
import type { Run } from '../../payments/index.ts';
import { exchangeCode, findApplication, requireApplication } from './wechat-application.ts';
import {
  browserCookie,
  keepVisitor,
  newBrowser,
  openVisit,
  type PayingPurpose,
  stayMinutes,
  takeVisit,
  visitorOpenId,
} from './wechat-visit.ts';

/** Whoever pays by a link or a collection code is nobody's resident: their openid is known to the browser's visit, while paying takes. */

/** What a visitor pays by: `run` works in its community, and refuses what has ended. */
export interface VisitedPlace {
  purpose: PayingPurpose;
  run: Run;
  /** Where the visitor comes back to, within the site: `/m/pay/<token>`. */
  page: string;
}

export const authorizeUrlOf = (services: Services, appId: string, state: string, returnUrl: string): string =>
  authorizeUrl(appId, { returnUrl, state, gateway: services.gateway });

/** The browser's own cookie; a new one where it has none. */
export function knownBrowser({ request, reply }: Http): string {
  const browser = request.cookies[browserCookie] || newBrowser();
  void reply.setCookie(browserCookie, browser, {
    path: '/api',
    httpOnly: true,
    sameSite: 'lax',
    secure: request.protocol === 'https',
    maxAge: stayMinutes * 60,
  });
  return browser;
}

/** The address at WeChat to leave for; null where there is no 公众号, or the browser came back already. Errors: those of the place. */
export async function startVisit(http: Http, place: VisitedPlace): Promise<{ url: string | null }> {
  const { purpose } = place;
  const found = await place.run(async (ctx) => {
    const own = await findApplication(ctx, 'wechat');
    if (!own) return null;
    const browser = knownBrowser(http);
    if ((await visitorOpenId(ctx, { purpose, browser }, own.appId)) !== undefined) return null;
    return { appId: own.appId, state: await openVisit(ctx, { purpose, browser }, own.appId) };
  });
  const returnUrl = `${originOf(http)}${place.page}`;
  return { url: found && authorizeUrlOf(http.services, found.appId, found.state, returnUrl) };
}

/** Errors: those of the place, household.wechatState, household.wechatCode, household.wechatSilent. */
export async function endVisit(
  { services, request }: Http,
  { purpose, run }: VisitedPlace,
  { code, state }: { code: string; state: string },
): Promise<void> {
  const browser = request.cookies[browserCookie];
  if (browser === undefined) throw householdFail('household.wechatState');
  const taken = await run(async (ctx) => {
    const visit = await takeVisit(ctx, { purpose, browser }, state);
    const own = await requireApplication(ctx, 'wechat');
    return { companyId: ctx.companyId, visit, own: { ...own, appId: visit.appId } };
  });
  const openId = await exchangeCode(services, 'wechat', taken.own, code);
  await asSystem(services, taken.companyId, (ctx) => keepVisitor(ctx, taken.visit.id, openId));
}

/**
 * In the mini-program nobody goes away and comes back: it brings the code of its own sign-in, so there is no state. Errors: those of
 * the place, household.wechatOff, household.wechatCode, household.wechatSilent.
 */
export async function visitInMiniProgram(http: Http, { purpose, run }: VisitedPlace, code: string): Promise<void> {
  const own = await run((ctx) => requireApplication(ctx, 'miniProgram'));
  const openId = await exchangeCode(http.services, 'miniProgram', own, code);
  const visitor = { purpose, browser: knownBrowser(http) };
  await run(async (ctx) => {
    const { id } = await takeVisit(ctx, visitor, await openVisit(ctx, visitor, own.appId));
    await keepVisitor(ctx, id, openId);
  });
}
