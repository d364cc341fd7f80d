import { type Fen, fen, parseYuan } from '@anlin/money';
import { ChannelRefusal } from './payment-channel.ts';

/** Yuan as channels write them: `275.80`. Throws ChannelRefusal for anything else, also for fractions of a fen. */
export function readYuan(text: string | undefined): Fen {
  try {
    return parseYuan(text ?? '');
  } catch {
    throw unreadable(text);
  }
}

/** Whole fen as channels write them: `27580`, also with leading zeros. Throws ChannelRefusal for anything else. */
export function readFen(text: string | undefined): Fen {
  if (!/^\d{1,18}$/.test(text ?? '')) throw unreadable(text);
  return fen(text!);
}

const unreadable = (text: string | undefined) => new ChannelRefusal(`渠道给的金额看不懂：${(text ?? '').slice(0, 40)}`);
