import { householdFail, type PaymentChannelKind, platformFail, type WechatAccountKind } from '@anlin/contract';
import type { Context } from '../../../platform/context.ts';
import { type ChannelAccount, listUsable, type PaymentWay, wechatAppIdOf } from '../../payments/index.ts';
import type { OpenId } from './keep-open-id.ts';
import { findApplication } from './wechat-application.ts';

/** Ways that need the payer's openid, and of which account. */
const accountsOf: Partial<Record<PaymentWay, WechatAccountKind>> = { jsapi: 'wechat', miniProgram: 'miniProgram' };

/**
 * Whether a payer's openid can be had for a way: the merchant takes orders of the very 公众号 or mini-program that the company's
 * message channels know. True for ways that need none.
 */
export async function canAskPayer(ctx: Context, account: ChannelAccount | null, way: PaymentWay): Promise<boolean> {
  const kind = accountsOf[way];
  if (!kind) return true;
  const own = await findApplication(ctx, kind);
  return own !== null && account !== null && wechatAppIdOf(account, way) === own.appId;
}

/**
 * The openid an order is made out to: what `find` knows of whoever pays, for the application of the merchant's account. Empty for ways
 * that need none. Errors: household.wechatNeeded (409), reference.notFound.
 */
export async function payerOpenId(
  ctx: Context,
  payer: { communityId: string; channelKind: PaymentChannelKind; way: PaymentWay },
  find: (account: Omit<OpenId, 'openId'>) => Promise<string | undefined>,
): Promise<{ openId?: string }> {
  const kind = accountsOf[payer.way];
  if (!kind) return {};
  const channel = (await listUsable(ctx, payer.communityId, 'fees')).find((one) => one.kind === payer.channelKind);
  if (!channel?.account) throw platformFail('reference.notFound', { label: '支付方式' });
  const openId = await find({ kind, appId: wechatAppIdOf(channel.account, payer.way) });
  if (openId === undefined) throw householdFail('household.wechatNeeded');
  return { openId };
}
