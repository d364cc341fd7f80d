import {
  type DunningForecast,
  type DunningOrder,
  dunningFail,
  type EndpointReply,
  type previewDunning as previewEndpoint,
} from '@anlin/contract';
import { fen, formatYuan, sumFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { readSetting } from './dunning-setting.ts';
import { type Foreseen, foresee } from './foresee.ts';
import { type HouseholdBills, selectHouseholds } from './household-bills.ts';
import { refusalText } from './refusal-text.ts';
import { readSmsLeft } from './sms-balance.ts';

export const mostHouseholds = 20_000;
const examplesShown = 5;

/** Households of an order. Throws dunning.nobodyOwes, dunning.tooMany, reference.notFound (422). */
export async function orderedHouseholds(ctx: Context, order: DunningOrder): Promise<HouseholdBills[]> {
  const households = await selectHouseholds(ctx, order.selection);
  if (households.length === 0) throw dunningFail('dunning.nobodyOwes');
  if (households.length > mostHouseholds)
    throw dunningFail('dunning.tooMany', { limit: mostHouseholds, count: households.length });
  return households;
}

/** How many households an order reaches by which channel, and why not the others (PAY-6). Errors: those of `orderedHouseholds`. */
export async function previewDunning(
  ctx: Context,
  order: DunningOrder,
): Promise<EndpointReply<typeof previewEndpoint>> {
  const households = await orderedHouseholds(ctx, order);
  const foreseen = await foresee(ctx, order, households);
  const { siteUrl } = await readSetting(ctx);
  return {
    households: households.length,
    billCount: households.reduce((sum, one) => sum + one.billIds.length, 0),
    outstanding: formatYuan(sumFen(households.map((one) => fen(one.outstandingFen)))),
    channels: [...new Set(order.channels)].map((channel) =>
      forecastOf(
        channel,
        foreseen.filter((one) => one.weighed.draft.channel === channel),
      ),
    ),
    hasLink: siteUrl !== '',
    smsLeft: await readSmsLeft(ctx, false),
  };
}

function forecastOf(channel: DunningForecast['channel'], foreseen: readonly Foreseen[]): DunningForecast {
  const sent = foreseen.filter((one) => one.reason === null);
  const refused = foreseen.filter((one) => one.reason !== null);
  return {
    channel,
    sendCount: sent.length,
    smsPieces: sent.reduce((sum, one) => sum + one.weighed.smsPieces, 0),
    refused: [...Map.groupBy(refused, (one) => one.reason!)].map(([reason, ones]) => ({ reason, count: ones.length })),
    examples: refused.slice(0, examplesShown).map(refusalText),
  };
}
