import { alipayChannel } from './alipay/alipay.ts';
import type { ChannelKind, PaymentChannel } from './payment-channel.ts';
import { unionPayChannel } from './unionpay/unionpay.ts';
import { wechatPay } from './wechat-pay/index.ts';

/** Adapters by the kind an account is kept with; another channel is one folder and one line. */
const channels: Readonly<Record<ChannelKind, PaymentChannel>> = {
  wechat: wechatPay,
  alipay: alipayChannel,
  unionpay: unionPayChannel,
};

/** Undefined for a kind this release does not know. */
export function channelOf(kind: string): PaymentChannel | undefined {
  return (channels as Readonly<Record<string, PaymentChannel>>)[kind];
}
