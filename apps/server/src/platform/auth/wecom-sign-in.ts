import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { platformFail } from '@anlin/contract';
import { asSystem } from '../boundary.ts';
import { sql } from '../database/sql.ts';
import type { ChannelSetup } from '../messages/channels/channel.ts';
import { callWecom } from '../messages/channels/wecom.ts';
import { readChannel } from '../messages/read-channel.ts';
import type { Services } from '../services.ts';
import { type OpenedSession, startSession, type Visitor } from './open-session.ts';

/** How long a person may take between our page and coming back from WeCom. */
export const stateMinutes = 10;
const answerMs = 10_000;

/**
 * Where to send the browser, and the nonce its cookie must bring back: who comes with a state of somebody else's browser
 * is refused. In WeCom's own browser the person agrees silently, elsewhere by scanning a code.
 */
export async function startWecom(
  services: Services,
  input: { companyId: string; isInWecom: boolean; origin: string },
): Promise<{ url: string; nonce: string }> {
  const { settings } = await openChannel(services, input.companyId);
  const nonce = randomBytes(16).toString('base64url');
  const until = services.clock.now().add({ minutes: stateMinutes }).epochMilliseconds;
  const state = `${input.companyId}.${until}.${sign(services, input.companyId, until, nonce)}`;
  const redirect = `${input.origin}/sign-in`;
  const common = { appid: settings.corpId ?? '', agentid: settings.agentId ?? '', redirect_uri: redirect, state };
  const host = (name: string) => (services.gateway === undefined ? `https://${name}` : `${services.gateway}/${name}`);
  const url = input.isInWecom
    ? `${host('open.weixin.qq.com')}/connect/oauth2/authorize?${new URLSearchParams({ ...common, response_type: 'code', scope: 'snsapi_base' })}#wechat_redirect`
    : `${host('login.work.weixin.qq.com')}/wwlogin/sso/login?${new URLSearchParams({ login_type: 'CorpApp', ...common })}`;
  return { url, nonce };
}

/** Takes what WeCom sent the browser back with. The code is good once; WeCom sees to that. */
export async function finishWecom(
  services: Services,
  input: { code: string; state: string; nonce: string | undefined },
  visitor: Visitor,
): Promise<OpenedSession> {
  const companyId = readState(services, input.state, input.nonce);
  const setup = await openChannel(services, companyId);
  const userId = await askWhoIsThere(services, setup, input.code);
  const accountId = await asSystem(services, companyId, async (ctx) => {
    const row = await ctx.tx.first<{ account_id: string }>(
      sql`select account_id from staff where company_id = ${companyId} and wecom_user_id = ${userId} order by created_at limit 1`,
    );
    return row?.account_id;
  });
  if (!accountId) throw platformFail('signIn.wecomUnknown', { user: userId });
  return startSession(services, { accountId, way: 'wecom', companyId }, visitor);
}

async function openChannel(services: Services, companyId: string): Promise<ChannelSetup> {
  return asSystem(services, companyId, async (ctx) => {
    const company = await ctx.tx.first<{ has_wecom_sign_in: boolean }>(
      sql`select has_wecom_sign_in from company where id = ${companyId}`,
    );
    const setup = await readChannel(ctx, 'wecom');
    if (!company?.has_wecom_sign_in || !setup?.isOn) throw platformFail('signIn.wecomOff');
    return setup;
  });
}

function sign(services: Services, companyId: string, until: number, nonce: string): string {
  return createHmac('sha256', services.secret).update(`wecom ${companyId} ${until} ${nonce}`).digest('base64url');
}

/** The company of a state that this browser got from us within the last ten minutes. */
function readState(services: Services, state: string, nonce: string | undefined): string {
  const [companyId = '', untilText = '', signature = ''] = state.split('.');
  const expected = Buffer.from(sign(services, companyId, Number(untilText), nonce ?? ''));
  const given = Buffer.from(signature);
  const isOurs = nonce !== undefined && given.length === expected.length && timingSafeEqual(given, expected);
  if (!isOurs || Number(untilText) <= services.clock.now().epochMilliseconds) throw platformFail('signIn.wecomState');
  return companyId;
}

async function askWhoIsThere(services: Services, setup: ChannelSetup, code: string): Promise<string> {
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: answerMs };
  const reply = await callWecom<{ errcode?: number; errmsg?: string; userid?: string }>(
    setup,
    outside,
    '/cgi-bin/auth/getuserinfo',
    { code },
  ).catch(() => ({ errcode: -1, errmsg: '企业微信没有应答' }));
  if ('userid' in reply && reply.userid) return reply.userid;
  throw platformFail('signIn.wecomCode', {
    answer: reply.errcode ? `${reply.errcode} ${reply.errmsg ?? ''}` : '不是本企业成员',
  });
}
