import { channelKinds, paymentFail, platformFail } from '@anlin/contract';
import type { Services } from '../../platform/services.ts';
import { readChannel } from './channel-account.ts';
import { channelOf } from './channels/index.ts';
import { ChannelRefusal, ChannelSilence } from './channels/payment-channel.ts';
import { seesSettings } from './edit-channel.ts';
import { answerMs, type Run } from './start-payment.ts';

/**
 * Asks the channel for an order that does not exist: an answer, signed by it, that there is none proves merchant and keys. Nothing is
 * written, and nobody's transaction is open meanwhile.
 */
export async function testChannel(
  services: Services,
  run: Run,
  channelId: string,
): Promise<{ isGood: boolean; answer: string }> {
  const channel = await run(async (ctx) => {
    const found = await readChannel(ctx, channelId);
    return found && seesSettings(ctx, found.communityId) ? found : undefined;
  });
  if (!channel) throw platformFail('resource.notFound', { label: '收款渠道' });
  const adapter = channelOf(channel.kind);
  if (!adapter || !channel.account) throw paymentFail('payment.channelUnreadable', { channel: channel.name });
  const name = channelKinds[channel.kind];
  const outside = { gateway: services.gateway, now: services.clock.now(), timeoutMs: answerMs };
  try {
    const { state } = await adapter.query(channel.account, services.newId().replaceAll('-', ''), outside);
    if (state === 'missing') return { isGood: true, answer: `${name}认得这个商户，密钥正确` };
    return { isGood: false, answer: `${name}的答复出乎意料：${state}` };
  } catch (error) {
    if (error instanceof ChannelRefusal) return { isGood: false, answer: error.reason };
    if (error instanceof ChannelSilence)
      return { isGood: false, answer: `${name}没有应答，或应答的签名验不过（请核对验签方式和公钥）` };
    throw error;
  }
}
