import { householdFail } from '@anlin/contract';
import { asSystem } from '../../../platform/boundary.ts';
import type { Services } from '../../../platform/services.ts';
import { withinLink } from '../pay-link.ts';
import { exchangeCode, findApplication, requireApplication } from './wechat-application.ts';
import { keepVisitor, openVisit, takeVisit, visitorOpenId } from './wechat-visit.ts';

/** Whoever pays by a link is nobody's resident: their openid is known to the browser's visit, for as long as paying takes. */

/** The state to leave with; null where there is no 公众号, or the browser came back already. Error: household.payLinkEnded. */
export function startOfLink(
  services: Services,
  token: string,
  browserOf: () => string,
): Promise<{ appId: string; state: string } | null> {
  return withinLink(services, token, async (ctx) => {
    const own = await findApplication(ctx, 'wechat');
    if (!own) return null;
    const browser = browserOf();
    if ((await visitorOpenId(ctx, browser, own.appId)) !== undefined) return null;
    return { appId: own.appId, state: await openVisit(ctx, { purpose: 'payLink', browser }, own.appId) };
  });
}

/** Errors: household.payLinkEnded, household.wechatState, household.wechatCode, household.wechatSilent. */
export async function takeCodeOfLink(
  services: Services,
  token: string,
  browser: string | undefined,
  { code, state }: { code: string; state: string },
): Promise<void> {
  if (browser === undefined) throw householdFail('household.wechatState');
  const taken = await withinLink(services, token, async (ctx) => {
    const visit = await takeVisit(ctx, { purpose: 'payLink', browser }, state);
    const own = await requireApplication(ctx, 'wechat');
    return { companyId: ctx.companyId, visit, own: { ...own, appId: visit.appId } };
  });
  const openId = await exchangeCode(services, 'wechat', taken.own, code);
  await asSystem(services, taken.companyId, (ctx) => keepVisitor(ctx, taken.visit.id, openId));
}
