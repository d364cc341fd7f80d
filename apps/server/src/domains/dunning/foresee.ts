import type { DunningOrder, DunningReason } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { readSetting } from './dunning-setting.ts';
import { type Hold, readHolds } from './hold-back.ts';
import type { HouseholdBills } from './household-bills.ts';
import { readSmsLeft } from './sms-balance.ts';
import { type WeighedNotice, weighNotices } from './weigh-notices.ts';

const chunkHouseholds = 500;

/** A notice as it would go out now, with what holds it back; null where it would be sent. */
export interface Foreseen {
  weighed: WeighedNotice;
  reason: DunningReason | null;
  hold: Hold | undefined;
}

/** What would come of an order if it were carried out now; nothing is written. */
export async function foresee(
  ctx: Context,
  order: DunningOrder,
  households: readonly HouseholdBills[],
): Promise<Foreseen[]> {
  const setting = await readSetting(ctx);
  let left = order.channels.includes('sms') ? await readSmsLeft(ctx, false) : null;
  const foreseen: Foreseen[] = [];
  for (let from = 0; from < households.length; from += chunkHouseholds) {
    const drafts = households.slice(from, from + chunkHouseholds).flatMap(({ targetId, billIds }) =>
      [...new Set(order.channels)].map((channel) => ({
        id: ctx.newId(),
        targetId,
        channel,
        billIds,
        newcomerId: null,
      })),
    );
    const weighed = await weighNotices(ctx, setting, drafts);
    const holdOf = await readHolds(ctx, setting, weighed);
    for (const one of weighed) {
      const hold = one.refusal === null ? holdOf(one) : undefined;
      const isShort = left !== null && one.refusal === null && !hold && one.smsPieces > left;
      const reason = one.refusal ?? (hold ? 'limited' : isShort ? 'noBalance' : null);
      if (reason === null && left !== null) left -= one.smsPieces;
      foreseen.push({ weighed: one, reason, hold });
    }
  }
  return foreseen;
}
