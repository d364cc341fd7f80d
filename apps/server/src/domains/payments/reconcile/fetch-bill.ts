import { channelOf } from '../channels/index.ts';
import type { ChannelAccount } from '../channels/payment-channel.ts';
import { type BillLine, ChannelRefusal, ChannelSilence, type Outside } from '../channels/payment-channel.ts';

/** `missing`: the channel has no bill of the day, because there was no trade or because it is not made yet. */
export type FetchedBill =
  | { kind: 'bill'; lines: readonly BillLine[] }
  | { kind: 'missing'; reason: string }
  | { kind: 'failed'; reason: string };

/** The channel's bill of a day, or why there is none. What a channel does wrong is never thrown. */
export async function fetchBill(
  account: ChannelAccount | null,
  day: Temporal.PlainDate,
  outside: Outside,
): Promise<FetchedBill> {
  if (!account) return { kind: 'failed', reason: '收款渠道的密钥打不开，请到“收款渠道”重新填写' };
  const channel = channelOf(account.kind);
  if (!channel) return { kind: 'failed', reason: '当前版本不认识这种收款渠道' };
  try {
    const lines = await channel.fetchBill(account, day, outside);
    return lines.length > 0 ? { kind: 'bill', lines } : { kind: 'missing', reason: '渠道说当天没有交易' };
  } catch (error) {
    if (error instanceof ChannelRefusal)
      return { kind: error.code === 'billMissing' ? 'missing' : 'failed', reason: error.reason };
    if (error instanceof ChannelSilence) return { kind: 'failed', reason: '渠道没有应答，稍后自动再取' };
    throw error;
  }
}
