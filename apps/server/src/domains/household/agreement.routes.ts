import * as contract from '@anlin/contract';
import { agreementStates, type PaymentChannelKind, residentClientPath } from '@anlin/contract';
import { originOf } from '../../platform/http/origin-of.ts';
import { type Route, residentRoute, residentSessionRoute } from '../../platform/http/route.ts';
import { askAfterAgreement, endAgreement, type Run, signAgreement } from '../payments/index.ts';
import { listOwnAgreements, requireOwnAgreement, requireOwnTarget } from './own-agreements.ts';

/** What the browsers of the channels' own apps call themselves. */
const ownBrowsers: Readonly<Partial<Record<PaymentChannelKind, RegExp>>> = {
  wechat: /MicroMessenger/,
  alipay: /AlipayClient/,
};

/** 自动缴费 on the phone (PAY-5). */
export const agreementRoutes: Route[] = [
  residentRoute(contract.listOwnAgreements, (ctx, { query }, _http, resident) =>
    listOwnAgreements(ctx, resident, query.communityId),
  ),
  residentSessionRoute(contract.signOwnAgreement, async (session, { body }, http) => {
    const signer = await session.run(async (ctx, resident) => ({
      companyId: ctx.companyId,
      residentId: resident.residentId!,
    }));
    const run: Run = (work) =>
      session.run(async (ctx, resident) => {
        await requireOwnTarget(ctx, resident, body);
        return work(ctx);
      });
    const origin = originOf(http);
    return signAgreement(http.services, run, body, {
      residentId: signer.residentId,
      clientIp: http.ip,
      returnUrl: `${origin}${residentClientPath(signer.companyId)}auto-pay`,
      isInside: ownBrowsers[body.channelKind]?.test(String(http.request.headers['user-agent'] ?? '')) ?? false,
    });
  }),
  residentSessionRoute(contract.askOwnAgreement, async (session, { params }, { services }) => {
    const companyId = await session.run(async (ctx, resident) => {
      await requireOwnAgreement(ctx, resident, params.agreementId);
      return ctx.companyId;
    });
    const { state } = await askAfterAgreement(services, companyId, params.agreementId);
    return { state, stateLabel: agreementStates[state] };
  }),
  residentRoute(contract.endOwnAgreement, async (ctx, { params }, _http, resident) => {
    await requireOwnAgreement(ctx, resident, params.agreementId);
    await endAgreement(ctx, params.agreementId, 'resident', '');
    return contract.okReply;
  }),
];
