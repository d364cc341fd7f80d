import { householdFail, type WechatAccountKind } from '@anlin/contract';
import type { Context } from '../../../platform/context.ts';
import type { ChannelSetup } from '../../../platform/messages/channels/channel.ts';
import {
  type OpenIdAnswer,
  openIdOfLogin,
  openIdOfPage,
  type WechatApplication,
} from '../../../platform/messages/channels/wechat-identity.ts';
import { readChannel } from '../../../platform/messages/read-channel.ts';
import type { Services } from '../../../platform/services.ts';

const names: Readonly<Record<WechatAccountKind, string>> = { wechat: '公众号', miniProgram: '小程序' };
const answerMs = 8_000;

/** The company's 公众号 or mini-program as it stands in its message channels. */
export interface OwnWechat extends WechatApplication {
  setup: ChannelSetup;
}

/** Null while it is not set up, not switched on, or this installation can't open its secret. One serves all communities. */
export async function findApplication(ctx: Context, kind: WechatAccountKind): Promise<OwnWechat | null> {
  const setup = await readChannel(ctx, kind);
  const appId = setup?.settings.appId ?? '';
  const appSecret = setup?.secrets.appSecret ?? '';
  if (!setup?.isOn || appId === '' || appSecret === '') return null;
  return { appId, appSecret, setup };
}

/** Error: household.wechatOff (409). */
export async function requireApplication(ctx: Context, kind: WechatAccountKind): Promise<OwnWechat> {
  const application = await findApplication(ctx, kind);
  if (!application) throw householdFail('household.wechatOff', { account: names[kind] });
  return application;
}

/** The openid behind a code; no transaction is open meanwhile. Errors: household.wechatCode (422), household.wechatSilent (503). */
export async function exchangeCode(
  services: Services,
  kind: WechatAccountKind,
  application: WechatApplication,
  code: string,
): Promise<string> {
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: answerMs };
  const answer: OpenIdAnswer = await (kind === 'wechat' ? openIdOfPage : openIdOfLogin)(application, code, outside);
  if (answer === 'silent') throw householdFail('household.wechatSilent');
  if ('refused' in answer) throw householdFail('household.wechatCode', { answer: answer.refused });
  return answer.openId;
}
