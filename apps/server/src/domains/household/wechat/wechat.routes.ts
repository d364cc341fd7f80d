import * as contract from '@anlin/contract';
import { residentClientPath } from '@anlin/contract';
import {
  type Http,
  publicRoute,
  type Route,
  residentRoute,
  residentSessionRoute,
} from '../../../platform/http/route.ts';
import { authorizeUrl } from '../../../platform/messages/channels/wechat-identity.ts';
import type { Services } from '../../../platform/services.ts';
import { originOf } from '../origin-of.ts';
import { admitResident } from '../session.routes.ts';
import { isAccountKnown, keepOpenId } from './keep-open-id.ts';
import { startOfLink, takeCodeOfLink } from './link-payer.ts';
import { signInByAccount, startSignIn } from './sign-in-by-wechat.ts';
import { exchangeCode, findApplication, requireApplication } from './wechat-application.ts';
import { browserCookie, newBrowser, openVisit, stayMinutes, takeVisit } from './wechat-visit.ts';

/** WeChat asks about three templates at most. */
const mostTemplates = 3;
const urlOf = (services: Services, appId: string, state: string, returnUrl: string) =>
  authorizeUrl(appId, { returnUrl, state, gateway: services.gateway });

/** The browser's own cookie; a new one where it has none. */
function knownBrowser({ request, reply }: Http): string {
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

/** Residents' identity inside WeChat (CLI-1, CLI-3): no reply says an openid. */
export const wechatRoutes: Route[] = [
  residentRoute(contract.getWechatIdentity, async (ctx, { query: { account: kind } }, _http, resident) => {
    const own = await findApplication(ctx, kind);
    if (!own) return { isOn: false, isKnown: false, templateIds: [] };
    const templateIds = Object.values(own.setup.templates).map((one) => one.templateId);
    return {
      isOn: true,
      isKnown: await isAccountKnown(ctx, resident, { kind, appId: own.appId }),
      templateIds: kind === 'miniProgram' ? [...new Set(templateIds)].slice(0, mostTemplates) : [],
    };
  }),
  residentRoute(contract.startWechatAuthorisation, async (ctx, { body }, http, { sessionId }) => {
    const { appId } = await requireApplication(ctx, 'wechat');
    const state = await openVisit(ctx, { purpose: 'bind', sessionId }, appId);
    const returnUrl = `${originOf(http)}${residentClientPath(ctx.companyId)}${body.page}`;
    return { url: urlOf(http.services, appId, state, returnUrl) };
  }),
  residentSessionRoute(contract.takeWechatCode, async (session, { body }, { services }) => {
    const own = await session.run(async (ctx, { sessionId }) => {
      const visit = await takeVisit(ctx, { purpose: 'bind', sessionId }, body.state);
      return { ...(await requireApplication(ctx, 'wechat')), appId: visit.appId };
    });
    const openId = await exchangeCode(services, 'wechat', own, body.code);
    await session.run((ctx, resident) => keepOpenId(ctx, resident, { kind: 'wechat', appId: own.appId, openId }));
    return contract.okReply;
  }),
  residentSessionRoute(contract.takeMiniProgramCode, async (session, { body }, { services }) => {
    const own = await session.run((ctx) => requireApplication(ctx, 'miniProgram'));
    const openId = await exchangeCode(services, 'miniProgram', own, body.code);
    await session.run((ctx, resident) => keepOpenId(ctx, resident, { kind: 'miniProgram', appId: own.appId, openId }));
    return contract.okReply;
  }),
  publicRoute(contract.startWechatSignIn, async (services, { body }, http) => {
    const companyId = body.companyId.toLowerCase();
    const returnUrl = `${originOf(http)}${residentClientPath(companyId)}${body.page}`;
    const found = await startSignIn(services, companyId, () => knownBrowser(http));
    return { url: found && urlOf(services, found.appId, found.state, returnUrl) };
  }),
  publicRoute(contract.signInByWechat, async (services, { body }, http) => {
    const { phone, account } = await signInByAccount(services, body, http.request.cookies[browserCookie]);
    return admitResident(http, { companyId: body.companyId, phone }, '微信', account);
  }),
  publicRoute(contract.startLinkAuthorisation, async (services, { params }, http) => {
    const found = await startOfLink(services, params.token, () => knownBrowser(http));
    return { url: found && urlOf(services, found.appId, found.state, `${originOf(http)}/m/pay/${params.token}`) };
  }),
  publicRoute(contract.takeLinkCode, async (services, { params, body }, http) => {
    await takeCodeOfLink(services, params.token, http.request.cookies[browserCookie], body);
    return contract.okReply;
  }),
];
