import * as contract from '@anlin/contract';
import { residentClientPath } from '@anlin/contract';
import { originOf } from '../../../platform/http/origin-of.ts';
import { publicRoute, type Route, residentRoute, residentSessionRoute } from '../../../platform/http/route.ts';
import type { Services } from '../../../platform/services.ts';
import { withinLink } from '../pay-link.ts';
import { admitResident } from '../session.routes.ts';
import { isAccountKnown, keepOpenId } from './keep-open-id.ts';
import { signInByAccount, startSignIn } from './sign-in-by-wechat.ts';
import { answerSubscriptions, askSubscriptions, listSubscriptions } from './subscriptions.ts';
import {
  authorizeUrlOf,
  endVisit,
  knownBrowser,
  startVisit,
  type VisitedPlace,
  visitInMiniProgram,
} from './visiting-payer.ts';
import { exchangeCode, findApplication, requireApplication } from './wechat-application.ts';
import { browserCookie, openVisit, takeVisit } from './wechat-visit.ts';

const placeOfLink = (services: Services, token: string): VisitedPlace => ({
  purpose: 'payLink',
  run: (work) => withinLink(services, token, (ctx) => work(ctx)),
  page: `/m/pay/${token}`,
});

/** Residents' identity inside WeChat (CLI-1, CLI-3): no reply says an openid. */
export const wechatRoutes: Route[] = [
  residentRoute(contract.getWechatIdentity, async (ctx, { query: { account: kind } }, _http, resident) => {
    const own = await findApplication(ctx, kind);
    if (!own) return { isOn: false, isKnown: false };
    return { isOn: true, isKnown: await isAccountKnown(ctx, resident, { kind, appId: own.appId }) };
  }),
  residentRoute(contract.startWechatAuthorisation, async (ctx, { body }, http, { sessionId }) => {
    const { appId } = await requireApplication(ctx, 'wechat');
    const state = await openVisit(ctx, { purpose: 'bind', sessionId }, appId);
    const returnUrl = `${originOf(http)}${residentClientPath(ctx.companyId)}${body.page}`;
    return { url: authorizeUrlOf(http.services, appId, state, returnUrl) };
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
  residentRoute(contract.listOwnSubscriptions, async (ctx, _input, _http, resident) => ({
    rows: await listSubscriptions(ctx, resident),
  })),
  residentRoute(contract.askOwnSubscriptions, (ctx, { body }, _http, resident) =>
    askSubscriptions(ctx, resident, body.kinds),
  ),
  residentRoute(contract.answerOwnSubscriptions, (ctx, { params, body }, _http, resident) =>
    answerSubscriptions(ctx, resident, params.id, body.accepted),
  ),
  publicRoute(contract.startWechatSignIn, async (services, { body }, http) => {
    const companyId = body.companyId.toLowerCase();
    const returnUrl = `${originOf(http)}${residentClientPath(companyId)}${body.page}`;
    const found = await startSignIn(services, companyId, () => knownBrowser(http));
    return { url: found && authorizeUrlOf(services, found.appId, found.state, returnUrl) };
  }),
  publicRoute(contract.signInByWechat, async (services, { body }, http) => {
    const { phone, account } = await signInByAccount(services, body, http.request.cookies[browserCookie]);
    return admitResident(http, { companyId: body.companyId, phone }, '微信', account);
  }),
  publicRoute(contract.startLinkAuthorisation, (services, { params }, http) =>
    startVisit(http, placeOfLink(services, params.token)),
  ),
  publicRoute(contract.takeLinkCode, async (services, { params, body }, http) => {
    await endVisit(http, placeOfLink(services, params.token), body);
    return contract.okReply;
  }),
  publicRoute(contract.takeLinkMiniProgramCode, async (services, { params, body }, http) => {
    await visitInMiniProgram(http, placeOfLink(services, params.token), body.code);
    return contract.okReply;
  }),
];
