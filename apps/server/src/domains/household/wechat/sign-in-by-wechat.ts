import { householdFail } from '@anlin/contract';
import { asSystem } from '../../../platform/boundary.ts';
import type { Context } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import type { Services } from '../../../platform/services.ts';
import type { OpenId } from './keep-open-id.ts';
import { exchangeCode, findApplication, type OwnWechat } from './wechat-application.ts';
import { openVisit, takeVisit } from './wechat-visit.ts';

/** The 公众号 of a company that lets residents in again by the WeChat account they signed in with before; off unless it says so. */
async function findDoor(ctx: Context): Promise<OwnWechat | null> {
  const own = await findApplication(ctx, 'wechat');
  return own?.setup.settings.signsIn === 'on' ? own : null;
}

/** The state to leave with; null where the company does not let people in so, whether it exists or not. */
export function startSignIn(
  services: Services,
  companyId: string,
  browserOf: () => string,
): Promise<{ appId: string; state: string } | null> {
  return asSystem(services, companyId, async (ctx) => {
    const own = await findDoor(ctx);
    if (!own) return null;
    const state = await openVisit(ctx, { purpose: 'signIn', browser: browserOf() }, own.appId);
    return { appId: own.appId, state };
  });
}

/**
 * Whose WeChat account came back: of somebody who signed in there by phone before and has neither signed out there nor got
 * another phone since. Errors: household.wechatState, household.wechatCode, household.wechatSilent, household.wechatUnknown.
 */
export async function signInByAccount(
  services: Services,
  { code, state, ...input }: { companyId: string; code: string; state: string },
  browser: string | undefined,
): Promise<{ phone: string; account: OpenId }> {
  if (browser === undefined) throw householdFail('household.wechatState');
  const companyId = input.companyId.toLowerCase();
  const own = await asSystem(services, companyId, async (ctx) => {
    const visit = await takeVisit(ctx, { purpose: 'signIn', browser }, state);
    const door = await findDoor(ctx);
    return door && { ...door, appId: visit.appId };
  });
  if (!own) throw householdFail('household.wechatUnknown');
  const openId = await exchangeCode(services, 'wechat', own, code);
  const phone = await asSystem(services, companyId, async (ctx) => {
    const row = await ctx.tx.first<{ phone: string }>(sql`select r.phone from channel_address a
      join resident r on r.company_id = a.company_id and r.id = a.resident_id
      where a.company_id = ${companyId} and a.channel = 'wechat' and a.app_id = ${own.appId} and a.address = ${openId}
        and r.erased_at is null and r.phone <> ''`);
    return row?.phone;
  });
  if (!phone) throw householdFail('household.wechatUnknown');
  return { phone, account: { kind: 'wechat', appId: own.appId, openId } };
}
